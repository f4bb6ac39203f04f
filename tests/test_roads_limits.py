"""Sizes, surfaces, slopes, turning places and signals: what tags say, where they stand."""

import networkx as nx
import numpy as np
import pytest
from osm_by_hand import place_of, read_map, read_way, ways_of

from routing.roads import read_roads
from routing.roads.limits import NO_FACTS, NodeFacts, node_facts, way_limits
from routing.roads.network import SURFACES, UNMEASURED_M

ROAD = {"highway": "residential"}
LIMITS = ("max_height_m", "max_width_m", "max_length_m", "max_weight_t")


@pytest.mark.parametrize(
    ("tags", "limits"),
    [
        ({}, (0, 0, 0, 0)),
        ({"maxheight": "3.5"}, (3.5, 0, 0, 0)),
        ({"maxheight": "3.5 m"}, (3.5, 0, 0, 0)),
        ({"maxheight": "11'6\""}, (3.5052, 0, 0, 0)),  # 11.5 x 0.3048
        ({"maxheight": "default"}, (0, 0, 0, 0)),
        ({"maxheight": "none"}, (0, 0, 0, 0)),
        ({"maxheight": "below_default"}, (0, 0, 0, 0)),
        ({"maxheight:physical": "3.2"}, (3.2, 0, 0, 0)),
        ({"maxheight": "3", "maxheight:physical": "3.2"}, (3, 0, 0, 0)),
        ({"maxheight": "2.5", "maxheight:bus": "4"}, (4, 0, 0, 0)),
        ({"maxheight": "2.5", "maxheight:signed": "no"}, (2.5, 0, 0, 0)),
        ({"maxwidth": "2,2"}, (0, 2.2, 0, 0)),
        ({"maxwidth:physical": "2.4", "maxwidth": "2.5"}, (0, 2.4, 0, 0)),
        ({"maxlength": "10"}, (0, 0, 10, 0)),
        ({"maxweight": "3.5"}, (0, 0, 0, 3.5)),
        ({"maxweight": "3.5t"}, (0, 0, 0, 3.5)),
        ({"maxweight": "7500 kg"}, (0, 0, 0, 7.5)),
        ({"maxweight": "10 st"}, (0, 0, 0, 9.0718474)),  # short tons
        ({"maxweight": "5", "maxweight:bus": "none"}, (0, 0, 0, 0)),
        ({"maxweight": "5", "maxweight:psv": "12"}, (0, 0, 0, 12)),
        ({"maxweight": "12", "maxweightrating": "7.5"}, (0, 0, 0, 7.5)),
        ({"maxweightrating:hgv": "7.5"}, (0, 0, 0, 0)),
        ({"maxaxleload": "5"}, (0, 0, 0, 0)),
        ({"maxheight": "0"}, (0, 0, 0, 0)),
        ({"maxweight": "-3"}, (0, 0, 0, 0)),
        ({"maxweight": "nan"}, (0, 0, 0, 0)),
    ],
)
def test_limits_of_ways_are_read_in_every_spelling(tags, limits):
    found, conditional = way_limits(tags)
    assert found[:4] == pytest.approx(limits)
    assert not conditional


def test_limits_stand_on_the_links_of_their_way(tmp_path):
    roads = read_way(
        tmp_path, highway="tertiary", maxheight="3.5", maxwidth="2.3", maxlength="9", maxweight="8"
    )
    for name, limit in zip(LIMITS, (3.5, 2.3, 9, 8), strict=True):
        assert getattr(roads, name).tolist() == pytest.approx([limit, 0]), name
        assert getattr(roads, name).dtype == np.float32


def test_a_limit_by_hour_or_weather_is_not_applied_but_counted(tmp_path):
    roads = read_way(
        tmp_path, highway="tertiary", maxweight="12", maxweight__conditional="3.5 @ (22:00-06:00)"
    )
    assert roads.max_weight_t[0] == 12
    assert roads.source.repaired == {"conditional limits": 1}


@pytest.mark.parametrize(
    ("tags", "surface"),
    [
        ({}, ""),
        ({"surface": "asphalt"}, "paved"),
        ({"surface": "concrete:plates"}, "paved"),
        ({"surface": "cobblestone:flattened"}, "paved"),
        ({"surface": "gravel"}, "unpaved"),
        ({"surface": "compacted"}, "unpaved"),
        ({"surface": "fine_gravel"}, "unpaved"),
        ({"surface": "unpaved"}, "unpaved"),
        ({"surface": "pebblestone"}, "unpaved"),
        ({"surface": "ground"}, "soft"),
        ({"surface": "dirt"}, "soft"),
        ({"surface": "mud"}, "soft"),
        ({"surface": "clay"}, "soft"),
        ({"surface": "asphalt;gravel"}, "unpaved"),  # the worst of several
        ({"surface": "moon dust"}, ""),
        ({"tracktype": "grade1"}, "paved"),
        ({"tracktype": "grade3"}, "unpaved"),
        ({"tracktype": "grade5"}, "soft"),
        ({"tracktype": "grade5", "surface": "asphalt"}, "paved"),
        ({"winter_road": "yes", "surface": "asphalt"}, "soft"),
        ({"ice_road": "yes"}, "soft"),
    ],
)
def test_surfaces_are_sealed_unsealed_or_soft(tags, surface):
    assert SURFACES[way_limits(tags)[0].surface] == surface


@pytest.mark.parametrize(
    ("text", "slope_pct"),
    [
        ("10%", 10),
        ("-8 %", 8),
        ("−8 %", 8),
        ("12", 12),
        ("7,5%", 7.5),
        ("12°", 21.2557),  # 100 x tan 12 degrees
        ("1:10", 10),
        ("80‰", 8),
        ("8%;-12%", 12),
        ("up", 0),
        ("down", 0),
        ("90%", 0),  # no road
        ("steep", 0),
    ],
)
def test_slopes_are_per_cent_without_direction(tmp_path, text, slope_pct):
    assert way_limits({"incline": text})[0].incline_pct == pytest.approx(slope_pct, abs=1e-3)


def test_surface_and_slope_stand_on_the_link(tmp_path):
    roads = read_way(tmp_path, highway="unclassified", surface="dirt", incline="-9%")
    assert [SURFACES[code] for code in roads.surface] == ["soft", ""]
    assert roads.incline_pct.tolist() == [9, 0]


@pytest.mark.parametrize(
    ("tags", "facts"),
    [
        ({}, NO_FACTS),
        ({"highway": "turning_circle"}, NodeFacts(UNMEASURED_M, 0, 0, 0, 0)),
        ({"highway": "turning_loop", "diameter": "18 m"}, NodeFacts(18, 0, 0, 0, 0)),
        ({"highway": "mini_roundabout"}, NO_FACTS),
        ({"highway": "mini_roundabout", "diameter": "25"}, NodeFacts(25, 0, 0, 0, 0)),
        ({"barrier": "height_restrictor", "maxheight": "2.5"}, NodeFacts(0, 2.5, 0, 0, 0)),
        ({"barrier": "height_restrictor", "maxheight:physical": "2.6", "maxheight": "2.5"}, NodeFacts(0, 2.5, 0, 0, 0)),
        ({"barrier": "height_restrictor"}, NO_FACTS),
        ({"barrier": "gate", "width": "3"}, NodeFacts(0, 0, 3, 0, 0)),
        ({"barrier": "gate", "maxwidth:physical": "2.8"}, NodeFacts(0, 0, 2.8, 0, 0)),
        ({"barrier": "kerb", "width": "1"}, NO_FACTS),  # what stands there, no opening
        ({"maxweight": "3.5"}, NodeFacts(0, 0, 0, 3.5, 0)),
        ({"highway": "traffic_signals"}, NodeFacts(0, 0, 0, 0, 3)),
        ({"highway": "traffic_signals", "traffic_signals:direction": "forward"}, NodeFacts(0, 0, 0, 0, 1)),
        ({"highway": "traffic_signals", "traffic_signals:direction": "backward"}, NodeFacts(0, 0, 0, 0, 2)),
        ({"highway": "traffic_signals", "direction": "both"}, NodeFacts(0, 0, 0, 0, 3)),
        ({"highway": "crossing", "crossing": "traffic_signals"}, NodeFacts(0, 0, 0, 0, 3)),
        ({"highway": "crossing", "crossing:signals": "yes"}, NodeFacts(0, 0, 0, 0, 3)),
        ({"highway": "crossing", "crossing": "zebra"}, NO_FACTS),
        ({"highway": "stop"}, NO_FACTS),
    ],
)  # fmt: skip
def test_what_a_node_says(tags, facts):
    assert node_facts(tags) == pytest.approx(facts)


def test_a_turning_place_cuts_its_way_and_is_known_at_its_node(tmp_path):
    roads = read_map(
        tmp_path, [(1, (1, 2, 3), ROAD)], {2: {"highway": "turning_circle", "diameter": "16"}}
    )
    assert ways_of(roads)[1] == [(1, 2, "FBW"), (2, 3, "FBW")]
    assert dict(zip(roads.node_id.tolist(), roads.node_turning_m.tolist(), strict=True)) == {
        1: 0, 2: 16, 3: 0,
    }  # fmt: skip


def test_a_frame_over_the_road_cuts_it_and_limits_its_node_alone(tmp_path):
    frame = {"barrier": "height_restrictor", "maxheight": "2.5", "maxwidth": "2.2"}
    roads = read_map(tmp_path, [(1, (1, 2, 3), ROAD)], {2: frame, 3: {"maxweight": "8"}})
    assert ways_of(roads)[1] == [(1, 2, "FBW"), (2, 3, "FBW")]
    assert roads.node_height_m.tolist() == pytest.approx([0, 2.5, 0])
    assert roads.node_width_m.tolist() == pytest.approx([0, 2.2, 0])
    assert roads.node_weight_t.tolist() == [0, 0, 8]
    assert not roads.max_height_m.any()


def test_a_narrow_gate_that_is_locked_limits_both_its_nodes(tmp_path):
    gate = {"barrier": "gate", "locked": "yes", "width": "2.4"}
    roads = read_map(tmp_path, [(1, (1, 2, 3), ROAD)], {2: gate})
    assert roads.node_id.tolist() == [1, 2, 3, -1]
    assert roads.node_width_m.tolist() == pytest.approx([0, 2.4, 0, 2.4])


def test_signals_are_counted_once_on_the_way_to_them(tmp_path):
    # way 1: 1 - 2 - 3 - 4, way 2 leaves from 3; lights at 1, 2 and 3
    light = {"highway": "traffic_signals"}
    ways = [(1, (1, 2, 3, 4), ROAD), (2, (3, 13), ROAD)]
    roads = read_map(tmp_path, ways, {1: light, 2: light, 3: light})
    assert ways_of(roads)[1] == [(1, 3, "FBW"), (3, 4, "FBW")]  # 2 is no junction
    # forward 1 to 3: those at 2 and 3; 3 to 4: none; way 2 from 3: none
    assert roads.signals_forward.tolist() == [2, 0, 0]
    # backward 3 to 1: those at 2 and 1; 4 to 3 and 13 to 3: that at 3
    assert roads.signals_backward.tolist() == [2, 1, 1]


def test_a_signal_for_one_direction_is_counted_in_that_one(tmp_path):
    light = {"highway": "traffic_signals", "traffic_signals:direction": "backward"}
    roads = read_map(tmp_path, [(1, (1, 2, 3), ROAD)], {2: light})
    assert (roads.signals_forward.tolist(), roads.signals_backward.tolist()) == ([0], [1])


def test_a_graph_says_sizes_turning_places_and_signals_too():
    graph = nx.MultiDiGraph(crs="epsg:4326")
    tags = {
        1: {"highway": "traffic_signals"},
        2: {"highway": "turning_circle"},
        3: {"maxheight": "3"},
    }
    for node in (1, 2, 3):
        lon, lat = place_of(node)
        graph.add_node(node, x=lon, y=lat, **tags[node])
    graph.add_edge(
        1, 2, highway="service", osmid=5, maxheight=["3.5", "3.2"], surface=["asphalt", "dirt"]
    )
    graph.add_edge(
        2, 1, highway="service", osmid=5, maxheight=["3.5", "3.2"], surface=["asphalt", "dirt"]
    )
    graph.add_edge(2, 3, highway="service", osmid=6, maxweight=8, incline="10%")
    roads = read_roads(graph)
    assert roads.max_height_m.tolist() == pytest.approx([3.2, 0])
    assert roads.max_weight_t.tolist() == [0, 8]
    assert roads.incline_pct.tolist() == [0, 10]
    assert [SURFACES[code] for code in roads.surface] == ["soft", ""]
    assert roads.node_turning_m.tolist() == [0, UNMEASURED_M, 0]
    assert roads.node_height_m.tolist() == [0, 0, 3]
    assert (roads.signals_forward.tolist(), roads.signals_backward.tolist()) == ([0, 0], [1, 0])
