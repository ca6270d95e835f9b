"""The pytest plugin. Imports nothing heavy: every pytest run of an environment with Rooms in it loads this."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rooms_chat.testing.cast import Cast
    from rooms_chat.testing.person import Person
    from rooms_chat.testing.server import Server


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("rooms", "scenarios of Rooms")
    group.addoption(
        "--rooms-url",
        metavar="URL",
        default=None,
        help="play the scenarios on this running server; by default each has a chat of its own inside the test process",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "rooms(**settings): settings of the server this scenario needs, such as open_rooms='nobody'; "
        "it is skipped on a server that is far away.",
    )


@pytest.fixture(scope="session")
def rooms_url(request: pytest.FixtureRequest) -> str | None:
    """The server to play on; None for one inside the test process."""
    url: str | None = request.config.getoption("--rooms-url")
    return url


@pytest.fixture(scope="session")
def rooms_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once."""
    from rooms_chat.testing.inside import make_template

    return make_template(tmp_path_factory.mktemp("rooms"))


@pytest.fixture
def rooms_database() -> str | None:
    """The URL of an empty database on PostgreSQL for this scenario; None for a file of its own."""
    return None


@pytest.fixture
def rooms_server(request: pytest.FixtureRequest, rooms_url: str | None, tmp_path: Path) -> "Server":
    """The server a scenario plays on."""
    __tracebackhide__ = True
    marker = request.node.get_closest_marker("rooms")
    if rooms_url is not None:
        from rooms_chat.testing.live import Live

        if marker is not None:
            pytest.skip("this scenario needs settings of its own")
        return Live(rooms_url)
    from rooms_chat.testing.inside import Inside, make_settings

    chosen = marker.kwargs if marker else {}
    if (url := request.getfixturevalue("rooms_database")) is not None:
        return Inside(make_settings(tmp_path / "rooms", **chosen, database=url), None)
    return Inside(make_settings(tmp_path / "rooms", **chosen), request.getfixturevalue("rooms_template"))


@pytest.fixture
def cast(rooms_server: "Server") -> Iterator["Cast"]:
    """As many people as wanted: `dave = cast("dave")`."""
    from rooms_chat.testing.cast import Cast

    everybody = Cast(rooms_server)
    yield everybody
    everybody.goes_home()


@pytest.fixture
def alice(cast: "Cast") -> "Person":
    """Alice."""
    return cast("alice")


@pytest.fixture
def bob(cast: "Cast") -> "Person":
    """Bob."""
    return cast("bob")


@pytest.fixture
def charlie(cast: "Cast") -> "Person":
    """Charlie."""
    return cast("charlie")
