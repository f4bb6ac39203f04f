"""Faults 35 to 40 of the forty: plans that cannot be, and searches that die."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from consolidation_by_hand import closing_district, closing_policy, quick_plan
from county_by_hand import write_county
from forty import command, only_fault, survives
from made_problems import made_school
from plan_by_hand import grid_district
from shell import ROOT, schoolbus
from test_plan import GIVEN, homes, reasons
from test_solver_crew import child_that

from routing.check import check_plan
from routing.closures import consolidate
from routing.errors import InputError, SolverError
from routing.plan import make_plan
from routing.policy import ByGrade, Policy
from routing.scenario import CloseSchool, Scenario, apply_scenario
from routing.solver import confirm_routes, solve_many
from routing.solver.crew import Search
from routing.words import Text


@pytest.fixture
def district():
    """Gridtown before anything was measured."""
    made = grid_district()
    return replace(made, students=made.students.drop(columns=GIVEN))


@survives(
    35, "more pupils at one stop than a bus has seats", "一个站点的学生多于一辆车的座位", "R/U",
    "They are spread over several buses; who finds no seat is unserved.",
    "分乘多辆车；无座者列为未安排。",
)  # fmt: skip
def test_a_stop_larger_than_a_bus_is_served_by_several(district):
    """80 in parts of 34, 34 and 12; where one bus of each size is left, a part of 34 stays."""
    crowd = replace(district, students=homes(("z", (3.2, 2), "S1", 5, 80)))
    few = crowd.bus_types.assign(n_available=pd.array([1, 1], "Int64"))
    for bus_types, n_lost in ((crowd.bus_types, 0), (few, 34)):
        plan = make_plan(replace(crowd, bus_types=bus_types), Policy(), max_rounds=1)
        assert check_plan(plan) == []
        morning = plan.rides[plan.rides["direction"] == "to_school"]
        assert morning["n_students"].sum() == 80
        lost = morning[morning["mode"] == "unserved"]
        assert lost["n_students"].sum() <= n_lost
        assert set(lost["reason"]) <= {"no_bus"}


@survives(
    36, "a ride limit shorter than the direct drive", "乘车限时短于直达行车时间", "U",
    "The pupils are unserved, with the minutes of the direct drive and the limit.",
    "列为未安排，给出直达分钟数和限时。",
)  # fmt: skip
def test_a_limit_below_the_direct_drive_is_told_in_minutes(district):
    plan = make_plan(district, Policy(max_ride_s=ByGrade(300, 300, 300)), max_rounds=1)
    lost = plan.rides[plan.rides["reason"] == "ride_too_long"]
    assert {"a", "b"} <= set(lost["student_id"])
    assert (lost["reason_found"] > lost["reason_limit"]).all()


@survives(
    37, "no bus at all, or every school closed", "没有车辆，或学校全部关闭", "E/U",
    "Without a bus all are unserved for want of one; closing every school is refused.",
    "无车时全部列为未安排；关闭全部学校则拒绝。",
)  # fmt: skip
def test_no_bus_and_no_school_end_in_words(district):
    none = district.bus_types.assign(n_available=pd.array([0, 0], "Int64"))
    plan = make_plan(replace(district, bus_types=none), Policy(), max_rounds=1)
    assert set(reasons(plan).values()) == {"no_bus", "no_location", "island"}
    closed = Scenario("all", (CloseSchool("S1"), CloseSchool("S2")))
    open_ = replace(district, schools=district.schools.assign(protected=False))
    with pytest.raises(InputError) as caught:
        apply_scenario(closed, open_, Policy())
    assert all(fault.say("zh") for fault in caught.value.faults)


@survives(
    38, "a search that crashes, hangs or takes all memory", "求解程序崩溃、挂起或内存耗尽", "R",
    "The choice is marked as failed, with the reason; the others go on.",
    "该方案标记为失败并说明原因，其余继续。",
)  # fmt: skip
def test_a_search_that_dies_fails_its_own_choice_only():
    def planner(before, district, policy):
        if "B" not in set(district.schools["school_id"]):
            raise SolverError(Text("the search crashed.", "求解程序崩溃。"))
        return quick_plan(before, district, policy)

    district, policy = closing_district("ABG"), closing_policy()
    start = quick_plan(None, district, policy)
    found = consolidate(
        district, policy, start=start, planner=planner, max_rounds=1, candidates=["A", "B"]
    )
    closed = [choice.closed for choice in found.choices]
    assert all("B" not in names for names in closed)
    assert () in closed
    problems = [made_school(n, n) for n in (8, 9)]
    solutions = solve_many(problems, Search(60, 1, 1, command=child_that("os.abort()")))
    for problem, solution in zip(problems, solutions, strict=True):
        confirm_routes(problem, solution)


@survives(
    39, "a run that is interrupted (Ctrl-C, power, kill)", "运行中断（Ctrl-C、断电、被终止）", "R",
    "What was finished is kept; the same command goes on from there.",
    "已完成的部分保留；再次运行同一命令即可继续。",
)  # fmt: skip
def test_an_interrupted_run_goes_on_where_it_was(small_county, small_run, tmp_path):
    out = tmp_path / "choices"
    words = ["consolidate", str(small_county), "--base", str(small_run[0]), "--candidates", "S04", "--out", str(out), "--rounds", "1", "--quiet"]  # fmt: skip
    code = "from routing.cli import main; main()"
    settings = {**os.environ, "SCHOOLBUS_LANG": "en", "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(
        [sys.executable, "-c", code, *words], env=settings,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(4)
    running.send_signal(signal.SIGKILL)
    running.wait()
    again = schoolbus(*words)
    assert again.returncode == 0, again.stderr
    assert (out / "choices.xlsx").is_file()
    assert list(Path(out).rglob(".draft-*")) == []


@survives(
    40, "a mistyped rule, a wrong unit, a number out of range", "规则名称拼错、单位错误、数值越界", "E",
    "The rule is named, with its unit and the range that is allowed.", "指出该规则及其单位和允许范围。",
)  # fmt: skip
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ride_beyond_km = 2", "'ride_beyond_m' (m, 100 to 20000)"),
        ("ride_beyond_m = 2", "m, 100 to 20000"),
        ("stop_s = -1", "s, 0 to 300"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_named_with_its_range(tmp_path, line, said):
    county = write_county(tmp_path)
    (county / "policy.toml").write_text(f"{line}\n", "utf-8")
    fault = only_fault(county)
    assert fault.file == "policy.toml"
    assert said in fault.say("en")
    assert command("plan", county, "--out", tmp_path / "run", "-q")[0] == 3
