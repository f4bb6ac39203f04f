"""How many blocks are needed whatever one does? Seats at a moment, and work within hours."""

import numpy as np

from routing.solver.blocks.layout import (
    H_EARLY,
    H_LATE,
    H_PLACE,
    NO_WAY,
    S_ALONE,
    S_CHAIRS,
    S_DWELL,
    S_LO,
    S_LOAD,
    S_PLACE,
    S_SCHOOL,
    Ground,
    Small,
)
from routing.solver.problem import Ints


def bound_blocks(ground: Ground) -> int:
    """Return a number of blocks below which no answer serves every stand that can be.

    Three reasons, each true whatever the roads:

    *Seats at a moment.* The bus of a stand is at the stand at the latest when its school's
    window ends less the dwell and the quickest way there (through any places), and at the
    school at the earliest when the window begins. Between the two the students are aboard
    or boarding, so all such stands of one moment need seats of their own, and so do chairs.

    *Calls at a moment.* The same stands, where no two of them may share a bus, need a bus
    for each school.

    *Work within hours.* A stand keeps its bus for its dwell and the quickest drive to any
    other call. Both lie between the window's begin less the longest ride and the window's
    end. All that must be done between two moments is done by buses that have no more than
    the time between them, each.
    """
    alone = ground.stand[:, S_ALONE] > 0
    if not alone.any():
        return 0
    stand = ground.stand[alone]
    late, early = _certain_hours(ground, stand)
    return max(1, _most_at_once(ground, stand, late, early), _most_work(ground, stand))


def _certain_hours(ground: Ground, stand: Ints) -> tuple[Ints, Ints]:
    """Return from when to when each stand's students surely need a bus; empty if reversed."""
    home, target = stand[:, S_PLACE], ground.school[stand[:, S_SCHOOL], H_PLACE]
    early = ground.school[stand[:, S_SCHOOL], H_EARLY]
    leave = ground.school[stand[:, S_SCHOOL], H_LATE] - stand[:, S_DWELL]
    late = leave - ground.way[home, target, 0]
    sure = late < early
    if sure.any():
        places = np.unique(target[sure])
        quickest = _quickest_to(ground, places)
        column = np.searchsorted(places, target[sure])
        late[sure] = leave[sure] - quickest[home[sure], column]
    return late, early


def _quickest_to(ground: Ground, places: Ints) -> Small:
    """Return the quickest driving from every place to some, through any others."""
    quickest = np.ascontiguousarray(ground.way[:, places, 0])
    quickest[places, np.arange(len(places))] = 0
    changed = True
    while changed:
        changed = False
        for here in range(len(quickest)):
            through = (ground.way[here, :, 0][:, None] + quickest).min(axis=0)
            if (through < quickest[here]).any():
                quickest[here] = np.minimum(through, quickest[here])
                changed = True
    return quickest


def _most_at_once(ground: Ground, stand: Ints, late: Ints, early: Ints) -> int:
    """Return buses needed for those who surely need one at the same moment."""
    sure = late < early
    seats, chairs = (max(1, int(ground.kinds[:, k].max())) for k in (0, 1))
    most = 0
    for moment in np.unique(late[sure]):
        there = sure & (late <= moment) & (moment < early)
        need = max(
            -(-int(stand[there, S_LOAD].sum()) // seats),
            -(-int(stand[there, S_CHAIRS].sum()) // chairs),
        )
        if ground.shares == 0:
            need = max(need, _by_school(stand[there], seats))
        most = max(most, need)
    return most


def _by_school(stand: Ints, seats: int) -> int:
    """Return buses for stands of one moment where no bus may carry two schools at once."""
    loads = np.bincount(stand[:, S_SCHOOL], weights=stand[:, S_LOAD])
    calls = np.bincount(stand[:, S_SCHOOL])
    return int(np.maximum(np.ceil(loads / seats), calls > 0).sum())


def _most_work(ground: Ground, stand: Ints) -> int:
    """Return buses needed for the work that lies within two moments."""
    used = np.unique(np.concatenate([stand[:, S_PLACE], ground.school[:, H_PLACE]]))
    work = stand[:, S_DWELL] + _shortest_leg(ground, used)[stand[:, S_PLACE]]
    begin, end = stand[:, S_LO], ground.school[stand[:, S_SCHOOL], H_LATE]
    ends = np.unique(end)
    most = 0
    for first in np.unique(begin):
        inside = np.where(begin >= first, work, 0)
        done = np.array([inside[end <= last].sum() for last in ends])
        hours = ends - first
        need = -(-done // np.maximum(hours, 1))
        most = max(most, int(need[hours > 0].max(initial=0)))
    return most


def _shortest_leg(ground: Ground, used: Ints) -> Ints:
    """Return for each place the quickest drive to another call; 0 where calls share it."""
    shortest = np.zeros(len(ground.way), np.int64)
    places = np.concatenate([ground.stand[:, S_PLACE], ground.school[:, H_PLACE]])
    calls = np.bincount(places, minlength=len(ground.way))
    for place in used:
        if calls[place] == 1:
            legs = ground.way[place, used, 0][used != place]
            shortest[place] = int(legs.min(initial=NO_WAY)) if len(legs) else 0
    return shortest
