"""Columns that the schema does not know: kept as text for the planner's own work."""

from routing.inputs.cells import clean_cells
from routing.inputs.headers import Match, plain
from routing.inputs.personal import count_personal
from routing.inputs.sheet import Sheet
from routing.tables import OTHER

MOST_OTHERS = 60
"""So many such columns of one file are kept (assumed)."""

MOST_SIGNS = 60
"""A header is cut after so many signs (assumed)."""


def other_columns(sheet: Sheet, match: Match) -> dict[str, tuple[str, list[str | None]]]:
    """Return ``other:`` and the header -> header and clean texts, of each unknown column.

    Columns that are empty, that may hold personal data by header or by value, or that
    are read as something else, are not among them.

    Parameters
    ----------
    sheet
        The cells.
    match
        Which column is what.
    """
    read = set(match.at.values())
    secret = {plain(header) for header in match.personal}
    found: dict[str, tuple[str, list[str | None]]] = {}
    taken: set[str] = set()
    for at, header in enumerate(sheet.headers):
        if at in read or not header or plain(header) in secret or len(found) == MOST_OTHERS:
            continue
        texts = clean_cells(sheet.cells[at])[0]
        if any(texts) and not any(count_personal(texts)):
            name = _unique(f"{OTHER}{header[:MOST_SIGNS]}", taken)
            taken.add(name.casefold())
            found[name] = header, texts
    return found


def _unique(name: str, taken: set[str]) -> str:
    """Return the name, with a number where it is taken; case does not count."""
    n, wanted = 1, name
    while wanted.casefold() in taken:
        n += 1
        wanted = f"{name} {n}"
    return wanted
