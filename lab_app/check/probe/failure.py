"""What ended a step, in words that can be sent: whatever the exception is, and whatever it does when it is asked."""

_LENGTH = 4000


def failure(error, places):
    """Describe an exception: its class, the engine's code, what it says, the statement, and the project's line."""
    original = getattr(error, "orig", None)
    if original is None:
        original = error
    code = getattr(original, "pgcode", None)
    arguments = getattr(original, "args", ())
    if code is None and original is not error and arguments and isinstance(arguments[0], int):
        code = arguments[0]
    return {
        "class": type(original).__name__,
        "code": None if code is None else str(code),
        "message": said(original),
        "sql": str(getattr(error, "statement", None) or "")[:_LENGTH],
        "at": places.of_error(error),
    }


def said(error):
    """Return what an exception says; one that fails when it is asked says nothing."""
    try:
        return str(error)[:_LENGTH]
    except Exception:  # its __str__ is the project's own
        return ""


def chain(error):
    """Yield an exception and those behind it, each once: a circle of causes is a circle that somebody made."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
