"""Refuses a wheel that would be silently without what `make setup` puts in place."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NEEDED = (
    "static/vendor/socket.io.esm.min.js",
    "static/vendor/integrity.json",
    "rooms_chat/data/confusables.json",
)


def missing(root: Path) -> list[str]:
    """Name what a wheel needs and `root` has not."""
    return [name for name in NEEDED if not (root / name).is_file()]


class AssetsHook(BuildHookInterface[Any]):
    """Hatchling calls this before it builds a wheel; an editable install reads the tree and needs nothing yet."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Stop the build in words when something is missing."""
        absent = missing(Path(self.root)) if self.target_name == "wheel" and version != "editable" else []
        if absent:
            raise SystemExit(f"not built: {', '.join(absent)} missing; run `make setup` first")
