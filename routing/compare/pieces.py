"""Which pupils of a split row are which: rows cut so that each piece has one day in every table."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]

MOST = 1 << 32
"""More students than any row holds: separates rows in one sorted list of numbers."""


def cut_pieces(
    tables: Sequence[tuple[NDArray[np.object_], Ints]],
) -> tuple[NDArray[np.object_], Ints, Ints, list[Ints]]:
    """Cut student rows so that every piece lies in one row of each table.

    A row of ten may ride as 7 + 3 in the morning and 5 + 5 in the afternoon; who is who
    nobody knows. The first of one table are taken for the first of the other, so that with
    tables sorted from the shortest way to the longest the pieces are 5 + 2 + 3. Every
    table's own numbers stay exact.

    Parameters
    ----------
    tables
        For each the ``student_id`` and the number of students of its rows, in the order
        in which the students of a student row stand; not negative.

    Returns
    -------
    student_id, part, n_students
        Of the pieces; ``part`` counts from 0 within a student row. Student rows stand in
        the order of their first appearance.
    rows
        For each table the row in which a piece lies; -1 where the table has none for it.
    """
    ids = pd.concat([pd.Series(table[0], dtype=object) for table in tables], ignore_index=True)
    codes, known = pd.factorize(ids)
    bounds = np.cumsum([len(table[0]) for table in tables])[:-1]
    ends, orders = [], []
    for code, (_, n) in zip(np.split(codes.astype(np.int64), bounds), tables, strict=True):
        order = np.argsort(code, kind="stable")
        upto = np.cumsum(n[order])
        starts = np.r_[True, np.diff(code[order]) > 0] if len(code) else np.zeros(0, bool)
        before = (upto - n[order])[starts]
        within = upto - np.repeat(before, np.diff(np.r_[np.flatnonzero(starts), len(code)]))
        ends.append(code[order] * MOST + within)
        orders.append(order)
    cuts = np.unique(np.concatenate(ends)) if ends else np.zeros(0, np.int64)
    code, upto = cuts // MOST, cuts % MOST
    first = np.r_[True, np.diff(code) > 0] if len(code) else np.zeros(0, bool)
    n_students = upto - np.where(first, 0, np.r_[0, upto[:-1]])
    part = np.arange(len(code)) - np.maximum.accumulate(np.where(first, np.arange(len(code)), 0))
    rows = [_row_of(cuts, end, order) for end, order in zip(ends, orders, strict=True)]
    keep = n_students > 0
    names = np.asarray(known, dtype=object)[code[keep]]
    return names, part[keep], n_students[keep], [row[keep] for row in rows]


def _row_of(cuts: Ints, ends: Ints, order: Ints) -> Ints:
    """Return the table's row whose students end at a cut or after it; -1 for none."""
    at = np.searchsorted(ends, cuts)
    inside = at < len(ends)
    at = np.minimum(at, max(len(ends) - 1, 0))
    if not len(ends):
        return np.full(len(cuts), -1, np.int64)
    inside &= ends[at] // MOST == cuts // MOST
    return np.where(inside, order[at], -1)
