"""The ground of a walk of ruin and recreate through chains: which trips fit where."""

import operator
from dataclasses import dataclass

import numpy as np

from routing.solver.links import Links
from routing.solver.ruin import ENDLESS, Ground, Line, Order


@dataclass(frozen=True, eq=False)
class _Table:
    """The trips as lists of plain whole numbers: quick to read one by one."""

    early: list[int]
    late: list[int]
    gap_s: list[list[int]]
    follows: list[list[bool]]
    between_m: list[list[int]]
    trip_m: list[int]
    needs: dict[int, int]
    every_type: int
    fixed_yuan: Order
    yuan_per_km: Order


def ground_of_chains(links: Links) -> Ground:
    """Return the ground for the chains of a half-day: members are trips.

    ``early`` and ``late`` of a line are the earliest and the latest start of each trip in
    it. The needs of a line are the types that may drive all its trips, bit k for type k.
    """
    problem = links.problem
    usable = [k for k, n in enumerate(problem.n_available) if n != 0]
    needs = {trip: sum(1 << k for k in usable if problem.fits[trip, k]) for trip in links.servable}
    types_for = {mask: tuple(k for k in usable if mask >> k & 1) for mask in _masks(needs)}
    longest_m = int(problem.trip_m.sum()) + len(needs) * int(problem.between_m.max(initial=0))
    dearest = 1 + max(
        problem.fixed_yuan[k] + (longest_m * problem.yuan_per_km[k] + 999) // 1000 for k in usable
    )
    early = {trip: int(problem.earliest_s[trip]) for trip in links.servable}
    few_types = {trip: needs[trip].bit_count() for trip in links.servable}
    long_m = {trip: -int(problem.trip_m[trip]) for trip in links.servable}
    heavy = {trip: -int(links.weight[trip]) for trip in links.servable}
    counted = [n is not None for n in problem.n_available]
    table = _Table(
        early=problem.earliest_s.tolist(),
        late=problem.latest_s.tolist(),
        gap_s=links.gap_s.tolist(),
        follows=links.follows.tolist(),
        between_m=problem.between_m.tolist(),
        trip_m=problem.trip_m.tolist(),
        needs=needs,
        every_type=sum(1 << k for k in usable),
        fixed_yuan=problem.fixed_yuan,
        yuan_per_km=problem.yuan_per_km,
    )
    return Ground(
        members=links.servable,
        near=_near_trips(links),
        needs=needs,
        types_for=types_for,
        join=operator.and_,
        make_line=lambda order, k: _chain_line(table, order, k),
        find_place=lambda line, trip: _place_for_trip(table, line, trip),
        sortings=(early, early, few_types, heavy, long_m),
        fixed_yuan=problem.fixed_yuan,
        yuan_per_km=problem.yuan_per_km,
        n_available=problem.n_available,
        penalties={trip: dearest * int(links.weight[trip]) for trip in links.servable},
        alone={trip: _chain_line(table, (trip,), usable[0]) for trip in links.servable},
        least_yuan_per_km=0 if any(counted) else min(problem.yuan_per_km),
    )


def _masks(needs: dict[int, int]) -> set[int]:
    """Return every set of types that some trips have in common."""
    masks = set(needs.values())
    while more := {a & b for a in masks for b in masks} - masks - {0}:
        masks |= more
    return masks


def _near_trips(links: Links) -> dict[int, list[int]]:
    """Return for each trip all trips, those first that could stand in its place in a chain."""
    problem = links.problem
    trips = np.array(links.servable)
    between_s = problem.between_s[np.ix_(trips, trips)]
    early_s = problem.earliest_s[trips]
    apart_s = np.minimum(between_s, between_s.T) + abs(early_s[:, None] - early_s[None, :])
    np.fill_diagonal(apart_s, -1)
    order = np.argsort(apart_s, axis=1, kind="stable")
    return {int(trips[k]): [int(trip) for trip in trips[row]] for k, row in enumerate(order)}


def _chain_line(table: _Table, order: Order, bus_type: int) -> Line:
    early: list[int] = []
    length_m, needs, keeps = 0, table.every_type, True
    for place, trip in enumerate(order):
        start_s = table.early[trip]
        length_m += table.trip_m[trip]
        needs &= table.needs[trip]
        if place:
            before = order[place - 1]
            start_s = max(start_s, early[-1] + table.gap_s[before][trip])
            length_m += table.between_m[before][trip]
            keeps = keeps and table.follows[before][trip]
        keeps = keeps and start_s <= table.late[trip]
        early.append(start_s)
    late = [ENDLESS] * (len(order) + 1)
    for place in range(len(order) - 1, -1, -1):
        trip = order[place]
        gap_s = table.gap_s[trip][order[place + 1]] if place + 1 < len(order) else 0
        late[place] = min(table.late[trip], late[place + 1] - gap_s)
    price = table.fixed_yuan[bus_type] + (length_m * table.yuan_per_km[bus_type] + 999) // 1000
    return Line(order, needs, length_m, bus_type, price, tuple(early), tuple(late), keeps, {})


def _place_for_trip(table: _Table, line: Line, trip: int) -> tuple[int, int]:
    order, n = line.order, len(line.order)
    to_s, to_m, to_trip = table.gap_s[trip], table.between_m[trip], table.follows[trip]
    best_m, best_cut = ENDLESS, -1
    for cut in range(n + 1):
        start_s, more_m = table.early[trip], table.trip_m[trip]
        if cut:
            before = order[cut - 1]
            if not table.follows[before][trip]:
                break
            start_s = max(start_s, line.early[cut - 1] + table.gap_s[before][trip])
            more_m += table.between_m[before][trip]
        if start_s > table.late[trip]:
            break
        if cut < n:
            after = order[cut]
            if not to_trip[after] or start_s + to_s[after] > line.late[cut]:
                continue
            more_m += to_m[after] - (table.between_m[order[cut - 1]][after] if cut else 0)
        if more_m < best_m:
            best_m, best_cut = more_m, cut
    return best_m, best_cut
