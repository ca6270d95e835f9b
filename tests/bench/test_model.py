import pytest

from bench.model import DRIVERS, amount, fitted, least_squares

TRUE = {
    "posts": 300e-6,
    "commits": 100e-6,
    "deliveries": 20e-6,
    "looks": 150e-6,
    "bells": 15e-6,
    "worker_seconds": 10e-3,
}


def row(workers, posts, members, seconds=10.0):
    holding = min(workers, members)
    heard = posts * (holding - 1)
    done = {"posts": posts, "deliveries": posts * members, "bells": heard, "looks": 0.7 * heard + 3 * members}
    made = done | {"commits": 0.8 * posts + members} | {"workers": workers, "seconds": seconds}
    costs = {kind: sum(TRUE[name] * amount(made, name) for name in drivers) for kind, drivers in DRIVERS.items()}
    return made | {"cpu": costs}


def test_what_was_measured_on_one_and_two_workers_tells_what_four_need():
    shapes = [(100, 10), (1000, 10), (100, 30), (500, 2)]
    costs = fitted([row(workers, *shape) for workers in (1, 2) for shape in shapes])
    four = row(4, 2000, 20)
    for kind in DRIVERS:
        assert costs.told(kind, four) == pytest.approx(four["cpu"][kind], rel=1e-6)


def test_no_cost_is_below_zero():
    rows = [row(1, 100, 10), row(1, 1000, 10), row(2, 100, 30), row(2, 500, 2)]
    rows[0]["cpu"]["worker"] *= 3  # something else was busy meanwhile
    assert all(cost >= 0 for costs in fitted(rows).of.values() for cost in costs.values())


def test_more_connections_need_more_workers_and_bells_to_everybody_cost_no_less_than_bells_for_each_room():
    shapes = ((100, 10), (1000, 10), (100, 30), (500, 2))
    costs = fitted([row(workers, *shape) for workers in (1, 2) for shape in shapes])
    assert costs.workers_for(1_000) < costs.workers_for(1_000_000)
    last = [float(cell) for cell in costs.far()[-1].replace(",", "").strip("| ").split("|")]
    assert last[5] >= last[4]


def test_what_cannot_be_told_apart_is_no_error():
    assert least_squares([[1.0, 0.0], [2.0, 0.0]], [3.0, 6.0]) == [3.0, 0.0]
