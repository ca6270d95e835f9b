"""What makes the server read has a rate of its own, wide enough for who comes back to many rooms."""

import http.client
import json
import secrets
from collections.abc import Mapping
from typing import NamedTuple

import pytest

from tests.transport.raw import Echo, Raw

LINE = "dear requests have a rate"


@pytest.fixture
def limited(serve):
    return serve("--message-rate", "5", "--connections-per-address", "200")


@pytest.mark.guards(LINE)
def test_who_joins_without_end_is_told_to_wait_and_then_gets_in(limited):
    room = secrets.token_hex(4)
    with Raw(limited) as raw, Echo(limited, room) as other:
        for n in range(200):
            raw.say(f'42{n}["join",{{"room":"{room}","user_name":"ann"}}]')
        answers = [raw.answer(n) for n in range(200)]
        assert [answer["ok"] for answer in answers[:100]] == [True] * 100
        refused = next(answer["error"] for answer in answers if not answer["ok"])
        assert refused["code"] == "rate_limited"
        assert 0 < refused["retry_after"] <= 1
        assert other.raw.ask("join", room=room)["ok"], "nobody else has to wait"
        while not raw.ask("join", room=room)["ok"]:
            pass


@pytest.mark.guards("posts have a rate")
def test_who_posts_without_end_is_told_to_wait_and_others_post(limited):
    room = secrets.token_hex(4)
    with Raw(limited) as raw, Raw(limited) as other:
        for one, name in ((raw, "ann"), (other, "bob")):
            one.ask("join", room=room, user_name=name)
        answers = [raw.ask("my event", room=room, message=str(n)) for n in range(30)]
        assert [answer["ok"] for answer in answers[:20]] == [True] * 20
        assert answers[-1]["error"]["code"] == "rate_limited"
        assert 0 < answers[-1]["error"]["retry_after"] <= 4
        assert other.ask("my event", room=room, message="and I?")["ok"]


def test_all_of_a_school_come_in_through_one_address(limited):
    crowd = [Raw(limited) for _ in range(180)]
    for n, raw in enumerate(crowd):
        raw.say(f'421["join",{{"room":"hall","user_name":"pupil {n}"}}]')
        raw.say('422["rooms",{"on":true}]')
        raw.say('423["history",{"room":"hall"}]')
    for raw in crowd:
        assert [raw.answer(number)["ok"] for number in (1, 2, 3)] == [True] * 3


def test_whole_rooms_as_json_are_counted_by_their_pages(serve):
    server = serve("--message-rate", "5", "--connections-per-address", "20")  # a request a second, and ten at once
    with Raw(server) as raw:
        raw.ask("join", room="hall", user_name="ann")
    answers = [get(server, "/r/hall.json?limit=500") for _ in range(60)]
    assert answers[0].status == 200
    refused = next(answer for answer in answers if answer.status == 429)
    assert int(refused.headers["Retry-After"]) >= 1
    assert json.loads(refused.body)["error"]["retry_after"] > 0
    assert get(server, "/healthz").status == 200


class Got(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


def get(server, path):
    connection = http.client.HTTPConnection(*server.address, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return Got(answer.status, answer.headers, answer.read())
    finally:
        connection.close()
