"""Engines that the project makes by itself: ``create_engine`` wrapped wherever it is imported from."""

import os
import weakref

from . import addresses
from .channel import hidden
from .scratches import MAIN

#: Options that one dialect knows and another one does not.
_OF_A_DIALECT = (
    "pool_size",
    "max_overflow",
    "pool_timeout",
    "pool_use_lifo",
    "isolation_level",
    "executemany_mode",
    "connect_args",
    "client_encoding",
    "implicit_returning",
    "fast_executemany",
    "encoding",
    "convert_unicode",
    "use_insertmanyvalues",
    "json_serializer",
)


class NoAsyncDriverError(LookupError):
    """An engine of asyncio was asked for, and the scratch database is of another kind than its driver's."""


class Engines:
    """Sends what the project asks for to a scratch database, and remembers the engines to close them.

    An engine that a revision makes for another address is left alone: the guard refuses its connection.
    """

    def __init__(self, scratches, places, notes):
        self._scratches = scratches
        self._places = places
        self._notes = notes
        self._made = weakref.WeakSet()
        self._main_claimed = False

    def install(self):
        """Wrap ``create_engine`` in SQLAlchemy's modules, from which everybody imports it."""
        import sqlalchemy
        import sqlalchemy.engine
        import sqlalchemy.engine.create as create

        self._real = create.create_engine
        for module in (create, sqlalchemy.engine, sqlalchemy):
            module.create_engine = self.create_engine

    def claim_main(self):
        """Say that the application's own database has been found: other addresses are other databases."""
        self._main_claimed = True

    def create_engine(self, url, *arguments, **options):
        """Make an engine as SQLAlchemy does, at the scratch database that stands for the address.

        Raises:
            NoAsyncDriverError: it is one of asyncio, for another kind of database.
        """
        from sqlalchemy.engine import make_url
        from sqlalchemy.pool import NullPool

        wanted = make_url(url)
        given = self._instead_of(wanted)
        if options.get("_is_async"):
            given = _with_driver_of(wanted, given)
        if given is not wanted:
            self._notes.add("engine-moved", hidden(wanted.render_as_string()))
            if given.drivername != wanted.drivername:
                self._drop(options, ["connect_args"])
        if given.database not in (None, *addresses.MEMORY):
            # A pool would keep a lock, or a session, from one step to the next.
            self._drop(options, [name for name in options if name.startswith(("pool_", "max_overflow"))])
            options["poolclass"] = NullPool
        engine = self._made_with(given, arguments, options)
        self._made.add(engine)
        return engine

    def dispose(self):
        """Close what the project's engines still hold."""
        for engine in list(self._made):
            engine.dispose()

    def _instead_of(self, wanted):
        from sqlalchemy.engine import make_url

        if wanted.database in addresses.MEMORY or self._scratches.knows(addresses.of_url(wanted)):
            return wanted
        main = make_url(self._scratches.url(MAIN))
        if wanted.database in (None, *addresses.MAINTENANCE):
            same = addresses.backend_of(wanted) == addresses.backend_of(main)
            return main.set(database=wanted.database) if same and wanted.host else wanted
        place = self._places.here()
        if place and place["revision"]:
            return wanted
        original = wanted.render_as_string(hide_password=False)
        if not self._main_claimed or (place and os.path.basename(place["file"]) == "env.py"):
            self._scratches.claim(original, MAIN)
            self._main_claimed = True
        return make_url(self._scratches.url(self._scratches.slot_for(original)))

    def _made_with(self, url, arguments, options):
        """Make the engine; options that its dialect does not know are dropped, and noted."""
        from sqlalchemy.exc import ArgumentError

        try:
            return self._real(url, *arguments, **options)
        except (TypeError, ArgumentError) as error:
            named = [name for name in _OF_A_DIALECT if name in options and name in str(error)]
            foreign = named or [name for name in _OF_A_DIALECT if name in options]
            if not foreign:
                raise
            self._drop(options, foreign)
            return self._made_with(url, arguments, options)

    def _drop(self, options, names):
        for name in [name for name in names if name in options]:
            del options[name]
            self._notes.add("option-dropped", name)


def _with_driver_of(wanted, given):
    """Return the scratch database's address with asyncio's driver that the project asks for.

    Raises:
        NoAsyncDriverError: that driver is for another kind of database.
    """
    if addresses.backend_of(wanted) != addresses.backend_of(given):
        raise NoAsyncDriverError(
            f"an engine of asyncio is made by {wanted.drivername}, which is no driver for this kind of database"
        )
    return given.set(drivername=wanted.drivername, query={})
