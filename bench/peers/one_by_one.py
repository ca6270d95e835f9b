"""Rooms as it is, but every change committed by itself: what the journal's batches are measured against."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import rooms_chat.transport.patch  # noqa: F401 - as run.py does

# isort: split
from rooms_chat.cli import serve
from rooms_chat.storage import journal

journal.CHANGES_PER_COMMIT = 1

if __name__ == "__main__":
    serve()
