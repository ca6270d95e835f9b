"""The person behind a browser: the cookie that comes with the first page, and the language chosen by hand."""

from flask import Blueprint, Flask, Response, current_app, g, redirect
from werkzeug.wrappers import Response as Answer

from rooms_chat.people import COOKIE_NAME, Person
from rooms_chat.web.context import LANGUAGE_COOKIE, chat
from rooms_chat.web.forms import ChooseLanguage

pages = Blueprint("people", __name__)
YEAR_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Hand every new guest their cookie."""
    app.after_request(remember)


def over_https(app: Flask) -> bool:
    """Whether people reach this server over https, so that cookies may insist on it."""
    return (app.extensions["rooms"].settings.public_url or "").startswith("https://")


def remember(response: Response) -> Response:
    """Set the cookie with the first page, before there is a name, so that all tabs are one person."""
    if g.get("new_person"):
        keep(response, COOKIE_NAME, chat().people.key_for(g.person), httponly=True)
    return response


@pages.post("/language")
def choose_language() -> Answer:
    """Remember the language and go back to the page."""
    form = ChooseLanguage()
    response = redirect(form.way_back(), 303)
    if chosen := form.chosen():
        keep(response, LANGUAGE_COOKIE, chosen, httponly=True)
    return response


def become(person: Person, response: Answer) -> Answer:
    """This browser is somebody from now on, whoever it was."""
    g.person, g.new_person = person, False
    keep(response, COOKIE_NAME, chat().people.key_for(person), httponly=True)
    return response


def keep(response: Answer, name: str, value: str, httponly: bool) -> None:
    """A cookie for a year, never sent along from other sites' forms."""
    secure = over_https(current_app)
    response.set_cookie(name, value, max_age=YEAR_SECONDS, httponly=httponly, samesite="Lax", secure=secure)
