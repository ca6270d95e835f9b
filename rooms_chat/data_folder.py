"""The data folder: one process at a time, and the secret key that was made at first run."""

import fcntl
import os
import secrets
from pathlib import Path
from typing import IO

from rooms_chat.errors import CannotStart

SECRET_BYTES = 32
KEY_FILE = "secret_key"


class DataFolder:
    """Held by this process until it ends, and so is SQLite's file, wherever that is.

    Workers on PostgreSQL (no `database`) may share one: it then holds no more than the key by which people stay who
    they are.
    """

    def __init__(self, path: Path, database: Path | None) -> None:
        """Raises CannotStart where the folder cannot be made, written or had alone."""
        if database is None:
            with take_lock(path / "lock", f"The data folder {path}", "--data", make_folder=True, wait=True):
                self.secret_key = secret_key(path / KEY_FILE)
            return
        self._locks = [
            take_lock(path / "lock", f"The data folder {path}", "--data", make_folder=True),
            take_lock(database.with_name(f"{database.name}.lock"), f"The database {database}", "--database"),
        ]
        self.secret_key = secret_key(path / KEY_FILE)


def take_lock(path: Path, held: str, flag: str, *, make_folder: bool = False, wait: bool = False) -> IO[bytes]:
    """A lock that the system takes back when the process ends, however that comes about."""
    try:
        if make_folder:
            path.parent.mkdir(0o700, parents=True, exist_ok=True)
        lock = path.open("ab")
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        raise CannotStart(f"{held} is in use by another Rooms. Stop that one, or name another with {flag}.") from None
    except OSError as error:
        raise CannotStart(f"{held} cannot be used: {error.strerror}. Name another with {flag}.") from None
    return lock


def secret_key(path: Path) -> str:
    """Kept so that people stay who they are; readable by the owner only."""
    try:
        if not path.exists():
            keep_secret_key(path, secrets.token_hex(SECRET_BYTES))
        key = path.read_text().strip()
    except OSError as error:
        raise CannotStart(f"The secret key {path} cannot be kept: {error.strerror}.") from None
    except UnicodeDecodeError:
        key = ""
    if not key:
        raise CannotStart(f"{path} holds no key. Remove it to have a new one made; everybody is then a new guest.")
    return key


def keep_secret_key(path: Path, key: str) -> None:
    """Whole or not at all: a key that was cut short would make everybody somebody else."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
