"""What is odd about a network of roads: islands, detours, gaps, missing tags, one-ways.

Everything here takes roads, a network and plain points; what a county makes of it is
``routing.audit``.
"""

from routing.roads.audit.detours import find_detours, pair_neighbours
from routing.roads.audit.gaps import find_gaps
from routing.roads.audit.islands import find_islands, place_anywhere
from routing.roads.audit.oneways import find_oneways
from routing.roads.audit.tags import measure_tags, tagged_lengths

__all__ = [
    "find_detours",
    "find_gaps",
    "find_islands",
    "find_oneways",
    "measure_tags",
    "pair_neighbours",
    "place_anywhere",
    "tagged_lengths",
]
