"""How good can a school's routes get by taking stops out and putting them back? A fast walk.

The walk is compiled (``walking_kernels``); here its arrays are laid out, and it is let run
in short batches, so that a clock can be looked at in between.
"""

import numpy as np
from numpy.typing import NDArray

from routing.solver.outward import Draft, Order, Outward, Tour, price_tour
from routing.solver.parts import MOST_NEAR, near_stops
from routing.solver.walking_kernels import begin_walk, walk_steps
from routing.solver.walking_marks import (
    ACCEPTED,
    BEST,
    ENDLESS,
    MARK_OF,
    N_KNOWN,
    N_NOTES,
    STEPS,
    VALUE,
    Ints,
    Walk,
)

MOST_CACHED = 64
"""Tours whose best places are remembered, beside one for each four stops (tried)."""
MOST_KNOWN = 2**17
"""Places in the table of tours already noted: a power of two, half of them used at most."""
NOTE_WORDS = 2**20
"""Words kept of tours noted before they are read: about a hundred thousand tours."""
_GOLDEN = 0x9E3779B97F4A7C15


class Walker:
    """One walk through the answers of a problem.

    Parameters
    ----------
    view
        The problem; it has a stop at least.
    seed
        Makes one walk differ from another.
    """

    def __init__(self, view: Outward, seed: int) -> None:
        self.view = view
        self.walk = _lay_out(view, seed)

    @property
    def n_steps(self) -> int:
        """How many steps were walked so far."""
        return int(self.walk.tally[STEPS])

    @property
    def n_accepted(self) -> int:
        """How many steps were accepted so far."""
        return int(self.walk.tally[ACCEPTED])

    @property
    def best(self) -> int:
        """What the best answer is worth (thousandths of a yuan, with penalties)."""
        return int(self.walk.tally[BEST])

    @property
    def value(self) -> int:
        """What the answer the walk is at is worth (as ``best``)."""
        return int(self.walk.tally[VALUE])

    def begin(self, draft: Draft | None = None) -> None:
        """Set out from a draft, or from nothing; what is unserved is put in where it can be."""
        tours = () if draft is None else draft.tours
        words = [word for tour in tours for word in (len(tour.stops), *tour.stops)]
        kinds = [tour.bus_type for tour in tours]
        begin_walk(self.walk, np.array(words, dtype=np.int64), np.array(kinds, dtype=np.int64))

    def step(self, n_steps: int, heat_yuan: float, noted_yuan: float) -> None:
        """Walk so many steps at a temperature.

        Parameters
        ----------
        n_steps
            How many.
        heat_yuan
            Temperature (yuan per year).
        noted_yuan
            Tours are noted of answers at most so much dearer than the best one.
        """
        noted = self.best + int(1000 * noted_yuan)
        walk_steps(self.walk, n_steps, 1000.0 * heat_yuan, noted)

    def draft(self) -> Draft:
        """Return the best answer found."""
        best = self.walk.best
        tours, p = [], 1
        for _ in range(int(best[0])):
            size = int(best[p + 1])
            stops = tuple(best[p + 2 : p + 2 + size].tolist())
            tours.append(Tour(stops, int(best[p])))
            p += 2 + size
        served = {stop for tour in tours for stop in tour.stops}
        unserved = tuple(stop for stop in self.view.stops if stop not in served)
        return Draft(tuple(tours), unserved)

    def take_notes(self) -> list[Order]:
        """Return the tours noted since they were last taken, in the order driven."""
        tally, notes = self.walk.tally, self.walk.notes
        words = notes[: tally[N_NOTES]].tolist()
        orders, p = [], 0
        while p < len(words):
            orders.append(tuple(words[p + 1 : p + 1 + words[p]]))
            p += 1 + words[p]
        tally[N_NOTES] = 0
        if 2 * tally[N_KNOWN] > len(self.walk.known):
            self.walk.known[:] = 0
            tally[N_KNOWN] = 0
        return orders


def try_walk() -> None:
    """Walk a few steps between two stops: after that the walk is compiled."""
    step = [[0, 1, 2], [0, 0, 1], [0, 1, 0]]
    view = Outward(
        step_s=step, step_m=step, load=[0, 1, 1], max_ride_s=[9, 9, 9], seats=(2,),
        fixed_yuan=(1,), yuan_per_km=(1,), n_available=(None,), to_school=False, stops=(1, 2),
        n_chairs=[0, 0, 0], chair_places=(0,), fits=[1, 1, 1], apart=frozenset(),
    )  # fmt: skip
    walker = Walker(view, 1)
    walker.begin()
    walker.step(10, 1.0, 1.0)


def _lay_out(view: Outward, seed: int) -> Walk:
    n, n_slots, n_types = len(view.load), len(view.stops), len(view.seats)
    n_cached = min(n_slots, MOST_CACHED + n_slots // 4)
    tour = np.zeros((n_slots, 14), dtype=np.int64)
    tally = np.zeros(12, dtype=np.int64)
    tally[BEST] = ENDLESS
    return Walk(
        link=_link(view),
        stop=_stops(view, seed),
        kind=_kinds(view),
        stops=np.array(view.stops, dtype=np.int64),
        near=near_stops(view, MOST_NEAR),
        apart=_apart(view),
        at=np.zeros((n, 6), dtype=np.int64),
        tour=tour,
        live=np.zeros(n_slots, dtype=np.int64),
        spare=np.arange(n_slots)[::-1].astype(np.int64),
        tried=np.zeros(n_slots, dtype=np.int64),
        behind=np.zeros(n, dtype=np.int64),
        out=np.zeros(n, dtype=np.int64),
        key=np.zeros(n, dtype=np.int64),
        log=np.zeros(n + 5 * n_slots + n_types, dtype=np.int64),
        cache=np.zeros((n, n_cached, 2), dtype=np.int64),
        notes=np.zeros(NOTE_WORDS, dtype=np.int64),
        known=np.zeros((MOST_KNOWN, 2), dtype=np.int64),
        best=np.zeros(1 + n + 2 * n_slots, dtype=np.int64),
        dice=np.array([_mix(seed, 0)], dtype=np.uint64),
        tally=tally,
    )


def _link(view: Outward) -> NDArray[np.int64]:
    steps = [np.array(rows, dtype=np.int64) for rows in (view.step_s, view.step_m)]
    steps += [steps[0].T, steps[1].T]
    small = max(int(step.max()) for step in steps) < 2**31
    return np.stack(steps, axis=2).astype(np.int32 if small else np.int64)


def _stops(view: Outward, seed: int) -> Ints:
    n = len(view.load)
    longest_m = max(max(row) for row in view.step_m) * len(view.stops)
    prices = [price_tour(view, longest_m, k) for k in range(len(view.seats))]
    dearest = 1000 * (1 + max(prices))
    stop = np.zeros((n, 6), dtype=np.int64)
    stop[:, 0], stop[:, 1], stop[:, 2] = view.max_ride_s, view.load, view.n_chairs
    stop[:, 3] = view.fits
    stop[:, 4] = dearest * (stop[:, 1] + stop[:, 2])
    marks = [_mix(seed, place + 1) >> 2 for place in range(n)]
    stop[:, MARK_OF] = marks
    return stop


def _kinds(view: Outward) -> Ints:
    left = [ENDLESS if n is None else n for n in view.n_available]
    fixed = [1000 * yuan for yuan in view.fixed_yuan]
    rows = (view.seats, view.chair_places, fixed, view.yuan_per_km, left)
    return np.array(rows, dtype=np.int64).T.copy()


def _apart(view: Outward) -> Ints:
    others: list[list[int]] = [[] for _ in view.load]
    for one, other in sorted(view.apart):
        others[one].append(other)
        others[other].append(one)
    firsts = len(others) + 1 + np.cumsum([0, *map(len, others)])
    rest = [other for row in others for other in row]
    return np.array([*firsts.tolist(), *rest], dtype=np.int64)


def _mix(seed: int, number: int) -> int:
    """Return 64 random bits for a seed and a number, never 0: Steele's splitmix64 (2014)."""
    x = (seed * 0xD1342543DE82EF95 + (number + 1) * _GOLDEN) % 2**64
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    x = (x ^ x >> 27) * 0x94D049BB133111EB % 2**64
    return (x ^ x >> 31) or _GOLDEN
