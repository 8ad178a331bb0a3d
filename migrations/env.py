"""What Alembic runs for every `flask db` command: it hands over the app's connection and its models.

Made by `flask db init` (Flask-Migrate 4.1), shortened to what Flask-SQLAlchemy 3 needs.
"""

import logging
from logging.config import fileConfig

from alembic import context
from flask import current_app

config = context.config
fileConfig(config.config_file_name, disable_existing_loggers=False)
logger = logging.getLogger("alembic.env")

migrate = current_app.extensions["migrate"]
target_metadata = migrate.db.metadata


def run_migrations_offline():
    """Print the SQL instead of running it (`flask db upgrade --sql`); only the dialect is asked."""
    url = migrate.db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, target_metadata=target_metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online():
    """Run them on the app's own engine, so that they and the app cannot disagree about the database."""
    # configure_args holds what Migrate() was given: compare_type and render_as_batch, both on by default.
    options = {"process_revision_directives": leave_out_empty} | migrate.configure_args
    with migrate.db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata, **options)
        with context.begin_transaction():
            context.run_migrations()


def leave_out_empty(_context, _revision, directives):
    """Write no file when `flask db migrate` finds nothing to do."""
    # https://alembic.sqlalchemy.org/en/latest/cookbook.html#don-t-generate-empty-migrations-with-autogenerate
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []
        logger.info("No changes in schema detected.")


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
