"""People: whoever speaks. A guest is a person without a password; its signed key makes it the same one again."""

import hmac
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import msgspec
from itsdangerous import BadSignature, URLSafeSerializer
from itsdangerous.encoding import base64_encode

from rooms_chat.errors import BadRequest, Busy
from rooms_chat.pace import Pace
from rooms_chat.storage import people as rows
from rooms_chat.storage.database import Reader
from rooms_chat.storage.people import FIRST_KEY_VERSION

if TYPE_CHECKING:
    from rooms_chat.connections import Connection

COOKIE_NAME = "rooms_person"
ID_BYTES = 9
ACTIVE, AWAY = "active", "away"
NAMELESS = "Say who you are: send “user_name”."

Listed = dict[str, str | None]


class Person:
    """One person while somebody speaks with it: all its tabs share this. `name` is None until it has said who it is."""

    __slots__ = (
        "__weakref__", "connections", "id", "key_version", "leaving", "name", "named_at", "pace", "status", "words",
    )  # fmt: skip

    def __init__(
        self, id: str, name: str | None, key_version: int, status: str | None = None, words: str | None = None
    ) -> None:
        self.id = id
        self.name = name
        self.key_version = key_version
        self.named_at = 0  # in ms; of what two workers know of it the later holds
        self.status = status or ACTIVE
        self.words = words or ""
        self.connections: set[Connection] = set()  # in this process
        self.leaving: frozenset[int] = frozenset()  # rooms, for good: until that is written
        self.pace = Pace()

    def as_dict(self) -> Listed:
        """How others are shown it: `status` and `words` where they tell something."""
        told: Listed = {"id": self.id, "user_name": self.name}
        if self.status != ACTIVE:
            told["status"] = self.status
        if self.words:
            told["words"] = self.words
        return told


class People:
    """Makes guests, and knows people again by their key."""

    def __init__(self, reader: Reader, secret_key: str, connections_per_person: int) -> None:
        self._connections_per_person = connections_per_person
        self._reader = reader
        self._keys = URLSafeSerializer(secret_key, salt="person")
        self._signing_key = self._keys.make_signer().derive_key()
        self._known: WeakValueDictionary[str, Person] = WeakValueDictionary()
        self.first_came: Callable[[str], None] = _nobody_asks  # by a person's id: it is connected here
        self.last_went: Callable[[str], None] = _nobody_asks

    def new_guest(self) -> Person:
        """A person that no row knows of yet."""
        return self._remember(Person(secrets.token_urlsafe(ID_BYTES), None, FIRST_KEY_VERSION))

    def connected(self, person: Person, connection: "Connection") -> None:
        """Count a connection of a person. Raises Busy when it has too many."""
        if self._connections_per_person and len(person.connections) >= self._connections_per_person:
            raise Busy(f"You are connected {len(person.connections)} times already. Close one of them.", retry_after=5)
        if not person.connections:
            self.first_came(person.id)
        person.connections.add(connection)

    def disconnected(self, person: Person, connection: "Connection") -> None:
        person.connections.discard(connection)
        if not person.connections:
            self.last_went(person.id)

    def connections_of(self, id: str) -> set["Connection"]:
        """All connections of whoever has this id, by this worker."""
        known = self._known.get(id)
        return known.connections if known is not None else set()

    def key_for(self, person: Person) -> str:
        """What makes its bearer this person; a cookie's value too. Never shown to anybody else."""
        payload = base64_encode(msgspec.json.encode([person.id, person.key_version]))
        signature = base64_encode(hmac.digest(self._signing_key, payload, "sha1"))
        return (payload + b"." + signature).decode()  # as `dumps` has it, at a tenth of what that costs at each join

    def from_key(self, key: str) -> Person:
        """Raises BadRequest for a key that is not ours or has been revoked."""
        person = self._verified(key)
        if person is None:
            raise BadRequest(
                "This key is not one of ours, or was revoked. Leave it out to come as a new guest.", field="key"
            )
        return person

    def by_id(self, id: str) -> Person:
        """The person of an id that somebody showed to be theirs."""
        return self._known.get(id) or self._from_row(id)

    def from_cookie(self, value: str | None) -> Person | None:
        return self._verified(value) if value else None

    def _verified(self, key: str) -> Person | None:
        try:
            id, key_version = self._keys.loads(key)
        except (BadSignature, ValueError, TypeError):
            return None
        person = self.by_id(id)
        return person if person.key_version == key_version else None

    def _from_row(self, id: str) -> Person:
        row = rows.find(self._reader, id)
        return self._remember(Person(id, *row) if row else Person(id, None, FIRST_KEY_VERSION))

    def _remember(self, person: Person) -> Person:
        """The one that is known, where another asked for it meanwhile."""
        return self._known.setdefault(person.id, person)


def _nobody_asks(id: str) -> None: ...
