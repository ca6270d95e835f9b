"""What may take long lets others go on."""

from rooms_chat import hub as hubs
from rooms_chat.hub import of_one_moment
from rooms_chat.testing.memory import MemoryHub


def test_what_takes_long_to_be_read_is_read_in_turns_and_told_as_it_is_in_the_end(monkeypatch):
    monkeypatch.setattr(hubs, "TURN_SECONDS", 0)
    hub, said = MemoryHub(), ["soup?"]
    hub.call_soon(lambda: said.append("bread!"))
    assert of_one_moment(hub, lambda: iter(tuple(said))) == ["soup?", "bread!"]


def test_what_is_read_at_once_is_read_once_and_nobody_comes_between():
    hub, said, times = MemoryHub(), ["soup?"], []
    hub.call_soon(lambda: said.append("bread!"))
    assert of_one_moment(hub, lambda: times.append(1) or iter(tuple(said))) == ["soup?"]
    assert times == [1]
