"""Where in the project's own files something happens: the stack, walked from the innermost frame."""

import functools
import os
import sys

_HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")


class Places:
    """Knows which folders hold revisions, and which file is the project's.

    ``versions`` are the folders of revision files, each ending in a separator.
    """

    def __init__(self):
        self.versions = ()

    def here(self):
        """Return ``{"file", "line", "revision"}`` of the innermost line in a revision, else in the project, or None.

        ``revision`` tells whether the file is one.
        """
        own = None
        frame = sys._getframe(1)
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(self.versions or ("\0",)):
                return {"file": file, "line": frame.f_lineno, "revision": True}
            if own is None and _is_own(file):
                own = {"file": file, "line": frame.f_lineno, "revision": False}
            frame = frame.f_back
        return own

    def of_error(self, error):
        """Return the same of where an exception was raised."""
        own = None
        trace = error.__traceback__
        while trace is not None:
            file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
            if file.startswith(self.versions or ("\0",)):
                own = {"file": file, "line": line, "revision": True}
            elif _is_own(file) and not (own and own["revision"]):
                own = {"file": file, "line": line, "revision": False}
            trace = trace.tb_next
        if isinstance(error, SyntaxError) and error.filename and _is_own(error.filename):
            own = {
                "file": error.filename,
                "line": error.lineno or 1,
                "revision": error.filename.startswith(self.versions or ("\0",)),
            }
        return own


@functools.lru_cache(maxsize=4096)
def _is_own(file):
    """Tell a file of the project from the interpreter's, a library's, and this package's."""
    if file.startswith((_HERE, "<")) or "site-packages" in file or "dist-packages" in file:
        return False
    return not file.startswith(os.path.join(os.path.dirname(os.__file__), ""))
