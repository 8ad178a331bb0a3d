"""A project under check reaches scratch databases and nothing else: refused before it is touched, and told where."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from probes import lane, loaded, written

#: Ways in which a revision connects elsewhere; HOST and PORT are those of a listener.
_WAYS = {
    "SQLAlchemy": 'sa.create_engine("postgresql+psycopg2://u:secret@HOST:PORT/other").connect()',
    "SQLAlchemy on MySQL": 'sa.create_engine("mysql+pymysql://u:secret@HOST:PORT/other").connect()',
    "psycopg2": 'import psycopg2\npsycopg2.connect(host="HOST", port=PORT, dbname="other", user="u")',
    "psycopg2 by a text": 'import psycopg2\npsycopg2.connect("host=HOST port=PORT dbname=other user=u")',
    "psycopg2 by an address": 'import psycopg2\npsycopg2.connect("postgresql://u:secret@HOST:PORT/other")',
    "psycopg2 by a maintenance database": 'import psycopg2\npsycopg2.connect("postgresql://u@HOST:PORT/postgres")',
    "PyMySQL": 'import pymysql\npymysql.connect(host="HOST", port=PORT, user="u", database="other")',
    "PyMySQL without a database": 'import pymysql\npymysql.connect(host="HOST", port=PORT, user="u")',
    "a socket": 'import socket\nsocket.create_connection(("HOST", PORT))',
    "a socket that tells no error": 'import socket\nsocket.socket().connect_ex(("HOST", PORT))',
}


class Listener:
    """A server that nobody should reach; it counts who does."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.reached = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                self._socket.accept()[0].close()
            except OSError:
                return
            self.reached += 1

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()

    def written_into(self, text: str) -> str:
        """Put the listener's host and port where a text has a place for them."""
        return text.replace("HOST", "127.0.0.1").replace("PORT", str(self.port))


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A server on this machine that is none of the lab's."""
    made = Listener()
    yield made
    made.close()


@pytest.mark.parametrize("way", _WAYS)
def test_a_revision_reaches_no_other_server(way: str, listener: Listener, tmp_path: Path) -> None:
    """However it connects, nothing arrives there; the revision's file and line are told, and no password is."""
    folder = written(tmp_path, (listener.written_into(_WAYS[way]), ""))
    with lane(folder) as found:
        loaded(found).do("up", revision="0001")
        answer = found.do("up", revision="0002")

    refused = [note for note in answer.notes if note.kind == "refused"]
    assert refused, answer
    assert refused[0].at is not None
    assert Path(refused[0].at.file).name == "0002_change.py"
    assert refused[0].at.revision
    assert str(listener.port) in refused[0].what
    assert "secret" not in str(answer.notes)
    assert listener.reached == 0


@pytest.mark.parametrize(
    "way",
    [
        'import sqlite3\nsqlite3.connect("FILE").execute("CREATE TABLE t (id INT)")',
        'import sqlite3\nsqlite3.connect("file:FILE?mode=rwc", uri=True).execute("CREATE TABLE t (id INT)")',
        'sa.create_engine("sqlite:///FILE").connect().exec_driver_sql("CREATE TABLE t (id INT)")',
    ],
)
def test_a_revision_makes_no_other_file(way: str, tmp_path: Path) -> None:
    """A SQLite file that is not the scratch database is not even made."""
    file = tmp_path / "own.db"
    folder = written(tmp_path, (way.replace("FILE", str(file)), ""))
    with lane(folder) as found:
        loaded(found).do("up", revision="0001")
        answer = found.do("up", revision="0002")

    assert answer.failure is not None
    assert [(note.kind, note.what) for note in answer.notes] == [("refused", f"the SQLite file {file}")]
    assert not file.exists()


def test_memory_is_nobodys_database(tmp_path: Path) -> None:
    """A database in memory is let through."""
    folder = written(
        tmp_path, ('sa.create_engine("sqlite://").connect().exec_driver_sql("CREATE TABLE x (i INT)")', "")
    )
    with lane(folder) as found:
        loaded(found).do("up", revision="0001")
        answer = found.do("up", revision="0002")

    assert (answer.failure, answer.notes) == (None, ())


def test_an_application_reaches_no_other_server_while_it_loads(listener: Listener, tmp_path: Path) -> None:
    """A Redis that the factory asks is refused, and the line of the application is told."""
    asks = listener.written_into('import socket\nsocket.create_connection(("HOST", PORT))')
    with lane(written(tmp_path, factory=asks)) as found:
        answer = found.start()

    assert answer.failure is not None
    assert answer.failure.at is not None
    assert Path(answer.failure.at.file).name == "app.py"
    assert [(note.kind, note.loading) for note in answer.notes if note.kind == "refused"] == [("refused", True)]
    assert listener.reached == 0


def test_what_is_allowed_is_reached(listener: Listener, tmp_path: Path) -> None:
    """``--allow`` names a host and a port that the project may connect to, while it loads and in a step."""
    asks = listener.written_into('import socket\nsocket.create_connection(("HOST", PORT)).recv(1)')
    with lane(written(tmp_path, (asks, ""), factory=asks), allowed=(("127.0.0.1", listener.port),)) as found:
        loaded(found).do("up", revision="0001")
        answer = found.do("up", revision="0002")

    assert answer.failure is None
    assert listener.reached == 2


def test_a_program_that_is_started_is_noted(tmp_path: Path) -> None:
    """Programs are out of the guard's reach, and are named."""
    starts = 'import subprocess\nsubprocess.run(["true"], check=True)'
    with lane(written(tmp_path, (starts, ""))) as found:
        loaded(found).do("up", revision="0001")
        answer = found.do("up", revision="0002")

    assert [(note.kind, note.what) for note in answer.notes] == [("program", "true")]
