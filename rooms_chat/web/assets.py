"""Static files by their content: every URL carries a hash, so that a browser may keep a file for ever.

Modules import each other by plain relative paths; the import map of the page turns those into the hashed ones.
"""

import gzip
import hashlib
import json
import re
from pathlib import Path

from flask import Flask, current_app, url_for

CLIENT = "vendor/socket.io.esm.min.js"
DIGESTS = "vendor/integrity.json"
CLIENT_NAME = "socket.io-client"
KINDS = (".js", ".css", ".svg", ".png", ".webmanifest", ".json")
COMPRESSIBLE = (".js", ".css", ".svg", ".json")
OURS = ("js/", "css/")
# Whole lines that only say why. They stay at home: a sixth of what a phone would load were sentences for us.
REMARK = re.compile(rb"^[ \t]*/\*\*?[ \n].*?\*/[ \t]*$|^[ \t]*// [^\n]*$", re.M | re.S)
IMPORTED = re.compile(r"""(?:\bfrom|^import)\s*["']\./([\w-]+\.js)["']""", re.M)


class Assets:
    """The files under static/, hashed once at start."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        files = [path for path in folder.rglob("*") if path.suffix in KINDS]
        self.hashes = {path.relative_to(folder).as_posix(): short_hash(path.read_bytes()) for path in files}
        self.modules = sorted(name for name in self.hashes if name.startswith("js/"))
        self._needed: dict[str, list[str]] = {}
        self._compressed: dict[str, bytes] = {}
        self.client_digest = noted(folder / DIGESTS).get(Path(CLIENT).name)

    def url(self, name: str) -> str:
        """The file's URL with its hash."""
        return url_for("static", filename=name, v=self.hashes[name])

    def emoji_list(self, language: str) -> str:
        """The URL of the emoji a picker offers; empty where they were not fetched."""
        name = f"vendor/emoji.{language}.json"
        return self.url(name) if name in self.hashes else ""

    def import_map(self) -> dict[str, dict[str, str]]:
        """Where each module is, and what the one that is not ours must look like."""
        imports = {url_for("static", filename=name): self.url(name) for name in self.modules}
        if CLIENT not in self.hashes:
            return {"imports": imports}
        client = self.url(CLIENT)
        digests = {client: self.client_digest} if self.client_digest else {}
        return {"imports": imports | {CLIENT_NAME: client}, "integrity": digests}

    def modules_of(self, first: str) -> list[str]:
        """The modules that one needs before it can start, itself among them; not those it asks for later."""
        if first not in self._needed:
            self._needed[first] = reached(self._folder, first)
        return self._needed[first]

    def compressed(self, name: str) -> bytes | None:
        """The file in gzip, made when it is first asked for; None where that makes nothing of it smaller."""
        if name not in self.hashes or not name.endswith(COMPRESSIBLE):
            return None
        if name not in self._compressed:
            content = (self._folder / name).read_bytes()
            self._compressed[name] = gzip.compress(bare(content) if name.startswith(OURS) else content, 9, mtime=0)
        return self._compressed[name]


def reached(folder: Path, first: str) -> list[str]:
    """A module and those it imports, and those import."""
    found = [first]
    for name in found:
        for module in IMPORTED.findall((folder / name).read_text("utf-8")):
            if (imported := f"js/{module}") not in found:
                found.append(imported)
    return sorted(found)


def bare(code: bytes) -> bytes:
    """Our code without its remarks, every line where it was."""
    return REMARK.sub(lambda remark: b"\n" * remark[0].count(b"\n"), code)


def short_hash(content: bytes) -> str:
    """What names a content in a URL."""
    return hashlib.sha384(content).hexdigest()[:12]


def noted(digests: Path) -> dict[str, str]:
    """What the files that are not ours must look like, as noted when they were fetched; nothing before that."""
    known: dict[str, str] = json.loads(digests.read_text("utf-8")) if digests.exists() else {}
    return known


def is_named_by_content(name: str, said: str | None) -> bool:
    """Whether this is the hash of that file."""
    hashes: dict[str, str] = current_app.extensions["rooms_assets"].hashes
    return said is not None and hashes.get(name) == said


def compressed_file(name: str) -> bytes | None:
    """A file under static/ in gzip, where that is smaller."""
    assets: Assets = current_app.extensions["rooms_assets"]
    return assets.compressed(name)


def init_app(app: Flask) -> None:
    """Let templates name files by content."""
    assets = app.extensions["rooms_assets"] = Assets(Path(app.static_folder or "static"))
    app.jinja_env.globals["asset"] = assets.url
    app.jinja_env.globals["emoji_list"] = assets.emoji_list
    app.jinja_env.globals["import_map"] = assets.import_map
    app.jinja_env.globals["modules_of"] = assets.modules_of
