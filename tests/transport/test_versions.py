"""The transport knows the insides of four libraries: it starts on those it was written against, or says why not."""

import pytest

from rooms_chat.errors import CannotStart
from rooms_chat.transport.versions import KNOWN, check_versions


def as_installed(folder, library, version):
    """So that Python finds this version first."""
    metadata = folder / f"{library.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {library}\nVersion: {version}\n")


def dotted(version):
    return ".".join(map(str, version))


@pytest.mark.parametrize("library", KNOWN)
def test_an_older_library_is_refused_in_words(monkeypatch, tmp_path, library):
    least, _ = KNOWN[library]
    older = dotted([*least[:-1], least[-1] - 1]) if least[-1] else dotted([least[0], least[1] - 1, 9])
    as_installed(tmp_path, library, older)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(CannotStart, match=f"^{library} {older} is too old: {dotted(least)} or later is needed"):
        check_versions()


def test_a_newer_library_is_announced(monkeypatch, tmp_path, caplog):
    as_installed(tmp_path, "python-engineio", "4.99.0")
    monkeypatch.syspath_prepend(tmp_path)
    check_versions()
    assert "python-engineio 4.99.0 is newer than what this server was tested with" in caplog.messages


def test_a_preview_of_what_is_needed_does_not_start(program, tmp_path):
    as_installed(tmp_path, "python-engineio", "4.15.1rc1")
    complaint = program(environ={"PYTHONPATH": str(tmp_path)}).refuses()
    assert complaint == "rooms: python-engineio 4.15.1rc1 is too old: 4.15.1 or later is needed. Run: make setup\n"
