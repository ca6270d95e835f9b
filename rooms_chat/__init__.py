"""Rooms: chat where every room is a URL.

Nothing is imported here: eventlet has to patch the standard library before anything else looks at it, and a test run
that only loads our pytest plugin should not pay for a server. `rooms_chat.app.create_app` binds everything.
"""

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name == "create_app":
        from rooms_chat.app import create_app

        return create_app
    raise AttributeError(f"module 'rooms_chat' has no attribute {name!r}")
