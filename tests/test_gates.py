"""The gates of closing a school, on a county by hand: each question with its numbers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from closing_by_hand import PUPILS, four_schools, make_students, with_school
from plan_by_hand import gridtown

from routing.gates import find_gates
from routing.gates.facts import _classes
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
    assert {code for code, gate in found.items() if gate.status == "people"} == {
        *STEPS,
        "class_size",
    }
    assert {gate.status for code, gate in found.items() if code not in {*STEPS, "class_size"}} == {
        "met"
    }
    assert len(found) == 17
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


def test_of_a_row_of_which_a_part_is_left_only_those_with_a_way_are_compared():
    """c3: 3 of 4 ride; so 2 + 1 + 3 have a longer way, and 6 of the 7 young ones have one."""
    rows = [*GOOD[:2], ("c3", 3, "bus", 800, 1_000, 1_100), ("c3", 1, "unserved", None, None, None)]
    found = gates(rows=rows)
    assert "for 6 the way becomes longer, for 0 shorter" in found["majority"].evidence.en
    assert "1 have no way to school (0 of them today neither)" in found["transport"].evidence.en
    assert "0 of 6 pupils of grades 1-3" in found["half_hour"].evidence.en


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


@pytest.mark.parametrize(
    ("n_classes", "status", "en"),
    [
        (2, "met", "B: 2 of 2 classes"), (1, "not_met", "B: 2 of 1 classes"),
        (None, "people", "not told: B."),
    ],
)  # fmt: skip
def test_classes_are_judged_where_they_are_told_and_left_to_people_where_not(n_classes, status, en):
    """B, grades 1-6, has 2 pupils and gets c1, c2 and c3: 2 + 40 + 1 + 4 = 47, two classes of 45."""
    pupils = [("c1", "C", 1, (2.6, 0), 40, False, "Southford") if row[0] == "c1" else row for row in PUPILS]  # fmt: skip
    base = replace(four_schools(), students=make_students(pupils))
    base = with_school(base, "B", n_places=60)
    column = pd.array(
        [n_classes if key == "B" else None for key in base.schools["school_id"]], "Int64"
    )
    told = replace(base, schools=base.schools.assign(n_classes=column))
    rows = (("c1", 40, "bus", 600, 900, 1_000), *GOOD[1:])
    gate = gates(given=told, rows=rows)["class_size"]
    assert gate.status == status
    assert gate.evidence.en.startswith(en)
    assert gates(given=base, rows=rows)["class_size"].status == "people"


@pytest.mark.parametrize(
    ("last_grade", "pupils", "need"),
    [
        (6, ((1, 45),), 1), (6, ((1, 46),), 2), (3, ((1, 30),), 1), (3, ((1, 31),), 2),
        (9, ((6, 46), (7, 50)), 3), (9, ((6, 45), (9, 51)), 3), (6, ((0, 20), (1, 45)), 1),
    ],
)  # fmt: skip
def test_a_class_holds_45_in_primary_30_in_a_teaching_point_and_50_in_junior(last_grade, pupils, need):  # fmt: skip
    """Kindergarten children are in no class of the grades."""
    schools = pd.DataFrame({"school_id": ["X"], "last_grade": [last_grade]})
    rows = pd.DataFrame(pupils, columns=["grade", "n_students"]).assign(school_id="X")
    (room,) = _classes(schools, np.array([0]), rows, [0])
    assert (room.room, room.need) == (-1, need)


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


def test_names_in_a_row_are_written_as_each_language_does():
    """J and B, both kept, close; C's pupils go to A and those of J nowhere."""
    given = four_schools()
    given = with_school(given, "B", protected=True, town="West", last_grade=9)
    gone = given.schools["school_id"].isin(["J", "B"])
    students = given.students.assign(
        school_id=given.students["school_id"].replace({"J": "A", "B": "C"})
    )
    after = replace(given, schools=given.schools[~gone].reset_index(drop=True), students=students)
    found = gates(given=given, after=after, rows=())
    assert found["protected"].evidence == ("Closed: B, J.", "被撤并：B、J。")
    assert found["town_junior"].evidence == (
        "Without a junior school: East, West.", "失去初中的乡镇：East、West。"
    )  # fmt: skip
    assert found["build_first"].evidence.zh.startswith("新建：无。接收学校：A、C；")
    assert found["oversize"].evidence == ("not told: A, C.", "未填写：A、C。")
