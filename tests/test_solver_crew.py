"""A search that crashes, hangs or is killed harms nobody else, and leaves no orphan."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from made_problems import made_school, made_trips

from routing.solver import (
    ChainProblem,
    RouteSolution,
    confirm_chains,
    confirm_routes,
    solve_chains,
    solve_many,
    solve_routes,
)
from routing.solver.crew import Ask, Crew, Search, ask_all
from routing.solver.spawn import Child, ChildDiedError
from routing.solver.wire import pack, unpack

ROOT = Path(__file__).parents[1]
linux_only = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")


def child_that(act):
    """The command of a child that does something for schools of 9 stops, and for trips."""
    body = (
        "import os, time\n"
        "from routing.solver.child import main\n"
        "def act(question):\n"
        "    values = question['problem'].get('load', {'values': []})['values']\n"
        "    if len(values) in (0, 10):\n"
        f"        {act}\n"
        "main(before=act)\n"
    )
    return (sys.executable, "-P", "-c", body)


def question(n_stops, seconds):
    return {
        "kind": "routes", "problem": pack(made_school(n_stops, 1)), "start": None,
        "seed": 1, "max_rounds": None, "seconds": seconds,
    }  # fmt: skip


@pytest.mark.parametrize("act", ["os.abort()", "os._exit(0)", "os.write(1, b'x')\n        1 / 0"])
def test_a_crash_costs_one_school_its_search_and_no_other(act, caplog):
    """The one gets a simple answer, with a warning; the others their own."""
    problems = [made_school(n, n) for n in (8, 9, 10, 9)]
    solutions = solve_many(problems, Search(60, 1, 1, command=child_that(act)))
    for problem, solution in zip(problems, solutions, strict=True):
        confirm_routes(problem, solution)
    assert [solution.proven for solution in solutions] == [True, False, True, False]
    assert "9 stops got a simple answer only" in caplog.text


def test_too_much_memory_costs_one_school_its_search(caplog):
    problems = [made_school(9, 1), made_school(8, 1)]
    hungry = child_that("bytearray(2**40)")
    solutions = solve_many(problems, Search(60, 1, 1, command=hungry))
    assert [solution.proven for solution in solutions] == [False, True]
    assert "a search died" in caplog.text


def test_a_chaining_that_crashes_gets_a_simple_answer():
    problem = made_trips(12, 1)
    solution = solve_chains(problem, seconds=2, seed=1, command=child_that("os.abort()"))
    assert confirm_chains(problem, solution).chains


def test_a_hung_child_is_killed_and_a_fresh_one_answers():
    with Child(child_that("time.sleep(1_000)")) as child:
        with pytest.raises(ChildDiedError):
            child.ask(question(9, 1), hard_s=1.0)
        assert "solution" in child.ask(question(8, 1), hard_s=60.0)


def test_a_child_killed_from_outside_is_replaced():
    with Child(child_that("time.sleep(1_000)")) as child:
        timer = threading.Timer(1.0, lambda: child.process and child.process.kill())
        timer.start()
        with pytest.raises(ChildDiedError):
            child.ask(question(9, 1), hard_s=60.0)
        assert "solution" in child.ask(question(8, 1), hard_s=60.0)


def test_a_command_that_does_not_start_gives_simple_answers():
    (solution,) = solve_many([made_school(9, 1)], Search(1, 1, command=("/no/such/thing",)))
    assert len(solution.routes) > 0


def test_problems_travel_unchanged():
    problem = made_trips(4, 1, n_available=(None, 2, 0))
    copy = unpack(ChainProblem, pack(problem))
    assert copy.n_available == problem.n_available
    assert (copy.between_m == problem.between_m).all()
    assert copy.linked.dtype == problem.linked.dtype


def test_answers_travel_unchanged():
    solution = solve_routes(made_school(9, 1), seconds=1, seed=1, max_rounds=1)
    assert unpack(RouteSolution, pack(solution)) == solution


def test_better_answers_arrive_while_the_search_goes_on():
    """Each is confirmed, none costs more than the one before, the last is the answer."""
    heard = []
    problem = made_school(40, 1)
    solution = solve_routes(problem, seconds=4, seed=1, better=heard.append)
    assert heard
    costs = [one.cost_yuan for one in heard]
    assert costs == sorted(costs, reverse=True)
    assert heard[-1].cost_yuan == solution.cost_yuan


def test_a_search_goes_on_from_the_answer_given():
    """With no time to search the start itself comes back."""
    problem = made_school(40, 1)
    good = solve_routes(problem, seconds=3, seed=1)
    again = solve_routes(problem, seconds=0.1, seed=2, start=good)
    assert again.cost_yuan <= good.cost_yuan


SAYS_THEN = """
import json, os, sys, time
sys.stdin.readline()
print(json.dumps({{"solution": None}}), flush=True)
question = json.loads(sys.stdin.readline())
sys.stdout.write(json.dumps({{"better": {better!r}}}) + "\\n")
sys.stdout.flush()
{then}
"""


@pytest.mark.parametrize("then", ["os._exit(1)", "time.sleep(1_000)"])
def test_a_search_that_dies_leaves_its_best_answer(then, caplog):
    """It crashes, or hangs until its time is over; what it had said counts."""
    problem = made_school(9, 1)
    good = solve_routes(problem, seconds=1, seed=1, max_rounds=1)
    script = SAYS_THEN.format(better=pack(good), then=then)
    command = (sys.executable, "-c", f"null = None; true = True; false = False; exec({script!r})")
    search = Search(seconds=1.0, seed=1, command=command)
    (solution,) = solve_many([problem], search)
    assert solution.cost_yuan == good.cost_yuan
    assert "simple answer" not in caplog.text


def test_where_the_halt_is_set_nothing_is_searched():
    halt = threading.Event()
    halt.set()
    problems = [made_school(n, n) for n in (8, 30)]
    for problem, solution in zip(
        problems, solve_many(problems, Search(60.0, 1, halt=halt)), strict=True
    ):
        confirm_routes(problem, solution)


def test_an_interruption_that_nobody_asked_to_keep_goes_on():
    """Without a halt the crew does not swallow it."""

    def interrupt(*_):
        raise KeyboardInterrupt

    ask = Ask("routes", made_school(30, 1), 1, None)
    with Crew(1) as crew, pytest.raises(KeyboardInterrupt):
        ask_all(crew, [ask], 3.0, better=interrupt)


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from made_problems import made_school
from routing.solver import Search, solve_many
solve_many([made_school(60, k) for k in (1, 2)], Search({seconds}, 1))
print("done")
"""


def script(seconds):
    return SCRIPT.format(tests=str(ROOT / "tests"), seconds=seconds)


def test_a_script_from_standard_input_needs_no_main_guard():
    run = subprocess.run(
        [sys.executable, "-"],
        input=script(1),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert run.stdout == "done\n", run.stderr


def children_of(pid):
    """The children a process has now."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition):
    """Wait until something holds, for a minute at most; return whether it does."""
    ends_s = time.monotonic() + 60
    while time.monotonic() < ends_s and not condition():
        time.sleep(0.1)
    return condition()


@linux_only
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_child_outlives_its_parent(how):
    """Interrupted from the keyboard it goes on with its best answers; or it is killed."""
    parent = subprocess.Popen(
        [sys.executable, "-c", script(100)],
        cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert wait_for(lambda: len(children_of(parent.pid)) == 2)
        children = children_of(parent.pid)
        time.sleep(1.0)
        os.kill(parent.pid, how)
        said, _ = parent.communicate(timeout=300)
        assert (parent.returncode, said) == ((0, "done\n") if how == signal.SIGINT else (-9, ""))
        assert wait_for(lambda: not any(is_alive(child) for child in children))
    finally:
        parent.kill()
        parent.wait()
