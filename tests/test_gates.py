"""The gates of closing a school, on a county by hand: each question with its numbers."""

from dataclasses import replace

import pandas as pd
import pytest
from closing_by_hand import PUPILS, four_schools, make_students, with_school
from plan_by_hand import gridtown

from routing.gates import find_gates
from routing.policy import Policy
from routing.scenario import (
    CloseSchool,
    MoveStudents,
    OpenSchool,
    Scenario,
    SetFleet,
    apply_scenario,
)

POLICY = Policy(small_below=0)
CLOSE = Scenario("close C", (CloseSchool("C", move_to="B"),))
STEPS = ("plan", "assessment", "hearing", "publicity", "approval", "build_first", "majority")
WALKS = {"a1": 100, "b1": 1_900, "b2": 100, "j1": 100, "j2": 4_500}
TO_C = {"c1": 100, "c2": 100, "c3": 300}
TO_B = {"c1": 1_900, "c2": 2_100, "c3": 2_300}

GOOD = (
    # row, number, mode, ride there, door to door there, door to door back
    ("c1", 2, "bus", 600, 900, 1_000),
    ("c2", 1, "bus", 700, 1_800, 900),
    ("c3", 4, "bus", 800, 1_000, 1_100),
)


def rides(rows) -> pd.DataFrame:
    """Rides of both directions, as far as the gates read them."""
    told = []
    for student, number, mode, ride_s, there_s, back_s in rows:
        told += [
            (student, "to_school", 0, number, mode, ride_s, there_s),
            (student, "to_home", 0, number, mode, ride_s, back_s),
        ]
    columns = ["student_id", "direction", "part", "n_students", "mode", "ride_s", "door_to_door_s"]
    whole = {"ride_s": "Int64", "door_to_door_s": "Int64", "n_students": "int64"}
    return pd.DataFrame(told, columns=columns).astype(whole)


def plan_of(district, rows=(), *, policy=POLICY, walks=TO_C):
    """A plan by hand: those with rides ride, the others walk."""
    ways = {**WALKS, **walks}
    riding = {row[0] for row in rows}
    ids = district.students["student_id"]
    metres = pd.array(ids.map(ways).tolist(), "Int64")
    students = district.students.assign(
        straight_m=metres, walk_m=metres, drive_m=metres,
        entitled=ids.isin(riding), why=["merged" if one in riding else "within_limit" for one in ids],
    )  # fmt: skip
    return replace(
        gridtown(), policy=policy, district=replace(district, students=students), rides=rides(rows)
    )


def gates(*, rows=GOOD, given=None, after=None, scenario=CLOSE, policy=POLICY):
    """Code -> gate of closing C, on the county by hand or another."""
    given = given or four_schools()
    after = after or apply_scenario(scenario, given, policy)
    found = find_gates(
        plan_of(given, policy=policy), plan_of(after, rows, policy=policy, walks=TO_B), scenario
    )
    return {gate.code: gate for gate in found}


def stocked(**cells):
    """The county by hand, B with meals and beds."""
    return with_school(four_schools(), "B", **{"n_meals": 9, "n_beds": 0, **cells})


def test_a_closure_that_breaks_nothing_leaves_the_steps_to_people():
    found = gates(given=stocked())
    assert {code for code, gate in found.items() if gate.status == "people"} == set(STEPS)
    assert {gate.status for code, gate in found.items() if code not in STEPS} == {"met"}
    assert len(found) == 16
    for gate in found.values():
        for text in (gate.question, gate.evidence, gate.source):
            assert text.en.strip()
            assert text.zh.strip()
            assert "{" not in text.en + text.zh


def test_steps_say_what_people_need_to_know():
    """7 pupils of two villages; the rules ask for 30 days."""
    found = gates(given=stocked())
    assert found["plan"].evidence.en == "'close C': 1 school(s) close, 7 pupils change school."
    assert "7 pupils of 2 village(s)" in found["hearing"].evidence.en
    assert "30 days" in found["publicity"].question.en
    assert "公示30天" in found["publicity"].question.zh
    assert "New: none. Schools that take pupils: B" in found["build_first"].evidence.en


def test_the_way_of_each_pupil_is_compared_with_the_way_before():
    """All 7 walked 100 to 300 m and ride now."""
    assert "for 7 the way becomes longer, for 0 shorter" in gates()["majority"].evidence.en


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("c3", 4, "unserved", None, None, None), "4 have no way to school (0 of them today neither) and 0 are"),
        (("c3", 4, "bus", 1_801, 1_000, 1_000), "0 have no way to school (0 of them today neither) and 4 are"),
        (("c3", 4, "bus", 800, 1_000, 1_801), "0 have no way to school (0 of them today neither) and 4 are"),
    ],
    ids=["unserved", "ride too long", "way home too long"],
)  # fmt: skip
def test_transport_is_not_secured_when_one_pupil_is_left_or_too_long_on_the_way(row, told):
    gate = gates(rows=[*GOOD[:2], row])["transport"]
    assert gate.status == "not_met"
    assert told in gate.evidence.en


def test_half_an_hour_is_the_limit_and_one_second_more_is_over():
    """c2 takes 1,800 s to school: at the limit; then 1,801."""
    assert gates()["half_hour"].status == "met"
    gate = gates(rows=[GOOD[0], ("c2", 1, "bus", 700, 1_801, 900), GOOD[2]])["half_hour"]
    assert gate.status == "not_met"
    assert "1 of 7 pupils" in gate.evidence.en
    assert "30.0 minutes" in gate.evidence.en


def test_young_pupils_who_walk_count_too():
    """c1 of grade 1 walks 1,900 m at 1 m/s: 1,900 s."""
    gate = gates(rows=GOOD[1:])["half_hour"]
    assert gate.status == "not_met"
    assert "2 of 7 pupils" in gate.evidence.en
    assert "31.7 minutes" in gate.evidence.en


@pytest.mark.parametrize(
    ("cells", "status", "told"),
    [
        ({"n_meals": 5}, "met", "B: 5 of 5 canteen meals."),
        ({"n_meals": 4}, "not_met", "B: 5 of 4 canteen meals."),
        ({"n_meals": None}, "people", "not told: B."),
    ],
)
def test_meals_are_counted_for_those_who_cannot_walk_home(cells, status, told):
    """At B c2 (1 pupil, 2.1 km) and c3 (4 pupils, 2.3 km) eat at school; the others are nearer."""
    after = with_school(apply_scenario(CLOSE, stocked(), POLICY), "B", **cells)
    gate = gates(after=after)["board_or_meal"]
    assert (gate.status, gate.evidence.en) == (status, told)


def test_boarders_who_find_no_bed_are_a_veto():
    """c3 boards at B, which has no bed."""
    after = apply_scenario(CLOSE, stocked(), POLICY)
    rows = [*GOOD[:2], ("c3", 4, "board", None, None, None)]
    found = gates(given=stocked(), after=after, rows=rows)
    assert found["board_or_meal"].status == "not_met"
    assert "B: 4 of 0 beds" in found["board_or_meal"].evidence.en
    assert found["young_boarders"].status == "not_met"
    assert "4 such pupils" in gates(rows=rows)["young_boarders"].evidence.en


def test_a_pupil_who_boarded_before_and_stays_is_no_new_boarder():
    """j2 is in grade 9 and boards at J; a boarder of grade 2 at A does so before and after."""
    base = stocked()
    district = replace(
        base, students=make_students([*PUPILS, ("y", "A", 2, (0.6, 1), 2, True, "")])
    )
    found = gates(given=district, scenario=CLOSE)
    assert found["young_boarders"].status == "met"


def test_a_school_over_its_places_or_over_the_size_of_a_school_is_a_veto():
    """B has 9 places and gets 9 pupils; with 8, or where no school may have over 8, it is over."""
    assert gates()["oversize"].evidence.en == "B: 9 of 9 places in classrooms."
    after = with_school(apply_scenario(CLOSE, four_schools(), POLICY), "B", n_places=8)
    gate = gates(after=after)["oversize"]
    assert (gate.status, gate.evidence.en) == ("not_met", "B: 9 of 8 places in classrooms.")
    after = with_school(apply_scenario(CLOSE, four_schools(), POLICY), "B", n_places=None)
    assert gates(after=after)["oversize"].status == "people"


def test_a_school_that_becomes_small_is_told_and_counts_unless_the_county_allows_it():
    """b1 is sent from B (2 pupils) to A: B keeps 1; under 2 is small here."""
    scenario = Scenario("move", (MoveStudents(student_ids=("b1",), to="A"),))
    after = apply_scenario(scenario, four_schools(), POLICY)
    strict, lax = Policy(small_below=2), Policy(small_below=2, no_new_small=False)
    gate = gates(after=after, scenario=scenario, policy=strict, rows=())["new_small"]
    assert gate.status == "not_met"
    assert gate.evidence.en == "B: 2 before, 1 after; small is under 2."
    assert (
        gates(after=after, scenario=scenario, policy=lax, rows=())["new_small"].status == "people"
    )


def test_a_town_without_its_junior_school_and_a_protected_school_closed_are_vetoes():
    """J, kept by the plan, is the only junior school of East; it is taken out by hand."""
    given = four_schools()
    schools = given.schools[given.schools["school_id"] != "J"].reset_index(drop=True)
    students = given.students.assign(school_id=given.students["school_id"].replace("J", "A"))
    found = gates(
        after=replace(given, schools=schools, students=students),
        rows=(("j1", 3, "bus", 600, 900, 900), ("j2", 2, "bus", 600, 900, 900)),
    )
    assert found["protected"].status == "not_met"
    assert found["protected"].evidence.en == "Closed: J."
    assert found["town_junior"].status == "not_met"
    assert found["town_junior"].evidence.zh == "失去初中的乡镇：East。"


def test_pupils_of_a_closed_school_who_ride_have_lunch():
    """7 ride; the canteen of B has no meal for the 5 who live far away, or does not say."""
    after = with_school(apply_scenario(CLOSE, stocked(), POLICY), "B", n_meals=0)
    gate = gates(after=after)["lunch_bus"]
    assert gate.status == "not_met"
    assert "7 pupils who move ride or board; for 5 the canteen has no meal" in gate.evidence.en
    assert gates()["lunch_bus"].status == "people"
    policy = Policy(small_below=0, meals_secured=False)
    assert "leave lunch to the county" in gates(policy=policy)["lunch_bus"].evidence.en


def test_nothing_is_asked_where_nobody_moves():
    assert gates(scenario=Scenario("fleet", (SetFleet("T36", 5),)), rows=()) == {}


def test_a_school_that_has_to_be_built_first_is_named():
    scenario = Scenario("build", (
        OpenSchool("N", "New", 115.922, 36.4, "primary", "East", 1, 6, 30_000, 57_600),
        CloseSchool("C", move_to="N"),
    ))  # fmt: skip
    found = gates(scenario=scenario)
    assert "New: N. Schools that take pupils: N" in found["build_first"].evidence.en
