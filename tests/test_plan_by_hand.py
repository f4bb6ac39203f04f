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
        "stop_list": district.stop_list, "stops": plan.stops, "routes": plan.routes,
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

    Rows and columns: stops P1, P2, P3; doors S1, S2 and the yard.
    """
    plan = gridtown()
    network = bus_network(plan.district.roads, plan.policy)
    stops = place_on_links(network, plan.stops["link"], plan.stops["offset_dm"])
    doors = place_on_links(network, [along(1, 0), along(1, 3), up(0, 0)], [5000] * 3)
    there = measure_travel(network, stops, doors)
    back = measure_travel(network, doors, stops)
    assert there.distance_m[1, 0] == 2900
    assert there.duration_s[1, 0] == 435
    assert there.distance_m[2, 1] == 4300
    assert there.duration_s[2, 1] == 645
    assert measure_travel(network, stops, stops).distance_m[0, 1] == 2700
    assert back.distance_m[1, 0] == 1600
    assert back.duration_s[1, 0] == 240
    assert there.distance_m[:, 2].tolist() == [4600, 2900, 1700]
