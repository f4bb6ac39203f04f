"""A made network of short roads in all directions, pupils beside it, and what becomes of their file."""

import re
import tomllib

import numpy as np
import pandas as pd
from county_by_hand import street

from routing.inputs.declared import Declared
from routing.inputs.detection import settle_systems
from routing.inputs.joining import read_parts
from routing.inputs.layers import sheet_of_frame
from routing.inputs.systems import System, from_wgs84
from routing.roads.network import Roads, Source, plain_columns
from routing.tables import INPUT_TABLES

WEST, SOUTH = 115.9, 36.4
TABLES = {table.name: table for table in INPUT_TABLES}


def strewn(west: float, south: float) -> Roads:
    """Return straight roads of about 800 m, in all directions."""
    rng, n = np.random.default_rng(8), 400
    lon, lat = west + rng.uniform(0, 0.16, n), south + rng.uniform(0, 0.13, n)
    turn = rng.uniform(0, 2 * np.pi, n)
    ends_lon = np.column_stack([lon, lon + 0.009 * np.cos(turn)]).ravel()
    ends_lat = np.column_stack([lat, lat + 0.0072 * np.sin(turn)]).ravel()
    box = (ends_lon.min(), ends_lat.min(), ends_lon.max(), ends_lat.max())
    one, nothing = street(), np.array([], dtype=np.float64)
    of_links = {
        name: np.repeat(getattr(one, name), n)
        for name in (
            "way_id", "road_class", "name", "bus_forward", "bus_backward", "walks", "oneway",
            "no_centreline", "urban", "structure", "signed_forward_kmh", "signed_backward_kmh",
            "lanes", "width_m", "ferry_s", "length_dm",
        )
    }  # fmt: skip
    return Roads(
        node_id=np.arange(2 * n), node_lon=ends_lon, node_lat=ends_lat,
        start=np.arange(0, 2 * n, 2), end=np.arange(1, 2 * n, 2), **of_links,
        **plain_columns(2 * n, n), shape_from=np.arange(0, 2 * n + 1, 2),
        shape_lon=ends_lon, shape_lat=ends_lat, names=("",), place_name=(), place_kind=(),
        place_lon=nothing, place_lat=nothing, source=Source("strewn", "", box, {}),
    )  # fmt: skip


def homes(roads: Roads, n: int = 200, seed: int = 1) -> pd.DataFrame:
    """Return pupils of four schools who live within 20 m of a road, in WGS-84."""
    rng = np.random.default_rng(seed)
    link, along = rng.integers(0, len(roads.start), n), rng.uniform(size=n)
    lon, lat = roads.shape_lon.reshape(-1, 2), roads.shape_lat.reshape(-1, 2)
    return pd.DataFrame({
        "student_id": [f"P{at}" for at in range(n)],
        "school_id": [f"S{at % 4}" for at in range(n)],
        "grade": "1",
        "lon": lon[link, 0] + along * (lon[link, 1] - lon[link, 0]) + rng.uniform(-0.0002, 0.0002, n),
        "lat": lat[link, 0] + along * (lat[link, 1] - lat[link, 0]),
    })  # fmt: skip


def written(pupils: pd.DataFrame, system: System, rows=None) -> pd.DataFrame:
    """Return pupils with coordinates of another system, all or some rows."""
    rows = np.ones(len(pupils), dtype=bool) if rows is None else np.asarray(rows)
    x, y = from_wgs84(pupils["lon"], pupils["lat"], system)
    return pupils.assign(lon=np.where(rows, x, pupils["lon"]), lat=np.where(rows, y, pupils["lat"]))


def settle(pupils, roads: Roads, table: str = "students", **coordinates):
    """Return what becomes of one table, said of it what county.toml says."""
    frames = pupils if isinstance(pupils, list) else [pupils]
    sheets = [sheet_of_frame(one, f"f{at}.csv") for at, one in enumerate(frames, 1)]
    reading = read_parts(sheets, TABLES[table])
    settled, *rest = settle_systems({table: reading}, roads, Declared(coordinates=coordinates))
    return settled[table].points, *rest


def off_m(points, pupils: pd.DataFrame) -> float:
    """Return the largest distance of points from where the pupils live."""
    east = (points.lon - pupils["lon"].to_numpy()) * 89_500
    return float(np.hypot(east, (points.lat - pupils["lat"].to_numpy()) * 111_200).max())


def said_lines(fault) -> list[dict[str, object]]:
    """Return the lines for county.toml that a question offers, as read from TOML."""
    found = re.findall(r"\w+ = (?:\{[^}]*\}|\"[^\"]*\")", fault.remedy.en)
    return [tomllib.loads(line) for line in found]
