"""The transport knows the insides of four libraries: it starts on those it was written against, or says why not."""

import pytest

from rooms_chat.transport.versions import KNOWN


def as_installed(folder, library, version):
    """So that Python believes that this version is installed."""
    metadata = folder / f"{library.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {library}\nVersion: {version}\n")
    return {"PYTHONPATH": str(folder)}


def dotted(version):
    return ".".join(map(str, version))


@pytest.mark.parametrize("library", KNOWN)
def test_an_older_library_is_refused_in_words(program, tmp_path, library):
    least, _ = KNOWN[library]
    older = dotted([*least[:-1], least[-1] - 1]) if least[-1] else dotted([least[0], least[1] - 1, 9])
    complaint = program(environ=as_installed(tmp_path, library, older)).refuses()
    assert complaint == f"rooms: {library} {older} is too old: {dotted(least)} or later is needed. Run: make setup\n"


def test_a_preview_of_what_is_needed_is_refused_too(program, tmp_path):
    assert "is too old" in program(environ=as_installed(tmp_path, "python-engineio", "4.15.1rc1")).refuses()


def test_a_newer_library_is_announced(program, tmp_path):
    server = program(environ=as_installed(tmp_path, "python-engineio", "4.99.0")).start()
    server.stop()
    assert "is newer than what this server was tested with" in server.complaints
    assert "4.99.0" in server.complaints
