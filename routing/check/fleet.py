"""The judge of buses: one bus is in one place, and there are no more than there are."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from routing.check.case import Case, breach, each, first_rows
from routing.records import Breach
from routing.words import Text

IN_TWO_PLACES = Text(
    "bus {id} would have to begin run {run} {n} s before it can be there.",
    "车辆{id}第{run}趟发车时间比可到达时间早{n}秒。",
)
RUNS_WRONG = Text(
    "bus {id}: its runs are not numbered 1, 2, ... in the order driven.",
    "车辆{id}的趟次编号与行驶顺序不符。",
)
TWO_KINDS = Text(
    "bus {id} is said to be of {n} kinds or yards more than one.",
    "车辆{id}的车型或停放点不唯一（多{n}个）。",
)
NO_BUS = Text("route {id} has no bus.", "线路{id}没有车辆。")
TOO_MANY_BUSES = Text(
    "{n} bus(es) of type {id} more than there are.",
    "车型{id}所用车辆超出可用数{n}辆。",
)
YARD_FULL = Text(
    "{n} bus(es) more in yard {id} than fit.",
    "停放点{id}超出可停数{n}辆。",
)


def runs_of_buses(case: Case) -> pd.DataFrame:
    """Return the routes in each bus's order, with when the bus is there and free again.

    Adds to the routes ``there_s`` (arrival at the first visit), ``free_s`` (leaving the
    last), ``starts`` and ``ends`` (kind, id and side of those places), ``first`` (the
    bus's first run) and ``begins`` (its first run of the morning or of the afternoon).
    """
    routes = first_rows(case.routes, "route_id")
    routes = routes[routes["route_id"].isin(list(case.visits_of))].copy()
    visits = [case.visits_of[key] for key in routes["route_id"]]
    routes["there_s"] = [mine[0].arrive_s for mine in visits]
    routes["free_s"] = [mine[-1].depart_s for mine in visits]
    routes["starts"] = [(mine[0].kind, mine[0].place_id, mine[0].side) for mine in visits]
    routes["ends"] = [(mine[-1].kind, mine[-1].place_id, mine[-1].side) for mine in visits]
    routes = routes.sort_values(["bus_id", "run", "there_s"], kind="stable")
    same_bus = routes["bus_id"] == routes["bus_id"].shift()
    same_half = same_bus & (routes["direction"] == routes["direction"].shift())
    return routes.assign(first=~same_bus, begins=~same_half)


def one_bus_one_place(case: Case) -> Iterator[Breach]:
    """No bus is in two places: between its runs there is time to drive there empty."""
    for route in each(case.routes[case.routes["bus_id"] == ""]):
        yield breach("one_bus_one_place", route.route_id, 1, "routes", NO_BUS)
    runs = runs_of_buses(case)
    for bus_id, mine in runs[runs["bus_id"] != ""].groupby("bus_id"):
        yield from _judge_bus(str(bus_id), mine)


def _judge_bus(bus_id: str, runs: pd.DataFrame) -> Iterator[Breach]:
    rule = "one_bus_one_place"
    n_kinds = runs["bus_type_id"].nunique() - 1 + runs["parking_id"].nunique() - 1
    if n_kinds:
        yield breach(rule, bus_id, n_kinds, "kinds", TWO_KINDS)
    if runs["run"].tolist() != list(range(1, len(runs) + 1)):
        yield breach(rule, bus_id, 1, "buses", RUNS_WRONG)
    last: Any = None
    for run in each(runs):
        if last is not None:
            home_s = last.return_s if run.begins and run.parking_id else 0.0
            early_s = last.free_s + home_s + run.empty_s - run.there_s
            if early_s > 0:
                yield breach(rule, bus_id, early_s, "s", IN_TWO_PLACES, run=f"{run.run:g}")
        last = run


def fleet_enough(case: Case) -> Iterator[Breach]:
    """No more buses are used than there are, and no more stand in a yard than fit."""
    buses = case.routes[case.routes["bus_id"] != ""].drop_duplicates("bus_id")
    yield from _fit(buses, case.bus_types, "bus_type_id", "n_available", TOO_MANY_BUSES)
    yield from _fit(buses, case.parkings, "parking_id", "n_buses", YARD_FULL)


def _fit(
    buses: pd.DataFrame, places: pd.DataFrame, key: str, column: str, text: Text
) -> Iterator[Breach]:
    room = first_rows(places, key)
    most = dict(zip(room[key], room[column], strict=True))
    for name, n in buses[key].value_counts(sort=False).items():
        over = n - most.get(name, np.nan)
        if over > 0:
            yield breach("fleet_enough", name, over, "buses", text)
