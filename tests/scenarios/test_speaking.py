"""What is said in a room reaches who is in it, once, in order, and nobody else."""

from rooms_chat.testing import Cast, Person, refused


def test_what_alice_says_bob_hears_and_charlie_next_door_does_not(alice: Person, bob: Person, charlie: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    charlie.joins("garden")

    alice.says("soup?")

    bob.hears("soup?", from_=alice, within=1)
    charlie.hears_nothing()


def test_a_message_is_the_same_for_all_who_get_it(alice: Person, bob: Person, charlie: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")

    said = alice.says("*soup?*", id="s1")
    heard = bob.hears("*soup?*")

    assert charlie.joins("kitchen").messages == [heard]
    assert (heard.seq, heard.id, heard.at) == said
    assert (heard.room, heard.user_name, heard.person, heard.changed) == ("kitchen", "alice", alice.id, said.seq)
    assert "<em>soup?</em>" in heard.html
    assert not heard.edited
    assert not heard.removed


def test_two_rooms_at_once_keep_apart(alice: Person, bob: Person, charlie: Person) -> None:
    alice.joins("kitchen")
    alice.joins("design")
    bob.joins("kitchen")
    charlie.joins("design")

    alice.says("soup?", in_="kitchen")
    alice.says("logo?", in_="design")
    bob.says("yes")
    charlie.says("no")

    bob.hears("soup?")
    charlie.hears("logo?")
    alice.hears("yes", in_="kitchen")
    alice.hears("no", in_="design")
    for person in (alice, bob, charlie):
        person.hears_nothing()


def test_a_newcomer_reads_what_was_said_and_hears_what_is_said(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    alice.says("soup?")

    joined = bob.joins("kitchen")
    assert joined.texts == ["soup?"]
    assert joined.head == 1
    assert not joined.more

    alice.says("anyone?")
    bob.hears("anyone?")
    bob.hears_nothing()


def test_all_tabs_of_a_person_are_one_person(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    tab = alice.opens_another_tab()
    joined = tab.joins("kitchen")
    assert joined.you.id == alice.id
    assert joined.room.here == 2

    alice.says("from one tab")
    tab.hears("from one tab", from_="alice")
    tab.says("from the other")
    alice.hears("from the other")
    bob.hears("from one tab", "from the other")

    tab.leaves()
    bob.says("still here?")
    alice.hears("still here?")
    tab.hears_nothing()
    bob.counts_here(2)


def test_the_same_id_twice_is_stored_once(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")

    first = alice.says("soup?", id="s1")
    assert alice.says("soup?", id="s1") == first
    assert alice.says("something else", id="s1") == first

    bob.hears("soup?")
    bob.hears_nothing()
    assert bob.says("soup?", id="s1").seq == first.seq + 1  # an id is its sender's own
    assert alice.looks_back().texts == ["soup?", "soup?"]


def test_the_same_id_twice_at_once_is_stored_once(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")

    first, again = [alice.sends("my event", room="kitchen", message="soup?", id="s1").answer for _ in range(2)]

    told = first()
    assert told.pop("you")["id"] == alice.id  # by this she became a member
    assert told == again()
    bob.hears("soup?")
    bob.hears_nothing()


def test_a_message_without_an_answer_is_the_same_after_coming_back(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.sends("my event", room="kitchen", message="soup?", id="s1")
    alice.loses_connection()

    alice.comes_back()
    alice.says("soup?", id="s1")

    bob.hears("soup?")
    bob.hears_nothing()
    assert alice.shows() == ["soup?"]


def test_a_post_right_behind_its_join_is_taken(alice: Person, bob: Person) -> None:
    bob.joins("kitchen")
    for room in ("kitchen", "opened-by-this-join"):
        joining = alice.sends("join", room=room, user_name="alice")
        posting = alice.sends("my event", room=room, message="here I am", id=room)
        assert posting.answer()["id"] == room
        assert joining.answer()["you"]["user_name"] == "alice"
    bob.hears("here I am")


def test_many_posts_on_the_way_at_once_stay_in_order(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")

    texts = [f"{n} green bottles" for n in range(100)]
    on_the_way = [alice.sends("my event", room="kitchen", message=text) for text in texts]

    assert [sent.answer()["seq"] for sent in on_the_way] == list(range(1, 101))
    bob.hears(*texts)
    bob.hears_nothing()


def test_everybody_shows_the_same_when_all_talk_at_once(cast: Cast) -> None:
    people = [cast(name) for name in ("alice", "bob", "charlie", "dave")]
    for person in people:
        person.joins("kitchen")

    on_the_way = [
        person.sends("my event", room="kitchen", message=f"{person.name} {n}") for n in range(25) for person in people
    ]
    for sent in on_the_way:
        sent.answer()

    shown = [person.shows() for person in people]
    assert len(shown[0]) == 100
    assert all(other == shown[0] for other in shown)


def test_who_did_not_join_cannot_post(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("garden")
    with refused("not_joined"):
        bob.says("soup?", in_="kitchen")
    alice.hears_nothing()
    assert alice.looks_back().texts == []


def test_a_member_may_post_without_joining_again(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    alice.says("soup?")
    bob.joins("kitchen")
    alice.leaves()

    alice.says("still mine", in_="kitchen")

    bob.hears("still mine")


def test_lines_and_letters_are_kept_in_one_form(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.says("cafe\u0301\r\nau lait")
    bob.hears("café\nau lait")
