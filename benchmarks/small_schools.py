"""How good is the best answer of a small school? The proven gap, within a minute.

Made schools (``single_school_instances``) of three kinds: buses of one size; three sizes
with moderate fixed costs (driving decides as much); three sizes whose fixed costs dominate.
The project's search looks for an answer for part of the time, column generation bounds it
for the rest. One thread; reading compiled code is in nobody's time.

    python benchmarks/small_schools.py --stops 50 --seeds 1-9 --seconds 60 \
        [--kinds one,moderate,dominant] [--search-share 0.2] [--out OUT.csv]
"""

import argparse
import csv
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))

from single_school_instances import make_school

from routing.solver.columns.prove import prove_tours
from routing.solver.effort import start_effort
from routing.solver.outward import price_draft, turn_outward
from routing.solver.problem import RouteProblem
from routing.solver.search import search_routes

FIXED_YUAN = {
    "one": (155_000,),
    "moderate": (18_000, 22_500, 27_000),
    "dominant": (100_000, 126_000, 155_000),
}
"""Of buses with 56, or 19, 36 and 56 seats."""


@dataclass(frozen=True)
class Line:
    """One instance and what was proven of it."""

    kind: str
    stops: int
    seed: int
    found_yuan: int
    cost_yuan: int
    bound_yuan: int
    gap_percent: float
    routes: int
    routes_bound: int
    proven: bool
    seconds: float


def make_kind(kind: str, n_stops: int, seed: int) -> RouteProblem:
    """Return one made school with the buses of a kind."""
    problem = make_school(n_stops, seed)
    fixed_yuan = FIXED_YUAN[kind]
    n_types = len(fixed_yuan)
    return replace(
        problem, seats=problem.seats[-n_types:], fixed_yuan=fixed_yuan,
        yuan_per_km=problem.yuan_per_km[-n_types:], n_available=(None,) * n_types,
    )  # fmt: skip


def run(kind: str, n_stops: int, seed: int, seconds: float, search_share: float) -> Line:
    """Search, prove, and say how far apart cost and bound are."""
    view = turn_outward(make_kind(kind, n_stops, seed))
    began = time.perf_counter()
    searched = search_routes(view, start_effort(search_share * seconds, 1, None))
    left = seconds - (time.perf_counter() - began)
    proof = prove_tours(view, searched.draft, {}, start_effort(left, 1, None), left)
    took = time.perf_counter() - began
    cost = price_draft(view, proof.draft)[1]
    return Line(
        kind, n_stops, seed, price_draft(view, searched.draft)[1], cost, proof.bound_yuan,
        round(100 * (cost / proof.bound_yuan - 1), 3), len(proof.draft.tours),
        proof.n_routes_bound, proof.proven, round(took, 1),
    )  # fmt: skip


def read_seeds(text: str) -> list[int]:
    """Return the seeds of "1-3,7"."""
    spans = [part.split("-") for part in text.split(",")]
    return [seed for span in spans for seed in range(int(span[0]), int(span[-1]) + 1)]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stops", type=int, default=50)
    parser.add_argument("--seeds", type=read_seeds, default=read_seeds("1-9"))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--kinds", default=",".join(FIXED_YUAN))
    parser.add_argument("--search-share", type=float, default=0.2)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    run("moderate", 8, 1, 5, 0.2)
    warm = turn_outward(make_kind("moderate", 20, 1))
    prove_tours(
        warm,
        search_routes(warm, start_effort(2, 1, None), 0).draft,
        {},
        start_effort(30, 1, None),
        30,
    )
    lines = []
    for kind in args.kinds.split(","):
        for seed in args.seeds:
            lines.append(run(kind, args.stops, seed, args.seconds, args.search_share))
            print(
                " ".join(f"{name}={value}" for name, value in asdict(lines[-1]).items()), flush=True
            )
    within = sum(line.gap_percent <= 2 for line in lines)
    proven = sum(line.proven for line in lines)
    print(f"{len(lines)} schools: {within} within 2 %, {proven} proven optimal")
    if args.out:
        with args.out.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(asdict(lines[0])))
            writer.writeheader()
            writer.writerows(asdict(line) for line in lines)


if __name__ == "__main__":
    main()
