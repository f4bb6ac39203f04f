"""Schools open, become campuses of one, or begin at another time."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.errors import Fault, InputError
from routing.policy import Policy
from routing.records import District
from routing.scenario.changes import (
    MergeCampuses,
    MoveBell,
    OpenSchool,
)
from routing.scenario.moving import WHERE, Now, find_unknown, move_rows
from routing.scenario.reassign import find_lawful, reassign
from routing.scenario.ways import measure_ways, school_rows
from routing.units import format_clock, format_metres
from routing.words import Text

Ints = NDArray[np.int64]

_TWICE = Text("there is a school {school} already.", "已有编号为{school}的学校。")
_NEW_KEY = Text("Give the school a key of its own.", "请使用新的学校编号。")
_ORDER = Text(
    "the first grade, {first}, is above the last, {last}.", "最低年级{first}高于最高年级{last}。"
)
_SWAP = Text("Correct the grades.", "请更正年级。")
_BELL = Text(
    "the first lesson ({bell}) is not before dismissal ({dismissal}).",
    "上课时间（{bell}）不早于放学时间（{dismissal}）。",
)
_TIMES = Text("Correct one of the two times.", "请更正其中一个时间。")
_TWO = Text("names fewer than two schools, or one of them twice.", "少于两所学校，或有重复。")
_NAME_TWO = Text("Name each school once, the lead school first.", "每所学校填写一次，主校在前。")
_FAR = Text(
    "the gate is {found} from the nearest road; the limit is {limit}.",
    "校门距最近道路{found}，限值{limit}。",
)
_MOVE_GATE = Text("Correct the place: degrees, WGS-84.", "请更正位置（WGS-84，度）。")  # fmt: skip


def open_school(change: OpenSchool, now: Now) -> District:
    """Return the district with one school more, and those for whom it is nearer there.

    Raises
    ------
    InputError
        A key that is taken, grades or bells out of order, or a gate far from any road.
    """
    faults = []
    if (now.district.schools["school_id"] == change.school_id).any():
        problem = _TWICE.fill(school=change.school_id)
        faults.append(Fault(WHERE, problem, _NEW_KEY, column="school_id", value=change.school_id))
    if change.first_grade > change.last_grade:
        problem = _ORDER.fill(first=change.first_grade, last=change.last_grade)
        faults.append(
            Fault(WHERE, problem, _SWAP, column="first_grade", value=str(change.first_grade))
        )
    faults += _bell_faults(change.bell_s, change.dismissal_s)
    faults += _gate_faults(change, now)
    if faults:
        raise InputError(faults)
    district = replace(now.district, schools=_with_school(now.district, change))
    if not change.draws:
        return district
    new = np.arange(len(district.schools)) == len(district.schools) - 1
    return _draw(district, np.arange(len(district.students)), new, now.policy)


def merge_campuses(change: MergeCampuses, now: Now) -> District:
    """Return the district with several schools as campuses of one; see ``MergeCampuses``.

    Raises
    ------
    InputError
        Unknown schools, or fewer than two.
    """
    ids = list(change.school_ids)
    faults = [fault for one in ids for fault in find_unknown(now, "school_ids", one)]
    if len(ids) < 2 or len(set(ids)) < len(ids):
        faults.append(Fault(WHERE, _TWO, _NAME_TWO, column="school_ids", value=", ".join(ids)))
    if faults:
        raise InputError(faults)
    schools = now.district.schools.copy()
    if "campus_of" not in schools:
        schools["campus_of"] = ""
    one = schools["school_id"].isin(ids) | schools["campus_of"].isin(ids)
    schools.loc[one, "campus_of"] = ids[0]
    schools.loc[schools["school_id"] == ids[0], "campus_of"] = ""
    schools.loc[one, "name"] = [f"{change.name} · {name}" for name in schools.loc[one, "name"]]
    district = replace(now.district, schools=schools)
    campuses = one.to_numpy(np.bool_)
    rows = np.flatnonzero(campuses[school_rows(district)])
    return _draw(district, rows, campuses, now.policy)


def move_bell(change: MoveBell, now: Now) -> District:
    """Return the district with a school that begins at another time.

    Raises
    ------
    InputError
        An unknown school, or a day that ends before it begins.
    """
    faults = find_unknown(now, "school_id", change.school_id)
    if faults:
        raise InputError(faults)
    schools = now.district.schools.copy()
    at = schools.index[now.row_of(change.school_id)]
    moved_s = change.bell_s - int(schools.loc[at, "bell_s"])
    dismissal_s = change.dismissal_s
    if dismissal_s is None:
        dismissal_s = int(schools.loc[at, "dismissal_s"]) + moved_s
    faults = _bell_faults(change.bell_s, dismissal_s)
    if faults:
        raise InputError(faults)
    schools.loc[at, ["bell_s", "dismissal_s"]] = [change.bell_s, dismissal_s]
    return replace(now.district, schools=schools)


def _draw(district: District, rows: Ints, there: NDArray[np.bool_], policy: Policy) -> District:
    """Return the district with rows moved to some schools where that makes their way shorter."""
    able = find_lawful(district, rows, policy) & there
    rows, able = rows[able.any(axis=1)], able[able.any(axis=1)]
    own = school_rows(district)[rows]
    able[np.arange(len(rows)), own] = True
    ways = measure_ways(district, rows, policy, within=able)
    own_s = ways.time_s[np.arange(len(rows)), own]
    nearer = able & (ways.time_s < own_s[:, None])
    rows, own, nearer = (
        rows[nearer.any(axis=1)],
        own[nearer.any(axis=1)],
        nearer[nearer.any(axis=1)],
    )
    if not len(rows):
        return district
    nearer[np.arange(len(rows)), own] = True
    return move_rows(district, rows, reassign(district, rows, policy, allowed=nearer), merged=False)


def _bell_faults(bell_s: int, dismissal_s: int) -> list[Fault]:
    if 0 <= bell_s < dismissal_s < 86_400:
        return []
    problem = _BELL.fill(bell=format_clock(bell_s), dismissal=format_clock(dismissal_s))
    return [Fault(WHERE, problem, _TIMES, column="bell_s", value=format_clock(bell_s))]


def _gate_faults(change: OpenSchool, now: Now) -> list[Fault]:
    """Return the fault of a gate that is far from any road."""
    from routing.roads import snap_points, walk_network

    limit_m = now.policy.max_home_to_road_m
    place = np.array([change.lon]), np.array([change.lat])
    at = snap_points(walk_network(now.district.roads), *place, within_m=limit_m)
    if at.link[0] >= 0:
        return []
    found = Text(*("?" if np.isnan(at.moved_m[0]) else format_metres(float(at.moved_m[0]), lang) for lang in ("en", "zh")))  # fmt: skip
    limit = Text(format_metres(limit_m, "en"), format_metres(limit_m, "zh"))
    problem = Text(
        _FAR.en.format(found=found.en, limit=limit.en),
        _FAR.zh.format(found=found.zh, limit=limit.zh),
    )
    value = f"{change.lon}, {change.lat}"
    return [Fault(WHERE, problem, _MOVE_GATE, column="lon", value=value)]


def _with_school(district: District, change: OpenSchool) -> "pd.DataFrame":
    """Return the schools and, as their last row, the new one."""
    import geopandas as gpd
    from shapely.geometry import Point

    from routing.blank import fill_stages
    from routing.tables import SCHOOLS

    names = (
        "school_id",
        "name",
        "kind",
        "town",
        "first_grade",
        "last_grade",
        "bell_s",
        "dismissal_s",
    )
    row = {name: [getattr(change, name)] for name in names}
    row |= {
        name: pd.array([getattr(change, name, None)], "Int64")
        for name in ("n_places", "n_meals", "n_beds", "n_bays")
    }
    gate = gpd.GeoSeries([Point(change.lon, change.lat)], crs=4326)
    new = gpd.GeoDataFrame({**row, "protected": [False]}, geometry=gate, crs=4326)
    new = fill_stages(new, SCHOOLS)
    if "bell_moved_s" in district.schools:
        new = new.assign(bell_moved_s=pd.array([0], "Int64"))
    new = new[[name for name in district.schools.columns if name in new]]
    joined = pd.concat([district.schools, new.astype(
        {name: kind for name, kind in district.schools.dtypes.items() if name != "geometry"}
    )], ignore_index=True)  # fmt: skip
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=4326)
