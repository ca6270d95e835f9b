from pathlib import Path

from tests.soak.soak import Soak


def test_after_ten_seconds_of_trouble_everything_is_as_it_was(tmp_path: Path) -> None:
    """`make soak` does this for half an hour, with ten thousand clients and clocks that go right."""
    report = Soak(tmp_path, seconds=4, hurried=True, clients=200).run()
    assert report.complaints() == []
    assert report.posts > 20
    assert all(report.lives.values())
