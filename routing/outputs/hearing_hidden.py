"""What the public page of a hearing must not tell: counts, amounts and words about a few pupils."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from routing.compare.small import hide_column
from routing.gates.facts import Facts, Room
from routing.outputs.hearing_tables import HIDDEN, Shown
from routing.outputs.masking import Mask

STEP_YUAN = 1_000
"""Amounts of a year are told in whole thousands of yuan, rounded up."""


def tell_counts(counts: Sequence[int], mask: Mask) -> list[Shown]:
    """Return the parts of a whole that is told elsewhere, none to be had as a difference.

    Parameters
    ----------
    counts
        Students; together a whole.
    mask
        What may be said.
    """
    n = np.asarray(counts, np.int64)
    hidden = np.zeros(len(n), bool)
    if mask.privacy == "public":
        hidden = hide_column(n, hidden, mask.min_cell)
    return [
        tell_count(int(one), mask, hide=bool(hide)) for one, hide in zip(n, hidden, strict=True)
    ]


def tell_count(n: int, mask: Mask, *, hide: bool = False) -> Shown:
    """Return one count: as it is, "<5", or a dash where it is hidden for another's sake."""
    if mask.hides(n):
        return Shown(mask.shown(n))
    return Shown(HIDDEN) if hide else Shown(f"{n:,}", n)


def tell_blocks(blocks: Mapping[str, Sequence[int]], mask: Mask) -> dict[str, list[Shown]]:
    """Return counts in blocks whose sums are told too, each block's sum first.

    Where a sum is hidden, so are all its parts; a block of one part is that part.
    """
    sums = tell_counts([sum(parts) for parts in blocks.values()], mask)
    told = {}
    for (name, parts), whole in zip(blocks.items(), sums, strict=True):
        cells = tell_counts(parts, mask)
        if whole.number is None:
            cells = [tell_count(n, mask, hide=n > 0) for n in parts]
        told[name] = [whole, *cells]
    return told


def amount_step(amounts: Sequence[tuple[float, int, float]], mask: Mask) -> int:
    """Return the step (yuan) in which amounts may be told so that no hidden count follows.

    Parameters
    ----------
    amounts
        Each amount in yuan, how many students of a hidden count are in it, and yuan a
        student; whatever number from 1 to ``min_cell - 1`` it was, the amount must read
        the same.
    mask
        What may be said.
    """
    at = 0
    risky = [one for one in amounts if one[1] and one[2]] if mask.privacy == "public" else []
    while any(not _same(one, nice_step(at), mask.min_cell) for one in risky):
        at += 1
    return nice_step(at)


def nice_step(at: int) -> int:
    """Return 1,000, 2,000, 5,000, 10,000 and so on (yuan)."""
    return STEP_YUAN * int((1, 2, 5)[at % 3] * 10 ** (at // 3))


def safe_step(yuan_each: float, mask: Mask) -> int:
    """Return the step (yuan) that a small count of students cannot fill, at so much each."""
    at = 0
    while mask.privacy == "public" and nice_step(at) < mask.min_cell * yuan_each:
        at += 1
    return nice_step(at)


def _same(amount: tuple[float, int, float], step: int, min_cell: int) -> bool:
    yuan, n, each = amount
    most = max(n, min_cell - 1)
    least = yuan - (n - 1) * each
    return round_up(least, step) == round_up(yuan + (most - n) * each, step)


def round_up(yuan: float, step: int) -> int:
    """Return an amount in whole steps, rounded up."""
    return math.ceil(round(yuan / step, 9)) * step


class _Count(int):
    """A count that compares as what it is and prints as it may be told."""

    words: str

    def __new__(cls, n: int, words: str) -> "_Count":
        made = super().__new__(cls, n)
        made.words = words
        return made

    def __format__(self, _: str) -> str:
        return self.words

    def __str__(self) -> str:
        return self.words


class _Quiet(float):
    """A time that is not told: of so few pupils that it would be one's own."""

    def __truediv__(self, _: float) -> "_Quiet":
        return self

    def __format__(self, _: str) -> str:
        return HIDDEN


def _need(room: Room, mask: Mask) -> int:
    """Return what pupils need; a number of classes is none of pupils, and stands as it is."""
    return room.need if room.kind == "classes" else _Count(room.need, mask.shown(room.need))


PARTS_OF = {
    "n_longer": "n_moved", "n_shorter": "n_moved", "n_unserved": "n_moved", "n_over": "n_moved",
    "n_unserved_before": "n_unserved", "n_young": "n_moved", "n_young_over": "n_young",
    "n_riders": "n_moved", "n_without_lunch": "n_riders", "n_lunch_unknown": "n_riders",
}  # fmt: skip
"""Counts of the facts, and the count that each is a part of."""


def tell_facts(facts: Facts, schools: Mapping[str, str], mask: Mask) -> Facts:
    """Return the facts behind the gates with names for keys, and counts as they may be told.

    Judged as before: the counts are as they were and only print otherwise.

    Parameters
    ----------
    facts
        From ``find_facts``.
    schools
        Names by ``school_id``.
    mask
        What may be said.
    """

    def name(key: str) -> str:
        return schools.get(key, key)

    counts: dict[str, Any] = {}
    for field in fields(facts):
        n = getattr(facts, field.name)
        if not field.name.startswith("n_") or field.name == "n_villages":
            continue
        whole = PARTS_OF.get(field.name)
        words = mask.shown_split(getattr(facts, whole), n)[0] if whole else mask.shown(n)
        counts[field.name] = _Count(n, words)
    longest_s: float = facts.young_longest_s
    return replace(
        facts, **counts,
        closed=tuple(map(name, facts.closed)), receivers=tuple(map(name, facts.receivers)),
        protected_closed=tuple(map(name, facts.protected_closed)),
        young_longest_s=_Quiet(longest_s) if mask.hides(facts.n_young) else longest_s,
        rooms=tuple(
            Room(name(room.school_id), room.kind, room.room, _need(room, mask))
            for room in facts.rooms
        ),
        new_small=tuple(
            (name(key), _Count(was, mask.shown(was)), _Count(now, mask.shown(now)))
            for key, was, now in facts.new_small
        ),
    )  # fmt: skip
