"""The question to the solver: groups of pupils, where they may go, and what it costs at least."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.closures.apart import add_movers
from routing.closures.candidates import only_juniors
from routing.closures.county import County, hold_rows
from routing.closures.money import SchoolMoney, measure_money
from routing.closures.needs import BusNeed, find_needs, find_run_needs
from routing.costs import bus_costs
from routing.scenario.rooms import find_rooms, school_groups
from routing.solver import ClosureProblem
from routing.solver.closures_problem import Floor, Limit, Need, Option

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NEAREST = 6
"""Schools that a group is asked about one by one; the rest are one school together (assumed)."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The question in whole numbers, and what it was made from.

    Parameters
    ----------
    county
        The bounds of rows and schools.
    rows
        Candidates, as rows of schools.
    bound
        The question with proven bounds: no plan of any answer costs less, in yuan or in
        time, than the answer does here.
    needs
        The bounds on buses used.
    run_yuan
        Driving of a pupil at the least, by row and school, as used (float64, yuan per year).
    by_seat
        The same question with buses and driving counted by seats alone: a weaker bound that
        tells pupils apart by their ways, as estimates want it.
    seat_need
        Its bound on buses; None where it has none.
    money
        The schools' own terms.
    groups
        Rows of students of each group.
    """

    county: County
    rows: tuple[int, ...]
    bound: ClosureProblem
    needs: tuple[BusNeed, ...]
    run_yuan: Floats
    by_seat: ClosureProblem
    seat_need: BusNeed | None
    money: SchoolMoney
    groups: tuple[Ints, ...]


def build_ground(county: County, rows: Sequence[int], other_yuan: int) -> Ground:
    """Return the question about some candidates.

    Pupils of one school, village (or point) and grade are a group; of its pupils the
    smallest bound counts for all, and it may be split, so that whatever whole rows are
    sent where by the plan's own rules, the answer here allows it and costs no more.

    Parameters
    ----------
    county
        The ground.
    rows
        Candidates, as rows of schools.
    other_yuan
        What the present costs besides buses and driving (yuan per year).
    """
    money, seat_needs = measure_money(county), find_needs(county)
    moves = np.isin(county.school, np.array(rows, np.int64))
    runs = add_movers(county.riders, county.apart, np.flatnonzero(moves), county.allowed)
    needs = tuple(seat_needs + find_run_needs(county, runs))
    run_yuan = _run_yuan(county, runs)
    groups = _group(county, moves)
    ask = _Asked(county, tuple(int(row) for row in rows), moves, groups, money, other_yuan)
    return Ground(
        county, ask.rows, _question(ask, needs, run_yuan), needs, run_yuan,
        _question(ask, seat_needs[:1], county.run_yuan), next(iter(seat_needs), None), money,
        tuple(groups),
    )  # fmt: skip


class _Asked(NamedTuple):
    """What is asked, whatever buses cost."""

    county: County
    rows: tuple[int, ...]
    moves: NDArray[np.bool_]
    groups: list[Ints]
    money: SchoolMoney
    other_yuan: int


def _question(asked: _Asked, needs: Sequence[BusNeed], run_yuan: Floats) -> ClosureProblem:
    """Return the question with some bounds on buses and on driving."""
    county, rows, moves, groups, money, other_yuan = asked
    pupil_yuan = run_yuan + money.meals_yuan
    options, uses = _options(county, groups, pupil_yuan, needs, _gain(county, money))
    fixed = np.flatnonzero(~moves)
    floors = [Floor(j, 0, money.floor, int(rate)) for j, rate in enumerate(money.floor_yuan)]
    costs = bus_costs(county.district.bus_types, county.policy)
    available = hold_rows(county.district.bus_types, "n_available")
    return ClosureProblem(
        len(county.district.schools) + 1, rows,
        tuple(int(county.school[own[0]]) for own in groups),
        tuple(int(county.n[own].sum()) for own in groups),
        _mean(county, groups, pupil_yuan), _mean(county, groups, county.time_s), options,
        (-money.upkeep_yuan,) * len(rows),
        other_yuan - _school_yuan(county, money) + _sum(county, fixed, pupil_yuan),
        _sum(county, fixed, county.time_s),
        limits=_limits(county, groups, options, moves),
        floors=tuple(_at_fixed(county, floor, moves) for floor in floors),
        needs=tuple(
            Need(
                tuple(int(one) for one in need.per_bus), _sum(county, fixed, need.use),
                _mean(county, groups, need.use), use,
            )
            for need, use in zip(needs, uses, strict=True)
        ),
        bus_yuan=tuple(int(one) for one in np.floor(costs["fixed_yuan"])),
        bus_most=tuple(int(n) if n >= 0 else None for n in available),
        keep=only_juniors(county, list(rows)),
    )  # fmt: skip


def _run_yuan(county: County, runs: Ints) -> Floats:
    """Return the driving of each pupil at each school: by seats or by runs, whichever says more.

    Both are bounds on what one school's runs cost; at each school the one that is larger at
    present counts for all.
    """
    by_run = county.whole_yuan * runs / np.maximum(county.n, 1)[:, None]
    own = np.arange(len(county.n)), county.school
    more = np.bincount(
        county.school, ((by_run - county.run_yuan)[own] * county.n), by_run.shape[1]
    )  # fmt: skip
    return np.where(more > 0, by_run, county.run_yuan)


def _group(county: County, moves: NDArray[np.bool_]) -> list[Ints]:
    """Return rows of students of one school, village or point, grade and way of living."""
    students = county.district.students
    points = [(p.x, p.y) if p is not None else None for p in students.geometry]
    villages = students["village"].tolist()
    found: dict[object, list[int]] = {}
    for row in np.flatnonzero(moves).tolist():
        place = villages[row] or points[row]
        key = (int(county.school[row]), place, int(county.grade[row]), bool(county.boards[row]))
        found.setdefault(key, []).append(row)
    return [np.array(rows, np.int64) for rows in found.values()]


def _sum(county: County, rows: Ints, value: NDArray[Any]) -> int:
    """Return a sum over pupils at their own schools, rounded down."""
    return int(np.floor((value[rows, county.school[rows]] * county.n[rows]).sum()))


def _mean(county: County, groups: list[Ints], value: NDArray[Any]) -> tuple[int, ...]:
    """Return the mean of one pupil of each group at its own school, rounded down."""
    return tuple(_sum(county, own, value) // int(county.n[own].sum()) for own in groups)


def _school_yuan(county: County, money: SchoolMoney) -> int:
    """Return what the terms of schools sum up to at present, as far as they may change."""
    n = np.bincount(county.school, county.n, len(money.floor_yuan)).astype(np.int64)
    missing = np.maximum(0, money.floor - n)
    rows = np.arange(len(county.n))
    meals = (money.meals_yuan[rows, county.school] * county.n).sum()
    return int((missing * money.floor_yuan).sum()) + int(np.ceil(meals)) + money.released_yuan


def _gain(county: County, money: SchoolMoney) -> Ints:
    """Return what one pupil more may save each school at most: it is below the floor now."""
    n = np.bincount(county.school, county.n, len(money.floor_yuan)).astype(np.int64)
    return np.where(n < money.floor, money.floor_yuan, 0)


def _at_fixed(county: County, floor: Floor, moves: NDArray[np.bool_]) -> Floor:
    """Return the floor with the pupils who stay whatever is decided."""
    stay = (county.school == floor.school) & ~moves
    return floor._replace(n_fixed=int(county.n[stay].sum()))


def _options(
    county: County, groups: list[Ints], pupil_yuan: Floats, needs: Sequence[BusNeed], gain: Ints
) -> tuple[tuple[Option, ...], list[tuple[int, ...]]]:
    """Return where groups may go, and what one pupil needs there of each need.

    A school that is one of many counts what a pupil more could save it at most (``gain``).
    """
    options: list[Option] = []
    uses: list[list[int]] = [[] for _ in needs]
    n_schools = len(county.district.schools)
    for g, own in enumerate(groups):
        able = county.allowed[own]
        able[:, county.school[own[0]]] = False

        def least(value: NDArray[Any], own: Ints = own, able: NDArray[np.bool_] = able) -> Floats:
            return np.where(able, value[own], np.inf).min(axis=0)

        yuan, time_s = least(pupil_yuan), least(county.time_s)
        need = [_run_use(county, own, able, one) if one.by_run else least(one.use) for one in needs]
        order = sorted(np.flatnonzero(able.any(axis=0)).tolist(), key=lambda j: (time_s[j], j))
        parts = [(j, [j]) for j in order[:NEAREST]]
        if order[NEAREST:]:
            parts.append((n_schools, order[NEAREST:]))
        for school, which in parts:
            cost = yuan[which].min() if school < n_schools else (yuan - gain)[which].min()
            options.append(Option(g, school, int(np.floor(cost)), int(time_s[which].min())))
            for use, one in zip(uses, need, strict=True):
                use.append(int(one[which].min()))
    return tuple(options), [tuple(use) for use in uses]


def _run_use(county: County, own: Ints, able: NDArray[np.bool_], need: BusNeed) -> Floats:
    """Return what one pupil of a group needs at each school, where runs are counted.

    A single row goes as a whole; of several, each counts wherever it needs least, since
    nobody says which of them goes where.
    """
    use = np.where(able, need.use[own], np.iinfo(np.int64).max)
    if len(own) == 1:
        return np.asarray(use[0], np.float64)
    whole = (use.min(axis=1) * county.n[own])[able.any(axis=1)].sum()
    return np.full(use.shape[1], np.floor(whole / county.n[own].sum()))


def _limits(
    county: County, groups: list[Ints], options: tuple[Option, ...], moves: NDArray[np.bool_]
) -> tuple[Limit, ...]:
    """Return the room of schools for those who come: places, meals, beds.

    Never less than there is in a plan: of pupils who stay only those count who surely use
    room, and a school over its limit has none.
    """
    schools, policy = county.district.schools, county.policy
    pool = school_groups(schools)
    stays = ~moves
    found = []
    for kind in ("places", "meals", "beds"):
        total = find_rooms(schools, kind, policy)
        eats = county.far[np.arange(len(county.n)), county.school] | county.boards
        using = {"places": stays, "meals": stays & eats, "beds": stays & county.boards}[kind]
        own = pool[county.school] if kind == "places" else county.school
        taken = np.bincount(own[using], county.n[using], len(schools)).astype(np.int64)
        by_school: dict[int, list[int]] = {}
        for o, option in enumerate(options):
            if option.school < len(schools) and _uses(county, groups[option.group], option, kind):
                at = int(pool[option.school]) if kind == "places" else option.school
                by_school.setdefault(at, []).append(o)
        for at, which in sorted(by_school.items()):
            if total[at] >= 0:
                room = max(0, int(total[at] - taken[at]))
                found.append(Limit(tuple(which), (1,) * len(which), room))
    return tuple(found)


def _uses(county: County, own: Ints, option: Option, kind: str) -> bool:
    """Return whether every pupil of a group surely uses a kind of room there."""
    if kind == "places":
        return True
    boards = county.boards[own]
    eats = county.far[own, option.school] | boards
    return bool(eats.all() if kind == "meals" else boards.all())
