"""Static files by their content: every URL carries a hash, so that a browser may keep a file for ever.

Modules import each other by plain relative paths; the import map of the page turns those into the hashed ones.
"""

import base64
import hashlib
from pathlib import Path

from flask import Flask, url_for

CLIENT = "vendor/socket.io.esm.min.js"
CLIENT_NAME = "socket.io-client"


class Assets:
    """The files under static/, hashed once at start."""

    def __init__(self, folder: Path) -> None:
        files = [path for path in folder.rglob("*") if path.suffix in (".js", ".css", ".svg")]
        self.hashes = {
            path.relative_to(folder).as_posix(): hashlib.sha384(path.read_bytes()).digest() for path in files
        }
        self.modules = sorted(name for name in self.hashes if name.startswith("js/"))

    def url(self, name: str) -> str:
        """The file's URL with its hash."""
        return url_for("static", filename=name, v=self.hashes[name].hex()[:12])

    def import_map(self) -> dict[str, dict[str, str]]:
        """Where each module is, and what the one that is not ours must look like."""
        imports = {url_for("static", filename=name): self.url(name) for name in self.modules}
        if CLIENT not in self.hashes:
            return {"imports": imports}
        client = self.url(CLIENT)
        digest = base64.b64encode(self.hashes[CLIENT]).decode()
        return {"imports": imports | {CLIENT_NAME: client}, "integrity": {client: f"sha384-{digest}"}}


def init_app(app: Flask) -> None:
    """Let templates name files by content."""
    assets = Assets(Path(app.static_folder or "static"))
    app.jinja_env.globals["asset"] = assets.url
    app.jinja_env.globals["import_map"] = assets.import_map
    app.jinja_env.globals["modules"] = assets.modules
