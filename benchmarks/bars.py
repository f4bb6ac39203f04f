"""Hold the solver against published answers: run all public instances, let independent scorers judge.

Every answer is written to a file and read by the scorer that lies with the data
(`bench/score_*.py` beside the folder `data`); a plan it does not find feasible counts as
missed. Finished runs are kept in benchmarks/out/bars and not run again, so that a long
series can be broken off and taken up.

    python benchmarks/bars.py park bird walk stops --seconds 120 [--write-docs]

What is measured: `park` and `bird` (16 multi-school instances at two ride limits: mixed
loads and windows, or one school a trip and fixed bells), `walk` (walk to stop), `stops`
(stop selection). `--seconds` is for 2,000 stops; smaller multi-school instances get less, a
quarter at least. One school against PyVRP
and small schools with their bounds have scripts of their own, whose tables are kept by
`--keep NAME FILE`.
"""

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from performance import SOLVER_PART as BEGIN

ROOT = Path(__file__).parents[1]
OUT = ROOT / "benchmarks" / "out" / "bars"
PAGE = ROOT / "docs" / "performance.md"
TARGETS = {("park", 2700): 1335, ("park", 5400): 1090, ("bird", 2700): 1580, ("bird", 5400): 1300}
"""Buses over the 16 instances that are to be reached, by rules and longest ride (s)."""
FIRST_SBR = 102
"""sbr1 is number 103 of the published values."""
MOST_STOPS = 2_000
"""Stops of the largest instances."""
REFERENCE = {"park": "park_mixed", "bird": "bird"}
"""Columns of the published counts."""


@dataclass(frozen=True)
class Run:
    """One call of a benchmark script: what it reads, its options, and how it is judged."""

    name: str
    script: str
    source: Path
    options: tuple[str, ...]
    suffix: str
    scorer: str
    judged_by: tuple[str, ...]


def find_data() -> Path:
    folder = Path(os.environ.get("SCHOOLBUS_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        sys.exit("The instances are not here: set SCHOOLBUS_SHARED to their folder.")
    return folder


def list_runs(data: Path, kinds: list[str], seed: int, seconds: int) -> list[Run]:
    bench = data / "data" / "bench"
    runs = []
    if "park" in kinds or "bird" in kinds:
        for folder in sorted((bench / "mixed_load" / "instances").iterdir()):
            for rules, limit in (key for key in TARGETS if key[0] in kinds):
                own = ("--max-ride-s", str(limit), "--rules", rules)
                n_stops = len((folder / "Stops.txt").read_text("utf-8").splitlines()) - 1
                share = min(1.0, max(0.25, n_stops / MOST_STOPS))
                common = ("--seconds", str(round(seconds * share)), "--seed", str(seed))
                name = f"mixed-{folder.name}-{rules}-{limit}"
                runs.append(Run(
                    name, "mixed_load.py", folder, (*own, *common), ".csv",
                    "score_mixed_load.py", own,
                ))  # fmt: skip
    common = ("--seconds", str(seconds), "--seed", str(seed))
    for kind, pattern in (("walk", "walk_to_stop/*.bus"), ("stops", "stop_selection/*.txt")):
        for path in sorted(bench.glob(pattern)) if kind in kinds else []:
            script = "walk_to_stop.py" if kind == "walk" else "stop_selection.py"
            best = ("--best", str(path.parent / "best_known.csv")) if kind == "walk" else ()
            runs.append(Run(
                f"{kind}-{path.stem}", script, path, common, ".json", f"score_{script}", best,
            ))  # fmt: skip
    return runs


def do(run: Run, data: Path) -> dict[str, object]:
    """Return what the scorer says of a run; a finished one is not run again."""
    kept = OUT / f"{run.name}.kept.json"
    if kept.exists():
        return json.loads(kept.read_text("utf-8"))
    answer = OUT / f"{run.name}{run.suffix}"
    script = [sys.executable, str(ROOT / "benchmarks" / run.script), str(run.source)]
    begun_s = time.perf_counter()
    said = subprocess.run(
        [*script, *run.options, "--out", str(answer)], capture_output=True, text=True, check=False
    )
    took_s = time.perf_counter() - begun_s
    scorer = [sys.executable, str(data / "bench" / run.scorer), str(run.source), str(answer)]
    judged = subprocess.run([*scorer, *run.judged_by], capture_output=True, text=True, check=False)
    result = {
        "name": run.name,
        "options": run.options,
        "took_s": round(took_s, 1),
        "feasible": judged.stdout.startswith("FEASIBLE: yes"),
        "verdict": judged.stdout.strip(),
        "said": (said.stdout + said.stderr).strip()[-2000:],
    }
    kept.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(f"{run.name}: {took_s:.0f} s, {judged.stdout.splitlines()[0] if judged.stdout else '?'}")
    return result


def count(verdict: str, pattern: str) -> float | None:
    found = re.search(pattern, verdict)
    return float(found.group(1)) if found else None


def buses_of(results: dict[str, dict[str, object]], name: str) -> int | None:
    result = results.get(name)
    if not result or not result["feasible"]:
        return None
    n = count(str(result["verdict"]), r"buses (\d+)")
    return None if n is None else int(n)


def mixed_table(results: dict[str, dict[str, object]], data: Path) -> list[str]:
    """Return the table of buses beside the published counts, and the sums."""
    path = data / "data" / "bench" / "mixed_load" / "reference_bus_counts.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [
        "| instance | longest ride | mixed loads | published | one school a trip | BiRD |",
        "|---|---|---|---|---|---|",
    ]
    sums: dict[tuple[str, int], list[int]] = {key: [0, 0, 0] for key in TARGETS}
    for row in rows:
        limit, cells = int(row["max_ride_s"]), []
        for rules in ("park", "bird"):
            ours = buses_of(results, f"mixed-{row['instance']}-{rules}-{limit}")
            published = int(row[REFERENCE[rules]])
            if ours is not None:
                total = sums[rules, limit]
                total[0], total[1] = total[0] + ours, total[1] + published
                total[2] += ours > published
            cells += ["-" if ours is None else f"{ours}", f"{published}"]
        lines.append(f"| {row['instance']} | {limit // 60} min | {' | '.join(cells)} |")
    lines += [
        "",
        "| rules | longest ride | in all | published | to reach | above the published | met |",
        "|---|---|---|---|---|---|---|",
    ]
    for (rules, limit), (ours, published, above) in sums.items():
        met = "yes" if 0 < ours <= TARGETS[rules, limit] and not above else "**no**"
        lines.append(
            f"| {rules} | {limit // 60} min | {ours} | {published} | ≤ {TARGETS[rules, limit]} | {above} | {met} |"
        )
    return lines


def published_length(data: Path, name: str) -> str:
    """Return the published length of a stop-selection instance (its heuristic's)."""
    number = int(name.removeprefix("stops-sbr")) + FIRST_SBR
    path = data / "data" / "bench" / "stop_selection" / "published_values.csv"
    with path.open(newline="") as file:
        values = {int(row["id"]): row["MH"] for row in csv.DictReader(file)}
    return f"published {values[number]}" if number in values else ""


def small_table(results: dict[str, dict[str, object]], data: Path) -> list[str]:
    lines = [
        "| instance | ours | beside the published | feasible | seconds |",
        "|---|---|---|---|---|",
    ]
    for name, result in sorted(results.items()):
        if name.startswith(("walk-", "stops-")):
            said = str(result["verdict"]).splitlines()
            ours = next((line for line in said if line.startswith(("routes", "total"))), "")
            gap = (
                published_length(data, name)
                if name.startswith("stops-")
                else "; ".join(line for line in said if line.startswith(("best_", "published")))
            )
            good = "yes" if result["feasible"] else "**no**"
            lines.append(f"| {name} | {ours} | {gap} | {good} | {result['took_s']} |")
    return lines


def write_docs(results: dict[str, dict[str, object]], data: Path) -> None:
    """Write the solver's part of docs/performance.md, and leave the rest as it is."""
    page = PAGE.read_text("utf-8")
    head = page.split(BEGIN)[0].rstrip()
    took = [float(str(result["took_s"])) for result in results.values()]
    parts = [
        BEGIN, "", "# How good the routes are", "",
        "Public instances, judged by independent scorers. Written by `python benchmarks/bars.py",
        f"park bird walk stops --write-docs`; no run took longer than {max(took, default=0):.0f} s.", "",
        "## Many schools, one fleet (Park, Tae and Kim 2012): buses", "",
        *mixed_table(results, data), "",
        "## Stops and routes together", "",
        *small_table(results, data),
    ]  # fmt: skip
    for path in sorted(OUT.glob("*.md")):
        parts += ["", path.read_text("utf-8").rstrip()]
    PAGE.write_text(f"{head}\n\n" + "\n".join(parts) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kinds", nargs="*", choices=["park", "bird", "walk", "stops", []])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--side-by-side", type=int, default=1, help="runs at the same time")
    parser.add_argument("--again", action="store_true", help="also what was finished before")
    parser.add_argument("--keep", nargs=2, metavar=("NAME", "FILE"), help="keep a table (Markdown)")
    parser.add_argument("--write-docs", action="store_true")
    args = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    data = find_data()
    if args.keep:
        (OUT / f"{args.keep[0]}.md").write_text(Path(args.keep[1]).read_text("utf-8"), "utf-8")
    runs = list_runs(data, args.kinds, args.seed, args.seconds)
    for run in runs if args.again else []:
        (OUT / f"{run.name}.kept.json").unlink(missing_ok=True)
    with ThreadPoolExecutor(args.side_by_side) as pool:
        list(pool.map(lambda run: do(run, data), runs))
    if args.write_docs:
        kept = [json.loads(path.read_text("utf-8")) for path in OUT.glob("*.kept.json")]
        write_docs({str(result["name"]): result for result in kept}, data)


if __name__ == "__main__":
    main()
