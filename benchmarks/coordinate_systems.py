"""How often is a coordinate system told right, asked for nothing, or missed? Counts over made points.

Points are made beside the roads of the sample county and of real extracts (moved to Shandong, so
that the shifts of China apply), written in WGS-84, GCJ-02 or BD-09, and judged as a county's
files are. ``python benchmarks/coordinate_systems.py --data FOLDER`` prints docs/coordinates.md's table.
"""

import argparse
import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from routing.inputs.detection import strangers, verdict
from routing.inputs.fitting import HYPOTHESES, RoadField, judge, make_field, score_points
from routing.inputs.systems import from_wgs84, in_shifted_area
from routing.roads import read_roads
from routing.roads.network import Roads

Floats = np.ndarray
SHANDONG = (116.0, 36.5)
NUMBERS, NOISES_M = (5, 20, 100, 1_000), (0, 50, 150, 300)
SAMPLE = Path("data/sample")


def moved(roads: Roads) -> Roads:
    """Return roads of elsewhere laid into Shandong, lengths kept."""
    west, south, east, north = roads.source.box
    lon, lat = (west + east) / 2, (south + north) / 2
    scale = np.cos(np.radians(lat)) / np.cos(np.radians(SHANDONG[1]))
    return replace(
        roads,
        shape_lon=(roads.shape_lon - lon) * scale + SHANDONG[0],
        shape_lat=roads.shape_lat - lat + SHANDONG[1],
    )


def make_points(
    field: RoadField, n: int, noise_m: float, how: str, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes of n points near roads.

    ``homes``: in villages of about eight homes; ``villages``: anywhere on the roads.
    """
    on_road = field.tree.data
    if how == "homes":
        middles = on_road[rng.integers(0, len(on_road), max(1, min(n // 8, 60)))]
        near = [field.tree.query_ball_point(middle, 500.0) for middle in middles]
        places = on_road[np.concatenate([rng.choice(some, -(-n // len(near))) for some in near])][
            :n
        ]
    else:
        places = on_road[rng.integers(0, len(on_road), n)]
    far = noise_m * (np.sqrt(rng.uniform(size=n)) if how == "homes" else rng.uniform(size=n))
    turn = rng.uniform(0, 2 * np.pi, n)
    east, north = (places + np.column_stack([far * np.cos(turn), far * np.sin(turn)])).T
    scale = np.radians(1) * 6_371_008.8
    return east / scale / np.cos(np.radians(field.lat)) + field.lon, north / scale + field.lat


def outcome(field: RoadField, lon: Floats, lat: Floats, truth: int) -> str:
    """Return what becomes of a file written in ``HYPOTHESES[truth]``, nothing said of it."""
    found = judge(score_points(field, *from_wgs84(lon, lat, HYPOTHESES[truth])))
    what = verdict(found, 0)
    if not what:
        return "silent"
    return f"{what} {'right' if found.likely == truth else 'wrong'}"


def count_made(fields: dict[str, RoadField], repeats: int) -> pd.DataFrame:
    """Return one row per made file."""
    rng, rows = np.random.default_rng(20), []
    cases = [("homes", noise) for noise in NOISES_M] + [("villages", 500)]
    for (name, field), n, (how, noise), truth, _ in itertools.product(
        fields.items(), NUMBERS, cases, range(3), range(repeats)
    ):
        lon, lat = make_points(field, n, noise, how, rng)
        rows.append((name, n, f"{how} 0-{noise} m", truth, outcome(field, lon, lat, truth)))
    return pd.DataFrame(rows, columns=["roads", "n", "points", "truth", "outcome"])


def show_sample(field: RoadField) -> None:
    """Print what becomes of the sample county's own files, and of each school's pupils."""
    for table in ("schools", "students", "parkings", "transit"):
        frame = pd.read_csv(SAMPLE / f"{table}.csv", encoding="utf-8-sig")
        frame = frame.rename(columns={"经度": "lon", "纬度": "lat"}).dropna(subset=["lon", "lat"])
        lon, lat = frame["lon"].to_numpy(), frame["lat"].to_numpy()
        said = [outcome(field, lon, lat, truth) for truth in range(3)]
        print(f"{table} ({len(frame)} points):", *said, sep=" | ")


def count_mixed(field: RoadField, noise_m: float, repeats: int) -> Counter[str]:
    """Return how many schools of the sample are told right where three in ten are shifted."""
    frame = pd.read_csv(SAMPLE / "students.csv", encoding="utf-8-sig").dropna(subset=["经度"])
    rng, counts = np.random.default_rng(21), Counter[str]()
    for _ in range(repeats):
        truth, found = {}, {}
        for school, rows in frame.groupby("学校编号"):
            truth[school] = int(rng.choice(3, p=(0.7, 0.15, 0.15)))
            far, turn = noise_m * np.sqrt(rng.uniform(size=len(rows))), rng.uniform(0, 7, len(rows))
            lon = rows["经度"] + np.degrees(far * np.cos(turn) / 6_371_008.8) / 0.805
            lat = rows["纬度"] + np.degrees(far * np.sin(turn) / 6_371_008.8)
            written = from_wgs84(lon, lat, HYPOTHESES[truth[school]])
            found[school] = judge(score_points(field, *(part[:200] for part in written)))
        other = strangers(found, 0)
        for school, at in truth.items():
            said = other[school].likely if school in other else 0
            kind = "right" if said == at else "missed" if not said else "wrong"
            counts[f"{'shifted' if at else 'WGS-84'} {kind}"] += 1
    return counts


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with a folder roads of real extracts")
    parser.add_argument("--repeats", type=int, default=4)
    options = parser.parse_args()
    roads = {"sample": read_roads(SAMPLE / "roads.osm.pbf")}
    show_sample(make_field(roads["sample"]))
    for noise in NOISES_M:
        found = count_mixed(make_field(roads["sample"]), noise, options.repeats)
        print(f"schools of mixed files, homes 0-{noise} m:", dict(sorted(found.items())))
    for path in sorted((options.data / "roads").glob("*.osm*")) if options.data else ():
        roads[path.name.split(".")[0]] = read_roads(path, cache=False)
    beyond = [name for name, one in roads.items() if not in_shifted_area(*one.source.box[:2])]
    print("never asked, since outside China:", *beyond)
    fields = {name: make_field(moved(one)) for name, one in roads.items()}
    made = count_made(fields, options.repeats)
    for truth, title in ((0, "WGS-84"), (1, "GCJ-02"), (2, "BD-09")):
        part = made[made["truth"] == truth]
        print(f"\ntruth {title}: {len(part)} files", dict(Counter(part["outcome"])))
        table = pd.crosstab([part["points"], part["n"]], part["outcome"])
        print(table.to_string())


if __name__ == "__main__":
    main()
