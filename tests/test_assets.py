"""What `make setup` puts in place, and what a wheel insists on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools import assets, wheel

SCRIPT = Path(assets.__file__)


GRIN = {"emoji": "😀", "hexcode": "1F600", "label": "grin", "tags": ["smile"], "group": 0, "order": 1, "version": 1}
TOO_NEW = {**GRIN, "emoji": "🫪", "hexcode": "1FAEA", "version": 17}
LETTER = {"emoji": "🇦", "hexcode": "1F1E6", "label": "A", "version": 0}


def lay_out(root: Path, table: str = '{"0":"O"}') -> None:
    emoji = {
        f"emojibase-data/{language}/{name}.json": json.dumps(content)
        for language in ("en", "ko")
        for name, content in {
            "data": [LETTER, GRIN, TOO_NEW],
            "messages": {"groups": [{"message": "faces", "order": 0}, {"message": "skin", "order": 2}]},
        }.items()
    }
    files = {
        **emoji,
        "emojibase-data/LICENSE": "as it is",
        "emojibase-data/en/shortcodes/github.json": '{"1F600":"grinning"}',
        "emojibase-data/en/shortcodes/emojibase.json": '{"1F600":["grinning","big_smile"],"1FAEA":"new"}',
        "emojibase-data/ko/shortcodes/cldr-native.json": '{"1F600":"웃는_얼굴"}',
        "socket.io-client/LICENSE": "as it is",
        "socket.io-client/dist/socket.io.esm.min.js": "export const io = 1",
        "unhomoglyph/LICENSE": "as it is",
        "unhomoglyph/data.json": table,
    }
    for name, content in files.items():
        path = root / "node_modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def run(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, root], capture_output=True, text=True, check=False)


def test_a_wheel_has_all_it_needs_once_the_assets_are_made(tmp_path: Path) -> None:
    lay_out(tmp_path)
    assert len(wheel.missing(tmp_path)) == 6

    assets.make(tmp_path)

    assert wheel.missing(tmp_path) == []
    assert (tmp_path / "static/vendor/socket.io-client.LICENSE.txt").read_text() == "as it is"
    assert json.loads((tmp_path / "rooms_chat/data/confusables.json").read_text()) == {"0": "O"}


def test_the_picker_lists_what_can_be_drawn_and_the_server_knows_each_by_all_its_names(tmp_path: Path) -> None:
    lay_out(tmp_path)
    assets.make(tmp_path)
    listed = json.loads((tmp_path / "static/vendor/emoji.en.json").read_text("utf-8"))
    assert listed == {
        "groups": {"0": "faces"},
        "emoji": [["😀", 0, "grinning big_smile", "grin", "smile"]],
    }
    names = json.loads((tmp_path / "rooms_chat/data/emoji.json").read_text("utf-8"))
    assert names == {"grinning": "😀", "big_smile": "😀", "웃는_얼굴": "😀"}


def test_the_integrity_is_that_of_the_file_a_browser_gets(tmp_path: Path) -> None:
    lay_out(tmp_path)
    assets.make(tmp_path)
    client = (tmp_path / "static/vendor/socket.io.esm.min.js").read_bytes()
    promised = json.loads((tmp_path / "static/vendor/integrity.json").read_text())
    assert promised == {"socket.io.esm.min.js": assets.integrity(client)}


def test_integrity_is_written_as_browsers_read_it() -> None:
    assert assets.integrity(b"") == "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"


def test_without_node_modules_it_says_in_one_line_what_to_do(tmp_path: Path) -> None:
    answer = run(tmp_path)
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "run `npm ci --ignore-scripts` first" in answer.stderr


@pytest.mark.parametrize("table", ["{", "[]", "{}", '{"0":1}'])
def test_another_table_is_refused(tmp_path: Path, table: str) -> None:
    lay_out(tmp_path, table)
    answer = run(tmp_path)
    assert answer.returncode == 1
    assert "data.json is not" in answer.stderr
