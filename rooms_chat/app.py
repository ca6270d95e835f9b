"""create_app(): binds everything, in order."""

import logging
from pathlib import Path

from flask import Flask

from rooms_chat import api, web
from rooms_chat.cards import Cards
from rooms_chat.chat import Chat
from rooms_chat.config import Settings
from rooms_chat.delivery.delivery import Delivery
from rooms_chat.delivery.news import News
from rooms_chat.delivery.unread import Unread
from rooms_chat.errors import CannotStart
from rooms_chat.facts import Facts
from rooms_chat.hub import Hub
from rooms_chat.limits import Limits
from rooms_chat.links import Links
from rooms_chat.members import Members
from rooms_chat.mentions import Mentions
from rooms_chat.messages import Messages
from rooms_chat.metrics import Metrics
from rooms_chat.others import Alone, Others
from rooms_chat.people import People
from rooms_chat.presence import Presence
from rooms_chat.reactions import Reactions
from rooms_chat.rooms import Rooms
from rooms_chat.seen import Seen
from rooms_chat.status import Statuses
from rooms_chat.storage import secret
from rooms_chat.storage.database import Database
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.migrate import migrate
from rooms_chat.storage.reports import Reports
from rooms_chat.wire import Wire

FORM_BYTES = 256 * 1024

logger = logging.getLogger(__name__)


def create_app(settings: Settings, *, secret_key: str, hub: Hub, wire: Wire) -> Flask:
    """The whole chat, on a hub and a wire. `app.extensions["rooms"]` is its `Chat`.

    Raises CannotStart where the database cannot be used.
    """
    top = _folder_of_templates()
    app = Flask("rooms_chat", template_folder=str(top / "templates"), static_folder=str(top / "static"))
    app.config["MAX_CONTENT_LENGTH"] = FORM_BYTES
    chat = app.extensions["rooms"] = create_chat(settings, secret_key, hub, wire)
    app.config["SECRET_KEY"] = chat.secret_key
    api.init_app(app)
    web.init_app(app)
    return app


def prepare(app: Flask) -> None:
    """Compile all pages while nobody waits: it takes a tenth of a second, and would be the first visitors'."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)


def create_chat(settings: Settings, secret_key: str, hub: Hub, wire: Wire) -> Chat:
    """What each part needs stands above it."""
    database = Database(settings.database_url, alone=settings.is_alone)
    migrate(database)
    secret_key = secret.shared(database, secret_key)
    reader = database.reader(Reports(complain))
    metrics = Metrics()
    presence = Presence(is_shared=bool(settings.redis))
    limits = limits_of(settings)
    others = others_of(settings, secret_key, hub, presence, limits)
    delivery = Delivery(wire, hub, reader, others)
    journal = Journal(database, hub, lambda rows: chat.committed(rows), complain, metrics.committed)
    people = People(reader, secret_key, settings.connections_per_person)
    rooms = Rooms(reader, journal, limits, presence, settings.open_rooms)
    members = Members(reader, journal, limits, rooms)
    seen = Seen(reader, journal, limits, rooms, hub)
    unread = Unread(wire, hub, seen)
    chat = Chat(
        settings=settings,
        secret_key=secret_key,
        hub=hub,
        limits=limits,
        people=people,
        presence=presence,
        rooms=rooms,
        members=members,
        messages=Messages(reader, journal, limits, members, Mentions(reader, presence), settings.edit_hours),
        reactions=Reactions(reader, journal, limits),
        seen=seen,
        facts=Facts(journal, limits),
        statuses=Statuses(journal, limits, presence),
        cards=Cards(reader, limits, presence, rooms, members),
        links=Links(reader, journal, limits, people),
        delivery=delivery,
        news=News(wire, hub, people, presence, rooms, members, unread, others),
        unread=unread,
        journal=journal,
        reader=reader,
        metrics=metrics,
        others=others,
    )
    watch(chat)
    chat.start()
    return chat


def limits_of(settings: Settings) -> Limits:
    rates = settings.message_rate, settings.rooms_per_hour, settings.connections_per_address
    return Limits(*rates, is_shared=bool(settings.redis))


def others_of(settings: Settings, secret_key: str, hub: Hub, presence: Presence, limits: Limits) -> Others:
    """The other workers, where there are any. Raises CannotStart."""
    if not settings.redis:
        return Alone()
    try:
        from rooms_chat.workers.by_redis import ByRedis  # what one worker alone need not have installed
    except ImportError as error:
        raise CannotStart(f"--redis needs redis-py: pip install 'rooms-chat[redis]' ({error}).") from None
    return ByRedis(settings.redis, secret_key, hub, presence, limits)


def complain(complaint: str) -> None:
    logger.error("the database: %s", complaint)


def watch(chat: Chat) -> None:
    """What an operator's graphs are drawn from, beside what is counted on the way."""
    metrics, delivery, others = chat.metrics, chat.delivery, chat.others
    metrics.counter("posts", "Messages that were posted here and kept.", lambda: metrics.posts)
    metrics.counter("deliveries", "Places of logs told to connections.", lambda: delivery.deliveries)
    metrics.gauge("rooms", "Rooms with somebody in them here.", lambda: delivery.rooms)
    metrics.gauge("waiting_changes", "What waits to be written.", lambda: chat.journal.waiting)
    if chat.settings.redis:
        metrics.counter("bells", "Bells of other workers that told something new.", lambda: delivery.bells)
        metrics.counter("looks", "Times a log was read since another worker wrote it.", lambda: delivery.looks)
        metrics.gauge("bell_age_seconds", "Since when nothing was heard of the others.", lambda: others.silent_seconds)


def _folder_of_templates() -> Path:
    """templates/ and static/ stand beside the package in a checkout and inside it in a wheel."""
    package = Path(__file__).parent
    return package if (package / "templates").is_dir() else package.parent
