"""The libraries this transport was written against: it knows their insides, so others are refused or announced."""

import logging
from importlib.metadata import version

from rooms_chat.errors import CannotStart

KNOWN = {  # at least; known up to
    "eventlet": ((0, 41, 3), (0, 41)),
    "python-engineio": ((4, 15, 1), (4, 15)),
    "python-socketio": ((5, 18, 1), (5, 18)),
    "Flask-SocketIO": ((5, 7, 0), (5, 7)),
}

logger = logging.getLogger(__name__)


def check_versions() -> None:
    """Raises CannotStart below what is safe."""
    for library, (least, known) in KNOWN.items():
        found = tuple(int(part) for part in version(library).split(".")[:3] if part.isdigit())
        if found < least:
            wanted = ".".join(map(str, least))
            raise CannotStart(f"{library} {version(library)} is too old: {wanted} or later is needed. Run: make setup")
        if found[:2] > known:
            logger.warning("%s %s is newer than what this server was tested with", library, version(library))
