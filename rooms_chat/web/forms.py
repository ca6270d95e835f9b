"""The forms of the pages. They carry the CSRF token and the shape; what may be in a field is the nouns' rule."""

import secrets

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from rooms_chat import i18n

VISIBILITIES = ("listed", "unlisted")


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF tells no types
    """What all forms have: the CSRF token."""


class OpenRoom(Form):
    """A name and who may see it in the list."""

    name = StringField()
    visibility = StringField()

    def chosen(self) -> str | None:
        """Who may find it; None leaves that to the server's setting."""
        return self.visibility.data if self.visibility.data in VISIBILITIES else None


class Say(Form):
    """A message. Its id is made with the page, so that a double click posts once."""

    id = HiddenField(default=lambda: secrets.token_hex(16))
    user_name = StringField()
    message = TextAreaField()


class ChooseLanguage(Form):
    """A language, and the page to go back to."""

    language = StringField()
    next = HiddenField()

    def chosen(self) -> str | None:
        """One of ours, or none."""
        return self.language.data if self.language.data in i18n.LANGUAGES else None

    def way_back(self) -> str:
        """A path of this server, whatever was sent."""
        path = self.next.data or "/"
        ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
        return path if ours else "/"
