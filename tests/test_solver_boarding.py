"""Stops and routes chosen together, against everything tried, and where little is left to choose."""

import itertools
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.errors import SolverError
from routing.solver.boarding import BoardingProblem, BoardingRoute, confirm_boarding
from routing.solver.boarding.direct import drive_directly
from routing.solver.boarding.search import search_boarding
from routing.solver.effort import start_effort

LONG_S = 600
"""The clock is only a net in these tests (s)."""


def line_of_places(n_places=3, n_groups=3, **changes):
    """Place k stands k * 100 s from the school; group k, of 2, within reach of k and k + 1."""
    at = np.arange(n_places + 1)
    duration_s = np.abs(at[:, None] - at[None]) * 100
    pairs = [(g, p, 10 * (p - g)) for g in range(n_groups) for p in (g + 1, g + 2) if p <= n_places]
    group, place, walk_m = np.array(pairs, np.int64).reshape(-1, 3).T.copy()
    problem = BoardingProblem(
        duration_s=duration_s, cost=duration_s, n_students=np.full(n_groups, 2), group=group,
        place=place, walk_m=walk_m, fixed=(), forbidden=(), rule="nearest", may_split=True,
        stop_s=10, board_s=5, max_route_s=2_000, seats=(10,), fixed_cost=(1_000,),
        n_available=(None,), visit_cost=0, open_cost=np.zeros(n_places + 1, np.int64),
        walk_cost=0, direction="to_school",
    )  # fmt: skip
    return replace(problem, **changes)


def wild_problem(seed):
    """Any whole numbers, small enough to try everything: no triangle holds."""
    rng = np.random.default_rng(seed)
    n_places, n_groups = int(rng.integers(1, 5)), int(rng.integers(1, 5))
    shape = (n_places + 1, n_places + 1)
    pairs = [
        (g, p, int(rng.integers(1, 5)))
        for g in range(n_groups)
        for p in range(1, n_places + 1)
        if rng.random() < 0.7
    ]
    group, place, walk_m = np.array(pairs, np.int64).reshape(-1, 3).T.copy()
    roles = rng.permutation(np.arange(1, n_places + 1))
    n_types = int(rng.integers(1, 3))
    return BoardingProblem(
        duration_s=rng.integers(0, 300, shape), cost=rng.integers(0, 300, shape),
        n_students=rng.integers(1, 4, n_groups), group=group, place=place, walk_m=walk_m,
        fixed=tuple(roles[:1].tolist()) if rng.random() < 0.2 else (),
        forbidden=tuple(roles[1:2].tolist()) if rng.random() < 0.2 else (),
        rule=str(rng.choice(["nearest", "any"])), may_split=bool(rng.random() < 0.5),
        stop_s=int(rng.integers(0, 30)), board_s=int(rng.integers(0, 10)),
        max_route_s=int(rng.integers(300, 900)),
        seats=tuple(rng.integers(3, 8, n_types).tolist()),
        fixed_cost=tuple(rng.integers(0, 500, n_types).tolist()), n_available=(None,) * n_types,
        visit_cost=int(rng.integers(0, 20)), open_cost=rng.integers(0, 50, n_places + 1),
        walk_cost=int(rng.integers(0, 5)), direction=str(rng.choice(["to_school", "to_home", "round"])),
    )  # fmt: skip


def ways_to_walk(problem):
    """Yield every choice of a place for each group that the rule allows, with the places used."""
    n_places = len(problem.open_cost)
    reach = [{} for _ in problem.n_students]
    for g, p, m in zip(
        problem.group.tolist(), problem.place.tolist(), problem.walk_m.tolist(), strict=True
    ):
        if p not in problem.forbidden:
            reach[g][p] = m
    usable = [p for p in range(1, n_places) if p not in problem.forbidden]
    for n in range(1, len(usable) + 1):
        for used in itertools.combinations(usable, n):
            options = [{p: m for p, m in walks.items() if p in used} for walks in reach]
            if problem.rule == "nearest":
                options = [{p: m for p, m in o.items() if m == min(o.values())} for o in options]
            if not set(problem.fixed) <= set(used) or not all(options):
                continue
            for choice in itertools.product(*options):
                if set(choice) | set(problem.fixed) == set(used):
                    yield (
                        choice,
                        used,
                        sum(
                            int(s) * o[p]
                            for s, o, p in zip(problem.n_students, options, choice, strict=True)
                        ),
                    )


def cost_of_route(problem, order, boarding):
    """Return the cost of a route, None where it breaks a limit."""
    legs = [*([0] if problem.direction != "to_school" else []), *order]
    legs += [0] if problem.direction != "to_home" else []
    drive_s = sum(int(problem.duration_s[a, b]) for a, b in itertools.pairwise(legs))
    n = sum(boarding)
    if drive_s + len(order) * problem.stop_s + n * problem.board_s > problem.max_route_s:
        return None
    buses = [c for c, s in zip(problem.fixed_cost, problem.seats, strict=True) if s >= n]
    if not buses:
        return None
    drive = sum(int(problem.cost[a, b]) for a, b in itertools.pairwise(legs))
    return min(buses) + drive + len(order) * problem.visit_cost


def cheapest_routes(problem, waiting):
    """Return the least cost of routes for (place, students) that must all be visited, or None."""

    @cache
    def serve(left):
        if not left:
            return 0
        (first, n_first), best = left[0], None
        for n in range(len(left)):
            for others in itertools.combinations(left[1:], n):
                for parts in itertools.product(
                    *(amounts(m) for _, m in ((first, n_first), *others))
                ):
                    cost = cheapest_order([first, *(p for p, _ in others)], parts)
                    if cost is None:
                        continue
                    boarded = dict(zip([first, *(p for p, _ in others)], parts, strict=True))
                    rest = tuple(
                        (p, m - boarded.get(p, 0))
                        for p, m in left
                        if m > boarded.get(p, 0) or p not in boarded
                    )
                    more = serve(rest)
                    if more is not None and (best is None or cost + more < best):
                        best = cost + more
        return best

    def amounts(n):
        return range(1, n + 1) if problem.may_split and n else (n,)

    @cache
    def of_order(places, parts):
        costs = [cost_of_route(problem, order, parts) for order in itertools.permutations(places)]
        return min((c for c in costs if c is not None), default=None)

    def cheapest_order(places, parts):
        return of_order(tuple(places), tuple(parts))

    return serve(tuple(sorted(waiting.items())))


def best_boarding(problem):
    """Return the least cost of carrying everyone: every set of places, choice and route."""
    best = None
    for choice, used, walked_m in ways_to_walk(problem):
        waiting = dict.fromkeys(used, 0)
        for n, place in zip(problem.n_students.tolist(), choice, strict=True):
            waiting[place] += n
        routes = cheapest_routes(problem, waiting)
        if routes is not None:
            cost = routes + walked_m * problem.walk_cost
            cost += sum(int(problem.open_cost[place]) for place in used)
            best = cost if best is None else min(best, cost)
    return best


def search(problem, rounds=2, seed=1, **more):
    """Search by rounds, so that the clock decides nothing."""
    return search_boarding(problem, start_effort(LONG_S, seed, rounds), **more)


@pytest.mark.parametrize("seed", range(40))
def test_no_choice_of_places_and_routes_is_cheaper(seed):
    """Tiny problems of every kind: the cost is that of trying everything.

    Two searches are not complete and may cost more: where two places are as near to a
    group, and where any place may be chosen and its students divided.
    """
    problem = wild_problem(seed)
    best = best_boarding(problem)
    answer = search(problem)
    if best is None:
        assert answer.n_unserved > 0 or answer.missed
        return
    assert answer.n_unserved == 0
    assert answer.cost >= best
    parted = problem.rule == "any" and problem.may_split
    pairs = list(zip(problem.group.tolist(), problem.walk_m.tolist(), strict=True))
    tied = problem.rule == "nearest" and len(set(pairs)) < len(pairs)
    assert answer.cost == best or parted or tied


def test_one_stop_serves_two_groups_where_that_saves_a_visit():
    """Groups 0 and 1 share place 2, 200 s from the school: one route, one visit.

    Cost 1000 for the bus and 200 for driving; places 1 and 2 would cost the same drive
    (2 to 1 to the school), but nobody is nearest to a place that is not used.
    """
    problem = line_of_places(2, 2, visit_cost=1)
    answer = search(problem)
    assert [route.visits for route in answer.routes] == [((2, 4),)]
    assert answer.place_of_group.tolist() == [2, 2]
    assert answer.cost == 1_000 + 200 + 1


def test_walking_is_weighed_against_a_visit():
    """Alone at place 2, group 0 would walk 20 m: at 10 a metre, 2 students save 200 for a visit of 1.

    Both walk 10 m: 2 * 2 * 10 * 10 = 400; the bus 1000, driving 200, two visits.
    """
    answer = search(line_of_places(2, 2, visit_cost=1, walk_cost=10))
    assert [route.visits for route in answer.routes] == [((2, 2), (1, 2))]
    assert answer.place_of_group.tolist() == [1, 2]
    assert answer.cost == 1_000 + 200 + 2 + 400


def test_a_group_larger_than_every_bus_is_divided_among_buses():
    """11 students, 10 seats: 10 and 1, or any other two parts; two buses by seats."""
    for rule in ("nearest", "any"):
        problem = line_of_places(1, 1, n_students=np.array([11]), rule=rule)
        answer = search(problem)
        assert answer.n_unserved == 0
        assert sum(n for route in answer.routes for _, n in route.visits) == 11
        assert len(answer.routes) == answer.n_routes_bound == 2


def test_a_group_larger_than_every_bus_stays_where_it_may_not_be_divided():
    """One student more than all seats: nobody of the group is carried."""
    for rule in ("nearest", "any"):
        problem = line_of_places(1, 1, n_students=np.array([11]), rule=rule, may_split=False)
        answer = search(problem)
        assert (answer.routes, answer.n_unserved) == ((), 11)


def test_nobody_in_reach_of_a_place_is_unserved():
    """Two groups of 2, no pair: nothing is driven, and that is the best there is."""
    none = np.zeros(0, np.int64)
    answer = search(line_of_places(2, 2, group=none, place=none, walk_m=none))
    assert (answer.routes, answer.n_unserved, answer.cost) == ((), 4, 0)
    assert answer.place_of_group.tolist() == [-1, -1]


@pytest.mark.parametrize("rule", ["nearest", "any"])
def test_nothing_to_carry_drives_nothing(rule):
    """No group: no route, proven; with a fixed place, one empty visit."""
    nothing = line_of_places(2, 0, rule=rule)
    answer = search(nothing)
    assert (answer.routes, answer.cost, answer.proven) == ((), 0, True)
    fixed = search(replace(nothing, fixed=(2,)))
    assert [route.visits for route in fixed.routes] == [((2, 0),)]


def test_only_a_school_leaves_all_unserved():
    """One place, the school: 3 groups of 2 without a place."""
    answer = search(line_of_places(0, 3))
    assert (answer.routes, answer.n_unserved) == ((), 6)


@pytest.mark.parametrize("rule", ["nearest", "any"])
def test_all_at_one_place_fill_as_few_buses_as_seats_allow(rule):
    """Twelve groups of 2 at place 1, 10 seats: 3 buses; 100 s each."""
    n = 12
    problem = line_of_places(
        1, n, group=np.arange(n), place=np.ones(n, np.int64), walk_m=np.zeros(n, np.int64), rule=rule,
    )  # fmt: skip
    answer = search(problem)
    assert answer.n_unserved == 0
    assert (len(answer.routes), answer.cost) == (3, 3 * 1_100)


def test_forbidden_and_fixed_places_are_kept():
    """Group 0 may not use place 1, group 2 would not need place 3 but somebody must stop there."""
    for rule in ("nearest", "any"):
        answer = search(line_of_places(3, 3, rule=rule, forbidden=(1,), fixed=(3,)))
        visited = {place for route in answer.routes for place, _ in route.visits}
        assert 1 not in visited
        assert {2, 3} <= visited
        assert (answer.n_unserved, answer.missed) == (0, ())


def test_a_place_too_far_for_any_route_is_not_used():
    """Place 3 takes 300 s, 10 for the stop, 5 for one student: in 305 s nobody can board there.

    Group 2 reaches no other place; groups 0 and 1 take 200 + 10 + 4 * 5 s from place 2.
    """
    for rule in ("nearest", "any"):
        answer = search(line_of_places(3, 3, max_route_s=305, rule=rule))
        assert answer.place_of_group.tolist() == [2, 2, -1]
        assert answer.n_unserved == 2


def test_too_few_buses_leave_as_few_as_can_be():
    """Three groups of 4, one bus of 10 seats: two groups ride, or more where divided."""
    problem = line_of_places(3, 3, n_students=np.full(3, 4), n_available=(1,))
    assert search(problem).n_unserved == 2
    assert search(replace(problem, rule="any", may_split=False)).n_unserved == 4


def made_school(seed=3, n_places=25, n_groups=40, **changes):
    """Places and homes in a square of 6 km, walks to 1.5 km."""
    rng = np.random.default_rng(seed)
    at = np.vstack([[3_000.0, 3_000.0], rng.uniform(0, 6_000, (n_places, 2))])
    homes = rng.uniform(0, 6_000, (n_groups, 2))
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    walk = np.hypot(*(homes[:, None] - at[None]).transpose(2, 0, 1))
    near = (walk <= 1_500) & (np.arange(n_places + 1) > 0)
    group, place = np.nonzero(near)
    duration_s = np.ceil(apart / 8).astype(np.int64)
    problem = line_of_places(1, 1)
    return replace(
        problem, duration_s=duration_s, cost=duration_s, n_students=rng.integers(1, 5, n_groups),
        group=group, place=place, walk_m=walk[group, place].astype(np.int64), seats=(30, 19),
        fixed_cost=(900, 700), n_available=(None, None), open_cost=np.zeros(n_places + 1, np.int64),
        **changes,
    )  # fmt: skip


@pytest.mark.parametrize("rule", ["nearest", "any"])
def test_the_same_seed_and_rounds_give_the_same_answer(rule):
    """Rounds, not the clock, decide; another seed may differ but is confirmed as well."""
    problem = made_school(rule=rule)
    first, again = search(problem, seed=4), search(problem, seed=4)
    assert first.routes == again.routes
    assert first.place_of_group.tolist() == again.place_of_group.tolist()


@pytest.mark.parametrize("rule", ["nearest", "any"])
def test_better_answers_are_told_and_a_start_is_never_lost(rule):
    """Reports are whole answers, each better than the one before; the last is the answer."""
    problem = made_school(rule=rule, may_split=False)
    told = []
    answer = search(problem, report=told.append)
    ranks = [(a.n_unserved, a.cost) for a in told]
    assert ranks == sorted(ranks, reverse=True)
    assert told[-1].cost == answer.cost
    again = search(problem, rounds=1, seed=9, start=answer)
    assert again.cost <= answer.cost


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_whatever_the_numbers_the_answer_is_confirmed(seed):
    """The search confirms its own answer and never leaves out whom it could carry alone."""
    problem = wild_problem(seed)
    if seed % 3 == 0:
        problem = replace(
            problem, n_available=tuple(seed % 2 + k for k in range(len(problem.seats)))
        )
    answer = search(problem, rounds=1)
    assert confirm_boarding(problem, answer) is answer


def broken(answer):
    """Yield answers each with one thing wrong."""
    first, *others = answer.routes
    (place, n), *visits = first.visits
    yield replace(answer, cost=answer.cost + 1)
    yield replace(answer, n_unserved=1)
    yield replace(answer, routes=answer.routes[1:])
    yield replace(answer, place_of_group=answer.place_of_group[1:])
    yield replace(answer, place_of_group=np.full_like(answer.place_of_group, -1))
    yield replace(answer, n_routes_bound=len(answer.routes) + 1)
    for changed in (
        BoardingRoute(((place, n + 1), *visits), first.bus_type),
        BoardingRoute(((place, n), (place, 1), *visits), first.bus_type),
        BoardingRoute(((99, n), *visits), first.bus_type),
        BoardingRoute(first.visits, 7),
        BoardingRoute((), first.bus_type),
    ):
        yield replace(answer, routes=(changed, *others))


def test_every_planted_fault_is_found():
    """Costs, loads, places and types: one wrong thing each, and each is refused."""
    problem = made_school(may_split=False)
    answer = search(problem, rounds=1)
    for wrong in broken(answer):
        with pytest.raises(SolverError):
            confirm_boarding(problem, wrong)
    for rules in (
        replace(problem, max_route_s=1), replace(problem, seats=(1, 1)),
        replace(problem, n_available=(0, 0)), replace(problem, forbidden=(answer.routes[0].visits[0][0],)),
        replace(problem, cost=problem.cost + 1), replace(problem, walk_m=problem.walk_m[::-1].copy()),
    ):  # fmt: skip
        with pytest.raises(SolverError):
            confirm_boarding(rules, answer)


def test_what_cannot_be_asked_is_refused():
    """Shapes that do not fit, negative numbers, unknown places, pairs given twice."""
    good = line_of_places(2, 2)
    for wrong in (
        {"rule": "far"}, {"direction": "up"}, {"seats": (1, 2)}, {"stop_s": -1}, {"fixed": (9,)},
        {"fixed": (1,), "forbidden": (1,)}, {"n_students": np.array([0, 1])},
        {"duration_s": good.duration_s[:2]}, {"place": np.zeros_like(good.place)},
        {"place": np.ones_like(good.place)},
    ):  # fmt: skip
        with pytest.raises(ValueError, match="boarding problem"):
            replace(good, **wrong)


def test_the_simplest_answer_drives_to_each_place_and_is_never_made_worse():
    """Places 1 and 3 of three: groups 0 at 1, 1 at 2 or 3, 2 at 3; buses of 10, 100 s a step."""
    problem = line_of_places(3, 3)
    start = drive_directly(problem, np.array([1, 3]))
    assert start.place_of_group.tolist() == [1, 3, 3]
    assert start.cost == 1_000 + 100 + 1_000 + 300
    assert confirm_boarding(problem, start) is start
    assert search(problem, rounds=1, start=start).cost <= start.cost
    assert drive_directly(problem, np.array([1])) is None


@given(st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_whatever_the_numbers_the_simplest_answer_is_confirmed(seed):
    """To the school, types without limit, nothing fixed: all places used, or no answer."""
    problem = replace(
        wild_problem(seed), fixed=(), forbidden=(), direction="to_school", rule="nearest"
    )
    start = drive_directly(problem, np.arange(1, len(problem.open_cost)))
    if start is not None:
        assert confirm_boarding(problem, start) is start
