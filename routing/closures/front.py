"""The trade-off set: choices of which none is better than another in everything."""

from collections.abc import Iterable, Sequence

from routing.closures.records import Choice
from routing.solver.closures_problem import Worth


def is_beaten(figures: Sequence[int], by: Iterable[Sequence[int]]) -> bool:
    """Return whether some figures are no better in anything than others already known.

    Parameters
    ----------
    figures
        The less the better.
    by
        Figures of others.
    """
    return any(all(f >= k for f, k in zip(figures, known, strict=True)) for known in by)


def pick_front(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """Return the choices that keep the rules and that no other one beats.

    Of choices with the same figures the first by number closed and name stays.

    Parameters
    ----------
    choices
        Planned choices.
    """
    fit = sorted(
        (one for one in choices if not one.breaks), key=lambda c: (c.figures, len(c.closed), c.name)
    )
    front: list[Choice] = []
    for one in fit:
        if not is_beaten(one.figures, [known.figures for known in front]):
            front.append(one)
    return tuple(sorted(front, key=lambda c: (len(c.closed), c.cost_yuan, c.name)))


def worths(choices: Iterable[Choice]) -> tuple[Worth, ...]:
    """Return the figures of choices as the solver takes them."""
    return tuple(Worth(*one.figures) for one in choices)
