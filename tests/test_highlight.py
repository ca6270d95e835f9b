"""Code in colours, within bounds."""

import time

import pytest

from rooms_chat import highlight
from rooms_chat.highlight import LANGUAGES, Budget
from rooms_chat.markup import to_html


def test_code_is_coloured_by_the_language_its_fence_names():
    html = to_html("look:\n```python\ndef soup(n):\n    return 'hot'  # yes\n```")
    assert '<span class="keyword">def </span><span class="name">soup</span>' in html
    assert "<span class=\"string\">'hot'" in html
    assert '<span class="comment"># yes' in html


@pytest.mark.parametrize("fence", ["```", "```nonsense", "```brainfuck", "~~~", "```<b>"])
def test_code_of_no_known_language_is_plain(fence):
    html = to_html(f"{fence}\ndef soup(): <b>\n{fence[:3]}")
    assert html == "<pre><code>def soup(): &lt;b&gt;\n</code></pre>"


@pytest.mark.parametrize("language", sorted(set(LANGUAGES.values())))
def test_every_language_is_there_and_keeps_the_text(language):
    code = "if (a < 1 && b) { x = \"<s>\" } # // -- 'c'\n\n  end\n"
    html = highlight.to_html(code, language, Budget())
    assert html is not None
    plain = to_html(f"```\n{code}```").removeprefix("<pre><code>").removesuffix("</code></pre>")
    for name in highlight.CLASSES:
        html = html.replace(f'<span class="{name}">', "")
    assert html.replace("</span>", "") == plain


@pytest.mark.parametrize("language", sorted(set(LANGUAGES.values())))
@pytest.mark.parametrize(
    "piece", ["(", "'", '"', "/*", "<", "\\", "a<", "a.", "${", "<?php ", "'''", "--", "<a a=", "{", "#"]
)
def test_no_text_holds_its_thread_for_long(language, piece):
    highlight.to_html("x\n", language, Budget())  # what it needs is loaded
    began = time.thread_time()
    highlight.to_html(piece * (4000 // len(piece)), language, Budget())
    assert time.thread_time() - began < 0.1  # of what may take a tenth of that: machines differ


@pytest.mark.parametrize(
    ("language", "code"), [("c", "a " + "//\\\n" * 1300), ("ini", "=" * 4000), ("php", "<?php " + "<<A\n" * 990)]
)
def test_what_a_lexer_would_never_end_with_is_given_up(language, code):
    test_no_text_holds_its_thread_for_long(language, code)


def test_a_message_has_one_budget_for_all_its_code():
    spent = Budget()
    spent.seconds = 0.0
    assert highlight.to_html("x = 1\n", "python", spent) is None


def test_what_would_become_very_large_is_plain():
    assert highlight.to_html("1 a " * 1000, "python", Budget()) is None


def test_every_class_is_let_through():
    html = to_html("```diff\n--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n```")
    assert '<span class="deleted">-old' in html
    assert '<span class="added">+new' in html
