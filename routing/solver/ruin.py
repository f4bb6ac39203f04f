"""Ruin and recreate: strings of neighbours are taken out of lines and put back, cheaply.

After Christiaens and Vanden Berghe, "Slack induction by string removals for vehicle
routing problems", Transportation Science 54 (2020). Plain Python, the same for routes
(members are stops) and chains (members are trips).
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.random import Generator

MEAN_REMOVED = 10
"""Members taken out on average (from the paper)."""
LONGEST_STRING = 10
"""Members taken out of one line at most (from the paper)."""
SPLIT_SHARE = 0.5
"""Share of strings that leave a member in their middle (from the paper)."""
GROW_SHARE = 0.01
"""How often the middle left grows by one more (from the paper)."""
PASSED_SHARE = 0.05
"""Share of lines passed over when a member is put back (0.01 for each place in the paper)."""
SHUFFLED_TURNS, ENDLESS = 4, 2**53

Order = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One bus and what it serves, ready for insertions.

    Parameters
    ----------
    order
        Its members in order.
    needs
        What they need together: students, or types of bus that may drive them all.
    length_m, bus_type, price
        Of the whole line (price in yuan per year).
    early, late
        Two numbers for each place in the line that say what an insertion may delay (s).
    keeps
        Whether the line keeps its limits.
    places
        Cheapest places already found for others, filled as they are asked for: most lines
        live through many steps.
    """

    order: Order
    needs: int
    length_m: int
    bus_type: int
    price: int
    early: Order
    late: Order
    keeps: bool
    places: dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class State:
    """Where a walk is: its lines, the members no bus is left for, and what it is worth."""

    lines: tuple[Line, ...]
    behind: Order
    value: int


@dataclass(frozen=True, eq=False)
class Ground:
    """What every step of a walk needs to know about its problem.

    Parameters
    ----------
    members
        All to be served.
    near
        For each member all members, nearest first; it leads its own list.
    needs
        What each needs; ``join`` makes the needs of a line of them.
    types_for
        For needs the types of bus that meet them; nothing for needs not in it.
    join
        Adds a member's needs to a line's.
    make_line
        A line from an order and a type of bus.
    find_place
        For a line and a member: how much longer the line gets (m), and before which
        place; -1 for nowhere.
    sortings
        Numbers by which members are sorted before they are put back.
    fixed_yuan, yuan_per_km, n_available
        Per type of bus.
    penalties
        What it weighs to leave each behind: more than any line costs.
    alone
        A line for each member, of any type.
    least_yuan_per_km
        No metre costs less; 0 where buses are counted, as types then change at will.
    """

    members: Order
    near: dict[int, list[int]]
    needs: dict[int, int]
    types_for: dict[int, Order]
    join: Callable[[int, int], int]
    make_line: Callable[[Order, int], Line]
    find_place: Callable[[Line, int], tuple[int, int]]
    sortings: tuple[dict[int, int], ...]
    fixed_yuan: Order
    yuan_per_km: Order
    n_available: tuple[int | None, ...]
    penalties: dict[int, int]
    alone: dict[int, Line]
    least_yuan_per_km: int


def begin_walk(ground: Ground, lines: Iterator[tuple[Order, int]], behind: Order) -> State:
    """Return the state a walk starts from: orders with types of bus, and those left out."""
    return _state(ground, tuple(ground.make_line(order, k) for order, k in lines), behind)


def throw_dice(rng: "Generator") -> Iterator[float]:
    """Yield numbers from 0 to below 1, drawn in blocks for speed."""
    while True:
        yield from rng.random(1024).tolist()


def walk(
    ground: Ground,
    state: State,
    dice: Iterator[float],
    heats: Iterator[float],
    note: Callable[[Line], None] | None = None,
) -> State:
    """Return the best state on a walk of simulated annealing.

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
            if note is not None:
                old = set(state.lines)
                for line in trial.lines:
                    if line not in old:
                        note(line)
            state = trial
            if state.value < best.value:
                best = state
    return best


def _state(ground: Ground, lines: tuple[Line, ...], behind: Order) -> State:
    value = sum(line.price for line in lines)
    return State(lines, behind, value + sum(ground.penalties[one] for one in behind))


def _step(ground: Ground, state: State, dice: Iterator[float]) -> State | None:
    """Return the state after one ruin and one recreation, None when a limit broke."""
    out, lines = _ruin(ground, state, dice)
    left = [ENDLESS if n is None else n for n in ground.n_available]
    for line in lines:
        left[line.bus_type] -= 1
        if not line.keeps:
            return None
    ruined = [_retyped(ground, line, left) for line in lines]
    return _recreate(ground, ruined, _sorted(ground, [*out, *state.behind], dice), left, dice)


def _retyped(ground: Ground, line: Line, left: list[int]) -> Line:
    """Return the line with the cheapest bus left; what is left is counted anew."""
    price, k = _best_type(ground, line.needs, line.length_m, line.bus_type, left)
    if k == line.bus_type:
        return line
    left[line.bus_type] += 1
    left[k] -= 1
    return replace(line, bus_type=k, price=price)


def _best_type(
    ground: Ground, needs: int, length_m: int, own: int, left: list[int]
) -> tuple[int, int]:
    """Return the lowest price and its type of bus; type -1 when none is left."""
    best, best_k = 0, -1
    for k in ground.types_for.get(needs, ()):
        if left[k] > 0 or k == own:
            price = ground.fixed_yuan[k] + (length_m * ground.yuan_per_km[k] + 999) // 1000
            if best_k < 0 or price < best:
                best, best_k = price, k
    return best, best_k


def _ruin(ground: Ground, state: State, dice: Iterator[float]) -> tuple[list[int], list[Line]]:
    """Return members taken out as strings around one of them, and the lines without them."""
    lines = list(state.lines)
    if not lines:
        return [], lines
    line_of = {one: k for k, line in enumerate(lines) for one in line.order}
    longest = min(LONGEST_STRING, len(line_of) / len(lines))
    n_strings = int(next(dice) * (4 * MEAN_REMOVED / (1 + longest) - 1) + 1)
    middle = ground.members[int(next(dice) * len(ground.members))]
    out: list[int] = []
    touched: set[int] = set()
    for one in ground.near[middle]:
        if len(touched) >= n_strings:
            break
        k = line_of.get(one, -1)
        if k < 0 or k in touched:
            continue
        touched.add(k)
        string = _string(lines[k].order, one, longest, dice)
        out += string
        kept = tuple(other for other in lines[k].order if other not in string)
        lines[k] = ground.make_line(kept, lines[k].bus_type)
    return out, [line for line in lines if line.order]


def _string(order: Order, one: int, longest: float, dice: Iterator[float]) -> list[int]:
    """Return a string around one member of a line, perhaps with some left inside."""
    n = len(order)
    length = 1 + int(next(dice) * min(n, max(1, int(longest))))
    inside = 0
    if 1 < length < n and next(dice) < SPLIT_SHARE:
        inside = 1
        while length + inside < n and next(dice) < GROW_SHARE:
            inside += 1
    whole = length + inside
    at = order.index(one)
    low, high = max(0, at - whole + 1), min(at, n - whole)
    begin = low + int(next(dice) * (high - low + 1))
    cut = begin + 1 + int(next(dice) * (length - 1)) if inside else begin
    return [*order[begin:cut], *order[cut + inside : begin + whole]]


def _sorted(ground: Ground, out: list[int], dice: Iterator[float]) -> list[int]:
    """Return members in the order they are put back: by chance, or by one of the sortings."""
    shuffled = [one for _, one in sorted((next(dice), one) for one in out)]
    turn = int(next(dice) * (SHUFFLED_TURNS + len(ground.sortings)))
    if turn >= SHUFFLED_TURNS:
        shuffled.sort(key=ground.sortings[turn - SHUFFLED_TURNS].__getitem__)
    return shuffled


def _recreate(
    ground: Ground, lines: list[Line], ordered: list[int], left: list[int], dice: Iterator[float]
) -> State:
    """Return the state after every member was put where it costs least."""
    behind = []
    for one in ordered:
        place, cut, k = _cheapest(ground, lines, one, left, dice)
        if k < 0:
            behind.append(one)
            continue
        left[k] -= 1
        if place < 0:
            lines.append(ground.make_line((one,), k))
            continue
        old = lines[place]
        left[old.bus_type] += 1
        lines[place] = ground.make_line((*old.order[:cut], one, *old.order[cut:]), k)
    return _state(ground, tuple(lines), tuple(behind))


def _cheapest(
    ground: Ground, lines: list[Line], one: int, left: list[int], dice: Iterator[float]
) -> tuple[int, int, int]:
    """Return in which line, before which place and with which type a member costs least.

    Line -1 is a new one, type -1 none.
    """
    alone, own_needs, join = ground.alone[one], ground.needs[one], ground.join
    best, best_k = _best_type(ground, alone.needs, alone.length_m, -1, left)
    best_place, best_cut = -1, 0
    for place, line in enumerate(lines):
        needs = join(line.needs, own_needs)
        if needs not in ground.types_for or next(dice) < PASSED_SHARE:
            continue
        found = line.places.get(one)
        if found is None:
            found = line.places[one] = ground.find_place(line, one)
        more_m, cut = found
        if cut < 0 or (best_k >= 0 and more_m * ground.least_yuan_per_km >= 1000 * best):
            continue
        price, k = _best_type(ground, needs, line.length_m + more_m, line.bus_type, left)
        if k >= 0 and (best_k < 0 or price - line.price < best):
            best, best_k, best_place, best_cut = price - line.price, k, place, cut
    return best_place, best_cut, best_k
