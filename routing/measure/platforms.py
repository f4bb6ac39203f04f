"""When a pupil's bus is at the stop near home: school buses by visits, public ones by timetable."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.measure.riders import numbers
from routing.records import Plan

Floats = NDArray[np.float64]

Clock = tuple[float, float]
"""Leaving one stop and arriving at another (s after midnight)."""


def ride_clocks(days: pd.DataFrame, plan: Plan) -> Floats:
    """Return the clock of the bus at the stop near home.

    Parameters
    ----------
    days
        Rows with ``mode``, ``direction``, ``route_id``, ``board_order``,
        ``alight_order``, ``line_id``, ``ride_s``, ``bell_s`` and ``dismissal_s``.
    plan
        Its visits, and the public buses' timetable of its district.

    Returns
    -------
    stop_s
        Per row: when the school bus arrives there; when the public bus leaves there in
        the morning and arrives there in the afternoon. NaN where that is not known.
    """
    stop_s = np.full(len(days), np.nan)
    morning = (days["direction"] == "to_school").to_numpy()
    by_bus = (days["mode"] == "bus").to_numpy()
    if by_bus.any() and len(plan.visits):
        order = np.where(morning, days["board_order"], days["alight_order"])
        stop_s[by_bus] = _visited_s(plan.visits, days["route_id"].to_numpy()[by_bus], order[by_bus])
    by_line = (days["mode"] == "transit").to_numpy()
    timetable = getattr(plan.district, "transit", None)
    if by_line.any() and timetable is not None and len(timetable):
        stop_s[by_line] = _boarded_s(timetable, days[by_line], morning[by_line])
    return stop_s


def _visited_s(visits: pd.DataFrame, route_id: NDArray[np.object_], order: Floats) -> Floats:
    """Return the arrival at the visits named."""
    known = pd.Series(
        numbers(visits, "arrive_s"),
        index=pd.MultiIndex.from_arrays(
            [visits["route_id"].to_numpy(object), numbers(visits, "order")]
        ),
    )
    known = known[~known.index.duplicated()]
    return known.reindex(pd.MultiIndex.from_arrays([route_id, order])).to_numpy(np.float64)


def _boarded_s(timetable: pd.DataFrame, rides: pd.DataFrame, morning: NDArray[np.bool_]) -> Floats:
    """Return the clock at the platform near home, each kind of ride looked up once.

    The rides name line and trip, and the orders of their stops; where these are not told,
    the time aboard tells which. Where two pairs of stops are as far apart, the morning's is
    the last that arrives by the bell, the afternoon's the first that leaves after dismissal.
    """
    trips = _trips(timetable)
    found: dict[tuple[object, ...], float] = {}
    clocks = np.full(len(rides), np.nan)
    columns = ("line_id", "board_order", "alight_order", "ride_s", "bell_s", "dismissal_s")
    told = rides[list(columns)].fillna({"board_order": -1, "alight_order": -1})
    keys = zip(*(told[name] for name in columns), morning, strict=True)
    for at, key in enumerate(keys):
        if key not in found:
            found[key] = _look_up(trips, *key)
        clocks[at] = found[key]
    return clocks


def _look_up(
    trips: dict[str, tuple[Floats, Floats, Floats]],
    line_id: str,
    board: float,
    alight: float,
    ride_s: float,
    bell_s: float,
    dismissal_s: float,
    morning: bool,
) -> float:
    """Return when the bus leaves (morning) or reaches (afternoon) the platform near home."""
    names = str(line_id).split()
    if not names or not all(name in trips for name in names):
        return np.nan
    first, _, depart_s = trips[names[0]]
    last, arrive_s, _ = trips[names[-1]]
    fits = arrive_s[None, :] - depart_s[:, None] == ride_s
    fits &= (board < 0) | (first == board)[:, None]
    fits &= (alight < 0) | (last == alight)[None, :]
    on, off = np.nonzero(fits)
    left_s, there_s = depart_s[on], arrive_s[off]
    if morning:
        left_s = left_s[there_s <= bell_s]
        return float(left_s.max()) if len(left_s) else np.nan
    there_s = there_s[left_s >= dismissal_s]
    return float(there_s.min()) if len(there_s) else np.nan


def _trips(timetable: pd.DataFrame) -> dict[str, tuple[Floats, Floats, Floats]]:
    """Return orders, arrivals and departures of each trip, by its name in the rides."""
    ordered = timetable.sort_values(["line_id", "trip_id", "order"], kind="stable")
    depart_s = numbers(ordered, "depart_s")
    arrive_s = numbers(ordered, "arrive_s")
    arrive_s = np.where(np.isnan(arrive_s), depart_s, arrive_s)
    name = (ordered["line_id"].astype(str) + "/" + ordered["trip_id"].astype(str)).to_numpy()
    rows = pd.Series(range(len(ordered))).groupby(name).indices
    order = numbers(ordered, "order")
    return {key: (order[at], arrive_s[at], depart_s[at]) for key, at in rows.items()}
