import pytest

from rooms_chat.errors import RateLimited
from rooms_chat.limits import Counts, Limits, Window, window


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_a_burst_of_twenty_goes_through_and_the_next_is_told_when():
    limits = Limits(message_rate=5, rooms_per_hour=0)
    for _ in range(20):
        limits.count_post_by("alice", "192.0.2.1")
    with pytest.raises(RateLimited) as refusal:
        limits.count_post_by("alice", "192.0.2.1")
    assert 0 < refusal.value.retry_after <= 4


def test_after_the_time_that_was_told_there_is_a_place():
    clock = Clock()
    counts = Counts(clock)
    for _ in range(20):
        assert counts.seconds_until_free("alice", Window(20, 4)) == 0
        clock.now += 0.01
    wait = counts.seconds_until_free("alice", Window(20, 4))
    clock.now += wait - 0.001
    assert counts.seconds_until_free("alice", Window(20, 4)) > 0
    clock.now += 0.002
    assert counts.seconds_until_free("alice", Window(20, 4)) == 0


def test_others_have_places_of_their_own():
    limits = Limits(message_rate=1, rooms_per_hour=1)
    for _ in range(4):
        limits.count_post_by("alice", "192.0.2.1")
    limits.count_post_by("bob", "192.0.2.1")
    limits.count_room_opened("192.0.2.1")
    limits.count_room_opened("192.0.2.2")
    with pytest.raises(RateLimited):
        limits.count_room_opened("192.0.2.1")


def test_who_has_a_network_may_no_more_than_who_has_an_address():
    limits = Limits(message_rate=1, rooms_per_hour=20)
    for number in range(20):
        limits.count_room_opened(f"2001:db8::{number}")
    with pytest.raises(RateLimited):
        limits.count_room_opened("2001:db8::99")
    for number in range(40):
        limits.count_post_by(f"guest {number}", f"2001:db8::{number}")
    with pytest.raises(RateLimited):
        limits.count_post_by("one more", "2001:db8::99")
    limits.count_post_by("a neighbour", "2001:db8:0:1::99")


def test_a_room_and_an_address_may_ten_times_as_much():
    limits = Limits(message_rate=1, rooms_per_hour=0)
    for number in range(40):
        limits.count_post_by(f"guest {number}", "192.0.2.1")
        limits.count_post_in(1)
    with pytest.raises(RateLimited, match="address"):
        limits.count_post_by("one more", "192.0.2.1")
    with pytest.raises(RateLimited, match="room"):
        limits.count_post_in(1)


def test_what_concerns_one_person_alone_may_come_twice_as_fast():
    limits = Limits(message_rate=1, rooms_per_hour=0)
    for _ in range(8):
        limits.count_request_by("alice", "192.0.2.1")
    with pytest.raises(RateLimited, match="You ask faster"):
        limits.count_request_by("alice", "192.0.2.1")
    for number in range(72):
        limits.count_request_by(f"guest {number}", "192.0.2.1")
    with pytest.raises(RateLimited, match="address"):
        limits.count_request_by("one more", "192.0.2.1")
    limits.count_request_by("bob", "192.0.2.2")


def test_zero_is_no_limit():
    limits = Limits(message_rate=0, rooms_per_hour=0)
    for _ in range(1000):
        limits.count_post_by("alice", "192.0.2.1")
        limits.count_room_opened("192.0.2.1")


def test_whoever_made_many_keys_leaves_none_behind():
    clock = Clock()
    counts = Counts(clock)
    for number in range(10_000):
        counts.seconds_until_free(f"guest {number}", Window(20, 4))
        clock.now += 0.01
    assert len(counts) < 1_000
    clock.now += 4
    for _ in range(300):
        counts.seconds_until_free("alice", Window(1_000_000, 4))
    assert len(counts) == 1


@pytest.mark.parametrize(("rate", "expected"), [(5, (20, 4)), (0.1, (1, 10)), (0.5, (2, 4)), (0, None)])
def test_a_rate_is_a_window(rate, expected):
    assert window(rate) == expected
