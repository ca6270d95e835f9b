"""The checker first: it passes what is right, and finds what was broken on purpose."""

import copy
import random

import pytest

from tests.faults.checker import check
from tests.faults.history import fingerprint

ROOM, EPOCH = "kitchen", "e1"


class Room:
    """A room that keeps the promise, played out in memory; `history` is what its clients recorded."""

    def __init__(self, seed, steps=80):
        self.rng = random.Random(seed)
        self.history, self.log, self.messages = [], [], {}
        self.inside, self.last, self.views = {}, {}, {"alice": {}, "bob": {}}
        for client in self.views:
            self.join(client)
        for number in range(steps):
            self.step(number)
        self.finish()

    def step(self, number):
        own = [m for m in self.messages.values() if m["person"] == "p-alice" and not m["removed"]]
        dice = self.rng.random()
        if dice < 0.15:
            self.comes_and_goes()
        elif own and dice < 0.25:
            self.change("edit", self.rng.choice(own), f"edited {number}")
        elif own and dice < 0.32:
            self.change("remove", self.rng.choice(own), "")
        else:
            self.post(self.rng.choice(["alice", "bob"]), number, tries=self.rng.choice([1, 1, 2]))

    def record(self, op, client=None, **fields):
        self.history.append({"op": op, "room": ROOM, **({"client": client} if client else {}), **fields})

    def post(self, client, number, tries):
        seq = len(self.log) + 1
        text = fingerprint(f"text {number}")
        about = {"client": client, "person": f"p-{client}", "id": f"m{number}", "hash": text}
        message = {"seq": seq, "changed": seq, "id": f"m{number}", "person": f"p-{client}", "hash": text}
        self.record("send", phase="invoke", **about)
        self.log.append({"seq": seq, "kind": "posted", "message": seq})
        self.messages[seq] = message | {"html": text, "edited": False, "removed": False}
        self.tell(seq)
        for _ in range(tries - 1):
            self.record("send", phase="info", why="no answer", **about)
            self.record("send", phase="invoke", **about)
        self.record("send", phase="ok", seq=seq, **about)

    def change(self, op, message, text):
        place = len(self.log) + 1
        about = {"client": "alice", "person": "p-alice", "seq": message["seq"], "hash": fingerprint(text)}
        self.record(op, phase="invoke", **about)
        self.log.append({"seq": place, "kind": f"{op}d", "message": message["seq"]})
        done = {"edited": True} if op == "edit" else {"removed": True}
        looks = {"hash": fingerprint(text), "html": fingerprint(text)}
        self.messages[message["seq"]] = message | done | looks | {"changed": place}
        self.tell(place)
        self.record(op, phase="ok", changed=place, **about)

    def tell(self, place):
        for client in self.views:
            if self.inside[client]:
                message = dict(self.messages[self.log[place - 1]["message"]])
                self.record("apply", client, epoch=EPOCH, seq=place, message=message)
                self.views[client][message["seq"]] = message
                self.last[client] = place

    def comes_and_goes(self):
        client = self.rng.choice(["alice", "bob"])
        if not self.inside[client]:
            self.join(client)
        elif self.rng.random() < 0.5:
            self.record("lost", client)
            self.inside[client] = False
        else:
            self.record("leave", client)
            self.inside[client] = False

    def join(self, client):
        after = self.last.get(client)
        missed = sorted(
            (dict(m) for m in self.messages.values() if m["changed"] > (after or 0)), key=lambda m: m["changed"]
        )
        facts = {"head": len(self.log), "epoch": EPOCH, "limited": False, "more": False, "messages": missed}
        asked = EPOCH if after is not None else None
        self.record("join", client, after=after, asked_epoch=asked, **facts)
        self.views[client] |= {m["seq"]: m for m in missed}
        self.inside[client], self.last[client] = True, len(self.log)

    def finish(self):
        for client in self.views:
            if not self.inside[client]:
                self.join(client)
        messages = [dict(self.messages[seq]) for seq in sorted(self.messages)]
        dump = {"epoch": EPOCH, "head": len(self.log), "messages": messages}
        self.record("dump", source="url", **copy.deepcopy(dump))
        for client, view in self.views.items():
            shown = [view[seq] for seq in sorted(view)]
            self.record("view", client, last=self.last[client], epoch=EPOCH, messages=shown)
        self.record("dump", source="database", log=[dict(row) for row in self.log], **copy.deepcopy(dump))
        self.record("heartbeat", what="history", ms=[3.0] * 100, limit_ms=100)
        self.record("gone", person="bob", why="closed", seconds=0.1)
        self.record("complaints", text="2026-01-01 INFO all is well")


class Broken:
    """A history to break. `rng` picks the place."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.events = copy.deepcopy(Room(seed).history)

    def all(self, op, **fields):
        return [event for event in self.events if event["op"] == op and fields.items() <= event.items()]

    def one(self, op, **fields):
        return self.rng.choice(self.all(op, **fields))

    @property
    def dumps(self):
        return self.all("dump")

    @property
    def database(self):
        return self.one("dump", source="database")

    def applied_between(self):
        """An applied event with one before and one after it, of the same client and on the same connection."""
        found = []
        for client in ("alice", "bob"):
            own = [
                e for e in self.events if e.get("client") == client and e["op"] in ("apply", "join", "lost", "leave")
            ]
            triples = zip(own, own[1:], own[2:], strict=False)
            found += [triple for triple in triples if all(event["op"] == "apply" for event in triple)]
        return self.rng.choice(found)

    def forget_message(self, seq):
        for dump in self.dumps:
            dump["messages"] = [m for m in dump["messages"] if m["seq"] != seq]


def lost(broken):
    ack = broken.one("send", phase="ok")
    for dump in broken.dumps:
        dump["messages"] = [m for m in dump["messages"] if m["id"] != ack["id"]]


def lost_with_its_room(broken):
    broken.events = [event for event in broken.events if event["op"] != "dump"]


def lost_with_its_row(broken):
    """The last one, so that no hole tells of it."""
    last = max(broken.all("send", phase="ok"), key=lambda ack: ack["seq"])["seq"]
    broken.forget_message(last)
    for dump in broken.dumps:
        dump["head"] = last - 1
        dump["messages"] = [m for m in dump["messages"] if m["changed"] < last]
        if "log" in dump:
            dump["log"] = [row for row in dump["log"] if row["seq"] < last]


def doubled(broken):
    message = broken.rng.choice(broken.database["messages"])
    for dump in broken.dumps:
        head = dump["head"] = dump["head"] + 1
        dump["messages"].append(message | {"seq": head, "changed": head})
        if "log" in dump:
            dump["log"].append({"seq": head, "kind": "posted", "message": head})


def swapped(broken):
    _, one, other = broken.applied_between()
    place, next_place = broken.events.index(one), broken.events.index(other)
    broken.events[place], broken.events[next_place] = other, one


def late(broken):
    """The last event never came before the end."""
    client = broken.rng.choice(broken.all("view"))
    client["last"] -= 1


def phantom(broken):
    event = broken.one("apply")
    event["message"] = event["message"] | {"id": "nobody-sent-this"}


def phantom_in_the_room(broken):
    for dump in broken.dumps:
        head = dump["head"] = dump["head"] + 1
        ghost = {"seq": head, "changed": head, "id": "ghost", "person": "p-alice", "edited": False, "removed": False}
        dump["messages"].append(ghost | {"hash": fingerprint("boo"), "html": fingerprint("boo")})
        if "log" in dump:
            dump["log"].append({"seq": head, "kind": "posted", "message": head})
    for view in broken.all("view"):
        view["last"] += 1
        view["messages"].append(broken.database["messages"][-1])


def hole_in_the_log(broken):
    log = broken.database["log"]
    del log[broken.rng.randrange(len(log) - 1)]


def repeat_at_a_client(broken):
    _, event, _ = broken.applied_between()
    broken.events.insert(broken.events.index(event), dict(event))


def repeat_that_a_client_dropped(broken):
    _, event, _ = broken.applied_between()
    heard = {"op": "heard", "room": ROOM, "client": event["client"], "seq": event["seq"], "as": "repeat"}
    broken.events.insert(broken.events.index(event) + 1, heard)


def skip_at_a_client(broken):
    _, event, _ = broken.applied_between()
    broken.events.remove(event)


def skip_in_a_page(broken):
    """What was missed is not all in the answer."""
    join = broken.rng.choice([e for e in broken.all("join") if len(e["messages"]) > 1])
    join["messages"].pop(0)


def page_in_another_order(broken):
    join = broken.rng.choice([e for e in broken.all("join") if e["after"] and len(e["messages"]) > 1])
    join["messages"].reverse()


def not_limited_where_it_was_too_long(broken):
    join = broken.rng.choice([e for e in broken.all("join") if e["after"]])
    join["head"] = join["after"] + 501


def other_content_at_a_seq(broken):
    event = broken.one("apply")
    event["message"] = event["message"] | {"hash": fingerprint("something else")}


def other_html_at_a_seq(broken):
    final = {(message["seq"], message["changed"]) for message in broken.database["messages"]}
    seen = [e for e in broken.all("apply") if (e["message"]["seq"], e["message"]["changed"]) in final]
    event = broken.rng.choice(seen)
    event["message"] = event["message"] | {"html": fingerprint("<b>something else</b>")}


def other_place_in_the_log(broken):
    event = broken.one("apply")
    row = broken.database["log"][event["seq"] - 1]
    row["message"] = row["message"] % broken.database["head"] + 1


def acknowledged_under_another_seq(broken):
    broken.one("send", phase="ok")["seq"] += 1


def acknowledged_twice_differently(broken):
    ack = broken.one("send", phase="ok")
    broken.events.append(ack | {"seq": ack["seq"] + 1})


def two_messages_under_one_seq(broken):
    one, other = broken.rng.sample(broken.all("send", phase="ok"), 2)
    other["seq"] = one["seq"]


def two_rows_for_one_id(broken):
    one, other = broken.rng.sample([m for m in broken.database["messages"] if m["person"] == "p-bob"], 2)
    for dump in broken.dumps:
        for message in dump["messages"]:
            if message["seq"] == other["seq"]:
                message["id"] = one["id"]


def applied_after_leaving(broken):
    left = broken.all("leave")[0]
    after = broken.events[broken.events.index(left) :]
    event = next(e for e in after if e["op"] == "apply" and e["client"] != left["client"])
    broken.events.insert(broken.events.index(event), event | {"client": left["client"]})


def edit_lost(broken):
    ack = broken.one("edit", phase="ok")
    for dump in broken.dumps:
        for message in dump["messages"]:
            if message["seq"] == ack["seq"]:
                message["changed"] = message["seq"]


def edit_with_another_text(broken):
    """An older text stands under the newest place."""
    newest = {m["changed"]: m for m in broken.database["messages"]}
    ack = broken.rng.choice([ack for ack in broken.all("edit", phase="ok") if ack["changed"] in newest])
    first = next(e for e in broken.all("send", phase="ok") if e["seq"] == ack["seq"])
    for dump in broken.dumps:
        for message in dump["messages"]:
            if message["seq"] == ack["seq"]:
                message["hash"] = first["hash"]


def removed_text_still_there(broken):
    ack = broken.one("remove", phase="ok")
    first = next(e for e in broken.all("send", phase="ok") if e["seq"] == ack["seq"])
    for message in broken.database["messages"]:
        if message["seq"] == ack["seq"]:
            message["html"] = first["hash"]


def screen_shows_what_was_removed(broken):
    ack = broken.one("remove", phase="ok")
    first = next(e for e in broken.all("send", phase="ok") if e["seq"] == ack["seq"])
    for message in broken.one("view")["messages"]:
        if message["seq"] == ack["seq"]:
            message |= {"removed": False, "hash": first["hash"]}


def ghost(broken):
    broken.one("gone")["seconds"] = None


def everybody_waits(broken):
    broken.one("heartbeat")["ms"] += [2040.0]


def traceback(broken):
    broken.one("complaints")["text"] += "Traceback (most recent call last):"


def refused(broken):
    broken.one("send", phase="ok")["phase"] = "refused"
    for event in broken.all("send", phase="refused"):
        event["code"] = "bad_request"


FAULTS = {
    lost: "I1",
    lost_with_its_room: "I1",
    lost_with_its_row: "I1",
    doubled: "I2",
    swapped: "I4",
    late: "I4",
    phantom: "I2",
    phantom_in_the_room: "I2",
    hole_in_the_log: "I3",
    repeat_at_a_client: "I4",
    repeat_that_a_client_dropped: "I4",
    skip_at_a_client: "I4",
    skip_in_a_page: "I4",
    page_in_another_order: "I4",
    not_limited_where_it_was_too_long: "I4",
    other_content_at_a_seq: "I2",
    other_html_at_a_seq: "I5",
    other_place_in_the_log: "I5",
    acknowledged_under_another_seq: "I1",
    acknowledged_twice_differently: "I7",
    two_messages_under_one_seq: "I7",
    two_rows_for_one_id: "I2",
    applied_after_leaving: "I6",
    edit_lost: "I1",
    edit_with_another_text: "I1",
    removed_text_still_there: "I1",
    screen_shows_what_was_removed: "I5",
    ghost: "I8",
    everybody_waits: "I9",
    traceback: "I10",
    refused: "I7",
}
SEEDS = range(8)


@pytest.mark.parametrize("seed_of_room", SEEDS)
def test_a_correct_history_passes(seed_of_room):
    assert check(Room(seed_of_room).history) == []


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_found(plant):
    for seed_of_room in SEEDS:
        broken = Broken(seed_of_room)
        plant(broken)
        failures = check(broken.events)
        assert FAULTS[plant] in {failure.invariant for failure in failures}, (seed_of_room, failures)
        assert all(failure.sentence for failure in failures)


def test_what_was_never_acknowledged_may_be_there_or_not():
    there = Broken(1)
    ack = there.one("send", phase="ok")
    there.events = [e for e in there.events if not (e["op"] == "send" and e["phase"] == "ok" and e["id"] == ack["id"])]
    assert check(there.events) == []
    not_there = Broken(1)
    about = {"room": ROOM, "client": "bob", "person": "p-bob", "id": "nobody-answered", "hash": "0"}
    not_there.events.insert(3, {"op": "send", "phase": "invoke", **about})
    not_there.events.insert(4, {"op": "send", "phase": "info", "why": "no answer", **about})
    assert check(not_there.events) == []


def test_what_was_said_after_a_backup_is_not_asked_of_what_was_restored():
    early, late = Broken(1).events, {"room": ROOM, "client": "bob", "person": "p-bob", "id": "late", "hash": "0"}
    dump = next(place for place, event in enumerate(early) if event["op"] == "dump")
    said = [
        {"op": "backup"},
        {"op": "send", "phase": "invoke", **late},
        {"op": "send", "phase": "ok", "seq": 999, **late},
    ]
    assert check([*early[:dump], *said, {"op": "restored"}, *early[dump:]]) == []
    assert check([*early[:dump], *said, *early[dump:]]) != []
