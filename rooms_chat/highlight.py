"""Code in colours: comments, texts, numbers, keywords and names, of some twenty languages. Pure.

What is read here is chosen by strangers, and it is read where everybody waits for it. Pygments' expressions can be made
to run for ever by it: for C a few dozen lines of `//\\` will do. Here whatever begins to match does match, however it
goes on, so that reading takes time in proportion to the text.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

CLASSES = frozenset({"comment", "string", "number", "keyword", "name", "added", "deleted"})
HTML_CHARACTERS = 24 * 1024


class Language(NamedTuple):
    """What one match of its `pattern` is, its group tells. A `word` is a keyword, or a name if `then` follows it."""

    pattern: re.Pattern[str]
    keywords: frozenset[str]
    then: str
    ignores_case: bool


COMMENTS = {
    "//": r"//[^\n]*",
    "#": r"(?<!\S)\#[^\n]*",
    ";": r"(?<!\S);[^\n]*",
    "--": r"--[^\n]*",
    "/*": r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?",
    "<!": r"<!--(?:[^-]|-(?!->))*+(?:-->)?",
    "--[[": r"--\[\[(?:[^\]]|\](?!\]))*+(?:\]\])?",
}
STRINGS = {
    '"': r'"(?:[^"\\\n]|\\.)*+"?',
    "'": r"'(?:[^'\\\n]|\\.)*+'?",
    "`": r"`(?:[^`\\]|\\.)*+`?",
    '"""': r'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?',
    "'''": r"'''(?:[^'\\]|\\.|'(?!''))*+(?:''')?",
    "c": r"'(?:[^'\\\n]|\\[^\n]{1,8})'",  # one character; of what else begins so, nothing is known
}
NUMBER = r"(?<![\w.])\d[\w.]*+"
WORD = r"[^\W\d]\w*+"
SHELL_WORD = rf"(?P<name>\$\{{?\w*+)|(?P<word>{WORD})"
CSS_WORD = r"(?P<keyword>[@!][\w-]++)|(?P<word>[$.\#]?-{0,2}[^\W\d][\w-]*+)"
TAG = r"(?P<keyword></?[A-Za-z][\w:.-]*+|/?>)"
KEY = r"(?P<keyword>^\[[^\n\]]*+\]*)|(?P<name>^[ \t-]*+[\w.-]++(?=[ \t]{0,8}[:=]))"
DIFF = r"(?P<comment>^(?:@@|diff|index|---|\+\+\+)[^\n]*)|(?P<added>^\+[^\n]*)|(?P<deleted>^-[^\n]*)"


def _language(
    comments: str, strings: str, keywords: str = "", *, words: str = "", then: str = "(", ignores_case: bool = False
) -> Language:
    parts = [f"(?P<{name}>{'|'.join(kinds)})" for name, kinds in _kinds(comments.split(), strings.split()) if kinds]
    parts += [words or f"(?P<word>{WORD})", f"(?P<number>{NUMBER})"]
    pattern = re.compile("|".join(parts), re.DOTALL | re.MULTILINE)
    return Language(pattern, frozenset(keywords.split()), then, ignores_case)


def _kinds(comments: list[str], strings: list[str]) -> Iterator[tuple[str, list[str]]]:
    yield "comment", [COMMENTS[name] for name in comments]
    yield "string", [STRINGS[name] for name in strings]


C = "auto break case char const continue default do double else enum extern float for goto if inline int long register \
return short signed sizeof static struct switch typedef union unsigned void volatile while NULL bool true false"
CPP = (
    f"{C} class catch constexpr delete explicit export friend mutable namespace new noexcept nullptr operator override \
private protected public template this throw try typename using virtual"
)
JAVA = "abstract assert boolean break byte case catch char class const continue default do double else enum extends \
final finally float for if implements import instanceof int interface long native new null package private protected \
public record return short static super switch synchronized this throw throws transient try var void volatile while \
true false"
KOTLIN = "as break by catch class companion constructor continue data do else enum false finally for fun if import in \
init interface internal is lateinit null object open override package private protected public return sealed super \
suspend this throw true try typealias val var vararg when while"
CSHARP = (
    f"{JAVA} as async await base bool checked decimal delegate event explicit fixed foreach get implicit in internal \
is lock namespace object operator out override params readonly ref sbyte sealed set sizeof string struct uint ulong \
unsafe using value virtual yield"
)
JAVASCRIPT = "async await break case catch class const continue debugger default delete do else export extends false \
finally for from function if import in instanceof let new null of return static super switch this throw true try \
typeof undefined var void while yield abstract as declare enum implements interface keyof namespace private protected \
public readonly type any boolean number string unknown never"
PYTHON = (
    "False None True and as assert async await break case class continue def del elif else except finally for from \
global if import in is lambda match nonlocal not or pass raise return self try while with yield"
)
GO = "break case chan const continue default defer else fallthrough for func go goto if import interface map package \
range return select struct switch type var nil true false string int bool byte error rune float64 int64 uint64"
RUST = "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move \
mut pub ref return self Self static struct super trait true type unsafe use where while bool char f32 f64 i32 i64 str \
u8 u32 u64 usize"
RUBY = (
    "alias and begin break case class def do else elsif end ensure false for if in module next nil not or raise redo \
require rescue retry return self super then true undef unless until when while yield attr_accessor attr_reader"
)
PHP = "abstract and array as break case catch class const continue declare default do echo else elseif empty enum \
extends final finally fn for foreach function global if implements import instanceof interface isset match namespace \
new null or private protected public readonly require require_once return static switch this throw trait try use var \
while true false int string bool float void"
SWIFT = (
    "as associatedtype async await break case catch class continue default defer do else enum extension fallthrough \
false fileprivate for func guard if import in init inout internal is let nil open operator override private protocol \
public repeat return self Self static struct subscript super switch throw throws true try typealias var where while"
)
LUA = "and break do else elseif end false for function goto if in local nil not or repeat return then true until while"
SHELL = (
    "if then else elif fi for while until do done case esac in function return export local readonly set unset echo \
exit source cd eval exec trap shift sudo"
)
SQL = "add all alter and as asc begin between by case check column commit constraint create cross default delete desc \
distinct drop else end exists explain foreign from full group having if in index inner insert into is join key left \
like limit not null offset on or order outer primary references returning right rollback select set table then \
transaction union unique update values view when where with integer text varchar boolean bigint timestamp numeric"
CONSTANTS = "true false null yes no on off none inf nan"

C_LIKE, QUOTES = "// /*", "\" '"
SPOKEN = {
    "bash sh shell zsh": _language("#", QUOTES, SHELL, words=SHELL_WORD),
    "c h": _language(C_LIKE, '" c', C),
    "cpp c++ cc hpp": _language(C_LIKE, '" c', CPP),
    "csharp c# cs": _language(C_LIKE, '" c', CSHARP),
    "css scss sass": _language(C_LIKE, QUOTES, words=CSS_WORD, then=":"),
    "diff patch": _language("", "", words=DIFF),
    "go golang": _language(C_LIKE, '" ` c', GO),
    "html htm xml svg": _language("<!", QUOTES, words=TAG),
    "ini cfg conf toml": _language("# ;", f"\"\"\" ''' {QUOTES}", CONSTANTS, words=f"{KEY}|(?P<word>{WORD})"),
    "java": _language(C_LIKE, '""" " c', JAVA),
    "javascript js mjs jsx typescript ts tsx": _language(C_LIKE, f"{QUOTES} `", JAVASCRIPT),
    "json jsonc": _language(C_LIKE, '"', CONSTANTS),
    "kotlin kt": _language(C_LIKE, '""" " c', KOTLIN),
    "lua": _language("--[[ --", QUOTES, LUA),
    "php": _language(f"{C_LIKE} #", QUOTES, PHP),
    "python py python3": _language("#", f"\"\"\" ''' {QUOTES}", PYTHON),
    "ruby rb": _language("#", f"{QUOTES} `", RUBY),
    "rust rs": _language(C_LIKE, '" c', RUST),
    "sql": _language("-- /*", QUOTES, SQL, ignores_case=True),
    "swift": _language(C_LIKE, '""" "', SWIFT),
    "yaml yml": _language("#", QUOTES, CONSTANTS, words=f"{KEY}|(?P<word>{WORD})", ignores_case=True),
}
LANGUAGES = {name: language for spellings, language in SPOKEN.items() for name in spellings.split()}


def to_html(code: str, language: str) -> str | None:
    """Code as HTML; None where its language is none of these, or it would become too large."""
    known = LANGUAGES.get(language.lower())
    if known is None:
        return None
    html = "".join(_piece(name, text) for name, text in _joined(_pieces(code, known)))
    return html if len(html) <= HTML_CHARACTERS else None


def _pieces(code: str, language: Language) -> Iterator[tuple[str | None, str]]:
    """Texts, and the class of each that has one."""
    end = 0
    for match in language.pattern.finditer(code):
        yield None, code[end : match.start()]
        end = match.end()
        yield _class_of(match, language), match[0]
    yield None, code[end:]


def _class_of(match: re.Match[str], language: Language) -> str | None:
    if match.lastgroup != "word":
        return match.lastgroup
    if (match[0].lower() if language.ignores_case else match[0]) in language.keywords:
        return "keyword"
    return "name" if match.string.startswith(language.then, match.end()) else None


def _joined(pieces: Iterator[tuple[str | None, str]]) -> list[tuple[str | None, str]]:
    """Neighbours of one class are one piece, with the blanks between them."""
    joined: list[tuple[str | None, str]] = [(None, "")]
    for name, text in pieces:
        if name == joined[-1][0] or not text or text.isspace():
            joined[-1] = (joined[-1][0], joined[-1][1] + text)
        else:
            joined.append((name, text))
    return joined


def _piece(name: str | None, text: str) -> str:
    shown = escape(text, quote=False)
    return f'<span class="{name}">{shown}</span>' if name else shown
