"""Problems of many schools and one fleet that are made, and answers found by trying everything."""

import itertools
from functools import cache

import numpy as np

from routing.solver.blocks.problem import BlockProblem


def made_blocks(n_stands, seed, *, mixed=True, n_schools=3, seats=(20,), n_available=None):
    """A county of 10 km, straight drives of 10 m a second, bells within two hours."""
    rng = np.random.default_rng(seed)
    n_places = n_stands + n_schools
    at_m = rng.uniform(0, 10_000, (n_places, 2))
    distance_m = np.ceil(np.hypot(*(at_m[:, None] - at_m[None]).transpose(2, 0, 1)))
    distance_m = distance_m.astype(np.int64)
    n_types = len(seats)
    load = rng.integers(1, 12, n_stands)
    early = 30_000 + 300 * rng.integers(0, 24, n_schools)
    return BlockProblem(
        -(-distance_m // 10), distance_m, np.ones((n_places, n_places), dtype=bool),
        np.arange(n_stands), rng.integers(0, n_schools, n_stands), load,
        np.zeros(n_stands, np.int64), 20 + 3 * load, np.full(n_stands, 2_000),
        np.arange(n_stands, n_places), early, early + 60 * rng.integers(0, 20, n_schools),
        np.full(n_schools, 30), np.full(n_schools, 2),
        np.eye(n_schools, dtype=bool) | mixed, np.ones((n_stands, n_types), dtype=bool),
        seats, (1,) * n_types, tuple(100_000 + 10_000 * k for k in range(n_types)),
        (1_000,) * n_types, n_available or (None,) * n_types,
    )  # fmt: skip


def wild_blocks(seed, n_stands=None, *, tidy=False):
    """Any whole numbers: places shared, ways missing, buses that run out, wheelchairs.

    With ``tidy`` no drive is quicker or shorter by a detour, so that taking a stand out
    never makes a block late, and every cost is a whole yuan.
    """
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 7)) if n_stands is None else n_stands
    n_schools, n_types = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    p = int(rng.integers(1, 8))
    duration_s = rng.integers(0, 900, (p, p))
    np.fill_diagonal(duration_s, 0)
    distance_m = duration_s * 10 + rng.integers(0, 2, (p, p)) * (duration_s > 0)
    linked = (rng.random((p, p)) < 0.9) | np.eye(p, dtype=bool)
    if tidy:
        linked |= True
        for via in range(p):
            duration_s = np.minimum(duration_s, duration_s[:, via, None] + duration_s[None, via])
        distance_m = duration_s * 10
    shares = rng.random((n_schools, n_schools)) < rng.choice([0.0, 0.5, 1.0])
    shares = shares | shares.T | np.eye(n_schools, dtype=bool)
    early = rng.integers(0, 4_000, n_schools) - 1_000
    seats = tuple(rng.integers(1, 30, n_types).tolist())
    load = rng.integers(0, 15, n)
    n_chairs = np.where(load == 0, 1, rng.random(n) < 0.2).astype(np.int64)
    return BlockProblem(
        duration_s, distance_m, linked, rng.integers(0, p, n), rng.integers(0, n_schools, n),
        load, n_chairs, rng.integers(0, 200, n), rng.integers(300, 2_500, n),
        rng.integers(0, p, n_schools), early, early + rng.integers(-50, 1_500, n_schools),
        rng.integers(0, 100, n_schools), rng.integers(0, 5, n_schools), shares,
        rng.random((n, n_types)) < 0.9, seats, tuple(rng.integers(0, 3, n_types).tolist()),
        tuple(rng.integers(0, 30_000, n_types).tolist()),
        tuple((rng.integers(0, 30, n_types) * 100).tolist()),
        tuple(None if rng.random() < 0.5 else int(rng.integers(0, 3)) for _ in seats),
    )  # fmt: skip


def alone(problem, stand):
    """Return whether some bus can bring a stand with no other."""
    school = int(problem.school[stand])
    here, there = int(problem.place[stand]), int(problem.school_place[school])
    ride_s = int(problem.dwell_s[stand] + problem.duration_s[here, there])
    return bool(
        problem.linked[here, there]
        and ride_s <= problem.max_ride_s[stand]
        and problem.earliest_s[school] <= problem.latest_s[school]
        and any(may_carry(problem, (stand,), k) for k in range(len(problem.seats)))
    )


def may_carry(problem, stands, bus_type):
    """Return whether a type may carry some stands, all of them aboard at once."""
    return bool(
        all(problem.fits[one, bus_type] for one in stands)
        and sum(problem.load[one] for one in stands) <= problem.seats[bus_type]
        and sum(problem.n_chairs[one] for one in stands) <= problem.chair_places[bus_type]
        and problem.n_available[bus_type] != 0
    )


def orders(problem, stands):
    """Yield every order of calls that serves the stands, with who is aboard on each leg."""

    def grow(calls, waiting, aboard):
        if not waiting and not aboard:
            yield calls
        for one in sorted(waiting):
            yield from grow((*calls, one), waiting - {one}, aboard | {one})
        for school in sorted({int(problem.school[one]) for one in aboard}):
            kept = frozenset(one for one in aboard if problem.school[one] != school)
            yield from grow((*calls, -1 - school), waiting, kept)

    yield from grow((), frozenset(stands), frozenset())


def length_if_in_time(problem, calls):
    """Return the metres of a block, None when late; longest paths in a graph of moments.

    Node 0 is midnight, node k + 1 call k; every rule is "not before": Bellman and Ford.
    """
    place = [int(problem.place[c] if c >= 0 else problem.school_place[-1 - c]) for c in calls]
    off, dwell_s, edges, metres = {}, [], [], 0
    for k, call in enumerate(calls):
        if call >= 0:
            dwell_s.append(int(problem.dwell_s[call]))
            continue
        school, mine = -1 - call, []
        for q in range(k):
            if calls[q] >= 0 and q not in off and problem.school[calls[q]] == school:
                off[q] = k
                mine.append(calls[q])
                edges.append((k + 1, q + 1, -int(problem.max_ride_s[calls[q]])))
        n_off = sum(int(problem.load[one] + problem.n_chairs[one]) for one in mine)
        dwell_s.append(int(problem.unload_s[school] + n_off * problem.unload_each_s[school]))
        edges.append((0, k + 1, int(problem.earliest_s[school])))
        edges.append((k + 1, 0, -int(problem.latest_s[school])))
    for k in range(len(calls) - 1):
        if not problem.linked[place[k], place[k + 1]]:
            return None
        metres += int(problem.distance_m[place[k], place[k + 1]])
        drive_s = int(problem.duration_s[place[k], place[k + 1]])
        edges.append((k + 1, k + 2, dwell_s[k] + drive_s))
    at_s = dict.fromkeys(range(len(calls) + 1), 0)
    for _ in range(len(at_s) + 1):
        late = [(a, b, s) for a, b, s in edges if at_s[a] + s > at_s[b]]
        if not late:
            return metres
        for a, b, s in late:
            at_s[b] = max(at_s[b], at_s[a] + s)
    return None


def aboard_sets(problem, calls):
    """Return who is aboard after each stand."""
    aboard, sets = set(), []
    for call in calls:
        if call >= 0:
            aboard.add(call)
            sets.append(frozenset(aboard))
        else:
            aboard = {one for one in aboard if problem.school[one] != -1 - call}
    return sets


def prices(problem, stands):
    """Return for each type the lowest price of one block for the stands, if it can."""
    best = {}
    for calls in orders(problem, stands):
        sets = aboard_sets(problem, calls)
        kinds = [
            k for k in range(len(problem.seats)) if all(may_carry(problem, s, k) for s in sets)
        ]
        schools = [{int(problem.school[one]) for one in s} for s in sets]
        together = all(problem.shares[a, b] for s in schools for a in s for b in s)
        metres = length_if_in_time(problem, calls) if kinds and together else None
        for k in kinds if metres is not None else ():
            yuan = problem.fixed_yuan[k] + -(-metres * problem.yuan_per_km[k] // 1000)
            best[k] = min(yuan, best.get(k, yuan))
    return best


def best_blocks(problem):
    """Return (students unserved, yuan, fewest blocks) of the best answers there are.

    The first two belong to the cheapest; the blocks are the fewest that serve as many.
    """
    able = [one for one in range(len(problem.place)) if alone(problem, one)]
    weight = {one: int(problem.load[one] + problem.n_chairs[one]) for one in able}
    price = {
        subset: prices(problem, subset)
        for n in range(1, len(able) + 1)
        for subset in map(frozenset, itertools.combinations(able, n))
    }
    everyone = frozenset(able)

    @cache
    def best(waiting, left, count):
        if not waiting:
            return (0, 0)
        one = min(waiting)
        lost, cost = best(waiting - {one}, left, count)
        found = (lost + weight[one], cost)
        others = sorted(waiting - {one})
        for n in range(len(others) + 1):
            for mates in itertools.combinations(others, n):
                block = frozenset({one, *mates})
                for k, yuan in price[block].items():
                    if left[k] != 0:
                        fewer = tuple(v - (q == k) for q, v in enumerate(left))
                        lost, cost = best(waiting - block, fewer, count)
                        found = min(found, (lost, cost + (1 if count else yuan)))
        return found

    left = tuple(-1 if n is None else n for n in problem.n_available)
    lost, yuan = best(everyone, left, False)
    unable = int((problem.load + problem.n_chairs).sum()) - sum(weight.values())
    return lost + unable, yuan, best(everyone, left, True)[1]
