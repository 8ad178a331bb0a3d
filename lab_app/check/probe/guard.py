"""No connection but to scratch databases: refused before anything is touched, and noted with file and line.

A guard rail, not a sandbox: programs that the project starts are out of its reach, and are noted.
"""

import importlib
import ipaddress
import os
import socket
import sys

from . import addresses

#: Drivers written in C open their own sockets, which no audit hook sees.
_DRIVERS = (
    ("psycopg2", "connect", addresses.of_postgresql),
    ("psycopg2", "_connect", addresses.of_postgresql),
    ("pymysql", "connect", addresses.of_mysql),
    ("pymysql", "Connect", addresses.of_mysql),
    ("MySQLdb", "connect", addresses.of_mysql),
    ("MySQLdb", "Connect", addresses.of_mysql),
    ("mysql.connector", "connect", addresses.of_mysql),
    ("mariadb", "connect", addresses.of_mysql),
)
#: Where drivers connect to when nobody says where: nowhere.
_NOWHERE = {"PGHOST": "/nonexistent", "PGPORT": "1", "MYSQL_UNIX_PORT": "/nonexistent", "MYSQL_TCP_PORT": "1"}
#: Names of this machine; looking one up asks nobody.
_THIS_MACHINE = ("", "localhost", "127.0.0.1", "::1", "localhost.localdomain")
_LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname")
_PROGRAMS = ("subprocess.Popen", "os.system", "os.posix_spawn", "os.exec")


class RefusedConnectionError(ConnectionRefusedError, socket.gaierror):
    """A connection that does not go to a scratch database, or the look-up of a host for one."""


class Guard:
    """Watches drivers, files and sockets; ``allowed`` holds (host, port) pairs that are nobody's database."""

    def __init__(self, scratches, notes, allowed):
        self._scratches = scratches
        self._notes = notes
        self._allowed = {(host, int(port)) for host, port in allowed}
        self._addresses = {}
        self._own_name = socket.gethostname()
        self._folder = os.path.join(os.getcwd(), "")

    def install(self):
        """Watch from now on; it cannot be undone, as an audit hook cannot."""
        os.environ.update(_NOWHERE)
        for host, port in self._allowed:
            self._addresses_of(host, port)
        for module, name, key_of in _DRIVERS:
            self._wrap(module, name, key_of)
        self._wrap_psycopg()
        self._wrap_connector()
        sys.addaudithook(self._audit)

    def check(self, key):
        """Let a connection to a scratch database pass, and one to the scratch server without a database.

        Raises:
            RefusedConnectionError: it goes elsewhere.
        """
        if self._scratches.knows(key):
            return
        elsewhere = len(key) < 3 or (key[3] not in addresses.MAINTENANCE and (key[1], key[2]) not in self._allowed)
        if not elsewhere and self._may_reach(key[1], key[2]):
            return
        self.refuse(_named(key))

    def refuse(self, what):
        """Note a connection, and refuse it.

        Raises:
            RefusedConnectionError: always.
        """
        self._notes.add("refused", what)
        said = f"migration-lab refused a connection to {what}: it is not a scratch database"
        sys.stderr.write(said + "\n")  # a project that tries again without an end tells no note
        raise RefusedConnectionError(said)

    def _audit(self, event, arguments):
        if event == "sqlite3.connect":
            key = addresses.of_file(arguments[0])
            if key[1] != ":memory:":
                self.check(key)
        elif event == "socket.connect":
            address = arguments[1]
            if isinstance(address, tuple) and address[0] and not self._may_reach(address[0], address[1]):
                self.refuse(f"{address[0]}:{address[1]}")
            elif isinstance(address, (str, bytes)):
                self.refuse(os.fsdecode(address))
        elif event in _LOOK_UPS:
            self._may_look_up(*arguments[:2])
        elif event == "open":
            self._see_file(arguments[0], arguments[2])
        elif event in _PROGRAMS:
            self._notes.add("program", str(arguments[0])[:200])

    def _see_file(self, path, flags):
        """Note a file of the project's own folder that is opened for writing."""
        if not isinstance(flags, int) or not flags & (os.O_WRONLY | os.O_RDWR) or not isinstance(path, (str, bytes)):
            return
        file = os.path.abspath(os.fsdecode(path))
        if file.startswith(self._folder) and not file.endswith(".pyc"):
            self._notes.add("file", file[len(self._folder) :])

    def _may_reach(self, host, port):
        """Tell whether a host, by name or by address, and a port are a scratch server's, or allowed."""
        return any(
            port == its_port and host in self._addresses_of(its_host, port)
            for its_host, its_port in self._scratches.servers | self._allowed
        )

    def _addresses_of(self, host, port):
        """Return a host's name and its addresses; whoever connects by name connects to one of those."""
        if host in _THIS_MACHINE:
            return _THIS_MACHINE
        if (host, port) not in self._addresses:
            self._addresses[host, port] = {host}
            try:
                found = socket.getaddrinfo(host, port)
            except OSError:  # nobody knows it now, so nobody connects to it
                found = []
            self._addresses[host, port] |= {each[4][0] for each in found}
        return self._addresses[host, port]

    def _may_look_up(self, host, port=None):
        """Let the names of this machine, of scratch servers and of what is allowed be looked up, and addresses.

        Raises:
            RefusedConnectionError: it is another host, and the question would leave this machine.
        """
        name = os.fsdecode(host) if isinstance(host, (str, bytes)) else ""
        known = {each for each, _ in self._scratches.servers | self._allowed}
        if name in _THIS_MACHINE or name in known or self._own_name in (name, name.partition(".")[0]):
            return
        try:
            ipaddress.ip_address(name.partition("%")[0])
        except ValueError:
            self.refuse(f"{name}:{port}" if port else name)

    def _wrap(self, module_name, name, key_of):
        try:
            module = importlib.import_module(module_name)
        except Exception:  # whatever a driver that is not whole raises: then nobody connects with it
            return
        real = getattr(module, name, None)
        if real is None:
            return

        def connect(*arguments, **named):
            self.check(key_of(arguments, named))
            return real(*arguments, **named)

        setattr(module, name, connect)

    def _wrap_psycopg(self):
        """Wrap psycopg's ``Connection.connect``, which SQLAlchemy and pools call."""
        try:
            import psycopg
        except Exception:  # as above
            return
        real = psycopg.Connection.connect.__func__
        guard = self

        def connect(cls, conninfo="", *arguments, **named):
            guard.check(addresses.of_postgresql((conninfo,) if conninfo else (), named))
            return real(cls, conninfo, *arguments, **named)

        psycopg.Connection.connect = classmethod(connect)
        psycopg.connect = psycopg.Connection.connect

    def _wrap_connector(self):
        """Wrap the class that mysql.connector's C extension connects with."""
        try:
            from mysql.connector.connection_cext import CMySQLConnection
        except Exception:  # as above
            return
        real = CMySQLConnection._open_connection
        guard = self

        def open_connection(connection):
            guard.check(("mysql", connection._host or "", int(connection._port or 3306), connection._database or ""))
            return real(connection)

        CMySQLConnection._open_connection = open_connection


def _named(key):
    """Write a key as a person would: a file, or host, port and database."""
    if len(key) == 2:
        return f"the SQLite file {key[1]}"
    return f"{key[1] or 'localhost'}:{key[2]}/{key[3]}"
