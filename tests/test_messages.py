"""Reading a log by page: no more of it than fits."""

from contextlib import closing

import pytest

from rooms_chat.messages import ANSWER_BYTES, CATCH_UP_MOST, Messages
from rooms_chat.storage import messages as rows
from rooms_chat.storage import people, rooms

LARGE, LAST = "x" * 8_000, 520
FITS = ANSWER_BYTES // (2 * len(LARGE))


@pytest.fixture
def reader(file):
    with closing(file.writer()) as writer:
        rooms.add(writer, key="kitchen", name="kitchen", visibility="listed", opened_by=None, at=1)
        people.keep(writer, "alice", "alice", 1)
        said = [(1, n, n, "alice", f"id{n}", "alice", LARGE, LARGE, 1, None, None) for n in range(1, LAST + 1)]
        writer.run_many(rows.ADD, said)
        rooms.set_heads(writer, [(LAST, 1, 1)])
    with closing(file.reader()) as reader:
        yield reader


@pytest.fixture
def messages(reader):
    return Messages(reader, None, None, None, None, 0)


@pytest.fixture
def kitchen(reader):
    return rooms.find(reader, "kitchen")


@pytest.fixture
def steps(reader):
    """How many tens of its steps the database makes for a question."""

    def count(ask):
        made = []
        reader._raw.set_progress_handler(lambda: made.append(1) and None, 10)
        ask()
        reader._raw.set_progress_handler(None, 0)
        return len(made)

    return count


WAYS = {
    "the last": {},
    "before": {"before": LAST},
    "from": {"from_": 3},
    "around": {"around": 260},
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_of_large_messages_no_more_are_read_for_a_large_page_than_for_a_small_one(messages, kitchen, steps, way):
    small = steps(lambda: messages.page(kitchen, **way, limit=50))
    assert steps(lambda: messages.page(kitchen, **way, limit=500)) < 2.5 * small


def test_of_large_messages_not_many_more_are_read_than_are_told_to_who_catches_up(messages, steps):
    small = steps(lambda: messages.changed_since(1, 0, 50))
    assert steps(lambda: messages.cut(1, after=LAST - CATCH_UP_MOST)) < 2.5 * small


@pytest.mark.parametrize("limit", [1, 10, 49, 50, 51, 500])
@pytest.mark.parametrize("is_large", [True, False])
def test_pages_of_any_size_tell_everything_once(messages, kitchen, reader, limit, is_large):
    if not is_large:
        reader._raw.execute("PRAGMA query_only = OFF")
        reader._raw.execute("UPDATE messages SET text = '', html = ''")
    told, more = [], True
    while more:
        page = messages.page(kitchen, from_=told[-1] + 1 if told else 1, limit=limit)
        told, more = told + [message.seq for message in page.messages], page.more
        assert len(page.messages) <= (min(limit, FITS) if is_large else limit)
    assert told == list(range(1, LAST + 1))
    told, more = [], True
    while more:
        page = messages.page(kitchen, before=told[0] if told else LAST + 1, limit=limit)
        told, more = [message.seq for message in page.messages] + told, page.more
    assert told == list(range(1, LAST + 1))
