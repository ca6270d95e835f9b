"""The pages: parse what came, call one noun, show what it answered. Rules live in the nouns."""

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect

from rooms_chat.web import assets, compression, failures, headers, installed, links, messages, people, rooms, shown
from rooms_chat.web.context import address, chat


def init_app(app: Flask) -> None:
    """Register the pages, what their templates need, and what every answer carries."""
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["SESSION_COOKIE_SECURE"] = people.over_https(app)
    # A page may stay open for days before somebody speaks in it; the token lives as long as the session.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    CSRFProtect(app)
    for part in (assets, compression, headers, failures, shown, people):
        part.init_app(app)
    app.before_request(count_page)
    for door in (rooms.pages, messages.pages, people.pages, links.pages, installed.pages):
        app.register_blueprint(door)


def count_page() -> None:
    """A page costs what a request of a socket does. Raises RateLimited."""
    if request.blueprint in ("rooms", "messages", "links"):
        chat().limits.reading.count_pages(address())
