"""Gridtown: a town and a plan small enough to check by head.

Roads every kilometre, four kilometres east-west (columns 0 to 4) and three north-south
(rows 0 to 3); a place is written (x, y) in kilometres from the south-west corner. All
roads are unclassified, which a bus drives at 24 km/h = 150 s per kilometre; the one on
row 3 is a primary road and no way in the plan is faster along it. A distance is the sum
of the two differences, wherever a column lies between the two places. Turns take no time
here, but nobody turns round except at a school or in the yard: a stop is left in the
direction in which it was reached. One link in the east, from (5.2, 0.5) to (6.2, 0.5),
connects to nothing.

        0    0.2  0.4  0.5   1        2   2.4  2.6     3  3.1 3.2 3.5  4
    3   o────────────────────o────────o────────────────o───────────────o   primary
                                                       b (3, 2.3)
    2   o────P3───f──────────o────────o────────────────o──P1───a───h───o
    1   o──────────────S1────o──d──────o─────e─────────o───────────S2──o   (d 1.5, e 2.5)
   0.5  Y                                                                   island: i (5.9, 0.5)
    0   o────────────────────o────────o───P2───c───────o───────────────o

Homes (row of students: place, school, grade, number, way to school on foot):
    a (3.2, 2)  S1 g2  3   2.7 + 1   = 3.7 km   entitled, walks 100 m to P1
    b (3, 2.3)  S1 g5  2   2.5 + 1.3 = 3.8 km   entitled, walks 300 + 100 m to P1
    c (2.6, 0)  S1 g4  6   2.1 + 1   = 3.1 km   entitled, walks 200 m to P2
    d (1.5, 1)  S1 g1  1   1.0 km               within 2 km
    e (2.5, 1)  S1 g3  1   2.0 km exactly       at the limit one walks
    f (0.4, 2)  S2 g7  7   3.1 + 1   = 4.1 km   entitled, walks 200 m to P3
    g unknown   S2 g8  1                        entitled until shown otherwise; unserved
    h (3.5, 2)  S2 g9  2   0.5+1+0.5 = 2.0 km   boards
    i (5.9, .5) S1 g4  1   no way (island)      entitled until shown otherwise; unserved

Dwell at a stop 30 s + 4 s a student, in the afternoon 5 s more for each of grades 1-2
(the three of a); at a school 29 s + 2 s a student to alight, 30 s + 4 s to
board. Bells S1 08:20, S2 08:00, both dismiss at 16:00.

Bus B1 (17 seats) from the yard Y (0, 0.5):
    run 1, R2 to S2: Y -> P3 1.7 km 255 s empty; P3 -> S2 3.3 + 1 = 4.3 km 645 s.
        P3 arrives 07:18:17 = 26297, dwell 30 + 4 x 7 = 58, leaves 26355,
        S2 arrives 27000 = 07:30:00, dwell 29 + 2 x 7 = 43, free 27043.
    run 2, R1 to S1: S2 -> P1 from the east, 0.5 + 1 + 0.9 = 2.4 km 360 s empty, there
        27403, waits; P1 27420 = 07:37:00, dwell 30 + 4 x 5 = 50, leaves 27470,
        P1 -> P2 0.7 + 2 = 2.7 km 405 s: P2 27875, dwell 30 + 4 x 6 = 54, leaves 27929,
        P2 -> S1 1.9 + 1 = 2.9 km 435 s: S1 28364 = 07:52:44, dwell 29 + 2 x 11 = 51,
        free 28415; back to Y 0.5 + 0.5 = 1 km 150 s.
    run 3, R3 to home: Y -> S1 1 km 150 s; S1 from 57826, leaves 57900 = 16:05:00;
        P2 58335, dwell 54, leaves 58389; P1 58794, dwell 30 + 20 + 15 = 65, free 58859;
        on to the east and back to Y 0.9 + 1 + 4 + 0.5 = 6.4 km 960 s.
Bus B2 (34 seats): run 1, R4 to home: Y -> S2 3.5 + 0.5 = 4 km 600 s; S2 from 57842,
        leaves 57900; P3 58545, dwell 58, free 58603; back to Y 1.7 km 255 s.
"""

from dataclasses import replace
from math import ceil, cos, radians

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Point

from routing.policy import Policy
from routing.records import District, Made, Plan
from routing.roads.network import ROAD_CLASSES, Roads, Source, plain_columns

WEST, SOUTH = 115.90, 36.40
"""South-west corner, degrees: the plain of western Shandong."""

KM_LAT = 1000 / 111_195.08
"""Degrees of latitude in a kilometre, on a sphere of 6,371,008.8 m."""

KM_LON = KM_LAT / cos(radians(SOUTH + KM_LAT))
"""Degrees of longitude in a kilometre, exact on row 1."""

COLUMNS, ROWS = 5, 4
N_ALONG = ROWS * (COLUMNS - 1)
N_GRID = N_ALONG + COLUMNS * (ROWS - 1)


def place(x_km: float, y_km: float) -> Point:
    """The point so many kilometres east and north of the corner."""
    return Point(WEST + x_km * KM_LON, SOUTH + y_km * KM_LAT)


def way(*corners: tuple[float, float]) -> LineString:
    """The line through places given in kilometres."""
    return LineString([place(*corner) for corner in corners])


def along(row: int, column: int) -> int:
    """The link from (column, row) east to (column + 1, row)."""
    return row * (COLUMNS - 1) + column


def up(column: int, row: int) -> int:
    """The link from (column, row) north to (column, row + 1)."""
    return N_ALONG + column * (ROWS - 1) + row


def grid_roads() -> Roads:
    """The roads: 16 links east-west, 15 north-south, and the island as the last."""
    knots = [(x, y) for y in range(ROWS) for x in range(COLUMNS)] + [
        (5.2, 0.5),
        (6.2, 0.5),
    ]
    points = [place(*knot) for knot in knots]
    lon, lat = np.array([p.x for p in points]), np.array([p.y for p in points])
    pairs = [
        (r * COLUMNS + c, r * COLUMNS + c + 1) for r in range(ROWS) for c in range(COLUMNS - 1)
    ]
    pairs += [
        (r * COLUMNS + c, (r + 1) * COLUMNS + c) for c in range(COLUMNS) for r in range(ROWS - 1)
    ]
    pairs += [(ROWS * COLUMNS, ROWS * COLUMNS + 1)]
    start, end = np.array(pairs, np.int64).T
    n = len(pairs)
    road_class = np.full(n, ROAD_CLASSES.index("unclassified"), np.int8)
    road_class[along(3, 0) : along(3, 4)] = ROAD_CLASSES.index("primary")
    name = np.ones(n, np.int32)
    name[along(3, 0) : along(3, 4)] = 2
    yes, no = np.ones(n, bool), np.zeros(n, bool)
    shape = np.stack([start, end], axis=1).ravel()
    villages = {
        "Gridtown": ("town", 1.5, 1.25), "Northfield": ("village", 3.3, 2.2),
        "Southford": ("village", 2.5, 0.2), "Westham": ("village", 0.4, 2.2),
        "Farholm": ("hamlet", 5.8, 0.6),
    }  # fmt: skip
    spots = [place(x, y) for _, x, y in villages.values()]
    return Roads(
        node_id=np.arange(1, len(knots) + 1, dtype=np.int64), node_lon=lon, node_lat=lat,
        start=start, end=end, way_id=np.arange(1001, 1001 + n, dtype=np.int64),
        road_class=road_class, name=name, bus_forward=yes, bus_backward=yes.copy(),
        walks=yes.copy(), signed_forward_kmh=np.zeros(n, np.float32),
        signed_backward_kmh=np.zeros(n, np.float32), lanes=np.full(n, 2, np.int8),
        width_m=np.full(n, 6.5, np.float32), oneway=no, no_centreline=no.copy(),
        urban=no.copy(), structure=no.copy(), ferry_s=np.zeros(n, np.int32),
        **plain_columns(len(knots), n), length_dm=np.full(n, 10_000, np.int64),
        shape_from=np.arange(0, 2 * n + 1, 2, dtype=np.int64),
        shape_lon=lon[shape], shape_lat=lat[shape], names=("", "Grid Road", "North Highway"),
        place_name=tuple(villages), place_kind=tuple(kind for kind, _, _ in villages.values()),
        place_lon=np.array([p.x for p in spots]), place_lat=np.array([p.y for p in spots]),
        source=Source("gridtown", "", (lon.min(), lat.min(), lon.max(), lat.max()), {}),
    )  # fmt: skip


def grid_schools() -> gpd.GeoDataFrame:
    """Gridtown Primary at (0.5, 1) and Gridtown Junior at (3.5, 1)."""
    return gpd.GeoDataFrame({
        "school_id": ["S1", "S2"],
        "name": ["Gridtown Primary", "Gridtown Junior"],
        "kind": ["primary", "junior"],
        "town": ["Gridtown", "Gridtown"],
        "first_grade": [1, 7],
        "last_grade": [6, 9],
        "bell_s": [30_000, 28_800],
        "bell_moved_s": [0, 0],
        "dismissal_s": [57_600, 57_600],
        "n_places": pd.array([240, None], "Int64"),
        "n_classes": pd.array([None, None], "Int64"),
        "n_meals": pd.array([None, None], "Int64"),
        "n_beds": pd.array([None, 40], "Int64"),
        "n_bays": pd.array([None, None], "Int64"),
        "protected": [True, False],
        "campus_of": ["", ""],
    }, geometry=[place(0.5, 1), place(3.5, 1)], crs=4326)  # fmt: skip


HOMES = (
    # id, place, school, grade, number, boards, village, straight, way, why
    ("a", (3.2, 2.0), "S1", 2, 3, False, "Northfield", 2880, 3700, "beyond_limit"),
    ("b", (3.0, 2.3), "S1", 5, 2, False, "Northfield", 2818, 3800, "beyond_limit"),
    ("c", (2.6, 0.0), "S1", 4, 6, False, "Southford", 2326, 3100, "beyond_limit"),
    ("d", (1.5, 1.0), "S1", 1, 1, False, "Gridtown", 1000, 1000, "within_limit"),
    ("e", (2.5, 1.0), "S1", 3, 1, False, "Gridtown", 2000, 2000, "within_limit"),
    ("f", (0.4, 2.0), "S2", 7, 7, False, "Westham", 3258, 4100, "beyond_limit"),
    ("g", None, "S2", 8, 1, False, "", None, None, "no_location"),
    ("h", (3.5, 2.0), "S2", 9, 2, True, "Northfield", 1000, 2000, "boards"),
    ("i", (5.9, 0.5), "S1", 4, 1, False, "Farholm", 5424, None, "no_way"),
)


def grid_students() -> gpd.GeoDataFrame:
    """The nine rows of students, with what demand adds."""
    ids, spots, schools, grades, numbers, boards, villages, straight, ways, why = zip(*HOMES, strict=True)  # fmt: skip
    return gpd.GeoDataFrame({
        "student_id": ids, "school_id": schools, "grade": grades, "n_students": numbers,
        "boards": boards, "needs": ["none"] * len(ids), "merged": [False] * len(ids),
        "village": villages, "town": [""] * len(ids), "placed": ["given"] * len(ids),
        "straight_m": pd.array(straight, "Int64"), "walk_m": pd.array(ways, "Int64"),
        "drive_m": pd.array(ways, "Int64"),
        "entitled": [code in {"beyond_limit", "no_location", "no_way"} for code in why],
        "why": why,
        "from_school_id": [""] * len(ids),
        "mode": [""] * len(ids),
        "mode_why": [""] * len(ids),
    }, geometry=[place(*spot) if spot else None for spot in spots], crs=4326)  # fmt: skip


def grid_district() -> District:
    """Gridtown as it is, its students with the columns that demand adds."""
    bus_types = pd.DataFrame({
        "bus_type_id": ["T19", "T36"], "kind": ["nine_year", "nine_year"], "seats": [19, 36],
        "pupil_seats": pd.array([17, 34], "Int64"), "n_available": pd.array([None, 2], "Int64"),
        "fixed_yuan_per_year": pd.array([None, None], "Int64"),
        "yuan_per_km": pd.array([None, None], "Float64"),
        "length_m": pd.array([6.0, 8.0], "Float64"), "wheelchairs": [0, 0],
        **{name: pd.array([None, None], "Float64") for name in ("width_m", "height_m", "weight_t")},
    })  # fmt: skip
    parkings = gpd.GeoDataFrame(
        {"parking_id": ["Y"], "name": ["The yard"], "n_buses": pd.array([None], "Int64")},
        geometry=[place(0, 0.5)], crs=4326,
    )  # fmt: skip
    stop_list = gpd.GeoDataFrame(
        {"stop_id": pd.Series(dtype=str), "name": pd.Series(dtype=str), "forbidden": pd.Series(dtype=bool)},
        geometry=[], crs=4326,
    )  # fmt: skip
    return District(grid_schools(), grid_students(), bus_types, parkings, stop_list, grid_roads())


def grid_stops() -> gpd.GeoDataFrame:
    """P1 at (3.1, 2), P2 at (2.4, 0), P3 at (0.2, 2)."""
    return gpd.GeoDataFrame({
        "stop_id": ["P1", "P2", "P3"],
        "name": ["Northfield crossing", "Southford bridge", "Westham farm"],
        "kind": ["candidate"] * 3,
        "link": [along(2, 3), along(0, 2), along(2, 0)],
        "offset_dm": [1000, 4000, 2000],
        "side": ["either"] * 3,
        "n_students": [5, 6, 7],
    }, geometry=[place(3.1, 2), place(2.4, 0), place(0.2, 2)], crs=4326)  # fmt: skip


def grid_routes() -> gpd.GeoDataFrame:
    """R1 and R2 in the morning, R3 and R4 in the afternoon."""
    north = [(3.1, 2), (3, 2), (3, 0), (2.4, 0)]
    south = [(2.4, 0), (1, 0), (1, 1), (0.5, 1)]
    west = [(0.2, 2), (3, 2), (3, 1), (3.5, 1)]
    lines = [north + south[1:], west, (north + south[1:])[::-1], west[::-1]]
    return gpd.GeoDataFrame({
        "route_id": ["R1", "R2", "R3", "R4"],
        "direction": ["to_school", "to_school", "to_home", "to_home"],
        "bus_type_id": ["T19", "T19", "T19", "T36"],
        "bus_id": ["B1", "B1", "B1", "B2"],
        "run": [2, 1, 3, 1],
        "parking_id": ["Y"] * 4,
        "n_students": [11, 7, 11, 7],
        "distance_m": [5600, 4300, 5600, 4300],
        "duration_s": [944, 703, 968, 703],
        "empty_m": [2400, 1700, 1000, 4000],
        "empty_s": [360, 255, 150, 600],
        "return_m": [1000, 0, 6400, 1700],
        "return_s": [150, 0, 960, 255],
        "depart_s": [27_420, 26_297, 57_900, 57_900],
        "arrive_s": [28_364, 27_000, 58_794, 58_545],
    }, geometry=[way(*line) for line in lines], crs=4326)  # fmt: skip


VISITS = (
    # route, order, place, kind, side, on, off, aboard, leg_m, leg_s, arrive_s, depart_s
    ("R1", 0, "P1", "stop", "backward", 5, 0, 5, 0, 0, 27_420, 27_470),
    ("R1", 1, "P2", "stop", "backward", 6, 0, 11, 2700, 405, 27_875, 27_929),
    ("R1", 2, "S1", "school", "either", 0, 11, 0, 2900, 435, 28_364, 28_415),
    ("R2", 0, "P3", "stop", "forward", 7, 0, 7, 0, 0, 26_297, 26_355),
    ("R2", 1, "S2", "school", "either", 0, 7, 0, 4300, 645, 27_000, 27_043),
    ("R3", 0, "S1", "school", "either", 11, 0, 11, 0, 0, 57_826, 57_900),
    ("R3", 1, "P2", "stop", "forward", 0, 6, 5, 2900, 435, 58_335, 58_389),
    ("R3", 2, "P1", "stop", "forward", 0, 5, 0, 2700, 405, 58_794, 58_859),
    ("R4", 0, "S2", "school", "either", 7, 0, 7, 0, 0, 57_842, 57_900),
    ("R4", 1, "P3", "stop", "backward", 0, 7, 0, 4300, 645, 58_545, 58_603),
)

SERVED = (
    # student, number, stop, walk, (route, board, alight, wait, ride) morning and afternoon
    ("a", 3, "P1", 100, ("R1", 0, 2, 1636, 944), ("R3", 0, 2, 300, 894)),
    ("b", 2, "P1", 400, ("R1", 0, 2, 1636, 944), ("R3", 0, 2, 300, 894)),
    ("c", 6, "P2", 200, ("R1", 1, 2, 1636, 489), ("R3", 0, 1, 300, 435)),
    ("f", 7, "P3", 200, ("R2", 0, 1, 1800, 703), ("R4", 0, 1, 300, 645)),
)

LEFT_OUT = (("g", 1, "no_location"), ("i", 1, "island"))


def grid_rides() -> pd.DataFrame:
    """Six entitled rows, morning and afternoon: four served, g and i not."""
    grade = {home[0]: home[3] for home in HOMES}
    rows = []
    for student, number, stop, walk_m, *both in SERVED:
        walk_s = ceil(walk_m / Policy().walk_m_per_s.at(grade[student]))
        for direction, (route, board, alight, wait_s, ride_s) in zip(
            ("to_school", "to_home"), both, strict=True
        ):
            rows.append((
                student, direction, 0, number, "bus", stop, route, board, alight,
                walk_m, wait_s, ride_s, walk_s + ride_s, "", None, None,
            ))  # fmt: skip
    for student, number, reason in LEFT_OUT:
        rows += [
            (
                student,
                direction,
                0,
                number,
                "unserved",
                "",
                "",
                *[None] * 6,
                reason,
                None,
                None,
            )
            for direction in ("to_school", "to_home")
        ]
    whole = ["board_order", "alight_order", "to_stop_m", "wait_s", "ride_s", "door_to_door_s", "reason_found", "reason_limit"]  # fmt: skip
    columns = ["student_id", "direction", "part", "n_students", "mode", "stop_id", "route_id", *whole[:6], "reason", *whole[6:]]  # fmt: skip
    rides = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(whole, "Int64"))
    return rides.assign(line_id="", from_stop_m=pd.array([None] * len(rides), "Int64"))


def grid_visits() -> pd.DataFrame:
    """The ten visits of the four routes."""
    return pd.DataFrame(VISITS, columns=[
        "route_id", "order", "place_id", "kind", "side", "n_on", "n_off", "n_aboard",
        "leg_m", "leg_s", "arrive_s", "depart_s",
    ])  # fmt: skip


def gridtown() -> Plan:
    """The plan of the module's docstring, under the national rules but for turns."""
    return Plan(
        policy=Policy(turn_near_s=0, turn_across_s=0, turn_sharp_s=0),
        district=grid_district(),
        stops=grid_stops(),
        routes=grid_routes(),
        visits=grid_visits(),
        rides=grid_rides(),
        made=Made("0.1.0", "", 1, 60, 4, 2, 0.1),
    )


def nobody_rides() -> Plan:
    """Gridtown where everybody boards: nobody is entitled, the plan's tables are empty."""
    plan = gridtown()
    students = plan.district.students.assign(boards=True, entitled=False, why="boards")
    return replace(
        plan,
        district=replace(plan.district, students=students),
        stops=plan.stops.iloc[:0], routes=plan.routes.iloc[:0],
        visits=plan.visits.iloc[:0], rides=plan.rides.iloc[:0],
        made=replace(plan.made, n_routes_bound=0, n_buses_bound=0),
    )  # fmt: skip
