"""How far a person has read, and how much of a room it wants to be told of."""

from rooms_chat import events
from rooms_chat.chat import Chat
from rooms_chat.connections import Connection
from rooms_chat.sockets.answers import Answer
from rooms_chat.sockets.messages import room_of


def see(chat: Chat, connection: Connection, request: events.Seen, answer: Answer) -> None:
    """Keep the place, and tell the person's other connections."""
    person, room = connection.identify(), chat.members.room_for(connection.person, request.room)
    reading = chat.seen.see(person, room, request.seq, address=connection.address)
    told = {"seq": reading.seen, "unread": reading.unread, "mentions": reading.mentions}
    answer.give(**told)
    if reading.seen is not None:
        chat.unread.has_seen(person.id, room, reading)
        seen = room.id, reading.seen
        chat.news.tell_person(person, events.SEEN, {"room": room.name, **told}, but=connection, seen=seen)


def choose_level(chat: Chat, connection: Connection, request: events.Level, answer: Answer) -> None:
    """Keep the level, and tell the person's other connections."""
    person, (room, joined) = connection.identify(), room_of(chat, connection, request.room)

    def chosen(made_member: bool) -> None:
        if made_member:
            chat.news.became_member(person.id, room.id)
        answer.give(level=request.level)
        chat.news.tell_person(person, events.LEVEL, {"room": room.name, "level": request.level}, but=connection)

    choosing = chat.seen.choose_level(person, room, request.level, address=connection.address, joined=joined)
    answer.when(choosing, chosen)
