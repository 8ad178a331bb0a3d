"""The pages as one file to keep: the matrix that the address asks for, and the evidence behind it."""

from flask import Blueprint, Response

from lab_app.report.page.one_file import report
from lab_app.web.pages.matrix import asked

save_pages = Blueprint("save", __name__)
_NAME = "migration-lab.html"


@save_pages.get("/report.html")
def save() -> Response:
    """Hand the file over to be saved: the script inside it runs from disk, and is refused among the pages."""
    wishes, shown = asked()
    answer = Response(
        report(shown, wishes).encode("utf-8", "backslashreplace"), content_type="text/html; charset=utf-8"
    )
    answer.headers.set("Content-Disposition", "attachment", filename=_NAME)
    return answer
