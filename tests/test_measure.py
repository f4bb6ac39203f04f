"""The figures of Gridtown (tests/plan_by_hand.py), each worked out by hand."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_by_hand import gridtown, nobody_rides

from routing.costs import bus_costs, legal_seats
from routing.measure import GROUPS, METRICS, meaning, measure_plan, summarise_plan
from routing.measure.riders import mean, quantile, worst_mean
from routing.policy import ByGrade, Policy
from routing.reasons import UNSERVED


@pytest.fixture(scope="module")
def metrics():
    return measure_plan(gridtown())


def value(metrics, metric, group="all"):
    found = metrics[(metrics["metric"] == metric) & (metrics["group"] == group)]
    assert len(found) == 1
    return float(found["value"].iloc[0])


def with_policy(plan, **rules):
    return replace(plan, policy=replace(plan.policy, **rules))


def with_students(plan, **columns):
    students = plan.district.students.assign(**columns)
    return replace(plan, district=replace(plan.district, students=students))


def test_students_are_counted_not_rows(metrics):
    """Nine rows hold 3 + 2 + 6 + 1 + 1 + 7 + 1 + 2 + 1 = 24 students.

    Entitled: a 3, b 2, c 6, f 7, g 1, i 1 = 20; g and i are not served.
    """
    assert value(metrics, "n_students") == 24
    assert value(metrics, "n_entitled") == 20
    assert value(metrics, "n_served") == 18
    assert value(metrics, "n_unserved") == 2


def test_bands_and_schools_add_up(metrics):
    """Grades 4-6: b 2, c 6, i 1 = 9 entitled, 8 served. S2: f 7 and g 1, 7 served."""
    assert value(metrics, "n_entitled", "g4_6") == 9
    assert value(metrics, "n_served", "g4_6") == 8
    assert value(metrics, "n_entitled", "school:S2") == 8
    assert value(metrics, "n_served", "school:S2") == 7
    for metric in ("n_students", "n_entitled", "n_served", "n_unserved"):
        by_band = sum(value(metrics, metric, band) for band in ("g1_3", "g4_6", "g7_9"))
        by_school = sum(value(metrics, metric, f"school:{s}") for s in ("S1", "S2"))
        assert by_band == by_school == value(metrics, metric)


def test_the_unserved_are_counted_once_by_reason(metrics):
    assert value(metrics, "n_unserved_because", "no_location") == 1
    assert value(metrics, "n_unserved_because", "island") == 1
    assert set(metrics[metrics["metric"] == "n_unserved_because"]["group"]) <= set(UNSERVED)


def test_half_a_day_without_a_bus_is_unserved():
    """c's six have no bus home: 12 served, 8 unserved, 6 of them for want of a bus.

    They still ride in the morning, so 18 are riders.
    """
    plan = gridtown()
    rides = plan.rides.copy()
    home = (rides["student_id"] == "c") & (rides["direction"] == "to_home")
    rides.loc[home, "mode"] = "unserved"
    rides.loc[home, "reason"] = "no_bus"
    metrics = measure_plan(replace(plan, rides=rides))
    assert value(metrics, "n_served") == 12
    assert value(metrics, "n_unserved") == 8
    assert value(metrics, "n_unserved_because", "no_bus") == 6
    per_rider = value(metrics, "yuan_per_year") / 18
    assert value(metrics, "yuan_per_rider") == pytest.approx(per_rider)


def test_buses_routes_and_stops_are_counted(metrics):
    assert value(metrics, "n_buses") == 2
    assert value(metrics, "n_buses", "type:T19") == 1
    assert value(metrics, "n_routes") == 4
    assert value(metrics, "n_routes", "to_school") == 2
    assert value(metrics, "n_stops") == 3


def test_kilometres_are_those_of_the_day(metrics):
    """With students 2 x (5.6 + 4.3) = 19.8 km.

    Empty to the first visits 2.4 + 1.7 + 1 + 4 = 9.1, back 1 + 6.4 + 1.7 = 9.1: 18.2 km.
    """
    assert value(metrics, "km_with_students") == pytest.approx(19.8)
    assert value(metrics, "km_empty") == pytest.approx(18.2)
    assert value(metrics, "km_per_day") == pytest.approx(38.0)
    assert value(metrics, "share_empty") == pytest.approx(18.2 / 38.0)


def test_a_year_costs_buses_crews_and_driving(metrics):
    """T36: 300,000 x 0.95 / 15 = 19,000 + 10,000 + 12,000 = 41,000; crew 96,000; x 1.08
    = 147,960. T19: 300,000 x (1 - 17 x 0.015) = 223,500 x 0.95 / 15 = 14,155 + 22,000 +
    96,000 = 132,155 x 1.08 = 142,727.40. Driving 22 l / 100 km x 7.6 = 1.672 yuan a km
    x 195 days x 1.08 = 352.1232 x 38 km = 13,380.68.
    """
    assert value(metrics, "yuan_fixed") == pytest.approx(147_960 + 142_727.40)
    assert value(metrics, "yuan_running") == pytest.approx(13_380.682)
    whole = 147_960 + 142_727.40 + 13_380.682
    assert value(metrics, "yuan_per_year") == pytest.approx(whole)
    assert value(metrics, "yuan_low") == pytest.approx(0.8 * whole)
    assert value(metrics, "yuan_high") == pytest.approx(1.2 * whole)
    assert value(metrics, "yuan_per_rider") == pytest.approx(whole / 18)


def test_rides_are_weighted_by_students(metrics):
    """Morning 5 x 944 + 6 x 489 + 7 x 703 = 12,575; afternoon 5 x 894 + 6 x 435 +
    7 x 645 = 11,595; 24,170 / 36 = 671.39 s.

    In order: 435 x 6, 489 x 6, 645 x 7 (the 18th is here), 703 x 7, 894 x 5, 944 x 5; the
    33rd of 36 (0.9 x 36 = 32.4) rides 944 s; so do the worst 2 (5 % of 36 = 1.8).
    """
    assert value(metrics, "mean_ride_s") == pytest.approx(24_170 / 36)
    assert value(metrics, "median_ride_s") == 645
    assert value(metrics, "p90_ride_s") == 944
    assert value(metrics, "worst5_ride_s") == 944
    assert value(metrics, "max_ride_s") == 944
    assert value(metrics, "mean_ride_s", "to_school") == pytest.approx(12_575 / 18)
    assert value(metrics, "mean_ride_s", "school:S2") == pytest.approx((703 + 645) / 2)


def test_door_to_door_is_walk_and_ride(metrics):
    """b walks 400 m at 1.1 m/s = 364 s and rides 944 s: 1,308 s, the longest."""
    assert value(metrics, "max_door_to_door_s") == 1_308
    assert value(metrics, "max_door_to_door_s", "g1_3") == 100 + 944


def test_walks_are_weighted_by_students(metrics):
    """3 x 100 + 2 x 400 + 6 x 200 + 7 x 200 = 3,700 / 18 = 205.6 m."""
    assert value(metrics, "mean_walk_m") == pytest.approx(3_700 / 18)
    assert value(metrics, "p90_walk_m") == 400
    assert value(metrics, "max_walk_m") == 400


def test_shares_beyond_the_limits():
    """At 900 s, a's 3 morning rides of 6 in grades 1-3 are over; 1,000 s door to door
    too: 1,044 over in the morning, 994 not in the afternoon."""
    rules = {
        "max_ride_s": ByGrade(900, 2400, 2700),
        "max_door_to_door_s": ByGrade(1000, 2400, 2700),
    }
    metrics = measure_plan(with_policy(gridtown(), **rules))
    assert value(metrics, "share_ride_over", "g1_3") == 0.5
    assert value(metrics, "share_ride_over") == pytest.approx(3 / 36)
    assert value(metrics, "share_door_to_door_over", "g1_3") == 0.5
    assert value(metrics, "share_over_half_hour", "g1_3") == 0


def test_a_journey_over_half_an_hour_shows_in_grades_one_to_three():
    plan = gridtown()
    rides = plan.rides.copy()
    rides.loc[
        (rides["student_id"] == "a") & (rides["direction"] == "to_home"), "door_to_door_s"
    ] = 1_801
    metrics = measure_plan(replace(plan, rides=rides))
    assert value(metrics, "share_over_half_hour", "g1_3") == 0.5


def test_seats_are_used_at_the_fullest_point(metrics):
    """R1 and R3 11 of 17, R2 7 of 17, R4 7 of 34: (22 + 7) / 17 / 4 + 7 / 34 / 4."""
    assert value(metrics, "mean_seat_use") == pytest.approx((29 / 17 + 7 / 34) / 4)


def test_early_pickups_count_primary_pupils_only():
    """At 07:37 P1 (a 3, b 2), P2 07:44:35 (c 6); the seven of f are junior, 07:18."""
    metrics = measure_plan(with_policy(gridtown(), earliest_pickup_s=27_421))
    assert value(metrics, "n_early_pickup") == 5
    metrics = measure_plan(with_policy(gridtown(), earliest_pickup_s=27_420))
    assert value(metrics, "n_early_pickup") == 0


def test_routes_with_few_riders_are_counted():
    """Seven ride R2 and R4: not fewer than seven, but fewer than eight."""
    assert value(measure_plan(gridtown()), "n_routes_few") == 0
    assert value(measure_plan(with_policy(gridtown(), min_riders=8)), "n_routes_few") == 2


def test_the_detour_is_ridden_over_direct(metrics):
    """Ridden each way 5 x 5.6 + 6 x 2.9 + 7 x 4.3 = 75.5 km; direct 3 x 3.7 + 2 x 3.8 +
    6 x 3.1 + 7 x 4.1 = 66.0 km."""
    assert value(metrics, "detour_factor") == pytest.approx(75.5 / 66.0)


def test_an_empty_plan_measures_zero():
    metrics = measure_plan(nobody_rides())
    assert np.isfinite(metrics["value"]).all()
    assert value(metrics, "n_students") == 24
    assert value(metrics, "n_board") == 24
    rest = metrics[~metrics["metric"].isin(["n_students", "n_board"])]
    assert (rest["value"] == 0).all()


def test_a_district_without_students_measures_zero():
    plan = nobody_rides()
    nobody = replace(plan.district, students=plan.district.students.iloc[:0])
    metrics = measure_plan(replace(plan, district=nobody))
    assert (metrics["value"] == 0).all()


def test_the_summary_is_ready_for_json():
    summary = summarise_plan(gridtown(), n_breaches=3)
    assert json.loads(json.dumps(summary)) == {
        "n_students": 24, "n_entitled": 20, "n_served": 18, "n_unserved": 2,
        "n_buses": 2, "n_routes": 4, "n_breaches": 3, "km_per_day": 38.0,
        "yuan_per_year": 304_068, "max_ride_s": 944, "mean_ride_s": 671,
    }  # fmt: skip


def test_every_figure_has_a_unit_and_a_meaning_in_both_languages(metrics):
    assert set(metrics["metric"]) <= set(METRICS)
    for name in METRICS:
        assert meaning(name, "en") != meaning(name, "zh")
        if name.endswith("_s"):
            assert METRICS[name].unit == "s"
    named = {group for group in metrics["group"] if ":" not in group}
    assert named <= set(GROUPS) | set(UNSERVED)


def test_every_figure_comes_once_per_group(metrics):
    assert not metrics.duplicated(["metric", "group"]).any()


# costs


def bus_types(**columns):
    seats = columns.pop("seats")
    return pd.DataFrame({"bus_type_id": [f"T{n}" for n in seats], "seats": seats, **columns})


def test_a_36_seat_bus_costs_what_the_model_says():
    """(41,000 + 96,000) x 1.08 = 147,960; 60 km a day: + 60 x 352.1232 = 169,087 a year."""
    costs = bus_costs(bus_types(seats=[36]), Policy())
    assert costs["fixed_yuan"].tolist() == pytest.approx([147_960])
    assert costs["yuan_per_km_year"].tolist() == pytest.approx([352.1232])


def test_a_large_bus_pays_a_second_attendant():
    """56 seats: 300,000 x 1.3 x 0.95 / 15 = 24,700 + 22,000 + 72,000 + 48,000 = 166,700."""
    costs = bus_costs(bus_types(seats=[56]), Policy())
    assert costs["fixed_yuan"].tolist() == pytest.approx([166_700 * 1.08])
    assert costs["pupil_seats"].tolist() == [53]


def test_stated_costs_are_taken_at_their_word():
    """30,000 + 96,000 crew = 126,000 x 1.08; 2 yuan x 195 x 1.08 = 421.2 a daily km."""
    stated = bus_types(
        seats=[36, 36],
        fixed_yuan_per_year=pd.array([30_000, None], "Int64"),
        yuan_per_km=pd.array([2.0, None], "Float64"),
    )
    costs = bus_costs(stated, Policy())
    assert costs["fixed_yuan"].tolist() == pytest.approx([136_080, 147_960])
    assert costs["yuan_per_km_year"].tolist() == pytest.approx([421.2, 352.1232])


def test_seats_are_never_above_the_law():
    """19 less 2 is 17, whatever is stated; fewer stated seats are taken."""
    stated = bus_types(seats=[19, 19, 19], pupil_seats=pd.array([25, 12, None], "Int64"))
    assert bus_costs(stated, Policy())["pupil_seats"].tolist() == [17, 12, 17]
    assert [legal_seats(n, Policy()) for n in (7, 40, 41)] == [5, 38, 38]


def test_no_bus_types_cost_nothing():
    assert len(bus_costs(bus_types(seats=[36]).iloc[:0], Policy())) == 0


# quantiles


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 5)), min_size=1, max_size=12))
def test_weighted_figures_are_those_of_the_people_one_by_one(rows):
    """Writing every student out gives the same mean, quantiles and worst twentieth."""
    values, n = (np.array(part, np.float64) for part in zip(*rows, strict=True))
    people = np.sort(np.repeat(values, n.astype(int)))
    assert mean(values, n) == pytest.approx(people.mean())
    for part in (0.5, 0.9, 1.0):
        nth = int(np.ceil(round(part * len(people), 9)))
        assert quantile(values, n, part) == people[nth - 1]
    worst = people[-max(1, int(np.ceil(round(0.05 * len(people), 9)))) :]
    assert worst_mean(values, n, 0.05) == pytest.approx(worst.mean())
