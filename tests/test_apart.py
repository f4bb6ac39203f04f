"""Runs that a county asks for at the least: of pupils who surely sit in different ones."""

import numpy as np
import pytest

import routing as rt
from routing.closures.apart import Riders, add_movers, find_apart
from routing.closures.county import measure_county
from routing.policy import change_rules


class Line:
    """Homes on a line, a second apart where their places differ by one."""

    def __init__(self, places):
        self.places = np.array(places, float)

    def seconds(self, row):
        return np.abs(self.places - self.places[row])


def riders(places, gates, limit_s=100, n=None, seats=10):
    drive_s = np.abs(np.subtract.outer(np.array(places, float), np.array(gates, float)))
    n = np.array(n or [1] * len(places))
    limits = np.full(len(places), float(limit_s))
    return Riders(Line(places), drive_s, drive_s > 0, limits, 10, n, seats)


def test_two_who_are_too_long_aboard_in_either_order_have_runs_of_their_own():
    """At 60 either side of the gate at 0, limit 100: 120 + 60 + 10 is over whoever is first.

    The third, at 30, boards after the first: 30 + 30 + 10 = 70.
    """
    found = find_apart(riders([60, -60, 30], [0]), np.zeros(3, int))
    assert found[:, 0].tolist() == [1, 1, 0]


def test_a_limit_of_one_alone_does_not_keep_two_apart():
    """The second may board last: its way is short, and the first is aboard for 80 of 90."""
    pair = riders([60, 50], [0], limit_s=90)
    assert find_apart(pair, np.zeros(2, int))[:, 0].tolist() == [1, 0]


def test_whom_the_seats_of_earlier_runs_cannot_hold_begins_a_run():
    """Three rows of 3 and buses of 4: after 4 and after 8 pupils another run begins."""
    found = find_apart(riders([30, 20, 10], [0], n=[3, 3, 3], seats=4), np.zeros(3, int))
    assert found[:, 0].tolist() == [1, 1, 1]
    found = find_apart(riders([30, 20, 10], [0], n=[3, 1, 3], seats=4), np.zeros(3, int))
    assert found[:, 0].tolist() == [1, 0, 1]


def test_a_row_larger_than_a_bus_asks_for_several_runs():
    assert find_apart(riders([30], [0], n=[9], seats=4), np.zeros(1, int)).tolist() == [[3]]


def test_who_moves_counts_where_nobody_counted_might_ride_along():
    """The school at 200 closes; its pupil at 160 may go to the gate at 100 or at 0.

    With the pupil counted at either, 120 away: at 100 it is 120 + 60 + 10 = 190 aboard for
    the first, whoever it is; at 0 it is 170 where the newcomer boards first.
    """
    places, gates, school = [160, 40, 40], [200, 100, 0], np.array([0, 1, 2])
    for limit_s, expected in ((150, [1, 1, 1]), (200, [1, 0, 0])):
        asked = riders(places, gates, limit_s)
        runs = find_apart(asked, school)
        assert runs[0].tolist() == [1, 0, 0]
        more = add_movers(asked, runs, np.array([0]), np.ones((3, 3), bool))
        assert more[0].tolist() == expected
        assert (more[1:] == runs[1:]).all()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A plan of the small made county, whose limits on rides are tightened."""
    folder = rt.make_sample(tmp_path_factory.mktemp("small"), seed=1, size="small")
    policy = rt.read_policy(folder / "policy.toml")
    policy = change_rules(policy, {"max_ride_s": 1_000})
    return rt.make_plan(rt.read_district(folder), policy, seed=1, max_rounds=1)


def test_no_plan_has_fewer_runs_than_are_counted(small):
    county = measure_county(small, small.district, small.policy)
    schools = small.district.schools["school_id"].tolist()
    rides = small.rides[small.rides["mode"] == "bus"].merge(
        small.district.students[["student_id", "school_id"]], on="student_id"
    )
    n_routes = rides.groupby(["school_id", "direction"])["route_id"].nunique()
    counted = county.apart.sum(axis=0)
    assert counted.sum() > (counted > 0).sum()
    for (school_id, _), n in n_routes.items():
        assert counted[schools.index(school_id)] <= n
