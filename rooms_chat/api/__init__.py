"""The room's URL for programs, and how the server is."""

from flask import Flask

from rooms_chat.api import health, rooms


def init_app(app: Flask) -> None:
    for door in (rooms, health):
        app.register_blueprint(door.blueprint)
