"""Links that bring a person, guest or not, to another device: each is good for ten minutes, and for once."""

import hashlib
import secrets

from rooms_chat.errors import TooLate
from rooms_chat.hub import Pending
from rooms_chat.limits import Limits
from rooms_chat.people import People, Person
from rooms_chat.storage import links as rows
from rooms_chat.storage import people as people_rows
from rooms_chat.storage.database import Reader
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.transaction import Change, Transaction
from rooms_chat.times import now_ms

GOOD_SECONDS = 600
TOKEN_BYTES = 24
USED = "This link was used already, or is older than ten minutes. Make a new one."


class MakeLink(Change):
    """The change that keeps a link; the one the person had before is no good any more."""

    bytes = 300

    def __init__(self, person: Person, hashed: str) -> None:
        self._person = person.id
        self._name = person.name
        self._hashed = hashed

    def apply(self, transaction: Transaction) -> None:
        connection, now = transaction.connection, transaction.now
        if self._name is not None:  # what it is called has to be known where it goes
            people_rows.keep(connection, self._person, self._name, now)
        rows.forget_old(connection, now)
        rows.keep(connection, self._person, self._hashed, now + 1000 * GOOD_SECONDS)


class TakeLink(Change):
    """The change that uses a link up; its outcome is whose it was."""

    bytes = 200

    def __init__(self, hashed: str) -> None:
        self._hashed = hashed

    def apply(self, transaction: Transaction) -> str:
        person = rows.take(transaction.connection, self._hashed, transaction.now)
        if person is None:
            raise TooLate(USED)
        return person


class Links:
    """Makes them, and takes them."""

    def __init__(self, reader: Reader, journal: Journal, limits: Limits, people: People) -> None:
        self._reader = reader
        self._journal = journal
        self._limits = limits
        self._people = people

    def make(self, person: Person, *, address: str) -> tuple[str, Pending[None]]:
        """A link's token, good once it is kept. Raises RateLimited, Busy."""
        self._limits.count_request_by(person.id, address)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        return token, self._journal.put(MakeLink(person, _hashed(token)))

    def whose(self, token: str) -> Person:
        """Who a link brings, without using it up. Raises TooLate."""
        person = rows.find(self._reader, _hashed(token), now_ms())
        if person is None:
            raise TooLate(USED)
        return self._people.by_id(person)

    def take(self, token: str) -> Pending[str]:
        """Use a link up; the outcome is the id of whose it was, or TooLate."""
        return self._journal.put(TakeLink(_hashed(token)))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
