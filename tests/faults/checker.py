"""Whether a history keeps the promise. Pure: events in, failures out, each a sentence.

What was asked and never acknowledged may have happened or not; all else has to be just so.

I1  what was acknowledged stands in the room once, under the place that was told
I2  nothing stands there twice, and nothing that nobody sent
I3  a room's log has a row for each place from 1 to its head, and each message its rows
I4  a client applies the place after its last one only, from where it joined to the head
I5  whoever saw a message at a place saw the same, and it stands there
I6  who has left a room, or has not joined it yet, is sent nothing of it
I7  the same id is the same message, however often it was sent
I8  who went away is shown as gone in time
I9  nobody waits for what does not concern him
I10 nobody is shown a traceback
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

Event = dict[str, Any]
CATCH_UP_MOST = 500
GONE_WITHIN_SECONDS = {"closed": 2.0, "died": 15.0, "silent": 35.0}
LOST, DOUBLED, REORDERED, WRONG = "lost", "doubled", "reordered", "wrong"


class Failure(NamedTuple):
    """What was broken, and how."""

    invariant: str
    kind: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.invariant} {self.sentence}"


def check(history: Iterable[Event]) -> list[Failure]:
    """All that is wrong in a history."""
    story = Story(list(history))
    return [failure for invariant in INVARIANTS for failure in invariant(story)]


class Story:
    """A history, sorted by what it is about."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self.of: dict[str, list[Event]] = defaultdict(list)
        for place, event in enumerate(events):
            self.of[event["op"]].append(event | {"place": place})
        self.dumps = self.of["dump"]
        self.logs = {(d["room"], d["epoch"]): {row["seq"]: row for row in d["log"]} for d in self.dumps if "log" in d}
        self.heads = {(dump["room"], dump["epoch"]): dump["head"] for dump in self.dumps}

    def asked(self, op: str, phase: str) -> list[Event]:
        return [event for event in self.of[op] if event["phase"] == phase]

    def acknowledged(self, op: str) -> list[Event]:
        """What has to be there at the end: a restored backup knows nothing of what came after it was taken."""
        times = [(b["place"], r["place"]) for b, r in zip(self.of["backup"], self.of["restored"], strict=False)]
        return [
            event
            for event in self.asked(op, "ok")
            if not any(backup < event["place"] < restored for backup, restored in times)
        ]

    def final(self, room: str) -> list[Event]:
        return [dump for dump in self.dumps if dump["room"] == room]

    def versions(self) -> Iterator[tuple[str, str, str, Event]]:
        """(who, room, epoch, version) of each message that anybody saw at any time."""
        for event in self.of["apply"]:
            if event["message"] is not None:
                yield event["client"], event["room"], event["epoch"], event["message"]
        for who in ("join", "view", "dump"):
            for event in self.of[who]:
                for message in event["messages"]:
                    yield event.get("client") or f"the {event['source']}", event["room"], event["epoch"], message


def acknowledged_is_there(story: Story) -> Iterator[Failure]:
    for room in {ack["room"] for ack in story.acknowledged("send")}:
        if not story.final(room):
            yield Failure("I1", LOST, f"the room “{room}” is not there at all")
    for ack in story.acknowledged("send"):
        for dump in story.final(ack["room"]):
            rows = _by_id(dump)[ack["person"], ack["id"]]
            where = f"in the {dump['source']} of “{ack['room']}”"
            if not rows:
                yield Failure("I1", LOST, f"message {ack['id']} was acknowledged as {ack['seq']} and is not {where}")
            elif ack["seq"] not in [row["seq"] for row in rows]:
                yield Failure(
                    "I1", WRONG, f"message {ack['id']} was acknowledged as {ack['seq']} and is {rows[0]['seq']} {where}"
                )


def acknowledged_changes_are_there(story: Story) -> Iterator[Failure]:
    for op in ("edit", "remove"):
        for ack in story.acknowledged(op):
            for dump in story.final(ack["room"]):
                yield from _change_is_there(op, ack, dump)


def _change_is_there(op: str, ack: Event, dump: Event) -> Iterator[Failure]:
    what = f"the {op} of {ack['seq']} in “{ack['room']}”, acknowledged at {ack['changed']},"
    message = _by_seq(dump).get(ack["seq"])
    if message is None or message["changed"] < ack["changed"]:
        yield Failure("I1", LOST, f"{what} is not in the {dump['source']}")
    elif message["changed"] == ack["changed"] and op == "edit" and message["hash"] != ack["hash"]:
        yield Failure("I1", WRONG, f"{what} left another text in the {dump['source']}")
    elif op == "remove" and not (message["removed"] and message["hash"] == message["html"] == ""):
        yield Failure("I1", WRONG, f"{what} left its text in the {dump['source']}")


def nothing_is_there_twice(story: Story) -> Iterator[Failure]:
    for dump in story.dumps:
        for (person, id), rows in _by_id(dump).items():
            if len(rows) > 1:
                places = [row["seq"] for row in rows]
                yield Failure("I2", DOUBLED, f"message {id} of {person} stands at {places} in the {dump['source']}")


def nothing_is_there_that_nobody_sent(story: Story) -> Iterator[Failure]:
    sent = {(e["room"], e["person"], e["id"]): e["hash"] for e in story.asked("send", "invoke")}
    edits: dict[tuple[str, int], set[str]] = defaultdict(set)
    for edit in story.asked("edit", "invoke"):
        edits[edit["room"], edit["seq"]].add(edit["hash"])
    removed = {(event["room"], event["seq"]) for event in story.asked("remove", "invoke")}
    told = set()
    for who, room, _, seen in story.versions():
        address, first = (room, seen["seq"]), sent.get((room, seen["person"], seen["id"]))
        possible = edits[address] | {first} | ({""} if address in removed else set())
        if (first is None or seen["hash"] not in possible) and (address, seen["hash"]) not in told:
            told.add((address, seen["hash"]))
            what = "a message" if first is None else "a text"
            yield Failure("I2", WRONG, f"{who} saw at {seen['seq']} of “{room}” {what} that nobody sent ({seen['id']})")


def log_is_dense(story: Story) -> Iterator[Failure]:
    for dump in story.dumps:
        if "log" not in dump:
            continue
        places = [row["seq"] for row in dump["log"]]
        if places != list(range(1, dump["head"] + 1)):
            missing = sorted(set(range(1, dump["head"] + 1)) ^ set(places))
            yield Failure("I3", LOST, f"the log of “{dump['room']}” up to {dump['head']} has a hole at {missing[:10]}")
        yield from _messages_have_their_rows(dump)


def _messages_have_their_rows(dump: Event) -> Iterator[Failure]:
    newest = {row["message"]: row["seq"] for row in dump["log"]}
    posted = {row["seq"] for row in dump["log"] if row["kind"] == "posted" and row["message"] == row["seq"]}
    for message in dump["messages"]:
        if message["seq"] not in posted:
            yield Failure("I3", WRONG, f"message {message['seq']} of “{dump['room']}” was never posted by its log")
        elif message["changed"] != newest[message["seq"]]:
            yield Failure(
                "I3", WRONG, f"message {message['seq']} says it changed at {message['changed']}, its log says otherwise"
            )
    for place in posted - _by_seq(dump).keys():
        yield Failure("I3", LOST, f"the log of “{dump['room']}” has posted {place}, and there is no such message")


def clients_apply_one_by_one(story: Story) -> Iterator[Failure]:
    walks: dict[tuple[str, str], Walk] = {}
    for event in story.events:
        if event["op"] in ("join", "apply", "leave", "heard", "view"):
            walk = walks.setdefault((event["client"], event["room"]), Walk(story, event["client"], event["room"]))
            yield from getattr(walk, event["op"])(event)
        elif event["op"] == "lost":
            for (client, _), walk in walks.items():
                if client == event["client"]:
                    walk.inside = False


class Walk:
    """One client's way through one room's log."""

    def __init__(self, story: Story, client: str, room: str) -> None:
        self.story, self.client, self.room = story, client, room
        self.inside = False
        self.catching_up = False
        self.last = 0
        self.epoch: str | None = None
        self._missing: set[int] = set()

    def join(self, join: Event) -> Iterator[Failure]:
        places = [message["changed"] for message in join["messages"]]
        fresh = join["after"] is None or join["limited"]
        if join["after"] is not None:
            yield from self._limited_is_right(join)
        if any(place > join["head"] for place in places):
            yield self._fails("I4", WRONG, f"was given {places[-1]} in a cut at {join['head']}")
        yield from self._page_is_right(join) if fresh else self._cut_is_right(join, places)
        self.inside, self.catching_up, self.epoch = True, join["more"], join["epoch"]
        self.last = places[-1] if join["more"] and places else join["head"]

    def apply(self, event: Event) -> Iterator[Failure]:
        place = event["seq"]
        if not self.inside:
            yield self._fails("I6", WRONG, f"was sent {place} where it is not")
        elif self.catching_up:
            yield self._fails("I4", REORDERED, f"was sent {place} before the last page of what it had missed")
        elif place <= self.last:
            yield self._fails("I4", DOUBLED, f"applied {place} after {self.last}")
        elif place > self.last + 1:
            yield self._fails("I4", LOST, f"applied {place} after {self.last}, and nothing between")
        self.last = place

    def heard(self, event: Event) -> Iterator[Failure]:
        """What a client does not apply: the server should not have sent it."""
        kind = {"hole": LOST, "repeat": DOUBLED, "early": REORDERED}.get(event["as"], WRONG)
        invariant = "I6" if event["as"] == "outside" else "I4"
        yield self._fails(invariant, kind, f"was sent {event['seq']} after {self.last} ({event['as']})")

    def leave(self, _: Event) -> Iterator[Failure]:
        self.inside = False
        yield from ()

    def view(self, view: Event) -> Iterator[Failure]:
        """At the end: the screen shows the room as it is."""
        head = self.story.heads.get((self.room, view["epoch"]))
        if head is None or not self.inside:
            yield self._fails("I4", LOST, f"ends in another epoch ({view['epoch']}) or outside")
        elif view["last"] != head:
            yield self._fails("I4", LOST, f"ends at {view['last']}, and the head is {head}")
        for dump in self.story.final(self.room):
            yield from self._shows_what_is_there(view, dump)

    def _shows_what_is_there(self, view: Event, dump: Event) -> Iterator[Failure]:
        shown = {message["seq"]: message for message in view["messages"]}
        there = {seq: message for seq, message in _by_seq(dump).items() if seq >= min(shown, default=1)}
        for seq in sorted(shown.keys() | there.keys()):
            if seq not in shown:
                yield self._fails("I4", LOST, f"does not show {seq}, which is in the {dump['source']}")
            elif seq not in there:
                yield self._fails("I5", WRONG, f"shows {seq}, which is not in the {dump['source']}")
            elif shown[seq] != there[seq]:
                yield self._fails("I5", WRONG, f"shows {seq} otherwise than it is in the {dump['source']}")

    def _limited_is_right(self, join: Event) -> Iterator[Failure]:
        behind = join["head"] - join["after"]
        should_be = not 0 <= behind <= CATCH_UP_MOST or join["asked_epoch"] not in (None, join["epoch"])
        if join["limited"] != should_be:
            yield self._fails("I4", WRONG, f"was told limited={join['limited']} at {join['after']} of {join['head']}")

    def _page_is_right(self, join: Event) -> Iterator[Failure]:
        """The end of the room, without a hole."""
        self._missing = set()
        log = self.story.logs.get((self.room, join["epoch"]))
        if log is None:
            return
        posted = [seq for seq, row in log.items() if row["kind"] == "posted" and seq <= join["head"]]
        given = [message["seq"] for message in join["messages"]]
        if given != posted[len(posted) - len(given) :] or (posted and not given):
            yield self._fails("I4", LOST, f"was given {given[:3]}…{given[-3:]} as the end of a room of {join['head']}")

    def _cut_is_right(self, join: Event, places: list[int]) -> Iterator[Failure]:
        """All that changed after `after`, in that order; over several pages where there is `more`."""
        if places != sorted({place for place in places if place > join["after"]}):
            yield self._fails("I4", REORDERED, f"was given {places[:10]}… after {join['after']}")
        log = self.story.logs.get((self.room, join["epoch"]), {})
        before = self._missing if self.catching_up else set(range(join["after"] + 1, join["head"] + 1))
        before |= set(range(self.last + 1, join["head"] + 1)) if self.catching_up else set()
        given = {message["seq"]: message["changed"] for message in join["messages"]}
        self._missing = {p for p in before if p in log and given.get(log[p]["message"], 0) < p}
        if self._missing and not join["more"]:
            yield self._fails("I4", LOST, f"was not given {sorted(self._missing)[:10]} after {join['after']}")

    def _fails(self, invariant: str, kind: str, what: str) -> Failure:
        return Failure(invariant, kind, f"{self.client} in “{self.room}” {what}")


def everybody_saw_the_same(story: Story) -> Iterator[Failure]:
    seen: dict[tuple[Any, ...], tuple[str, Event]] = {}
    for who, room, epoch, found in story.versions():
        at = (room, epoch, found["seq"], found["changed"])
        first, other = seen.setdefault(at, (who, found))
        if found != other:
            yield Failure("I5", WRONG, f"{who} and {first} saw different messages at {at[2]} of “{room}” as of {at[3]}")


def what_was_seen_stands_there(story: Story) -> Iterator[Failure]:
    ids = {(d["room"], d["epoch"]): {m["seq"]: (m["person"], m["id"]) for m in d["messages"]} for d in story.dumps}
    told = set()
    for who, room, epoch, found in story.versions():
        at = (room, epoch, found["seq"])
        if (room, epoch) in ids and ids[room, epoch].get(found["seq"]) != (found["person"], found["id"]):
            if at not in told:
                yield Failure("I5", LOST, f"{who} saw {found['id']} at {found['seq']} of “{room}”, and it is not there")
            told.add(at)


def places_are_the_logs(story: Story) -> Iterator[Failure]:
    """Each event was told at the place the log has it."""
    for event in story.of["apply"]:
        row = story.logs.get((event["room"], event["epoch"]), {}).get(event["seq"])
        address = event["message"] and event["message"]["seq"]
        if row is not None and row["message"] != address:
            yield Failure(
                "I5", WRONG, f"{event['client']} was told of {address} at {event['seq']}, where the log has {row}"
            )


def acknowledged_texts_were_seen(story: Story) -> Iterator[Failure]:
    """A message as of the place of an acknowledged edit has that edit's text."""
    texts = {(e["room"], e["seq"], e["changed"]): e["hash"] for e in story.acknowledged("edit")}
    for who, room, _, found in story.versions():
        text = texts.get((room, found["seq"], found["changed"]))
        if text is not None and found["hash"] != text and not story.of["restored"]:
            yield Failure("I5", WRONG, f"{who} saw another text at {found['seq']} as of its edit at {found['changed']}")


def same_id_is_the_same_message(story: Story) -> Iterator[Failure]:
    told: dict[tuple[str, str, str], Event] = {}
    for ack in story.acknowledged("send"):
        first = told.setdefault((ack["room"], ack["person"], ack["id"]), ack)
        if first["seq"] != ack["seq"]:
            yield Failure("I7", DOUBLED, f"message {ack['id']} was acknowledged as {first['seq']} and as {ack['seq']}")


def places_are_acknowledged_once(story: Story) -> Iterator[Failure]:
    """Two messages were not given the same place."""
    told: dict[tuple[str, int], tuple[str, str]] = {}
    for ack in story.acknowledged("send"):
        message = (ack["person"], ack["id"])
        other = told.setdefault((ack["room"], ack["seq"]), message)
        if other != message:
            yield Failure("I7", WRONG, f"{other[1]} and {ack['id']} were both acknowledged as {ack['seq']}")


def who_went_is_gone_in_time(story: Story) -> Iterator[Failure]:
    for event in story.of["gone"]:
        limit = GONE_WITHIN_SECONDS[event["why"]]
        if event["seconds"] is None or event["seconds"] > limit:
            after = "never" if event["seconds"] is None else f"{event['seconds']:.1f} s after"
            yield Failure(
                "I8", WRONG, f"{event['person']} was gone {after} ({event['why']}), and {limit:g} s is allowed"
            )


def nobody_waited(story: Story) -> Iterator[Failure]:
    """99 of 100 within the limit, none beyond five times of it: a busy machine stalls by itself now and then."""
    for event in story.of["heartbeat"]:
        beats = sorted(event["ms"])
        usual, worst = beats[int(0.99 * (len(beats) - 1))], beats[-1]
        if usual > event["limit_ms"] or worst > 5 * event["limit_ms"]:
            yield Failure("I9", WRONG, f"{event['what']} took {usual:.0f} ms, at worst {worst:.0f} ms")


def nobody_saw_a_traceback(story: Story) -> Iterator[Failure]:
    for event in story.of["complaints"]:
        if "Traceback" in event["text"]:
            yield Failure("I10", WRONG, f"the server complained: {event['text'][-2000:]}")


def nothing_was_refused(story: Story) -> Iterator[Failure]:
    """Clients that keep the rules are told to try again at most."""
    for op in ("send", "edit", "remove", "join", "leave"):
        for event in story.of[op]:
            if event.get("phase") == "refused" and not event.get("expected"):
                yield Failure("I7", LOST, f"{event['client']} was refused a {op}: {event['code']}")


INVARIANTS = (
    acknowledged_is_there,
    acknowledged_changes_are_there,
    nothing_is_there_twice,
    nothing_is_there_that_nobody_sent,
    log_is_dense,
    clients_apply_one_by_one,
    everybody_saw_the_same,
    what_was_seen_stands_there,
    places_are_the_logs,
    acknowledged_texts_were_seen,
    same_id_is_the_same_message,
    places_are_acknowledged_once,
    who_went_is_gone_in_time,
    nobody_waited,
    nobody_saw_a_traceback,
    nothing_was_refused,
)


def _by_id(dump: Event) -> dict[tuple[str, str], list[Event]]:
    """Messages by person and id; kept with the dump, for each acknowledgement asks."""
    if "by_id" not in dump:
        dump["by_id"] = defaultdict(list)
        for message in dump["messages"]:
            dump["by_id"][message["person"], message["id"]].append(message)
    found: dict[tuple[str, str], list[Event]] = dump["by_id"]
    return found


def _by_seq(dump: Event) -> dict[int, Event]:
    if "by_seq" not in dump:
        dump["by_seq"] = {message["seq"]: message for message in dump["messages"]}
    found: dict[int, Event] = dump["by_seq"]
    return found
