"""How long does it take to check 100,000 pupils? CSV and XLSX, with fifteen kinds of fault.

    python benchmarks/inputs.py [--rows 100000] [--runs 3] [--suffix csv xlsx] [--report]

A made county (nobody in it is real) gets a list of so many pupils with 20 faulty rows of each
kind. Each run is a process of its own; beside the whole check of the folder stands what pandas
takes only to read the same file, in the same minute. Memory is the largest that the process
ever held. With --report the time to write faults.txt, faults.json and the coloured copy is
taken too.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

N_FAULTY = 20
KINDS = (
    "id twice", "id empty", "school unknown", "school misspelt", "no grade", "grade not taught",
    "count in words", "count in parts", "count zero", "flag unknown", "need unknown",
    "point swapped", "point far off", "half a point", "degrees and minutes",
)  # fmt: skip


def make_county(folder: Path, n_rows: int, suffix: str) -> None:
    """Write the county with its faulty list of pupils."""
    import numpy as np
    import pandas as pd

    import routing

    routing.make_sample(folder, seed=1, size="small")
    schools = routing.read_district(folder).schools
    (folder / "students.csv").unlink()
    chance = np.random.default_rng(1)
    which = chance.integers(0, len(schools), n_rows)
    gates = schools.geometry
    first, last = (schools[name].to_numpy() for name in ("first_grade", "last_grade"))
    rows = pd.DataFrame({
        "学号": [f"P{at:06d}" for at in range(n_rows)],
        "学校": schools["school_id"].to_numpy()[which],
        "年级": [str(grade) for grade in chance.integers(first[which], last[which] + 1)],
        "经度": [f"{lon:.6f}" for lon in gates.x.to_numpy()[which] + chance.normal(0, 0.01, n_rows)],
        "纬度": [f"{lat:.6f}" for lat in gates.y.to_numpy()[which] + chance.normal(0, 0.01, n_rows)],
        "人数": "1",
        "是否寄宿": np.where(chance.random(n_rows) < 0.1, "是", "否"),
        "特殊需要": "无",
    }, dtype=object)  # fmt: skip
    plant(rows, chance.permutation(n_rows - 1) + 1, first[which], last[which])
    path = folder / f"students.{suffix}"
    if suffix == "csv":
        rows.to_csv(path, index=False, encoding="utf-8")
    else:
        rows.to_excel(path, index=False, engine="xlsxwriter")


def plant(rows: Any, order: Any, first: Any, last: Any) -> None:
    """Make rows of each kind faulty, no row twice."""
    for number, kind in enumerate(KINDS):
        for at in order[number * N_FAULTY : (number + 1) * N_FAULTY]:
            spoil(rows, int(at), kind, int(first[at]), int(last[at]))


def spoil(rows: Any, at: int, kind: str, first: int, last: int) -> None:
    """Make one row faulty in one way."""
    lon, lat = rows.loc[at, "经度"], rows.loc[at, "纬度"]
    wrong = {
        "id twice": {"学号": rows.loc[0, "学号"]},
        "id empty": {"学号": None},
        "school unknown": {"学校": f"无此学校{at}"},
        "school misspelt": {"学校": rows.loc[at, "学校"] + "x"},
        "no grade": {"年级": "高三"},
        "grade not taught": {"年级": "9" if last < 9 else str(first - 1)},
        "count in words": {"人数": "两人"},
        "count in parts": {"人数": "1.5"},
        "count zero": {"人数": "0"},
        "flag unknown": {"是否寄宿": "也许"},
        "need unknown": {"特殊需要": "不详"},
        "point swapped": {"经度": lat, "纬度": lon},
        "point far off": {"经度": "100.123456"},
        "half a point": {"纬度": None},
        "degrees and minutes": {"经度": "东经115度59分"},
    }[kind]
    for column, value in wrong.items():
        rows.loc[at, column] = value


def measure(what: str, folder: Path, path: Path) -> dict[str, float]:
    """Do one thing in this process; return seconds, seconds of processor, and memory."""
    import pandas as pd

    from routing.inputs import check_inputs

    start, cpu, n_faults = time.perf_counter(), time.process_time(), 0
    if what == "check":
        n_faults = len(check_inputs(folder).faults)
    elif what == "report":
        from routing.outputs.faults import write_faults

        found = check_inputs(folder)
        n_faults = len(found.faults)
        start, cpu = time.perf_counter(), time.process_time()
        write_faults(found, folder, folder.parent / "out", lang="zh")
    elif path.suffix == ".csv":
        pd.read_csv(path, dtype=str)
    else:
        pd.read_excel(path, dtype=str, engine="calamine")
    return {
        "seconds": time.perf_counter() - start, "cpu_s": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000,
        "n_faults": n_faults,
    }  # fmt: skip


def in_child(what: str, folder: Path, path: Path, n_rows: int = 0) -> dict[str, float]:
    """Do one thing in a process of its own; this one stays small, for memory is inherited."""
    words = [sys.executable, __file__, "--rows", str(n_rows), "--measure", what, str(folder)]
    words.append(str(path))
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def main() -> None:
    """Make the files, measure, and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--suffix", nargs="+", default=["csv", "xlsx"])
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        what, folder, path = given.measure[0], Path(given.measure[1]), Path(given.measure[2])
        if what == "make":
            make_county(folder, given.rows, path.suffix[1:])
        print(json.dumps({} if what == "make" else measure(what, folder, path)))
        return
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {given.rows:,} rows")
    for suffix in given.suffix:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "county"
            in_child("make", folder, folder / f"students.{suffix}", given.rows)
            path = folder / f"students.{suffix}"
            names = ("check", "pandas", "report")[: 3 if given.report else 2]
            runs = {
                name: [in_child(name, folder, path) for _ in range(given.runs)] for name in names
            }
        best = {name: min(run["seconds"] for run in several) for name, several in runs.items()}
        for name, several in runs.items():
            peak = max(run["peak_mb"] for run in several)
            cpu = min(run["cpu_s"] for run in several)
            print(f"{suffix:5}{name:8}{best[name]:7.2f} s {cpu:7.2f} s cpu {peak:7.0f} MB")
        n_faults = runs["check"][0]["n_faults"]
        print(f"{suffix:5}ratio to pandas alone {best['check'] / best['pandas']:.1f}; "
              f"{n_faults} faults found, {N_FAULTY * len(KINDS)} planted")  # fmt: skip


if __name__ == "__main__":
    main()
