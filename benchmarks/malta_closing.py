"""Closing schools on Malta's real roads: places and schools of the extract, pupils made.

Villages and schools are those of an OpenStreetMap extract; every enrolment is made by one
formula and nobody in it is real: each village, town or hamlet has pupils of grades 1 to 6
at points around its node, who attend the nearest school. The smallest schools are asked
about; the present, the choices and the page for the hearing are written and judged.

    python benchmarks/malta_closing.py [--seconds 120] [--seed 1] [--out benchmarks/out/malta-closing]
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
from malta import SEATS, read_malta

import routing as rt
from routing.policy import ByGrade

WEST = 14.45
"""Only what lies west of this is taken (degrees): the villages."""
PUPILS = {"town": 60, "village": 30, "hamlet": 6}
"""Made pupils of grades 1 to 6 by kind of place."""
SPREAD_M = 700
"""Homes lie so far around a place's node (m, standard deviation)."""
APART_M = 400
"""Of two schools nearer to each other than this only the first is taken (m)."""
N_SCHOOLS = 9
M_PER_DEGREE = 111_195


def metres(lon: np.ndarray, lat: np.ndarray, to_lon: float, to_lat: float) -> np.ndarray:
    return M_PER_DEGREE * np.hypot((lon - to_lon) * np.cos(np.radians(35.9)), lat - to_lat)


def pick_schools(roads: rt.Roads) -> pd.DataFrame:
    """Return schools of the extract in the west, far enough from each other."""
    picked: list[dict[str, object]] = []
    for kind, name, lon, lat in zip(
        roads.place_kind, roads.place_name, roads.place_lon, roads.place_lat, strict=True
    ):
        near = [metres(one["lon"], one["lat"], lon, lat) < APART_M for one in picked]
        if kind == "school" and lon < WEST and lat < 35.97 and not any(near):
            picked.append(
                {"school_id": f"M{len(picked) + 1:02d}", "name": name, "lon": lon, "lat": lat}
            )
    step = max(1, len(picked) // N_SCHOOLS)
    schools = pd.DataFrame(picked[::step][:N_SCHOOLS])
    bell = [("08:00", "14:00"), ("08:30", "14:30")]
    schools["bell"] = [bell[k % 2][0] for k in range(len(schools))]
    schools["dismissal"] = [bell[k % 2][1] for k in range(len(schools))]
    return schools.assign(kind="primary", town="west", n_places=500, n_meals=500)


def make_pupils(roads: rt.Roads, schools: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return made pupils around the places of the extract, at their nearest school."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for kind, name, lon, lat in zip(
        roads.place_kind, roads.place_name, roads.place_lon, roads.place_lat, strict=True
    ):
        if kind not in PUPILS or lon > WEST or lat > 35.97:
            continue
        for n in range(PUPILS[kind]):
            east, north = rng.normal(0, SPREAD_M / M_PER_DEGREE, 2)
            home = lon + east / np.cos(np.radians(35.9)), lat + north
            way = metres(schools["lon"].to_numpy(), schools["lat"].to_numpy(), *home)
            rows.append({
                "student_id": f"p{len(rows):04d}", "village": name, "grade": 1 + n % 6,
                "school_id": schools["school_id"].iloc[int(way.argmin())],
                "lon": home[0], "lat": home[1],
            })  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "out" / "malta-closing")
    arguments = parser.parse_args()
    root = Path(os.environ.get("SCHOOLBUS_SHARED", Path(__file__).parents[2] / "shared"))
    roads = read_malta(root / "data")
    schools = pick_schools(roads)
    pupils = make_pupils(roads, schools, arguments.seed)
    types = pd.DataFrame([
        {"bus_type_id": f"{pupil} seats", "seats": seats, "pupil_seats": pupil}
        for seats, pupil in SEATS.items()
    ])  # fmt: skip
    used = schools["school_id"].isin(pupils["school_id"])
    district = rt.make_district(schools[used], pupils, types, roads)
    rules = rt.Policy(
        name="malta", ride_beyond_m=1_500, right_hand_traffic=False, three_point_length_m=12.0,
        max_walk_to_stop_m=ByGrade(700, 900, 1_000), no_new_small=False, keep_town_junior=False,
    )  # fmt: skip
    begun_s = time.perf_counter()
    found = rt.consolidate(district, rules, seconds=arguments.seconds, seed=arguments.seed)
    print(
        rt.choice_table(found, tried=True)[
            ["choice", "chosen", "cost_yuan", "time_s", "n_changed", "n_buses", "breaks"]
        ].to_string()
    )
    print(found.bounds.to_string(), found.say(), f"{time.perf_counter() - begun_s:.0f} s", sep="\n")
    for choice in found.choices:
        breaches = rt.check_plan(choice.plan)
        print(choice.name, rt.summarise_plan(choice.plan, n_breaches=len(breaches)))
    shown = {one.name: one for one in (found.present, *[c for c in found.choices if c.closed][:4])}
    if len(shown) > 1:
        print(rt.write_hearing(
            {name: one.plan for name, one in shown.items()},
            {name: one.scenario for name, one in shown.items() if one.closed},
            arguments.out / "hearing.html",
        ))  # fmt: skip
    rt.write_map(found.present.plan, arguments.out / "index.html")
    tried = [one for one in found.tried if one.closed and one.plan_made]
    if tried:
        show_one(district, rules, found.present.plan, tried[0].scenario, arguments)


def show_one(
    district: rt.District, rules: rt.Policy, present: rt.Plan, scenario: rt.Scenario,
    arguments: argparse.Namespace,
) -> None:  # fmt: skip
    """Plan one closure on, judge it, and write the page that a hearing would get."""
    after = rt.replan(present, rt.apply_scenario(scenario, district, rules), seconds=10)
    print(scenario.name, "breaches", len(rt.check_plan(after)))
    plans = {"present": present, scenario.name: after}
    print(rt.write_hearing(plans, {scenario.name: scenario}, arguments.out / "one.html"))
    rt.write_map(after, arguments.out / "one-map.html")


if __name__ == "__main__":
    main()
