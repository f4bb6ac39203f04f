"""What may be said of small groups in public: pooled, or hidden so that no sum gives them away."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from routing.errors import RoutingError
from routing.words import Text

Privacy = Literal["public", "internal"]

HIDDEN = "–"
"""A count that is not told although it is no small group: it would give one away."""

POOLED = "\x00others"
"""Small groups told together; no name of a village or school holds this sign."""

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def pool_small(counts: Sequence[int], min_cell: int) -> Flags:
    """Say which groups must be told together so that none under ``min_cell`` is seen.

    Small groups are pooled; while the pool itself is too small, the smallest of the
    others joins it. So every count that is left, the pool's too, may be told, and still
    adds up; only where all together are fewer is the pool itself too small.

    Parameters
    ----------
    counts
        Students of each group.
    min_cell
        The smallest group that may be told (students).

    Returns
    -------
    pooled
        One flag a group.
    """
    n = np.asarray(counts, np.int64)
    pooled = (n > 0) & (n < min_cell)
    while pooled.any() and n[pooled].sum() < min_cell and not pooled[n > 0].all():
        rest = np.flatnonzero(~pooled & (n > 0))
        pooled[rest[np.argmin(n[rest])]] = True
    return pooled


def hide_column(counts: Ints, hidden: Flags, min_cell: int) -> Flags:
    """Hide counts of one column so that the column's sum, which is told, gives none away.

    Parameters
    ----------
    counts
        One count a group (n,); the groups make a whole that is told.
    hidden
        Counts hidden already.
    min_cell
        Counts of 1 to ``min_cell - 1`` are hidden; then the next smallest, until those
        hidden add up to ``min_cell`` at least and are two or more.

    Returns
    -------
    hidden
        One flag a group.
    """
    hidden = hidden | ((counts > 0) & (counts < min_cell))
    while hidden.any() and (hidden.sum() < 2 or counts[hidden].sum() < min_cell):
        rest = np.flatnonzero(~hidden & (counts > 0))
        if not len(rest):
            break
        hidden[rest[np.argmin(counts[rest])]] = True
    return hidden


def hide_table(parts: Ints, totals: Ints, min_cell: int) -> Flags:
    """Hide counts of a table of groups by parts, so that neither rows nor columns give them away.

    Parameters
    ----------
    parts
        Counts (groups, parts); each a part of its group's total, not all parts of it.
    totals
        Students of each group (groups,), which are told.
    min_cell
        As for ``hide_column``. A part is hidden too where the rest of its group is a
        small group.

    Returns
    -------
    hidden
        (groups, parts).
    """
    rest = totals[:, None] - parts
    hidden = (rest > 0) & (rest < min_cell)
    for _ in range(parts.size + 1):
        columns = [
            hide_column(parts[:, at], hidden[:, at], min_cell) for at in range(parts.shape[1])
        ]
        again = np.stack(columns, axis=1) if columns else hidden
        shown = np.where(again, 0, parts).sum(axis=1)
        left = totals - shown
        tight = ((left > 0) & (left < min_cell))[:, None] & ~again & (parts > 0)
        if (again | tight).sum() == hidden.sum():
            break
        hidden = again | tight
    return hidden


def check_privacy(privacy: str) -> None:
    """Refuse a word that is neither."""
    if privacy not in {"public", "internal"}:
        raise RoutingError(Text(
            f"privacy is '{privacy}'; use 'public' or 'internal'.",
            f"公开程度“{privacy}”无效；请用public或internal。",
        ))  # fmt: skip
