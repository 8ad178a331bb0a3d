"""The project: its application, its Alembic configuration, and the history of its revisions."""

import contextlib
import importlib
import inspect
import os
import re
import warnings

#: What Alembic warns of, and goes on.
_TWICE = re.compile(r"Revision (\S+) is present more than once")
_VERSIONS = ("flask", "flask-sqlalchemy", "flask-migrate", "sqlalchemy", "alembic")


class ProjectNotFoundError(LookupError):
    """What the project should have is not there; the text is for the person."""


class Project:
    """A loaded project; ``app`` is None where it is plain Alembic.

    ``told`` is what the walk sent: app (a Flask import path), group (``module:name`` of a FlaskGroup), directory (of
    migrations) and ini (of Alembic), each or None.
    """

    def __init__(self, told):
        self._told = told
        self.app = None
        self.config = None
        self.script = None

    def load(self):
        """Import the application and read the history.

        Raises:
            ProjectNotFoundError: there is no application, no Flask-Migrate in it, or no migrations folder.
            Exception: whatever the project's own code raises.
        """
        if self._told.get("app") or self._told.get("group"):
            self.app = self._application()
            self.config = self._configuration()
        else:
            self.config = _plain(self._told["ini"])
            if self._told.get("directory"):
                self.config.set_main_option("script_location", self._told["directory"].replace("%", "%%"))
        self.read_script()

    def read_script(self):
        """Read the folder of revisions anew."""
        from alembic.script import ScriptDirectory

        self.script = ScriptDirectory.from_config(self.config)

    @property
    def versions(self):
        """The folders that hold revision files, each ending in a separator."""
        locations = getattr(self.script, "_version_locations", None) or getattr(self.script, "version_locations", None)
        folders = locations if isinstance(locations, (list, tuple)) and locations else [self.script.versions]
        return tuple(os.path.join(os.path.abspath(folder), "") for folder in folders)

    def inside(self):
        """Return a context in which the application is the current one."""
        return self.app.app_context() if self.app is not None else contextlib.nullcontext()

    def database(self):
        """Return the application's SQLAlchemy object, or None."""
        if self.app is None:
            return None
        return getattr(self.app.extensions.get("migrate"), "db", None)

    def schemas(self):
        """Return the schemas beside the default one that the application's models are in."""
        database = self.database()
        held = getattr(database, "metadatas", None) or {None: getattr(database, "metadata", None)}
        tables = [table for models in held.values() if models is not None for table in models.tables.values()]
        return sorted({table.schema for table in tables if table.schema})

    def describe(self):
        """Return the history, oldest first, with its heads and bases.

        ``twice`` are ids that two files have, of which Alembic takes one; ``labels`` are the branches of each head.
        """
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            scripts = list(self.script.walk_revisions())
        twice = [_TWICE.search(str(warning.message)) for warning in caught]
        heads = list(self.script.get_heads())
        revisions = []
        for script in scripts:
            revisions.append(
                {
                    "revision": script.revision,
                    "parents": _tuple(script.down_revision),
                    "depends_on": _tuple(script.dependencies),
                    "message": script.doc or "",
                    "file": os.path.abspath(script.path),
                }
            )
        return {
            "revisions": revisions[::-1],
            "heads": heads,
            "labels": {head: sorted(self.script.get_revision(head).branch_labels) for head in heads},
            "twice": sorted({found[1] for found in twice if found}),
            "bases": list(self.script.get_bases()),
        }

    def environment(self, steps, **options):
        """Run the project's env.py around ``steps(revision, context, script)``."""
        from alembic.runtime.environment import EnvironmentContext

        script = self.script
        with EnvironmentContext(
            self.config, script, fn=lambda revision, context: steps(revision, context, script), **options
        ):
            script.run_env()

    def _application(self):
        from flask.cli import ScriptInfo, prepare_import

        group, path = self._told.get("group"), self._told.get("app")
        if group:
            module, _, name = group.partition(":")
            found = getattr(importlib.import_module(module), name)
            return ScriptInfo(create_app=found.create_app).load_app()
        # flask.cli turns an ImportError inside of the module into a text: it is imported here first.
        importlib.import_module(prepare_import(re.split(r":(?![\\/])", path, maxsplit=1)[0]))
        return ScriptInfo(app_import_path=path).load_app()

    def _configuration(self):
        migrate = self.app.extensions.get("migrate")
        if migrate is None:
            raise ProjectNotFoundError(
                "The application has no Flask-Migrate. Its Migrate(app, db) may be in another factory."
            )
        folder = self._told.get("directory") or self._folder(str(migrate.directory))
        with self.app.app_context():
            return migrate.migrate.get_config(folder)

    def _folder(self, directory):
        root = self.app.root_path
        tried = [os.path.join(base, directory) for base in (os.getcwd(), root, os.path.dirname(root))]
        for folder in tried:
            if os.path.isfile(os.path.join(folder, "env.py")):
                return folder
        places = ", ".join(dict.fromkeys(tried))
        raise ProjectNotFoundError(f"There is no env.py in {places}. Type -d and the migrations folder.")


def _plain(file):
    """Return Alembic's configuration as its command line does: of a file, and of [tool.alembic] in pyproject.toml.

    Raises:
        ProjectNotFoundError: only pyproject.toml has one, and this Alembic does not read it.
    """
    from alembic.config import Config

    toml = file if file.endswith(".toml") else os.path.abspath("pyproject.toml")
    reads_toml = "toml_file" in inspect.signature(Config.__init__).parameters
    if toml == file and not reads_toml:
        raise ProjectNotFoundError("Alembic reads pyproject.toml from 1.16 on. Type --alembic and an alembic.ini")
    more = {"toml_file": toml} if reads_toml and os.path.isfile(toml) else {}
    return Config(**more) if toml == file else Config(file, **more)


def versions():
    """Return the versions of what the project has, by package; those that are missing are left out."""
    from importlib import metadata

    found = {}
    for name in _VERSIONS:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def _tuple(value):
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple, set)) else [value]
