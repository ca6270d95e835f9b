"""Puts what npm fetched where the program looks for it: the Socket.IO client and the table of confusable letters.

Only the standard library, so that it runs before anything is installed: `python tools/assets.py [folder]`.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

CLIENT = "socket.io.esm.min.js"


class AssetError(Exception):
    """What npm brought is not what is needed here."""


def main() -> None:
    """Make the assets of the project in the folder named, or of this one; end with one line when that fails."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    try:
        make(root)
    except AssetError as error:
        sys.exit(f"assets: {error}")
    except OSError as error:
        sys.exit(f"assets: {error.filename}: {error.strerror}")


def make(root: Path) -> None:
    """Write static/vendor/ and rooms_chat/data/ below `root` out of its node_modules/."""
    modules, vendor, data = root / "node_modules", root / "static" / "vendor", root / "rooms_chat" / "data"
    vendor.mkdir(parents=True, exist_ok=True)
    data.mkdir(parents=True, exist_ok=True)
    _copy(modules / "unhomoglyph" / "LICENSE", data / "confusables.LICENSE.txt")
    (data / "confusables.json").write_text(_confusables(modules / "unhomoglyph" / "data.json"), "utf-8")
    _copy(modules / "socket.io-client" / "LICENSE", vendor / "socket.io-client.LICENSE.txt")
    client = _copy(modules / "socket.io-client" / "dist" / CLIENT, vendor / CLIENT)
    (vendor / "integrity.json").write_text(json.dumps({CLIENT: integrity(client)}) + "\n", "utf-8")


def integrity(content: bytes) -> str:
    """Say what a browser must find in a file, as an import map's `integrity` puts it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def _copy(source: Path, target: Path) -> bytes:
    content = _read(source)
    target.write_bytes(content)
    return content


def _read(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except FileNotFoundError:
        raise AssetError(f"{source} is missing; run `npm ci --ignore-scripts` first") from None


def _confusables(source: Path) -> str:
    """Keep the table only if it is one from a text to the text it looks like."""
    try:
        table = json.loads(_read(source))
    except ValueError:
        raise AssetError(f"{source} is not JSON") from None
    if not isinstance(table, dict) or not table or not all(isinstance(value, str) for value in table.values()):
        raise AssetError(f"{source} is not a table of texts")
    return json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    main()
