"""What ended a step, in words that can be sent: whatever the exception is, and whatever it does when it is asked."""

_LENGTH = 4000


def failure(error, places):
    """Describe an exception: its class, the engine's code, what it says, the statement, and the project's line."""
    original = getattr(error, "orig", None)
    driver = original if isinstance(original, BaseException) else None
    ended = error if driver is None else driver
    return {
        "class": type(ended).__name__,
        "code": None if driver is None else code_of(driver),
        "message": said(ended),
        "sql": str(getattr(error, "statement", None) or "")[:_LENGTH],
        "at": places.of_error(error),
    }


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


def said(error):
    """Return what an exception says; one that fails when it is asked says nothing."""
    try:
        first = error.args[0] if error.args else None
        # pg8000 gives what the server sent, as above.
        text = first["M"] if isinstance(first, dict) and "M" in first else error
        return str(text)[:_LENGTH]
    except Exception:  # its __str__ is the project's own
        return ""


def chain(error):
    """Yield an exception and those behind it, each once: a circle of causes is a circle that somebody made."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
