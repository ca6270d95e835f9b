"""Places: a thousand for an address, twenty for a person, and a tenth of all for plain pages."""

import json
import resource
import time

import pytest

from rooms_chat.transport.places import NoPlace, Places
from tests.transport.raw import Raw, ask_page, ask_upgrade, close_all, connect, frame, status_of

FILES = 400  # of which 200 are no places
PLACES, FOR_LINES = 200, 180
DEFAULT_PER_ADDRESS = 1000


@pytest.fixture
def many_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    close_all()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def statuses(server, count):
    """What so many handshakes are answered, one after the other; all that are taken stay and enter."""
    found = []
    for _ in range(count):
        connection = ask_upgrade(server)
        found.append(status_of(connection)[0])
        if found[-1] == 101:
            connection.sendall(frame(b"40"))
    return found


def test_who_has_a_network_has_no_more_places_than_who_has_an_address():
    places = Places(100, 2)
    for address in ("2001:db8::1", "2001:db8::2"):
        places.enter(address)
        places.enter_line(address)
    for enter in (places.enter, places.enter_line):
        with pytest.raises(NoPlace):
            enter("2001:db8::3")
    for address in ("2001:db8::2", "2001:db8::1"):
        places.leave(address)
        places.leave_line(address)
    assert places.left == 100
    assert not places._requests
    assert not places._lines


@pytest.mark.guards("a tenth of the places is kept for plain pages")
def test_a_tenth_of_the_places_is_kept_for_plain_pages(serve):
    server = serve("--connections-per-address", "0", files=FILES)
    assert statuses(server, PLACES + 10) == [101] * FOR_LINES + [503] * (PLACES + 10 - FOR_LINES)
    for _ in range(3):
        assert page(server)[0] == 200


@pytest.mark.guards("a tenth of the places is kept for plain pages")
def test_who_finds_no_place_is_told_so_in_words_and_not_left_waiting(serve):
    server = serve("--connections-per-address", "0", files=FILES)
    waiting = [connect(server) for _ in range(PLACES)]
    status, answer = page(server)
    assert status == 503
    assert b"Retry-After" in answer
    waiting.pop().close()
    until = time.monotonic() + 5
    while page(server)[0] != 200:
        assert time.monotonic() < until


def page(server):
    with ask_page(server) as connection:
        return status_of(connection)


@pytest.mark.guards("a thousand connections for an address, none without a limit")
def test_a_thousand_of_one_address_get_in_and_no_more(serve, many_files):
    found = statuses(serve(), DEFAULT_PER_ADDRESS + 20)
    assert (found.count(101), found.count(503)) == (DEFAULT_PER_ADDRESS, 20)
    assert found[:DEFAULT_PER_ADDRESS] == [101] * DEFAULT_PER_ADDRESS


@pytest.mark.guards("a thousand connections for an address, none without a limit")
def test_without_a_limit_more_of_one_address_get_in(serve, many_files):
    assert set(statuses(serve("--connections-per-address", "0"), DEFAULT_PER_ADDRESS + 100)) == {101}


@pytest.mark.guards("twenty connections for a person")
def test_a_person_gets_in_again_where_one_of_its_twenty_has_gone(server):
    with Raw(server) as first:
        key = first.ask("join", room="twenty", user_name="ann")["you"]["key"]
        more = [Raw(server, connect=False) for _ in range(20)]
        for raw in more[:19]:
            raw.say("40" + json.dumps({"key": key}))
            assert raw.text().startswith("40")
        more[0].say("41")
        more[0].heard_meanwhile()
        more[19].say("40" + json.dumps({"key": key}))
        assert more[19].text().startswith("40")
        refused = Raw(server, connect=False)
        refused.say("40" + json.dumps({"key": key}))
        assert json.loads(refused.text()[2:])["data"]["code"] == "busy"
