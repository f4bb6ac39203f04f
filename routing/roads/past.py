"""States that remember how a bus came, where a restriction runs over several ways.

A bus that has driven the first links of a banned sequence is in another state than one
that comes from elsewhere: it may not drive the last one.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from routing.roads.network import Ints

Sequences = Sequence[tuple[int, ...]]

Past = frozenset[tuple[int, int]]
"""Which sequences a bus is on, and the position in each of the link it is about to drive."""


class Further(NamedTuple):
    """States on top of one for each directed link, and the turns out of them.

    Parameters
    ----------
    link
        The directed link of each state.
    tail, head
        Of each turn: -1 - k for state k; a head may be a directed link.
    turn
        The turn between directed links that each repeats.
    """

    link: Ints
    tail: Ints
    head: Ints
    turn: Ints


def add_states(sequences: Sequences, tail: Ints, head: Ints) -> tuple[Ints, Further]:
    """Return turns led into further states where a banned sequence begins, and these states.

    Parameters
    ----------
    sequences
        Three or more directed links that may not be driven one after the other.
    tail, head
        The turns (directed links, int64), sorted by ``tail``.

    Returns
    -------
    head
        A directed link, or -1 - k for further state k.
    further
        The states, and their turns.
    """
    known: dict[tuple[int, Past], int] = {}

    def enter(link: int, past: Past, to: int) -> int:
        """Return where one gets by turning from a link with a past into another."""
        gone = _go_on(sequences, link, past, to)
        return -1 - known.setdefault((to, gone), len(known)) if gone else to

    def turns(link: int) -> range:
        return range(*np.searchsorted(tail, [link, link + 1]).tolist())

    led = head.copy()
    for link in {sequence[0] for sequence in sequences}:
        for at in turns(link):
            led[at] = enter(link, frozenset(), int(head[at]))
    found: list[tuple[int, int, int]] = []
    done = 0
    while done < len(known):  # states found on the way have turns of their own
        link, past = list(known)[done]
        found += [
            (-1 - done, enter(link, past, int(head[at])), at)
            for at in turns(link)
            if not _is_banned(sequences, past, int(head[at]))
        ]
        done += 1
    links = np.array([link for link, _ in known], np.int64)
    return led, Further(links, *np.array(found, np.int64).reshape(-1, 3).T)


def _go_on(sequences: Sequences, link: int, past: Past, to: int) -> Past:
    """Return the past of a bus that turns from a link into another."""
    onward = {(which, at + 1) for which, at in past if sequences[which][at + 1] == to}
    begun = {
        (which, 1) for which, sequence in enumerate(sequences) if sequence[:2] == (link, to)
    }  # fmt: skip
    return frozenset(onward | begun)


def _is_banned(sequences: Sequences, past: Past, to: int) -> bool:
    """Whether going on to a link would end a banned sequence."""
    return any(sequences[which][at + 1 :] == (to,) for which, at in past)
