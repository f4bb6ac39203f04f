"""What a year costs, on Gridtown and its further rows, by hand; and who goes by which mode.

tests/test_check_modes.py: S1 has 3 + 2 + 6 + 1 + 1 + 1 = 14 pupils (a to e, i), of whom a,
b, c ride (11). S2 has f 7, g 1, h 2 (boards), and of the further rows t 4 and u 3 (public
bus), w 3 (boards): 20, of whom f, t, u ride (14) and h, w board (5).
"""

import pandas as pd
import pytest
from damage import with_cells, with_policy, with_table
from plan_by_hand import gridtown, nobody_rides
from test_check_modes import by_modes

from routing.measure import METRICS, measure_plan
from routing.measure.schools import COST_SOURCES, ITEMS, cost_table


def yuan(plan, item, group="all"):
    table = cost_table(plan)
    found = table[(table["item"] == item) & (table["group"] == group)]
    assert len(found) == 1
    return found["yuan"].iloc[0]


def value(plan, metric, group="all"):
    metrics = measure_plan(plan)
    found = metrics[(metrics["metric"] == metric) & (metrics["group"] == group)]
    assert len(found) == 1
    return found["value"].iloc[0]


def test_two_schools_are_kept_up():
    """2 x 60,000."""
    assert yuan(gridtown(), "schools") == 120_000
    assert yuan(gridtown(), "schools", "school:S1") == 60_000


def test_small_schools_are_funded_to_the_floor():
    """S1 (100 - 14) x 710 = 61,060; S2 (100 - 20) x 910 = 72,800."""
    assert yuan(by_modes(), "small_schools", "school:S1") == 61_060
    assert yuan(by_modes(), "small_schools", "school:S2") == 72_800
    assert yuan(by_modes(), "small_schools") == 133_860


def test_a_school_at_the_floor_or_without_pupils_gets_nothing_more():
    """With a floor of 14 S1 is at it; without its rows it has nobody."""
    assert yuan(with_policy(by_modes(), funding_floor_students=14), "small_schools") == 0
    plan = by_modes()
    plan = with_table(plan, "students", plan.district.students.query("school_id == 'S2'"))
    assert yuan(plan, "small_schools", "school:S1") == 0
    assert yuan(plan, "schools", "school:S1") == 60_000


def test_a_nine_year_school_is_funded_at_the_mean_of_its_pupils():
    """All 34 at S2: 14 x 710 + 20 x 910 = 28,140, 827.647 each; x (100 - 34) = 54,624.7."""
    plan = with_cells(by_modes(), "students", "school_id == 'S1'", school_id="S2")
    assert yuan(plan, "small_schools", "school:S2") == pytest.approx(66 * 28_140 / 34)


def test_those_who_ride_or_board_have_lunch():
    """S1 11, S2 14 + 5 = 19; 8 yuan on 195 days is 1,560 yuan a year each."""
    assert yuan(by_modes(), "canteens", "school:S1") == 11 * 1_560
    assert yuan(by_modes(), "canteens", "school:S2") == 19 * 1_560
    assert yuan(by_modes(), "canteens") == 30 * 1_560


def test_boarders_those_given_and_those_planned():
    """h 2 and w 3: 5 x (2,500 + 200)."""
    assert yuan(by_modes(), "boarding") == 13_500
    assert yuan(gridtown(), "boarding") == 5_400


def test_buses_and_driving_are_those_of_the_fleet():
    plan = gridtown()
    metrics = measure_plan(plan).query("group == 'all'").set_index("metric")["value"]
    assert yuan(plan, "buses") == metrics["yuan_fixed"]
    assert yuan(plan, "driving") == metrics["yuan_running"]
    assert yuan(nobody_rides(), "buses") == yuan(nobody_rides(), "driving") == 0


def test_every_row_has_its_range_its_words_and_its_source():
    """0.2 either way; the schools' rows add up to that of all."""
    table = cost_table(by_modes())
    assert table["low_yuan"].tolist() == pytest.approx((table["yuan"] * 0.8).tolist())
    assert table["high_yuan"].tolist() == pytest.approx((table["yuan"] * 1.2).tolist())
    assert set(table["item"]) == set(ITEMS)
    assert set(table["source"]) == set(COST_SOURCES)
    assert not table.duplicated(["item", "group"]).any()
    parts = table[table["group"] != "all"].groupby("item")["yuan"].sum()
    whole = table[table["group"] == "all"].set_index("item")["yuan"]
    for item in parts.index:
        assert parts[item] == pytest.approx(whole[item])


def test_a_row_split_over_two_rides_eats_once():
    """c's six as four and two, both ways."""
    plan = gridtown()
    rides = plan.rides
    c = rides["student_id"] == "c"
    split = pd.concat([
        rides[~c], rides[c].assign(n_students=4), rides[c].assign(n_students=2, part=1),
    ])  # fmt: skip
    assert yuan(with_table(plan, "rides", split), "canteens", "school:S1") == 11 * 1_560


def test_modes_are_counted_by_student_and_nobody_is_lost():
    """34: 18 by school bus, 7 by public bus, 5 boarding, 2 walking (d, e), 2 unserved (g, i)."""
    plan = by_modes()
    counts = {name: value(plan, f"n_{name}") for name in ("bus", "transit", "board", "walk")}
    assert counts == {"bus": 18, "transit": 7, "board": 5, "walk": 2}
    assert value(plan, "n_unserved") == 2
    assert value(plan, "n_served") == 18 + 7 + 3
    assert sum(counts.values()) + 2 == value(plan, "n_students") == 34
    assert value(plan, "n_transit", "school:S2") == value(plan, "n_transit", "g7_9") == 7
    assert {"n_bus", "n_transit", "n_board", "n_walk"} <= set(METRICS)


def test_a_public_bus_in_one_direction_only_is_no_way_to_school():
    plan = with_cells(
        by_modes(), "rides", "student_id == 't' and direction == 'to_home'",
        mode="unserved", line_id="", reason="no_bus",
    )  # fmt: skip
    assert value(plan, "n_transit") == 3
    assert value(plan, "n_served") == 24
    assert value(plan, "n_unserved_because", "no_bus") == 4
