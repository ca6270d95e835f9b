"""Code in colours, in time that the length of the text decides and nothing else."""

import itertools
import time

import pytest

from rooms_chat import highlight
from rooms_chat.highlight import LANGUAGES, SPOKEN
from rooms_chat.markup import render

NAMES = sorted(spellings.split()[0] for spellings in SPOKEN)
PIECES = (
    "a",
    "0",
    ".",
    " ",
    "\n",
    "\\",
    "'",
    '"',
    "`",
    "/",
    "*",
    "#",
    "-",
    "<",
    ">",
    "!",
    "[",
    "]",
    "{",
    "$",
    ":",
    "=",
)


SHORT = {
    "<k>": "keyword",
    "<n>": "name",
    "<s>": "string",
    "<i>": "number",
    "<c>": "comment",
    "<a>": "added",
    "<d>": "deleted",
}


def spelled_out(html):
    """With its classes in full, for the table below."""
    for short, name in SHORT.items():
        html = html.replace(short, f'<span class="{name}">')
    return html.replace("</>", "</span>")


@pytest.mark.parametrize(
    ("language", "code", "html"),
    [
        ("python", "def soup(n): return 'a'  # b", "<k>def </><n>soup</>(n): <k>return </><s>'a'  </><c># b</>"),
        ("js", "let x = `a\nb`", "<k>let </>x = <s>`a\nb`</>"),
        ("C", "int x = 0x1F; /* a */", "<k>int </>x = <i>0x1F</>; <c>/* a */</>"),
        ("rust", "fn f<'a>('x')", "<k>fn </>f&lt;'a&gt;(<s>'x'</>)"),
        ("sql", "SELECT 1 -- all", "<k>SELECT </><i>1 </><c>-- all</>"),
        ("html", '<a href="x">', '<k>&lt;a</> href=<s>"x"</><k>&gt;</>'),
        ("css", ".a { color: red }", ".a { <n>color</>: red }"),
        ("yaml", "a: yes # b", "<n>a</>: <k>yes </><c># b</>"),
        ("toml", "[a]\nb = 1", "<k>[a]\n</><n>b</> = <i>1</>"),
        ("sh", "echo $HOME", "<k>echo </><n>$HOME</>"),
        ("diff", "@@ -1 @@\n-a\n+b", "<c>@@ -1 @@\n</><d>-a\n</><a>+b</>"),
    ],
)
def test_code_is_coloured(language, code, html):
    assert highlight.to_html(code, language) == spelled_out(html)


def test_code_is_coloured_in_a_message_by_the_language_its_fence_names():
    html = render("```py\ndef soup(): ...\n```").html
    assert '<pre><code><span class="keyword">def </span><span class="name">soup' in html


@pytest.mark.parametrize("fence", ["```", "```nonsense", "~~~", "```<b>"])
def test_code_of_no_known_language_is_plain(fence):
    html = render(f"{fence}\ndef soup(): <b>\n{fence[:3]}").html
    assert html == "<pre><code>def soup(): &lt;b&gt;\n</code></pre>"


@pytest.mark.parametrize("name", NAMES)
def test_every_language_keeps_the_text(name):
    code = 'if (a < 1 && b) { x = "<s>" } # // -- \'c\'\n\n/* """ --[[ <!-- `\n  end\n'
    html = highlight.to_html(code, name)
    plain = render(f"```\n{code}```").html.removeprefix("<pre><code>").removesuffix("</code></pre>")
    for kind in highlight.CLASSES:
        html = html.replace(f'<span class="{kind}">', "")
    assert html.replace("</span>", "") == plain


@pytest.mark.parametrize("name", NAMES)
def test_no_text_holds_its_thread_for_long(name):
    for one, other in itertools.product(PIECES, ("", "a", "\\")):
        code = (one + other) * 2000
        began = time.thread_time()
        highlight.to_html(code, name)
        assert time.thread_time() - began < 2, code[:10]  # it takes a thousandth; a lexer that does not end, for ever


def test_what_would_become_very_large_is_plain():
    assert highlight.to_html("1 a " * 1000, "python") is None


def test_each_language_has_its_spellings_to_itself():
    spellings = " ".join(SPOKEN).split()
    assert len(spellings) == len(LANGUAGES) == len(set(spellings))


def test_every_class_is_let_through():
    html = render("```diff\n@@ -1 +1 @@\n-old\n+new\n```").html
    assert '<span class="deleted">-old' in html
    assert '<span class="added">+new' in html
