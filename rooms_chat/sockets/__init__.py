"""The table of inbound events.

A new one is a type in `events.py`, a line here, and a handler in the file of its noun.
"""

from typing import Any

from rooms_chat import events
from rooms_chat.chat import Chat
from rooms_chat.connections import Connection
from rooms_chat.errors import UnknownEvent
from rooms_chat.logs import CONNECTION
from rooms_chat.sockets import cards, facts, messages, presence, reactions, rooms, seen, status
from rooms_chat.sockets.answers import Acknowledge, Answer, Handler
from rooms_chat.sockets.order import in_turn

TABLE: dict[str, tuple[type[events.Request], Handler]] = {
    "join": (events.Join, rooms.join),
    "leave": (events.Leave, rooms.leave),
    "rooms": (events.Rooms, rooms.watch),
    "my event": (events.MyEvent, messages.my_event),
    "message": (events.MyEvent, messages.my_event),
    "json": (events.MyEvent, messages.my_event),
    "edit": (events.Edit, messages.edit),
    "remove": (events.Remove, messages.remove),
    "react": (events.React, reactions.react),
    "seen": (events.Seen, seen.see),
    "level": (events.Level, seen.choose_level),
    "topic": (events.Topic, facts.set_topic),
    "pin": (events.PinMessage, facts.pin),
    "archive": (events.Archive, facts.archive),
    "status": (events.Status, status.set_status),
    "person": (events.PersonCard, cards.show),
    "history": (events.History, messages.history),
    "typing": (events.Typing, presence.typing),
}
DEAR = {"join", "history", "rooms"}  # what makes the server read; posts have a rate of their own


def receive(chat: Chat, connection: Connection, event: Any, args: list[Any], acknowledge: Acknowledge | None) -> None:
    """Handle a client's event; `acknowledge` is None where it asked for no answer. Never raises."""
    token = CONNECTION.set(connection.sid)
    try:
        answer = Answer(acknowledge)
        in_turn(connection, answer, lambda: handle(chat, connection, event, args, answer))
    finally:
        CONNECTION.reset(token)  # who runs next here may have nothing to do with it


def handle(chat: Chat, connection: Connection, event: Any, args: list[Any], answer: Answer) -> None:
    if connection.ended:
        return  # while it waited for its turn
    kind, handler = _entry(event)
    request = events.parse(kind, _argument(event, args))
    if event in DEAR:
        count(chat, connection, request)
    handler(chat, connection, request, answer)


def count(chat: Chat, connection: Connection, request: events.Request) -> None:
    person = connection.person
    pages = events.pages(request.limit) if isinstance(request, events.History) else 1
    chat.limits.reading.count(connection.pace, person.pace if person else None, connection.address, pages)


def _entry(event: Any) -> tuple[type[events.Request], Handler]:
    try:
        return TABLE[event]
    except (KeyError, TypeError):
        raise UnknownEvent(f"There is no such event. There are: {', '.join(TABLE)}.") from None


def _argument(event: str, args: list[Any]) -> Any:
    """The one object of a request. What `send()` of the official clients sends may be a bare text."""
    argument = args[0] if len(args) == 1 else None
    return {"message": argument} if event in ("message", "json") and isinstance(argument, str) else argument
