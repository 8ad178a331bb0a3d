"""The logging that an env.py sets up, set up once: every step runs env.py, and this is a tenth of a step's time."""

import logging.config
import os


class LoggingOnce:
    """Lets ``fileConfig`` pass when it is first asked for a file as it is now, with these options."""

    def __init__(self):
        self._done = set()

    def install(self):
        """Wrap it where everybody imports it from."""
        real = logging.config.fileConfig

        def file_config(name, *arguments, **options):
            key = self._key(name, arguments, options)
            if key is None or key not in self._done:
                real(name, *arguments, **options)
                self._done.add(key)

        logging.config.fileConfig = file_config

    def _key(self, name, arguments, options):
        """Return what tells one call from another; None for a file that is no file."""
        try:
            found = os.stat(name)
            return (
                os.path.abspath(name),
                found.st_mtime_ns,
                found.st_size,
                repr(arguments),
                repr(sorted(options.items())),
            )
        except (TypeError, OSError):
            return None
