"""What is odd about roads: islands, detours, gaps, tags, one-ways, dead ends, limits, hazards.

Everything here takes roads, a network and plain points; what a county makes of it is
``routing.audit``.
"""

from routing.roads.audit.detours import find_detours, pair_neighbours
from routing.roads.audit.ends import find_branches
from routing.roads.audit.fits import find_obstacles
from routing.roads.audit.fleet import survey_fleet
from routing.roads.audit.found import count_found
from routing.roads.audit.gaps import find_gaps
from routing.roads.audit.hazards import find_hazards
from routing.roads.audit.islands import find_islands, place_anywhere
from routing.roads.audit.oneways import find_oneways
from routing.roads.audit.reach import survey_reach
from routing.roads.audit.scores import score_town
from routing.roads.audit.tags import measure_tags, tagged_lengths

__all__ = [
    "count_found",
    "find_branches",
    "find_detours",
    "find_gaps",
    "find_hazards",
    "find_islands",
    "find_obstacles",
    "find_oneways",
    "measure_tags",
    "pair_neighbours",
    "place_anywhere",
    "score_town",
    "survey_fleet",
    "survey_reach",
    "tagged_lengths",
]
