"""What went wrong, on a page of its own: the sentence, and the way out."""

import logging
from urllib.parse import urlsplit

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from rooms_chat import i18n
from rooms_chat.errors import RoomsError
from rooms_chat.web.context import chat, language, translate

logger = logging.getLogger(__name__)

SENTENCES = {
    400: "This request made no sense to the server.",
    403: "This is not open to you.",
    404: "There is no page at this address.",
    405: "This address does not take that.",
    413: "That was too much at once.",
    429: "That was too often. Wait a moment and try again.",
    503: "The server is busy. Try again in a moment.",
}
TOLD_TO_PROGRAMS = ("Allow", "Retry-After")
BROKEN = "Something broke on the server. It was noted down."
STALE = "This page was open for too long, or its cookie is gone. Go back, load it again and send it once more."
ELSEWHERE = "Forms are taken only at {address}. Go on there."


def init_app(app: Flask) -> None:
    """Show every failure the same way."""
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(RoomsError, refused)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, broken)
    app.jinja_env.globals["explain"] = explain


def explain(error: RoomsError) -> str:
    """Why, in the reader's language."""
    return i18n.explain(language(), error)


def stale(error: CSRFError) -> tuple[str, int]:
    """A form without a good token: an old one, or one where the cookies of the public address do not come along."""
    public = chat().settings.public_url
    if public and urlsplit(public).netloc != request.host:
        return page(400, translate(ELSEWHERE, address=public), way=public), 400
    return page(400, translate(STALE)), 400


def refused(error: RoomsError) -> tuple[str, int, dict[str, str]]:
    """A rule of chat said no where no door expected it."""
    return page(error.http_status, explain(error)), error.http_status, error.http_headers


def http(error: HTTPException) -> tuple[str, int, dict[str, str]] | HTTPException:
    """What the web framework refuses."""
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    said = {name: value for name, value in error.get_headers() if name in TOLD_TO_PROGRAMS}
    return page(status, translate(SENTENCES.get(status, BROKEN))), status, said


def broken(error: Exception) -> tuple[str, int]:
    """Nobody's fault but ours: to the log with it, never to the page."""
    logger.exception("%s %s failed", request.method, request.path)
    return page(500, translate(BROKEN)), 500


def page(status: int, sentence: str, way: str | None = None) -> str:
    """The page of a failure, with a way out. It asks the chat for nothing, since that may be what failed."""
    return render_template("errors/error.html", status=status, sentence=sentence, way=way)
