import pytest

from rooms_chat import names
from rooms_chat.errors import BadRequest, TooLong


@pytest.mark.parametrize("name", ["design", "release-1_4", "개발", "naïve", "ห้อง", "a" * 64])
def test_a_room_name_is_letters_marks_digits_hyphen_and_underscore_of_any_script(name):
    assert names.room_name(name) == name


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a/b", "a.json", "a\u202eb", "a\x00", "ㅤ", "\u115f", "😀", "a\u200bb", "a" + "\u0301" * 4]
)
def test_what_is_no_room_name_is_refused(name):
    with pytest.raises(BadRequest):
        names.room_name(name)


def test_a_room_name_has_at_most_64_characters():
    with pytest.raises(TooLong):
        names.room_name("a" * 65)


@pytest.mark.parametrize(("one", "other"), [("Kitchen", "kitchen"), ("ｋitchen", "kitchen"), ("Straße", "STRASSE")])
def test_spellings_of_one_room_have_the_same_key(one, other):
    assert names.room_key(names.room_name(one)) == names.room_key(names.room_name(other))


def look_alike(one, other):
    return not names.skeletons(one).isdisjoint(names.skeletons(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("alice", "ALICE"), ("alice", "аlice"), ("Alice", "AIice"), ("bob", "b0b"), ("bob", "ｂｏｂ"),
        ("alice", "ali\u200dce"), ("modern", "rnodem"), ("scope", "ѕсоре"),
    ],
)  # fmt: skip
def test_names_look_alike_after_case_width_and_confusable_letters(one, other):
    assert look_alike(one, other)


@pytest.mark.parametrize(("one", "other"), [("alice", "alina"), ("bob", "rob"), ("진우", "진호"), ("bob", "bob 2")])
def test_different_names_do_not_look_alike(one, other):
    assert not look_alike(one, other)


@pytest.mark.parametrize(
    "name", ["", "   ", "a\u202eb", "a\nb", "\u200d", "\u2066a", "a\x7f", "ㅤ", "x" + "\u0300" * 4, "\ufe0f"]
)
def test_a_name_with_control_direction_or_only_invisible_characters_is_refused(name):
    with pytest.raises(BadRequest):
        names.user_name(name)


@pytest.mark.parametrize("blank", ["\u00a0", "\u3000", "\u2003", "\u1680", "\ufffc", "\U0001d159"])
def test_a_name_that_shows_nothing_is_refused(blank):
    with pytest.raises(BadRequest):
        names.user_name(blank)


@pytest.mark.parametrize("name", ["ann lee\u00a0", "\u3000ann lee", "ann\u2003lee"])
def test_blanks_of_other_widths_make_no_other_name(name):
    assert names.user_name(name) == "ann lee"


def test_a_name_is_kept_in_nfc_with_single_spaces():
    assert names.user_name("  Zoe\u0308   Kim ") == "Zoë Kim"


def test_a_free_variant_is_numbered_and_stays_within_40_characters():
    taken = {"x" * 40, "x" * 38 + " 2"}
    assert names.free_variant("x" * 40, taken.__contains__) == "x" * 38 + " 3"


def test_a_free_variant_is_found_by_few_questions_however_many_are_taken():
    asked, taken = [], {"guest", *(f"guest {number}" for number in range(2, 5000))}
    variant = names.free_variant("guest", lambda name: asked.append(name) or name in taken)
    assert variant not in taken
    assert len(asked) < 100
