"""Which names a text proposes, and where the ones that are known stand."""

import pytest

from rooms_chat import named
from rooms_chat.markup import render
from rooms_chat.named import Named

KNOWN = Named({"ana": "p1", "ana maria": "p2", "지민": "p3", "r2-d2": "p4"}, {"kitchen": "Kitchen", "개발": "개발"})


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("@Ana", ["p1"]),
        ("@ana maria, and @ANA.", ["p2", "p1"]),
        ("(@Ana)", ["p1"]),
        ("@Ana's", ["p1"]),
        ("@지민아 안녕", ["p3"]),
        ("@지민 @지민", ["p3"]),
        ("@R2-D2!", ["p4"]),
        ("**@Ana** and [@Ana](https://x.example)", ["p1"]),
        ("@Anabel", []),
        ("post@ana.example", []),
        ("@@Ana", []),
        ("@ Ana", []),
        ("`@Ana`", []),
        ("```\n@Ana\n```", []),
        ("https://x.example/@Ana", []),
        ("@nobody", []),
    ],
)
def test_people_are_mentioned_by_the_longest_name(text, people):
    assert render(text, KNOWN).mentions == people


def test_a_mention_is_marked_with_its_person():
    assert render("hi @Ana", KNOWN).html == '<p>hi <span class="mention" data-person="p1">@Ana</span></p>'


def test_a_text_proposes_the_names_of_twenty_and_no_more():
    assert "guest 19" in named.people("".join(f"@guest {number}, " for number in range(50)))
    assert "guest 20" not in named.people("".join(f"@guest {number}, " for number in range(50)))
    assert len(named.people("@" + "가 " * 2000 + "@")) <= named.PIECES_MOST
    assert len(named.people("@a " * 1300)) <= named.PEOPLE_MOST * named.PIECES_MOST


@pytest.mark.parametrize("text", ["#kitchen", "(#Kitchen)", "#KITCHEN, please", "in #ｋｉｔｃｈｅｎ"])
def test_a_room_that_there_is_becomes_a_link_that_stays_here(text):
    html = render(text, KNOWN).html
    assert '<a class="room" href="/r/Kitchen"' in html
    assert "_blank" not in html


@pytest.mark.parametrize(
    "text", ["#attic", "a#kitchen", "##kitchen", "`#kitchen`", "https://x.example/#kitchen", "&#kitchen"]
)
def test_what_names_no_room_is_no_link_to_one(text):
    assert 'class="room"' not in render(text, KNOWN).html


def test_a_room_in_a_link_leaves_the_link_whole():
    assert render("[see #kitchen](https://x.example)", KNOWN).html.count("<a ") == 1


def test_ten_rooms_are_looked_for_and_no_more():
    assert len(named.rooms(" ".join(f"#room{number}" for number in range(50)))) == named.ROOMS_MOST


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (":tada:", "<p>🎉</p>"),
        ("well :TADA:!", "<p>well 🎉!</p>"),
        ("**:tada:**", "<p><strong>🎉</strong></p>"),
        ("`:tada:`", "<p><code>:tada:</code></p>"),
        (":no-such-emoji:", "<p>:no-such-emoji:</p>"),
        ("10:30:15", "<p>10:30:15</p>"),
        ("a:b:c", "<p>a:b:c</p>"),
        ("::", "<p>::</p>"),
    ],
)
def test_an_emoji_stands_for_its_name(text, html):
    assert render(text).html == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("/me waves", '<p class="action">waves</p>'),
        ("/me *waves*\nand goes", '<p class="action"><em>waves</em><br>\nand goes</p>'),
        ("/me # <b>", '<p class="action"># &lt;b&gt;</p>'),
        ("/me", "<p>/me</p>"),
        ("/me  ", "<p>/me</p>"),
        ("/meet me", "<p>/meet me</p>"),
        ("say /me waves", "<p>say /me waves</p>"),
        ("/me " + "*" * 200, f'<p class="action">{"*" * 200}</p>'),
    ],
)
def test_what_somebody_does_is_marked_as_an_action(text, html):
    assert render(text).html == html
