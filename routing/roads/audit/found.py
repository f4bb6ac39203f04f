"""What reading the roads found: restrictions of turns, and what was mended or left out."""

import pandas as pd

from routing.roads.network import Roads

RESTRICTIONS = ("restrictions", "restrictions only", "restrictions over ways")
"""Restrictions that a bus keeps; of these, that command the way, that run over ways."""


def count_found(roads: Roads) -> pd.DataFrame:
    """Return how many restrictions of turns hold for a bus, and every count of the reader.

    Parameters
    ----------
    roads
        Uses the restrictions and ``source.repaired``.

    Returns
    -------
    found
        ``what`` (of ``RESTRICTIONS``, then the names under which ``source.repaired``
        counts) and ``n``.
    """
    over_ways = int((roads.restriction_node == 0).sum())
    counts = len(roads.restriction_id), int(roads.restriction_only.sum()), over_ways
    rows = [*zip(RESTRICTIONS, counts, strict=True), *roads.source.repaired.items()]
    return pd.DataFrame(rows, columns=["what", "n"])
