"""The room's URL for programs."""

from flask import Flask

from rooms_chat.api.rooms import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
