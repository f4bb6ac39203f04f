"""Tests of the planner's own road edits: routing.roads.edits, on roads drawn by hand."""

from dataclasses import fields

import numpy as np
import pytest
from roads_by_hand import lonlat, make_roads

from routing import Policy
from routing.roads import bus_network, measure_travel, snap_points, walk_network
from routing.roads.edits import RoadEdit, apply_edits
from routing.roads.network import ROAD_CLASSES, UNMEASURED_M
from routing.roads.positions import take_positions
from routing.roads.splicing import LINK_COLUMNS

CORNERS = [(0, 0), (3000, 0), (3000, 1000), (0, 1000)]
"""Two banks of a river, 1000 m apart, with a bridge at the east end: metres."""


def banks(**south):
    """The south bank, the old bridge and the north bank; one link each, 3000, 1000, 3000 m."""
    nodes = [lonlat(x, y) for x, y in CORNERS]
    return make_roads(nodes, [
        {"start": 0, "end": 1, "length_dm": 30_000, "name": "南岸路", "lanes": 2, **south},
        {"start": 1, "end": 2, "length_dm": 10_000},
        {"start": 2, "end": 3, "length_dm": 30_000},
    ])  # fmt: skip


def drawn(*places):
    return np.array([lonlat(x, y) for x, y in places])


def travel_m(roads, start, end, network=None):
    """Return the bus's metres between two places; None where there is no way."""
    network = network or bus_network(roads, Policy(), turns=False)
    lon, lat = drawn(start, end).T
    at = snap_points(network, lon, lat, within_m=50)
    assert (at.link >= 0).all()
    one, other = (take_positions(at, [row]) for row in (0, 1))
    travel = measure_travel(network, one, other)
    return int(travel.distance_m[0, 0]) if travel.reached[0, 0] else None


def edited(roads, *edits):
    """Return edited roads, which are sound and of which nothing was missed."""
    done = apply_edits(roads, edits)
    assert done.misses == ()
    assert_sound(done.roads)
    return done.roads


def assert_sound(roads):
    """Shapes begin and end at their nodes; all columns are as long as there are links."""
    n = len(roads.start)
    assert all(len(getattr(roads, name)) == n for name in LINK_COLUMNS)
    assert len(roads.shape_from) == n + 1
    assert (roads.length_dm >= 1).all()
    assert (np.diff(roads.shape_from) >= 2).all()
    assert roads.shape_from[-1] == len(roads.shape_lon) == len(roads.shape_lat)
    for ends, points in (
        (roads.start, roads.shape_from[:-1]),
        (roads.end, roads.shape_from[1:] - 1),
    ):
        assert (roads.node_lon[ends] == roads.shape_lon[points]).all()
        assert (roads.node_lat[ends] == roads.shape_lat[points]).all()
    assert set(roads.start) | set(roads.end) == set(range(len(roads.node_id)))
    assert len(set(roads.node_id.tolist())) == len(roads.node_id)
    assert roads.names[0] == ""
    assert len(set(roads.names)) == len(roads.names)
    assert roads.name.max() < len(roads.names)


def misses(roads, *edits):
    return [(miss.edit, miss.why) for miss in apply_edits(roads, edits).misses]


def bridge(x=1000, south=5, north=994, **more):
    return RoadEdit("add_road", drawn((x, south), (x, north)), **more)


def test_an_added_bridge_shortens_the_way():
    """West end to west end: 3000 + 1000 + 3000 m before, 1000 + 1000 + 1000 m by the bridge."""
    assert travel_m(banks(), (0, 0), (0, 1000)) == 7000
    assert travel_m(edited(banks(), bridge()), (0, 0), (0, 1000)) == pytest.approx(3000, abs=1)


def test_the_link_that_is_split_keeps_its_tags_and_its_length():
    """1000 of 3000 m: two parts of 10,000 and 20,000 dm, with name and lanes on both."""
    roads = edited(banks(), bridge())
    south = np.flatnonzero(roads.way_id == 100)
    assert roads.length_dm[south].tolist() == pytest.approx([10_000, 20_000], abs=1)
    assert roads.length_dm[south].sum() == 30_000
    assert [roads.names[number] for number in roads.name[south]] == ["南岸路"] * 2
    assert roads.lanes[south].tolist() == [2, 2]
    assert roads.end[south[0]] == roads.start[south[1]]


def test_an_added_road_says_what_its_properties_say():
    edit = bridge(
        highway="tertiary", oneway=True, name="新桥", kmh=40, width_m=7.5, walk=False, bridge=True
    )
    roads = edited(banks(), edit)
    new = int(np.flatnonzero(roads.way_id < 0)[0])
    assert ROAD_CLASSES[roads.road_class[new]] == "tertiary"
    assert roads.names[roads.name[new]] == "新桥"
    assert (roads.bus_forward[new], roads.bus_backward[new], roads.walks[new]) == (1, 0, 0)
    assert (roads.signed_forward_kmh[new], roads.width_m[new]) == (40, 7.5)
    assert roads.oneway[new]
    assert roads.structure[new]
    assert travel_m(roads, (0, 1000), (0, 0)) == 7000
    assert roads.source.repaired == {"roads added by the planner": 1}


def test_the_roads_given_are_not_changed():
    roads = banks()
    before = {rule.name: np.copy(getattr(roads, rule.name)) for rule in fields(roads)[:-1]}
    edited(roads, bridge(), RoadEdit("close_road", drawn((1500, 0))))
    for name, values in before.items():
        assert np.array_equal(values, getattr(roads, name)), name


def test_an_end_at_a_node_joins_the_node():
    """A bridge between the west corners: no link is split; 1000 m in place of 7000."""
    roads = edited(banks(), bridge(x=0, south=3, north=996))
    assert len(roads.start) == 4
    assert len(roads.node_id) == 4
    assert travel_m(roads, (0, 0), (0, 1000)) == pytest.approx(1000, abs=1)


def test_two_bridges_split_a_link_twice():
    """From one bridge's foot to the other's: 500 m on the south bank."""
    roads = edited(banks(), bridge(x=2000), bridge(x=1500))
    south = roads.length_dm[roads.way_id == 100]
    assert south.tolist() == pytest.approx([15_000, 5_000, 10_000], abs=2)
    assert travel_m(roads, (0, 0), (0, 1000)) == pytest.approx(4000, abs=1)


@pytest.mark.parametrize("turned", [False, True])
def test_added_roads_join_each_other(turned):
    """To a crossing in mid-river and on: 500 + 500 m, in whatever order they are drawn."""
    halves = [
        RoadEdit("add_road", drawn((1000, 0), (1000, 500))),
        RoadEdit("add_road", drawn((1008, 504), (1000, 1000))),
    ]
    roads = edited(banks(), *(halves[::-1] if turned else halves))
    assert travel_m(roads, (0, 0), (0, 1000)) == pytest.approx(3000, abs=10)


def test_an_added_road_ends_in_the_middle_of_another():
    """A lane 400 m along the new bridge to its middle: 500 m from either bank."""
    lane = RoadEdit("add_road", drawn((600, 500), (995, 500)), dead_end=True)
    roads = edited(banks(), lane, bridge())
    assert travel_m(roads, (600, 500), (1000, 0)) == pytest.approx(900, abs=1)
    new = np.flatnonzero(roads.way_id < 0)
    assert sorted(roads.length_dm[new].tolist()) == pytest.approx([4000, 5000, 5000], abs=2)


def test_an_end_that_joins_nothing_is_missed_unless_it_is_a_dead_end():
    """20 m are too far; a dead end may be open at one end, not at both."""
    assert misses(banks(), bridge(north=980)) == [(0, "free_end")]
    assert misses(banks(), bridge(south=20)) == [(0, "free_start")]
    assert misses(banks(), bridge(north=500, dead_end=True)) == []
    both = bridge(south=300, north=500, dead_end=True)
    assert misses(banks(), both) == [(0, "free_end"), (0, "free_start")]


def test_both_ends_at_one_place_are_missed():
    assert misses(banks(), RoadEdit("add_road", drawn((1000, 2), (1000, 8)))) == [(0, "same_place")]


def test_a_road_for_buses_does_not_join_a_footpath():
    footpath = banks(bus_forward=False, bus_backward=False)
    assert misses(footpath, bridge()) == [(0, "free_start")]
    assert misses(footpath, bridge(bus=False)) == []


def test_a_gap_of_five_metres_is_closed():
    """Two streets of 500 m that do not touch: 1005 m once they do."""
    nodes = [lonlat(x, 0) for x in (0, 500, 505, 1005)]
    roads = make_roads(nodes, [{"start": 0, "end": 1}, {"start": 2, "end": 3}])
    assert travel_m(roads, (0, 0), (1005, 0)) is None
    gap = RoadEdit("add_road", drawn((500, 0), (505, 0)))
    assert travel_m(edited(roads, gap), (0, 0), (1005, 0)) == pytest.approx(1005, abs=1)


def test_a_closed_bridge_makes_a_detour():
    """With bridges at 1000 and 3000 m: closing the near one, 7000 m in place of 3000."""
    close = RoadEdit("close_road", drawn((1004, 10), (1003, 990)))
    roads = edited(banks(), bridge(), close)
    assert travel_m(roads, (0, 0), (0, 1000)) == pytest.approx(7000, abs=1)
    walkers = walk_network(roads)
    assert travel_m(roads, (0, 0), (0, 1000), walkers) == pytest.approx(3000, abs=1)
    shut = edited(banks(), bridge(), RoadEdit("close_road", close.shape, walk=False))
    assert travel_m(shut, (0, 0), (0, 1000), walk_network(shut)) == pytest.approx(7000, abs=1)


def test_a_part_of_a_road_is_closed_where_it_is_drawn():
    """From 1000 to 1200 m of the south bank: parts of 1000, 200 and 1800 m, the middle shut."""
    roads = edited(banks(), RoadEdit("close_road", drawn((1000, 4), (1200, 4))))
    south = np.flatnonzero(roads.way_id == 100)
    assert roads.length_dm[south].tolist() == pytest.approx([10_000, 2_000, 18_000], abs=20)
    assert roads.bus_forward[south].tolist() == [True, False, True]
    assert travel_m(roads, (0, 0), (900, 0)) == 900


def test_a_line_a_little_past_a_crossing_leaves_side_streets_alone():
    """Closing the block from 1000 to 2000 m, drawn from 990 to 2010: its neighbours stay open."""
    xs = (0, 1000, 2000, 3000)
    nodes = [lonlat(x, y) for y in (0, 500) for x in xs]
    links = [{"start": i, "end": i + 1} for i in (0, 1, 2)]
    links += [{"start": i, "end": i + 4} for i in range(4)]
    roads = edited(make_roads(nodes, links), RoadEdit("close_road", drawn((990, 5), (2010, -5))))
    assert roads.bus_forward.tolist() == [True, False, True, True, True, True, True]


def test_a_short_road_is_meant_by_a_line_drawn_beside_it():
    """A link of 12 m between longer ones, and a line of 12 m shifted by 3 m along it."""
    nodes = [lonlat(x, 0) for x in (0, 500, 512, 1000)]
    roads = make_roads(nodes, [{"start": i, "end": i + 1} for i in range(3)])
    changed = edited(roads, RoadEdit("speed", drawn((503, 2), (515, 2)), kmh=30))
    assert changed.signed_forward_kmh.tolist() == [0, 30, 0]


def test_of_two_roads_side_by_side_the_nearer_is_meant():
    """Carriageways 12 m apart; the line runs 3 m from the southern one."""
    nodes = [lonlat(x, y) for y in (0, 12) for x in (0, 800)]
    roads = make_roads(nodes, [{"start": 0, "end": 1}, {"start": 2, "end": 3}])
    changed = edited(roads, RoadEdit("speed", drawn((0, 3), (800, 3)), kmh=30))
    assert changed.signed_forward_kmh.tolist() == [30, 0]


@pytest.mark.parametrize(("way", "out_m", "home_m"), [(1, 1000, 7000), (-1, 7000, 1000)])
def test_a_oneway_follows_its_line(way, out_m, home_m):
    """The bridge at the west ends, one-way north, then south: 1000 m one way, 7000 m back."""
    shape = drawn((0, 0), (0, 1000))[::way]
    roads = edited(banks(), bridge(x=0), RoadEdit("oneway", shape))
    assert travel_m(roads, (0, 0), (0, 1000)) == pytest.approx(out_m, abs=1)
    assert travel_m(roads, (0, 1000), (0, 0)) == pytest.approx(home_m, abs=1)
    assert roads.oneway.sum() == 1
    again = edited(roads, RoadEdit("two_way", shape))
    assert travel_m(again, (0, 1000), (0, 0)) == pytest.approx(1000, abs=1)
    assert not again.oneway.any()


def test_a_speed_is_signed_both_ways():
    roads = edited(banks(), RoadEdit("speed", drawn((1500, 8)), kmh=20))
    assert roads.signed_forward_kmh.tolist() == [20, 0, 0]
    assert roads.signed_backward_kmh.tolist() == [20, 0, 0]


def test_a_point_at_a_crossing_means_no_road():
    assert misses(banks(), RoadEdit("close_road", drawn((3000, 0)))) == [(0, "several_roads")]


def test_an_edit_of_no_road_is_missed():
    """Nothing is there; or a road beside less than half of the line."""
    edits = [
        RoadEdit("close_road", drawn((1000, 500))),
        RoadEdit("oneway", drawn((1000, 300), (2000, 300))),
        RoadEdit("speed", drawn((2500, 0), (5000, 0)), kmh=30),
    ]
    assert misses(banks(), *edits) == [(0, "no_road"), (1, "no_road"), (2, "no_road")]


def test_edits_act_on_the_same_part_though_one_closes_it():
    line = drawn((0, 0), (3000, 0))
    roads = edited(banks(), RoadEdit("close_road", line), RoadEdit("speed", line, kmh=30))
    assert not roads.bus_forward[0]
    assert roads.signed_forward_kmh[0] == 30


def test_an_added_road_that_the_extract_has_by_now_is_named():
    done = apply_edits(banks(), [bridge(), bridge(x=3000)])
    assert done.doubles == (1,)


def test_a_limit_along_a_line_is_on_its_part_of_the_road():
    """From 1000 to 1200 m of the south bank: only the middle part has it."""
    limit = RoadEdit("limit", drawn((1000, 4), (1200, 4)), height_m=3.2, weight_t=8.0)
    roads = edited(banks(max_width_m=2.3, max_weight_t=20), limit)
    south = np.flatnonzero(roads.way_id == 100)
    assert roads.max_height_m[south].tolist() == pytest.approx([0, 3.2, 0])
    assert roads.max_weight_t[south].tolist() == pytest.approx([20, 8, 20])
    assert roads.max_width_m[south].tolist() == pytest.approx([2.3, 2.3, 2.3])
    assert not roads.node_height_m.any()
    assert roads.source.repaired == {"limits set by the planner": 1}


def test_a_limit_at_a_point_is_a_frame_at_a_node_of_its_own():
    """1000 of 3000 m along the south bank: a new node there, and no limit on the links."""
    roads = edited(banks(), RoadEdit("limit", drawn((1000, 3)), width_m=2.4))
    south = np.flatnonzero(roads.way_id == 100)
    assert roads.length_dm[south].tolist() == pytest.approx([10_000, 20_000], abs=1)
    assert not roads.max_width_m.any()
    node = int(np.flatnonzero(roads.node_width_m)[0])
    assert roads.node_width_m[node] == pytest.approx(2.4)
    assert node == roads.end[south[0]] == roads.start[south[1]]


def test_a_frame_where_two_links_of_a_road_meet_is_at_their_node():
    """Neither of the links is meant more than the other; no third road is there."""
    roads = edited(banks(), RoadEdit("limit", drawn((3000, 0)), height_m=3.0))
    assert roads.node_height_m.tolist() == pytest.approx([0, 3, 0, 0])


def test_a_frame_near_a_junction_is_on_its_own_road_alone():
    """3 m up a lane: a node of its own there; at the junction itself any road may be meant."""
    nodes = [lonlat(*place) for place in ((0, 0), (500, 0), (1000, 0), (500, 400))]
    links = [{"start": 0, "end": 1}, {"start": 1, "end": 2}, {"start": 1, "end": 3}]
    roads = edited(make_roads(nodes, links), RoadEdit("limit", drawn((500, 3)), height_m=2.5))
    assert roads.node_height_m.tolist() == [0, 0, 0, 0, 2.5]
    assert roads.length_dm.tolist() == pytest.approx([5000, 5000, 30, 3970], abs=1)
    at_it = RoadEdit("limit", drawn((500, 0)), height_m=2.5)
    assert misses(make_roads(nodes, links), at_it) == [(0, "several_roads")]


@pytest.mark.parametrize(("allowed", "rule"), [(True, 1), (False, -1)])
def test_a_stop_is_allowed_or_not_on_a_stretch_or_on_a_whole_link(allowed, rule):
    stretch = RoadEdit("stop", drawn((1000, 4), (1200, 4)), allowed=allowed)
    assert edited(banks(), stretch).stop_rule.tolist() == [0, rule, 0, 0, 0]
    point = RoadEdit("stop", drawn((1000, 4)), allowed=allowed)
    roads = edited(banks(), point)
    assert roads.stop_rule.tolist() == [rule, 0, 0]
    assert roads.source.repaired == {"stops allowed or not by the planner": 1}


@pytest.mark.parametrize("diameter_m", [0.0, 18.0])
def test_a_turning_place_cuts_the_road_where_there_is_no_node(diameter_m):
    place = RoadEdit("turning_place", drawn((1000, 8)), diameter_m=diameter_m)
    roads = edited(banks(), place)
    assert len(roads.node_id) == 5
    assert roads.node_turning_m.tolist() == [0, 0, 0, 0, diameter_m or UNMEASURED_M]
    south = np.flatnonzero(roads.way_id == 100)
    assert roads.length_dm[south].tolist() == pytest.approx([10_000, 20_000], abs=1)
    assert roads.source.repaired == {"turning places added by the planner": 1}


@pytest.mark.parametrize("x", [0, 4])
def test_a_turning_place_within_a_few_metres_of_a_node_is_at_the_node(x):
    roads = edited(banks(), RoadEdit("turning_place", drawn((x, 10))))
    assert roads.node_turning_m.tolist() == [UNMEASURED_M, 0, 0, 0]
    assert len(roads.start) == 3


def test_a_turning_place_where_roads_meet_is_at_their_node():
    roads = edited(banks(), RoadEdit("turning_place", drawn((3000, 0)), diameter_m=20))
    assert roads.node_turning_m.tolist() == [0, 20, 0, 0]


def test_a_turning_place_off_the_road_or_between_two_roads_is_missed():
    """20 m off; and in the middle between two carriageways 12 m apart."""
    assert misses(banks(), RoadEdit("turning_place", drawn((1000, 20)))) == [(0, "no_road")]
    nodes = [lonlat(x, y) for y in (0, 12) for x in (0, 800)]
    roads = make_roads(nodes, [{"start": 0, "end": 1}, {"start": 2, "end": 3}])
    between = RoadEdit("turning_place", drawn((400, 6)))
    assert misses(roads, between) == [(0, "several_roads")]


def test_a_turning_place_at_the_end_of_an_added_road_opens_it():
    """The lane joins the south bank; its open end is the turning place."""
    lane = RoadEdit("add_road", drawn((1000, 2), (1000, 400)), dead_end=True)
    roads = edited(banks(), RoadEdit("turning_place", drawn((1002, 398))), lane)
    node = int(np.flatnonzero(roads.node_turning_m)[0])
    assert (roads.node_lon[node], roads.node_lat[node]) == pytest.approx(lonlat(1000, 400))


def test_edits_keep_what_the_extract_says_of_turns():
    """Ids of ways and nodes stay when links are cut, and so the restriction stays true."""
    nodes = [lonlat(x, y) for x, y in CORNERS]
    links = [{"start": 0, "end": 1}, {"start": 1, "end": 2}]
    roads = make_roads(nodes, links, bans=[(False, 2, (100, 101))])
    limit = RoadEdit("limit", drawn((2990, 0), (2000, 0)), height_m=3.0)
    cut = apply_edits(roads, [limit]).roads
    assert cut.restriction_way.tolist() == [100, 101]
    last = int(np.flatnonzero(cut.way_id == 100)[-1])
    assert cut.node_id[cut.end[last]] == cut.restriction_node[0] == 2
