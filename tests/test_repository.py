"""What no file of this repository may contain, and what the locks must."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Put together here, so that this file is not the one that names them.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("files", "pythonhosted", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("proxy", "golang", "org"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
    )
]
MACHINES = [*("/" + place + "/" for place in ("root", "work", "tmp/w", "opt/pypi")), "file:" + "///"]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is not a git work tree")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def found(pattern: str) -> list[str]:
    compiled = re.compile(pattern.encode())
    return [str(path.relative_to(ROOT)) for path in tracked() if compiled.search(path.read_bytes())]


def test_no_file_names_a_registry() -> None:
    assert found("|".join(map(re.escape, REGISTRIES))) == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert found(rf"(?<![\w.)-])({'|'.join(map(re.escape, MACHINES))})") == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"])
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    lines = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    requirements = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    pinned = re.compile(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+ .*--hash=sha256:")
    assert requirements
    assert [line for line in requirements if not pinned.match(line)] == []


def test_npms_lock_holds_a_digest_of_every_package() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_nothing_that_is_built_would_be_committed() -> None:
    built = [".venv/x", "node_modules/x", "static/vendor/x", "rooms_chat/data/x", "data/rooms.db", "test-results/x"]
    ignored = subprocess.run(["git", "check-ignore", *built], cwd=ROOT, capture_output=True, text=True, check=False)
    if ignored.returncode == 128:
        pytest.skip("this is not a git work tree")
    assert ignored.stdout.split() == built
