"""Measure how cost grows with the network and with origins times targets."""

import os
import statistics
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from peers import describe_machine
from workers import Worker, WorkerError

EXTRACTS = ("andorra", "liechtenstein", "malta", "porto")
MADE = (("rural", 100_000), ("rural", 300_000), ("rural", 1_000_000), ("grid", 50), ("grid", 70),
        ("grid", 100))  # fmt: skip
"""Kind, and how many nodes, or crossings either way; grids are the known weak spot."""

LIMIT_S = 600
"""A network that is not ready by then is given up, and that said."""

PLACES = (500, 1_000, 2_000)
HOMES = 20_000
ROUNDS = 3


def measure_growth(say: Callable[[str], None]) -> dict[str, Any]:
    """Return the figures of every network, extracts first; extracts not there are left out."""
    root = Path(__file__).resolve().parents[1]
    shared = Path(os.environ.get("SCHOOLBUS_SHARED", root.parent / "shared"))
    rows, missing = [], []
    with TemporaryDirectory(prefix="roads-growth-") as name:
        for extract in EXTRACTS:
            path = shared / "data" / "roads" / f"{extract}.osm.pbf"
            if not path.is_file():
                missing.append(extract)
                continue
            say(extract)
            copy = Path(name) / path.name
            copy.write_bytes(path.read_bytes())
            (Path(name) / extract).mkdir()
            rows.append(_measure(extract, "open", path=str(copy), kept=str(Path(name) / extract)))
        for kind, size in MADE:
            title = f"made grid {size} x {size}" if kind == "grid" else f"made rural {size:,}"
            say(title)
            rows.append(_measure(title, "made", kind=kind, size=size, seed=1))
    return {**describe_machine(), "networks": rows, "missing": missing}


def _measure(title: str, ask: str, **more: Any) -> dict[str, Any]:
    try:
        return _measure_all(title, ask, **more)
    except WorkerError as error:
        return {"network": title, "failed": str(error)}


def _measure_all(title: str, ask: str, **more: Any) -> dict[str, Any]:
    with Worker("road_worker.py") as worker:
        opened = worker.ask(ask, limit_s=LIMIT_S, **more)
        row: dict[str, Any] = {"network": title, "ready_s": opened["s"]}
        if not opened.get("prepared", True):
            return row | {"failed": f"too dense to prepare, told after {opened['s']:.0f} s"}
        if "make_s" in opened:
            row["make_s"] = opened["make_s"]
        row |= worker.ask("size")
        row["nodes_engine_s"] = worker.ask("open_nodes")["s"]
        worker.ask("places_of", n=max(PLACES), seed=1)
        for kind in ("turns", "nodes"):
            worker.ask("table", kind=kind, n=30)
            for n in PLACES:
                times = [worker.ask("table", kind=kind, n=n)["s"] for _ in range(ROUNDS)]
                row[f"table_{kind}_{n}_s"] = statistics.median(times)
        worker.ask("snap", n=30)
        row["snap_20000_s"] = worker.ask("snap", n=HOMES)["s"]
        row["memory_mb"] = worker.ask("memory")["peak_mb"]
    return row


def growth_table(figures: dict[str, Any]) -> list[str]:
    """Return the figures as lines of a Markdown table."""
    head = (
        ["network", "nodes", "km", "turns", "ready, s", "ready, µs per node"]
        + [f"turns {n:,}², s" for n in PLACES]
        + [f"nodes {n:,}², s" for n in PLACES]
        + ["ns per pair", "20,000 homes, s", "memory, MB"]
    )  # fmt: skip
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    last = max(PLACES)
    for row in figures["networks"]:
        if "failed" in row:
            empty = "|" * (len(head) - 1)
            lines.append(f"| {row['network']} | {row['failed']} {empty}")
            continue
        cells = [
            row["network"], f"{row['n_nodes']:,}", f"{row['km']:,.0f}", f"{row['n_turns']:,}",
            f"{row['ready_s']:.2f}", f"{1e6 * row['ready_s'] / row['n_nodes']:.1f}",
            *(f"{row[f'table_{kind}_{n}_s']:.3f}" for kind in ("turns", "nodes") for n in PLACES),
            f"{1e9 * row[f'table_turns_{last}_s'] / last**2:.0f}",
            f"{row['snap_20000_s']:.2f}", f"{row['memory_mb']:.0f}",
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def print_growth(figures: dict[str, Any]) -> None:
    """Print the curve as a table."""
    print("\n".join(growth_table(figures)))
    if figures["missing"]:
        print("not here:", ", ".join(figures["missing"]))
