"""The one family of errors that the lab explains instead of tracing."""

from lab_app.text import one_line


class LabError(Exception):
    """Something the person can put right.

    The message is one line: what is wrong, with the value, then what to type. It holds no
    password and no path below the lab's own folders. The command line prints it and exits with 2;
    every other exception is a defect and keeps its traceback. Whatever text of others stands in it, it is one line
    that can be printed.
    """

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))
