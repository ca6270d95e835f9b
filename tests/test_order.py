"""A connection's requests take effect in the order they came, and each has its turn."""

import pytest

from rooms_chat.connections import Connection
from rooms_chat.hub import Pending
from rooms_chat.sockets.answers import Answer
from rooms_chat.sockets.order import hold_requests, in_turn


@pytest.fixture
def connection():
    return Connection("alice", "127.0.0.1", None)


@pytest.fixture
def ask(connection):
    return lambda call: in_turn(connection, Answer(None), call)


def test_what_comes_while_a_room_is_opened_waits_for_it(connection, ask):
    done, opening = [], Pending()
    ask(lambda: hold_requests(connection, opening))
    ask(lambda: done.append("post"))
    assert done == []
    opening.settle(None)
    ask(lambda: done.append("next"))
    assert done == ["post", "next"]


@pytest.mark.parametrize("is_there", [True, False])
def test_what_waits_has_its_turn_whether_or_not_a_request_before_it_waits_too(connection, ask, is_there):
    """The second room of two may have been opened by somebody else meanwhile: then nothing is waited for."""
    done, opening, second = [], Pending(), Pending()
    if is_there:
        second.settle(None)
    ask(lambda: hold_requests(connection, opening))
    ask(lambda: hold_requests(connection, second))
    ask(lambda: done.append("post"))
    opening.settle(None)
    if not is_there:
        assert done == []
        second.settle(None)
    ask(lambda: done.append("next"))
    assert done == ["post", "next"]
