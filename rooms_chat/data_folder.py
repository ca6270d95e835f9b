"""The data folder: one process at a time, and the secret key that was made at first run."""

import fcntl
import os
import secrets
from pathlib import Path
from typing import IO

from rooms_chat.errors import CannotStart

SECRET_BYTES = 32


class DataFolder:
    """Held by this process until it ends."""

    def __init__(self, path: Path) -> None:
        """Raises CannotStart where the folder cannot be made, written or had alone."""
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = self._take_lock()
            self.secret_key = self._secret_key()
        except OSError as error:
            raise CannotStart(
                f"The data folder {path} cannot be used: {error.strerror}. Name another with --data."
            ) from None

    def _take_lock(self) -> IO[bytes]:
        lock = (self.path / "lock").open("ab")  # held until the process ends
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"The data folder {self.path} is in use by another Rooms. Stop that one, or name another with --data."
            ) from None
        return lock

    def _secret_key(self) -> str:
        """Kept so that people stay who they are; readable by the owner only."""
        path = self.path / "secret_key"
        if not path.exists():
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(SECRET_BYTES))
                file.flush()
                os.fsync(file.fileno())
            fresh.rename(path)
        key = path.read_text().strip()
        if not key:
            raise CannotStart(f"{path} is empty. Remove it to have a new key made; everybody is then a new guest.")
        return key
