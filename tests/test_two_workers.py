"""Two workers on one database, as the people at each of them see it."""

import secrets
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rooms_chat.testing.live import OrderedClient
from tests.conftest import WITHOUT_LIMITS, Program
from tests.services import Postgres, Redis, redis_server

PATIENCE_SECONDS = 30.0


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with redis_server() as server:
        yield server


@pytest.fixture(scope="module")
def workers(postgres: Postgres, redis: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Program]]:
    flags = (*WITHOUT_LIMITS, "--database", postgres.make_database(), "--redis", redis.url)
    both = [Program(tmp_path_factory.mktemp(f"worker{number}"), *flags) for number in range(2)]
    starting = [threading.Thread(target=worker.start) for worker in both]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join()
    yield both
    assert [worker.stop() for worker in both] == [0, 0]


class Person:
    """A client of one worker, and what it was told."""

    def __init__(self, worker: Program, auth: dict[str, Any] | None = None) -> None:
        self.told: list[tuple[str, Any]] = []
        self.came = threading.Event()
        self.client = OrderedClient(reconnection=False)
        self.client.on("*", self._put)
        self.client.connect(worker.url, transports=["websocket"], auth=auth)

    def asks(self, event: str, **fields: Any) -> Any:
        answer = self.client.call(event, fields, timeout=PATIENCE_SECONDS)
        assert answer["ok"], answer
        return answer

    def hears(self, event: str, fact: Callable[[Any], bool] = lambda body: True) -> Any:
        """What it was told, or is told in time."""
        timer = threading.Timer(PATIENCE_SECONDS, self.came.set)
        timer.start()
        try:
            while timer.is_alive():
                self.came.clear()
                if found := [body for told, body in self.told if told == event and fact(body)]:
                    return found[-1]
                self.came.wait()
        finally:
            timer.cancel()
        raise AssertionError(f"no such {event} in {PATIENCE_SECONDS:g} s: {self.told}")

    def heard(self, event: str) -> list[Any]:
        return [body for told, body in self.told if told == event]

    def _put(self, event: str, body: Any) -> None:
        self.told.append((event, body))
        self.came.set()


@pytest.fixture
def at(workers: list[Program]) -> Iterator[Callable[..., Person]]:
    """Somebody new at the first worker (0) or at the second (1)."""
    made: list[Person] = []

    def come(place: int, room: str | None = None, name: str | None = None, **auth: Any) -> Person:
        made.append(Person(workers[place], auth or None))
        if room is not None:
            made[-1].joined = made[-1].asks("join", room=room, **({"user_name": name} if name else {}))
        return made[-1]

    yield come
    for person in made:
        person.client.disconnect()
        person.client.eio.ws.shutdown()


@pytest.fixture
def room() -> str:
    return f"room-{secrets.token_hex(4)}"


def names(listed: list[dict[str, Any]]) -> list[str]:
    return [person["user_name"] for person in listed]


def test_a_word_said_at_one_worker_is_heard_at_the_other_and_in_no_other_room(at, room):
    alice, bob, charlie = at(0, room, "alice"), at(1, room, "bob"), at(1, f"{room}-else", "charlie")
    alice.asks("my event", room=room, message="soup?")
    assert bob.hears("my response")["message"] == "soup?"
    bob.asks("my event", room=room, message="soup!")
    assert alice.hears("my response", lambda body: body["seq"] == 2)["message"] == "soup!"
    assert charlie.heard("my response") == []


def test_who_joins_is_told_who_is_there_by_the_other_worker(at, room):
    alice = at(0, room, "alice")
    bob = at(1, room, "bob")
    bob.hears("members", lambda body: "alice" in names(body["came"]))
    assert alice.hears("members", lambda body: body["here"] == 2)
    bob.client.disconnect()
    assert alice.hears("members", lambda body: names(body["went"]) == ["bob"])["here"] == 1


def test_a_name_is_taken_at_both(at, room):
    at(0, room, "alice")
    at(1, room, "bob").hears("members", lambda body: "alice" in names(body["came"]))
    answer = at(1).client.call("join", {"room": room, "user_name": "Alice"})
    assert (answer["error"]["code"], answer["error"]["suggestion"]) == ("name_taken", "Alice 2")


def test_of_two_who_come_by_one_name_at_once_one_is_called_otherwise_and_all_see_the_same(at, room):
    watchers = [at(0, room, "zoe"), at(1, room, "yves")]
    elsewhere = at(0, f"{room}-else", "charlie")
    both = [at(0), at(1)]
    for person in both:  # who asks for no answer is not refused where the other's name is known already
        person.client.emit("join", {"room": room, "user_name": "alice"})
    for person in (*both, *watchers):
        person.hears("members", lambda body: "alice 2" in names(body["came"]))
    called = [[body for body in person.heard("members") if "alice 2" in names(body["came"])][-1] for person in watchers]
    assert called[0]["here"] == called[1]["here"] == 4
    assert not {"alice", "alice 2"} & {name for body in elsewhere.heard("members") for name in names(body["came"])}


def test_typing_is_seen_at_the_other_worker_and_not_in_ones_own_tabs(at, room):
    alice, bob = at(0, room, "alice"), at(1, room, "bob")
    phone = at(1, room, key=alice.joined["you"]["key"])
    alice.asks("typing", room=room)
    assert bob.hears("typing") == {"room": room, "user_name": "alice"}
    alice.asks("my event", room=room, message="soup?")
    phone.hears("my response")
    assert phone.heard("typing") == alice.heard("typing") == []


def test_the_tutorials_word_is_passed_on_by_both(at, room):
    alice, bob = at(0, room, "alice"), at(1, room, "bob")
    alice.asks("my event", room=room, data="User Connected")
    assert bob.hears("my response") == {"room": room, "data": "User Connected"}


def test_a_key_is_good_at_both_and_a_message_sent_again_is_the_same(at, room):
    alice = at(0, room, "alice")
    first = alice.asks("my event", room=room, message="soup?", id="soup-1")
    phone = at(1, room, key=alice.joined["you"]["key"])
    assert phone.joined["you"]["id"] == alice.joined["you"]["id"]
    assert phone.asks("my event", room=room, message="soup?", id="soup-1")["seq"] == first["seq"]


def test_leaving_for_good_at_one_takes_the_tabs_at_the_other_out(at, room):
    alice, bob = at(0, room, "alice"), at(1, room, "bob")
    alice.asks("my event", room=room, message="soup?")
    phone = at(1, room, key=alice.joined["you"]["key"])
    alice.asks("leave", room=room, forget=True)
    gone = phone.hears("members", lambda body: names(body["went"]) == ["alice"])
    assert gone["here"] >= 0
    bob.asks("my event", room=room, message="she is gone")
    bob.hears("my response", lambda body: body["message"] == "she is gone")
    refused = phone.client.call("my event", {"room": room, "message": "am I?"})
    assert refused["error"]["code"] == "not_joined"
    assert [body["message"] for body in phone.heard("my response")] == []


def test_what_a_person_has_seen_is_told_to_its_device_at_the_other_worker_wherever_that_is(at, room):
    alice, bob, charlie = at(0, room, "alice"), at(0, room, "bob"), at(1, room, "charlie")
    alice.asks("my event", room=room, message="soup?")
    key = alice.joined["you"]["key"]
    phone, tab = at(1, key=key), at(1, f"{room}-else", key=key)
    phone.asks("rooms", on=True)
    assert unread_with(bob.asks("my event", room=room, message="bread?"), phone) == 1
    for device in (phone, tab):
        while not device.heard("seen"):  # it is listened for soon after somebody came
            alice.asks("seen", room=room, seq=2)
            device.came.wait(0.2)
        assert device.hears("seen") == {"room": room, "seq": 2, "unread": 0, "mentions": 0}
    assert unread_with(bob.asks("my event", room=room, message="salt?"), phone) == 1
    assert charlie.heard("seen") == []


def unread_with(posted: dict[str, Any], device: Person) -> int:
    """What a device is told to be new once this is."""
    told = device.hears("unread", lambda body: body["rooms"][0]["last_seq"] == posted["seq"])
    return int(told["rooms"][0]["unread"])


def test_a_device_that_comes_by_the_other_worker_is_called_as_its_person_is_now(at, room):
    alice, bob = at(0, room, "alice"), at(1, room, "bob")
    alice.asks("my event", room=room, message="soup?")
    phone = at(1, key=alice.joined["you"]["key"])
    alice.asks("join", room=room, user_name="ally")
    alice.asks("status", status="away", words="at lunch")
    bob.hears("members", lambda body: ("ally", "at lunch") in [(p["user_name"], p.get("words")) for p in body["came"]])
    you = phone.asks("join", room=room)["you"]
    assert (you["user_name"], you["status"], you["words"]) == ("ally", "away", "at lunch")
    phone.asks("my event", room=room, message="on my way")
    assert bob.hears("my response", lambda body: body["message"] == "on my way")["user_name"] == "ally"
    assert "alice" not in names(bob.heard("members")[-1]["came"])


def test_lists_of_rooms_agree_and_stay_up_to_date_at_both(at, room):
    watchers = [at(0), at(1)]
    for watcher in watchers:
        watcher.asks("rooms", on=True)
    for place, name in enumerate(("alice", "bob")):
        at(place, room, name).asks("my event", room=room, message=f"{name} says so")

    def is_level(body: Any) -> bool:
        return any(
            (entry["name"], entry["here"], names(entry["people"])) == (room, 2, ["alice", "bob"])
            and entry["last"]["message"] == "bob says so"
            for entry in body["rooms"]
        )

    for watcher in watchers:
        watcher.hears("rooms", is_level)
    told = [{entry["name"]: entry for entry in watcher.asks("rooms", on=True)["rooms"]} for watcher in watchers]
    assert told[0][room]["here"] == told[1][room]["here"] == 2
    assert told[0][room]["people"] == told[1][room]["people"]


def test_a_status_said_at_one_is_shown_at_the_other(at, room):
    alice, bob = at(0, room, "alice"), at(1, room, "bob")
    bob.hears("members", lambda body: "alice" in names(body["came"]))
    alice.asks("status", status="away", words="at the stove")
    shown = bob.hears("members", lambda body: any(person.get("words") for person in body["came"]))
    assert [person["words"] for person in shown["came"] if person.get("words")] == ["at the stove"]


def test_while_redis_is_away_all_are_told_that_the_list_may_be_behind_and_when_that_is_over(at, room, redis):
    alice, bob = at(0, room, "alice"), at(1, f"{room}-else", "bob")
    redis.stop()
    for person in (alice, bob):
        assert person.hears("members", is_paused)["came"] == []
    charlie = at(0, room, "charlie")
    assert names(charlie.hears("members", is_paused)["came"]) == ["alice", "charlie"]
    for person in (alice, bob, charlie):
        person.told.clear()
    redis.start()
    for person in (alice, bob, charlie):
        person.hears("members", lambda body: not is_paused(body))
    dave = at(1, room, "dave")
    assert alice.hears("members", lambda body: "dave" in names(body["came"])).get("paused") is None
    assert not is_paused(dave.hears("members"))


def is_paused(body: dict[str, Any]) -> bool:
    return bool(body.get("paused"))
