"""What an error says of itself: each driver keeps the engine's code and its words somewhere else."""


def original_of(error):
    """Return the driver's own error behind SQLAlchemy's, or None."""
    original = getattr(error, "orig", None)
    return original if isinstance(original, BaseException) else None


def code_of(original):
    """Return the engine's code of a driver's error, as text, or None: PostgreSQL's SQLSTATE, MySQL's number.

    psycopg2 calls it pgcode and psycopg sqlstate; PyMySQL, mysqlclient and mysql.connector give the number first, and
    mariadb calls it errno; pg8000 gives what the server sent, by the letters of PostgreSQL's protocol.
    """
    first = original.args[0] if original.args else None
    if isinstance(first, dict):
        return first.get("C")
    codes = (getattr(original, name, None) for name in ("pgcode", "errno", "sqlstate"))
    found = next(filter(None, (first if isinstance(first, int) else None, *codes)), None)
    return None if found is None else str(found)


def message_of(error):
    """Return what an error says."""
    first = error.args[0] if error.args else None
    return str(first["M"]) if isinstance(first, dict) and "M" in first else str(error)
