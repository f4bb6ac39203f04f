"""Problems that are made, and answers found by trying everything, for tests of the solver."""

import itertools

import numpy as np

from routing.solver import ChainProblem, CoverProblem, RouteProblem


def made_school(n_stops, seed, *, to_school=True, seats=(19, 36, 56), n_available=None):
    """Villages around a school in a county of 30 km; roads 1.3 times the crow's way."""
    rng = np.random.default_rng(seed)
    villages = rng.uniform(-15_000, 15_000, (max(1, n_stops // 4), 2))
    homes = villages[rng.integers(0, len(villages), n_stops)] + rng.normal(0, 800, (n_stops, 2))
    places = np.vstack([[0.0, 0.0], homes])
    crow_m = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    distance_m = np.ceil(crow_m * rng.uniform(1.2, 1.4, crow_m.shape)).astype(np.int64)
    np.fill_diagonal(distance_m, 0)
    duration_s = distance_m // 10
    load = np.concatenate([[0], rng.integers(1, 13, n_stops)]).astype(np.int64)
    dwell_s = 20 + 4 * load
    direct_s = np.maximum(duration_s[:, 0], duration_s[0]) + dwell_s
    limit_s = np.maximum(rng.choice([2_400, 2_700], n_stops + 1), direct_s)
    return RouteProblem(
        duration_s, distance_m, load, dwell_s, limit_s, seats,
        (140_000, 180_000, 230_000)[: len(seats)], (500, 600, 700)[: len(seats)],
        n_available or (None,) * len(seats), to_school,
    )  # fmt: skip


def wild_school(seed, n_stops=None):
    """Any whole numbers: no triangle holds, types of no sense, buses that may run out."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 6)) if n_stops is None else n_stops
    duration_s, distance_m = rng.integers(0, 900, (2, n + 1, n + 1))
    np.fill_diagonal(duration_s, 0)
    np.fill_diagonal(distance_m, 0)
    n_types = int(rng.integers(1, 4))
    seats = tuple(rng.integers(5, 30, n_types).tolist())
    load = np.concatenate([[0], rng.integers(1, max(seats) + 1, n)])
    n_available = tuple(None if rng.random() < 0.5 else int(rng.integers(0, 3)) for _ in seats)
    return RouteProblem(
        duration_s, distance_m * 10, load, rng.integers(0, 200, n + 1),
        rng.integers(700, 2_000, n + 1), seats,
        tuple(rng.integers(0, 30_000, n_types).tolist()),
        tuple(rng.integers(0, 3_000, n_types).tolist()), n_available, bool(rng.integers(2)),
    )  # fmt: skip


def follow(problem, order):
    """Return whether all rides keep their limits, and the metres, of one route driven."""
    driven = (*order, 0) if problem.to_school else (0, *order)
    clock_s, at_s, metres = 0, {driven[0]: 0}, 0
    for a, b in itertools.pairwise(driven):
        clock_s += int(problem.duration_s[a, b]) + (int(problem.dwell_s[a]) if a else 0)
        at_s[b] = clock_s
        metres += int(problem.distance_m[a, b])
    rides_s = {stop: abs(at_s[0] - at_s[stop]) for stop in order}
    return all(rides_s[stop] <= problem.max_ride_s[stop] for stop in order), metres


def best_routes(problem):
    """Return (students unserved, yuan) of the best answer: every partition, order and type."""
    stops = [s for s in range(1, len(problem.load)) if follow(problem, (s,))[0]]
    options = {}
    for n in range(1, len(stops) + 1):
        for order in itertools.permutations(stops, n):
            keeps, metres = follow(problem, order)
            load = sum(int(problem.load[s]) for s in order)
            for k, seats in enumerate(problem.seats):
                if keeps and load <= seats:
                    yuan = problem.fixed_yuan[k] + -(-metres * problem.yuan_per_km[k] // 1000)
                    key = (frozenset(order), k)
                    options[key] = min(yuan, options.get(key, yuan))
    weights = {s: int(problem.load[s]) for s in stops}
    lost = int(problem.load.sum()) - sum(weights.values())
    unserved, yuan = _best(options, weights, problem.n_available)
    return unserved + lost, yuan


def _best(options, weights, n_available):
    """Return the best (left behind, yuan) of options (members, type): yuan."""
    best = [(10**9, 0)]

    def choose(left, used, worth):
        if not left:
            best[0] = min(best[0], worth)
            return
        one = min(left)
        choose(left - {one}, used, (worth[0] + weights[one], worth[1]))
        for (members, k), yuan in options.items():
            n = n_available[k]
            if one in members and members <= left and (n is None or used[k] < n):
                after = (*used[:k], used[k] + 1, *used[k + 1 :])
                choose(left - members, after, (worth[0], worth[1] + yuan))

    choose(frozenset(weights), (0,) * len(n_available), (0, 0))
    return best[0]


def made_trips(n_trips, seed, *, n_available=(None, None, None)):
    """Trips to schools strewn over 40 km, bells a quarter of an hour apart, 20 min windows."""
    rng = np.random.default_rng(seed)
    n_schools = max(1, n_trips // 4)
    schools = rng.uniform(0, 40_000, (n_schools, 2))
    bell_s = 28_000 + 900 * rng.integers(0, 4, n_schools)
    school = rng.integers(0, n_schools, n_trips)
    angle, out_m = rng.uniform(0, 2 * np.pi, n_trips), rng.uniform(1_000, 9_000, n_trips)
    first = schools[school] + np.stack([np.cos(angle), np.sin(angle)], axis=1) * out_m[:, None]
    trip_m = (1.5 * out_m).astype(np.int64)
    duration_s = trip_m // 9 + 300
    between_m = abs(schools[school][:, None] - first[None]).sum(axis=2).astype(np.int64)
    early_s = bell_s[school] - 1_800 - duration_s
    size = rng.integers(0, 3, n_trips)
    fits = size[:, None] <= np.arange(3)[None, :]
    return ChainProblem(
        duration_s, early_s, early_s + 1_200, between_m // 9, between_m,
        np.ones((n_trips, n_trips), dtype=np.bool_), fits,
        (140_000, 180_000, 230_000), (500, 600, 700), n_available, trip_m,
    )  # fmt: skip


def wild_trips(seed, n_trips=None):
    """Any whole numbers: ways missing, types that fit few trips, buses that may run out."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 6)) if n_trips is None else n_trips
    early_s = rng.integers(0, 3_000, n)
    n_types = int(rng.integers(1, 4))
    n_available = tuple(
        None if rng.random() < 0.5 else int(rng.integers(0, 3)) for _ in range(n_types)
    )
    return ChainProblem(
        rng.integers(100, 900, n), early_s, early_s + rng.integers(0, 1_500, n),
        rng.integers(0, 900, (n, n)), rng.integers(0, 9_000, (n, n)),
        rng.random((n, n)) < 0.8, rng.random((n, n_types)) < 0.7,
        tuple(rng.integers(0, 90_000, n_types).tolist()),
        tuple(rng.integers(0, 3_000, n_types).tolist()), n_available, rng.integers(0, 9_000, n),
    )  # fmt: skip


def best_chains(problem):
    """Return (trips unserved, yuan) of the best answer: every partition, order and type."""
    n_trips, options = len(problem.duration_s), {}
    for n in range(1, n_trips + 1):
        for order in itertools.permutations(range(n_trips), n):
            metres = _drive_chain(problem, order)
            for k in range(len(problem.fixed_yuan)):
                if metres is not None and problem.fits[list(order), k].all():
                    yuan = problem.fixed_yuan[k] + -(-metres * problem.yuan_per_km[k] // 1000)
                    key = (frozenset(order), k)
                    options[key] = min(yuan, options.get(key, yuan))
    return _best(options, dict.fromkeys(range(n_trips), 1), problem.n_available)


def _drive_chain(problem, order):
    """Return the metres of a chain, None when a trip would start too late."""
    clock_s, metres = 0, 0
    for k, trip in enumerate(order):
        if k:
            before = order[k - 1]
            clock_s += int(problem.duration_s[before]) + int(problem.between_s[before, trip])
            metres += int(problem.between_m[before, trip])
            if not problem.linked[before, trip]:
                return None
        clock_s = max(clock_s, int(problem.earliest_s[trip]))
        if clock_s > problem.latest_s[trip]:
            return None
        metres += int(problem.trip_m[trip])
    return metres


def made_walks(n_groups, n_places, seed, *, reach_m=500, side_m=3_000):
    """Groups and places strewn over a square; every group has its nearest place at least."""
    rng = np.random.default_rng(seed)
    groups, places = rng.uniform(0, side_m, (n_groups, 2)), rng.uniform(0, side_m, (n_places, 2))
    walk_m = abs(groups[:, None] - places[None]).sum(axis=2).astype(np.int64)
    within = walk_m <= reach_m
    within[np.arange(n_groups), walk_m.argmin(axis=1)] = True
    group, place = np.nonzero(within)
    return CoverProblem(
        n_groups, n_places, group.astype(np.int64), place.astype(np.int64), walk_m[group, place],
        rng.integers(1, 9, n_groups), rng.integers(0, 4_000, n_places),
    )  # fmt: skip


def best_cover(problem):
    """Return the cost of the best choice of places: all of them tried."""
    pairs = list(
        zip(problem.group.tolist(), problem.place.tolist(), problem.walk_m.tolist(), strict=True)
    )
    costs = []
    for n in range(1, problem.n_places + 1):
        for chosen in itertools.combinations(range(problem.n_places), n):
            walks = [
                [w for g, p, w in pairs if g == group and p in chosen]
                for group in range(problem.n_groups)
            ]
            if all(walks):
                walking = sum(
                    int(s) * min(w) for s, w in zip(problem.n_students, walks, strict=True)
                )
                costs.append(walking + sum(int(problem.open_cost[p]) for p in chosen))
    return min(costs)


def best_weighted_chains(problem):
    """Return (students unserved, yuan) of the best answer: every partition, order and type."""
    n_trips, options = len(problem.duration_s), {}
    for n in range(1, n_trips + 1):
        for order in itertools.permutations(range(n_trips), n):
            metres = _drive_chain(problem, order)
            for k in range(len(problem.fixed_yuan)):
                if metres is not None and problem.fits[list(order), k].all():
                    yuan = problem.fixed_yuan[k] + -(-metres * problem.yuan_per_km[k] // 1000)
                    key = (frozenset(order), k)
                    options[key] = min(yuan, options.get(key, yuan))
    weights = dict(enumerate(problem.weight.tolist()))
    return _best(options, weights, problem.n_available)
