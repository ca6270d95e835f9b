"""Korean and English: chosen by the browser or by hand, and complete."""

import json
import re
from pathlib import Path

import pytest

from rooms_chat import errors, i18n

TOP = Path(__file__).parents[2]
KO = json.loads((TOP / "rooms_chat/translations/ko.json").read_text("utf-8"))
STRING = r"""\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')"""
KOREAN = {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"}


def strings(call: str, *globs: str) -> set[str]:
    texts = (path.read_text("utf-8") for glob in globs for path in TOP.glob(glob))
    return {double or single for text in texts for double, single in re.findall(call + STRING, text)}


def of_the_page() -> set[str]:
    from rooms_chat.web import failures

    sentences = {*failures.SENTENCES.values(), failures.BROKEN, failures.STALE, failures.ELSEWHERE}
    return sentences | strings(r"\b_", "templates/**/*.html") | strings(r"\btranslate", "rooms_chat/web/*.py")


def test_every_sentence_of_the_pages_is_in_korean_and_no_other():
    assert of_the_page() == set(KO["page"])


def test_every_sentence_of_the_scripts_is_in_korean_and_no_other():
    assert strings(r"\bt", "static/js/*.js") == set(KO["script"])


def test_every_refusal_is_in_korean():
    codes = {kind.code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "code")}
    assert codes <= set(KO["errors"])


@pytest.mark.parametrize("section", ["page", "script"])
def test_a_translation_names_the_same_values(section):
    for english, korean in KO[section].items():
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", korean)), english


def test_no_word_of_a_page_stands_outside_a_sentence():
    for path in TOP.glob("templates/**/*.html"):
        text = re.sub(
            r"{#.*?#}|{% block (?:page|main) %}.*?{% endblock %}|{%.*?%}|{{.*?}}",
            " ",
            path.read_text("utf-8"),
            flags=re.S,
        )
        shown = re.sub(r"<[^>]*>", " ", text)
        assert set(re.findall(r"[A-Za-z]{2,}", shown)) <= {"rooms", "doctype", "html"}, path


def test_the_browsers_language_is_taken(alice):
    assert '<html lang="ko">' in alice.reads("/", headers=KOREAN)
    assert '<html lang="en">' in alice.reads("/", headers={"Accept-Language": "fr"})


def test_a_language_chosen_by_hand_goes_before_the_browsers(alice):
    answer = alice.sends("/language", language="en", next="/r/kitchen")
    assert answer.location == "/r/kitchen"
    assert '<html lang="en">' in alice.reads("/", headers=KOREAN)


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\r\nb: c"])
def test_choosing_a_language_leads_nowhere_else(alice, path):
    assert alice.sends("/language", language="ko", next=path).location == "/"


def test_a_language_there_is_none_of_is_not_remembered(alice):
    alice.sends("/language", language="xx")
    assert alice.client.get_cookie("rooms_language") is None


def test_a_refusal_is_told_in_the_readers_language(alice):
    alice.sends("/language", language="ko")
    assert KO["errors"]["bad_request.room"] in alice.opens("a.b").text


def test_a_sentence_that_is_not_translated_stands_as_it_is():
    assert i18n.translate("ko", "Nobody said {n} of this.", n=3) == "Nobody said 3 of this."


def test_a_value_stays_text():
    assert i18n.fill("{a} {b} {c}", {"a": "{b}", "b": "x"}) == "{b} x {c}"
