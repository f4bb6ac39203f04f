"""One school, 20 to 400 stops: this package, PyVRP and plain OR-Tools, the same time each.

Instances are made (``single_school_instances``). All costs are recomputed by one function,
which also refuses an answer that breaks a rule. One thread each, one after the other, or,
with ``--side-by-side``, PyVRP beside this package on another core. Starting up (imports,
reading compiled code) is in nobody's time.

    python benchmarks/single_school.py --stops 100 --seed 1 --seconds 10 \
        [--pyvrp-python /path/to/python] [--solver-seed 1] [--without-ortools] [--side-by-side]

PyVRP 0.14 is taken from the Python named, else from the one that runs this.
"""

import argparse
import json
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from single_school_instances import M_PER_S, make_school

from routing.solver.effort import start_effort
from routing.solver.problem import RouteProblem, RouteSolution
from routing.solver.search import solve_school
from routing.solver.walking_search import start_compiling

Routes = list[tuple[list[int], int]]


def recompute(problem: RouteProblem, routes: Routes) -> int:
    """Return the yuan per year of routes as driven, after checking every rule.

    Raises
    ------
    ValueError
        When a rule is broken.
    """
    seen = sorted(stop for stops, _ in routes for stop in stops)
    if seen != list(range(1, len(problem.load))):
        msg = "not every stop once"
        raise ValueError(msg)
    cost_yuan = 0
    for stops, k in routes:
        if int(problem.load[stops].sum()) > problem.seats[k]:
            msg = "too many aboard"
            raise ValueError(msg)
        order = [*stops, 0]
        drive_s = sum(int(problem.duration_s[a, b]) for a, b in pairwise(order))
        if drive_s + int(problem.dwell_s[stops].sum()) > int(problem.max_ride_s[stops[0]]):
            msg = "a ride too long"
            raise ValueError(msg)
        length_m = sum(int(problem.distance_m[a, b]) for a, b in pairwise(order))
        cost_yuan += problem.fixed_yuan[k] + -(-length_m * problem.yuan_per_km[k] // 1000)
    return cost_yuan


def whole_fleet(problem: RouteProblem) -> list[int]:
    """Return how many buses of each size others are given: more than any good plan uses."""
    n, total = len(problem.load) - 1, int(problem.load.sum())
    largest = max(problem.seats)
    spare = {seats: n // 4 + 5 if seats == largest else 10 for seats in problem.seats}
    return [min(n, -(-total // seats) + spare[seats]) for seats in problem.seats]


def run_ours(problem: RouteProblem, seconds: float, seed: int) -> tuple[Routes, RouteSolution]:
    solution = solve_school(problem, start_effort(seconds, seed, None))
    return [(list(route.stops), route.bus_type) for route in solution.routes], solution


def start_pyvrp(python: str, problem: RouteProblem, seconds: float, seed: int) -> subprocess.Popen:
    question = {
        "duration_s": problem.duration_s.tolist(),
        "load": problem.load.tolist(),
        "dwell_s": problem.dwell_s.tolist(),
        "max_ride_s": int(problem.max_ride_s[1]),
        "seats": problem.seats,
        "fixed_yuan": problem.fixed_yuan,
        "yuan_per_s": problem.yuan_per_km[0] * M_PER_S // 1000,
        "fleet": whole_fleet(problem),
        "seconds": seconds,
        "seed": seed,
    }
    command = [python, str(Path(__file__).with_name("single_school_pyvrp.py"))]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    process.stdin.write(json.dumps(question) + "\n")
    process.stdin.flush()
    return process


def read_pyvrp(process: subprocess.Popen) -> Routes | None:
    out, error = process.communicate()
    if process.returncode:
        print(f"PyVRP is missing or failed: {error.strip().splitlines()[-1:]}")
        return None
    answer = json.loads(out)
    if not answer["feasible"]:
        print("PyVRP found no answer that keeps the rules.")
        return None
    return [(stops, k) for stops, k in answer["routes"]]


def run_ortools(problem: RouteProblem, seconds: float) -> Routes | None:
    """Return the routing library's answer: whole fleet, its usual settings for hard problems."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    begun_s = time.perf_counter()
    fleet = [k for k, n in enumerate(whole_fleet(problem)) for _ in range(n)]
    n = len(problem.load)
    drive_s = problem.duration_s.copy()
    drive_s[0, :] = 0
    dwell_s = problem.dwell_s.copy()
    dwell_s[0] = 0
    index = pywrapcp.RoutingIndexManager(n, len(fleet), 0)
    model = pywrapcp.RoutingModel(index)
    yuan_per_s = problem.yuan_per_km[0] * M_PER_S // 1000
    model.SetArcCostEvaluatorOfAllVehicles(
        model.RegisterTransitMatrix((drive_s * yuan_per_s).tolist())
    )
    for bus, k in enumerate(fleet):
        model.SetFixedCostOfVehicle(problem.fixed_yuan[k], bus)
    ride = model.RegisterTransitMatrix((drive_s + dwell_s[:, None]).tolist())
    model.AddDimension(ride, 0, int(problem.max_ride_s[1]), True, "ride_s")
    load = model.RegisterUnaryTransitVector(problem.load.tolist())
    model.AddDimensionWithVehicleCapacity(load, 0, [problem.seats[k] for k in fleet], True, "load")
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    first, meta = (
        routing_enums_pb2.FirstSolutionStrategy,
        routing_enums_pb2.LocalSearchMetaheuristic,
    )
    parameters.first_solution_strategy = first.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = meta.GUIDED_LOCAL_SEARCH
    left_s = seconds - (time.perf_counter() - begun_s)
    parameters.time_limit.FromMilliseconds(max(1, int(1000 * left_s)))
    answer = model.SolveWithParameters(parameters)
    if answer is None:
        return None
    routes = []
    for bus, k in enumerate(fleet):
        at, stops = answer.Value(model.NextVar(model.Start(bus))), []
        while not model.IsEnd(at):
            stops.append(index.IndexToNode(at))
            at = answer.Value(model.NextVar(at))
        if stops:
            routes.append((stops, k))
    return routes


def compare(arguments: argparse.Namespace) -> dict[str, object]:
    """Return one line of the table: costs recomputed, ratios, bound and gap."""
    problem = make_school(arguments.stops, arguments.seed)
    seconds, seed = arguments.seconds, arguments.solver_seed
    start_compiling().join()
    process = None
    if arguments.side_by_side:
        process = start_pyvrp(arguments.pyvrp_python, problem, seconds, seed)
    begun_s = time.perf_counter()
    routes, solution = run_ours(problem, seconds, seed)
    took_s = time.perf_counter() - begun_s
    ours = recompute(problem, routes)
    if process is None:
        process = start_pyvrp(arguments.pyvrp_python, problem, seconds, seed)
    others = {"pyvrp": read_pyvrp(process)}
    if not arguments.without_ortools:
        others["ortools"] = run_ortools(problem, seconds)
    row: dict[str, object] = {
        "stops": arguments.stops, "seed": arguments.seed, "seconds": seconds,
        "ours": ours, "buses": len(routes), "took_s": round(took_s, 2),
        "bound": solution.bound_yuan, "gap": round(ours / solution.bound_yuan - 1, 4),
        "proven": solution.proven,
    }  # fmt: skip
    for name, other in others.items():
        cost = None if other is None else recompute(problem, other)
        row[name] = cost
        row[f"{name}_buses"] = None if other is None else len(other)
        row[f"ours/{name}"] = None if cost is None else round(ours / cost, 4)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stops", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="of the instance")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--solver-seed", type=int, default=1)
    parser.add_argument("--pyvrp-python", default=sys.executable)
    parser.add_argument("--without-ortools", action="store_true")
    parser.add_argument("--side-by-side", action="store_true")
    np.seterr(all="raise")
    for name, value in compare(parser.parse_args()).items():
        print(f"{name:>14} {value}")


if __name__ == "__main__":
    main()
