"""Many schools and one fleet: the instances of Park, Tae and Kim (2012), solved and written.

Rules: ``park`` (mixed loads, arrival windows), ``single`` (one school at a time), ``bird``
(one school at a time and a fixed moment of arrival, as in MIT's BiRD). Feet at 20 mph, 66
seats; times in milliseconds, rounded up.

    python benchmarks/mixed_load.py INSTANCE_DIR --max-ride-s 2700 --rules park \
        --seconds 60 --seed 1 --out OUT.csv
"""

import argparse
import csv
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from routing.solver.blocks.judge import confirm_blocks
from routing.solver.blocks.problem import BlockProblem, BlockSolution
from routing.solver.blocks.search import search_blocks
from routing.solver.effort import start_effort

FEET_PER_S = 88 / 3
SEATS = 66
BOARD_MS, BOARD_EACH_MS = 19_000, 2_600
UNLOAD_MS, UNLOAD_EACH_MS, BELL_UNLOAD_MS = 29_000, 1_900, 154_400
FIXED_YUAN, YUAN_PER_KM = 10_000_000, 1
"""Fewest buses first, then feet (they stand where metres would)."""
HEADER = ("bus_id", "order", "kind", "place_id", "arrive_s", "depart_s", "n_on", "n_off")


@dataclass(frozen=True)
class Instance:
    """One folder: names and positions (feet) of stops, then of schools."""

    stop_ids: tuple[str, ...]
    school_ids: tuple[str, ...]
    feet: np.ndarray
    n_students: np.ndarray
    school: np.ndarray
    early_s: np.ndarray
    late_s: np.ndarray


def read_instance(folder: Path) -> Instance:
    """Read Schools.txt and Stops.txt."""
    schools, stops = (_rows(folder / name) for name in ("Schools.txt", "Stops.txt"))
    number = {row["ID"]: k for k, row in enumerate(schools)}
    feet = [(float(row["X_COORD"]), float(row["Y_COORD"])) for row in stops]
    feet += [(float(row["X"]), float(row["Y"])) for row in schools]
    return Instance(
        tuple(row["ID"] for row in stops),
        tuple(number),
        np.array(feet),
        np.array([int(row["STUDENT_COUNT"]) for row in stops], np.int64),
        np.array([number[row["EP_ID"]] for row in stops], np.int64),
        np.array([_clock_s(row["AMEARLY"]) for row in schools], np.int64),
        np.array([_clock_s(row["AMLATE"]) for row in schools], np.int64),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return [
            {name: text.strip() for name, text in row.items()}
            for row in csv.DictReader(file, delimiter="\t")
        ]


def _clock_s(text: str) -> int:
    """Return seconds after midnight of HHMM without leading zeros."""
    digits = text.zfill(4)
    return 3_600 * int(digits[:-2]) + 60 * int(digits[-2:])


def make_problem(instance: Instance, rules: str, max_ride_s: float) -> BlockProblem:
    """Return the instance under some rules, in milliseconds and feet."""
    n, n_schools = len(instance.stop_ids), len(instance.school_ids)
    feet = np.abs(instance.feet[:, None] - instance.feet[None]).sum(axis=2)
    dwell = BOARD_MS + BOARD_EACH_MS * instance.n_students
    max_ride = np.full(n, int(max_ride_s * 1000), np.int64)
    early, late = instance.early_s * 1000, instance.late_s * 1000
    unload = np.full(n_schools, UNLOAD_MS, np.int64)
    unload_each = np.full(n_schools, UNLOAD_EACH_MS, np.int64)
    if rules == "bird":
        early = late = early - BELL_UNLOAD_MS
        max_ride = max_ride + dwell
        unload, unload_each = unload * 0 + BELL_UNLOAD_MS, unload_each * 0
    shares = np.eye(n_schools, dtype=bool) | (rules == "park")
    return BlockProblem(
        np.ceil(feet / FEET_PER_S * 1000).astype(np.int64), np.ceil(feet).astype(np.int64),
        np.ones(feet.shape, dtype=bool), np.arange(n), instance.school, instance.n_students,
        np.zeros(n, np.int64), dwell, max_ride, np.arange(n, n + n_schools), early, late,
        unload, unload_each, shares, np.ones((n, 1), dtype=bool), (SEATS,), (0,),
        (FIXED_YUAN,), (YUAN_PER_KM,), (None,),
    )  # fmt: skip


def write_answer(
    path: Path, instance: Instance, problem: BlockProblem, answer: BlockSolution
) -> None:
    """Write one row per call; a bus stays at a call as long as it must."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for bus, block in enumerate(answer.blocks, 1):
            aboard: dict[int, int] = {}
            for order, (call, at) in enumerate(zip(block.calls, block.arrive_s, strict=True), 1):
                if call >= 0:
                    school, n_on, n_off = int(problem.school[call]), int(problem.load[call]), 0
                    aboard[school] = aboard.get(school, 0) + n_on
                    kind, name, stay = "stop", instance.stop_ids[call], int(problem.dwell_s[call])
                else:
                    school, n_on = -1 - call, 0
                    n_off = aboard.pop(school)
                    kind, name = "school", instance.school_ids[school]
                    stay = int(problem.unload_s[school] + n_off * problem.unload_each_s[school])
                times = (f"{at / 1000:.3f}", f"{(at + stay) / 1000:.3f}")
                writer.writerow((bus, order, kind, name, *times, n_on, n_off))


def compile_search() -> None:
    """Let the search be compiled, or read from where it is kept, before the clock starts."""
    first = Instance(
        ("a", "b"), ("s",), np.array([[0.0, 0.0], [1e3, 0.0], [2e3, 0.0]]), np.array([1, 1]),
        np.array([0, 0]), np.array([30_000]), np.array([30_600]),
    )  # fmt: skip
    search_blocks(make_problem(first, "park", 2_700.0), start_effort(600.0, 1, 8))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="INSTANCE_DIR")
    parser.add_argument("--max-ride-s", type=float, required=True)
    parser.add_argument("--rules", choices=("park", "single", "bird"), default="park")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    compile_search()
    begun_s = time.monotonic()
    instance = read_instance(given.folder)
    problem = make_problem(instance, given.rules, given.max_ride_s)
    read_s = time.monotonic() - begun_s
    effort = start_effort(given.seconds - read_s, given.seed, None)
    answer = search_blocks(
        problem, effort, n_threads=given.threads,
        report=lambda better: print(
            f"{time.monotonic() - begun_s:6.1f} s  {len(better.blocks)} buses", flush=True
        ),
    )  # fmt: skip
    confirm_blocks(problem, answer)
    write_answer(given.out, instance, problem, answer)
    feet = answer.cost_yuan
    print(
        f"{given.folder.name} {given.rules} {given.max_ride_s:g} s: {len(answer.blocks)} buses, "
        f"at least {answer.n_blocks_bound}; {len(answer.unserved)} stops unserved; "
        f"{time.monotonic() - begun_s:.1f} s; cost {feet}"
    )


if __name__ == "__main__":
    main()
