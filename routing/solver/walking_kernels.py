"""The walk itself, compiled: strings of stops are taken out of tours and put back, cheaply.

After Christiaens and Vanden Berghe, "Slack induction by string removals for vehicle
routing problems", Transportation Science 54 (2020). What a step changes is written to a
log first, so that a step that is not accepted costs no more than what it touched. Where a
stop fits best in a tour that no step has changed since is remembered.
"""

import math

from routing.solver.walking_marks import (
    ACCEPTED,
    AFTER,
    BEST,
    FIRST,
    K_LEFT,
    KIND,
    LENGTH_M,
    MARK,
    N_BEHIND,
    N_KNOWN,
    N_LOG,
    N_NOTES,
    N_TEXT,
    N_TOURS,
    PLACE,
    PRICE,
    SIZE,
    STEPS,
    TOUR,
    VALUE,
    VERSION,
    VERSIONS,
    WEIGHT,
    ZERO,
    Ints,
    Walk,
    compiled,
)
from routing.solver.walking_recreate import MOST_TRIED, PASSED_SHARE, add_behind, recreate, sort_out
from routing.solver.walking_ruin import close_tour, open_tour, retype, ruin, set_kind
from routing.solver.walking_tours import draw, measure_tour, put_behind


@compiled
def undo(w: Walk, n_tried: int) -> None:
    """Put everything back as the log of this step says."""
    at, tour, log, tally = w.at, w.tour, w.log, w.tally
    for p in range(n_tried):
        at[w.behind[p], TOUR] = -1
    p = 0
    for _ in range(tally[N_LOG]):
        k, size = log[p], log[p + 4]
        if tour[k, PLACE] >= 0:
            close_tour(w.kind, tour, w.live, w.spare, tally, k)
        p += 5 + size
    p = 0
    for _ in range(tally[N_LOG]):
        k, size = log[p], log[p + 4]
        if size > 0:
            n = tally[N_TOURS]
            # the slots free now are those of the log and older ones: take this very one
            q = len(w.spare) - 1 - n
            while w.spare[q] != k:
                q -= 1
            w.spare[q] = w.spare[len(w.spare) - 1 - n]
            w.live[n], tour[k, PLACE] = k, n
            tally[N_TOURS] = n + 1
            tour[k, KIND], tour[k, VERSION], tour[k, PRICE] = log[p + 1], log[p + 2], log[p + 3]
            w.kind[tour[k, KIND], K_LEFT] -= 1
            before = 0
            for q in range(p + 5, p + 5 + size):
                put_behind(at, tour, k, before, log[q])
                before = log[q]
            measure_tour(w.link, w.stop, at, tour, k)
        p += 5 + size


@compiled
def note_tour(w: Walk, k: int) -> None:
    """Write a tour to the notes, unless one with the same stops and no longer is known."""
    tally, known, notes = w.tally, w.known, w.notes
    mark, length_m, size = w.tour[k, MARK], w.tour[k, LENGTH_M], w.tour[k, SIZE]
    p = tally[N_NOTES]
    if p + size + 1 > len(notes) or 2 * tally[N_KNOWN] > len(known):
        return
    slot = mark & (len(known) - 1)
    while known[slot, 0] != 0 and known[slot, 0] != mark:
        slot = (slot + 1) & (len(known) - 1)
    if known[slot, 0] == mark and known[slot, 1] <= length_m:
        return
    if known[slot, 0] == 0:
        tally[N_KNOWN] += 1
    known[slot, 0], known[slot, 1] = mark, length_m
    notes[p] = size
    one = w.tour[k, FIRST]
    while one > 0:
        p += 1
        notes[p] = one
        one = w.at[one, AFTER]
    tally[N_NOTES] = p + 1


@compiled
def keep_best(w: Walk) -> None:
    """Write the answer down as the best one."""
    best, p = w.best, 1
    best[0] = w.tally[N_TOURS]
    for q in range(w.tally[N_TOURS]):
        k = w.live[q]
        best[p], best[p + 1] = w.tour[k, KIND], w.tour[k, SIZE]
        p += 2
        one = w.tour[k, FIRST]
        while one > 0:
            best[p] = one
            p += 1
            one = w.at[one, AFTER]
    w.tally[BEST] = w.tally[VALUE]


@compiled
def measure_change(w: Walk, n_tried: int, n_failed: int) -> int:
    """Return by how much this step changed what the answer is worth (thousandths of a yuan)."""
    change, p = 0, 0
    for _ in range(w.tally[N_LOG]):
        k = w.log[p]
        change += w.tour[k, PRICE] - w.log[p + 3]
        p += 5 + w.log[p + 4]
    for p in range(n_tried):
        change -= w.stop[w.behind[p], WEIGHT]
    for p in range(n_failed):
        change += w.stop[w.out[p], WEIGHT]
    return change


@compiled
def accept(w: Walk, change: int, n_tried: int, n_failed: int, noted: int) -> None:
    """Make a step stay; its tours are noted where the answer is worth no more than so much."""
    tally = w.tally
    tally[VALUE] += change
    tally[ACCEPTED] += 1
    n_behind, p = tally[N_BEHIND], 0
    for q in range(n_tried, n_behind):
        w.behind[q - n_tried] = w.behind[q]
    n_behind -= n_tried
    for q in range(n_failed):
        w.behind[n_behind + q] = w.out[q]
    tally[N_BEHIND] = n_behind + n_failed
    for _ in range(tally[N_LOG]):
        k = w.log[p]
        p += 5 + w.log[p + 4]
        tally[VERSIONS] += 1
        w.tour[k, VERSION] = tally[VERSIONS]
        if w.tour[k, SIZE] > 0 and tally[VALUE] <= noted:
            note_tour(w, k)
    if tally[VALUE] < tally[BEST]:
        keep_best(w)


@compiled
def walk_steps(w: Walk, n_steps: int, heat: float, noted: int) -> None:
    """Walk so many steps of simulated annealing at one temperature (thousandths of a yuan)."""
    tally = w.tally
    for _ in range(n_steps):
        tally[STEPS] += 1
        tally[N_LOG], tally[N_TEXT] = 0, 0
        n_removed = ruin(w)
        if n_removed < 0:
            undo(w, 0)
            continue
        n_tried = min(tally[N_BEHIND], MOST_TRIED)
        n_out = add_behind(w, n_removed)
        sort_out(w, n_out)
        n_failed = recreate(w, n_out, PASSED_SHARE)
        change = measure_change(w, n_tried, n_failed)
        if change < -heat * math.log(max(draw(w.dice), 1e-12)):
            accept(w, change, n_tried, n_failed, noted)
        else:
            undo(w, n_tried)


@compiled
def put_rest(w: Walk) -> None:
    """Put all stops in no tour where they cost least, and say what the answer is worth."""
    tally, n_out, value = w.tally, ZERO, ZERO
    for one in w.stops:
        if w.at[one, TOUR] < 0:
            w.out[n_out] = one
            n_out += 1
    sort_out(w, n_out)
    tally[N_BEHIND] = recreate(w, n_out, 0.0)
    for p in range(tally[N_BEHIND]):
        w.behind[p] = w.out[p]
    for p in range(tally[N_TOURS]):
        tally[VERSIONS] += 1
        w.tour[w.live[p], VERSION] = tally[VERSIONS]
        value += w.tour[w.live[p], PRICE]
        note_tour(w, w.live[p])
    for p in range(tally[N_BEHIND]):
        value += w.stop[w.behind[p], WEIGHT]
    tally[VALUE] = value
    if value < tally[BEST]:
        keep_best(w)


@compiled
def begin_walk(w: Walk, orders: Ints, kinds: Ints) -> None:
    """Set out from an answer; stops in none of its tours are put where they cost least.

    Parameters
    ----------
    w
        The walk; whatever it held is forgotten, but for the notes, the chance and the best.
    orders
        Each tour as its size and its stops.
    kinds
        The type of bus of each tour.
    """
    tally = w.tally
    while tally[N_TOURS] > 0:
        close_tour(w.kind, w.tour, w.live, w.spare, tally, w.live[tally[N_TOURS] - 1])
    tally[STEPS] += 1
    tally[N_LOG], tally[N_TEXT], p = 0, 0, 0
    for one in w.stops:
        w.at[one, TOUR] = -1
    for bus_type in kinds:
        k, before = open_tour(w.at, w.tour, w.live, w.spare, w.log, tally), 0
        for q in range(p + 1, p + 1 + orders[p]):
            put_behind(w.at, w.tour, k, before, orders[q])
            before = orders[q]
        p += 1 + orders[p]
        measure_tour(w.link, w.stop, w.at, w.tour, k)
        set_kind(w.kind, w.tour, k, bus_type)
        retype(w.kind, w.tour, k)
    put_rest(w)
