from rooms_chat.connections import Connection
from rooms_chat.elsewhere import Entry
from rooms_chat.people import People, Person
from rooms_chat.presence import Presence
from rooms_chat.untold import UNTOLD_AT_MOST


def connection_of(name, people):
    return Connection(name, "192.0.2.1", people, person=Person(name, name, 1))


def test_what_is_more_than_fifty_is_told_the_next_second():
    presence, people = Presence(), People(None, "secret", 0)
    stays, *crowd = [connection_of(f"guest {number}", people) for number in range(61)]
    presence.enter(1, stays)
    list(presence.news())
    for connection in crowd:
        presence.enter(1, connection)
    ((_, first, _),) = presence.news()
    ((_, second, _),) = presence.news()
    assert (len(first), len(second)) == (50, 10)
    assert list(presence.news()) == []
    for connection in crowd:
        presence.leave(1, connection)
    gone = [len(went) for told in (presence.news(), presence.news()) for _, _, went in told]
    assert gone == [50, 10]


def test_nothing_waits_for_a_room_where_nobody_is():
    presence, people = Presence(), People(None, "secret", 0)
    crowd = [connection_of(f"guest {number}", people) for number in range(60)]
    for connection in crowd:
        presence.enter(1, connection)
    for connection in crowd:
        presence.leave(1, connection)
    list(presence.news())
    assert list(presence.news()) == []


def test_of_many_who_went_those_who_went_last_are_told():
    presence, people = Presence(), People(None, "secret", 0)
    stays, *crowd = [connection_of(f"guest {number}", people) for number in range(UNTOLD_AT_MOST + 101)]
    for connection in (stays, *crowd):
        presence.enter(1, connection)
    while list(presence.news()):
        pass
    for connection in crowd:
        presence.leave(1, connection)
    told = []
    while news := list(presence.news()):
        told += [person["user_name"] for _, _, went in news for person in went]
    assert told == [connection.person.name for connection in crowd[100:]]


def test_who_comes_and_goes_within_a_second_is_not_told_as_here():
    presence, people = Presence(), People(None, "secret", 0)
    alice = connection_of("alice", people)
    presence.enter(1, alice)
    presence.leave(1, alice)
    ((_, came, went),) = presence.news()
    assert came == []
    assert [person["user_name"] for person in went] == ["alice"]


def test_a_person_with_two_tabs_goes_with_the_last_of_them():
    presence, people = Presence(), People(None, "secret", 0)
    alice = Person("alice", "alice", 1)
    tabs = [Connection(name, "192.0.2.1", people, person=alice) for name in ("one", "two")]
    for tab in tabs:
        presence.enter(1, tab)
    assert presence.number_here(1) == 1
    presence.leave(1, tabs[0])
    assert presence.is_here(1, alice)
    presence.leave(1, tabs[1])
    assert not presence.is_here(1, alice)
    assert presence.rooms_with_somebody() == []


def entry_of(name, since):
    return Entry(since, since, {"id": name, "user_name": name})


def test_who_is_here_by_two_workers_counts_once_whichever_it_came_to_first_or_leaves():
    presence, people = Presence(is_shared=True), People(None, "secret", 0)
    alice, bob = connection_of("alice", people), connection_of("bob", people)
    counted = []
    for step in (
        lambda: presence.enter(1, alice),
        lambda: presence.came_elsewhere(1, "alice", entry_of("alice", 1)),
        lambda: presence.came_elsewhere(1, "bob", entry_of("bob", 2)),
        lambda: presence.enter(1, bob),
        lambda: presence.came_elsewhere(1, "bob", entry_of("bob", 1)),
        lambda: presence.leave(1, alice),
        lambda: presence.went_elsewhere(1, "bob"),
        lambda: presence.went_elsewhere(1, "alice"),
        lambda: presence.leave(1, bob),
    ):
        step()
        counted.append(presence.number_here(1))
    assert counted == [1, 1, 2, 2, 2, 2, 2, 1, 0]
    assert presence.number_here(2) == 0


def test_those_first_who_came_first_are_listed_whoever_told_of_them():
    presence, people = Presence(is_shared=True), People(None, "secret", 0)
    for name in ("alice", "bob"):
        presence.enter(1, connection_of(name, people))
    far = 2**60
    for name, since in (("zoe", far), ("charlie", 2), ("bob", 3), ("dave", 1)):
        presence.came_elsewhere(1, name, entry_of(name, since))
    presence.came_elsewhere(1, "eve", Entry(0, 0, {"id": "eve", "user_name": None}))
    assert [listed["id"] for listed in presence.listed(1)] == ["dave", "charlie", "bob", "alice", "zoe"]
    assert [listed["id"] for listed in presence.listed(1, 2)] == ["dave", "charlie"]
    presence.came_elsewhere(1, "charlie", entry_of("charlie", far + 1))
    presence.went_elsewhere(1, "dave")
    assert [listed["id"] for listed in presence.listed(1)] == ["bob", "alice", "zoe", "charlie"]
