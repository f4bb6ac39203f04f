"""The page of measured figures holds them against their targets."""

import json
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def performance():
    """The module benchmarks/performance.py, which is in no package."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import performance
    finally:
        sys.path.remove(str(BENCHMARKS))
    return performance


FIGURES = {
    "cold_s": 8.0, "cold_cpu_s": 6.0, "reopened_s": 0.8, "table_turns_s": 0.5,
    "table_nodes_s": 0.25, "osrm_table_s": 2.0, "osrm_table_cpu_s": 2.0, "osrm_snap_s": 0.5,
    "osrm_snap_cpu_s": 0.5, "osrm_prepare_s": 40.0, "osrm_prepare_cpu_s": 40.0,
    "networkx_table_s": 250.0, "stop_added_ms": 5.0, "memory_mb": 501.0,
}  # fmt: skip


def test_ratios_are_those_of_one_run(performance):
    """8 / 40 s, 6 / 40 s of the processor, 0.8 / 8, 0.5 / 2, 0.5 / (2 - 0.5), 250 / 0.25."""
    rated = performance.rate(FIGURES)
    assert rated["cold_per_osrm"] == pytest.approx(0.2)
    assert rated["cold_per_osrm_cpu"] == pytest.approx(0.15)
    assert rated["reopened_per_cold"] == pytest.approx(0.1)
    assert rated["table_turns_per_osrm"] == pytest.approx(0.25)
    assert rated["table_turns_per_osrm_without_snapping"] == pytest.approx(1 / 3)
    assert rated["networkx_per_table_nodes"] == pytest.approx(1000)
    assert "scipy_per_osrm" not in rated


def test_what_is_met_missed_and_not_measured_is_told_apart(performance):
    """Exactly at a limit is met; nodes at 1/8 too; 501 MB and a tenth of cold are not."""
    rated = performance.rate(FIGURES)
    met = rated["targets_met"]
    assert met["cold_per_osrm"]
    assert met["table_nodes_per_osrm"]
    assert met["networkx_per_table_nodes"]
    assert met["stop_added_ms"]
    assert not met["memory_mb"]
    assert not met["reopened_per_cold"]
    assert "paths_10000_s" not in met
    rows = performance.target_table(rated)
    assert len(rows) == 2 + len(performance.TARGETS)
    words = [row.split("|")[-2].strip() for row in rows[2:]]
    assert words.count("not measured") == 3
    assert words.count("**no**") == 2
    assert "1/4 |" in next(row for row in rows if "with turns |" in row)


def test_the_page_says_which_parts_were_measured(performance, tmp_path):
    networks = [
        {"network": "made grid 3 x 3", "n_nodes": 9, "km": 1.8, "n_turns": 40, "ready_s": 0.018,
         "snap_20000_s": 0.1, "memory_mb": 100.0,
         **{f"table_{kind}_{n}_s": n / 1000 for kind in ("turns", "nodes")
            for n in (500, 1_000, 2_000)}},
    ]  # fmt: skip
    growth = {"networks": networks, "missing": [], "cpu": "a chip", "cores": 2, "python": "3.11"}
    (tmp_path / "growth.json").write_text(json.dumps(growth), "utf-8")
    performance.write_performance(tmp_path, tmp_path / "page.md")
    page = (tmp_path / "page.md").read_text("utf-8")
    assert "How cost grows" in page
    assert "Against the targets" not in page
    row = next(line for line in page.splitlines() if line.startswith("| made grid"))
    assert [cell.strip() for cell in row.split("|")[5:7]] == ["0.02", "2000.0"]
    assert "| 500 |" in row  # 2 s for 4,000,000 pairs: 500 ns each
