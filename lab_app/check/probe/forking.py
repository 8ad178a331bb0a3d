"""Probes forked from one process that has the heavy imports behind it: for many small projects of one environment.

Unlike the rest of the probe it needs Python 3.9: descriptors come along a socket with each request.
"""

import contextlib
import importlib
import json
import os
import resource
import signal
import socket
import sys

#: What a Flask-Migrate project imports, and what its first step does; whatever is not there is not needed.
_AHEAD = (
    "flask",
    "flask_sqlalchemy",
    "flask_migrate",
    "alembic.command",
    "alembic.autogenerate",
    "alembic.runtime.migration",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.mysql",
    "psycopg2",
    "pymysql",
    "logging.config",
)
_SIZE = 4


def main():
    """Fork a probe for each request on the socket whose descriptor is the last argument, until it is closed."""
    requests = socket.socket(fileno=int(sys.argv[-1]))
    for name in _AHEAD:
        # Whatever a package that is not whole raises: a project that wants it will say so.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    main_module = importlib.import_module(__package__ + ".main")
    # Nobody waits for a probe here: the system forgets it when it ends.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        request = _next(requests)
        if request is None:
            os._exit(0)
        told, descriptors = request
        child = os.fork()
        if child == 0:
            _become_probe(requests, told, descriptors)
            main_module.main()
            os._exit(0)
        for descriptor in descriptors:
            os.close(descriptor)
        requests.sendall(json.dumps({"pid": child}).encode() + b"\n")


def _next(requests):
    """Return the next request and its three descriptors, or None when nobody asks any more."""
    head, descriptors, _flags, _address = socket.recv_fds(requests, _SIZE, 3)
    if not head:
        return None
    left = int.from_bytes(head, "big")
    parts = []
    while left:
        part = requests.recv(left)
        if not part:
            return None
        parts.append(part)
        left -= len(part)
    return json.loads(b"".join(parts)), descriptors


def _become_probe(requests, told, descriptors):
    """Take the descriptors, the limits, the environment and the folder that a probe is given."""
    requests.close()
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    for name, most in told["limits"].items():
        resource.setrlimit(getattr(resource, name), (most, most))
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["folder"])
