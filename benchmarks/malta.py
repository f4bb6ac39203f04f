"""Two schools of Malta, planned on real roads: read, planned, judged, drawn.

Pupils, stops and a map service's driving times come from the public instances Mgarr and
Mellieha (Lewis and Smith-Miles 2018; Sciortino, Lewis and Thompson 2023); the pupils'
addresses in them are random. Roads come from an OpenStreetMap extract. One pupil is put
on the island of Gozo, to see that no bus crosses the sea.

    python benchmarks/malta.py [--seconds 60] [--seed 1] [--json]
"""

import argparse
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import routing as rt
from routing.policy import ByGrade
from routing.roads import bus_network, measure_travel, snap_points
from routing.roads.edits import RoadEdit, apply_edits

INSTANCES = ("Mgarr", "Mellieha")
GOZO = (14.2396, 36.0443)
"""Victoria, the town in the middle of Gozo."""

SEATS = {20: 18, 39: 36, 47: 44, 56: 53}
"""Approved number and pupil seats; the pupil seats are sizes used in Malta."""

GNEJNA = (14.3446338, 35.920495)
"""Where the road to Gnejna bay ends: a public stop is there (one of the instance's), so buses turn
on the car park; the extract has no turning place."""


@dataclass(frozen=True)
class Instance:
    """One file: places as (lon, lat), pupils per address, driving seconds."""

    name: str
    stops: tuple[tuple[float, float], ...]
    stop_names: tuple[str, ...]
    homes: tuple[tuple[float, float], ...]
    pupils: tuple[int, ...]
    drive_s: np.ndarray


def read_instance(path: Path) -> Instance:
    """Read a .bus file; place 0 of ``stops`` is the school."""
    rows = [line.split(",") for line in path.read_text("utf-8", "replace").splitlines() if line]
    stops = [row for row in rows if row[0] == "s"]
    homes = [row for row in rows if row[0] == "a"]
    drive_s = np.zeros((len(stops), len(stops)))
    for row in rows:
        if row[0] == "d":
            drive_s[int(row[1]), int(row[2])] = float(row[4])
    return Instance(
        path.stem,
        tuple((float(row[2]), float(row[1])) for row in stops),
        tuple(",".join(row[3:]).strip(" ,.") for row in stops),
        tuple((float(row[2]), float(row[1])) for row in homes),
        tuple(int(row[3]) for row in homes),
        drive_s,
    )


def policy() -> rt.Policy:
    """Return the rules of the instances: beyond 1 km, walks to 1 km, 45 minutes, 15 + 5 s.

    The instances count no walking inside 1 km, so a further stop is worth much of it here.
    """
    return rt.Policy(
        name="malta", ride_beyond_m=1_000, right_hand_traffic=False,
        max_ride_s=ByGrade(2_700, 2_700, 2_700), max_door_to_door_s=ByGrade(4_500, 4_500, 4_500),
        max_walk_to_stop_m=ByGrade(1_000, 1_000, 1_000), stop_s=15, board_s=5, stop_worth_student_m=10_000,
    )  # fmt: skip


def read_malta(data: Path) -> rt.Roads:
    """Return the roads of Malta with the one turning place that the extract lacks."""
    roads = rt.read_roads(data / "roads" / "malta.osm.pbf", cache=False)
    edited = apply_edits(roads, [RoadEdit("turning_place", np.array([GNEJNA]))])
    if edited.misses:
        msg = f"the turning place at Gnejna bay: {edited.misses}"
        raise SystemExit(msg)
    return edited.roads


def make_district(instances: list[Instance], roads: rt.Roads) -> rt.District:
    """Return one district of both schools, their pupils, and one pupil on Gozo."""
    schools = pd.DataFrame([
        {"school_id": one.name, "name": one.stop_names[0], "lon": one.stops[0][0],
         "lat": one.stops[0][1], "bell": "08:30", "dismissal": "14:30"}
        for one in instances
    ])  # fmt: skip
    students = [
        {"student_id": f"{one.name}-{k}", "school_id": one.name, "grade": 5, "lon": lon,
         "lat": lat, "n_students": n}
        for one in instances
        for k, ((lon, lat), n) in enumerate(zip(one.homes, one.pupils, strict=True))
    ]  # fmt: skip
    on_gozo = {"student_id": "gozo", "school_id": instances[0].name, "grade": 5, "n_students": 1}
    students.append(on_gozo | {"lon": GOZO[0], "lat": GOZO[1]})
    stops = [
        {"stop_id": f"{one.name}-s{k}", "name": one.stop_names[k], "lon": lon, "lat": lat}
        for one in instances
        for k, (lon, lat) in list(enumerate(one.stops))[1:]
    ]
    types = [
        {"bus_type_id": f"{pupils} seats", "seats": seats, "pupil_seats": pupils}
        for seats, pupils in SEATS.items()
    ]
    return rt.make_district(
        schools, pd.DataFrame(students), pd.DataFrame(types), roads, stop_list=pd.DataFrame(stops)
    )


def compare_times(instance: Instance, roads: rt.Roads, rules: rt.Policy) -> dict[str, float]:
    """Return how our driving times relate to the map service's: correlation and factors."""
    network = bus_network(roads, rules)
    lon, lat = np.array(instance.stops).T
    places = snap_points(network, lon, lat, within_m=500)
    travel = measure_travel(network, places, places)
    apart = ~np.eye(len(lon), dtype=bool) & travel.reached & (instance.drive_s > 0)
    ours, theirs = travel.duration_s[apart], instance.drive_s[apart]
    return {
        "correlation": float(np.corrcoef(ours, theirs)[0, 1]),
        "ours_over_theirs": float(ours.sum() / theirs.sum()),
        "median_ratio": float(np.median(ours / np.maximum(theirs, 1))),
        "snap_median_m": float(np.median(places.moved_m)),
    }


def run(data: Path, out: Path, seconds: int, seed: int, rounds: int | None = None) -> dict:
    """Plan both schools, judge the plan, draw it; return the figures."""
    began = time.perf_counter()
    roads = read_malta(data)
    parsed = time.perf_counter()
    bus_network(roads, policy())
    built = time.perf_counter()
    instances = [read_instance(data / "bench" / "walk_to_stop" / f"{n}.bus") for n in INSTANCES]
    district = make_district(instances, roads)
    plan = rt.make_plan(district, policy(), seconds=seconds, seed=seed, max_rounds=rounds)
    breaches = rt.check_plan(plan)
    out.mkdir(parents=True, exist_ok=True)
    rt.write_map(plan, out / "malta.html", privacy="internal")
    rt.write_report(plan, out / "malta_report.html", breaches=breaches)
    morning = plan.routes[plan.routes["direction"] == "to_school"]
    by_school = {
        name: {
            "routes": len(group),
            "minutes": round(float(group["duration_s"].sum()) / 60, 1),
            **compare_times(one, roads, policy()),
        }
        for one, name in zip(instances, INSTANCES, strict=True)
        for group in [morning[morning["route_id"].str.startswith(name)]]
    }
    return {
        "parse_s": round(parsed - began, 2), "build_s": round(built - parsed, 2),
        "summary": rt.summarise_plan(plan, n_breaches=len(breaches)),
        "breaches": [str(breach) for breach in breaches],
        "gozo": plan.rides[plan.rides["student_id"] == "gozo"]["reason"].tolist(),
        "schools": by_school, "took_s": plan.made.took_s,
    }  # fmt: skip


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    root = Path(__file__).resolve().parents[1]
    shared = Path(os.environ.get("SCHOOLBUS_SHARED", root.parent / "shared"))
    figures = run(shared / "data", root / "benchmarks" / "out", args.seconds, args.seed)
    print(json.dumps(figures, indent=None if args.json else 2, ensure_ascii=False))


if __name__ == "__main__":
    main()
