"""Which options serve everyone best? For few to serve: every choice is tried.

The same for routes (stops to serve) and for chains (trips to serve).
"""

from collections.abc import Sequence
from typing import NamedTuple


class Option(NamedTuple):
    """One bus and all it could serve.

    Parameters
    ----------
    mask
        Whom it serves: bit k for number k.
    price_yuan, length_m
        Per year; the length only decides between equal prices.
    bus_type
        Of the bus.
    order
        Whom it serves, in order.
    """

    mask: int
    price_yuan: int
    length_m: int
    bus_type: int
    order: tuple[int, ...]


_Worth = tuple[int, int, int]
_Choice = tuple[_Worth, tuple[Option, ...]]


def choose_options(
    options: Sequence[Option], weights: dict[int, int], n_available: Sequence[int | None]
) -> tuple[Option, ...]:
    """Return the options that leave the least behind, then cost least.

    Parameters
    ----------
    options
        All that could be driven.
    weights
        For each number to be served, how bad it is to leave it behind.
    n_available
        Per type of bus, None for no limit.
    """
    limited = [k for k, n in enumerate(n_available) if n is not None]
    by_lowest: dict[int, list[Option]] = {number: [] for number in weights}
    for option in options:
        by_lowest[min(option.order)].append(option)
    best: dict[tuple[int, tuple[int, ...]], _Choice] = {(0, (0,) * len(limited)): ((0, 0, 0), ())}
    for number in sorted(weights):
        for key in [key for key in best if not key[0] >> number & 1]:
            covered, used = key
            (behind, yuan, length_m), chosen = best.pop(key)
            left = (behind + weights[number], yuan, length_m)
            _keep(best, (covered | 1 << number, used), (left, chosen))
            for option in by_lowest[number]:
                after = _use(option, used, limited, n_available)
                if option.mask & covered or after is None:
                    continue
                worth = (behind, yuan + option.price_yuan, length_m + option.length_m)
                _keep(best, (covered | option.mask, after), (worth, (*chosen, option)))
    return min(best.values(), key=lambda choice: choice[0])[1]


def _keep(
    best: dict[tuple[int, tuple[int, ...]], _Choice],
    key: tuple[int, tuple[int, ...]],
    choice: _Choice,
) -> None:
    known = best.get(key)
    if known is None or choice[0] < known[0]:
        best[key] = choice


def _use(
    option: Option, used: tuple[int, ...], limited: list[int], n_available: Sequence[int | None]
) -> tuple[int, ...] | None:
    """Return how many buses of each limited type are used then; None beyond the limit."""
    if option.bus_type not in limited:
        return used
    place = limited.index(option.bus_type)
    n = n_available[option.bus_type]
    if n is not None and used[place] >= n:
        return None
    return (*used[:place], used[place] + 1, *used[place + 1 :])
