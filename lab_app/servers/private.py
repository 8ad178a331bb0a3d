"""A server that the lab starts for itself from programs on this machine: loopback only, its data worth nothing."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from lab_app.home import writing
from lab_app.leases import Process, lease
from lab_app.servers.connection import ask_nearby, listening
from lab_app.servers.folder import Folder, claim
from lab_app.servers.programs import ACCOUNT, Program
from lab_app.servers.scratch import remove_all
from lab_app.servers.search import NoServer, Search
from lab_app.servers.server import Server

#: Seconds that a data folder may take to be made, and a server to answer its first query.
START_LIMIT = 60.0
_HOST = "127.0.0.1"
_TRIES = 4
#: All that a server sees of the environment: it runs as another user and has no business with the rest.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "TZ")


class _Died(NoServer):
    """The program ended before it was ready."""


def start(program: Program, search: Search) -> Server:
    """Start a server on a data folder of the lab's own; it has answered a query, and ends with the search.

    Raises:
        NoServer: it does not start within START_LIMIT seconds; with the program's own words.
    """
    folder = claim(program)
    search.undo.callback(folder.close)
    tries = _TRIES
    while True:
        kept, port, tries = folder.data.exists(), _free_port(), tries - 1
        try:
            if not kept:
                _initialise(program, folder, search)
            return _serve(program, folder, port, search)
        except _Died:
            taken = listening(_HOST, port)
            if not tries or not (taken or kept):
                raise
            if not taken:
                # A kill in the wrong moment can leave data that no server reads; it is made anew.
                shutil.rmtree(folder.data)


def _initialise(program: Program, folder: Folder, search: Search) -> None:
    search.say(f"making a data folder for {program.engine.title} {program.version}, once")
    fresh = folder.empty()
    with _running(program, folder, program.initialise(folder.path, fresh), signal.SIGKILL) as process:
        deadline = time.monotonic() + START_LIMIT
        while process.poll() is None:
            search.pause(0.01)
            _check(time.monotonic() < deadline, program, folder, "did not make a data folder")
    if process.returncode:
        raise _Died(f"{program.engine.title} {program.version} made no data folder ({_last_words(folder)})")
    # Renamed when it is complete, so that a half-made folder is never taken for a whole one.
    fresh.rename(folder.data)


def _serve(program: Program, folder: Folder, port: int, search: Search) -> Server:
    search.say(f"starting {program.engine.title} {program.version}")
    address = Server(program.engine, "", "", 0.0, _HOST, port, ACCOUNT, folder.password)
    if program.start_sql:
        folder.write("start.sql", program.start_sql.format(password=folder.password))
    with ExitStack() as attempt:
        command = program.serve(folder.path, port)
        process = attempt.enter_context(_running(program, folder, command, program.stop))
        server = _answering(address, process, program, folder, search)
        remove_all(server)
        search.undo.enter_context(attempt.pop_all())
        return server


def _answering(
    address: Server, process: "subprocess.Popen[bytes]", program: Program, folder: Folder, search: Search
) -> Server:
    deadline = time.monotonic() + START_LIMIT
    while True:
        if process.poll() is not None:
            raise _Died(f"{program.engine.title} {program.version} did not start ({_last_words(folder)})")
        _check(time.monotonic() < deadline, program, folder, "answered no query")
        if listening(_HOST, address.port):
            try:
                return ask_nearby(address, limit=1.0)
            except NoServer:
                pass  # it listens, and is not ready
        search.pause(0.005)


def _check(in_time: bool, program: Program, folder: Folder, what: str) -> None:
    if not in_time:
        reason = f"{program.engine.title} {program.version} {what} within {START_LIMIT:g} s"
        raise NoServer(f"{reason} ({_last_words(folder)})")


@contextmanager
def _running(
    program: Program, folder: Folder, command: list[str], stop: signal.Signals
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the process of a command line; it is leased, and stopped at the end."""
    user = folder.user
    with writing(), (folder.path / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder.path,
            env={"LC_ALL": "C"} | {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            pass_fds=(folder.lock,),
            start_new_session=True,  # Ctrl-C is for the lab, which stops it in order
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
    identity = Process.of(process.pid)
    what = f"{program.engine.title} {program.version}, process {process.pid}"
    held = lease("process", what, process=str(identity), signal=str(int(stop)))
    try:
        yield process
    finally:
        identity.stop(stop, patience=3.0)
        process.wait()
        held.release()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _last_words(folder: Folder) -> str:
    """Find the line of the log that names the error, or else its last one."""
    lines = (folder.path / "log").read_text(errors="replace").replace(f"{folder.path}/", "").splitlines()
    telling = [line for line in lines if re.search(r"FATAL|ERROR|error:", line)]
    return (telling[:1] or lines[-1:] or ["it said nothing"])[0]
