import re
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms_chat import markup
from rooms_chat.markup import render


def to_html(text):
    return render(text).html


def tags_of(html):
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
    parser.feed(html)
    return found


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("soup?", "<p>soup?</p>"),
        ("a *b* `c`", "<p>a <em>b</em> <code>c</code></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
    ],
)
def test_a_text_becomes_html(text, html):
    assert to_html(text) == html


def test_a_link_is_recognised_and_opens_beside_the_room():
    assert 'href="https://x.example/a"' in to_html("see https://x.example/a")
    assert 'target="_blank"' in to_html("see https://x.example/a")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
        "[x](data:text/html,<script>)", "[x](//evil.example)", "![x](https://evil.example/pixel.png)",
        "<a href='x' onclick=alert(1)>", "`</p><script>`", "[x](https://a.example \"onmouseover=alert(1)\")",
        "<svg/onload=alert(1)>", "&lt;script&gt;",
    ],
)  # fmt: skip
def test_no_markup_of_a_message_can_run_or_fetch_anything(text):
    for tag, attributes in tags_of(to_html(text)):
        assert tag in {"p", "a", "code", "br"}
        assert set(attributes) <= {"href", "rel", "target"}
        assert attributes.get("href", "https://").startswith(("https://", "http://", "mailto:"))


@pytest.mark.parametrize("text", ["<b>" * 1000, "*a " * 1300, "[" * 4000, "> " * 2000, "://" * 1333])
def test_a_text_of_nothing_but_markup_is_shown_as_it_was_written(text):
    assert to_html(text) == f"<p>{escape(text, quote=False)}</p>"


def test_a_long_block_of_code_is_a_block_of_code():
    code = "rows = [[cell(x, y) for x in range(9)] for y in range(9)]  # *all* of `them`\n" * 40
    assert to_html(f"look:\n```\n{code}```").count("<pre>") == 1


def test_many_lines_are_kept_as_they_were_written():
    lines = "\n".join(f"{number}: *" for number in range(200))
    assert to_html(lines).count("<br>\n") == 199


@given(st.text(st.sampled_from("aB1 .-!:?,+)('\"9=$%;éwcomio한"), min_size=1, max_size=25).map(str.strip).filter(bool))
def test_the_short_way_round_leads_to_the_same_html(text):
    with pytest.MonkeyPatch.context() as patch:
        short = to_html(text)
        patch.setattr(markup, "PLAIN", re.compile(r"(?!)"))
        assert short == to_html(text)
