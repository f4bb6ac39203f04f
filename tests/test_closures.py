"""Closures: CP-SAT against every possibility on small made counties, and its own judge."""

import itertools
import random
from dataclasses import replace

import pytest

from routing.errors import SolverError
from routing.solver import ClosureAsk, ClosureProblem, solve_closures
from routing.solver.closures import confirm_closures, needed, weigh_closures
from routing.solver.closures_problem import Floor, Limit, Need, Option, Worth


def made_county(seed, n_schools=5, n_candidates=3):
    """Candidates 0, 1, ...; one or two groups each; a cap, a floor and a need for buses."""
    rng = random.Random(seed)
    candidates = tuple(range(n_candidates))
    group_school = tuple(s for s in candidates for _ in range(rng.randint(1, 2)))
    group_n = tuple(rng.randint(1, 3) for _ in group_school)
    options = tuple(
        Option(g, school, rng.randint(0, 30), rng.randint(0, 9))
        for g, home in enumerate(group_school)
        for school in sorted(rng.sample([s for s in range(n_schools) if s != home], 2))
    )
    last = tuple(o for o, option in enumerate(options) if option.school == n_schools - 1)
    return ClosureProblem(
        n_schools, candidates, group_school, group_n,
        tuple(rng.randint(0, 9) for _ in group_school), tuple(rng.randint(0, 5) for _ in group_school),
        options, tuple(-rng.randint(0, 60) for _ in candidates), 100, 50,
        limits=(Limit(last, (1,) * len(last), rng.randint(0, 4)),),
        floors=(Floor(n_schools - 2, 1, 5, 7), Floor(0, 0, 4, 3)),
        needs=(Need((4, 9), 3, tuple(rng.randint(0, 2) for _ in group_school),
                    tuple(rng.randint(0, 4) for _ in options)),),
        bus_yuan=(11, 20), bus_most=(None, 2), keep=((0, 1),) if rng.random() < 0.5 else (),
        close_time_s=tuple(rng.randint(-5, 9) for _ in candidates),
    )  # fmt: skip


def spreads(problem, closed):
    """Every way to spread the pupils of the closed schools over open ones."""
    ways = []
    for g, school in enumerate(problem.group_school):
        own = [o for o, option in enumerate(problem.options) if option.group == g]
        n = problem.group_n[g] if school in closed else 0
        ways.append([
            dict(zip(own, counts, strict=True))
            for counts in itertools.product(range(n + 1), repeat=len(own))
            if sum(counts) == n
        ])  # fmt: skip
    for parts in itertools.product(*ways):
        moved = [0] * len(problem.options)
        for part in parts:
            for o, n in part.items():
                moved[o] = n
        if any(n and problem.options[o].school in closed for o, n in enumerate(moved)):
            continue
        if all(
            sum(use * moved[o] for o, use in zip(cap.options, cap.uses, strict=True)) <= cap.most
            for cap in problem.limits
        ):
            yield tuple(moved)


def fleets(problem, closed, moved):
    """Every small fleet that holds what is needed."""
    want = needed(problem, problem.needs[0], closed, moved)
    for buses in itertools.product(range(16), range(3)):
        if sum(n * each for n, each in zip(buses, problem.needs[0].per_bus, strict=True)) >= want:
            yield buses


def every_worth(problem):
    """What every set of closed schools can cost, in every way."""
    for n in range(len(problem.candidates) + 1):
        for names in itertools.combinations(problem.candidates, n):
            closed = frozenset(names)
            if any(set(kept) <= closed for kept in problem.keep):
                continue
            for moved in spreads(problem, closed):
                for buses in fleets(problem, closed, moved):
                    yield closed, weigh_closures(problem, closed, moved, buses)


def value(weights, worth):
    return sum(w * figure for w, figure in zip(weights, worth, strict=True))


@pytest.mark.parametrize("seed", range(8))
def test_the_best_choice_is_that_of_trying_all(seed):
    problem = made_county(seed)
    tried = list(every_worth(problem))
    for weights in ((1, 0, 0), (1, 3, 0), (0, 1, 0), (2, 1, 9)):
        for n_closed in (None, (1, 1), (2, 3)):
            low, high = n_closed or (0, 9)
            wanted = [value(weights, w) for closed, w in tried if low <= len(closed) <= high]
            found = solve_closures(problem, ClosureAsk(weights, n_closed))
            if not wanted:
                assert found.status == "none"
            else:
                assert (found.status, found.value, found.bound) == (
                    "best",
                    min(wanted),
                    min(wanted),
                )


@pytest.mark.parametrize("seed", range(6))
def test_limits_on_time_and_sets_seen_are_kept(seed):
    problem = made_county(seed)
    tried = list(every_worth(problem))
    most_s = sorted(worth.time_s for _, worth in tried)[len(tried) // 3]
    seen = (frozenset(), frozenset({2}))
    wanted = [w.yuan for closed, w in tried if w.time_s <= most_s and closed not in seen]
    found = solve_closures(problem, ClosureAsk(most=(None, most_s, None), seen=seen))
    assert found.status == ("best" if wanted else "none")
    assert found.value == min(wanted, default=0)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_not_beaten_is_found_until_nothing_is_left(seed):
    """Known worths are added one by one: in the end no set beats them all, as trying says."""
    problem = made_county(seed)
    tried = [worth for _, worth in every_worth(problem)]
    beaten = []
    for _ in range(200):
        found = solve_closures(problem, ClosureAsk((1, 1, 1), beaten=tuple(beaten)))
        if found.status == "none":
            break
        beaten.append(found.worth)
    assert found.status == "none"
    assert beaten
    for worth in tried:
        assert any(all(k <= w for k, w in zip(known, worth, strict=True)) for known in beaten)
    assert set(beaten) <= set(tried)


def test_without_weights_any_set_that_is_left_is_an_answer():
    problem = made_county(1)
    seen = []
    while True:
        found = solve_closures(problem, ClosureAsk((0, 0, 0), seen=tuple(seen)))
        if found.status == "none":
            break
        seen.append(frozenset(found.closed))
    assert set(seen) == {closed for closed, _ in every_worth(problem)}
    assert len(seen) == len(set(seen))


def test_one_set_can_be_asked_about():
    problem = made_county(3)
    wanted = [w.yuan for closed, w in every_worth(problem) if closed == {1}]
    found = solve_closures(problem, ClosureAsk(only=frozenset({1})))
    assert found.closed == (1,)
    assert found.value == min(wanted)


def test_a_school_that_nobody_can_take_over_stays_open():
    """One group without an option: closing its school has no answer."""
    problem = ClosureProblem(2, (0,), (0,), (5,), (1,), (1,), (), (-100,))
    assert solve_closures(problem, ClosureAsk()).closed == ()
    assert solve_closures(problem, ClosureAsk(n_closed=(1, 1))).status == "none"


def test_the_cost_by_hand():
    """Closing 0 saves 100 and moves 5 pupils for 10 yuan and 60 s each; buses: 5 x 2 = 10 -> 2 of 8.

    Fixed 1000 - 100 + 5 x 10 + 2 x 30 = 1010; the school of 2 + 5 lacks 3 of 10: 3 x 4 = 12.
    Open: 1000 + 5 x 1 + 1 bus 30 (5 x 1 = 5) + 8 x 4 = 32 -> 1067.
    """
    problem = ClosureProblem(
        2, (0,), (0,), (5,), (1,), (20,), (Option(0, 1, 10, 60),), (-100,), 1_000, 0,
        floors=(Floor(1, 2, 10, 4),), needs=(Need((8,), 0, (1,), (2,)),), bus_yuan=(30,), bus_most=(None,),
    )  # fmt: skip
    found = solve_closures(problem, ClosureAsk())
    assert found.worth == Worth(1_022, 300, 5)
    stay = solve_closures(problem, ClosureAsk(only=frozenset()))
    assert stay.worth == Worth(1_067, 100, 0)


def test_a_false_answer_is_refused():
    problem, ask = made_county(2), ClosureAsk()
    found = solve_closures(problem, ask)
    with pytest.raises(SolverError, match="worth"):
        confirm_closures(problem, ask, replace(found, value=found.value - 1))
    with pytest.raises(SolverError, match="needs"):
        confirm_closures(problem, ask, replace(found, buses=(0, 0)))
    with pytest.raises(SolverError, match="set"):
        confirm_closures(problem, replace(ask, seen=(frozenset(found.closed),)), found)
