"""What could each known tour cost? Every tour of a pool with the types of bus worth having."""

from dataclasses import dataclass
from itertools import chain

import numpy as np

from routing.solver.every import Pool
from routing.solver.outward import (
    LARGEST,
    Draft,
    Order,
    Outward,
    count_students,
    measure_length_m,
    price_tour,
)


@dataclass(frozen=True, slots=True)
class Column:
    """One choice: a tour with a type of bus, or (type None) one stop left behind."""

    stops: Order
    bus_type: int | None
    price: int


def list_columns(view: Outward, pool: Pool, hint: Draft, most: int) -> list[Column]:
    """Return the choices a pool gives, those of a hint, and each stop left behind.

    Parameters
    ----------
    view
        The problem.
    pool
        Tours known; each keeps all rules with some type of bus.
    hint
        An answer whose tours are always among the choices.
    most
        So many tours of the pool at most: those found last.
    """
    columns = price_pool(view, pool, most)
    known = {(column.stops, column.bus_type) for column in columns}
    for tour in hint.tours:
        if (tour.stops, tour.bus_type) not in known:
            price = price_tour(view, measure_length_m(view, tour.stops), tour.bus_type)
            columns.append(Column(tour.stops, tour.bus_type, price))
    penalty = 1 + sum(sorted((c.price for c in columns), reverse=True)[: len(view.stops)])
    behind = [Column((stop,), None, penalty * count_students(view, (stop,))) for stop in view.stops]
    return columns + behind


def price_pool(view: Outward, pool: Pool, most: int) -> list[Column]:
    """Return each tour with the cheapest type that never runs out, and cheaper ones that may.

    The same as ``find_types_worth`` tour by tour, but for a hundred thousand at a time.
    """
    kept = list(pool.values())[-most:] if most > 0 else []
    if not kept:
        return []
    length_m = np.array([length_m for length_m, _ in kept], dtype=np.int64)
    sizes = np.array([len(stops) for _, stops in kept])
    flat = np.fromiter(chain.from_iterable(stops for _, stops in kept), np.int64, sizes.sum())
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    seats = np.add.reduceat(np.array(view.load)[flat], begins)
    chairs = np.add.reduceat(np.array(view.n_chairs)[flat], begins)
    fits = np.bitwise_and.reduceat(np.array(view.fits)[flat], begins)
    price = np.full((len(kept), len(view.seats)), LARGEST, dtype=np.int64)
    for k, n in enumerate(view.n_available):
        room = (seats <= view.seats[k]) & (chairs <= view.chair_places[k]) & (fits >> k & 1 == 1)
        if n != 0:
            running = -(-length_m * view.yuan_per_km[k] // 1000)
            price[room, k] = view.fixed_yuan[k] + running[room]
    limited = np.array([n is not None for n in view.n_available])
    endless = np.where(limited, LARGEST, price)
    least = endless.min(axis=1)
    worth = np.where(limited, price < least[:, None], False)
    worth[np.arange(len(kept)), endless.argmin(axis=1)] |= least < LARGEST
    rows, types = np.nonzero(worth)
    prices = price[rows, types].tolist()
    return [
        Column(kept[row][1], k, yuan)
        for row, k, yuan in zip(rows.tolist(), types.tolist(), prices, strict=True)
    ]
