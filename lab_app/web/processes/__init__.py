"""Commands of the lab as child processes of the web server."""
