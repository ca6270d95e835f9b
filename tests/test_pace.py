import pytest

from rooms_chat.errors import RateLimited
from rooms_chat.pace import ADDRESSES, Pace, Rate, ReadingLimits, counted_as


def test_a_pace_takes_a_burst_and_then_so_many_a_second():
    pace, rate = Pace(), Rate(per_second=10, burst=100)
    assert [pace.seconds_until_free(rate, 1000.0) for _ in range(100)] == [0.0] * 100
    assert pace.seconds_until_free(rate, 1000.0) == pytest.approx(0.1)
    assert pace.seconds_until_free(rate, 1000.101) == 0
    assert pace.seconds_until_free(rate, 1001.201, cost=10) == 0
    assert pace.seconds_until_free(rate, 1001.201, cost=2) > 0
    assert not pace.is_rested(1001.201)
    assert pace.is_rested(1012.0)


def test_a_client_rejoins_fifty_rooms_twice_and_is_then_told_when():
    reading, connection, person = ReadingLimits(1000, is_limited=True), Pace(), Pace()
    for _ in range(100):
        reading.count(connection, person, "192.0.2.1")
    with pytest.raises(RateLimited, match="ask") as refusal:
        reading.count(connection, person, "192.0.2.1")
    assert 0 < refusal.value.retry_after <= 0.2
    reading.count(Pace(), person, "192.0.2.1")


def test_a_person_has_five_connections_worth_however_many_it_opens():
    reading, person = ReadingLimits(1000, is_limited=True), Pace()
    for _ in range(500):
        reading.count(Pace(), person, "192.0.2.1")
    with pytest.raises(RateLimited):
        reading.count(Pace(), person, "192.0.2.1")
    reading.count(Pace(), Pace(), "192.0.2.1")


def test_a_school_comes_in_through_one_address_and_a_flood_does_not():
    reading = ReadingLimits(1000, is_limited=True)
    for _ in range(1000):
        connection, person = Pace(), Pace()
        for _ in range(5):
            reading.count(connection, person, "192.0.2.1")
    with pytest.raises(RateLimited):
        flood(reading)
    reading.count(Pace(), Pace(), "192.0.2.2")


def flood(reading):
    for _ in range(1000):
        reading.count(Pace(), Pace(), "192.0.2.1")


def test_five_hundred_messages_are_ten_pages():
    reading = ReadingLimits(20, is_limited=True)
    for _ in range(10):
        reading.count_pages("192.0.2.1", 10)
    with pytest.raises(RateLimited) as refusal:
        reading.count_pages("192.0.2.1", 10)
    assert refusal.value.retry_after == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize(("is_limited", "places"), [(False, 1000), (True, 0)])
def test_without_a_limit_an_address_may_ask_for_anything(is_limited, places):
    reading = ReadingLimits(places, is_limited=is_limited)
    for _ in range(10_000):
        reading.count(Pace(), Pace(), "192.0.2.1", pages=10)


def test_whoever_has_many_addresses_leaves_none_behind(monkeypatch):
    reading = ReadingLimits(1000, is_limited=True)
    for number in range(3 * ADDRESSES):
        reading.count_pages(f"192.0.2.{number}")
    assert len(reading) <= ADDRESSES


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", ""),
    ],
)
def test_of_an_ipv6_address_the_first_half_counts(address, counted):
    assert counted_as(address) == counted


def test_who_has_a_network_has_no_more_pages_than_who_has_an_address():
    reading = ReadingLimits(1, is_limited=True)
    for number in range(5):
        reading.count_pages(f"2001:db8::{number}")
    with pytest.raises(RateLimited):
        reading.count_pages("2001:db8::99")
    reading.count_pages("2001:db8:0:1::99")
