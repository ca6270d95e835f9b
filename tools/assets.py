"""Puts what npm fetched where the program looks for it: the Socket.IO client, the table of confusable letters, emoji.

Only the standard library, so that it runs before anything is installed: `python tools/assets.py [folder]`.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

CLIENT = "socket.io.esm.min.js"
LANGUAGES = ("en", "ko")
# What the systems of the last two years can draw.
EMOJI_VERSION = 15
COMPONENTS = 2  # the group of skin tones and hair, which are no emoji by themselves


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
    _make_emoji(modules / "emojibase-data", vendor, data)
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
    table = _json(source)
    if not isinstance(table, dict) or not table or not all(isinstance(value, str) for value in table.values()):
        raise AssetError(f"{source} is not a table of texts")
    return json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def _make_emoji(source: Path, vendor: Path, data: Path) -> None:
    """Write a list for each language's picker, and the table of `:names:` for the server."""
    _copy(source / "LICENSE", vendor / "emojibase-data.LICENSE.txt")
    table: dict[str, str] = {}
    for language in LANGUAGES:
        names = _emoji_names(source, language)
        groups = _json(source / language / "messages.json")["groups"]
        emoji = [one for one in _json(source / language / "data.json") if _is_shown(one)]
        emoji.sort(key=lambda one: one["order"])
        for one in emoji:
            for name in names.get(one["hexcode"], []):
                table.setdefault(name, one["emoji"])
        listed = {"groups": {group["order"]: group["message"] for group in groups if group["order"] != COMPONENTS}}
        listed["emoji"] = [_for_picker(one, names.get(one["hexcode"], [])) for one in emoji]
        (vendor / f"emoji.{language}.json").write_text(_compact(listed), "utf-8")
    (data / "emoji.json").write_text(_compact(dict(sorted(table.items()))), "utf-8")


def _emoji_names(source: Path, language: str) -> dict[str, list[str]]:
    """Tell the names of each emoji by its code, the best known first; the English ones hold everywhere."""
    names: dict[str, list[str]] = {}
    own = [] if language == "en" else [f"{language}/shortcodes/cldr-native.json"]
    for path in ("en/shortcodes/github.json", "en/shortcodes/emojibase.json", *own):
        for code, said in _json(source / path).items():
            known = names.setdefault(code, [])
            known += [name for name in ([said] if isinstance(said, str) else said) if name not in known]
    return names


def _is_shown(emoji: dict[str, Any]) -> bool:
    return emoji.get("group", COMPONENTS) != COMPONENTS and emoji["version"] <= EMOJI_VERSION


def _for_picker(emoji: dict[str, Any], names: list[str]) -> list[Any]:
    """Make an emoji, its group, its names, what it is called, and what else one may look for."""
    return [emoji["emoji"], emoji["group"], " ".join(names), emoji["label"], " ".join(emoji.get("tags", []))]


def _json(source: Path) -> Any:
    try:
        return json.loads(_read(source))
    except ValueError:
        raise AssetError(f"{source} is not JSON") from None


def _compact(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    main()
