"""Friday and Sunday runs in Gridtown: the fleet of the school days, and who boards."""

from dataclasses import replace
from html import escape

import pandas as pd
import pytest
from plan_by_hand import grid_district, gridtown

from routing.check import check_plan
from routing.costs import bus_costs
from routing.outputs.masking import Mask
from routing.outputs.report import write_report
from routing.outputs.weekly import say_week
from routing.plan import make_plan
from routing.policy import ByGrade, Policy
from routing.week import has_boarders, plan_week, summarise_week, week_cost, week_policy

GIVEN = ["straight_m", "walk_m", "drive_m", "entitled", "why"]


def daily(boards, **policy):
    """Return a plan of Gridtown in which some rows board."""
    made = grid_district()
    flags = made.students["student_id"].isin(list(boards))
    students = made.students.drop(columns=GIVEN).assign(boards=flags)
    return make_plan(replace(made, students=students), Policy(**policy), seed=1, max_rounds=2)


def week_of(plan):
    return plan_week(plan, seed=1, max_rounds=2)


@pytest.fixture(scope="module")
def plan():
    """f (7 pupils of S2, 4.1 km), d (1 km), h (2 km) and i (island) board; a, b and c ride daily."""
    return daily("fdhi")


@pytest.fixture(scope="module")
def week(plan):
    return week_of(plan)


def test_the_boarders_beyond_the_limit_ride_twice_a_week(week):
    """f rides; d and h live within 2 km; nobody else is in the plan."""
    students = week.district.students.set_index("student_id")
    assert students.index.tolist() == ["d", "f", "h", "i"]
    assert not students["boards"].any()
    assert students["why"].to_dict() == {
        "d": "within_limit", "f": "beyond_limit", "h": "within_limit", "i": "no_way",
    }  # fmt: skip
    carried = week.rides[week.rides["mode"] == "bus"]
    assert carried.groupby("direction")["n_students"].sum().to_dict() == {
        "to_school": 7,
        "to_home": 7,
    }


def test_whoever_is_not_carried_has_a_reason(week):
    lost = week.rides[week.rides["mode"] == "unserved"]
    assert lost[["student_id", "reason"]].drop_duplicates().to_numpy().tolist() == [["i", "island"]]
    assert len(lost) == 2


def test_no_rule_is_broken(week):
    assert check_plan(week) == []


def test_friday_begins_when_the_last_daily_bus_is_in_its_yard(plan, week):
    """Rounded up to five minutes; Sunday's bell stands two hours before, for one clock."""
    home = plan.routes[plan.routes["direction"] == "to_home"]
    last_s = max(
        plan.visits.loc[plan.visits["route_id"] == route.route_id, "depart_s"].max()
        + route.return_s
        for route in home.itertuples()
    )
    schools = week.district.schools
    off_s = int(schools["dismissal_s"].iloc[0])
    assert schools["dismissal_s"].tolist() == [off_s] * 2
    assert off_s % 300 == 0
    assert 0 <= off_s - last_s < 300
    assert schools["bell_s"].tolist() == [off_s - 7_200] * 2
    friday = week.routes[week.routes["direction"] == "to_home"]
    assert (friday["depart_s"] >= off_s + week.policy.leave_after_min_s).all()


def test_a_late_day_leaves_sunday_at_six():
    """Dismissal at 21:00: the runs home end later, Sunday's bell is at 18:00."""
    by_hand = gridtown()
    late = by_hand.district.schools.assign(dismissal_s=75_600)
    district = replace(by_hand.district, schools=late)
    week = week_of(replace(by_hand, district=district))
    assert week.district.schools["bell_s"].tolist() == [64_800, 64_800]
    assert week.district.schools["dismissal_s"].tolist() == [75_600, 75_600]


def test_no_more_buses_than_the_daily_plan_uses(plan, week):
    """A type that the daily plan does not use is not there on Friday either."""
    daily_buses = plan.routes.drop_duplicates("bus_id")["bus_type_id"].value_counts()
    left = week.district.bus_types.set_index("bus_type_id")["n_available"]
    assert left.to_dict() == {name: daily_buses.get(name, 0) for name in ("T19", "T36")}
    used = week.routes.drop_duplicates("bus_id")["bus_type_id"].value_counts()
    assert (used <= left.reindex(used.index)).all()


def test_without_a_daily_bus_there_is_none_on_friday():
    """Everybody boards: no daily fleet, nobody is carried, and all say why."""
    week = week_of(daily("abcdefghi"))
    assert week.routes.empty
    assert set(week.rides["mode"]) == {"unserved"}
    reasons = week.rides.drop_duplicates("student_id").set_index("student_id")["reason"]
    assert reasons["f"] == "no_bus"
    assert reasons["i"] == "island"


def test_without_boarders_the_week_is_empty():
    week = week_of(daily(""))
    assert week.district.students.empty
    assert week.routes.empty
    assert week.rides.empty
    assert week_cost(week) == 0


def test_those_whom_the_plan_lets_board_ride_too(plan):
    students = plan.district.students
    chosen = students.assign(
        boards=False, mode=["board" if one == "c" else "bus" for one in students["student_id"]]
    )
    week = week_of(replace(plan, district=replace(plan.district, students=chosen)))
    assert week.district.students["student_id"].tolist() == ["c"]


def test_limits_are_an_hour_at_least_and_never_tighter():
    policy = week_policy(Policy(max_ride_s=ByGrade(1_800, 3_600, 5_400), boarding="before_bus"))
    assert policy.max_ride_s == ByGrade(3_600, 3_600, 5_400)
    assert policy.max_door_to_door_s == ByGrade(4_500, 4_500, 4_500)
    assert (policy.transit, policy.boarding, policy.move_bells_max_s) == (False, "given", 0)


def test_a_week_costs_its_kilometres_and_no_bus(week):
    """A kilometre a day for 195 days is 39 weeks of five: a kilometre a week is a fifth of it."""
    costs = bus_costs(week.district.bus_types, week.policy).set_index("bus_type_id")
    by_hand = sum(
        (route.distance_m + route.empty_m + route.return_m) / 1_000
        * 39 * costs.loc[route.bus_type_id, "yuan_per_km_year"] / 195
        for route in week.routes.itertuples()
    )  # fmt: skip
    assert week_cost(week) == pytest.approx(by_hand)
    assert by_hand > 0


def test_the_daily_plan_is_not_changed(plan):
    before = pd.DataFrame(plan.district.students.copy())
    week_of(plan)
    pd.testing.assert_frame_equal(pd.DataFrame(plan.district.students), before)


def test_the_figures_of_a_week_are_those_of_its_tables(week):
    """d 1, f 7, h 2, i 1 board; f rides with one bus, i has no road; P3 to S2 is 4.3 km."""
    told = summarise_week(week)
    routes = week.routes[["distance_m", "empty_m", "return_m"]].sum().sum()
    assert told == {
        "n_boarders": 11, "n_entitled": 8, "n_served": 7, "n_unserved": 1,
        "n_buses_friday": 1, "n_buses_sunday": 1, "km_per_week": round(routes / 1000, 1),
        "yuan_per_year": round(week_cost(week)),
    }  # fmt: skip
    assert routes > 2 * 4_300


def test_a_week_is_told_in_a_sentence_without_small_groups(week):
    public, inside = (say_week(week, Mask(5, privacy), "en") for privacy in ("public", "internal"))
    assert "of 8 boarders to be carried ≥4 ride" in public
    assert "with a reason: <5. 1 bus(es) on Friday and 1 on Sunday" in public
    assert "of 8 boarders to be carried 7 ride" in inside
    assert "周五用车1辆，周日用车1辆" in say_week(week, Mask(5), "zh")


def test_the_report_tells_the_week_where_there_is_one(plan, week, tmp_path):
    with_week = write_report(plan, tmp_path / "with.html", week=week).read_text("utf-8")
    without = write_report(plan, tmp_path / "without.html").read_text("utf-8")
    assert escape(say_week(week, Mask(plan.policy.min_cell), "en")) in with_week
    assert "Fridays and Sundays" not in without


def test_who_boards_is_asked_of_the_plan(plan):
    assert has_boarders(plan)
    assert not has_boarders(daily(""))
