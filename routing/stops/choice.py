"""Which stops are opened, and where each student boards."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.doors import NO_LIMIT_S, door_limits_s
from routing.dwell import stop_dwell_s
from routing.policy import Policy
from routing.records import District, Located, Plan, lonlat
from routing.roads import measure_travel, take_positions
from routing.roads.positions import Positions
from routing.solver import CoverProblem, Search, solve_cover
from routing.stops.candidates import METRES_PER_DEGREE, Candidates, find_candidates
from routing.stops.kept import find_kept
from routing.stops.routed import Choice, choose_again

if TYPE_CHECKING:
    import geopandas as gpd

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LOOK_M = 6_000
"""How far the nearest possible stop is looked for, to say how far it is."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Student rows at one place with one walking limit are one group.

    Parameters
    ----------
    homes
        On the walking network, one per group.
    limit_m
        Longest walk to a stop (int64).
    n_students
        How many walk from here (int64).
    door_s, pace
        How long the way may take door to door (s, int64); how fast they walk (m/s).
    of_row
        Group of each row (int64).
    """

    homes: Positions
    limit_m: Ints
    n_students: Ints
    door_s: Ints
    pace: Floats
    of_row: Ints


def place_stops(
    district: District, students: "gpd.GeoDataFrame", located: Located, policy: Policy, *,
    seed: int, search: Search | None = None, start: Plan | None = None,
) -> tuple[Candidates, pd.DataFrame, frozenset[int]]:  # fmt: skip
    """Choose the stops and say where each entitled student boards.

    Per school, since every school's bus stops for itself; a place already open for one
    school costs half for the next. Few stops are traded against walking by
    ``policy.stop_worth_student_m``.

    Parameters
    ----------
    district
        Uses ``stop_list``.
    students
        With ``entitled``.
    located
        Where homes and gates stand.
    policy
        Uses ``max_walk_to_stop_m`` by grade, ``stop_worth_student_m``, ``stop_gap_m``.
    seed
        The same seed and input give the same stops.
    search
        How hard and how long stops are then chosen again together with routes; None: not.
    start
        A plan whose stops stay for the schools where nothing changed (``find_kept``).

    Returns
    -------
    candidates
        All places where a stop could be.
    boardings
        One row per entitled student row, in their order: ``row`` (of students),
        ``place`` (of candidates, -1 where there is none), ``profile`` (of the buses that
        come there), ``to_stop_m``, and, where there is none, ``reason``, ``reason_found`` and ``reason_limit``.
    kept
        Rows of schools whose stops stayed.
    """
    networks = [profile.bus for profile in located.profiles]
    candidates = find_candidates(district, networks, policy)
    entitled = np.flatnonzero(students["entitled"].to_numpy(bool))
    school = located.school_row[entitled]
    opened = np.zeros(len(candidates.own), bool)
    kept = {} if start is None else find_kept(start, district, students, candidates, located)
    parts = [_unplaced(entitled[:0], ""), *kept.values()]
    for part in kept.values():
        opened[part["place"][part["place"] >= 0]] = True
    choices: list[Choice] = []
    n_entitled = np.bincount(school, minlength=len(district.schools))
    for one in np.argsort(-n_entitled, kind="stable")[: int((n_entitled > 0).sum())]:
        rows = entitled[school == one]
        if int(one) in kept:
            rows = np.setdiff1d(rows, kept[int(one)]["row"].to_numpy(np.int64))
        if not len(rows):
            continue
        part, chosen = _board_school(
            rows, int(one), students, located, candidates, opened, policy, seed
        )
        opened[part["place"][part["place"] >= 0]] = True
        parts.append(part)
        choices += [] if int(one) in kept else chosen
    boardings = pd.concat(parts).sort_values("row", kind="stable").reset_index(drop=True)
    if search is not None and choices:
        again = choose_again(choices, district, located, candidates, policy, search)
        boardings = _moved(boardings, choices, again)
    return candidates, boardings, frozenset(kept)


def _moved(boardings: pd.DataFrame, choices: list[Choice], again: list[Ints]) -> pd.DataFrame:
    """Return the boardings at the places chosen again."""
    place = boardings["place"].to_numpy().copy()
    to_stop_m = boardings["to_stop_m"].copy()
    for choice, chosen in zip(choices, again, strict=True):
        column = chosen[choice.of_row]
        on = column >= 0
        at = np.searchsorted(boardings["row"].to_numpy(), choice.rows[on])
        place[at] = choice.places[column[on]]
        to_stop_m.iloc[at] = choice.walk_m[choice.of_row[on], column[on]].astype(np.int64)
    return boardings.assign(place=place, to_stop_m=to_stop_m)


def _board_school(
    rows: Ints, school: int, students: "gpd.GeoDataFrame", located: Located,
    candidates: Candidates, opened: NDArray[np.bool_], policy: Policy, seed: int,
) -> tuple[pd.DataFrame, list[Choice]]:  # fmt: skip
    """Return the boardings of one school's entitled rows, and the choices behind them."""
    homes = take_positions(located.homes_walk, rows)
    lost = homes.link < 0
    unplaced = _lost_homes(rows[lost], take_positions(homes, lost), policy)
    rows = rows[~lost]
    parts = [unplaced]
    choices: list[Choice] = []
    for number in range(len(located.profiles)):
        if len(rows):
            part, choice = _board_profile(
                rows, school, number, students, located, candidates, opened, policy, seed
            )
            choices += [choice] if choice else []
            last = number + 1 == len(located.profiles)
            parts.append(part if last else part[part["place"] >= 0])
            rows = part["row"].to_numpy()[part["place"] < 0]
    return pd.concat(parts), choices


def _board_profile(
    rows: Ints, school: int, number: int, students: "gpd.GeoDataFrame", located: Located,
    candidates: Candidates, opened: NDArray[np.bool_], policy: Policy, seed: int,
) -> tuple[pd.DataFrame, Choice | None]:  # fmt: skip
    """Return the boardings of a school's rows, all placed, where one profile's buses come."""
    gate = located.gates[number].link[school]
    if gate < 0:
        return _unplaced(rows, "no_bus_road"), None
    component = located.profiles[number].bus.component
    here = np.flatnonzero(component[candidates.positions.link] == component[gate])
    groups = _group(rows, take_positions(located.homes_walk, rows), students, policy)
    farthest_m = int(groups.limit_m.max())
    places, walk_m = _walks(groups.homes, here, farthest_m, located, candidates)
    within = walk_m <= groups.limit_m[:, None]
    if (groups.door_s < NO_LIMIT_S).any():
        within &= _in_time(
            groups, walk_m, within, places, number, school, located, candidates, policy
        )
    reachable = np.asarray(within.any(axis=1))
    cost = candidates.open_cost[places] // (1 + opened[places])
    chosen = np.full(len(reachable), -1, np.int64)
    chosen[reachable] = _choose(
        within[reachable], walk_m[reachable], groups.n_students[reachable], cost, seed
    )
    at = chosen[groups.of_row]
    on, off = at >= 0, at < 0
    nearest_m = _nearest_m(groups, ~reachable, here, located, candidates)[groups.of_row]
    part = pd.concat([
        _placed(rows[on], places[at[on]], walk_m[groups.of_row[on], at[on]], number),
        _unplaced(rows[off], "no_stop_in_reach", nearest_m[off], groups.limit_m[groups.of_row[off]]),
    ])  # fmt: skip
    grades = students["grade"].to_numpy()[rows]
    limits_s = np.array([policy.max_ride_s.at(grade) for grade in grades], np.int64)
    limit_s = np.full(len(chosen), np.iinfo(np.int64).max)
    np.minimum.at(limit_s, groups.of_row, limits_s)
    _, first = np.unique(groups.of_row, return_index=True)
    choice = Choice(
        school, number, rows, groups.of_row, groups.n_students,
        lonlat(students.iloc[rows[first]]), limit_s, places, walk_m, within, chosen,
    )  # fmt: skip
    return part, choice


def _group(rows: Ints, homes: Positions, students: "gpd.GeoDataFrame", policy: Policy) -> Groups:
    grades = students["grade"].to_numpy()[rows]
    limit_m = np.array([policy.max_walk_to_stop_m.at(grade) for grade in grades], np.int64)
    offset_m = np.ceil(homes.moved_m).astype(np.int64)
    door_s = door_limits_s(students.iloc[rows], policy)
    keys = np.column_stack([homes.link, homes.offset_dm, offset_m, limit_m, door_s])
    _, first, of_row = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    of_row = of_row.reshape(-1)
    n = np.bincount(of_row, students["n_students"].to_numpy()[rows], len(first))
    pace = np.array([policy.walk_m_per_s.at(grade) for grade in grades], np.float64)
    return Groups(
        take_positions(homes, first), limit_m[first], n.astype(np.int64), door_s[first],
        pace[first], of_row,
    )  # fmt: skip


def _in_time(
    groups: Groups, walk_m: Floats, within: NDArray[np.bool_], places: Ints, number: int,
    school: int, located: Located, candidates: Candidates, policy: Policy,
) -> NDArray[np.bool_]:  # fmt: skip
    """Return which places bring each group to school in time by a direct drive, both ways.

    Where none does, all stay: the search for routes then says by how much it is too long.
    """
    bus = located.profiles[number].bus
    gate = take_positions(located.gates[number], [school])
    at = take_positions(candidates.positions, places)
    there, back = measure_travel(bus, at, gate), measure_travel(bus, gate, at)
    drive_s = np.maximum(there.duration_s[:, 0], back.duration_s[0, :])
    drive_s = np.where(there.reached[:, 0] & back.reached[0, :], drive_s, NO_LIMIT_S)
    walk_s = np.ceil(np.where(within, walk_m, 0) / groups.pace[:, None])
    soon = walk_s + drive_s[None, :] + stop_dwell_s(policy, 1) <= groups.door_s[:, None]
    soon |= (groups.door_s == NO_LIMIT_S)[:, None]
    none: NDArray[np.bool_] = ~np.any(soon & within, axis=1, keepdims=True)
    return soon | none


def _walks(
    homes: Positions,
    here: Ints,
    within_m: int,
    located: Located,
    candidates: Candidates,
) -> tuple[Ints, Floats]:
    """Return the candidates near the homes, and the walk to each (m, inf: too far)."""
    at = take_positions(candidates.positions, here)
    margin = within_m / METRES_PER_DEGREE
    wide = margin / np.cos(np.radians(homes.lat.max()))
    near = (at.lon >= homes.lon.min() - wide) & (at.lon <= homes.lon.max() + wide)
    near &= (at.lat >= homes.lat.min() - margin) & (at.lat <= homes.lat.max() + margin)
    places = here[near]
    # on the walking network one metre takes one second: the time limit is the distance
    travel = measure_travel(located.walk, homes, take_positions(at, near), limit_s=within_m)
    to_road_m = np.ceil(homes.moved_m)[:, None]
    return places, np.where(travel.reached, travel.distance_m + to_road_m, np.inf)


def _choose(within: NDArray[np.bool_], walk_m: Floats, n: Ints, cost: Ints, seed: int) -> Ints:
    """Return for each group the column of the place where it boards."""
    if not len(within):
        return np.zeros(0, np.int64)
    used = np.flatnonzero(within.any(axis=0))
    group, place = np.nonzero(within[:, used])
    metres = walk_m[:, used][group, place].astype(np.int64)
    problem = CoverProblem(len(n), len(used), group, place, metres, n, cost[used])
    return used[solve_cover(problem, seed=seed).place_of_group]


def _nearest_m(
    groups: Groups, which: NDArray[np.bool_], here: Ints, located: Located,
    candidates: Candidates,
) -> Floats:  # fmt: skip
    """Return the walk to the nearest place of all for the groups in question."""
    nearest = np.full(len(which), np.nan)
    if which.any() and len(here):
        homes = take_positions(groups.homes, which)
        _, walk_m = _walks(homes, here, LOOK_M, located, candidates)
        nearest[which] = walk_m.min(axis=1, initial=np.inf)
    return np.where(np.isfinite(nearest), nearest, np.nan)


def _lost_homes(rows: Ints, homes: Positions, policy: Policy) -> pd.DataFrame:
    far = np.array([reason == "far_from_road" for reason in homes.reason], bool)
    found = np.where(far, np.ceil(homes.moved_m), np.nan)
    limit = np.where(far, policy.max_home_to_road_m, np.nan)
    return _unplaced(rows, "", found, limit).assign(reason=list(homes.reason))


def _placed(rows: Ints, place: Ints, to_stop_m: Floats, profile: int) -> pd.DataFrame:
    to_stop_m = to_stop_m.astype(np.int64)
    return _unplaced(rows, "").assign(place=place, profile=profile, to_stop_m=to_stop_m)


def _unplaced(
    rows: Ints, reason: str, found: Floats | float = np.nan, limit: Ints | Floats | float = np.nan
) -> pd.DataFrame:
    n = len(rows)
    return pd.DataFrame({
        "row": rows.astype(np.int64),
        "place": np.full(n, -1, np.int64),
        "profile": np.zeros(n, np.int64),
        "to_stop_m": pd.array([pd.NA] * n, "Int64"),
        "reason": pd.Series([reason] * n, dtype=object),
        "reason_found": pd.array(np.broadcast_to(found, n), "Float64").astype("Int64"),
        "reason_limit": pd.array(np.broadcast_to(limit, n).astype(float), "Float64").astype("Int64"),
    })  # fmt: skip
