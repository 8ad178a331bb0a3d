"""The app under study: one table, and the two extensions that a Flask-Migrate app has."""

import flask_migrate
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, String
from sqlalchemy.orm import Mapped, mapped_column

#: A constraint that has a name can be dropped by it, on every engine and in batch mode.
NAMING_CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class _AnyFolder(flask_migrate.Config):  # type: ignore[misc]  # it carries no types
    """Flask-Migrate's configuration, for a folder with a percent sign in its name, too: to Alembic's that is syntax."""

    def set_main_option(self, name: str, value: str) -> None:
        """Set an option of alembic.ini."""
        super().set_main_option(name, value.replace("%", "%%") if name == "script_location" else value)


flask_migrate.Config = _AnyFolder

db = SQLAlchemy(metadata=MetaData(naming_convention=NAMING_CONVENTION))
migrate = Migrate()


class Student(db.Model):  # type: ignore[name-defined, misc]  # Flask-SQLAlchemy makes the base at run time
    """A student; everything but the key may be missing."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(100))
    email: Mapped[str | None] = mapped_column(String(100))
    course: Mapped[str | None] = mapped_column(String(50))
    age: Mapped[int | None]
