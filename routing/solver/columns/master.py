"""Which mixture of the tours known serves every stop for the least? The master problem."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from routing.solver.columns.node import (
    FIXED,
    TOTAL,
    Column,
    Cut,
    Duals,
    Node,
    count_cut,
    drives_banned,
)
from routing.solver.columns.terms import MICROS, Terms
from routing.solver.problem import Ints

SHARE_ZERO = 1e-7
"""A tour of a smaller share is none (the library's own tolerance)."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """The best mixture of the tours known.

    Parameters
    ----------
    value_micros
        What it costs.
    duals
        What things are worth, rounded to whole micro-yuan.
    shares
        Tours used and how much of each.
    behind
        How much of the stops is left behind, in all.
    """

    value_micros: float
    duals: Duals
    shares: list[tuple[Column, float]]
    behind: float


class Master:
    """The linear problem over tours, to which tours are added and which cuts tighten.

    Every place is served once or left behind at a price; the number of tours of each kind
    and of all together keeps a node's limits; each cut is used once at most.
    """

    def __init__(
        self, terms: Terms, node: Node, cuts: tuple[Cut, ...], price: Callable[[Column], int]
    ) -> None:
        """Set up without any tour; ``price`` gives a tour's price (micro-yuan)."""
        from ortools.linear_solver import pywraplp

        self.node, self.cuts, self._price = node, cuts, price
        solver = pywraplp.Solver.CreateSolver("CLP")
        self._solver, settings = solver, pywraplp.MPSolverParameters()
        settings.SetIntegerParam(settings.LP_ALGORITHM, settings.PRIMAL)
        settings.SetIntegerParam(settings.PRESOLVE, settings.PRESOLVE_OFF)
        self._settings = settings
        places = range(1, len(terms.weight))
        self._cover = {place: solver.Constraint(1.0, 1.0) for place in places}
        self._fixed = [kind.fixed_micros / MICROS for kind in terms.kinds]
        limits = list(zip(node.least, node.most, strict=True))
        low, high = limits.pop()
        self._unit = max(1.0, *self._fixed)
        self._counts = [solver.Constraint(float(a), float(b)) for a, b in limits]
        self._counts.append(solver.Constraint(low / self._unit, high / self._unit))
        self._cuts = [solver.Constraint(-solver.infinity(), 1.0) for _ in cuts]
        self._cuts_at: dict[int, list[int]] = {place: [] for place in places}
        for c, cut in enumerate(cuts):
            for place in cut.stops:
                self._cuts_at[place].append(c)
        self._value = solver.Objective()
        self._value.SetMinimization()
        self._behind = [
            self._add_variable(float(terms.behind_micros[place]), {place: 1}) for place in places
        ]
        for row, least in zip(self._counts, node.least, strict=True):
            if least > 0:
                row.SetCoefficient(self._add_variable(float(terms.behind_micros.max()), {}), 1.0)
        self._tours: dict[Column, Any] = {}

    def __contains__(self, column: Column) -> bool:
        """Return whether a tour is known."""
        return column in self._tours

    def add(self, column: Column) -> bool:
        """Add a tour unless it is known or drives what the node bans; return whether."""
        if column in self._tours or drives_banned(column.order, self.node.banned):
            return False
        times: dict[int, int] = {}
        for place in column.order:
            times[place] = times.get(place, 0) + 1
        tour = self._add_variable(float(self._price(column)), times)
        self._counts[column.kind].SetCoefficient(tour, 1.0)
        self._counts[TOTAL].SetCoefficient(tour, 1.0)
        self._counts[FIXED].SetCoefficient(tour, self._fixed[column.kind] / self._unit)
        at = [c for place in times for c in self._cuts_at[place]]
        for c in {c for c in at if at.count(c) > 1 or max(times.values()) > 1}:
            n = count_cut(column.order, self.cuts[c])
            if n:
                self._cuts[c].SetCoefficient(tour, float(n))
        self._tours[column] = tour
        return True

    def _add_variable(self, price: float, times: dict[int, int]) -> Any:
        variable = self._solver.NumVar(0.0, self._solver.infinity(), "")
        self._value.SetCoefficient(variable, price / MICROS)
        for place, n in times.items():
            self._cover[place].SetCoefficient(variable, float(n))
        return variable

    def rank(self) -> list[Column]:
        """Return the tours known, of the least reduced price first, solving once more."""
        if self._solver.Solve(self._settings) != self._solver.OPTIMAL:
            return list(self._tours)
        reduced = {c: round(tour.reduced_cost(), 3) for c, tour in self._tours.items()}
        return sorted(reduced, key=lambda column: (reduced[column], column.order, column.kind))

    def solve(self) -> Mixture | None:
        """Return the best mixture; None when the library does not find it."""
        if self._solver.Solve(self._settings) != self._solver.OPTIMAL:
            return None
        worth = [0.0] + [row.dual_value() for row in self._cover.values()]
        per_count = [row.dual_value() for row in self._counts]
        per_count[FIXED] /= self._unit
        fines = [max(0.0, -row.dual_value()) for row in self._cuts]
        duals = Duals(_to_micros(worth), _to_micros(per_count), _to_micros(fines))
        values = [(c, tour.solution_value()) for c, tour in self._tours.items()]
        used = [(column, share) for column, share in values if share > SHARE_ZERO]
        behind = sum(variable.solution_value() for variable in self._behind)
        return Mixture(self._value.Value() * MICROS, duals, used, behind)


def _to_micros(yuan: list[float]) -> Ints:
    return np.rint(np.array(yuan) * MICROS).astype(np.int64)
