"""A school whose pupils walk to the nearest stop used: stops and routes chosen together.

Instances are the public .bus files of Lewis and Smith-Miles (2018) and Sciortino, Lewis
and Thompson (2023): fewest routes of at most 45 minutes first, then the least time of all.

    python benchmarks/walk_to_stop.py FILE.bus --seconds 60 --seed 1 --out OUT.json
"""

import argparse
import json
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np

from routing.solver.boarding import BoardingProblem, BoardingSolution

LIMIT_S, STOP_S, STUDENT_S = 2_700, 15, 5
"""Longest route, and standing at a stop: a fixed part and a part per pupil (the papers)."""
SIZES = {
    "malta": (8, 14, 16, 18, 20, 36, 44, 53),
    "uk": (8, 12, 16, 23, 25, 27, 29, 33, 37, 39, 43, 45, 49, 51, 53, 55, 57, 61, 63, 65, 70, 74,
           78, 80),
    "australia": (11, 13, 18, 21, 24, 28, 33, 35, 37, 39, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61,
                  65, 70, 78, 80),
}  # fmt: skip
"""Seats of the buses of each country (the second paper)."""
BOXES = {
    "malta": (35.7, 36.2, 14.1, 14.7),
    "uk": (49.8, 61.0, -8.7, 1.9),
    "australia": (-44.0, -10.0, 112.0, 154.0),
}
"""South, north, west and east of each country (degrees)."""
METRES = {"K": 1_000.0, "M": 1_609.344}
"""Of a kilometre and of a mile."""


def read_problem(path: Path) -> tuple:
    """Return a .bus file as a boarding problem, and the sizes of its country's buses."""
    lines = path.read_text("utf-8", "replace").splitlines()
    rows = [[cell.strip() for cell in line.split(",")] for line in lines if line.strip()]
    head, rows = rows[0], rows[1:]
    of = {kind: [row for row in rows if row[0] == kind] for kind in "sadw"}
    n = len(of["s"])
    duration_s = np.zeros((n, n), np.int64)
    for row in of["d"]:
        duration_s[int(row[1]), int(row[2])] = int(np.ceil(float(row[4])))
    np.fill_diagonal(duration_s, 0)
    students = np.array([int(row[3]) for row in of["a"]], np.int64)
    walks = [
        (int(row[1]), int(row[2]), float(row[3]))
        for row in of["w"]
        if int(row[2]) > 0 and float(row[3]) <= float(head[5])
    ]
    # equal lengths must stay equal, and unequal ones unequal: ranks would do, 0.01 mm does too
    walk = np.array([round(length * METRES[head[3]] * 100_000) for _, _, length in walks], np.int64)
    group = np.array([group for group, _, _ in walks], np.int64)
    place = np.array([place for _, place, _ in walks], np.int64)
    kept, group = _without_empty(students, group)
    sizes = SIZES[_country(float(of["s"][0][1]), float(of["s"][0][2]))]
    few = len(students) * n * 10**5
    problem = BoardingProblem(
        duration_s=duration_s, cost=duration_s, n_students=students[kept], group=group[group >= 0],
        place=place[group >= 0], walk_m=walk[group >= 0], fixed=(), forbidden=(), rule="nearest",
        may_split=True, stop_s=STOP_S, board_s=STUDENT_S, max_route_s=LIMIT_S,
        seats=(max(sizes),), fixed_cost=(few,), n_available=(None,), visit_cost=STOP_S,
        open_cost=np.zeros(n, np.int64), walk_cost=0, direction="to_school",
    )  # fmt: skip
    return problem, sizes


def _without_empty(students: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the addresses with pupils, and their numbers among those (-1 for the others)."""
    kept = np.flatnonzero(students > 0)
    number = np.full(len(students), -1, np.int64)
    number[kept] = np.arange(len(kept))
    return kept, number[group]


def _country(lat: float, lon: float) -> str:
    for name, (south, north, west, east) in BOXES.items():
        if south < lat < north and west < lon < east:
            return name
    msg = f"no country known at {lat}, {lon}."
    raise SystemExit(msg)


def as_routes(answer: BoardingSolution, sizes: tuple[int, ...]) -> dict:
    """Return the answer in the form of the file: the smallest bus that seats each route."""
    routes = []
    for route in answer.routes:
        load = sum(n for _, n in route.visits)
        visits = [{"stop": str(place), "n_on": n} for place, n in route.visits]
        routes.append({"capacity": min(s for s in sizes if s >= load), "visits": visits})
    return {"routes": routes}


def total_s(problem: BoardingProblem, answer: BoardingSolution) -> int:
    """Return the time of all routes (s)."""
    total = 0
    for route in answer.routes:
        order = [*(place for place, _ in route.visits), 0]
        total += sum(int(problem.duration_s[a, b]) for a, b in pairwise(order))
        total += sum(STOP_S + STUDENT_S * n for _, n in route.visits)
    return total


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    began_s = time.monotonic()
    from routing.solver.boarding.search import search_boarding
    from routing.solver.effort import start_effort

    problem, sizes = read_problem(args.file)
    effort = start_effort(args.seconds - (time.monotonic() - began_s), args.seed, None)
    answer = search_boarding(problem, effort)
    args.out.write_text(json.dumps(as_routes(answer, sizes)), "utf-8")
    used = Counter(place for route in answer.routes for place, _ in route.visits)
    print(
        f"{args.file.stem}: {len(answer.routes)} routes (at least {answer.n_routes_bound}), "
        f"{total_s(problem, answer) / 60:.2f} min, {len(used)} stops, "
        f"{answer.n_unserved} unserved, {time.monotonic() - began_s:.1f} s"
    )


if __name__ == "__main__":
    main()
