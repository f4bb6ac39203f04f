"""How does the search for one school grow? Time to within 1 % of the long answer, and memory.

For each size a made instance (``single_school_instances``) is searched for long once; then
for 1, 2, 4 ... seconds, each time anew, until the answer is within 1 % of the long one.
(One long search would not tell: the walk cools down over all the time it is given.)
Memory is the most the process of one size held, less what it held before the searches, and
beside it the two matrices of whole numbers that the instance is made of.

    python benchmarks/single_school_growth.py [--sizes 100,200,400,800,1600] \
        [--long-seconds 60] [--seed 1]
"""

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from single_school_instances import make_school

from routing.solver.effort import start_effort
from routing.solver.judge import confirm_routes
from routing.solver.problem import RouteSolution
from routing.solver.search import solve_school
from routing.solver.walking_search import start_compiling

WITHIN = 1.01


def measure(n_stops: int, seed: int, long_seconds: float) -> dict[str, float]:
    """Return one row of the table."""
    start_compiling().join()
    problem = make_school(n_stops, seed)
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def search(seconds: float) -> tuple[RouteSolution, float]:
        begun_s = time.monotonic()
        solution = solve_school(problem, start_effort(seconds, seed, None))
        took_s = time.monotonic() - begun_s
        return confirm_routes(problem, solution), took_s

    final, took_s = search(long_seconds)
    near_s, given_s = took_s, 1.0
    while given_s < long_seconds:
        short, short_s = search(given_s)
        if not short.unserved and short.cost_yuan <= WITHIN * final.cost_yuan:
            near_s = short_s
            break
        given_s *= 2
    after_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "stops": n_stops, "buses": len(final.routes), "yuan": final.cost_yuan,
        "took_s": round(took_s, 1), "near_s": round(near_s, 1),
        "memory_mb": round((after_kb - before_kb) / 1024), "all_mb": round(after_kb / 1024),
        "matrix_mb": round(2 * 8 * (n_stops + 1) ** 2 / 2**20, 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="100,200,400,800,1600")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--long-seconds", type=float, default=60.0)
    parser.add_argument("--one", type=int, help="measure this size here, and print it as JSON")
    arguments = parser.parse_args()
    if arguments.one is not None:
        print(json.dumps(measure(arguments.one, arguments.seed, arguments.long_seconds)))
        return
    print(
        "| stops | buses | took s | s to within 1 % | s / (n log n), 1e-3 | memory MB | of it matrices MB |"
    )
    print("|---|---|---|---|---|---|---|")
    for size in arguments.sizes.split(","):
        command = [sys.executable, __file__, "--one", size, "--seed", str(arguments.seed)]
        command += ["--long-seconds", str(arguments.long_seconds)]
        row = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        n = row["stops"]
        print(
            f"| {n} | {row['buses']} | {row['took_s']} | {row['near_s']} "
            f"| {1000 * row['near_s'] / (n * math.log(n)):.2f} "
            f"| {row['memory_mb']} | {row['matrix_mb']} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
