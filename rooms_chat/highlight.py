"""Code in colours: a few classes, made on the server, within a bound of time and size. Pure.

Pygments' expressions can be made to run for ever by who chooses the text: for C a few dozen lines of `//\\` will do. So
they are matched by a library that gives up after a time, and lets others run meanwhile.
"""

import time
from collections.abc import Callable
from functools import cache
from html import escape
from typing import Any

import regex
from pygments.lexer import Lexer, RegexLexer, RegexLexerMeta
from pygments.lexers import find_lexer_class_by_name
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, String, _TokenType
from pygments.util import Future

SPELLINGS = """
bash sh shell zsh
c h
cpp c++ cc hpp
csharp c# cs
css
diff patch
go golang
ini cfg conf
java
javascript js mjs jsx
json jsonc
kotlin kt
lua
php
python py python3
ruby rb
rust rs
scss sass
sql
swift
toml
typescript ts tsx
xml html htm svg
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
    try:
        pieces = _pieces(code, _lexer(LANGUAGES[name]), budget)
    except TimeoutError:
        budget.seconds = 0.0
        return None
    html = "".join(_piece(*piece) for piece in pieces)
    return html if len(html) <= HTML_CHARACTERS else None


def _pieces(code: str, lexer: Lexer, budget: Budget) -> list[tuple[str | None, str]]:
    """Texts with the class of each. Raises TimeoutError."""
    pieces: list[tuple[str | None, str]] = []
    began = time.thread_time()
    for kind, text in lexer.get_tokens(code):
        if time.thread_time() - began > budget.seconds:
            raise TimeoutError
        _add(pieces, _class_of(kind), text)
    budget.seconds -= time.thread_time() - began
    return pieces


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


class Bounded(RegexLexerMeta):
    """Makes lexers whose every match has a bound. Each is one of Pygments' own, and hands nothing to another."""

    def _process_regex(cls, pattern: Any, flags: int, state: str) -> Callable[..., Any]:  # noqa: N805 - a metaclass
        words: Any = pattern.get if isinstance(pattern, Future) else None
        compiled = regex.compile(words() if words else pattern, flags)

        def match(text: str, at: int, end: int | None = None) -> Any:
            return compiled.match(text, at, end, timeout=SECONDS, concurrent=True)

        return match


@cache
def _lexer(name: str) -> Lexer:
    found: Any = find_lexer_class_by_name(name)
    if issubclass(found, RegexLexer):
        make: Any = Bounded
        found = make(found.__name__, (found,), {"__module__": __name__})
    lexer: Lexer = found(stripnl=False, ensurenl=False)
    return lexer
