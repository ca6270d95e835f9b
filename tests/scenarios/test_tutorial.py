"""The client of the tutorial this grew out of: it knows no rooms, and asks for no acknowledgement.

All of these meet in the lobby, which is the same for every scenario on a live server: what was said there before is
somebody else's.
"""

import secrets

from rooms_chat.testing import Person, refused


def a_word() -> str:
    return f"hello {secrets.token_hex(4)}"


def test_its_first_words_are_passed_on_in_the_lobby_and_kept_nowhere(alice: Person, bob: Person) -> None:
    before = len(bob.joins("lobby", called=a_word()).messages)
    alice.tells("my event", {"data": "User Connected"})
    alice.hears_passed_on("User Connected", in_="lobby")
    bob.hears_passed_on("User Connected")
    assert len(bob.looks_back().messages) == before


def test_it_speaks_in_the_lobby_under_the_name_it_gives(alice: Person, bob: Person, charlie: Person) -> None:
    bob.joins("lobby", called=a_word())
    charlie.joins("kitchen")
    word, name = a_word(), a_word()
    alice.tells("my event", {"data": "User Connected"})
    alice.tells("my event", {"user_name": name, "message": word})
    bob.hears(word, from_=name)
    assert alice.hears(word, in_="lobby").room == "lobby"
    charlie.hears_nothing()


def test_it_takes_the_free_name_where_its_own_is_taken(alice: Person, bob: Person) -> None:
    word, name = a_word(), a_word()
    bob.joins("lobby", called=name)
    alice.tells("my event", {"user_name": name, "message": word})
    bob.hears(word, from_=f"{name} 2")


def test_its_bad_words_are_dropped_in_silence(alice: Person, bob: Person) -> None:
    bob.joins("lobby", called=a_word())
    for wrong in ({"data": "x" * 201}, {"data": 5}, {"message": "hello"}, {}, "text", None):
        alice.tells("my event", wrong)
    bob.hears_nothing()


def test_with_an_acknowledgement_a_first_word_makes_a_guest(alice: Person, bob: Person) -> None:
    bob.joins("lobby", called=a_word())
    word, name = a_word(), a_word()
    answer = alice.asks("my event", user_name=name, message=word)
    assert answer["you"]["user_name"] == name
    bob.hears(word, from_=name)
    assert "you" not in alice.asks("my event", user_name=name, message=a_word())


def test_a_word_is_passed_on_where_one_has_joined_only(alice: Person, bob: Person) -> None:
    bob.joins("kitchen")
    with refused("not_joined"):
        alice.asks("my event", room="kitchen", data="psst")
    alice.joins("kitchen")
    alice.asks("my event", room="kitchen", data="psst")
    bob.hears_passed_on("psst")


def test_what_send_sends_is_a_post(alice: Person, bob: Person) -> None:
    bob.joins("lobby", called=a_word())
    alice.joins("lobby", called=a_word())
    words = [a_word() for _ in range(4)]
    alice.asks("message", words[0])
    alice.asks("message", {"message": words[1]})
    alice.asks("json", {"message": words[2], "room": None})
    alice.asks("json", words[3])
    bob.hears(*words)
