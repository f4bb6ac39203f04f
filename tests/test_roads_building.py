"""Ways become links; one step north on the hand-made grid is 1,111.95 dm."""

from collections import Counter
from itertools import pairwise

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from osm_by_hand import draw_map, place_of, read_map, ways_of

from routing.roads import read_roads, write_osm

ROAD = {"highway": "residential"}
FOOT = {"highway": "footway"}


def test_ways_are_cut_where_they_meet_and_nowhere_else(tmp_path):
    # 1-2-3-4 north, and 2-12 east from it: 3 is a bend, no junction
    roads = read_map(tmp_path, [(1, (1, 2, 3, 4), ROAD), (2, (2, 12), ROAD)])
    assert ways_of(roads) == {1: [(1, 2, "FBW"), (2, 4, "FBW")], 2: [(2, 12, "FBW")]}
    # one step: 1111.95 dm; two: 2223.90 dm
    assert roads.length_dm[:2].tolist() == [1112, 2224]
    assert np.diff(roads.shape_from).tolist() == [2, 3, 2]
    assert roads.shape_lat[2:5].tolist() == [place_of(node)[1] for node in (2, 3, 4)]
    assert roads.source.repaired == {}


def test_the_first_and_last_shape_points_are_the_end_nodes(tmp_path):
    roads = read_map(tmp_path, [(1, (1, 2, 13, 4), ROAD), (2, (13, 24), FOOT)])
    for link in range(len(roads.start)):
        first, last = roads.shape_from[link], roads.shape_from[link + 1] - 1
        for point, node in ((first, roads.start[link]), (last, roads.end[link])):
            assert roads.shape_lon[point] == roads.node_lon[node]
            assert roads.shape_lat[point] == roads.node_lat[node]


def test_a_loop_is_one_link_from_a_node_to_itself(tmp_path):
    # once round a square of one step: two steps north-south, two east-west;
    # east-west steps are cos(36.5 deg) = 0.80386 as long
    roads = read_map(tmp_path, [(1, (1, 2, 12, 11, 1), ROAD)])
    assert ways_of(roads) == {1: [(1, 1, "FBW")]}
    assert abs(int(roads.length_dm[0]) - 2 * 1111.95 * (1 + 0.80386)) < 1


def test_a_way_that_crosses_itself_is_cut_there(tmp_path):
    roads = read_map(tmp_path, [(1, (1, 2, 12, 13, 2, 3), ROAD)])
    assert ways_of(roads)[1] == [(1, 2, "FBW"), (2, 2, "FBW"), (2, 3, "FBW")]


def test_a_missing_node_cuts_a_way_and_is_never_bridged(tmp_path):
    roads = read_map(tmp_path, [(1, (1, 2, 3, 4, 5), ROAD)], missing=[3])
    assert ways_of(roads) == {1: [(1, 2, "FBW"), (4, 5, "FBW")]}
    assert roads.source.repaired == {"nodes missing": 1}


def test_a_piece_of_a_single_node_is_dropped_and_counted(tmp_path):
    roads = read_map(tmp_path, [(1, (1, 2, 3, 4), ROAD)], missing=[3])
    assert ways_of(roads) == {1: [(1, 2, "FBW")]}
    assert roads.source.repaired == {"nodes missing": 1, "ways of one node": 1}


def test_a_way_drawn_twice_counts_once(tmp_path):
    roads = read_map(tmp_path, [(1, (1, 2), ROAD), (2, (1, 2), ROAD), (3, (1, 2), FOOT)])
    assert sorted(ways_of(roads)) == [1, 3]
    assert roads.source.repaired == {"duplicate ways": 1}


def test_a_node_repeated_in_a_row_is_one_node(tmp_path):
    roads = read_map(tmp_path, [(1, (1, 1, 2, 2, 3), ROAD)])
    assert ways_of(roads) == {1: [(1, 3, "FBW")]}


def test_two_junctions_at_one_spot_are_one_decimetre_apart(tmp_path):
    lon, lat = place_of(1)
    nodes = [(1, lon, lat, {}), (2, lon, lat, {}), (3, *place_of(3), {}), (4, *place_of(4), {})]
    ways = [(1, (3, 1), ROAD), (2, (1, 2), ROAD), (3, (2, 4), ROAD)]
    roads = read_roads(write_osm(tmp_path / "map.osm.pbf", nodes, ways), cache=False)
    assert roads.length_dm[1] == 1
    assert roads.length_dm.min() >= 1


def test_shape_points_that_do_not_move_are_dropped(tmp_path):
    spots = [
        place_of(1),
        place_of(1),
        place_of(2),
        place_of(2),
        place_of(2),
        place_of(3),
        place_of(3),
    ]
    nodes = [(at, *spot, {}) for at, spot in enumerate(spots, 1)]
    path = write_osm(tmp_path / "map.osm.pbf", nodes, [(1, range(1, 8), ROAD)])
    roads = read_roads(path, cache=False)
    assert roads.shape_lat.tolist() == [place_of(node)[1] for node in (1, 2, 3)]
    assert roads.length_dm.tolist() == [2224]


def test_a_bollard_stops_the_bus_and_lets_walkers_pass(tmp_path):
    roads = read_map(tmp_path, [(1, (1, 2, 3), ROAD)], tagged={2: {"barrier": "bollard"}})
    # each side has a node of its own at the bollard; walkers cross from one to the other
    assert ways_of(roads) == {1: [(1, 2, "FBW"), (-1, 3, "FBW"), (2, -1, "W")]}
    assert roads.length_dm.tolist() == [1112, 1112, 1]
    copy = roads.node_id.tolist().index(-1)
    assert (roads.node_lon[copy], roads.node_lat[copy]) == place_of(2)


def test_a_barrier_between_ways_stops_the_bus_on_each(tmp_path):
    ways = [(1, (1, 2), ROAD), (2, (2, 3), ROAD), (3, (2, 12), ROAD), (4, (2, 22), FOOT)]
    roads = read_map(tmp_path, ways, tagged={2: {"barrier": "block"}})
    found = ways_of(roads)
    assert found[1] == [(1, 2, "FBW")]
    assert found[2] == [(-1, 3, "FBW"), (2, -1, "W")]
    assert found[3] == [(-2, 12, "FBW"), (2, -2, "W")]
    assert found[4] == [(2, 22, "W")]  # the footway stays where it was


def test_a_locked_gate_stops_walkers_too(tmp_path):
    gate = {"barrier": "gate", "locked": "yes"}
    roads = read_map(tmp_path, [(1, (1, 2, 3), ROAD)], tagged={2: gate})
    assert ways_of(roads) == {1: [(1, 2, "FBW"), (-1, 3, "FBW")]}


def test_an_open_gate_and_a_barrier_on_a_footway_change_nothing(tmp_path):
    ways = [(1, (1, 2, 3), ROAD), (2, (11, 12, 13), FOOT)]
    tagged = {2: {"barrier": "gate"}, 12: {"barrier": "bollard"}}
    found = ways_of(read_map(tmp_path, ways, tagged))
    assert found[1] == [(1, 3, "FBW")]
    assert found[2] == [(11, 12, "W"), (12, 13, "W")]


def test_a_gate_for_the_bus_but_not_for_walkers_parts_the_footways(tmp_path):
    gate = {"barrier": "gate", "access": "no", "bus": "yes"}
    ways = [(1, (1, 2, 3), FOOT), (2, (50, 51), ROAD)]
    found = ways_of(read_map(tmp_path, ways, tagged={2: gate}))
    assert found[1] == [(1, 2, "W"), (-1, 3, "W")]


def test_a_gate_for_the_bus_but_not_for_walkers_lets_the_bus_pass(tmp_path):
    gate = {"barrier": "gate", "access": "no", "bus": "yes"}
    ways = [(1, (1, 2, 3), ROAD), (2, (2, 12), {"highway": "residential", "oneway": "yes"})]
    found = ways_of(read_map(tmp_path, ways, tagged={2: gate}))
    # links of one decimetre for the bus alone; which way it goes is for the roads to say
    assert found[1] == [(1, 2, "FBW"), (-1, 3, "FBW"), (2, -1, "FB")]
    assert found[2] == [(-2, 12, "FW"), (2, -2, "FB")]


def test_a_barrier_at_the_end_of_a_way_changes_nothing(tmp_path):
    roads = read_map(tmp_path, [(1, (1, 2), ROAD)], tagged={2: {"barrier": "bollard"}})
    assert ways_of(roads) == {1: [(1, 2, "FBW")]}


def test_copies_of_nodes_have_ids_below_every_id_of_the_file(tmp_path):
    nodes = [
        (-1, *place_of(1), {}),
        (-5, *place_of(2), {"barrier": "bollard"}),
        (-3, *place_of(3), {}),
    ]
    path = write_osm(tmp_path / "map.osm", nodes, [(-1, (-1, -5, -3), ROAD)])
    roads = read_roads(path, cache=False)
    assert sorted(roads.node_id.tolist()) == [-6, -5, -3, -1]


def test_a_ferry_cut_in_two_shares_its_time_by_length(tmp_path):
    # 1-2 is one step, 2-4 two: of 15 minutes they take 5 and 10
    ferry = {"route": "ferry", "motor_vehicle": "yes", "duration": "15"}
    roads = read_map(tmp_path, [(1, (1, 2, 4), ferry), (2, (2, 12), ROAD)])
    assert [int(s) for s in roads.ferry_s[:2]] in ([300, 600], [301, 600], [300, 601])


def test_the_box_is_that_of_the_roads_and_leaves_ferries_out(tmp_path):
    ferry = {"route": "ferry", "motor_vehicle": "yes"}
    roads = read_map(tmp_path, [(1, (1, 2), ROAD), (2, (2, 903), ferry)])
    west, south, east, north = roads.source.box
    assert (west, south) == place_of(1)
    assert (east, north) == place_of(2)


def test_named_places_and_schools_are_kept(tmp_path):
    tagged = {
        71: {"place": "village", "name": "王家 庄"},
        72: {"place": "hamlet"},  # no name
        73: {"place": "country", "name": "中国"},
        74: {"amenity": "school", "name": "中心小学"},
        75: {"amenity": "pub", "name": "酒馆"},
    }
    school = {"amenity": "school", "name": "第二小学"}
    ways = [(1, (1, 2), ROAD), (2, (11, 13, 33, 31), school)]
    roads = read_map(tmp_path, ways, tagged)
    kinds = dict(zip(roads.place_name, roads.place_kind, strict=True))
    assert kinds == {"王家 庄": "village", "中心小学": "school", "第二小学": "school"}
    at = roads.place_name.index("第二小学")
    # the middle of the four corners 11, 13, 33 and 31 is node 22
    assert np.allclose((roads.place_lon[at], roads.place_lat[at]), place_of(22))


def test_reading_twice_gives_the_same_roads(tmp_path):
    ways = [(1, (1, 2, 3), ROAD), (2, (2, 12, 22), FOOT)]
    path = draw_map(tmp_path / "map.osm.pbf", ways, {12: {"barrier": "bollard"}})
    one, other = read_roads(path, cache=False), read_roads(path, cache=False)
    assert ways_of(one) == ways_of(other)
    assert one.source == other.source


nodes_of_a_way = st.lists(st.integers(0, 14), min_size=2, max_size=8)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(nodes_of_a_way, min_size=1, max_size=5, unique_by=tuple),
    st.sets(st.integers(0, 14), max_size=3),
)
def test_links_hold_every_step_between_known_nodes_once_and_no_other(tmp_path, chains, missing):
    # the steps of the ways, counted naively: neighbours that are both known and not the same
    steps = Counter()
    for chain in chains:
        for one, other in pairwise(chain):
            if one != other and not {one, other} & missing:
                steps[one, other] += 1
    ways = [(99, (900, 901), FOOT), *((at, chain, ROAD) for at, chain in enumerate(chains, 1))]
    roads = read_map(tmp_path, ways, missing=sorted(missing))
    node_at = {place_of(node): node for node in range(15)}
    found = Counter()
    junctions = set()
    for link in np.flatnonzero(roads.way_id != 99).tolist():
        span = slice(roads.shape_from[link], roads.shape_from[link + 1])
        spots = zip(roads.shape_lon[span], roads.shape_lat[span], strict=True)
        line = [node_at[round(lon, 7), round(lat, 7)] for lon, lat in spots]
        found.update(pairwise(line))
        junctions |= set(line[1:-1])
        assert line[0] == roads.node_id[roads.start[link]]
        assert line[-1] == roads.node_id[roads.end[link]]
    assert found == steps
    # whatever lies inside a link is met by no other step
    touched = Counter(node for step in steps.elements() for node in step)
    assert all(touched[node] == 2 for node in junctions)
