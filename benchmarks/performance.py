"""Hold measured figures against their targets, and write docs/performance.md from them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from growth import growth_table


@dataclass(frozen=True)
class Target:
    """One line of the table: the figure that counts, and the most (or least) it may be.

    Parameters
    ----------
    work
        What is done.
    figure
        Name of the measured figure, and ``unit``.
    key
        Name of the figure that is held against ``limit``.
    limit
        The most; the least where ``least``.
    said
        The target in words.
    peer
        Figure of the peer, "" where the limit is one of ours alone.
    """

    work: str
    figure: str
    unit: str
    key: str
    limit: float
    said: str
    peer: str = ""
    least: bool = False


TARGETS = (
    Target("from .osm.pbf to ready walk and bus engines, cold", "cold_s", "s", "cold_per_osrm",
           1 / 4, "≤ 1/4 of osrm-extract + osrm-contract", "osrm_prepare_s"),
    Target("the same", "cold_s", "s", "cold_s", 12, "≤ 12 s"),
    Target("reopened from what is kept", "reopened_s", "s", "reopened_per_cold", 1 / 20,
           "≤ 1/20 of cold", "cold_s"),
    Target("table of times and distances, with turns", "table_turns_s", "s",
           "table_turns_per_osrm", 1 / 2.5, "≤ 1/2.5 of OSRM's CH table", "osrm_table_s"),
    Target("the same, without turns", "table_nodes_s", "s", "table_nodes_per_osrm", 1 / 8,
           "≤ 1/8 of OSRM's CH table", "osrm_table_s"),
    Target("the same, without turns", "table_nodes_s", "s", "networkx_per_table_nodes", 1000,
           "≥ 1,000 × faster than networkx", "networkx_table_s", least=True),
    Target("a stop moved: its row and column", "stop_added_ms", "ms", "stop_added_ms", 5, "≤ 5 ms"),
    Target("10,000 path geometries", "paths_10000_s", "s", "paths_10000_s", 0.6, "≤ 0.6 s"),
    Target("20,000 homes snapped to edges", "snap_20000_s", "s", "snap_20000_s", 0.3, "≤ 0.3 s"),
    Target("memory of the process after all of it", "memory_mb", "MB", "memory_mb", 500,
           "≤ 500 MB"),
    Target("without numba: the table with turns, by scipy", "scipy_table_s", "s",
           "scipy_per_osrm", 10, "≤ 10 × OSRM", "osrm_table_s"),
)  # fmt: skip

RATIOS = {
    "cold_per_osrm": ("cold_s", "osrm_prepare_s"),
    "reopened_per_cold": ("reopened_s", "cold_s"),
    "table_turns_per_osrm": ("table_turns_s", "osrm_table_s"),
    "table_nodes_per_osrm": ("table_nodes_s", "osrm_table_s"),
    "table_turns_per_osrm_without_snapping": ("table_turns_s", "osrm_core_s"),
    "table_turns_per_pyroutingkit": ("table_turns_s", "pyroutingkit_turns_s"),
    "table_nodes_per_pyroutingkit": ("table_nodes_s", "pyroutingkit_nodes_s"),
    "networkx_per_table_nodes": ("networkx_table_s", "table_nodes_s"),
    "scipy_per_osrm": ("scipy_table_s", "osrm_table_s"),
    "scipy_nodes_per_osrm": ("scipy_table_nodes_s", "osrm_table_s"),
}
"""Ratios, by the figures that they are made of; ``_cpu`` after a name: of processor time."""


SOLVER_PART = "<!-- solver: written by benchmarks/bars.py -->"
"""Where the part of the page begins that is not of the roads."""


def rate(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the figures with their ratios, and which targets they meet."""
    figures = dict(figures)
    if "osrm_table_s" in figures:
        for unit in ("s", "cpu_s"):
            figures[f"osrm_core_{unit}"] = (
                figures[f"osrm_table_{unit}"] - figures[f"osrm_snap_{unit}"]
            )
    for name, (over, under) in RATIOS.items():
        for unit, more in (("_s", ""), ("_cpu_s", "_cpu")):
            one, other = (key.removesuffix("_s") + unit for key in (over, under))
            if one in figures and figures.get(other):
                figures[name + more] = figures[one] / figures[other]
    met = {target.key: _is_met(target, figures) for target in TARGETS}
    return figures | {
        "targets_met": {key: is_met for key, is_met in met.items() if is_met is not None}
    }


def _is_met(target: Target, figures: dict[str, Any]) -> bool | None:
    value = figures.get(target.key)
    if value is None:
        return None
    return bool(value >= target.limit if target.least else value <= target.limit)


def target_table(figures: dict[str, Any]) -> list[str]:
    """Return the targets with what was reached, as lines of a Markdown table."""
    lines = ["| work | to reach | reached | beside | ratio | met |", "|---|---|---|---|---|---|"]
    for target in TARGETS:
        value, met = figures.get(target.figure), _is_met(target, figures)
        reached = "not measured" if value is None else f"{_short(value)} {target.unit}"
        peer = figures.get(target.peer)
        beside = "" if peer is None else f"{_short(peer)} s"
        ratio = _as_ratio(figures.get(target.key)) if target.peer else ""
        word = {True: "yes", False: "**no**", None: "not measured"}[met]
        cells = (target.work, target.said, reached, beside, ratio, word)
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _as_ratio(value: float | None) -> str:
    if not value:
        return ""
    return f"{_short(value)} ×" if value >= 1 else f"1/{_short(1 / value)}"


def print_targets(figures: dict[str, Any]) -> None:
    """Print the table and what it rests on."""
    print("\n".join([*target_table(figures), "", *_notes(figures)]))


def _notes(figures: dict[str, Any]) -> list[str]:
    """Return what has to be said about the figures, as Markdown paragraphs."""
    lines = [
        f"{figures['roads']}: {figures['n_nodes']:,} drivable nodes, of which a bus that needs "
        f"room to turn can use {figures['n_nodes_main']:,}; {figures['n_links']:,} "
        f"links, {figures['n_turns']:,} turns; {figures['places']:,} places on links, reached "
        f"and left from either kerb. {figures['cpu']}, {figures['cores']} cores, of which one is "
        f"used; Python {figures['python']}. Medians of {figures['rounds']}, ours and OSRM's in "
        "turn.",
        "",
        "Extrapolated: networkx from "
        f"{figures['networkx_sources']} sources on the contracted network "
        f"({figures['networkx_nodes']:,} nodes: crossings and dead ends), scipy from "
        f"{figures['scipy_sources']} sources"
        + (
            "." if figures["paths_measured"] >= 10_000
            else f", paths from {figures['paths_measured']} paths."
        ),
        "",
        f"Checked in the same run: {figures['table_turns_compared']:,} pairs with turns and "
        f"{figures['table_nodes_compared']:,} without, against Dijkstra's search: "
        f"{figures['table_turns_differ']} and {figures['table_nodes_differ']} differ. Snapping "
        f"against every piece of road one by one, {figures['snap_brute_points']} homes: the "
        f"distance differs by at most {1000 * figures['snap_brute_worst_m']:.2g} mm.",
        "",
        f"Largest memory on the way: {figures['memory_peak_mb']:.0f} MB; while opening cold "
        f"{figures['cold_memory_mb']:.0f} MB, reopened {figures['reopened_memory_mb']:.0f} MB. "
        f"scipy without turns: {figures['scipy_table_nodes_s']:.1f} s.",
        "",
    ]  # fmt: skip
    return lines + _osrm_notes(figures)


def _osrm_notes(figures: dict[str, Any]) -> list[str]:
    if figures["osrm"] != "measured":
        lines = [f"OSRM: {figures['osrm']}."]
        if "pyroutingkit_turns_s" not in figures:
            return [*lines, f"pyroutingkit: {figures['pyroutingkit']}."]
        ratios = [
            f"{kind} {figures[f'pyroutingkit_{kind}_s']:.2f} s, ours "
            f"{_as_ratio(figures[f'table_{kind}_per_pyroutingkit'])} of it"
            for kind in ("turns", "nodes")
        ]
        return [*lines, f"pyroutingkit (times only; at most 1/2 wanted): {'; '.join(ratios)}."]
    lines = [
        f"OSRM (osrm-bindings, car.lua): extract {figures['osrm_extract_s']:.1f} s, contract "
        f"{figures['osrm_contract_s']:.1f} s, table {figures['osrm_table_s']:.2f} s, of which "
        f"snapping {figures['osrm_snap_s']:.2f} s (ours has its places on links already; "
        f"without snapping the ratio with turns is "
        f"{_as_ratio(figures['table_turns_per_osrm_without_snapping'])}); memory "
        f"{figures['osrm_memory_mb']:.0f} MB.",
        "",
    ]
    if "time_ratio_median" not in figures:
        return lines
    return [
        *lines,
        f"Ours over OSRM's, {figures['osrm_pairs_compared']:,} pairs: distance median "
        f"{figures['distance_ratio_median']:.3f} (5 % {figures['distance_ratio_p5']:.2f}, 95 % "
        f"{figures['distance_ratio_p95']:.2f}; within 1 %: "
        f"{figures['distance_share_equal_1pct']:.0%}), time median "
        f"{figures['time_ratio_median']:.2f} (5 % {figures['time_ratio_p5']:.2f}, 95 % "
        f"{figures['time_ratio_p95']:.2f}), correlation of times "
        f"{figures['time_correlation']:.3f}. Left out: {figures['osrm_places_off']:.1%} of the "
        "places, which stand on roads that OSRM's car does not drive. The rest is of the rules: "
        "ours is a loaded bus, with a bus's speed limits, no motorways, no turning back without "
        "room and no roads that are too narrow or low; OSRM's is a car, which turns anywhere at "
        "a dead end and may take motorways.",
    ]


def write_performance(folder: Path, path: Path) -> None:
    """Write the page from roads.json and growth.json of a folder; the solver's part stays."""
    lines = [
        "# How fast the roads are", "",
        "Written by `python benchmarks/roads.py --write-docs` from what these measured, each",
        "in one run on one machine; compare ratios, not seconds:", "",
        "```", "python benchmarks/roads.py --roads porto.osm.pbf --places 2000",
        "python benchmarks/roads.py --curve", "```", "",
    ]  # fmt: skip
    for name, title, table in (
        ("roads", "Against the targets", _targets_part),
        ("growth", "How cost grows", _growth_part),
    ):
        source = folder / f"{name}.json"
        if source.is_file():
            lines += [f"## {title}", "", *table(json.loads(source.read_text("utf-8"))), ""]
    others = path.read_text("utf-8").partition(SOLVER_PART) if path.is_file() else ("", "", "")
    page = "\n".join(lines).rstrip() + "\n"
    path.write_text(page + ("\n" + SOLVER_PART + others[2] if others[1] else ""), "utf-8")


def _targets_part(figures: dict[str, Any]) -> list[str]:
    return [*target_table(figures), "", *_notes(figures)]


def _growth_part(figures: dict[str, Any]) -> list[str]:
    return [
        "Ready: walk and bus engines, of an extract from its file, of a made network from its "
        "roads. Tables with turns and without, so many places squared; nanoseconds per pair are "
        "those of the largest table with turns. Grids where every crossing has turns that cost "
        "are the known weak spot: no street is more important than another.",
        "",
        *growth_table(figures),
        "",
        f"{figures['cpu']}, {figures['cores']} cores, of which one is used; Python "
        f"{figures['python']}.",
    ]
