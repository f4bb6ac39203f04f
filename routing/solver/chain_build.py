"""What is a safe first chaining? Trips appended in the order of their windows.

Plain Python without any library: it is what remains when a search crashes or hangs.
Small half-days are solved outright here.
"""

from routing.solver.choose import Option, choose_options
from routing.solver.links import Draft, Line, Links, price_draft, price_line, time_line

EXACT_TRIPS = 7
"""Trips up to which every choice of chains is tried out, in milliseconds (measured)."""


def build_chains(links: Links) -> Draft:
    """Return a simple chaining: each trip goes where it adds least to the cost.

    Trips come by the end of their windows; a trip is put anywhere into a chain where all
    starts stay in their windows, or takes a new bus when that is cheaper. Where a trip
    stays behind, those with the most students are tried first instead.
    """
    latest_s, weight = links.problem.latest_s, links.weight
    draft = _append_all(links, sorted(links.servable, key=lambda t: (int(latest_s[t]), t)))
    if not draft.unserved:
        return draft
    heavy = _append_all(links, sorted(links.servable, key=lambda t: (-int(weight[t]), t)))
    return min(draft, heavy, key=lambda d: price_draft(links, d))


def _append_all(links: Links, order: list[int]) -> Draft:
    """Return the chaining of trips put in one by one, each where it adds least."""
    problem = links.problem
    left = [10**9 if n is None else n for n in problem.n_available]
    lines: list[Line] = []
    unserved = []
    for trip in order:
        options = [
            (price_line(links, line.trips, line.bus_type) - before, place, line)
            for place, line, before in _grown(links, lines, trip, left)
        ]
        for k, n in enumerate(left):
            if n > 0 and problem.fits[trip, k]:
                line = Line(k, (trip,))
                options.append((price_line(links, line.trips, k), len(lines), line))
        if not options:
            unserved.append(trip)
            continue
        _, place, line = min(options, key=lambda option: (option[0], option[1]))
        for old in lines[place : place + 1]:
            left[old.bus_type] += 1
        left[line.bus_type] -= 1
        lines[place : place + 1] = [line]
    return Draft(tuple(lines), tuple(unserved))


def _grown(
    links: Links, lines: list[Line], trip: int, left: list[int]
) -> list[tuple[int, Line, int]]:
    """Return lines with the trip put in, with their places and their prices before."""
    grown = []
    for place, line in enumerate(lines):
        before = price_line(links, line.trips, line.bus_type)
        for cut in range(len(line.trips), -1, -1):
            trips = (*line.trips[:cut], trip, *line.trips[cut:])
            if time_line(links, trips) is None:
                continue
            grown += [
                (place, Line(k, trips), before)
                for k in range(len(left))
                if (k == line.bus_type or left[k] > 0) and _may_drive(links, trips, k)
            ]
    return grown


def _may_drive(links: Links, trips: tuple[int, ...], bus_type: int) -> bool:
    return bool(links.problem.fits[list(trips), bus_type].all())


def choose_chains(links: Links) -> Draft | None:
    """Return the cheapest chaining of a few trips, every choice tried out.

    Returns
    -------
    draft
        None when there are too many trips for that.
    """
    if len(links.servable) > EXACT_TRIPS:
        return None
    problem = links.problem
    options: list[Option] = []
    layer: list[tuple[int, ...]] = [()]
    while layer:
        longer = [(*trips, trip) for trips in layer for trip in links.servable if trip not in trips]
        layer = [trips for trips in longer if time_line(links, trips) is not None]
        for trips in layer:
            mask = sum(1 << trip for trip in trips)
            options += [
                Option(mask, price_line(links, trips, k), 0, k, trips)
                for k, n in enumerate(problem.n_available)
                if n != 0 and _may_drive(links, trips, k)
            ]
    cheapest: dict[tuple[int, int], Option] = {}
    for option in sorted(options, key=lambda o: (o.price_yuan, o.order)):
        cheapest.setdefault((option.mask, option.bus_type), option)
    weights = {trip: int(links.weight[trip]) for trip in links.servable}
    chosen = choose_options([*cheapest.values()], weights, problem.n_available)
    served = {trip for option in chosen for trip in option.order}
    lines = tuple(Line(option.bus_type, option.order) for option in chosen)
    return Draft(lines, tuple(trip for trip in links.servable if trip not in served))
