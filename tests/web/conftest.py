"""The pages over real nouns and a real journal, on the hub and the wire of scenarios."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from rooms_chat import create_app
from rooms_chat.config import read_settings
from rooms_chat.testing.memory import MemoryHub, MemoryWire

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """One visitor: keeps cookies, and fills in forms as they stand in the page."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def sees(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, buffered=True, **options)

    def reads(self, path: str, **options: Any) -> str:
        return self.sees(path, **options).text

    def token(self, path: str = "/") -> str:
        found = TOKEN.search(self.reads(path))
        assert found, f"{path} has no form"
        return found[1]

    def sends(self, path: str, token: str | None = None, **fields: str) -> TestResponse:
        return self.client.post(path, data={"csrf_token": token or self.token(), **fields})

    def opens(self, name: str, visibility: str = "listed") -> TestResponse:
        return self.sends("/rooms", name=name, visibility=visibility)

    def says(self, room: str, message: str, *, user_name: str = "", id: str = "") -> TestResponse:
        return self.sends(f"/r/{room}/messages", message=message, user_name=user_name, id=id or uuid4().hex)


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    made: list[Flask] = []

    def make(**flags: str) -> Flask:
        settings = read_settings({"data": str(tmp_path), "rooms_per_hour": "0", "message_rate": "0", **flags}, {})
        made.append(create_app(settings, secret_key="secret", hub=MemoryHub(), wire=MemoryWire()))
        return made[-1]

    yield make
    for app in made:
        app.extensions["rooms"].close(5)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def alice(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def bob(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def visitor() -> type[Browser]:
    return Browser
