"""Answer a benchmark's questions with OSRM. Runs in a Python that has osrm-bindings.

Started by ``peers.py``; one JSON object a line in, one a line out. Knows nothing of this
project, since it runs in another Python.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import osrm

HOME = Path(osrm.__file__).parent


def prepare(path: str, each_s: float) -> dict:
    """Run osrm-extract and osrm-contract, one thread and at most ``each_s`` s; time them."""
    took = {}
    for name, more in (
        ("extract", ["-p", str(HOME / "share" / "profiles" / "car.lua"), path]),
        ("contract", [path.replace(".osm.pbf", ".osrm")]),
    ):
        began, cpu = time.perf_counter(), children_s()
        done = subprocess.run(
            [str(HOME / "bin" / f"osrm-{name}"), "-t", "1", *more],
            capture_output=True, text=True, timeout=each_s, check=False,
        )  # fmt: skip
        if done.returncode:
            return {"failed": f"osrm-{name}: {(done.stdout + done.stderr)[-300:]}"}
        took[f"osrm_{name}_s"] = time.perf_counter() - began
        took[f"osrm_{name}_cpu_s"] = children_s() - cpu
    return took


def children_s() -> float:
    """Return processor time of all processes that this one has run (s)."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Engine:
    """OSRM's engine with the places of one run."""

    def __init__(self) -> None:
        self.engine = None
        self.places = []

    def load(self, path: str, places: str) -> dict:
        """Load the contracted data and the places (npy, lon and lat)."""
        began = time.perf_counter()
        self.engine = osrm.OSRM(
            storage_config=path.replace(".osm.pbf", ".osrm"), use_shared_memory=False,
            algorithm="CH", max_locations_distance_table=1_000_000,
        )  # fmt: skip
        took = time.perf_counter() - began
        self.places = [(float(lon), float(lat)) for lon, lat in np.load(places)]
        return {"osrm_load_s": took}

    def table(self, n: int, *, one: bool = False, save: str = "") -> dict:
        """Time one table of durations and distances; ``one``: a single pair, so snapping."""
        ask = {"sources": [0], "destinations": [0]} if one else {}
        params = osrm.TableParameters(
            coordinates=self.places[:n], annotations=["duration", "distance"],
            generate_hints=False, **ask,
        )  # fmt: skip
        began, cpu = time.perf_counter(), time.process_time()
        answer = self.engine.Table(params)
        took = {"s": time.perf_counter() - began, "cpu_s": time.process_time() - cpu}
        if save:
            table = np.array([
                [[np.nan if cell is None else cell for cell in row] for row in answer[name]]
                for name in ("durations", "distances")
            ])  # fmt: skip
            snapped = [[*at["location"], at["distance"]] for at in answer["sources"]]
            np.savez(save, durations=table[0], distances=table[1], snapped=np.array(snapped))
        return took

    def memory(self) -> dict:
        """Return the largest memory so far (MB)."""
        return {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main() -> None:
    """Answer until there are no more questions."""
    if hasattr(os, "sched_setaffinity") and len(sys.argv) > 1:
        os.sched_setaffinity(0, {int(sys.argv[1])})
    engine = Engine()
    asks = {"prepare": prepare, "load": engine.load, "table": engine.table, "memory": engine.memory}
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = asks[question.pop("ask")](**question)
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
