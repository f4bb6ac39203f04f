"""Measure the road engine on an extract, beside OSRM, networkx and scipy, in one run.

    python benchmarks/roads.py --roads FILE [--places 2000] [--json] [--write-docs]
    python benchmarks/roads.py --curve [--json] [--write-docs]

Everything is timed on one core, three times, ours and OSRM's in turn; the median counts.
The extract is copied to a temporary folder first: nothing is written beside it. OSRM needs
a Python 3.12 or newer (``--osrm-python``), and is left out, and that said, without one.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from growth import measure_growth, print_growth
from peers import compare_tables, describe_machine, find_osrm, prepare_osrm, try_routingkit
from performance import print_targets, rate, write_performance
from workers import Worker, WorkerError

ROUNDS = 3
HOMES = 20_000
PATHS = 10_000
FEW_PATHS = 100
SOURCES = {"networkx": 3, "scipy": 400}
"""So many sources are measured; the time of all is extrapolated."""

OUT = Path(__file__).parent / "out"


def run(
    path: Path, n: int, osrm_python: str | None, *, without_osrm: bool = False
) -> dict[str, Any]:
    """Return every figure of the table on one extract."""
    figures: dict[str, Any] = {"roads": path.name, "places": n, "rounds": ROUNDS}
    figures |= describe_machine()
    with tempfile.TemporaryDirectory(prefix="roads-benchmark-") as name:
        folder = Path(name)
        copy = folder / path.name
        shutil.copy(path, copy)
        copy.chmod(0o644)
        _say("our engine, cold")
        figures |= _measure_opening(copy, folder)
        python, why = (None, "asked for") if without_osrm else find_osrm(osrm_python, folder)
        figures["osrm"] = "measured" if python else f"skipped: {why}"
        with Worker("road_worker.py") as ours:
            places = folder / "places.npy"
            figures |= _open_ours(ours, copy, folder, n, places)
            if python:
                _say("osrm-extract and osrm-contract")
                try:
                    with Worker("osrm_worker.py", python=python) as theirs:
                        figures |= _beside_osrm(ours, theirs, folder, copy, n, places)
                except WorkerError as error:
                    figures["osrm"] = f"skipped: {error}"
            if figures["osrm"] != "measured":
                figures |= _alone(ours, n) | try_routingkit(ours, n, ROUNDS)
            _say("stops, paths, snapping")
            figures |= _measure_rest(ours, n)
        _say("networkx and scipy")
        figures |= _measure_peers(copy, folder, n)
    return rate(figures)


def _measure_opening(copy: Path, folder: Path) -> dict[str, float]:
    """Time opening in fresh processes: cold after numba's own compile, then reopened."""
    kept = folder / "kept"
    kept.mkdir()
    ask = {"path": str(copy), "kept": str(kept)}
    with Worker("road_worker.py") as first:
        first.ask("warm", **ask)
    cold, again = [], []
    for _ in range(ROUNDS):
        for old in (*kept.iterdir(), *folder.glob(f"{copy.name}.roads-*")):
            old.unlink()
        for times in (cold, again):
            with Worker("road_worker.py") as fresh:
                times.append(fresh.ask("open", **ask))
                peak_mb = fresh.ask("memory")["peak_mb"]
            if times is cold:
                cold_mb = peak_mb
    return {**_median("cold", cold), **_median("reopened", again), "cold_memory_mb": cold_mb,
            "reopened_memory_mb": peak_mb}  # fmt: skip


def _open_ours(ours: Worker, copy: Path, folder: Path, n: int, places: Path) -> dict[str, Any]:
    ours.ask("open", path=str(copy), kept=str(folder / "kept"))
    size = ours.ask("size")
    nodes = ours.ask("open_nodes")["s"]
    ours.ask("places_of", n=n, seed=1, save=str(places))
    for kind in ("turns", "nodes"):
        ours.ask("table", kind=kind, n=min(n, 30))
    return {**size, "nodes_engine_s": nodes}


def _beside_osrm(
    ours: Worker, theirs: Worker, folder: Path, copy: Path, n: int, places: Path
) -> dict[str, Any]:
    """Return our tables and OSRM's, taken in turn, and how far they are apart."""
    figures: dict[str, Any] = prepare_osrm(theirs, copy)
    for unit in ("s", "cpu_s"):
        figures[f"osrm_prepare_{unit}"] = sum(
            figures[f"osrm_{name}_{unit}"] for name in ("extract", "contract")
        )
    figures |= theirs.ask("load", path=str(copy), places=str(places))
    times: dict[str, list[dict[str, float]]] = {
        "table_turns": [], "table_nodes": [], "osrm_table": [], "osrm_snap": [],
    }  # fmt: skip
    own, other = folder / "ours.npz", folder / "osrm.npz"
    _say(f"tables of {n} x {n}, in turn")
    for _ in range(ROUNDS):
        for kind in ("turns", "nodes"):
            times[f"table_{kind}"].append(ours.ask("table", kind=kind, n=n))
        times["osrm_table"].append(theirs.ask("table", n=n))
        times["osrm_snap"].append(theirs.ask("table", n=n, one=True))
    for name, took in times.items():
        figures |= _median(name, took)
    figures["osrm_memory_mb"] = theirs.ask("memory")["mb"]
    few = min(n, 500)
    # of the memory of our process only what it needs itself shall count
    with Worker("road_worker.py") as writer:
        _open_ours(writer, copy, folder, n, folder / "same.npy")
        writer.ask("table", kind="turns", n=few, save=str(own))
    theirs.ask("table", n=few, save=str(other))
    return figures | compare_tables(own, other)


def _alone(ours: Worker, n: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    for kind in ("turns", "nodes"):
        took = [ours.ask("table", kind=kind, n=n) for _ in range(ROUNDS)]
        figures |= _median(f"table_{kind}", took)
    return figures


def _measure_rest(ours: Worker, n: int) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    try:
        ours.ask("stop", n=n, times=2)
        took = ours.ask("stop", n=n, times=30)
        figures |= {"stop_added_ms": 1000 * took["s"], "stop_added_cpu_ms": 1000 * took["cpu_s"]}
    except WorkerError as error:
        figures["stop_added"] = f"skipped: {error}"
    whole = ours.ask("paths", n=20)["all"]
    count = PATHS if whole else FEW_PATHS
    took = [ours.ask("paths", n=count) for _ in range(ROUNDS if whole else 1)]
    figures |= _median("paths_10000", took, PATHS / count)
    figures["paths_measured"] = count
    ours.ask("snap", n=30)
    snaps = [ours.ask("snap", n=HOMES) for _ in range(ROUNDS)]
    figures |= {**_median("snap_20000", snaps), "snap_20000_placed": snaps[0]["placed"]}
    memory = ours.ask("memory")
    figures |= {"memory_mb": memory["now_mb"], "memory_peak_mb": memory["peak_mb"]}
    for kind in ("turns", "nodes"):
        check = ours.ask("check", kind=kind, n=n, sources=min(n, 20))
        figures[f"table_{kind}_compared"] = check["compared"]
        figures[f"table_{kind}_differ"] = check["differ"] + check["unreached"]
    brute = ours.ask("snap_check", n=200)
    return figures | {"snap_brute_points": brute["points"], "snap_brute_worst_m": brute["worst_m"]}


def _measure_peers(copy: Path, folder: Path, n: int) -> dict[str, Any]:
    """Return what networkx and scipy take; each in a process of its own."""
    figures: dict[str, Any] = {}
    with Worker("road_worker.py") as other:
        _open_ours(other, copy, folder, n, folder / "again.npy")
        answer = other.ask("networkx", sources=SOURCES["networkx"])
        figures |= {
            "networkx_s_per_source": answer["s"], "networkx_sources": answer["sources"],
            "networkx_nodes": answer["nodes"], **_median("networkx_table", [answer], n),
        }  # fmt: skip
    sources = min(n, SOURCES["scipy"])
    with Worker("road_worker.py", numba=False) as plain:
        _open_ours(plain, copy, folder, n, folder / "third.npy")
        for kind, name in (("turns", "scipy_table"), ("nodes", "scipy_table_nodes")):
            took = plain.ask("table", kind=kind, n=n, sources=sources)
            figures |= _median(name, [took], n / sources)
    return figures | {"scipy_sources": sources}


def _median(name: str, took: list[dict[str, float]], times: float = 1) -> dict[str, float]:
    """Return the medians by the wall and of the processor, times a factor."""
    return {
        f"{name}_{unit}": times * statistics.median(one[unit] for one in took)
        for unit in ("s", "cpu_s")
    }


def _say(text: str) -> None:
    print(f"... {text}", file=sys.stderr, flush=True)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--roads", type=Path, help="an extract, .osm.pbf")
    parser.add_argument("--places", type=int, default=2_000)
    parser.add_argument("--curve", action="store_true", help="time against size")
    parser.add_argument("--osrm-python", help="a Python 3.12 or newer, with osrm-bindings or pip")
    parser.add_argument("--no-osrm", action="store_true")
    parser.add_argument("--json", action="store_true", help="figures on one line")
    parser.add_argument("--write-docs", action="store_true", help="write docs/performance.md")
    args = parser.parse_args()
    if not (args.roads or args.curve or args.write_docs):
        parser.error("nothing to do: --roads FILE, --curve or --write-docs")
    OUT.mkdir(exist_ok=True)
    if args.roads:
        if not args.roads.is_file():
            parser.error(f"{args.roads}: there is no such file")
        figures = run(args.roads, args.places, args.osrm_python, without_osrm=args.no_osrm)
        _finish(figures, OUT / "roads.json", as_json=args.json, show=print_targets)
    if args.curve:
        _finish(measure_growth(_say), OUT / "growth.json", as_json=args.json, show=print_growth)
    if args.write_docs:
        write_performance(OUT, Path(__file__).parents[1] / "docs" / "performance.md")


def _finish(figures: dict[str, Any], path: Path, *, as_json: bool, show: Any) -> None:
    path.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    if as_json:
        print(json.dumps(figures))
    else:
        show(figures)


if __name__ == "__main__":
    main()
