"""Turns, sizes and restrictions in plain Python, by decision 0012 alone: the reference.

A state is a history: the directed link at whose end the bus stands, and before it those
that a restriction over ways must remember. ``networkx`` searches over the states; what
follows a state is worked out when the search first asks.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

import networkx as nx
import numpy as np

from routing.policy import Policy
from routing.roads.network import ROAD_CLASSES, SURFACES, BusSize, Roads
from routing.roads.positions import Positions

SHIFT = 1 << 40
"""Weights are Python's whole numbers: ms times this, plus dm."""

AHEAD, BACK = 0, 1
"""A directed link is (link, AHEAD) from start to end, or (link, BACK)."""


def back_of(directed):
    return directed[0], 1 - directed[1]


def lets(limit, wanted):
    """Whether a limit, 0 for none, lets a measure pass; floats are off by less than 1 mm."""
    return limit == 0 or limit > wanted - 0.001


@dataclass(frozen=True, eq=False)
class Oracle:
    """What a bus may do on some roads; every answer by the letter of the decision."""

    roads: Roads
    policy: Policy
    size: BusSize
    forward_ms: np.ndarray
    backward_ms: np.ndarray
    loaded: bool = True
    columns: dict = field(default_factory=dict)

    def of(self, name):
        """A column of the roads as a list."""
        try:
            return self.columns[name]
        except KeyError:
            return self.columns.setdefault(name, getattr(self.roads, name).tolist())

    # 1 and 2: what fits

    @property
    def circle_m(self):
        return 2 * self.size.length_m + 1

    @cached_property
    def opened(self):
        """All directed links open to this bus."""
        opened = set()
        for link in range(len(self.roads.start)):
            if self.fits(link):
                opened |= {(link, AHEAD)} if self.of("bus_forward")[link] else set()
                opened |= {(link, BACK)} if self.of("bus_backward")[link] else set()
        return opened

    def fits(self, link):
        size, policy = self.size, self.policy
        name = ROAD_CLASSES[self.of("road_class")[link]]
        width_m = size.width_m + policy.width_margin_m
        soft = SURFACES[self.of("surface")[link]] == "soft"
        loop = self.of("start")[link] == self.of("end")[link]
        return (
            (name != "ferry" or policy.ferries)
            and (not name.startswith("motorway") or not self.loaded or policy.motorways_loaded)
            and lets(self.of("max_height_m")[link], size.height_m + policy.height_margin_m)
            and lets(self.of("max_width_m")[link], width_m)
            and lets(self.of("width_m")[link], width_m)
            and lets(self.of("max_length_m")[link], size.length_m)
            and lets(self.of("max_weight_t")[link], size.weight_t)
            and not (soft and size.length_m > policy.soft_road_length_m)
            and not (loop and self.of("length_dm")[link] < math.pi * self.circle_m * 10)
        )

    def tail(self, directed):
        return self.of("start" if directed[1] == AHEAD else "end")[directed[0]]

    def head(self, directed):
        return self.tail(back_of(directed))

    @cached_property
    def leaving(self):
        """The open directed links that begin at each node."""
        leaving = defaultdict(list)
        for directed in sorted(self.opened):
            leaving[self.tail(directed)].append(directed)
        return leaving

    @cached_property
    def n_ends(self):
        """How many ends of links open in either direction meet at each node."""
        ends = defaultdict(int)
        for link in {link for link, _ in self.opened}:
            ends[self.of("start")[link]] += 1
            ends[self.of("end")[link]] += 1
        return ends

    # 3: turns

    def may_turn_back(self, directed):
        node, back = self.head(directed), back_of(directed)
        if self.of("node_turning_m")[node] >= self.circle_m:
            return True
        dead_end = all(other == back for other in self.leaving[node])
        return dead_end and self.size.length_m <= self.policy.three_point_length_m

    def passes(self, node):
        size, policy = self.size, self.policy
        return (
            lets(self.of("node_height_m")[node], size.height_m + policy.height_margin_m)
            and lets(self.of("node_width_m")[node], size.width_m + policy.width_margin_m)
            and lets(self.of("node_weight_t")[node], size.weight_t)
        )

    def can_turn(self, directed, onto):
        """Whether the road lets the bus turn so; what signs say is left aside."""
        if onto == back_of(directed):
            return self.may_turn_back(directed)
        return self.passes(self.head(directed))

    # 4: restrictions

    @cached_property
    def at_nodes(self):
        """By the directed link left: pairs of (only, directed links it is about)."""
        rules = defaultdict(list)
        for node, only, ways in self.restrictions:
            if node is None or not ways:
                continue
            coming = [d for d in self.of_way(ways[0]) if self.head(d) == node]
            going = [d for d in self.of_way(ways[-1]) if self.tail(d) == node]
            for directed in coming if going else ():
                about = set(going)
                if not only and ways[0] == ways[-1]:
                    about &= {back_of(directed)}
                rules[directed].append((only, about))
        return rules

    @cached_property
    def over_ways(self):
        """Pairs of (only, all sequences) of each restriction over ways."""
        return [
            (only, sequences)
            for node, only, ways in self.restrictions
            if node is None and len(ways) > 2
            if (sequences := self.sequences(ways))
        ]

    @cached_property
    def restrictions(self):
        """Node (None: over ways), whether it commands, and ways; of nodes that are there."""
        number = {osm: node for node, osm in enumerate(self.of("node_id"))}
        ways, first = self.of("restriction_way"), self.of("restriction_from")
        return [
            (number.get(osm, -1) if osm else None, only, ways[first[i] : first[i + 1]])
            for i, (osm, only) in enumerate(
                zip(self.of("restriction_node"), self.of("restriction_only"), strict=True)
            )
        ]

    @cached_property
    def by_way(self):
        by_way = defaultdict(list)
        for link, _ in enumerate(self.of("way_id")):
            by_way[self.of("way_id")[link]] += [(link, AHEAD), (link, BACK)]
        return by_way

    def of_way(self, way):
        return [directed for directed in self.by_way[way] if directed in self.opened]

    def sequences(self, ways):
        """Every sequence of directed links: from, some of each way in turn, to."""
        found, begun = [], [((directed,), 0) for directed in self.of_way(ways[0])]
        while begun:
            driven, at = begun.pop()
            for directed in self.leaving[self.head(driven[-1])]:
                if directed == back_of(driven[-1]) or directed in driven:
                    continue
                if not self.can_turn(driven[-1], directed):
                    continue
                way = self.of("way_id")[directed[0]]
                if way == ways[at + 1]:
                    if at + 2 == len(ways):
                        found.append((*driven, directed))
                    else:
                        begun.append(((*driven, directed), at + 1))
                if at > 0 and way == ways[at]:
                    begun.append(((*driven, directed), at))
        return found

    @cached_property
    def remembered(self):
        """Histories of two links or more that a restriction over ways must know."""
        return {
            sequence[:n]
            for _, sequences in self.over_ways
            for sequence in sequences
            for n in range(2, len(sequence))
        }

    @cached_property
    def watched(self):
        """By last link of a beginning: the beginnings, with their restriction's sequences."""
        watched = defaultdict(list)
        for only, sequences in self.over_ways:
            for begun in {s[:n] for s in sequences for n in range(1, len(s))}:
                onward = {s[len(begun)] for s in sequences if s[: len(begun)] == begun}
                last = {s[-1] for s in sequences if s[:-1] == begun}
                watched[begun[-1]].append((begun, only, onward, last))
        return watched

    def is_banned(self, history, onto):
        for only, about in self.at_nodes.get(history[-1], ()):
            if (onto not in about) if only else (onto in about):
                return True
        for begun, only, onward, last in self.watched.get(history[-1], ()):
            if history[-len(begun) :] != begun:
                continue
            if (onto not in onward) if only else (onto in last):
                return True
        return False

    # 5: time of turns

    def bearing(self, directed, *, entered):
        """The direction of the first piece after a node, or of the last one before it."""
        link, lon, lat = directed[0], self.of("shape_lon"), self.of("shape_lat")
        first, last = self.of("shape_from")[link], self.of("shape_from")[link + 1] - 1
        at, step = (first, 1) if entered == (directed[1] == AHEAD) else (last, -1)
        to = at + step
        while first < to < last and (lon[to], lat[to]) == (lon[at], lat[at]):
            to += step
        east = (lon[to] - lon[at]) * math.cos(math.radians(lat[at]))
        north = lat[to] - lat[at]
        return math.atan2(east, north) if entered else math.atan2(-east, -north)

    def turn_s(self, directed, onto):
        policy = self.policy
        if onto == back_of(directed):
            return policy.turn_back_s
        if self.n_ends[self.head(directed)] < 3:
            return 0
        turn = self.bearing(onto, entered=True) - self.bearing(directed, entered=False)
        clockwise = round(math.degrees(math.remainder(turn, math.tau)), 6)
        if abs(clockwise) <= 45:
            return 0
        if abs(clockwise) > 135:
            return policy.turn_sharp_s
        near = (clockwise > 0) == policy.right_hand_traffic
        return policy.turn_near_s if near else policy.turn_across_s

    # 6: the graph

    def link_ms(self, directed):
        times = self.forward_ms if directed[1] == AHEAD else self.backward_ms
        return int(times[directed[0]])

    def follow(self, history):
        """The states that may follow one, with time and length of turn and link driven."""
        following = {}
        for onto in self.leaving[self.head(history[-1])]:
            if self.can_turn(history[-1], onto) and not self.is_banned(history, onto):
                past = (*history, onto)
                while len(past) > 1 and past not in self.remembered:
                    past = past[1:]
                ms = self.turn_s(history[-1], onto) * 1000 + self.link_ms(onto)
                following[past] = {"weight": ms * SHIFT + self.of("length_dm")[onto[0]]}
        return following

    @cached_property
    def graph(self):
        graph = nx.DiGraph()
        graph._node = graph._adj = graph._succ = _Lazy(self)
        return graph


class _Lazy(dict):
    """Adjacency that is worked out when it is first asked for."""

    def __init__(self, oracle):
        super().__init__()
        self.oracle = oracle

    def __missing__(self, history):
        self[history] = self.oracle.follow(history)
        return self[history]


# 7: places


def directions(oracle, positions, row):
    """The directed links on which a place may be reached and left."""
    link, side = int(positions.link[row]), int(positions.side[row])
    ways = [AHEAD] * (side >= 0) + [BACK] * (side <= 0)
    return [(link, way) for way in ways if (link, way) in oracle.opened]


def part_before(oracle, directed, offset_dm):
    """The weight of a directed link's part up to a place on it."""
    link, ms = directed[0], oracle.link_ms(directed)
    whole_dm = oracle.of("length_dm")[link]
    start_ms = ms * offset_dm // whole_dm
    if directed[1] == AHEAD:
        return start_ms * SHIFT + offset_dm
    return (ms - start_ms) * SHIFT + whole_dm - offset_dm


def whole(oracle, directed):
    return oracle.link_ms(directed) * SHIFT + oracle.of("length_dm")[directed[0]]


def travel_keys(oracle: Oracle, origins: Positions, targets: Positions):
    """Return time (ms), length (dm), whether there is a way; each origins x targets."""
    shape = len(origins), len(targets)
    time_ms, length_dm = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    reached = np.zeros(shape, bool)
    for i in range(len(origins)):
        found = _from_origin(oracle, origins, i)
        for j in range(len(targets)):
            best = min(_to_target(oracle, found, (origins, i), (targets, j)), default=None)
            if best is not None:
                time_ms[i, j], length_dm[i, j] = divmod(best, SHIFT)
                reached[i, j] = True
    return time_ms, length_dm, reached


def _from_origin(oracle, origins, row):
    """By directed link: the least weight with which its end is reached, driven whole."""
    starts: dict = {}
    for directed in directions(oracle, origins, row):
        rest = whole(oracle, directed)
        rest -= part_before(oracle, directed, int(origins.offset_dm[row]))
        for history, edge in oracle.follow((directed,)).items():
            weight = rest + edge["weight"]
            starts[history] = {
                "weight": min(weight, starts.get(history, edge | {"weight": weight})["weight"])
            }
    if not starts:
        return {}
    oracle.graph._adj["start"] = starts
    weights = nx.single_source_dijkstra_path_length(oracle.graph, "start", weight="weight")
    ends: dict = {}
    for history, weight in weights.items():
        if history != "start" and weight < ends.get(history[-1], math.inf):
            ends[history[-1]] = weight
    return ends


def _to_target(oracle, ends, origin, target):
    """Every way to a target: along the one link, or round by the turns."""
    for directed in directions(oracle, *target):
        before = part_before(oracle, directed, int(target[0].offset_dm[target[1]]))
        if directed in directions(oracle, *origin):
            step = before - part_before(oracle, directed, int(origin[0].offset_dm[origin[1]]))
            at_dm = [int(place.offset_dm[row]) for place, row in (origin, target)]
            if at_dm[0] <= at_dm[1] if directed[1] == AHEAD else at_dm[0] >= at_dm[1]:
                yield step
        if directed in ends:
            yield ends[directed] - whole(oracle, directed) + before
