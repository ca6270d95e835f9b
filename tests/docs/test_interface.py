"""The manual of the interface shows every picture there is, and tells every key."""

import re
from pathlib import Path

from tools import pictures

TOP = Path(__file__).resolve().parents[2]
PAGE = (TOP / "docs/interface.md").read_text("utf-8")
HELP = (TOP / "static/js/help.js").read_text("utf-8")


def test_every_picture_of_the_manual_is_one_the_tool_takes_and_is_there():
    shown = set(re.findall(r"!\[[^\]]+\]\(images/([\w-]+)\.png\)", PAGE))
    assert shown == {picture.name for picture in pictures.PICTURES}
    assert shown <= {path.stem for path in (TOP / "docs/images").glob("*.png")}


def test_every_key_is_told_as_the_page_tells_it():
    told = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", PAGE.partition("| keys | |")[2].partition("##")[0], re.M)
    there = [
        (keys.replace("${CHORD}", "Ctrl").replace("${ALT}", "Alt"), what)
        for keys, what in re.findall(r"\[\[([^\]]+)\], t\(\"([^\"]+)\"\)\]", HELP)
    ]
    assert told == [(" ".join(re.findall(r"[`\"]([^`\"]+)[`\"]", keys)), what) for keys, what in there]
