"""A disk that can fail, be slow, or lose its power, under the real SQLite: its file methods are wrapped from outside.

`kept` is a folder with, for each file, what it held when it was last synced: all that a power loss leaves for certain.
"""

import ctypes
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

IOERR_FSYNC, FULL, OK = 1034, 13, 0
METHODS = (
    "close read write truncate sync file_size lock unlock check_reserved_lock file_control sector_size "
    "device_characteristics shm_map shm_lock shm_barrier shm_unmap fetch unfetch"
).split()

Open = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_int)
)
Sync = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
Write = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)


class Vfs(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_int),
        ("size_of_file", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
    ]


class Methods(ctypes.Structure):
    _fields_ = [("version", ctypes.c_int), *((name, ctypes.c_void_p) for name in METHODS)]


class File(ctypes.Structure):
    _fields_ = [("methods", ctypes.c_void_p)]


class Disk:
    """`before_sync` and `before_write` may refuse with an error code; both run on whichever thread writes."""

    def __init__(self, kept: Path | None = None) -> None:
        self.before_sync: Callable[[], int] = lambda: OK
        self.after_sync: Callable[[], None] = lambda: None
        self.before_write: Callable[[], int] = lambda: OK
        self._kept = kept
        self._paths: dict[int, bytes] = {}
        self._wrapped: dict[int, Methods] = {}
        self._callbacks: list[object] = []

    def install(self) -> None:
        """Every file that SQLite opens from now on."""
        library = ctypes.CDLL(library_in_use())
        library.sqlite3_vfs_find.restype = ctypes.c_void_p
        vfs = Vfs.from_address(library.sqlite3_vfs_find(None))
        open_file = Open(vfs.open)

        def wrapped(vfs_at: int, name: bytes | None, at: int, flags: int, out: object) -> int:
            outcome = int(open_file(vfs_at, name, at, flags, out))
            file = File.from_address(at)
            if outcome == OK and file.methods:
                self._paths[at] = name or b""
                file.methods = ctypes.addressof(self._methods(file.methods))
            return outcome

        vfs.open = self._pointer(Open(wrapped))

    def _methods(self, at: int) -> Methods:
        if at not in self._wrapped:
            methods = Methods.from_buffer_copy(Methods.from_address(at))
            sync, write = Sync(methods.sync), Write(methods.write)
            methods.sync = self._pointer(Sync(lambda file, flags: self._sync(sync, file, flags)))
            methods.write = self._pointer(Write(lambda *args: self.before_write() or write(*args)))
            self._wrapped[at] = methods
        return self._wrapped[at]

    def _sync(self, sync: Callable[[int, int], int], file: int, flags: int) -> int:
        if refusal := self.before_sync():
            return refusal
        outcome = sync(file, flags)
        if outcome == OK and self._kept is not None and self._paths[file]:
            keep(Path(os.fsdecode(self._paths[file])), self._kept)
        self.after_sync()
        return outcome

    def _pointer(self, callback: object) -> int | None:
        self._callbacks.append(callback)
        return ctypes.cast(callback, ctypes.c_void_p).value  # type: ignore[arg-type]


def keep(path: Path, folder: Path) -> None:
    """Whole or not at all, for the process may be stopped at any moment."""
    fresh = folder / f"{path.name}.new"
    shutil.copyfile(path, fresh)
    fresh.rename(folder / path.name)


def library_in_use() -> str:
    """The SQLite library of this process. Raises RuntimeError where it is built into Python."""
    import sqlite3  # noqa: F401 - loads it

    found = re.search(r"\S*/libsqlite3\.so\S*", Path("/proc/self/maps").read_text())
    if found is None:
        raise RuntimeError("SQLite is no library of its own here")
    return found[0]


def can_fail() -> bool:
    """Whether there is a disk here that this module can get under."""
    try:
        return bool(library_in_use())
    except (RuntimeError, OSError):
        return False
