"""The nouns of the roads: Roads as read, and a Network to travel on.

Lengths are whole decimetres and times whole milliseconds, so that sums are exact.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ROAD_CLASSES = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link",
    "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified", "road",
    "residential", "living_street", "service", "track", "busway", "pedestrian", "footway",
    "path", "steps", "cycleway", "bridleway", "ferry",
)  # fmt: skip
"""Values of ``Roads.road_class`` are positions in this tuple."""

SURFACES = ("", "paved", "unpaved", "soft")
"""Values of ``Roads.surface``: unknown, sealed, gravel and the like, earth and the like."""

UNMEASURED_M = 1_000.0
"""``Roads.node_turning_m`` of a turning place whose size is not tagged."""

NEAR_WATER_M = 10
"""Road within this distance of open water or a cliff counts in ``water_dm`` (m, assumed)."""


@dataclass(frozen=True)
class Source:
    """Where roads come from.

    Parameters
    ----------
    name
        File name, place name or "graph".
    digest
        SHA-256 of the content, "" where there is no file.
    box
        West, south, east, north of the road nodes, degrees.
    repaired
        What was mended while reading, and how often, e.g. {"nodes missing": 3}.
    """

    name: str
    digest: str
    box: tuple[float, float, float, float]
    repaired: dict[str, int]


@dataclass(frozen=True, eq=False)
class Roads:
    """All roads and paths of an extract, cut into links at every junction.

    A link is a piece of one way between two nodes at which ways meet or end; it has a
    line of shape points from ``start`` to ``end``. Arrays of one length per link unless
    said. No speed and no rule of any policy is in here; ``walk_network`` and
    ``bus_network`` add those.

    Parameters
    ----------
    node_id, node_lon, node_lat
        Per node: OSM id (int64), degrees (float64).
    node_turning_m
        Per node: outer diameter of a turning place there (float32); 0 where there is
        none, ``UNMEASURED_M`` where its size is not known.
    node_height_m, node_width_m, node_weight_t
        Per node: what a barrier or sign there lets pass (float32); 0 where nothing says.
    start, end
        Node positions (int64) at the two ends.
    way_id
        OSM id (int64).
    road_class
        Position in ``ROAD_CLASSES`` (int8).
    name
        Position in ``names`` (int32); ``names[0]`` is "".
    bus_forward, bus_backward
        Whether a school bus may drive from start to end, and from end to start (bool).
    walks
        Whether one may walk along it, both ways (bool).
    signed_forward_kmh, signed_backward_kmh
        Signed speed limit (float32); 0 where there is none.
    lanes
        Lanes of both directions together (int8); 0 unknown.
    width_m
        Carriageway (float32); 0 unknown.
    oneway, no_centreline, urban, structure
        One-way for a bus; known to have no centre line; signed as inside a town; bridge
        or tunnel (bool).
    ferry_s
        Crossing time of a ferry (int32); 0 where it is no ferry or not known.
    max_height_m, max_width_m, max_length_m, max_weight_t
        Largest vehicle that signs let pass (float32); 0 where there is none.
    surface
        Position in ``SURFACES`` (int8).
    incline_pct
        Signed slope, without direction (float32); 0 unknown or flat.
    water_dm
        How much of the length runs within ``NEAR_WATER_M`` of open water or a cliff,
        bridges apart (int64).
    signals_forward, signals_backward
        Traffic signals passed from start to end, the end's own included and the start's
        not, and the other way (int8).
    stop_rule
        +1: a stop may stand here whatever the class of road; -1: none may; 0: by class
        (int8). Set by the planner's edits.
    length_dm
        Length along the shape (int64), at least 1.
    shape_from
        Length links + 1: shape points of link i are ``shape_from[i]:shape_from[i + 1]``.
    shape_lon, shape_lat
        Degrees (float64), per shape point; first and last are the end nodes.
    restriction_id, restriction_only, restriction_node
        Per restriction of turns: OSM relation (int64), whether it commands (only_...) or
        forbids (bool), and the node it is at (OSM id, int64; 0 where it runs over ways).
        Those that do not hold for a bus are left out.
    restriction_from, restriction_way
        Length restrictions + 1 (int64): the ways of restriction i, from, over and to, are
        ``restriction_way[restriction_from[i]:restriction_from[i + 1]]`` (OSM ids).
    names
        Road names (str).
    place_name, place_kind, place_lon, place_lat
        Named places of the extract: kind is the value of ``place`` or "school".
    source
        Where they come from.
    """

    node_id: Ints
    node_lon: Floats
    node_lat: Floats
    node_turning_m: NDArray[np.float32]
    node_height_m: NDArray[np.float32]
    node_width_m: NDArray[np.float32]
    node_weight_t: NDArray[np.float32]
    start: Ints
    end: Ints
    way_id: Ints
    road_class: NDArray[np.int8]
    name: NDArray[np.int32]
    bus_forward: Flags
    bus_backward: Flags
    walks: Flags
    signed_forward_kmh: NDArray[np.float32]
    signed_backward_kmh: NDArray[np.float32]
    lanes: NDArray[np.int8]
    width_m: NDArray[np.float32]
    oneway: Flags
    no_centreline: Flags
    urban: Flags
    structure: Flags
    ferry_s: NDArray[np.int32]
    max_height_m: NDArray[np.float32]
    max_width_m: NDArray[np.float32]
    max_length_m: NDArray[np.float32]
    max_weight_t: NDArray[np.float32]
    surface: NDArray[np.int8]
    incline_pct: NDArray[np.float32]
    water_dm: Ints
    signals_forward: NDArray[np.int8]
    signals_backward: NDArray[np.int8]
    stop_rule: NDArray[np.int8]
    length_dm: Ints
    shape_from: Ints
    shape_lon: Floats
    shape_lat: Floats
    restriction_id: Ints
    restriction_only: Flags
    restriction_node: Ints
    restriction_from: Ints
    restriction_way: Ints
    names: tuple[str, ...]
    place_name: tuple[str, ...]
    place_kind: tuple[str, ...]
    place_lon: Floats
    place_lat: Floats
    source: Source

    def graph(self, profile: str = "bus") -> Any:
        """Return the roads as a networkx MultiDiGraph with osmnx's names.

        Parameters
        ----------
        profile
            "bus" or "walk": which links, and in which directions.

        Returns
        -------
        graph
            Nodes carry ``x``, ``y``, ``osmid``; edges ``osmid``, ``highway``, ``name``,
            ``length`` (m), ``oneway``, ``maxspeed`` (km/h, where signed), ``lanes``,
            ``geometry``; ``graph["crs"]`` is EPSG:4326, so that osmnx and geopandas
            take it as their own.
        """
        from routing.roads.graph import to_graph

        return to_graph(self, profile)


def plain_columns(n_nodes: int, n_links: int) -> dict[str, Any]:
    """Return the fields of ``Roads`` that say nothing: no limits, turning places or bans.

    For roads that do not come from a file: graphs, added roads, roads made by hand.

    Parameters
    ----------
    n_nodes, n_links
        How many there are.
    """
    of_nodes = ("node_turning_m", "node_height_m", "node_width_m", "node_weight_t")
    limits = ("max_height_m", "max_width_m", "max_length_m", "max_weight_t", "incline_pct")
    codes = ("surface", "signals_forward", "signals_backward", "stop_rule")
    return {
        **{name: np.zeros(n_nodes, np.float32) for name in of_nodes},
        **{name: np.zeros(n_links, np.float32) for name in limits},
        **{name: np.zeros(n_links, np.int8) for name in codes},
        "water_dm": np.zeros(n_links, np.int64),
        "restriction_id": np.zeros(0, np.int64), "restriction_only": np.zeros(0, bool),
        "restriction_node": np.zeros(0, np.int64), "restriction_from": np.zeros(1, np.int64),
        "restriction_way": np.zeros(0, np.int64),
    }  # fmt: skip


@dataclass(frozen=True)
class BusSize:
    """What decides where a bus fits: length, width and height (m), laden weight (t)."""

    length_m: float
    width_m: float
    height_m: float
    weight_t: float


@dataclass(frozen=True, eq=False)
class Arcs:
    """Links as arcs between nodes, or between states where turns count.

    Sorted by where they are found from. Between nodes only the best of parallel arcs is
    kept, and no loop: neither can be on a fastest way between two nodes.

    Parameters
    ----------
    first
        Length nodes + 1 (int64): arcs of node i are ``first[i]:first[i + 1]``.
    tail, head
        Node from which an arc is found, and node at its other end (int32).
    key
        Time and length in one number (int64, ``routing.roads.keys``); with the turn at
        the link's end where turns count.
    arc
        The link travelled whole: twice its number, plus one where it is backward (int64).
    """

    first: Ints
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    key: Ints
    arc: Ints


@dataclass(frozen=True, eq=False)
class States:
    """What a search over turns stands on: each is about to drive one directed link.

    Directed link 2 i is link i from start to end, 2 i + 1 the same link back.

    Parameters
    ----------
    first
        Length directed links + 1 (int64): states of directed link d are
        ``first[d]:first[d + 1]``; none where it is closed. The first of them knows
        nothing of how it was reached; others are on the way of a restriction.
    link
        The directed link of each state (int64), never falling.
    """

    first: Ints
    link: Ints


@dataclass(frozen=True, eq=False)
class Network:
    """The links that one profile may use, with times, ready for searching.

    Made by ``walk_network`` and ``bus_network``.

    Parameters
    ----------
    roads
        What it was made from; link numbers are the same.
    profile
        "walk" or "bus".
    forward, backward
        Whether each link may be travelled from start to end, and back (bool).
    forward_ms, backward_ms
        Travel time of each link (int64, at least 1); meaningless where not allowed.
    component
        Per link: number of the strongly connected component (int64), by falling length;
        0 is the longest; -1 where the link is not in the profile or joins two components.
        Where turns count, that of its directions which is longest: one may be in none.
    component_dm
        Length of each component (int64).
    sides
        Per link: which of its directions are in its component (int8): +1 only forward,
        -1 only backward, 0 both, or none.
    shape_dm
        Per shape point of the roads: how far along its link (float64, 0 to its length).
    leaving, entering
        The arcs by the node they leave, and by the node they enter (there ``tail`` is
        the node entered: a search on them runs against the traffic).
    states
        What the arcs join where turns count; None where they join nodes.
    hierarchy
        What makes many searches fast (``prepare_network``); None: not prepared.
    """

    roads: Roads
    profile: str
    forward: Flags
    backward: Flags
    forward_ms: Ints
    backward_ms: Ints
    component: Ints
    component_dm: Ints
    sides: NDArray[np.int8]
    shape_dm: Floats
    leaving: Arcs
    entering: Arcs
    states: States | None = None
    hierarchy: Any = None

    @cached_property
    def safe_ms(self) -> int:
        """A way that takes no longer than this cannot be too long to be measured."""
        from routing.roads.keys import MAX_LENGTH_DM

        length_dm, fastest = self.roads.length_dm, 0.0
        for used, ms in ((self.forward, self.forward_ms), (self.backward, self.backward_ms)):
            fastest = max(fastest, (length_dm[used] / ms[used]).max(initial=0))
        # the two cut links at the ends each lose less than 1 ms to rounding
        return int(MAX_LENGTH_DM / fastest) - 2 if fastest > 0 else 0
