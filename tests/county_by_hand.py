"""A county of two schools, four homes and two kinds of bus, as a planner's files hold it.

The roads are one street from (116.00, 36.40) to (116.10, 36.50).
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from routing.roads.network import Roads, Source, plain_columns

BOX = (116.0, 36.4, 116.1, 36.5)

SCHOOLS = [
    {"school_id": "001", "name": "堂邑镇中心小学", "lon": 116.02, "lat": 36.42, "kind": "primary",
     "first_grade": "1", "last_grade": "6", "bell": "08:20", "dismissal": "16:30"},
    {"school_id": "002", "name": "堂邑中学", "lon": 116.08, "lat": 36.48, "kind": "junior",
     "first_grade": "7", "last_grade": "9", "bell": "08:00", "dismissal": "17:00"},
]  # fmt: skip
STUDENTS = [
    {"student_id": "a", "school_id": "001", "grade": "1", "lon": 116.05, "lat": 36.45, "n_students": "1", "boards": "no"},
    {"student_id": "b", "school_id": "001", "grade": "6", "lon": 116.09, "lat": 36.49, "n_students": "3", "boards": "no"},
    {"student_id": "c", "school_id": "002", "grade": "7", "lon": 116.01, "lat": 36.41, "n_students": "1", "boards": "yes"},
    {"student_id": "d", "school_id": "002", "grade": "9", "lon": None, "lat": None, "n_students": "1", "boards": None},
]  # fmt: skip
BUS_TYPES = [
    {"bus_type_id": "big", "seats": "36", "pupil_seats": "34", "n_available": "2"},
    {"bus_type_id": "small", "seats": "19", "pupil_seats": None, "n_available": None},
]
PARKINGS = [{"parking_id": "P", "name": "客运站", "lon": 116.04, "lat": 36.44, "n_buses": "5"}]


def frame(rows, **changes) -> pd.DataFrame:
    """Return rows as a frame of text; ``changes`` gives whole columns anew."""
    return pd.DataFrame(rows, dtype=object).assign(**changes)


def geo(rows, **changes) -> gpd.GeoDataFrame:
    """Return rows with lon and lat turned to a geometry; a missing one is None."""
    plain = frame(rows, **changes)
    lon, lat = plain.pop("lon").astype(float), plain.pop("lat").astype(float)
    points = gpd.points_from_xy(lon, lat, crs="EPSG:4326")
    points = [None if np.isnan(x) else point for x, point in zip(lon, points, strict=True)]
    return gpd.GeoDataFrame(plain, geometry=gpd.GeoSeries(points, crs="EPSG:4326"))


def write_csv(folder: Path, name: str, rows, encoding: str = "utf-8") -> Path:
    """Write rows as a CSV file into the folder."""
    path = folder / f"{name}.csv"
    path.write_text(frame(rows).to_csv(index=False), encoding=encoding)
    return path


def street(box=BOX) -> Roads:
    """Return roads of one link between two corners of a box."""
    west, south, east, north = box
    one = {"start": 0, "end": 1, "way_id": 1, "road_class": 8, "name": 0}
    flags = (
        "bus_forward",
        "bus_backward",
        "walks",
        "oneway",
        "no_centreline",
        "urban",
        "structure",
    )
    numbers = ("signed_forward_kmh", "signed_backward_kmh", "lanes", "width_m", "ferry_s")
    lon, lat = np.array([west, east]), np.array([south, north])
    nothing = np.array([], dtype=np.float64)
    return Roads(
        node_id=np.array([1, 2]), node_lon=lon, node_lat=lat,
        **{name: np.array([value]) for name, value in one.items()},
        **{name: np.array([name in flags[:3]]) for name in flags},
        **{name: np.array([0]) for name in numbers},
        **plain_columns(2, 1),
        length_dm=np.array([140_000]), shape_from=np.array([0, 2]), shape_lon=lon, shape_lat=lat,
        names=("",), place_name=(), place_kind=(), place_lon=nothing, place_lat=nothing,
        source=Source("street", "", box, {}),
    )  # fmt: skip


def write_roads(folder: Path, box=BOX, name: str = "roads.osm.pbf") -> Path:
    """Write the same street as an OpenStreetMap file into the folder."""
    from routing.roads.writing import write_osm

    west, south, east, north = box
    nodes = [
        (1, west, south, {}),
        (2, (west + east) / 2, (south + north) / 2, {}),
        (3, east, north, {}),
    ]
    return write_osm(folder / name, nodes, [(1, [1, 2, 3], {"highway": "tertiary"})])


def write_county(folder: Path) -> Path:
    """Write the whole county as CSV files with its roads."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (
        ("schools", SCHOOLS),
        ("students", STUDENTS),
        ("bus_types", BUS_TYPES),
        ("parkings", PARKINGS),
    ):
        write_csv(folder, name, rows)
    write_roads(folder)
    return folder
