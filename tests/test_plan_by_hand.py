"""The plan that other tests trust: its own sums, and its legs on the road network."""

from itertools import pairwise

import pytest
from plan_by_hand import along, gridtown, nobody_rides, up

from routing.dwell import visit_dwell_s
from routing.roads import bus_network, measure_travel, place_on_links
from routing.tables import ALL_TABLES


def tables_of(plan):
    district = plan.district
    return {
        "schools": district.schools, "students": district.students,
        "bus_types": district.bus_types, "parkings": district.parkings,
        "stop_list": district.stop_list, "transit": district.transit,
        "enrolment": district.enrolment, "catchments": district.catchments, "stops": plan.stops, "routes": plan.routes,
        "visits": plan.visits, "rides": plan.rides,
    }  # fmt: skip


@pytest.mark.parametrize("plan", [gridtown(), nobody_rides()], ids=["gridtown", "nobody"])
def test_every_table_has_the_columns_of_the_schema(plan):
    tables = tables_of(plan)
    for table in ALL_TABLES:
        assert set(tables[table.name].columns) == {column.name for column in table.columns}


def test_each_visit_follows_from_the_one_before():
    """Arrival is departure before plus the leg; aboard is aboard before, on and off."""
    for _, route in gridtown().visits.groupby("route_id"):
        rows = list(route.itertuples())
        assert rows[0].n_aboard == rows[0].n_on
        for before, row in pairwise(rows):
            assert row.arrive_s == before.depart_s + row.leg_s
            assert row.n_aboard == before.n_aboard + row.n_on - row.n_off
        assert rows[-1].n_aboard == 0


def test_buses_stand_as_long_as_the_rules_say():
    plan = gridtown()
    stands = plan.visits["depart_s"] - plan.visits["arrive_s"]
    due = visit_dwell_s(plan.visits, plan.rides, plan.district.students, plan.policy)
    assert stands.tolist() == due.tolist()


def test_legs_and_empty_drives_are_those_of_the_roads():
    """The network gives the metres and seconds that the plan was written with.

    P1 and P2 are driven through to the west in the morning and to the east in the
    afternoon, P3 to the east and to the west.
    """
    plan = gridtown()
    network = bus_network(plan.district.roads, plan.policy)

    def drive(start, end):
        """Metres and seconds from a stop with its side, or a door, to another."""
        at = {row.stop_id: (row.link, row.offset_dm) for row in plan.stops.itertuples()}
        at |= {"S1": (along(1, 0), 5000), "S2": (along(1, 3), 5000), "Y": (up(0, 0), 5000)}
        places = [
            place_on_links(network, [at[name][0]], [at[name][1]], [side])
            for name, side in (start, end)
        ]
        travel = measure_travel(network, *places)
        return travel.distance_m[0, 0], travel.duration_s[0, 0]

    west, east, any_ = -1, 1, 0
    assert drive(("P1", west), ("P2", west)) == (2700, 405)
    assert drive(("P2", west), ("S1", any_)) == (2900, 435)
    assert drive(("P3", east), ("S2", any_)) == (4300, 645)
    assert drive(("S1", any_), ("P2", east)) == (2900, 435)
    assert drive(("P2", east), ("P1", east)) == (2700, 405)
    assert drive(("S2", any_), ("P3", west)) == (4300, 645)
    assert drive(("S2", any_), ("P1", west)) == (2400, 360)
    assert drive(("P1", east), ("Y", any_)) == (6400, 960)
    assert drive(("Y", any_), ("P3", east)) == (1700, 255)
    assert drive(("P3", west), ("Y", any_)) == (1700, 255)
