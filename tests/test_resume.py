"""A run that is interrupted goes on from what was finished, and ends with the same answer."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from consolidation_by_hand import closing_district, closing_policy, quick_plan
from made_problems import made_school
from shell import ROOT, schoolbus

from routing.check import check_plan
from routing.cli.resuming import FOLDER, going_on
from routing.closures import consolidate
from routing.errors import InputError, RoutingError
from routing.locking import locked
from routing.onward import replan
from routing.outputs.store import load_plan, save_plan
from routing.outputs.unfinished import PlanJournal
from routing.plan import make_plan
from routing.solver import Crew, Ledger, Search, solve_many
from routing.solver.crew import Ask
from routing.solver.ledger import question_key, recall_answers
from routing.solver.wire import pack

RICH = {"school_upkeep_yuan": 150_000}


def stop_after(n_plans):
    """A progress callback that interrupts after so many plans, as Ctrl-C does."""

    def say(stage, done, _of):
        if stage == "plans" and done >= n_plans:
            raise KeyboardInterrupt

    return say


@pytest.fixture(scope="module")
def county():
    """Three small schools and a plan of the present by arithmetic."""
    district, policy = closing_district("ABD"), closing_policy(**RICH)
    return district, policy, quick_plan(None, district, policy)


def figures(choices):
    return [(one.name, one.figures, one.least_yuan) for one in choices.choices]


class Counting:
    """A planner that counts its plans."""

    def __init__(self):
        self.n = 0

    def __call__(self, before, district, policy):
        self.n += 1
        return quick_plan(before, district, policy)


def test_closures_go_on_after_an_interruption_with_the_same_answer(county, tmp_path):
    """Interrupted after 1 and after 3 plans; no finished plan is made twice."""
    district, policy, present = county
    ask = {"start": present, "max_rounds": 1}
    whole_planner = Counting()
    whole = consolidate(district, policy, planner=whole_planner, **ask)
    journal = PlanJournal(tmp_path / "tries", district.roads)
    planner = Counting()
    for n_plans in (1, 3):
        cut = consolidate(
            district, policy, planner=planner, progress=stop_after(n_plans), journal=journal, **ask
        )
        assert cut.stopped == "interrupted"
        assert len(cut.tried) >= n_plans
        assert "中断" in cut.say("zh")
    found = consolidate(district, policy, planner=planner, journal=journal, **ask)
    assert found.stopped == whole.stopped
    assert figures(found) == figures(whole)
    assert [one.name for one in found.tried] == [one.name for one in whole.tried]
    assert planner.n == whole_planner.n


def test_with_real_plans_too_the_answer_is_the_same(tmp_path):
    district, policy = closing_district("AB"), closing_policy(**RICH)
    with Crew() as crew:

        def planner(before, after, rules):
            return replan(before, after, rules, seed=1, max_rounds=1, crew=crew)

        present = make_plan(district, policy, seed=1, max_rounds=1, crew=crew)
        ask = {"start": present, "max_rounds": 1, "planner": planner}
        whole = consolidate(district, policy, **ask)
        journal = PlanJournal(tmp_path, district.roads)
        cut = consolidate(district, policy, progress=stop_after(1), journal=journal, **ask)
        assert cut.stopped == "interrupted"
        found = consolidate(district, policy, journal=journal, **ask)
    assert figures(found) == figures(whole)
    assert found.stopped == whole.stopped == "proven"


def test_a_half_written_plan_of_the_journal_is_made_again(county, tmp_path):
    district, _, present = county
    journal = PlanJournal(tmp_path, district.roads)
    journal.keep("one", present)
    assert journal.recall("one").district.roads is district.roads
    tables = tmp_path / "one" / "plan.gpkg"
    tables.write_bytes(tables.read_bytes()[:-100])
    assert journal.recall("one") is None
    assert journal.recall("two") is None


def test_a_plan_saved_without_roads_is_not_taken_for_a_whole_one(county, tmp_path):
    save_plan(county[2], tmp_path / "run", with_roads=False)
    with pytest.raises(InputError, match=r"roads\.npz"):
        load_plan(tmp_path / "run")


def ended_routes(crew, n_stops=(8, 9, 10)):
    problems = [made_school(n, n) for n in n_stops]
    return solve_many(problems, Search(60, 1, 1, crew=crew))


def test_searches_that_ended_are_not_searched_again(tmp_path):
    """The second crew's processes would all crash: none is asked."""
    path = tmp_path / "ledger"
    with Crew(ledger=Ledger(path)) as crew:
        first = ended_routes(crew)
    assert Ledger(path).n_done == 3
    crash = (sys.executable, "-c", "import os; os.abort()")
    with Crew(ledger=Ledger(path), command=crash) as crew:
        assert ended_routes(crew) == first


def test_other_questions_are_not_answered_from_the_ledger(tmp_path):
    path = tmp_path / "ledger"
    with Crew(ledger=Ledger(path)) as crew:
        ended_routes(crew, (8,))
        n_done = crew.ledger.n_done
        solve_many([made_school(8, 8)], Search(60, 2, 1, crew=crew))
        assert crew.ledger.n_done > n_done > 0
    other = replace(made_school(8, 8), yuan_per_km=(1, 1, 1))
    ask = Ask("routes", made_school(8, 8), 1, 1)
    assert question_key(ask) != question_key(replace(ask, problem=other))
    assert question_key(ask) == question_key(replace(ask, problem=made_school(8, 8)))


def test_an_unfinished_search_goes_on_from_its_best_under_a_clock_only():
    """With counted rounds it begins as it began, or the answer would be another one."""
    ledger = Ledger(Path(os.devnull))
    (best,) = ended_routes(None, (9,))
    timed, counted = (Ask("routes", made_school(9, 9), 1, rounds) for rounds in (None, 1))
    for ask in (timed, counted):
        ledger.note(question_key(ask), pack(best), is_done=False)
    asks, _, final = recall_answers(ledger, [timed, counted])
    assert final == {}
    assert [ask.start for ask in asks] == [best, None]


def test_a_line_that_was_cut_off_is_not_read_and_the_next_one_is(tmp_path):
    path = tmp_path / "ledger"
    Ledger(path).note("a", {"routes": [1]}, is_done=True)
    whole = path.read_bytes()
    for n in range(1, len(whole) - 1):
        path.write_bytes(whole + whole.replace(b'"a"', b'"b"')[:n])
        cut = Ledger(path)
        assert list(cut.known) == ["a"]
        cut.note("c", {}, is_done=True)
        assert list(Ledger(path).known) == ["a", "c"]


def begin(county, out, *more):
    """Start ``schoolbus plan`` and return it when its first search has ended."""
    code = "from routing.cli import main; main()"
    words = [sys.executable, "-c", code, "plan", county, "--out", out, "--quiet", "--json", *more]
    run = subprocess.Popen(
        list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        encoding="utf-8", env={**os.environ, "SCHOOLBUS_LANG": "en", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    ledger = out / FOLDER / "searches.jsonl"

    def ended():
        return ledger.read_bytes().count(b'"done":true') if ledger.is_file() else 0

    while run.poll() is None and not ended():
        time.sleep(0.05)
    return run


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_plan_that_was_killed_goes_on_and_is_the_plan_it_would_have_been(
    small_county, small_run, tmp_path
):
    run = begin(small_county, tmp_path / "out", "--rounds", 1)
    run.kill()
    run.communicate()
    assert run.returncode == -signal.SIGKILL
    assert [path.name for path in (tmp_path / "out").iterdir()] == [FOLDER]
    done = schoolbus(
        "plan", small_county, "--out", tmp_path / "out", "--rounds", 1, "--json", "--quiet"
    )
    assert "Going on from an interrupted run" in done.stderr
    assert done.returncode == small_run[1].returncode
    plan, whole = load_plan(tmp_path / "out"), load_plan(small_run[0])
    assert plan.rides.equals(whole.rides)
    assert plan.visits.equals(whole.visits)
    assert not (tmp_path / "out" / FOLDER).exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to catch")
def test_a_plan_that_is_told_to_end_writes_the_best_so_far_and_says_so(small_county, tmp_path):
    run = begin(small_county, tmp_path / "out", "--seconds", 600)
    run.send_signal(signal.SIGTERM)
    _, said = run.communicate()
    assert run.returncode == 130, said
    assert "Interrupted: the plan is the best found in" in said
    plan = load_plan(tmp_path / "out")
    assert check_plan(plan) == []
    assert (tmp_path / "out" / FOLDER).is_dir()
    told = schoolbus("check", tmp_path / "out", "--lang", "zh")
    assert "未正常结束" in told.stderr


def test_two_runs_do_not_write_to_one_folder_at_once(tmp_path):
    with going_on(tmp_path / "out", "a", "en"):
        second = going_on(tmp_path / "out", "a", "en")
        with pytest.raises(RoutingError, match="Another run") as caught:
            second.__enter__()
        assert "另一个任务" in caught.value.say("zh")
    assert not (tmp_path / "out").exists()


def test_what_was_kept_of_another_question_is_removed(tmp_path):
    def ask(asked, note):
        with going_on(tmp_path, asked, "en") as run:
            known = list(run.ledger.known)
            run.ledger.note(note, {}, is_done=True)
            run.halt.set()
        return known

    assert ask("a", "first") == []
    assert ask("a", "second") == ["first"]
    assert ask("b", "third") == []
    assert ask("a", "fourth") == []


def test_a_lock_ends_with_its_holder(tmp_path):
    with locked(tmp_path) as first, locked(tmp_path) as second:
        assert (first, second) == (True, False)
    with locked(tmp_path, shared=True) as one, locked(tmp_path, shared=True) as two:
        assert one
        assert two
    with locked(tmp_path) as again:
        assert again
