"""Find and prepare what our engine is measured against: OSRM, else RoutingKit."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from workers import Worker, WorkerError

PYTHONS = ("python3.12", "python3.13", "python3.14")
"""osrm-bindings has wheels for Python 3.12 and newer."""

PREPARE_LIMIT_S = 3_600
INSTALL_LIMIT_S = 600


def find_osrm(given: str | None, folder: Path) -> tuple[str | None, str]:
    """Return a Python that can import osrm, and why there is none where there is none.

    Parameters
    ----------
    given
        A path, from ``--osrm-python`` or ``SCHOOLBUS_OSRM_PYTHON``; else the first of
        ``PYTHONS`` is looked for.
    folder
        Where a virtual environment may be made if osrm-bindings has to be installed.
    """
    given = given or os.environ.get("SCHOOLBUS_OSRM_PYTHON")
    found = [given] if given else [path for path in map(shutil.which, PYTHONS) if path]
    able = [
        python
        for python in found
        if _runs(python, "import sys; sys.exit(sys.version_info < (3, 12))")
    ]
    if not able:
        return None, "no Python 3.12 or newer was found (--osrm-python PATH)"
    for python in able:
        if _runs(python, "import osrm, numpy"):
            return python, ""
    home = folder / "osrm-python"
    python = str(home / ("Scripts" if os.name == "nt" else "bin") / "python")
    made = _succeeds(able[0], "-m", "venv", str(home)) and _succeeds(
        python, "-m", "pip", "install", "--quiet", "osrm-bindings", "numpy"
    )
    if made and _runs(python, "import osrm, numpy"):
        return python, ""
    return None, f"osrm-bindings could not be installed for {able[0]}"


def _runs(python: str, code: str) -> bool:
    return _succeeds(python, "-c", code)


def _succeeds(*command: str) -> bool:
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=INSTALL_LIMIT_S, check=False
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def prepare_osrm(worker: Worker, path: Path) -> dict[str, float]:
    """Return how long osrm-extract and osrm-contract take on an extract (s).

    Raises
    ------
    WorkerError
        When one of them fails.
    """
    return worker.ask("prepare", path=str(path), each_s=PREPARE_LIMIT_S)


def compare_tables(ours: Path, theirs: Path) -> dict[str, float]:
    """Return how far two tables of one set of places are apart.

    Left out are pairs that either does not reach, of less than 500 m, and of places that
    OSRM put more than 10 m away: those stand on roads that it does not drive.
    """
    own, other = np.load(ours), np.load(theirs)
    near = other["snapped"][:, 2] <= 10
    both = near[:, None] & near[None, :] & ~np.eye(len(near), dtype=bool)
    both &= np.isfinite(own["durations"]) & np.isfinite(other["durations"])
    both &= (own["distances"] > 500) & (other["distances"] > 500)
    figures = {"osrm_places_off": float(1 - near.mean()), "osrm_pairs_compared": int(both.sum())}
    if both.sum() < 10:
        return figures
    for name, key in (("durations", "time"), ("distances", "distance")):
        one, two = own[name][both], other[name][both]
        ratio = one / np.maximum(two, 0.1)
        low, middle, high = np.quantile(ratio, (0.05, 0.5, 0.95))
        figures |= {
            f"{key}_correlation": float(np.corrcoef(one, two)[0, 1]),
            f"{key}_ratio_median": float(middle),
            f"{key}_ratio_p5": float(low),
            f"{key}_ratio_p95": float(high),
            f"{key}_share_over_10pct_apart": float((np.abs(ratio - 1) > 0.1).mean()),
        }
    figures["distance_share_equal_1pct"] = float((np.abs(ratio - 1) <= 0.01).mean())
    return figures


def try_routingkit(worker: Worker, n: int, rounds: int) -> dict[str, Any]:
    """Return the times of pyroutingkit's tables, where it is installed; else why not.

    They hold times only, from one node or one state for each place.
    """
    figures: dict[str, Any] = {"pyroutingkit": "measured"}
    try:
        for kind in ("turns", "nodes"):
            answer = worker.ask("routingkit", kind=kind, n=n, rounds=rounds)
            for unit in ("s", "cpu_s"):
                figures[f"pyroutingkit_{kind}_{unit}"] = answer[unit]
            figures[f"pyroutingkit_{kind}_prepare_s"] = answer["prepare_s"]
    except WorkerError as error:
        return {"pyroutingkit": f"skipped: {error}"}
    return figures


def describe_machine() -> dict[str, Any]:
    """Return processor, cores and versions."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = [row for row in info.read_text().splitlines() if row.startswith("model name")]
        cpu = named[0].partition(":")[2].strip() if named else cpu
    versions = {}
    for name in ("numpy", "numba", "scipy", "networkx", "shapely", "osmium"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = ""
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return {"cpu": cpu, "load_before": busy, "cores": os.cpu_count(), "python": sys.version.split()[0],
            "system": platform.platform(), "versions": versions}  # fmt: skip
