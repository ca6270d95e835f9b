"""A message's text as HTML. Made on the server, sanitised last; pure.

Most messages hold no markup at all and take a short way round. So do those that hold so much that reading it would cost
others their time: they are shown as they were written.
"""

import logging
import re
from html import escape

import nh3
from markdown_it import MarkdownIt

# A point makes a link only before a letter, a list only behind a number that begins the line; a dash only begins one.
PLAIN = re.compile(r"(?![\s+-]|\d+[.)](?:\s|\Z))(?:[^\\`*_~#>\[\]&<|:/@.\n\t]|\.(?!\w)|\.(?=\d))*(?<!\s)\Z")
MARKUP = re.compile(r"[\\`*_~\[\]<>&|!#@:\n]|//|\.\w|\d[.)]")
MARKUP_MOST = 150
FENCES = ("```", "~~~")
TAGS = {"p", "br", "em", "strong", "s", "code", "pre", "a", "blockquote", "ul", "ol", "li", "hr"}
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start"}}

_markdown = MarkdownIt("js-default", {"html": False, "linkify": True, "breaks": True, "maxNesting": 12}).disable(
    ["image", "heading", "lheading", "table", "reference"]
)
# The parser logs its every step, and this runs on the journal's thread, where a logging lock must not be waited for.
for _name in logging.root.manager.loggerDict:
    if _name.startswith("markdown_it"):
        logging.getLogger(_name).disabled = True


def to_html(text: str) -> str:
    """Safe HTML of a message's text."""
    if PLAIN.match(text) or len(MARKUP.findall(outside_fences(text))) > MARKUP_MOST:
        return f"<p>{escape(text, quote=False)}</p>".replace("\n", "<br>\n")
    return nh3.clean(
        _markdown.render(text).strip(),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="noopener noreferrer nofollow ugc",
    )


def outside_fences(text: str) -> str:
    """A text without its blocks of code, which may be long and cost nothing."""
    if not any(fence in text for fence in FENCES):
        return text
    kept, fence = [], ""
    for line in text.split("\n"):
        mark = line.lstrip()[:3]
        if fence:
            fence = "" if mark == fence else fence
        elif mark in FENCES:
            fence = mark
        else:
            kept.append(line)
    return "\n".join(kept)
