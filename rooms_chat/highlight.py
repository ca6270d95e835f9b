"""Code in colours: a few classes, made on the server, within a bound of time and size. Pure.

The languages are those whose lexers were found to stay quick on whatever is thrown at them.
"""

import time
from functools import cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, String, _TokenType

SPELLINGS = """
bash sh shell zsh
c h
cpp c++ cc hpp
csharp c# cs
css
diff patch
docker dockerfile
go golang
html htm
ini cfg conf
java
javascript js mjs jsx
json jsonc
kotlin kt
lua
make makefile
php
python py python3
ruby rb
rust rs
scss sass
sql
swift
toml
typescript ts tsx
xml svg
yaml yml
"""
LANGUAGES = {name: line.split()[0] for line in SPELLINGS.split("\n") for name in line.split()}
KINDS: dict[_TokenType, str] = {
    Comment: "comment",
    Keyword: "keyword",
    Number: "number",
    String: "string",
    Literal: "string",
    Name.Attribute: "name",
    Name.Builtin: "name",
    Name.Class: "name",
    Name.Decorator: "name",
    Name.Function: "name",
    Name.Tag: "keyword",
    Generic.Deleted: "deleted",
    Generic.Inserted: "added",
    Generic.Heading: "comment",
    Generic.Subheading: "comment",
}
CLASSES = frozenset(KINDS.values())
HTML_CHARACTERS = 24 * 1024
SECONDS = 0.01


class Budget:
    """What one message may take of the time of its thread."""

    def __init__(self) -> None:
        self.seconds = SECONDS


def to_html(code: str, language: str, budget: Budget) -> str | None:
    """Code as HTML; None where its language is none of ours, or it would take too long or become too large."""
    name = language.lower()
    if name not in LANGUAGES:
        return None
    pieces: list[tuple[str | None, str]] = []
    lexer = _lexer(LANGUAGES[name])
    began = time.thread_time()
    for kind, text in lexer.get_tokens(code):
        if time.thread_time() - began > budget.seconds:
            budget.seconds = 0.0
            return None
        _add(pieces, _class_of(kind), text)
    budget.seconds -= time.thread_time() - began
    html = "".join(_piece(*piece) for piece in pieces)
    return html if len(html) <= HTML_CHARACTERS else None


def _add(pieces: list[tuple[str | None, str]], name: str | None, text: str) -> None:
    """Neighbours of one class are one piece, with the blanks between them."""
    if pieces and (pieces[-1][0] == name or text.isspace()):
        name, text = pieces[-1][0], pieces.pop()[1] + text
    pieces.append((name, text))


def _piece(name: str | None, text: str) -> str:
    shown = escape(text, quote=False)
    return f'<span class="{name}">{shown}</span>' if name else shown


@cache
def _class_of(kind: _TokenType) -> str | None:
    """Of the nearest kind above it that has one."""
    above: _TokenType | None = kind
    while above is not None:
        if above in KINDS:
            return KINDS[above]
        above = above.parent
    return None


@cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name, stripnl=False, ensurenl=False)
