"""PyVRP on one instance: reads it as one line of JSON, writes the routes as one line of JSON.

Run by ``single_school.py`` with a Python that has PyVRP 0.14. The rules are the same: open
routes are arcs of nothing out of the school, the ride limit of the first stop (with one
limit for all it binds the whole route) is the longest duration of a shift.
"""

import json
import sys
import time

import numpy as np
import pyvrp
from pyvrp.stop import MaxRuntime


def main() -> None:
    question = json.loads(sys.stdin.readline())
    begun_s = time.perf_counter()
    duration_s = np.array(question["duration_s"])
    n = len(duration_s)
    duration_s[0, :] = 0
    model = [pyvrp.Location(float(x), float(-x)) for x in range(n)]
    stops = [
        pyvrp.Client(k, pickup=[question["load"][k]], service_duration=question["dwell_s"][k])
        for k in range(1, n)
    ]
    buses = [
        pyvrp.VehicleType(
            n_buses, [seats], 0, 0, fixed_cost=fixed, shift_duration=question["max_ride_s"],
            unit_distance_cost=question["yuan_per_s"], name=str(k),
        )
        for k, (n_buses, seats, fixed) in enumerate(
            zip(question["fleet"], question["seats"], question["fixed_yuan"], strict=True)
        )
    ]  # fmt: skip
    data = pyvrp.ProblemData(model, stops, [pyvrp.Depot(0)], buses, [duration_s], [duration_s])
    left_s = question["seconds"] - (time.perf_counter() - begun_s)
    result = pyvrp.solve(
        data, stop=MaxRuntime(left_s), seed=question["seed"], collect_stats=False, display=False
    )
    routes = [
        [[visit.idx + 1 for visit in route if visit.is_client()], route.vehicle_type()]
        for route in result.best.routes()
    ]
    answer = {
        "routes": routes,
        "feasible": result.best.is_feasible(),
        "n_rounds": result.num_iterations,
        "seconds": time.perf_counter() - begun_s,
    }
    sys.stdout.write(json.dumps(answer) + "\n")


main()
