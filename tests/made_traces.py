"""Traces of buses that nobody drove: a made town, known speeds, noise, halts; a fixed seed."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from roads_by_hand import lonlat, make_roads

from routing.policy import Policy, TimeFactors
from routing.roads import bus_network, measure_pairs, place_on_links
from routing.roads.network import ROAD_CLASSES, BusSize, Roads
from routing.roads.paths import trace_links
from routing.roads.positions import Positions
from routing.roads.speeds import link_times_ms, road_parent

BLOCK_M = 600.0
N = 12
"""Streets each way."""

CLASSES = ("primary", "tertiary", "unclassified", "secondary")
"""Of the streets, in turn."""


def make_town() -> Roads:
    """Return a town of straight streets: blocks of 600 m, each street of one class."""
    nodes = [lonlat(BLOCK_M * (i % N), BLOCK_M * (i // N)) for i in range(N * N)]
    links = []
    for a in range(N):
        for b in range(N - 1):
            row, column = a * N + b, b * N + a
            kind = {"road_class": CLASSES[a % len(CLASSES)]}
            links.append({"start": row, "end": row + 1, **kind})
            links.append({"start": column, "end": column + N, **kind})
    return make_roads(nodes, links)


def drive(
    roads: Roads,
    policy: Policy,
    factors: Mapping[str, float],
    *,
    n_buses: int,
    n_legs: int,
    every_s: float = 10.0,
    noise_m: float = 5.0,
    seed: int = 1,
) -> list[tuple[str, float, float, float]]:
    """Return rows of bus, seconds, lon and lat: drives between random places, with halts.

    On each link a bus takes the planned time times the factor of the link's class; turns
    take what is planned; at the end of each leg it halts 40 to 90 s.

    Parameters
    ----------
    roads, policy
        What is driven on, and how fast it is planned.
    factors
        By class of road; others 1.
    n_buses, n_legs
        How many, and how many drives from place to place each.
    every_s
        A point is recorded so often.
    noise_m
        Standard deviation of each coordinate.
    seed
        Of the random numbers.
    """
    random = np.random.default_rng(seed)
    plain = replace(policy, time_factor=1.0, time_factors=TimeFactors(), signal_s=0)
    network = bus_network(roads, plain, size=BusSize(0, 0, 0, 0), loaded=False)
    times_ms = link_times_ms(roads, plain)
    of_class = np.array([factors.get(road_parent(name), 1.0) for name in ROAD_CLASSES])
    true_s = [ms / 1000 * of_class[roads.road_class] for ms in times_ms]
    rows = []
    for bus in range(n_buses):
        stops = _random_stops(network, n_legs + 1, random)
        clock_s, times, lons, lats = 1_000.0 * bus, [], [], []
        for leg in range(n_legs):
            ends = [_pick(stops, at) for at in (leg, leg + 1)]
            if not measure_pairs(network, *ends)[2][0]:
                continue
            path = _path(network, *ends, true_s, policy)
            when = clock_s + path[0]
            times.extend(when)
            lons.extend(path[1])
            lats.extend(path[2])
            clock_s = when[-1] + random.uniform(40, 90)
            times.append(clock_s)
            lons.append(path[1][-1])
            lats.append(path[2][-1])
        at = np.arange(times[0], times[-1], every_s)
        lon, lat = np.interp(at, times, lons), np.interp(at, times, lats)
        east, north = random.normal(0, noise_m, (2, len(at)))
        lat_noise = np.degrees(north / 6_371_008.8)
        lon_noise = np.degrees(east / 6_371_008.8) / np.cos(np.radians(lat))
        rows += [
            (f"bus {bus}", *row)
            for row in zip(at.tolist(), (lon + lon_noise).tolist(), (lat + lat_noise).tolist(), strict=True)
        ]  # fmt: skip
    return rows


def _random_stops(network, n, random):
    open_ = np.flatnonzero((network.component == 0) & (network.roads.length_dm > 100))
    link = random.choice(open_, n)
    offset_dm = (network.roads.length_dm[link] * random.uniform(0.1, 0.9, n)).astype(np.int64)
    side = np.where(network.forward[link], 1, -1).astype(np.int8)
    return place_on_links(network, link, offset_dm, side)


def _pick(places: Positions, at: int) -> Positions:
    return Positions(
        places.link[[at]], places.offset_dm[[at]], places.side[[at]], places.lon[[at]],
        places.lat[[at]], places.moved_m[[at]], ("",),
    )  # fmt: skip


def _path(network, begin, end, true_s, policy):
    """Return seconds, lon and lat along the way between two places."""
    roads = network.roads
    links = trace_links(network, begin, end)[0]
    node, seconds, lons, lats, clock_s, last = -1, [], [], [], 0.0, None
    for at, link in enumerate(links.tolist()):
        back = begin.side[0] < 0 if at == 0 else roads.start[link] != node
        node = roads.start[link] if back else roads.end[link]
        shape = slice(roads.shape_from[link], roads.shape_from[link + 1])
        lon, lat, run = roads.shape_lon[shape], roads.shape_lat[shape], network.shape_dm[shape]
        low, high = 0, roads.length_dm[link]
        if back:
            lon, lat, run = lon[::-1], lat[::-1], (high - run)[::-1]
        if at == 0:
            low = high - begin.offset_dm[0] if back else begin.offset_dm[0]
        if at == len(links) - 1:
            high = high - end.offset_dm[0] if back else end.offset_dm[0]
        marks = np.array([low, *run[(run > low) & (run < high)], high], float)
        bearing = np.degrees(
            np.arctan2((lon[1] - lon[0]) * np.cos(np.radians(lat[0])), lat[1] - lat[0])
        )
        if last is not None:
            clock_s += _turn_s(bearing - last, policy)
        last = np.degrees(
            np.arctan2((lon[-1] - lon[-2]) * np.cos(np.radians(lat[-1])), lat[-1] - lat[-2])
        )
        pace = true_s[int(back)][link] / roads.length_dm[link]
        seconds.extend(clock_s + (marks - low) * pace)
        lons.extend(np.interp(marks, run, lon))
        lats.extend(np.interp(marks, run, lat))
        clock_s = seconds[-1]
    return np.array(seconds), lons, lats


def _turn_s(angle_deg, policy):
    angle = (angle_deg + 180) % 360 - 180
    if abs(angle) <= 45:
        return 0
    if abs(angle) > 135:
        return policy.turn_sharp_s
    return policy.turn_near_s if angle > 0 else policy.turn_across_s
