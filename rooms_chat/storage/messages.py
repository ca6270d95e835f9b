"""Messages in the database, read by index and by page."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import BigInteger, Select, Text, bindparam, column, func, insert, select, update, values

from rooms_chat.events import QUOTE_CHARACTERS, Message, Quote, Reaction
from rooms_chat.storage.database import ASKED_TOGETHER, Connection, Row, Statement, filled
from rooms_chat.storage.known import Standing
from rooms_chat.storage.schema import members, messages, people, rooms
from rooms_chat.times import timestamp

original = messages.alias("original")
COLUMNS = (
    rooms.c.name,
    messages.c.seq,
    messages.c.changed,
    messages.c.id,
    messages.c.person,
    messages.c.user_name,
    messages.c.text,
    messages.c.html,
    messages.c.at,
    messages.c.edited_at,
    messages.c.removed_at,
    messages.c.reply_to,
    original.c.person,
    original.c.user_name,
    func.substr(original.c.text, 1, QUOTE_CHARACTERS),
    messages.c.reactions,
    messages.c.mentions,
)


def with_others(found: Select[Any]) -> Select[Any]:
    """What finds messages, with all that is shown of them beside."""
    answered = (original.c.room == messages.c.room) & (original.c.seq == messages.c.reply_to)
    return found.outerjoin(rooms, rooms.c.id == messages.c.room).outerjoin(original, answered)


def _of_room() -> Select[Any]:
    return with_others(select(*COLUMNS).select_from(messages)).where(messages.c.room == bindparam("room"))


ADD = Statement(
    insert(messages),
    ("room", "seq", "changed", "person", "id", "user_name", "text", "html", "at", "reply_to", "mentions"),
)


def _standings_of(number: int) -> Statement:
    """Of so many (room, person, id)."""
    kinds = {"room": BigInteger, "person": Text, "id": Text}
    rows: list[Row] = [
        tuple(bindparam(f"{name}{n}", type_=kind) for name, kind in kinds.items()) for n in range(number)
    ]
    asked = values(*(column(name, kind) for name, kind in kinds.items()), name="asked").data(rows).cte("asked")
    posted = (messages.c.room == asked.c.room) & (messages.c.person == asked.c.person) & (messages.c.id == asked.c.id)
    joined = (members.c.room == asked.c.room) & (members.c.person == asked.c.person)
    found = asked.outerjoin(messages, posted).outerjoin(members, joined)
    known = found.outerjoin(people, people.c.id == asked.c.person)
    return Statement(select(asked, messages.c.seq, messages.c.at, members.c.role, people.c.name).select_from(known))


STANDING, STANDINGS = _standings_of(1), _standings_of(ASKED_TOGETHER)
POSTED_AT = Statement(
    select(messages.c.at).where(messages.c.room == bindparam("room"), messages.c.seq == bindparam("seq"))
)
CHANGE = Statement(
    update(messages)
    .where(messages.c.room == bindparam("which_room"), messages.c.seq == bindparam("which_seq"))
    .values(
        changed=bindparam("new_changed"),
        text=bindparam("new_text"),
        html=bindparam("new_html"),
        edited_at=bindparam("edit"),
        removed_at=bindparam("removal"),
        reactions=bindparam("new_reactions"),
        mentions=bindparam("new_mentions"),
    )
)
BEFORE = Statement(
    _of_room().where(messages.c.seq < bindparam("seq")).order_by(messages.c.seq.desc()).limit(bindparam("most"))
)
FROM = Statement(_of_room().where(messages.c.seq >= bindparam("seq")).order_by(messages.c.seq).limit(bindparam("most")))
CHANGED_AFTER = Statement(
    _of_room().where(messages.c.changed > bindparam("after")).order_by(messages.c.changed).limit(bindparam("most"))
)
REACTIONS = msgspec.json.Decoder(list[Reaction])
MENTIONS = msgspec.json.Decoder(list[str])
BY_SEQ = Statement(_of_room().where(messages.c.seq == bindparam("seq")))


def row(room: int, message: Message, at: int) -> Row:
    """A new message as `add` takes it; `at` is in ms."""
    return (
        room,
        message.seq,
        message.changed,
        message.person,
        message.id,
        message.user_name,
        message.message,
        message.html,
        at,
        message.reply_to or None,
        _as_json(message.mentions),
    )


def add(connection: Connection, new: Iterable[Row]) -> None:
    connection.run_many(ADD, new)


def change(connection: Connection, room: int, message: Message, at: int) -> None:
    """Store a message as it is from now on (`at`, ms): edited, or removed and without its text."""
    connection.run(
        CHANGE,
        which_room=room,
        which_seq=message.seq,
        new_changed=message.changed,
        new_text=message.message,
        new_html=message.html,
        edit=at if message.edited else None,
        removal=at if message.removed else None,
        new_reactions=_as_json(message.reactions),
        new_mentions=_as_json(message.mentions),
    )


def posted_at(connection: Connection, room: int, seq: int) -> int:
    """When a message was posted, in ms."""
    row = connection.first(POSTED_AT, room=room, seq=seq)
    assert row is not None
    return int(row[0])


def standing(connection: Connection, room: int, person: str, id: str) -> Standing:
    """All that has to be known before a person may post under `id`, in one question."""
    row = connection.first(STANDING, room0=room, person0=person, id0=id)
    assert row is not None
    return Standing(*row[3:])


def standings(connection: Connection, asked: Sequence[tuple[int, str, str]]) -> dict[tuple[int, str, str], Standing]:
    """The same for several (room, person, id), at most `ASKED_TOGETHER`, in one question."""
    given: dict[str, Any] = {}
    for n, (room, person, id) in enumerate(filled(asked)):
        given[f"room{n}"], given[f"person{n}"], given[f"id{n}"] = room, person, id
    found = connection.all(STANDINGS, **given)
    return {(room, person, id): Standing(*known) for room, person, id, *known in found}


def before(connection: Connection, room: int, seq: int, most: int) -> list[Message]:
    """The `most` last messages below `seq`, newest first."""
    return _messages(connection.all(BEFORE, room=room, seq=seq, most=most))


def starting_at(connection: Connection, room: int, seq: int, most: int) -> list[Message]:
    """The `most` first messages from `seq` on, oldest first."""
    return _messages(connection.all(FROM, room=room, seq=seq, most=most))


def changed_after(connection: Connection, room: int, after: int, most: int) -> list[Message]:
    """The `most` first messages that changed after a place in the log, in that order."""
    return _messages(connection.all(CHANGED_AFTER, room=room, after=after, most=most))


def by_seq(connection: Connection, room: int, seq: int) -> Message | None:
    row = connection.first(BY_SEQ, room=room, seq=seq)
    return message(row) if row else None


def _messages(rows: Sequence[Row]) -> list[Message]:
    return [message(row) for row in rows]


def message(row: Sequence[Any]) -> Message:
    """The message of a row of `COLUMNS`."""
    room, seq, changed, id, person, user_name, text, html, at, edited_at, removed_at, *others = row
    reply_to, answered, answered_name, answered_text, reactions, mentions = others
    return Message(
        room=room,
        seq=seq,
        changed=changed,
        id=id,
        person=person,
        user_name=user_name,
        message=text,
        html=html,
        at=timestamp(at),
        edited=edited_at is not None,
        removed=removed_at is not None,
        reply_to=UNSET if reply_to is None else reply_to,
        reply=UNSET if answered is None else Quote(reply_to, answered, answered_name, answered_text),
        reactions=UNSET if reactions is None else REACTIONS.decode(reactions),
        mentions=UNSET if mentions is None else MENTIONS.decode(mentions),
    )


def _as_json(found: list[Reaction] | list[str] | UnsetType) -> str | None:
    return msgspec.json.encode(found).decode() if found else None
