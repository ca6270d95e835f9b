"""Names of rooms on a server far away: the scenario sees its own, and only those."""

from rooms_chat.testing.live import Live


def test_a_room_has_a_suffix_there_and_none_here() -> None:
    live = Live("http://127.0.0.1:9")
    [there] = live.there(({"room": "kitchen", "message": "kitchen"},))
    assert there == {"room": f"kitchen{live.suffix}", "message": "kitchen"}
    assert live.here({"ok": True, "messages": [there], "head": 1}) == {
        "ok": True,
        "messages": [{"room": "kitchen", "message": "kitchen"}],
        "head": 1,
    }
    assert live.here(f"There is no room “kitchen{live.suffix}” here.") == "There is no room “kitchen” here."


def test_what_is_no_name_and_the_lobby_stay_as_they_are() -> None:
    live = Live("http://127.0.0.1:9")
    for args in ((), ("text",), (None,), ({"room": ""},), ({"room": 5},), ({"room": "lobby"},), ({"on": True},)):
        assert live.there(args) == args


def test_rooms_of_other_scenarios_do_not_show() -> None:
    live, other = Live("http://127.0.0.1:9"), Live("http://127.0.0.1:9")
    assert live.suffix != other.suffix
    entries = [{"name": f"kitchen{live.suffix}"}, {"name": f"kitchen{other.suffix}"}, {"name": "lobby"}]
    assert live.here({"rooms": entries, "gone": []}) == {"rooms": [{"name": "kitchen"}, {"name": "lobby"}], "gone": []}
