"""What people read, in their language. The English sentence is the key; a language is one file of sentences.

Not a framework: no plural rules, no dates (the browser knows both better). A sentence may hold `{names}`.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

LANGUAGES = {"en": "English", "ko": "한국어"}
DEFAULT = "en"
_FOLDER = Path(__file__).with_name("translations")


@cache
def sentences(language: str) -> Mapping[str, Mapping[str, str]]:
    """The sections of a language: `page`, `script` (what the browser needs) and `errors` (by code)."""
    if language not in LANGUAGES or language == DEFAULT:
        return {"page": {}, "script": {}, "errors": {}}
    loaded: dict[str, dict[str, str]] = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return loaded


def translate(language: str, text: str, **values: object) -> str:
    """The sentence in that language, or as it stands."""
    return fill(sentences(language)["page"].get(text, text), values)


def explain(language: str, error: Any) -> str:
    """Why something was refused: by its code and field, by its code, or in the error's own words."""
    known = sentences(language)["errors"]
    text = known.get(f"{error.code}.{error.field}") or known.get(error.code)
    if text is None:
        return str(error.message)
    return fill(text, {"suggestion": error.suggestion or "", "retry_after": max(1, ceil(error.retry_after or 0))})


def for_script(language: str) -> dict[str, Mapping[str, str]]:
    """What a page hands to its scripts: their sentences and those of the errors."""
    known = sentences(language)
    return {"script": known["script"], "errors": known["errors"]}


def fill(text: str, values: Mapping[str, object]) -> str:
    """Put the values in. Not `format`: a value's own braces stay text, and nothing is looked up in it."""
    return re.sub(r"{(\w+)}", lambda named: str(values.get(named[1], named[0])), text)
