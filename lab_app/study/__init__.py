"""The app under study on a scratch database of its own, in a process that a page of the lab talks to."""
