"""One school, pupils who may walk to any stop in reach: stops and routes chosen together.

Instances are the public files of Schittekat et al. (EJOR 229, 2013): buses of one size,
rounds from the school and back, least length of all; as many buses as one likes.

    python benchmarks/stop_selection.py FILE.txt --seconds 120 --seed 1 --out OUT.json
"""

import argparse
import json
import math
import re
import time
from pathlib import Path

import numpy as np

from routing.solver.boarding import BoardingProblem, BoardingSolution

UNIT = 10_000
"""Whole numbers to one of the file's units of length: 0.0001 apart at the finest."""


def read_problem(path: Path) -> tuple:
    """Return a file as a boarding problem, and the ids of its stops and students."""
    lines = [line for line in path.read_text("utf-8-sig").splitlines() if line.strip()]
    head = re.match(
        r"\s*(\d+) stops, (\d+) students,\s*([\d.]+) maximum walk, (\d+) capacity", lines[0]
    )
    n_stops, walk_limit, seats = int(head[1]), float(head[3]), int(head[4])
    points = [(int(a), float(x), float(y)) for a, x, y in (line.split() for line in lines[1:])]
    stops = sorted(points[:n_stops])
    students = points[n_stops:]
    at = np.array([(x, y) for _, x, y in stops])
    homes = np.array([(x, y) for _, x, y in students]).reshape(-1, 2)
    apart = np.sqrt(((at[:, None] - at[None]) ** 2).sum(axis=2))
    walk = [[math.dist(home, stop) for stop in at] for home in homes]
    pairs = [
        (g, p, math.ceil(walk[g][p] * UNIT))
        for g in range(len(homes))
        for p in range(1, n_stops)
        if walk[g][p] <= walk_limit
    ]
    group, place, walk_m = np.array(pairs, np.int64).reshape(-1, 3).T.copy()
    problem = BoardingProblem(
        duration_s=np.zeros((n_stops, n_stops), np.int64),
        cost=np.rint(apart * UNIT).astype(np.int64), n_students=np.ones(len(homes), np.int64),
        group=group, place=place, walk_m=walk_m, fixed=(), forbidden=(), rule="any",
        may_split=False, stop_s=0, board_s=0, max_route_s=0, seats=(seats,), fixed_cost=(0,),
        n_available=(None,), visit_cost=0, open_cost=np.zeros(n_stops, np.int64), walk_cost=0,
        direction="round",
    )  # fmt: skip
    return problem, [a for a, _, _ in stops], [a for a, _, _ in students]


def as_answer(answer: BoardingSolution, stop_ids: list[int], student_ids: list[int]) -> dict:
    """Return the answer in the form of the file."""
    places = answer.place_of_group.tolist()
    return {
        "routes": [[str(stop_ids[place]) for place, _ in route.visits] for route in answer.routes],
        "stop_of": {
            str(student_ids[k]): str(stop_ids[place])
            for k, place in enumerate(places)
            if place >= 0
        },
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    began_s = time.monotonic()
    from routing.solver.boarding.search import search_boarding
    from routing.solver.effort import start_effort

    problem, stop_ids, student_ids = read_problem(args.file)
    effort = start_effort(args.seconds - (time.monotonic() - began_s), args.seed, None)
    answer = search_boarding(problem, effort)
    args.out.write_text(json.dumps(as_answer(answer, stop_ids, student_ids)), "utf-8")
    print(
        f"{args.file.stem}: {answer.cost / UNIT:.4f} long, {len(answer.routes)} routes, "
        f"{len(set(answer.place_of_group.tolist()) - {-1})} stops, "
        f"{answer.n_unserved} unserved, {time.monotonic() - began_s:.1f} s"
    )


if __name__ == "__main__":
    main()
