"""Writes settings.md from the settings themselves: `python docs/make_settings.py`."""

from pathlib import Path

from rooms_chat.config import SETTINGS, Setting

PAGE = Path(__file__).parent / "settings.md"

HEAD = """\
# Settings

Each is said on the command line, or in the environment, or left at its default; in this order. A value that will not
do is refused at the start: one line names the setting and says what to write instead, and the exit status is 2.

    make run PORT=8000 ARGS="--open-rooms unlisted"
    .venv/bin/python run.py --port 8000 --open-rooms unlisted
    ROOMS_PORT=8000 ROOMS_OPEN_ROOMS=unlisted .venv/bin/python run.py

| setting | in the environment | default | |
|---|---|---|---|
"""


def row(setting: Setting) -> str:
    default = f"`{setting.default}`" if setting.default else "none"
    kind = f"{setting.kind}, {setting.unit}" if setting.unit else setting.kind
    return f"| `{setting.flag}` | `{setting.variable}` | {default} | {setting.help} ({kind}) |\n"


def page() -> str:
    return HEAD + "".join(row(setting) for setting in SETTINGS)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
