"""Per-room scenarios for pytest: people who join, say and hear.

The plugin brings the fixtures `cast`, `alice`, `bob` and `charlie`; here is what a scenario may import. Nothing is
imported until it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rooms_chat.testing.cast import Cast
    from rooms_chat.testing.person import Person
    from rooms_chat.testing.refusals import Refused, refused

HOMES = {"Cast": "cast", "Person": "person", "Refused": "refusals", "refused": "refusals"}

__all__ = ["Cast", "Person", "Refused", "refused"]


def __getattr__(name: str) -> object:
    if name in HOMES:
        return getattr(import_module(f"rooms_chat.testing.{HOMES[name]}"), name)
    raise AttributeError(f"module 'rooms_chat.testing' has no attribute {name!r}")
