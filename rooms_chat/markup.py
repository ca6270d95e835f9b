"""A message's text as HTML. Made on the server, sanitised last; pure.

Most messages hold no markup at all and take a short way round. So do those that hold so much that reading it would cost
others their time: they are shown as they were written.
"""

import logging
import re
from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from rooms_chat import highlight
from rooms_chat.named import NOTHING, Named, emoji_at, person_at, room_at

# A point makes a link only before a letter, a list only behind a number that begins the line; a dash only begins one.
PLAIN = re.compile(r"(?![\s+-]|\d+[.)](?:\s|\Z))(?:[^\\`*_~#>\[\]&<|:/@.\n\t]++|\.(?!\w)|\.(?=\d))*+(?<!\s)\Z")
MARKUP = re.compile(r"[\\`*_~\[\]<>&|!#@:\n]|//|\.\w|\d[.)]")
MARKUP_MOST = 150
FENCES = ("```", "~~~")
TAGS = {"p", "br", "em", "strong", "s", "code", "pre", "a", "blockquote", "ul", "ol", "li", "hr", "span"}
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start"}, "span": {"data-person"}}
CLASSES = {"a": {"room"}, "p": {"action"}, "span": {"mention", *highlight.CLASSES}}
ROOM_URL = re.compile(r"/r/[^/?#\\]+")
ACTION = "/me "


class Rendered(NamedTuple):
    """A text as safe HTML, and the ids of the people it mentions, in order."""

    html: str
    mentions: list[str]


def render(text: str, named: Named = NOTHING) -> Rendered:
    """A message's text, where `named` tells which people and rooms there are of those it names."""
    is_action = text.startswith(ACTION) and not text[len(ACTION) :].isspace()
    said = text[len(ACTION) :] if is_action else text
    opening = '<p class="action">' if is_action else "<p>"
    if PLAIN.match(said) or len(MARKUP.findall(outside_fences(said))) > MARKUP_MOST:
        return Rendered(f"{opening}{escape(said, quote=False)}</p>".replace("\n", "<br>\n"), [])
    found = Found(named, {})
    env = {"found": found}
    made = f"{opening}{_markdown.renderInline(said, env)}</p>" if is_action else _markdown.render(said, env)
    return Rendered(_clean(made.strip()), list(found.mentions))


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        tag_attribute_values={"a": {"target": {"_blank"}}},
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto"},
        url_relative=_room_alone,
        link_rel="noopener noreferrer nofollow ugc",
    )


def _room_alone(url: str) -> str | None:
    return url if ROOM_URL.fullmatch(url) else None


class Found(NamedTuple):
    """What reading one text goes by, and finds."""

    named: Named
    mentions: dict[str, None]


def _mention(state: StateInline, silent: bool) -> bool:
    found: Found = state.env["found"]
    if state.src[state.pos] != "@" or not (there := person_at(state.src, state.pos, found.named.people)):
        return False
    end, person = there
    if not silent:
        found.mentions[person] = None
        token = state.push("mention", "span", 0)
        token.content, token.meta = state.src[state.pos : end], {"person": person}
    state.pos = end
    return True


def _room(state: StateInline, silent: bool) -> bool:
    found: Found = state.env["found"]
    if state.src[state.pos] != "#" or state.linkLevel:
        return False
    if not (there := room_at(state.src, state.pos, found.named.rooms)):
        return False
    end, room = there
    if not silent:
        token = state.push("room", "a", 0)
        token.content, token.meta = state.src[state.pos : end], {"room": room}
    state.pos = end
    return True


def _emoji(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != ":" or not (there := emoji_at(state.src, state.pos)):
        return False
    if not silent:
        state.pending += there[1]
    state.pos = there[0]
    return True


def _show_mention(_: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    return f'<span class="mention" data-person="{escape(token.meta["person"])}">{escape(token.content)}</span>'


def _show_room(_: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    return f'<a class="room" href="/r/{quote(token.meta["room"])}">{escape(token.content)}</a>'


def _show_link(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    tokens[index].attrSet("target", "_blank")
    return renderer.renderToken(tokens, index, options, env)


def _show_fence(_: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
    coloured = highlight.to_html(token.content, language)
    return f"<pre><code>{coloured or escape(token.content, quote=False)}</code></pre>\n"


_markdown = MarkdownIt("js-default", {"html": False, "linkify": True, "breaks": True, "maxNesting": 12}).disable(
    ["image", "heading", "lheading", "table", "reference"]
)
for _name, _rule in (("mention", _mention), ("room", _room), ("emoji", _emoji)):
    _markdown.inline.ruler.after("escape", _name, _rule)
for _name, _show in {
    "mention": _show_mention,
    "room": _show_room,
    "link_open": _show_link,
    "fence": _show_fence,
}.items():
    _markdown.add_render_rule(_name, _show)
# The parser logs its every step, and this runs on the journal's thread, where a logging lock must not be waited for.
for _name in logging.root.manager.loggerDict:
    if _name.startswith("markdown_it"):
        logging.getLogger(_name).disabled = True


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
