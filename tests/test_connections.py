"""Journeys by public bus: by hand, and against trying everything on random timetables."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.modes.connections import Journey, Timetable, find_journeys, turn_back

CHANGE_S, WAIT_S = 2, 9


def timetable(*trips):
    """Return a timetable of trips, each a list of (platform, arrive, depart)."""
    rows = [(number, *call) for number, calls in enumerate(trips) for call in calls]
    return Timetable(*np.array(rows, np.int64).reshape(-1, 4).T)


def every_journey(table, tail_s, near, most_s):
    """Return the least total by (row boarded, second trip or None), trying all rows."""
    trip, platform, arrive, depart = (
        getattr(table, name).tolist() for name in ("trip", "platform", "arrive_s", "depart_s")
    )
    n = len(trip)
    rides = [(i, j) for i in range(n) for j in range(i + 1, n) if trip[i] == trip[j]]
    best = {}

    def offer(board, alight, second):
        total_s = arrive[alight] + tail_s[alight] - depart[board]
        if total_s <= most_s:
            best[board, second] = min(total_s, best.get((board, second), total_s))

    for board, alight in rides:
        if alight in tail_s:
            offer(board, alight, None)
    for (board, off), (on, alight) in itertools.product(rides, rides):
        if alight not in tail_s or trip[board] == trip[on]:
            continue
        for to, walk_s in near.get(platform[off], ()):
            wait_s = depart[on] - arrive[off] - walk_s
            if to == platform[on] and CHANGE_S <= wait_s <= WAIT_S:
                offer(board, alight, trip[on])
    return best


def found(table, tail_s, near, most_s):
    return find_journeys(
        table, tail_s, near, change_s=CHANGE_S, most_wait_s=WAIT_S, most_s=most_s
    )  # fmt: skip


def as_told(journeys, table):
    """Return journeys as ``every_journey`` has them; each key is there once."""
    keys = [(one.board, int(table.trip[one.change[1]]) if one.change else None) for one in journeys]
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, (one.total_s for one in journeys), strict=True))


@st.composite
def cases(draw):
    """Up to five trips over six platforms, some of them near each other."""
    trips = []
    for _ in range(draw(st.integers(0, 5))):
        clock, calls = draw(st.integers(0, 30)), []
        for platform in draw(st.lists(st.integers(0, 5), min_size=1, max_size=5)):
            arrive = clock
            clock += draw(st.integers(0, 2))
            calls.append((platform, arrive, clock))
            clock += draw(st.integers(0, 7))
        trips.append(calls)
    table = timetable(*trips)
    n = len(table.trip)
    tail_s = draw(st.dictionaries(st.integers(0, n - 1), st.integers(0, 9))) if n else {}
    near = {one: [(one, 0)] for one in range(6)}
    for one, other in draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=3)):
        if one != other and all(to != other for to, _ in near[one]):
            walk_s = draw(st.integers(1, 4))
            near[one].append((other, walk_s))
            near[other].append((one, walk_s))
    return table, tail_s, near, draw(st.integers(0, 60))


@settings(max_examples=400, deadline=None)
@given(cases())
def test_journeys_are_those_found_by_trying_everything(case):
    table, tail_s, near, most_s = case
    journeys = found(table, tail_s, near, most_s)
    assert as_told(journeys, table) == every_journey(table, tail_s, near, most_s)
    assert journeys == sorted(journeys, key=lambda one: (one.total_s, len(one.change)))


@settings(max_examples=200, deadline=None)
@given(cases(), st.integers(0, 4))
def test_through_one_trip_are_those_of_all_that_take_it(case, through):
    table, tail_s, near, most_s = case
    limits = {"change_s": CHANGE_S, "most_wait_s": WAIT_S, "most_s": most_s}
    taking = [
        one
        for one in found(table, tail_s, near, most_s)
        if through in {int(table.trip[row]) for row in (one.board, *one.change[1:])}
    ]
    assert find_journeys(table, tail_s, near, **limits, through=through) == taking


@settings(max_examples=400, deadline=None)
@given(cases())
def test_every_journey_holds_together(case):
    """Rows of a ride rise on one trip, the change is near and in time, the total is the sum."""
    table, tail_s, near, most_s = case
    for one in found(table, tail_s, near, most_s):
        legs = [one.board, *one.change, one.alight]
        assert (
            one.total_s
            == table.arrive_s[one.alight] + tail_s[one.alight] - table.depart_s[one.board]
        )
        for on, off in zip(legs[::2], legs[1::2], strict=True):
            assert on < off
            assert table.trip[on] == table.trip[off]
        if one.change:
            off, on = one.change
            walk_s = dict(near[int(table.platform[off])])[int(table.platform[on])]
            assert CHANGE_S <= table.depart_s[on] - table.arrive_s[off] - walk_s <= WAIT_S


@settings(max_examples=200, deadline=None)
@given(cases())
def test_backwards_in_time_the_tail_comes_first(case):
    """From the rows of ``tail_s`` to anywhere: found in the turned timetable, told in the plain."""
    table, tail_s, near, most_s = case
    n = len(table.trip)
    turned = {n - 1 - row: s for row, s in tail_s.items()}
    for mirrored in found(table.turned(), turned, near, most_s):
        one = turn_back(mirrored, n)
        assert (
            one.total_s
            == table.arrive_s[one.alight] - table.depart_s[one.board] + tail_s[one.board]
        )
        assert [n - 1 - one.alight, n - 1 - one.board] == [mirrored.board, mirrored.alight]
        if one.change:
            off, on = one.change
            assert table.trip[one.board] == table.trip[off] != table.trip[on]
            assert table.depart_s[on] - table.arrive_s[off] >= CHANGE_S


def test_a_direct_bus_and_one_with_a_change_by_hand():
    """Trip 0: P0 at 0, P1 at 10, P2 at 30; trip 1: P1 at 13, P2 at 20; P2 is 4 from the gate.

    Direct 30 + 4 = 34 from P0; with a change at P1, 3 s there, 20 + 4 = 24. From P1 on trip 1
    7 + 4 = 11, on trip 0 it is 20 + 4 = 24.
    """
    table = timetable([(0, 0, 0), (1, 10, 10), (2, 30, 30)], [(1, 13, 13), (2, 20, 20)])
    near = {one: [(one, 0)] for one in range(3)}
    assert found(table, {2: 4, 4: 4}, near, 34) == [
        Journey(3, 4, (), 11), Journey(1, 2, (), 24), Journey(0, 4, (1, 3), 24), Journey(0, 2, (), 34),
    ]  # fmt: skip
    assert found(table, {2: 4, 4: 4}, near, 11) == [Journey(3, 4, (), 11)]
    assert found(table, {}, near, 34) == []


def test_a_change_needs_its_time_and_waits_no_longer_than_allowed():
    """There at 10; on foot to the other platform 2: buses at 13, 14, 21 and 22; 2 to 9 s are right."""
    later = [[(3, clock, clock), (2, 30, 30)] for clock in (13, 14, 21, 22)]
    table = timetable([(0, 0, 0), (1, 10, 10)], *later)
    journeys = found(table, dict.fromkeys((3, 5, 7, 9), 0), {1: [(3, 2)], 3: [(1, 2)]}, 99)
    assert sorted(one.change for one in journeys if one.change) == [(1, 4), (1, 6)]


def test_a_trip_that_runs_backwards_is_refused():
    with pytest.raises(ValueError, match="before it has left"):
        timetable([(0, 5, 5), (1, 4, 6)])
    with pytest.raises(ValueError, match="stand together"):
        Timetable(*np.array([[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 9, 9]]).T)
