"""Hostile and broken revisions, as a whole check meets them: a finding each, and nothing is left behind."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from checks import typed
from commands import alone as alone_in
from probes import written

from lab_app.check.limits import VARIABLE

pytestmark = pytest.mark.slow

#: A revision that comes after the hostile one, and must be walked.
NEXT = ('op.create_table("u", sa.Column("id", sa.Integer, primary_key=True))', 'op.drop_table("u")')
#: What it does besides, so that something has happened.
CHANGE = "op.get_bind().execute(sa.text('UPDATE t SET name = name'))"
_BYTES = 20_000_000
#: What a revision does, the code of the finding, and words that stand in it; no code where nothing is wrong with it.
CASES: dict[str, tuple[str, str, str]] = {
    "sleeps": ("import time\ntime.sleep(1000)", "timed-out", "0002_change.py:11 did not end within 3 s"),
    "ignores signals": ("import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(1000)",
                        "timed-out", "0002_change.py:12"),
    "takes another program's place": ("import os\nos.execvp('sleep', ['sleep', '1000'])", "timed-out", ""),
    "ends the process": ("import os\nos._exit(0)", "crashed", "0002_change.py:11 with status 0"),
    "kills itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "crashed", "ended by SIGKILL"),
    "crashes Python": ("import ctypes\nctypes.string_at(0)", "crashed", "0002_change.py:11 ended by SIGSEGV"),
    "takes the protocol away": ("import os\nos.closerange(0, 100)", "crashed", ""),
    "exits": ("import sys\nsys.exit('bye')", "refused", "0002_change.py:11 SystemExit: bye."),
    "asks a person": ("input('sure?')", "refused", "Nobody sits there"),
    "asks a debugger": ("breakpoint()", "refused", "Nobody sits there"),
    "takes all the memory": ("all = []\nwhile True:\n    all.append(bytes(50_000_000))", "refused",
                             "0002_change.py:12 MemoryError"),
    "wants a row": ("op.get_bind().execute(sa.text('SELECT name FROM t WHERE id = 99')).fetchall()[0].name",
                    "refused", "--seed FILE.sql"),
    "sends nonsense": ("op.execute('ABRACADABRA')", "refused", "0002_change.py:10 ABRACADABRA"),
    "drops the version table": ("op.drop_table('alembic_version')", "refused", "0002_change.py:10 Alembic's own"),
    "stamps by itself": ("op.execute(\"UPDATE alembic_version SET version_num = 'x'\")", "refused",
                         "0002_change.py:10 Alembic's own table"),
    "commits": ("op.get_bind().commit()\nop.add_column('t', sa.Column('a', sa.Integer))", "version-did-not-move",
                "The revision ends the transaction"),
    "connects and goes on": ("import pymysql\ntry:\n    pymysql.connect(host='db.invalid', user='u', database='x')\n"
                             "except Exception:\n    pass", "other-database", "0002_change.py:12 db.invalid:3306/x"),
    "fetches something": ("import urllib.request\nurllib.request.urlopen('http://db.invalid/x')", "other-database",
                          "db.invalid:80"),
    "prints a flood": (f"for _ in range(500):\n    print('x' * {_BYTES // 500})", "", ""),
    "prints a flood on one line": (f"import os\nfor _ in range(200):\n    os.write(1, b'x' * {_BYTES // 200})", "", ""),
    "leaves a thread": ("import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()", "", ""),
    "never lets Python end": ("import atexit, time\natexit.register(time.sleep, 1000)", "", ""),
    "leaves a program": ("import subprocess\nsubprocess.Popen(['sleep', 'MARK'])", "", ""),
    "leaves a program in a session of its own":
        ("import subprocess\nsubprocess.Popen(['sleep', 'MARK'], start_new_session=True)", "", ""),
    "leaves a child in a session of its own":
        ("import os, time\nif os.fork() == 0:\n    os.setsid()\n    os.execvp('sleep', ['sleep', 'MARK'])", "", ""),
    "writes a file": ("open('left.txt', 'w').write('x')", "files-written", "left.txt was written, and is still there"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_revision_is_one_finding(case: str, tmp_path: Path) -> None:
    """The finding names the line; what is not the project's fault is no error; no process is left, and no file."""
    body, code, words = CASES[case]
    mark = f"1{abs(hash(tmp_path)) % 10**6}"
    folder = written(tmp_path, (f"{body.replace('MARK', mark)}\n{CHANGE}", ""), NEXT)
    files = _files(folder)
    document = _checked(folder, tmp_path / "home")

    errors = [each for each in document["findings"] if each["severity"] == "error" and each["code"] != "half-applied"]
    found = [each for each in document["findings"] if each["code"] == code]
    assert bool(found) == bool(code), document["findings"]
    assert len(errors) == (1 if code and code != "files-written" else 0), errors
    said = " ".join(f"{each['file']}:{each['line']} {each['title']}. {each['detail']} {each['fix']}" for each in found)
    assert all(word in said for word in words.split()), said
    assert _files(folder) - files == ({"left.txt"} if case == "writes a file" else set())
    assert not _running(mark)
    assert not list((tmp_path / "home" / "runs").iterdir())


def test_the_other_engines_walk_on(environment: dict[str, str], tmp_path: Path) -> None:
    """Where one engine's probe dies, the others get to the head."""
    dies = "if op.get_bind().dialect.name == 'sqlite':\n    import os\n    os._exit(3)"
    adds = "op.add_column('t', sa.Column('more', sa.Integer))"
    folder = written(tmp_path, (f"{dies}\n{adds}", "op.drop_column('t', 'more')"), NEXT)
    document = _checked(folder, tmp_path / "home", environment)
    last = {cell["engine"]: cell["outcome"] for cell in document["cells"] if cell["revision"] == "0003"}
    assert last["sqlite"] == "not run"
    others = {target["name"] for target in document["targets"] if target["up"]} - {"sqlite"}
    assert all(last[name] == "done" for name in others), last


def test_a_thread_of_the_application_is_told_from_a_revision(tmp_path: Path) -> None:
    """A job that the factory starts adds rows all the time: they are kept out, said, and no revision is blamed."""
    job = """
        import threading, time
        def run():
            with app.app_context():
                while True:
                    try:
                        db.session.execute(sa.text("INSERT INTO t (name) VALUES ('job')"))
                        db.session.commit()
                    except Exception:
                        db.session.rollback()
                    time.sleep(0.01)
        threading.Thread(target=run).start()
        """
    document = _checked(written(tmp_path, NEXT, factory=job), tmp_path / "home")
    assert {(each["code"], each["severity"]) for each in document["findings"]} == {
        ("app-writes-at-start", "note"), ("models-differ", "warning"),
    }  # fmt: skip
    assert "INSERT was kept out" in document["findings"][-1]["detail"]


@pytest.mark.parametrize(
    ("factory", "code", "says"),
    [
        ("upgrade()", "app-migrates-at-start", "0001 before anybody types flask db upgrade, by running its revisions."),
        ("db.create_all()\nstamp()", "app-migrates-at-start", "by noting it: no revision is run."),
        ("upgrade()\ndb.session.add(T(name='a'))\ndb.session.commit()", "app-migrates-at-start",
         "by running its revisions. It adds rows itself, too: to t."),
        ("db.create_all()\ndb.session.add(T(name='a'))\ndb.session.commit()", "app-writes-at-start",
         "It adds rows itself, too: to t."),
    ],
)  # fmt: skip
def test_what_the_application_does_at_start_is_told(factory: str, code: str, says: str, tmp_path: Path) -> None:
    """It is told from what revisions do, and the walk begins with an empty database all the same."""
    does = "\n".join(f"    {line}" for line in factory.splitlines())
    at_start = f"from flask_migrate import stamp, upgrade\nwith app.app_context():\n{does}"
    document = _checked(written(tmp_path, factory=at_start), tmp_path / "home")
    assert [(each["code"], each["severity"]) for each in document["findings"]] == [(code, "note")]
    assert says in document["findings"][0]["detail"]


def _checked(folder: Path, home: Path, environment: dict[str, str] | None = None) -> dict[str, Any]:
    """The document of a check whose steps may take three seconds."""
    words = ["check", str(folder), "--python", sys.executable, "--format", "json", "--quiet"]
    seconds = "20" if environment else "3"
    own = {**(environment or alone_in(home)), "LAB_HOME": str(home), VARIABLE: seconds}
    answer = typed(*words, environment=own, cwd=folder)
    assert answer.returncode in (0, 1), answer.stderr
    document: dict[str, Any] = json.loads(answer.stdout)
    return document


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def _running(mark: str) -> list[str]:
    """The programs that a revision left, which has a moment to end."""
    end = time.monotonic() + 2
    while True:
        listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout.splitlines()
        found = [line for line in listed if line == f"sleep {mark}"]
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.05)
