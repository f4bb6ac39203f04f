"""Turns, restrictions and sizes on roads drawn by hand: the rules of decision 12, one by one.

The crossing has four arms of a kilometre: west 0, south 1, east 2, north 3 meet in the
middle (node 4); link i runs from arm i to the middle. A bus drives 24 km/h on unclassified
roads, 150 s a kilometre, so from halfway on one arm to halfway on another it takes 150 s
and the turn.
"""

from dataclasses import replace

import numpy as np
import pytest
from roads_by_hand import lonlat, make_roads

from routing.policy import Policy
from routing.roads import (
    bus_network,
    bus_profiles,
    measure_pairs,
    measure_travel,
    place_on_links,
)
from routing.roads.network import UNMEASURED_M, BusSize
from routing.roads.paths import trace_links, trace_paths
from routing.roads.profiles import largest_size, type_sizes
from routing.roads.shrink_kernels import shrink
from routing.roads.sizes import turning_circle_m

WEST, SOUTH, EAST, NORTH, MIDDLE = range(5)
BUS = BusSize(9, 2.5, 3.2, 12)
RULES = Policy()
NEAR, ACROSS, SHARP, BACK = 2, 5, 7, 20
"""Seconds of turns by the default rules."""


def crossing(bans=(), at_nodes=None, **columns):
    """Four arms; ``columns`` set a field of links by number, {"oneway": {1: True}}."""
    points = [(-1000, 0), (0, -1000), (1000, 0), (0, 1000), (0, 0)]
    links = [{"start": arm, "end": MIDDLE, "length_dm": 10_000} for arm in range(4)]
    for name, values in columns.items():
        for link, value in values.items():
            links[link][name] = value
    return make_roads([lonlat(*p) for p in points], links, bans=bans, at_nodes=at_nodes)


def on(network, link, offset_dm=5000, side=0):
    return place_on_links(network, [link], [offset_dm], [side])


def seconds(network, start, end, *, from_dm=5000, **at):
    """Seconds from halfway on one link to halfway on another; None where there is no way."""
    begin = on(network, start, from_dm)
    _, duration_s, reached = measure_pairs(network, begin, on(network, end, **at))
    return int(duration_s[0]) if reached[0] else None


@pytest.fixture(scope="module")
def plain():
    return bus_network(crossing(), RULES, size=BUS)


@pytest.mark.parametrize(
    ("start", "end", "turn_s"),
    [(WEST, EAST, 0), (WEST, SOUTH, NEAR), (WEST, NORTH, ACROSS), (NORTH, WEST, NEAR)],
)
def test_a_turn_takes_time_by_its_side(plain, start, end, turn_s):
    """From the west the south is to the right, the north across the other traffic."""
    assert seconds(plain, start, end) == 150 + turn_s


def test_where_one_drives_on_the_left_a_left_turn_is_the_near_one():
    network = bus_network(crossing(), replace(RULES, right_hand_traffic=False), size=BUS)
    assert seconds(network, WEST, SOUTH) == 150 + ACROSS
    assert seconds(network, WEST, NORTH) == 150 + NEAR


def test_a_corner_where_two_roads_end_is_no_junction():
    """Only the west and the south arm: the bend costs nothing."""
    shut = dict.fromkeys((EAST, NORTH), False)
    network = bus_network(crossing(bus_forward=shut, bus_backward=shut), RULES, size=BUS)
    assert seconds(network, WEST, SOUTH) == 150


def test_turning_back_by_more_than_135_degrees_is_sharp():
    """A second road from the west, 1 km long, comes in 100 m further north."""
    points = [(-1000, 0), (-995, 100), (0, 0), (1000, 0)]
    links = [{"start": at, "end": 2, "length_dm": 10_000} for at in (0, 1, 3)]
    network = bus_network(make_roads([lonlat(*p) for p in points], links), RULES, size=BUS)
    assert seconds(network, 0, 1) == 150 + SHARP
    assert seconds(network, 0, 2) == 150


def test_nobody_turns_round_at_a_junction_or_at_a_dead_end(plain):
    """West to the east and then back: there is no way, and no arm is in any component."""
    halfway = on(plain, WEST, 5000, side=1)
    assert not measure_travel(plain, halfway, on(plain, WEST, 5000, side=-1)).reached.any()
    assert (plain.component == -1).all()


@pytest.mark.parametrize(("diameter_m", "turns"), [(UNMEASURED_M, True), (19, True), (18.9, False)])
def test_a_bus_turns_at_a_turning_place_that_is_large_enough(diameter_m, turns):
    """Nine metres of bus need 2 x 9 + 1 = 19 m. East and back: 75 + 75 to the end of the
    east arm's half, 150 s a kilometre, 20 s for turning: 150 + 20 + 150 = 320 s."""
    assert turning_circle_m(BUS) == 19
    network = bus_network(
        crossing(at_nodes={"node_turning_m": {EAST: diameter_m}}), RULES, size=BUS
    )
    back = measure_travel(network, on(network, WEST, 5000, 1), on(network, WEST, 5000, -1))
    assert bool(back.reached[0, 0]) == turns
    if turns:
        assert back.duration_s[0, 0] == 75 + 150 + BACK + 150 + 75


def test_a_short_bus_may_reverse_at_a_dead_end_where_the_rules_say_so():
    rules = replace(RULES, three_point_length_m=7)
    short, long = (bus_network(crossing(), rules, size=replace(BUS, length_m=m)) for m in (7, 7.1))
    assert (short.component == 0).all()
    assert (long.component == -1).all()


def test_a_place_is_left_in_the_direction_in_which_it_was_reached(plain):
    """From the west to a stop on the east arm that stands towards the west: no way."""
    assert seconds(plain, WEST, EAST, side=-1) == 150
    assert seconds(plain, WEST, EAST, side=1) is None


def test_the_direction_that_is_in_the_component_is_known():
    """A ring of three links, one-way; a two-way link across it is of use both ways."""
    points = [(0, 0), (1000, 0), (500, 800)]
    ring = [{"start": a, "end": b, "oneway": True} for a, b in ((0, 1), (1, 2), (2, 0))]
    network = bus_network(make_roads([lonlat(*p) for p in points], ring), RULES, size=BUS)
    assert network.component.tolist() == [0, 0, 0]
    assert network.sides.tolist() == [1, 1, 1]


# restrictions: link i is way 100 + i, node i has the id i + 1


@pytest.mark.parametrize(
    ("only", "ways", "closed"),
    [
        (False, (WEST, NORTH), {NORTH}),
        (False, (WEST, WEST), set()),
        (True, (WEST, SOUTH), {NORTH, EAST}),
    ],
)
def test_a_restriction_at_a_node_closes_what_it_says(only, ways, closed):
    ban = only, MIDDLE + 1, [100 + way for way in ways]
    network = bus_network(crossing([ban]), RULES, size=BUS)
    reached = {end for end in (SOUTH, EAST, NORTH) if seconds(network, WEST, end) is not None}
    assert reached == {SOUTH, EAST, NORTH} - closed
    assert seconds(network, EAST, NORTH) == 150 + NEAR


def test_no_u_turn_on_one_way_lets_traffic_go_straight_on():
    """One way runs from west to east through the middle; only turning back is banned."""
    roads = crossing([(False, MIDDLE + 1, [100, 100])], {"node_turning_m": {MIDDLE: 30}})
    roads.way_id[EAST] = 100
    network = bus_network(roads, RULES, size=BUS)
    assert seconds(network, WEST, EAST) == 150
    there, back = on(network, WEST, 5000, 1), on(network, WEST, 5000, -1)
    assert not measure_travel(network, there, back).reached.any()
    free = bus_network(crossing(at_nodes={"node_turning_m": {MIDDLE: 30}}), RULES, size=BUS)
    assert measure_travel(free, there, back).duration_s[0, 0] == 75 + BACK + 75


@pytest.mark.parametrize("node", [0, 99, NORTH + 1])
def test_a_restriction_that_points_outside_says_nothing(node):
    """At no node and over no way, at an unknown node, where the ways do not meet."""
    network = bus_network(crossing([(False, node, [100, 103])]), RULES, size=BUS)
    assert seconds(network, WEST, NORTH) == 150 + ACROSS


def double(bans=(), **columns):
    """A dual carriageway with a link across it.

    A --0--> B --1--> C        nodes A0 B1 C2, one-way to the east
             |2 (both ways)
    D <-3--- E <-4--- F        nodes D3 E4 F5, one-way to the west
    """
    points = [(-500, 0), (0, 0), (500, 0), (-500, -50), (0, -50), (500, -50)]
    links = [
        {"start": 0, "end": 1, "oneway": True, "length_dm": 5000},
        {"start": 1, "end": 2, "oneway": True, "length_dm": 5000},
        {"start": 1, "end": 4, "length_dm": 500},
        {"start": 4, "end": 3, "oneway": True, "length_dm": 5000},
        {"start": 5, "end": 4, "oneway": True, "length_dm": 5000},
    ]
    return make_roads([lonlat(*p) for p in points], links, bans=bans, **columns)


def test_a_sequence_over_a_way_is_banned_as_a_whole_only():
    """No turning back over the middle piece: 0, 2, 3 is closed, but 0 to 2, and 2 to 3 for
    a bus that begins there, stay open."""
    free = bus_network(double(), RULES, size=BUS)
    # from the end of link 0: 50 m + 250 m at 24 km/h are 45 s, and two turns to the right
    assert seconds(free, 0, 3, offset_dm=2500) == 45 + NEAR + NEAR
    shut = bus_network(double([(False, 0, [100, 102, 103])]), RULES, size=BUS)
    assert seconds(shut, 0, 3, offset_dm=2500) is None
    assert seconds(shut, 0, 2, offset_dm=250) == seconds(free, 0, 2, offset_dm=250)
    # 40 m + 250 m are 43.5 s, one turn: 45.5 s, rounded up
    assert seconds(shut, 2, 3, from_dm=100, offset_dm=2500) == 46
    assert len(shut.states.link) == len(free.states.link) + 1


def test_a_command_over_a_way_leaves_that_way_alone():
    """From 0 over 2 to 3 and nowhere else: straight on to 1 is closed."""
    network = bus_network(double([(True, 0, [100, 102, 103])]), RULES, size=BUS)
    assert seconds(network, 0, 1, offset_dm=2500) is None
    assert seconds(network, 0, 3, offset_dm=2500) is not None


def test_two_sequences_over_one_way_are_kept_apart():
    """From link 4 one may not turn back over 2 either; that concerns nobody from 0."""
    bans = [(False, 0, [100, 102, 103]), (False, 0, [104, 102, 101])]
    network = bus_network(double(bans), RULES, size=BUS)
    assert seconds(network, 0, 3, offset_dm=2500) is None
    assert seconds(network, 4, 1, offset_dm=2500) is None
    assert seconds(network, 0, 1, offset_dm=2500) is not None
    assert seconds(network, 4, 3, offset_dm=2500) is not None


def test_a_way_cut_into_several_links_is_followed_to_its_end():
    """Link 2 in two parts of one way, and a side street between them."""
    points = [(-500, 0), (0, 0), (0, -25), (0, -50), (-500, -50), (300, -25)]
    links = [
        {"start": 0, "end": 1, "way_id": 1},
        {"start": 1, "end": 2, "way_id": 2},
        {"start": 2, "end": 3, "way_id": 2},
        {"start": 3, "end": 4, "way_id": 3},
        {"start": 2, "end": 5, "way_id": 4},
    ]
    shapes = [lonlat(*p) for p in points]
    free, shut = (
        bus_network(make_roads(shapes, links, bans=bans), RULES, size=BUS)
        for bans in ([], [(False, 0, [1, 2, 3])])
    )
    assert seconds(free, 0, 3, offset_dm=100) is not None
    assert seconds(shut, 0, 3, offset_dm=100) is None
    assert seconds(shut, 0, 4, offset_dm=100) == seconds(free, 0, 4, offset_dm=100)
    beside = {"from_dm": 2000, "offset_dm": 100}
    assert seconds(shut, 4, 3, **beside) == seconds(free, 4, 3, **beside)


# sizes


@pytest.mark.parametrize(
    ("column", "limit", "fits"),
    [
        ("max_height_m", 3.3, True), ("max_height_m", 3.2, False),
        ("max_width_m", 2.8, True), ("max_width_m", 2.7, False),
        ("width_m", 2.8, True), ("width_m", 2.5, False),
        ("max_length_m", 9, True), ("max_length_m", 8.5, False),
        ("max_weight_t", 12, True), ("max_weight_t", 10, False),
        ("surface", 2, True), ("surface", 3, False),
    ],
)  # fmt: skip
def test_a_bus_takes_no_road_that_it_does_not_fit(column, limit, fits):
    """3.2 m high and 0.1 m of room; 2.5 m wide and 0.3 m; 9 m long; 12 t; soft roads are
    for buses of up to 7 m."""
    network = bus_network(crossing(**{column: {EAST: limit}}), RULES, size=BUS)
    assert (seconds(network, WEST, EAST) is not None) == fits


@pytest.mark.parametrize(
    ("column", "limit", "passes"),
    [
        ("node_height_m", 3.3, True), ("node_height_m", 3.0, False),
        ("node_width_m", 2.8, True), ("node_width_m", 2.2, False),
        ("node_weight_t", 12, True), ("node_weight_t", 7.5, False),
    ],
)  # fmt: skip
def test_a_frame_or_a_gate_stops_a_bus_at_its_node(column, limit, passes):
    network = bus_network(crossing(at_nodes={column: {MIDDLE: limit}}), RULES, size=BUS)
    assert (seconds(network, WEST, EAST) is not None) == passes


def test_a_loop_shorter_than_the_turning_circle_is_no_place_to_turn():
    """Pi x 19 m = 59.7 m: a loop of 59 m is closed to the bus, one of 61 m turns it."""
    for length_dm, turns in ((590, False), (610, True)):
        loop = {
            "start": 1,
            "end": 1,
            "via": [lonlat(10, 10), lonlat(10, -10)],
            "length_dm": length_dm,
        }
        street = {"start": 0, "end": 1, "length_dm": 10_000}
        roads = make_roads([lonlat(-1000, 0), lonlat(0, 0)], [street, loop])
        network = bus_network(roads, RULES, size=BUS)
        back = measure_travel(network, on(network, 0, 5000, 1), on(network, 0, 5000, -1))
        assert bool(back.reached[0, 0]) == turns


def test_the_measures_of_a_type_are_its_own_or_those_of_the_rules():
    types = {"length_m": [7.0, None], "height_m": [2.8, 3.0], "weight_t": [np.nan, 18.0]}
    small, large = type_sizes(RULES, types)
    assert small == BusSize(7, 2.5, 2.8, 12)
    assert large == BusSize(9, 2.5, 3.0, 18)
    assert largest_size([small, large]) == BusSize(9, 2.5, 3.0, 18)
    assert type_sizes(RULES, {}) == []


def test_types_share_a_network_until_a_smaller_one_opens_a_road():
    """A frame of 3 m on the east arm: only the van of 2.8 m goes there; the two larger
    types drive the same roads and share them."""
    roads = crossing(max_height_m={EAST: 3.0})
    types = {"length_m": [10.0, 6.0, 9.0], "height_m": [3.4, 2.8, 3.4]}
    every, vans = bus_profiles(roads, RULES, types)
    assert every.types == (0, 1, 2)
    assert vans.types == (1,)
    assert not every.bus.forward[EAST]
    assert vans.bus.forward[EAST]
    assert every.size == BusSize(10, 2.5, 3.4, 12)
    without = bus_profiles(roads, RULES, {**types, "n_available": [None, 0, None]})
    assert [profile.types for profile in without] == [(0, 2)]


def test_a_bus_with_students_aboard_avoids_the_motorway():
    roads = crossing(road_class={EAST: "motorway"})
    loaded, empty = (bus_network(roads, RULES, size=BUS, loaded=aboard) for aboard in (True, False))
    allowed = bus_network(roads, replace(RULES, motorways_loaded=True), size=BUS)
    assert seconds(loaded, WEST, EAST) is None
    assert seconds(empty, WEST, EAST) is not None
    assert seconds(allowed, WEST, EAST) is not None


# paths


def test_the_way_drawn_is_the_way_measured_and_makes_the_turns():
    """West to west over the turning place in the east: links 0, 2, 2, 0."""
    network = bus_network(crossing(at_nodes={"node_turning_m": {EAST: 30}}), RULES, size=BUS)
    start, end = on(network, WEST, 5000, 1), on(network, WEST, 4000, -1)
    assert trace_links(network, start, end)[0].tolist() == [WEST, EAST, EAST, WEST]
    path = trace_paths(network, start, end)[0]
    assert path[0] == pytest.approx([start.lon[0], start.lat[0]])
    assert path[-1] == pytest.approx([end.lon[0], end.lat[0]])
    assert path[:, 0].max() == pytest.approx(lonlat(1000, 0)[0])
    assert measure_travel(network, start, end).distance_m[0, 0] == 500 + 1000 + 1000 + 600


def test_without_turns_the_network_is_the_quick_one():
    network = bus_network(crossing(), RULES, size=BUS, turns=False)
    assert network.states is None
    assert seconds(network, WEST, NORTH) == 150
    there, back = on(network, WEST, 5000, 1), on(network, WEST, 5000, -1)
    assert measure_travel(network, there, back).duration_s[0, 0] == 150


def test_scipy_gives_the_same_where_numba_is_missing(monkeypatch):
    bans = [(False, 0, [100, 102, 103]), (False, 0, [104, 102, 101])]
    network = bus_network(double(bans), RULES, size=BUS)
    places = place_on_links(network, np.repeat(np.arange(5), 2), np.tile([100, 300], 5))
    compiled = measure_travel(network, places, places)
    links = trace_links(network, places, places)
    monkeypatch.setenv("SCHOOLBUS_NO_NUMBA", "1")
    plain = measure_travel(network, places, places)
    assert (compiled.reached == plain.reached).all()
    assert (compiled.duration_s == plain.duration_s).all()
    assert (compiled.distance_m == plain.distance_m).all()
    assert [a.tolist() for a in links] == [a.tolist() for a in trace_links(network, places, places)]


def test_leaving_out_states_does_not_trip_over_a_loop():
    """0 <-> 1 <-> 2, 5 and 7 there, 6 and 8 back, and 1 -> 1: without 1, 12 and 14."""
    first, head = np.array([0, 1, 4, 5]), np.array([1, 0, 1, 2, 1], np.int32)
    key = np.array([5, 6, 100, 7, 8])
    _, tail, far, length, new = shrink(first, head, key, np.array([True, False, True]), 6, 16)
    assert new.tolist() == [0, -1, 1]
    assert [tail.tolist(), far.tolist(), length.tolist()] == [[0, 1], [1, 0], [12, 14]]


def test_scipy_on_many_rows_leaves_out_states_and_stays_exact(monkeypatch):
    """A grid of 8 x 8 with a loop, a one-way and dead ends; 80 places."""
    points = [(300 * x, 300 * y) for y in range(8) for x in range(8)]
    links = [{"start": 8 * y + x, "end": 8 * y + x + 1} for y in range(8) for x in range(7)]
    links += [{"start": 8 * y + x, "end": 8 * y + x + 8} for y in range(7) for x in range(8)]
    links += [{"start": 9, "end": 9, "via": [lonlat(340, 340), lonlat(340, 320)]}]
    links[5]["oneway"] = True
    network = bus_network(make_roads([lonlat(*p) for p in points], links), RULES, size=BUS)
    random = np.random.default_rng(5)
    link = random.integers(0, len(links), 80)
    offset_dm = (random.random(80) * network.roads.length_dm[link]).astype(np.int64)
    places = place_on_links(network, link, offset_dm, random.integers(-1, 2, 80))
    compiled = measure_travel(network, places, places)
    monkeypatch.setenv("SCHOOLBUS_NO_NUMBA", "1")
    plain = measure_travel(network, places, places)
    assert compiled.reached.mean() > 0.9
    for name in ("reached", "duration_s", "distance_m"):
        assert (getattr(compiled, name) == getattr(plain, name)).all()
