"""Ruin and recreate: strings of neighbouring stops are taken out and put back, cheaply.

After Christiaens and Vanden Berghe, "Slack induction by string removals for vehicle
routing problems", Transportation Science 54 (2020). Plain Python; it feeds the pool of
tours from which set partitioning picks.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from routing.solver.outward import Draft, Order, Outward, Tour, price_tour

if TYPE_CHECKING:
    from numpy.random import Generator

MEAN_REMOVED = 10
"""Stops taken out on average (from the paper)."""
LONGEST_STRING = 10
"""Stops taken out of one tour at most (from the paper)."""
SPLIT_SHARE = 0.5
"""Share of strings that leave a few stops in their middle (from the paper)."""
GROW_SHARE = 0.99
"""How often the middle left stops growing after one stop: nearly always (from the paper)."""
PASSED_SHARE = 0.05
"""Share of lines passed over when a stop is put back (0.01 for each place in the paper)."""
KEYS = ("random",) * 4 + ("load",) * 4 + ("far",) * 2 + ("near",)
"""In which order stops are put back, by how often (from the paper)."""
ENDLESS_S = 2**53


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One tour, ready for insertions.

    Parameters
    ----------
    stops
        Read outward.
    ride_s
        At the school (0) and at each stop.
    slack_s
        By how much all rides from the k-th stop on may still grow; endless at the end.
    load, length_m, bus_type, price
        Of the whole tour.
    places
        Cheapest places already found for other stops, filled as they are asked for: most
        lines live through many steps.
    """

    stops: Order
    ride_s: tuple[int, ...]
    slack_s: tuple[int, ...]
    load: int
    length_m: int
    bus_type: int
    price: int
    places: dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class State:
    """Where a walk is: its lines, the stops no bus is left for, and what it is worth."""

    lines: tuple[Line, ...]
    behind: Order
    value: int


@dataclass(frozen=True, eq=False)
class Ground:
    """What every step of a walk needs to know.

    Parameters
    ----------
    view
        The problem.
    near
        For each stop all stops, nearest first; it leads its own list.
    fitting
        For each load the types of bus that seat it.
    penalty
        What a student left behind weighs: more than any line costs.
    """

    view: Outward
    near: dict[int, list[int]]
    fitting: list[list[int]]
    penalty: int


def lay_ground(view: Outward, near: dict[int, list[int]]) -> Ground:
    """Return what every step of a walk needs to know."""
    usable = [k for k, n in enumerate(view.n_available) if n != 0]
    most = max(view.seats[k] for k in usable)
    fitting = [[k for k in usable if view.seats[k] >= load] for load in range(most + 1)]
    longest_m = max(max(row) for row in view.step_m) * len(view.stops)
    return Ground(view, near, fitting, 1 + max(price_tour(view, longest_m, k) for k in usable))


def begin_walk(ground: Ground, draft: Draft) -> State:
    """Return a draft as the state a walk starts from."""
    lines = tuple(_line(ground.view, tour.stops, tour.bus_type) for tour in draft.tours)
    return _state(ground, lines, draft.unserved)


def read_state(state: State) -> Draft:
    """Return a state as a draft."""
    tours = tuple(Tour(line.stops, line.bus_type) for line in state.lines)
    return Draft(tours, tuple(sorted(state.behind)))


def throw_dice(rng: "Generator") -> Iterator[float]:
    """Yield numbers from 0 to below 1, drawn in blocks for speed."""
    while True:
        yield from rng.random(1024).tolist()


def walk(
    ground: Ground,
    state: State,
    dice: Iterator[float],
    heats: Iterator[float],
    note: Callable[[Line], None],
) -> tuple[State, State]:
    """Return where a walk of simulated annealing ends, and the best state on its way.

    Parameters
    ----------
    ground, state
        The problem, and where the walk starts.
    dice
        The only source of chance.
    heats
        One temperature (yuan) for each step; the walk ends with them.
    note
        Told of every new line of an accepted state.
    """
    best = state
    for heat in heats:
        trial = _step(ground, state, dice)
        if trial is None:
            continue
        if trial.value < state.value - heat * math.log(max(next(dice), 1e-12)):
            old = set(state.lines)
            for line in trial.lines:
                if line not in old:
                    note(line)
            state = trial
            if state.value < best.value:
                best = state
    return state, best


def _state(ground: Ground, lines: tuple[Line, ...], behind: Order) -> State:
    load = ground.view.load
    value = sum(line.price for line in lines)
    return State(lines, behind, value + ground.penalty * sum(load[stop] for stop in behind))


def _line(view: Outward, stops: Order, bus_type: int) -> Line:
    step_s, step_m, limit_s = view.step_s, view.step_m, view.max_ride_s
    rides, length_m, load, here = [0], 0, 0, 0
    for stop in stops:
        rides.append(rides[-1] + step_s[here][stop])
        length_m += step_m[here][stop]
        load += view.load[stop]
        here = stop
    slack, slacks = ENDLESS_S, [ENDLESS_S]
    for stop, ride_s in zip(reversed(stops), reversed(rides), strict=False):
        slack = min(slack, limit_s[stop] - ride_s)
        slacks.append(slack)
    price = price_tour(view, length_m, bus_type)
    return Line(stops, tuple(rides), tuple(reversed(slacks)), load, length_m, bus_type, price, {})


def _step(ground: Ground, state: State, dice: Iterator[float]) -> State | None:
    """Return the state after one ruin and one recreation, None when a ride broke."""
    out, lines = _ruin(ground, state, dice)
    left = _buses_left(ground.view, lines)
    ruined: list[Line] = []
    for line in lines:
        if line.slack_s[0] < 0:
            return None
        ruined.append(_retyped(ground, line, left))
    ordered = _ordered(ground.view, [*out, *state.behind], dice)
    return _recreate(ground, ruined, ordered, left, dice)


def _buses_left(view: Outward, lines: list[Line]) -> list[int]:
    left = [ENDLESS_S if n is None else n for n in view.n_available]
    for line in lines:
        left[line.bus_type] -= 1
    return left


def _retyped(ground: Ground, line: Line, left: list[int]) -> Line:
    """Return the line with the cheapest bus left; what is left is counted anew."""
    price, k = _best_type(ground, line.load, line.length_m, line.bus_type, left)
    if k == line.bus_type:
        return line
    left[line.bus_type] += 1
    left[k] -= 1
    return replace(line, bus_type=k, price=price)


def _best_type(
    ground: Ground, load: int, length_m: int, own: int, left: list[int]
) -> tuple[int, int]:
    """Return the lowest price and its type of bus; type -1 when no bus seats the load."""
    view = ground.view
    best, best_k = 0, -1
    if load < len(ground.fitting):
        for k in ground.fitting[load]:
            if left[k] > 0 or k == own:
                price = view.fixed_yuan[k] + (length_m * view.yuan_per_km[k] + 999) // 1000
                if best_k < 0 or price < best:
                    best, best_k = price, k
    return best, best_k


def _ruin(ground: Ground, state: State, dice: Iterator[float]) -> tuple[list[int], list[Line]]:
    """Return stops taken out as strings around one stop, and the lines without them."""
    lines = list(state.lines)
    if not lines:
        return [], lines
    line_of = {stop: k for k, line in enumerate(lines) for stop in line.stops}
    longest = min(LONGEST_STRING, len(line_of) / len(lines))
    n_strings = int(next(dice) * (4 * MEAN_REMOVED / (1 + longest) - 1) + 1)
    stops = ground.view.stops
    middle = stops[int(next(dice) * len(stops))]
    out: list[int] = []
    touched: set[int] = set()
    for stop in ground.near[middle]:
        if len(touched) >= n_strings:
            break
        k = line_of.get(stop, -1)
        if k < 0 or k in touched:
            continue
        touched.add(k)
        string = _string(lines[k].stops, stop, longest, dice)
        out += string
        kept = tuple(other for other in lines[k].stops if other not in string)
        lines[k] = _line(ground.view, kept, lines[k].bus_type)
    return out, [line for line in lines if line.stops]


def _string(stops: Order, stop: int, longest: float, dice: Iterator[float]) -> list[int]:
    """Return a string of stops around one stop of a line, perhaps with some left inside."""
    n = len(stops)
    length = 1 + int(next(dice) * min(n, max(1, int(longest))))
    inside = 0
    if 1 < length < n and next(dice) < SPLIT_SHARE:
        inside = 1
        while length + inside < n and next(dice) > GROW_SHARE:
            inside += 1
    whole = length + inside
    at = stops.index(stop)
    low, high = max(0, at - whole + 1), min(at, n - whole)
    begin = low + int(next(dice) * (high - low + 1))
    cut = begin + 1 + int(next(dice) * (length - 1)) if inside else begin
    return [*stops[begin:cut], *stops[cut + inside : begin + whole]]


def _ordered(view: Outward, out: list[int], dice: Iterator[float]) -> list[int]:
    key = KEYS[int(next(dice) * len(KEYS))]
    shuffled = sorted((next(dice), stop) for stop in out)
    stops = [stop for _, stop in shuffled]
    if key == "load":
        stops.sort(key=lambda stop: -view.load[stop])
    elif key == "far":
        stops.sort(key=lambda stop: -view.step_s[0][stop])
    elif key == "near":
        stops.sort(key=lambda stop: view.step_s[0][stop])
    return stops


def _recreate(
    ground: Ground, lines: list[Line], ordered: list[int], left: list[int], dice: Iterator[float]
) -> State:
    """Return the state after every stop was put where it costs least."""
    view = ground.view
    behind = []
    for stop in ordered:
        own_m = view.step_m[0][stop]
        best, best_k = _best_type(ground, view.load[stop], own_m, -1, left)
        chosen: tuple[int, int] | None = None
        for place, line in enumerate(lines):
            load = line.load + view.load[stop]
            if load >= len(ground.fitting) or next(dice) < PASSED_SHARE:
                continue
            if stop not in line.places:
                line.places[stop] = _cheapest_place(view, line, stop)
            more_m, cut = line.places[stop]
            if cut < 0:
                continue
            price, k = _best_type(ground, load, line.length_m + more_m, line.bus_type, left)
            if k >= 0 and (best_k < 0 or price - line.price < best):
                best, best_k, chosen = price - line.price, k, (place, cut)
        if best_k < 0:
            behind.append(stop)
            continue
        left[best_k] -= 1
        if chosen is None:
            lines.append(_line(view, (stop,), best_k))
            continue
        place, cut = chosen
        old = lines[place]
        left[old.bus_type] += 1
        lines[place] = _line(view, (*old.stops[:cut], stop, *old.stops[cut:]), best_k)
    return _state(ground, tuple(lines), tuple(behind))


def _cheapest_place(view: Outward, line: Line, stop: int) -> tuple[int, int]:
    """Return how much longer a line gets (m), and before which of its stops; -1 for nowhere."""
    step_s, step_m = view.step_s, view.step_m
    to_m, to_s = step_m[stop], step_s[stop]
    latest_s = view.max_ride_s[stop]
    best_m, best_cut, before = ENDLESS_S, -1, 0
    for cut, after in enumerate(line.stops):
        from_m = step_m[before]
        more_m = from_m[stop] + to_m[after] - from_m[after]
        if more_m < best_m:
            from_s = step_s[before]
            if (
                line.ride_s[cut] + from_s[stop] <= latest_s
                and from_s[stop] + to_s[after] - from_s[after] <= line.slack_s[cut]
            ):
                best_m, best_cut = more_m, cut
        before = after
    if step_m[before][stop] < best_m and line.ride_s[-1] + step_s[before][stop] <= latest_s:
        best_m, best_cut = step_m[before][stop], len(line.stops)
    return best_m, best_cut

