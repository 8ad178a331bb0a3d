"""What the probe does when it is told to: one revision up or down, a comparison, the tables of the models."""

import importlib.util
import inspect
import os
import random

from .project import ProjectNotFoundError


class Steps:
    """The commands of the walk, a method each; an answer is a dictionary."""

    def __init__(self, project, scratches):
        self._project = project
        self._scratches = scratches

    def history(self, _message):
        """Read the revisions anew and return them."""
        self._project.read_script()
        return self._project.describe()

    def settings(self, _message):
        """Return how env.py configures Alembic: the version table, whether DDL is transactional, where it connects.

        env.py runs for that, and may write; the walk makes the database anew afterwards.

        Raises:
            ProjectNotFoundError: env.py runs nothing, or has no connection.
        """
        found = {}

        def ask(_revision, context, _script):
            connection, options = context.connection, context.opts
            if connection is None:
                raise ProjectNotFoundError("env.py gives Alembic no connection: it runs offline only.")
            found.update(
                dialect=connection.dialect.name,
                version_table=options.get("version_table") or "alembic_version",
                version_table_schema=options.get("version_table_schema"),
                transactional_ddl=bool(context.impl.transactional_ddl),
                per_migration=bool(getattr(context, "_transaction_per_migration", False)),
                autocommit=connection.get_isolation_level() == "AUTOCOMMIT",
                batch=bool(options.get("render_as_batch")),
                connected_to=_where(connection),
            )
            return []

        self._project.environment(ask, dont_mutate=True)
        if not found:
            raise ProjectNotFoundError("env.py never calls context.run_migrations(), so no revision is ever run.")
        return found

    def up(self, message):
        """Apply one revision and nothing else, with env.py's own configuration."""
        return self._step(message["revision"], upward=True)

    def down(self, message):
        """Take one revision back and nothing else."""
        return self._step(message["revision"], upward=False)

    def upgrade(self, message):
        """Apply everything up to ``revision``, in one go, as ``flask db upgrade`` does."""
        from alembic import command

        command.upgrade(self._project.config, message["revision"])
        return {}

    def downgrade(self, message):
        """Take everything back down to ``revision``, in one go."""
        from alembic import command

        command.downgrade(self._project.config, message["revision"])
        return {}

    def stamp(self, message):
        """Write a revision into the database and change nothing else."""
        from alembic import command

        command.stamp(self._project.config, message["revision"])
        return {}

    def seed(self, message):
        """Call the function of a person's file that puts rows in: ``seed(connection)``, or ``seed()``.

        The connection is in a transaction of its own, which is committed when the function returns. A function
        without arguments uses the application's session, which is committed, too.
        """
        from sqlalchemy import create_engine

        function = _function_of(message["file"])
        # Each engine has a process of its own: what comes by chance is to be the same in all of them.
        random.seed(0)
        if inspect.signature(function).parameters:
            with create_engine(self._scratches.url(message["slot"])).begin() as connection:
                function(connection)
            return {}
        function()
        database = self._project.database()
        if database is not None:
            database.session.commit()
        return {}

    def compare(self, _message):
        """Compare the models with the database as autogenerate does, and return what it would change, a line each."""
        from alembic.autogenerate import produce_migrations

        lines = []

        def look(_revision, context, _script):
            metadata = context.opts.get("target_metadata")
            for each in metadata if isinstance(metadata, (list, tuple)) else [metadata]:
                if each is not None:
                    lines.extend(map(_told, _flat(produce_migrations(context, each).upgrade_ops.as_diffs())))
            return []

        self._project.environment(look)
        return {"differences": lines}

    def create_all(self, _message):
        """Make the tables of the models, as the application would."""
        database = self._project.database()
        if database is None:
            raise LookupError("there is no application to ask for its models")
        database.create_all()
        return {}

    def query(self, _message):
        """Ask the database for the first row of each model, as the application would.

        Raises:
            Exception: the engine's, where a table or a column is not there.
        """
        import sqlalchemy as sa

        database = self._project.database()
        for mapper in sorted(database.Model.registry.mappers, key=lambda each: each.class_.__name__):
            database.session.execute(sa.select(mapper.class_).limit(1)).first()
        return {}

    def try_out(self, message):
        """Send statements as the application would, each in a transaction that is taken back.

        Return what is said of each: nothing, where it went through.
        """
        from sqlalchemy import text
        from sqlalchemy.exc import DBAPIError

        session = self._project.database().session
        session.remove()
        said = []
        for statement in message["statements"]:
            try:
                session.execute(text(statement))
                said.append("")
            except DBAPIError as error:
                said.append(f"{type(error.orig).__name__}: {error.orig}")
            finally:
                session.rollback()
        return {"said": said}

    def _step(self, revision, upward):
        from alembic.runtime.migration import MigrationStep

        make = MigrationStep.upgrade_from_script if upward else MigrationStep.downgrade_from_script

        def steps(_revision, _context, script):
            return [make(script.revision_map, script.get_revision(revision))]

        self._project.environment(steps, starting_rev=None, destination_rev=revision)
        return {}


def _function_of(file):
    """Load a file of Python anew, and return its function."""
    spec = importlib.util.spec_from_file_location("migration_lab_seed", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.seed


def _where(connection):
    """Ask the connection itself where it is: an engine's address says what somebody hoped."""
    from sqlalchemy import text

    asked = {
        "sqlite": "SELECT file FROM pragma_database_list WHERE name = 'main'",
        "postgresql": "SELECT current_database()",
    }
    found = connection.execute(text(asked.get(connection.dialect.name, "SELECT DATABASE()"))).scalar()
    return os.path.basename(found) if connection.dialect.name == "sqlite" and found else found


def _flat(differences):
    for difference in differences:
        if isinstance(difference, list):
            yield from _flat(difference)
        else:
            yield difference


def _told(difference):
    """Write one difference of autogenerate's on a line: what it would do, and to what."""
    words = [str(difference[0])]
    for part in difference[1:]:
        if part is None or isinstance(part, dict):
            continue
        name = getattr(part, "name", None)
        table = getattr(getattr(part, "table", None), "name", None)
        words.append(f"{table}.{name}" if name and table else str(name or part))
    return " ".join(words)[:300]
