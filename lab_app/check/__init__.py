"""Somebody else's project on every engine: who acts, who observes, and what is found.

A probe acts, in the project's own interpreter; the walk observes through connections of its own; findings are pure
functions over what was observed.
"""
