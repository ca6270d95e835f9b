"""A person's status: here or away, and a few words of its own."""

from rooms_chat import names
from rooms_chat.errors import BadRequest
from rooms_chat.hub import Pending
from rooms_chat.limits import Limits
from rooms_chat.people import ACTIVE, AWAY, NAMELESS, Person
from rooms_chat.presence import Presence
from rooms_chat.storage import people as rows
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.transaction import Change, Transaction

STATUSES = (ACTIVE, AWAY)
WORDS_CHARACTERS = 100


class SetStatus(Change):
    """The change that keeps a person's status, and so the person."""

    bytes = 400

    def __init__(self, person: str, name: str, status: str, words: str) -> None:
        self._person = person
        self._name = name
        self._status = status
        self._words = words

    def apply(self, transaction: Transaction) -> None:
        rows.keep(transaction.connection, self._person, self._name, transaction.now)
        rows.set_status(transaction.connection, self._person, self._status, self._words)


class Statuses:
    """Keeps them, and lets those see who are in the same rooms."""

    def __init__(self, journal: Journal, limits: Limits, presence: Presence) -> None:
        self._journal = journal
        self._limits = limits
        self._presence = presence

    def set(self, person: Person, status: str, words: str, *, address: str) -> Pending[None]:
        """Raises BadRequest, TooLong, RateLimited, Busy; the outcome may be TryAgain. It is seen once it is kept."""
        if status not in STATUSES:
            raise BadRequest(f"A status is one of: {', '.join(STATUSES)}.", field="status")
        checked = names.line(words, WORDS_CHARACTERS, field="words")
        if person.name is None:
            raise BadRequest(NAMELESS, field="user_name")
        self._limits.count_request_by(person.id, address)

        def show(done: Pending[None]) -> None:
            if not done.is_refused:
                self._presence.show(person, status, checked)

        setting = self._journal.put(SetStatus(person.id, person.name, status, checked))
        setting.then(show)
        return setting
