"""Closing schools: the search against all sets, its bounds against plans, its hard rules."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from consolidation_by_hand import (
    SPOTS,
    closing_district,
    closing_policy,
    nearest_open,
    quick_plan,
    weigh_by_hand,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from routing.closures import candidate_table, choice_table, consolidate
from routing.closures.county import read_days
from routing.closures.figures import find_broken
from routing.closures.front import is_beaten, pick_front
from routing.closures.loop import begin
from routing.closures.records import Choice
from routing.closures.search import Effort, search_sets, spread
from routing.closures.sequential import choose_without_buses
from routing.closures.tries import Steps, Tries, try_set
from routing.costs import bus_costs
from routing.errors import Fault, InputError
from routing.measure.schools import cost_table
from routing.onward import replan
from routing.plan import make_plan
from routing.scenario import CloseSchool, Scenario, apply_scenario
from routing.solver import Crew
from routing.words import Text

RICH = {"school_upkeep_yuan": 150_000}
"""Closing releases about what a bus of 17 seats costs."""


class Blind(Tries):
    """Tries in which nothing is beaten: every set is planned."""

    @property
    def beaten(self):
        return ()


def every_set(tries):
    """Plan every set of candidates, whatever bounds say."""
    blind = Blind(tries.ground, tries.present, tries.steps, dict(tries.known))
    rows = tries.ground.rows
    for n in range(1, len(rows) + 1):
        for names in itertools.combinations(rows, n):
            try_set(blind, frozenset(names))
    assert not blind.ruled_out
    return list(blind.known.values())


def names(choices):
    return [one.name for one in choices]


@pytest.fixture(scope="module")
def four():
    """Four small schools and E: the district, rules, a real plan, and a planner of real plans."""
    district, policy = closing_district("ABDG"), closing_policy(**RICH)
    made = {}
    with Crew() as crew:
        present = make_plan(district, policy, seed=1, max_rounds=1, crew=crew)

        def planner(before, after, rules):
            key = tuple(after.schools["school_id"])
            if key not in made:
                made[key] = replan(before, after, rules, seed=1, max_rounds=1, crew=crew)
            return made[key]

        yield district, policy, present, planner


@pytest.fixture(scope="module")
def four_tried(four):
    """Every set of the four, with real plans."""
    district, policy, present, planner = four
    return every_set(begin(district, policy, present, None, planner, cost_table)[0])


def test_with_real_plans_the_answer_is_that_of_trying_all_sixteen_sets(four, four_tried):
    district, policy, present, planner = four
    found = consolidate(district, policy, start=present, max_rounds=1, planner=planner)
    assert len(four_tried) == 16
    assert found.stopped == "proven"
    assert names(found.choices) == names(pick_front(four_tried))
    assert [c.figures for c in found.choices] == [c.figures for c in pick_front(four_tried)]
    assert len(found.choices) > 1
    assert all(choice.plan is not None for choice in found.choices)
    assert len(found.tried) + found.n_ruled_out <= 16


def test_no_real_plan_costs_or_takes_less_than_its_bound(four_tried):
    assert sum(one.plan_made for one in four_tried) > 10
    for one in four_tried:
        if one.plan_made:
            assert 0 < one.least_yuan <= one.cost_yuan
            assert 0 < one.least_time_s <= one.time_s
            assert 0 < one.n_buses_least <= one.n_buses


def test_no_pupil_is_lost_between_before_and_after(four, four_tried):
    students = four[0].students
    planned = [one for one in four_tried if one.plan is not None]
    assert len(planned) > 10
    for one in planned:
        after = one.plan.district.students
        assert after["student_id"].tolist() == students["student_id"].tolist()
        assert after["n_students"].tolist() == students["n_students"].tolist()
        assert not set(after["school_id"]) & set(one.closed)
        moved = students["school_id"].isin(one.closed).to_numpy()
        assert one.n_changed == students.loc[moved, "n_students"].sum()


def by_hand_steps(tries, policy, yuan):
    """Steps by arithmetic, for hundreds of sets: no frame is built but the students'."""
    district = tries.ground.county.district

    def move(scenario):
        closed = tuple(change.school_id for change in scenario.changes)
        if len(closed) == len(SPOTS):
            raise InputError(
                [Fault("scenario", Text("no school is left.", "没有学校。"), Text("", ""))]
            )
        return replace(
            district, students=district.students.assign(school_id=nearest_open(closed, policy))
        )

    def judge(plan, scenario, closed):
        return Choice(scenario.name, closed, scenario, None, *weigh_by_hand(closed, policy, yuan))

    return Steps(move, lambda before, after, rules: before, judge)


@pytest.mark.parametrize("upkeep_yuan", [150_000])
def test_of_seven_candidates_the_answer_is_that_of_all_128_sets(upkeep_yuan):
    """Real figures of every set by arithmetic; what bounds rule out is never in the answer."""
    policy = closing_policy(school_upkeep_yuan=upkeep_yuan)
    district = closing_district()
    present = quick_plan(None, district, policy)
    tries, _ = begin(district, policy, present, None, quick_plan, cost_table)
    yuan = bus_costs(district.bus_types, policy).iloc[0]
    assert tries.present.figures == pytest.approx(weigh_by_hand((), policy, yuan), abs=1)
    tries.steps = by_hand_steps(tries, policy, yuan)
    tries.present = tries.steps.judge(None, tries.present.scenario, ())
    tries.known = {frozenset(): tries.present}
    _, stopped = search_sets(tries, 7, Effort(None, 1, None), lambda *_: None)
    sets = [c for n in range(8) for c in itertools.combinations("ABCDFGH", n)]
    figures = {closed: weigh_by_hand(closed, policy, yuan) for closed in sets}
    best = {
        c for c, f in figures.items() if not is_beaten(f, [o for k, o in figures.items() if k != c])
    }
    assert stopped == "proven"
    assert {one.closed for one in tries.front} == best
    assert len(tries.known) + len(tries.ruled_out) <= 128
    for closed, one in tries.known.items():
        if one.plan_made and closed:
            assert one.least_yuan <= one.cost_yuan
            assert one.least_time_s <= one.time_s


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    closed=st.sets(st.sampled_from("ABCDFGH"), max_size=5),
    upkeep_yuan=st.integers(0, 300_000),
    beyond_m=st.sampled_from([500, 1_000, 2_000]),
    merged=st.booleans(),
    meal_yuan=st.integers(0, 20),
    kinds=st.lists(st.sampled_from(["primary", "teaching_point"]), min_size=8, max_size=8),
)
def test_bounds_hold_for_any_rules_and_any_set(
    closed, upkeep_yuan, beyond_m, merged, meal_yuan, kinds
):
    policy = closing_policy(
        school_upkeep_yuan=upkeep_yuan,
        ride_beyond_m=beyond_m,
        merged_entitled=merged,
        meal_yuan=meal_yuan,
    )
    district = closing_district(kind=kinds)
    present = quick_plan(None, district, policy)
    tries, _ = begin(district, policy, present, None, quick_plan, cost_table)
    rows = frozenset(district.schools["school_id"].tolist().index(name) for name in closed)
    one = try_set(Blind(tries.ground, tries.present, tries.steps), rows)
    assert tries.present.least_yuan <= tries.present.cost_yuan
    if one.plan_made:
        assert one.least_yuan <= one.cost_yuan
        assert one.least_time_s <= one.time_s
        assert one.n_buses_least <= one.n_buses


@pytest.fixture(scope="module")
def quick():
    """Three small schools and E, planned by arithmetic."""
    district, policy = closing_district("ABG"), closing_policy(**RICH)
    return district, policy, quick_plan(None, district, policy)


def ask_quick(quick, **more):
    district, policy, present = quick
    rules = more.pop("rules", {})
    if rules:
        policy = replace(policy, **rules)
        present = quick_plan(None, district, policy)
    return consolidate(district, policy, start=present, max_rounds=1, planner=quick_plan, **more)


@pytest.fixture(scope="module")
def found(quick):
    """The answer for the three small schools."""
    return ask_quick(quick)


def test_the_same_question_has_the_same_answer(quick, found):
    tables = [choice_table(one, tried=True) for one in (found, ask_quick(quick))]
    pd.testing.assert_frame_equal(*tables)


def test_bounds_are_given_for_every_number_of_closures(found):
    assert found.bounds["n_closed"].tolist() == [0, 1, 2, 3]
    assert found.bounds["n_sets"].tolist() == [1, 3, 3, 1]
    assert (found.bounds["least_yuan"] <= found.bounds["best_yuan"].fillna(10**9)).all()
    best = found.bounds["best_yuan"].min()
    assert best == min(one.cost_yuan for one in found.choices)


def test_a_plan_that_makes_somebody_worse_off_than_allowed_breaks_a_rule_and_says_so(quick):
    """A1 (4 pupils, at A's gate) then rides to G, 2 km: 1.3 x 300 + 34 = 424 s more."""
    district, policy, present = quick
    closed = apply_scenario(Scenario("A", (CloseSchool("A"),)), district, policy)
    plan, was = quick_plan(present, closed, policy), read_days(present)
    assert find_broken(plan, was, replace(policy, worse_off_max_s=424)) == ((), 424)
    (text,), most_s = find_broken(plan, was, replace(policy, worse_off_max_s=423))
    assert most_s == 424
    assert text.en.startswith("4 students")
    assert "4" in text.zh


def test_nobody_is_closed_who_could_only_be_made_worse_off_than_allowed(quick):
    found = ask_quick(quick, rules={"worse_off_max_s": 10})
    assert found.stopped == "none"
    assert {one.code for one in found.left_out} == {"protected", "no_other"}
    assert names(found.choices) == ["present"]


def test_no_more_schools_close_than_asked(quick):
    found = ask_quick(quick, most_closed=1)
    assert max(len(one.closed) for one in found.tried) == 1
    assert len(found.bounds) == 2


def test_the_number_of_plans_can_be_limited(quick):
    found = ask_quick(quick, most_plans=2)
    assert found.stopped == "plans"
    assert sum(one.plan_made for one in found.tried) == 3
    assert "3" in found.say("en")
    assert found.say("zh") != found.say("en")


def test_candidates_are_small_or_falling_open_to_closing_and_within_reach():
    """E protected; C is G's only neighbour in catchment; 7-9 of the town only at H; F is large."""
    district = closing_district(
        kind=["primary"] * 6 + ["kindergarten", "junior"],
        first_grade=[1] * 6 + [0, 1], last_grade=[6] * 7 + [9],
    )  # fmt: skip
    students = district.students.copy()
    students.loc[students["student_id"] == "F1", "n_students"] = 40
    students.loc[students["student_id"] == "B1", "n_students"] = 30
    enrolment = pd.DataFrame({
        "year": [2027, 2030], "school_id": ["B", "B"], "grade": [2, 2], "n_students": [25, 9],
    })  # fmt: skip
    district = replace(district, students=students, enrolment=enrolment)
    policy = closing_policy()
    found = consolidate(
        district, policy, start=quick_plan(None, district, policy), max_rounds=1, planner=quick_plan, most_plans=0,
    )  # fmt: skip
    codes = {one.school_id: one.code for one in (*found.candidates, *found.left_out)}
    assert codes == {
        "A": "small", "B": "falling", "C": "small", "D": "small", "E": "protected",
        "F": "not_small", "G": "kindergarten", "H": "only_junior",
    }  # fmt: skip
    table = candidate_table(found.candidates, "zh").set_index("school_id")
    assert "2030" in table.loc["B", "why"]


def test_a_school_that_is_nobody_s_to_take_over_is_no_candidate():
    """A alone teaches grade 2 within 25 minutes: the others begin at grade 3."""
    district = closing_district("AB", first_grade=[1, 3, 3])
    students = district.students[~district.students["student_id"].isin(["B1"])].reset_index(
        drop=True
    )
    district, policy = replace(district, students=students), closing_policy()
    found = consolidate(
        district, policy, start=quick_plan(None, district, policy), max_rounds=1, planner=quick_plan,
    )  # fmt: skip
    left = {one.school_id: one for one in found.left_out}
    assert left["A"].code == "no_other"
    assert "grade 2" in left["A"].why.en


def test_an_unknown_candidate_is_told(quick):
    with pytest.raises(InputError, match="no school"):
        ask_quick(quick, candidates=["Z"])


def test_a_protected_school_is_no_candidate_even_when_named(quick):
    found = ask_quick(quick, candidates=["A", "E"], most_plans=0)
    assert names(found.candidates) == ["School A"]
    assert {one.school_id: one.code for one in found.left_out}["E"] == "protected"


def test_a_choice_right_in_one_year_and_wrong_in_another_shows(quick):
    """In 2030 every school has twenty times as many: nothing is released, many buses are needed."""
    district, policy, present = quick
    grades = district.students[["school_id", "grade", "n_students"]]
    years = [
        grades.assign(year=2027),
        grades.assign(year=2030, n_students=grades["n_students"] * 20),
    ]
    enrolment = pd.concat(years)[["year", "school_id", "grade", "n_students"]]
    changed = replace(district, enrolment=enrolment.reset_index(drop=True))
    found = consolidate(
        changed, policy, start=present, max_rounds=1, planner=quick_plan, years=(2027, 2030)
    )
    table = found.years.set_index(["year", "choice"])
    first, then = table.loc[2027], table.loc[2030]
    assert first.index.tolist() == names(found.choices)
    assert first["chosen"].all()
    assert (first["cost_yuan"].tolist()) == [one.cost_yuan for one in found.choices]
    cheapest = min(found.choices, key=lambda one: one.cost_yuan).name
    assert cheapest != "present"
    assert first.loc[cheapest, "cost_yuan"] < first.loc["present", "cost_yuan"]
    assert then.loc[cheapest, "cost_yuan"] > then.loc["present", "cost_yuan"]
    assert then["n_small"].max() == 0
    assert first["n_small"].max() > 0


def test_choosing_without_buses_knows_no_bus(quick, found):
    """By the schools' figures any one closure saves; the more, the better: all three close."""
    district, policy, present = quick
    tries, _ = begin(district, policy, present, None, quick_plan, cost_table)
    sets = [choose_without_buses(tries.ground, n) for n in (1, 2, 3)]
    assert [len(one) for one in sets] == [1, 2, 3]
    assert choice_table(found, tried=True)["cost_yuan"].min() <= min(
        try_set(Blind(tries.ground, tries.present, tries.steps), one).cost_yuan for one in sets
    )


def test_numbers_of_closures_are_asked_by_doubling_first():
    assert spread(1) == [1]
    assert spread(7) == [1, 2, 4, 3, 5, 6, 7]
    assert sorted(spread(20)) == list(range(1, 21))


def test_of_equal_choices_one_stays_and_broken_ones_never():
    def choice(name, *figures, breaks=()):
        return Choice(name, tuple(name), None, None, *figures, breaks=breaks)

    rows = [choice("A", 5, 5, 1), choice("B", 5, 5, 1), choice("C", 4, 9, 1), choice("D", 9, 9, 9)]
    rows.append(choice("F", 1, 1, 1, breaks=(Text("no", "否"),)))
    assert names(pick_front(rows)) == ["C", "A"]
    assert np.array(is_beaten((5, 5, 1), [(5, 5, 1)])).all()
