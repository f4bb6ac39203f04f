"""Which rows of a grid are the header, and what does each column mean? One row, or two.

Offices write two rows: a group over its columns (家庭位置 over 经度 and 纬度), the cells of
the group merged. Then each column gets the lower name, the upper one, or both joined,
whichever the table knows.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from routing.inputs.cells import clean, to_text
from routing.inputs.headers import known_columns, look_up, plain
from routing.tables import Table

HEADER_ROWS = 15
"""The header is looked for in so many rows from the top (rows; assumed)."""

Grid = Sequence[Sequence[Any]]


class Heading(NamedTuple):
    """Where the header ends, and the name of each column.

    Parameters
    ----------
    last
        Position of the (lower) row of the header.
    names
        One per column, up to the last with a name.
    n_known
        So many columns of the table are among them.
    """

    last: int
    names: tuple[str, ...]
    n_known: int


def find_heading(grid: Grid, table: Table) -> Heading:
    """Return the header of a grid; the first row with cells where none is known.

    The row, or the two rows under one another, among the first ``HEADER_ROWS``, with the
    most columns that the table knows; two rows only where their upper one groups.

    Parameters
    ----------
    grid
        Rows of cells from the top left corner.
    table
        The table looked for.
    """
    known = known_columns(table)
    rows = [trimmed(row) for row in grid[:HEADER_ROWS]]
    single = [_count(row, known) for row in rows]
    best = max(single, default=0)
    if not best:
        first = next((at for at, row in enumerate(rows) if any(row)), 0)
        return Heading(first, rows[first] if rows else (), 0)
    at = single.index(best)
    found = Heading(at, rows[at], best)
    for upper in (at - 1, at):
        if upper < 0 or upper + 1 >= len(rows) or not _groups(rows[upper], rows[upper + 1]):
            continue
        names = _joined(rows[upper], rows[upper + 1], table)
        n_known = _count(names, known)
        n_parted = sum(
            bool(below) and name != below and look_up(name, known) is not None
            for name, below in zip(names, rows[upper + 1], strict=False)
        )
        better = n_known > found.n_known
        if better or (upper < at and (n_known == found.n_known or n_parted > 1)):
            found = Heading(upper + 1, names, n_known)
    return found


def trimmed(row: Sequence[Any]) -> tuple[str, ...]:
    """Return a row as clean texts, without the empty cells at its end."""
    texts = [clean(to_text(cell)) or "" for cell in row]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _count(names: Sequence[str], known: dict[str, tuple[int, str]]) -> int:
    return len({place[1] for name in names if name and (place := look_up(name, known))})


def _groups(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Return whether a row stands over another as groups over columns do.

    It has at least two different names, and under its gaps stand names of the lower row.
    """
    gaps = [at for at in range(len(lower)) if at >= len(upper) or not upper[at]]
    return len({name for name in upper if name}) > 1 and (
        any(lower[at] for at in gaps)
        or len(set(filter(None, upper))) < len(list(filter(None, upper)))
    )


def _joined(upper: Sequence[str], lower: Sequence[str], table: Table) -> tuple[str, ...]:
    """Return the name of each column under two rows of header."""
    known = known_columns(table)
    keys = {column.name for column in table.planned if column.keys}
    plains = [plain(name) for name in lower if name]
    names, group = [], ""
    for at in range(max(len(upper), len(lower))):
        above = upper[at] if at < len(upper) else ""
        below = lower[at] if at < len(lower) else ""
        group = above or (group if below else "")
        both = f"{group} {below}".strip()
        if not below or not group or plain(below) == plain(group):
            names.append(below or above)
        elif look_up(both, known):
            names.append(both)
        else:
            twice = plains.count(plain(below)) > 1
            foreign = (look_up(group, known) or (0, ""))[1] in keys
            is_own = look_up(below, known) and not twice and not foreign
            names.append(below if is_own else both)
    return tuple(names)
