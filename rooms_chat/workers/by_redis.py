"""The other workers, reached by way of Redis."""

import hmac
import logging
import threading
import time
from collections.abc import Mapping
from functools import partial

import msgspec

from rooms_chat.delivery.delivery import Delivery
from rooms_chat.delivery.news import News
from rooms_chat.hub import Hub, Pending
from rooms_chat.limits import Limits
from rooms_chat.others import AWAY_AFTER_SECONDS, Forgot, Word, settled
from rooms_chat.presence import Presence
from rooms_chat.workers.leases import Leases
from rooms_chat.workers.link import Away, Names, connect
from rooms_chat.workers.listener import Listener
from rooms_chat.workers.shares import Shares
from rooms_chat.workers.speaker import Speaker

BEAT_SECONDS = 1.0
PAUSE_SECONDS = 0.02
LEARN_SECONDS = 0.2
MAC_BYTES = 16
HEAD_MOST = 2**53

logger = logging.getLogger(__name__)


class ByRedis:
    """`Others` for a worker that is one of several. Make it, give it to the parts, then `start` it with them."""

    def __init__(self, url: str, secret_key: str, hub: Hub, presence: Presence, limits: Limits) -> None:
        """Raises CannotStart."""
        client = connect(url)
        self._secret = secret_key.encode()
        self._hub = hub
        self._names = names = Names(secret_key)
        self._listener = Listener(client, self._hear)
        self._speaker = Speaker(client, names, self._listener)
        self._leases = Leases(client, names, presence)
        self._shares = Shares(client, names, limits)
        self._learning: dict[int, Pending[None]] = {}
        self._woken = threading.Event()
        self._to_look_at: set[int] = set()
        self._presence = presence
        presence.share_soon = self._woken.set
        self._was_there = self._answers = True
        self._is_closing = False

    def start(self, delivery: Delivery, news: News, forgot: Forgot) -> None:
        self._delivery, self._news, self._forgot = delivery, news, forgot
        self._listener.add(self._names.everybody)
        for run in (self._listener.run, self._speaker.run, self._run):
            self._hub.call_soon(run)

    @property
    def silent_seconds(self) -> float:
        """A ping goes out every second."""
        return time.monotonic() - self._listener.heard_at

    @property
    def is_there(self) -> bool:
        return self.silent_seconds < AWAY_AFTER_SECONDS

    # As the parts ask ------------------------------------------------------------------------------------------------

    def ring(self, heads: Mapping[int, int]) -> None:
        self._speaker.ring(heads)

    def listen(self, room: int) -> None:
        self._listener.add(self._names.bell(room), self._names.words(room))
        self._speaker.wake()

    def ignore(self, room: int) -> None:
        self._listener.remove(self._names.bell(room), self._names.words(room))
        self._speaker.wake()

    def listen_for(self, person: str) -> None:
        self._listener.add(self._names.words_for(person))
        self._speaker.wake()

    def ignore_for(self, person: str) -> None:
        self._listener.remove(self._names.words_for(person))
        self._speaker.wake()

    def learn(self, room: int) -> Pending[None]:
        if self._leases.knows(room) or not self._answers:
            return settled()
        learning = self._learning.get(room)
        if learning is None:
            learning = self._learning[room] = Pending()
            self._woken.set()
            self._hub.call_later(LEARN_SECONDS, partial(self._settle, room))
        return learning

    def tell(self, word: Word, room: int | None = None) -> None:
        body = msgspec.json.encode(msgspec.structs.replace(word, worker=self._leases.worker))
        self._speaker.say(self._subject(word, room), self._signed(body))

    def close(self) -> None:
        self._is_closing = True
        try:
            self._leases.farewell()
        except Away:
            return

    def _subject(self, word: Word, room: int | None) -> str:
        if word.to is not None:
            return self._names.words_for(word.to)
        return self._names.everybody if room is None else self._names.words(room)

    # What is heard ---------------------------------------------------------------------------------------------------

    def _hear(self, subject: str, said: bytes) -> None:
        try:
            kind, _, rest = subject.removeprefix(f"{self._names.prefix}:").partition(":")
            if kind == "bell":
                self._hear_bell(int(rest), int(said))
            elif kind == "words":
                self._hear_word(int(rest) if rest else None, said)
            elif kind == "for":
                self._hear_word(None, said)
        except (ValueError, msgspec.MsgspecError):
            return  # whoever says so is none of us

    def _hear_bell(self, room: int, head: int) -> None:
        if 0 < head <= HEAD_MOST:
            self._delivery.rung(room, head)

    def _hear_word(self, room: int | None, said: bytes) -> None:
        mac, body = said[:MAC_BYTES], said[MAC_BYTES:]
        if not hmac.compare_digest(self._signed(body)[:MAC_BYTES], mac):
            return
        word = msgspec.json.decode(body, type=Word)
        if word.worker == self._leases.worker:
            return
        if word.rooms:
            self._to_look_at.update(word.rooms)
        elif word.forgot is not None:
            self._hub.call_soon(partial(self._forgot, *word.forgot))
        else:
            self._news.hear(word, room)

    def _signed(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, body, "sha256")[:MAC_BYTES] + body

    # Every second ----------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        next_beat = 0.0
        while not self._is_closing:
            self._woken.wait(max(0.0, next_beat - time.monotonic()))
            self._woken.clear()
            is_due = time.monotonic() >= next_beat
            if is_due:
                next_beat = time.monotonic() + BEAT_SECONDS
                self._speaker.wake(ping=True)
            self._try_to_beat(is_due=is_due)
            self._note_whether_there()
            time.sleep(PAUSE_SECONDS)

    def _try_to_beat(self, *, is_due: bool) -> None:
        """Where nobody answers, whoever waits to know who is there goes on without."""
        try:
            self._beat(is_due=is_due)
            self._answers = True
        except Away:
            self._answers = False
            self._leases.begin_again()
            self._shares.forget()
        except Exception:
            logger.exception("a beat with the other workers failed")
        if not self._answers:
            self._settle_all()

    def _beat(self, *, is_due: bool) -> None:
        if learning := list(self._learning):
            self._leases.learn(learning)
            for room in learning:
                self._settle(room)
        if not is_due:
            self._leases.announce()
        else:
            looking, self._to_look_at = self._to_look_at, set()
            for room in looking:
                self._presence.elsewhere.people(room)  # so that the next line learns who is there
            self._leases.beat()
            self._shares.exchange()
            self._news.hear(Word(rooms=list(looking)), None)

    def _settle_all(self) -> None:
        for room in list(self._learning):
            self._settle(room)

    def _settle(self, room: int) -> None:
        """It is known who is there, or that takes too long."""
        if (learning := self._learning.pop(room, None)) is not None:
            learning.settle(None)

    def _note_whether_there(self) -> None:
        if self.is_there != self._was_there:
            self._was_there = self.is_there
            if self.is_there:
                logger.warning("the other workers can be reached again")
            else:
                logger.warning("Redis cannot be reached: what other workers write comes within a second")
