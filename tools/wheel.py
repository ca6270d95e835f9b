"""Puts templates/ and static/ into a wheel's package, and refuses one without what `make setup` makes."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NEEDED = (
    "static/vendor/socket.io.esm.min.js",
    "static/vendor/integrity.json",
    "static/vendor/emoji.en.json",
    "static/vendor/emoji.ko.json",
    "rooms_chat/data/confusables.json",
    "rooms_chat/data/emoji.json",
)


def missing(root: Path) -> list[str]:
    """Name what a wheel needs and `root` has not."""
    return [name for name in NEEDED if not (root / name).is_file()]


class AssetsHook(BuildHookInterface[Any]):
    """What hatchling asks before it builds."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Complete a wheel, or stop the build in words. An editable install reads the tree and needs neither."""
        if self.target_name != "wheel" or version == "editable":
            return
        if absent := missing(Path(self.root)):
            raise SystemExit(f"not built: {', '.join(absent)} missing; run `make setup` first")
        build_data["force_include"] |= {name: f"rooms_chat/{name}" for name in ("templates", "static")}
