"""Flask-SQLAlchemy's settings, changed where every application hands them over: ``SQLAlchemy.init_app``."""

from . import addresses
from .channel import hidden
from .scratches import MAIN


class Settings:
    """Puts scratch databases into ``SQLALCHEMY_DATABASE_URI`` and each of ``SQLALCHEMY_BINDS``.

    ``wanted`` are other settings that the person gave, by name: they are there when a configuration is made, and
    nothing that the application puts into it changes them.
    """

    def __init__(self, scratches, engines, notes, wanted):
        self._scratches = scratches
        self._engines = engines
        self._notes = notes
        self._wanted = wanted
        #: Whether an application has come by.
        self.seen = False
        #: The backend of the address that the application had, where that is another one than the scratch database's.
        self.decided_before = None

    def install(self):
        """Wrap Flask's configuration, and ``init_app``; without Flask-SQLAlchemy there is nothing more to wrap."""
        if self._wanted:
            self._hold()
        try:
            from flask_sqlalchemy import SQLAlchemy
        except ImportError:
            return
        real = SQLAlchemy.init_app

        def init_app(database, app, *arguments, **named):
            self._change(app.config)
            return real(database, app, *arguments, **named)

        SQLAlchemy.init_app = init_app

    def _hold(self):
        """Have every configuration hold what the person wanted: each ``from_…`` goes through ``__setitem__``."""
        try:
            from flask import Config
        except ImportError:
            return
        wanted, init, set_item, update = self._wanted, Config.__init__, Config.__setitem__, Config.update

        def made(config, *arguments, **named):
            init(config, *arguments, **named)
            update(config, wanted)

        def put(config, name, value):
            set_item(config, name, wanted.get(name, value))

        def updated(config, *arguments, **named):
            update(config, *arguments, **named)
            update(config, wanted)

        Config.__init__, Config.__setitem__, Config.update = made, put, updated

    def _change(self, config):
        self.seen = True
        self._engines.claim_main()
        url = config.get("SQLALCHEMY_DATABASE_URI")
        if not (url and self._is_scratch(url)):
            if url:
                self._scratches.claim(url, MAIN)
                self._notes.add("address-replaced", hidden(url))
                main = self._scratches.url(MAIN)
                if addresses.backend_of(url) != addresses.backend_of(main):
                    self.decided_before = addresses.backend_of(url)
                    self._keep_options(config)
            config["SQLALCHEMY_DATABASE_URI"] = self._scratches.url(MAIN)
        binds = config.get("SQLALCHEMY_BINDS")
        if binds:
            config["SQLALCHEMY_BINDS"] = {key: self._bind(key, value) for key, value in binds.items()}
        config.update(self._wanted)

    def _bind(self, key, value):
        if value is None:
            return None
        url = value.get("url") if isinstance(value, dict) else value
        if url and self._is_scratch(url):
            return value
        moved = self._scratches.url(self._scratches.slot_for(url, key if key is not None else MAIN))
        return {**value, "url": moved} if isinstance(value, dict) else moved

    def _keep_options(self, config):
        """Drop options that were meant for the application's own kind of database."""
        options = dict(config.get("SQLALCHEMY_ENGINE_OPTIONS") or {})
        for name in ("connect_args", "isolation_level"):
            if options.pop(name, None) is not None:
                self._notes.add("option-dropped", name)
        config["SQLALCHEMY_ENGINE_OPTIONS"] = options

    def _is_scratch(self, url):
        try:
            return self._scratches.knows(addresses.of_url(url))
        except Exception:  # not an address at all: the application finds that out by itself
            return False
