"""What `make bench` writes into the manual."""

import xml.etree.ElementTree as ElementTree

import pytest

from bench import durable, fanout, picture, report

READABLE, SEEN = 4.5, 3.0  # WCAG 1.4.3 and 1.4.11


def brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [picture.LIGHT, picture.DARK], ids=["light", "dark"])
def test_the_picture_can_be_read_on_its_own_ground(palette: dict[str, str]) -> None:
    ground = palette["ground"]
    assert contrast(palette["text"], ground) >= READABLE
    assert min(contrast(palette[name], ground) for name in palette if name.startswith("bar")) >= SEEN


def test_the_picture_names_every_bar_and_draws_it_to_scale() -> None:
    drawn = ElementTree.fromstring(picture.bars("CPU", {"a & b": {"ours": 5.0, "theirs": 20.0}}))
    texts = [one.text for one in drawn.findall(".//{*}text")]
    wide = [float(one.attrib["width"]) for one in drawn.findall(".//{*}rect") if one.attrib["class"] != "ground"]
    assert texts == ["CPU", "a & b", "ours", "5.0", "theirs", "20.0"]
    assert wide[1] / wide[0] == pytest.approx(4, rel=0.01)


def test_only_what_stands_between_the_marks_is_written_anew() -> None:
    page = f"before\n{report.BEGIN}\n\nold\n{report.END}\nafter\n"
    assert report.between(page, "new\n") == f"before\n{report.BEGIN}\n\nnew\n\n{report.END}\nafter\n"
    assert report.between(report.between(page, "new\n"), "new\n") == report.between(page, "new\n")


def test_the_manual_has_the_marks() -> None:
    page = report.PAGE.read_text(encoding="utf-8")
    assert (page.count(report.BEGIN), page.count(report.END)) == (1, 1)


def test_what_is_not_reached_is_called_so() -> None:
    assert report.at_least("a", 2.99, 3) == ["a", "≥ 3", "2.99", "**not reached**"]
    assert report.at_most("b", 12, 12)[-1] == "reached"
    assert report.at_most("c", None, 12) == ["c", "≤ 12", "not measured", ""]


def test_a_fault_in_one_run_is_not_lost_among_the_others() -> None:
    runs = [{"cpu_us": 1.0, "faults": 0}, {"cpu_us": 3.0, "faults": 2}, {"cpu_us": 2.0, "faults": 0}]
    assert fanout.middle(runs) == durable.middle(runs) == {"cpu_us": 2.0, "faults": 2}
    with pytest.raises(SystemExit, match="lost"):
        fanout.check([fanout.middle(runs)])
