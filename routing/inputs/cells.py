"""What does a cell say? Every cell becomes clean text, or None where it is empty."""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Zero-width characters and marks that turn the writing direction."""

_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_PRIMES = re.compile("[\u2033\u2034]")
"""Marks of seconds, which normal width takes apart; no repair of anything."""
_EXACT_FLOAT = 1e15
"""Excel keeps 15 digits of a number; beyond, whole floats are not told apart."""


def to_text(cell: Any) -> str | None:
    """Return a cell as text; None where it holds nothing.

    Whole floats lose their ``.0`` (Excel holds 1001 as 1001.0), clock times and durations
    are written ``08:20:00``, dates with their time ``2026-09-01 08:20:00``, flags
    ``true`` and ``false``.
    """
    if cell is None or isinstance(cell, str):
        return cell or None
    for kind, write in _WRITERS:
        if isinstance(cell, kind):
            return write(cell)
    return _other(cell)


def clean(text: str | None) -> str | None:
    """Return text in normal width, without blanks around it and without hidden marks.

    Full-width digits and letters become ordinary ones (NFKC); control characters and line
    breaks become one blank; zero-width characters and direction marks go.
    """
    if text is None or (text.isascii() and text.isprintable()):
        return (text.strip() or None) if text else None
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _CONTROL.sub(" ", text).strip() or None


def kinds_of_repair(text: str) -> tuple[str, ...]:
    """Return what ``clean`` mends in a text: ``hidden`` marks, ``wide`` characters, ``blanks``."""
    seen = _INVISIBLE.sub("", text)
    spaced = _CONTROL.sub(" ", seen)
    found = (
        ("hidden", seen != text),
        ("wide", unicodedata.normalize("NFKC", spaced) != _PRIMES.sub(_two_primes, spaced)),
        ("blanks", spaced.strip() != seen),
    )
    return tuple(kind for kind, there in found if there)


def are_clean(texts: Iterable[str | None]) -> bool:
    """Return whether ``clean`` would change none of many texts; True only when that is sure."""
    whole = "".join(filter(None, texts))
    return whole.isascii() and whole.isprintable() and " " not in whole


def clean_cells(cells: Iterable[Any]) -> tuple[list[str | None], int]:
    """Return cells as clean text, and how many texts had to be repaired.

    Parameters
    ----------
    cells
        One column, as the file holds it.

    Returns
    -------
    texts, n_repaired
        Texts or None; the count does not include cells that hold nothing but blanks.
    """
    texts = [cell if type(cell) is str else to_text(cell) for cell in cells]
    if are_clean(texts):
        return [text or None for text in texts], 0
    known = {text: clean(text) for text in dict.fromkeys(texts)}
    changed = {text for text, cleaned in known.items() if cleaned not in {None, text}}
    n_repaired = sum(text in changed for text in texts) if changed else 0
    return [known[text] for text in texts], n_repaired


def _two_primes(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def _number(cell: float) -> str | None:
    if math.isnan(cell):
        return None
    if abs(cell) >= _EXACT_FLOAT:
        return f"{cell:.14e}"
    return str(int(cell)) if cell == int(cell) else repr(float(cell))


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _moment(cell: dt.datetime) -> str | None:
    if cell != cell:  # noqa: PLR0124 - pandas' empty date is the one that is not itself
        return None
    return (cell + dt.timedelta(microseconds=500_000)).strftime("%Y-%m-%d %H:%M:%S")


def _other(cell: Any) -> str | None:
    """Return a number of numpy, a missing value of pandas, or any other thing, as text."""
    item = getattr(cell, "item", None)
    if item is not None and getattr(cell, "ndim", 1) == 0:
        return to_text(item())
    if type(cell).__name__ in {"NAType", "NaTType"}:
        return None
    return str(cell) or None


def _time(cell: dt.time) -> str:
    seconds = cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6
    return _clock(round(seconds))


def _duration(cell: dt.timedelta) -> str:
    return _clock(round(cell.total_seconds()))


def _flag(cell: bool) -> str:
    return "true" if cell else "false"


_WRITERS: tuple[tuple[type, Callable[[Any], str | None]], ...] = (
    (bool, _flag),
    (int, str),
    (float, _number),
    (dt.datetime, _moment),
    (dt.time, _time),
    (dt.timedelta, _duration),
)
"""How a cell of each type is written; a flag is an int too, and comes first."""
