"""Connections: one client's line to us, from its handshake to its end. It is one person for its life."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from rooms_chat.errors import BadRequest, OtherPerson
from rooms_chat.pace import Pace
from rooms_chat.people import People, Person
from rooms_chat.storage.rooms import Room

ROOMS_MOST = 500  # each costs others a moment whenever it comes, goes or is called otherwise


@dataclass(eq=False)
class Connection:
    """`joined` holds the rooms it is in, by id, as they were when it came.

    `requests` holds what waits, in order, while one of them opens a room; `released` is the same while they have
    their turn.
    """

    sid: str
    address: str
    people: People
    person: Person | None = None
    by_cookie: bool = False
    returning: bool = False
    offered_name: str | None = None
    joined: dict[int, Room] = field(default_factory=dict)
    requests: deque[Callable[[], None]] | None = None
    released: deque[Callable[[], None]] | None = None
    typed_at: dict[int, float] = field(default_factory=dict)
    introduced: bool = False  # it was told who it is, or knew
    ended: bool = False
    pace: Pace = field(default_factory=Pace)

    def identify(self, key: str | None = None) -> Person:
        """Who speaks: the cookie's person, else the key's, else a new guest. Raises BadRequest, OtherPerson, Busy."""
        if key is not None:
            self._know_by(self.people.from_key(key))
        if self.person is None:
            return self._become(self.people.new_guest())
        return self.person

    def recognise(self, person: Person) -> None:
        """It is this person by its cookie. Raises Busy."""
        self._become(person)
        self.by_cookie = self.introduced = True

    def you(self) -> dict[str, str | None]:
        """`you` of an answer. Who has a cookie gets no key: a script in the page could take it away."""
        person = self.identify()
        return person.as_dict() if self.by_cookie else {**person.as_dict(), "key": self.people.key_for(person)}

    def joined_room(self, key: str) -> Room | None:
        """The room of this key, if it has joined that."""
        for room in self.joined.values():
            if room.key == key:
                return room
        return None

    def ask_for_place(self, key: str) -> None:
        """Before it joins the room of this key. Raises BadRequest where it is in too many already."""
        if len(self.joined) >= ROOMS_MOST and self.joined_room(key) is None:
            raise BadRequest(f"A connection is in at most {ROOMS_MOST} rooms. Leave one first.", field="room")

    def _know_by(self, person: Person) -> None:
        if self.person is not None and self.person is not person:
            raise OtherPerson("This connection is somebody else already. Open a new one for another key.", field="key")
        if self.person is None:
            self._become(person)
        self.returning = self.introduced = True

    def _become(self, person: Person) -> Person:
        self.people.connected(person, self)
        self.person = person
        return person
