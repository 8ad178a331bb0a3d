"""What every page is behind: known host names only, forms that carry a token, and no script but the lab's own files."""

import os
import secrets

from flask import Flask, Response
from flask_wtf.csrf import CSRFProtect

#: What a database, a migration or a scenario wrote cannot become a script or a style, nor be framed or sent elsewhere.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # Flask-WTF compares the referrer of a form that is sent over HTTPS
    "X-Content-Type-Options": "nosniff",
}


def secure(app: Flask) -> None:
    """Put an app's pages behind the host check, the token check and the headers.

    Another page that points its own name at this computer (DNS rebinding) is refused by its Host; LAB_ALLOWED_HOSTS
    lets names in. The key that signs tokens is new with each start, and so is the cookie's name: two labs on two
    ports of one computer share their cookies.
    """
    allowed = os.environ.get("LAB_ALLOWED_HOSTS", "").replace(",", " ").split()
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost", *allowed]
    app.config["SECRET_KEY"] = app.config.get("SECRET_KEY") or secrets.token_hex()
    app.config["SESSION_COOKIE_NAME"] = f"lab_{secrets.token_hex(4)}"
    app.config["SESSION_COOKIE_SAMESITE"] = "Strict"
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a page may stay open as long as the server runs
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    CSRFProtect(app)
    app.after_request(_headers)


def _headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response
