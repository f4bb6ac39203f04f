"""Roads go out as osmnx's kind of graph, and come back."""

import networkx as nx
import numpy as np
import osmnx as ox
import pytest
import shapely
from osm_by_hand import STEP, draw_map, place_of, read_map, ways_of

from routing.errors import RoadsError
from routing.roads import read_roads

WAYS = [
    (1, (1, 2, 3, 4), {"highway": "primary", "name": "大路", "maxspeed": "60", "lanes": "2"}),
    (2, (2, 13, 4), {"highway": "residential", "oneway": "yes"}),
    (3, (2, 22), {"highway": "footway"}),
    (4, (4, 14, 24, 4), {"highway": "service"}),
]


@pytest.fixture
def roads(tmp_path):
    return read_map(tmp_path, WAYS)


def simple_graph(**attributes):
    """Return a graph of two nodes one step apart and one edge with these attributes."""
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node in (1, 2):
        lon, lat = place_of(node)
        graph.add_node(node, x=lon, y=lat)
    graph.add_edge(1, 2, **attributes)
    return graph


def test_the_bus_graph_holds_every_way_a_bus_may_go(roads):
    graph = roads.graph()
    found = {(start, end) for start, end in graph.edges()}
    assert found == {(1, 2), (2, 1), (2, 4), (4, 2), (4, 4)}
    assert graph.number_of_edges(2, 4) == 2  # the main road and the one-way street
    assert graph.number_of_edges(4, 4) == 2  # the loop, both ways round
    assert 22 not in graph
    assert graph.graph["crs"] == "epsg:4326"


def test_the_walking_graph_goes_both_ways_everywhere(roads):
    graph = roads.graph("walk")
    assert graph.number_of_edges(4, 2) == 2
    assert graph.number_of_edges(2, 22) == graph.number_of_edges(22, 2) == 1
    with pytest.raises(ValueError, match="'bus' or 'walk', not 'car'"):
        roads.graph("car")


def test_edges_and_nodes_carry_osmnx_names(roads):
    graph = roads.graph()
    assert graph.nodes[1] == {"x": place_of(1)[0], "y": place_of(1)[1], "osmid": 1}
    edge = graph.edges[1, 2, 0]
    assert edge["osmid"] == 1
    assert edge["highway"] == "primary"
    assert edge["name"] == "大路"
    assert edge["length"] == 111.2
    assert edge["oneway"] is False
    assert edge["maxspeed"] == 60
    assert edge["lanes"] == 2
    assert graph.edges[2, 1, 0]["geometry"].coords[0] == place_of(2)
    street = next(data for *_, data in graph.edges(data=True) if data["osmid"] == 2)
    assert street["oneway"] is True
    assert "maxspeed" not in street
    assert "name" not in street


def test_osmnx_and_geopandas_take_the_graph_as_their_own(roads):
    graph = roads.graph()
    nodes, edges = ox.graph_to_gdfs(graph)
    assert nodes.crs == edges.crs == "EPSG:4326"
    assert len(edges) == graph.number_of_edges()
    assert edges.geometry.is_valid.all()
    assert ox.shortest_path(graph, 1, 4, weight="length") == [1, 2, 4]
    # 1,112 + 2,224 dm
    assert nx.shortest_path_length(graph, 1, 4, weight="length") == pytest.approx(333.6)


def test_a_graph_comes_back_as_the_same_roads(roads):
    back = read_roads(roads.graph("walk"))
    assert [ways_of(back)[way] for way in (1, 3, 4)] == [ways_of(roads)[way] for way in (1, 3, 4)]
    assert ways_of(read_roads(roads.graph()))[2] == [(2, 4, "FW")]
    assert sorted(back.length_dm.tolist()) == sorted(roads.length_dm.tolist())
    assert back.source.name == "graph"
    assert back.source.repaired == {}


def test_sizes_surfaces_and_turning_places_survive_the_way_out_and_back(tmp_path):
    tight = {"highway": "tertiary", "maxheight": "3.2", "maxweight": "8", "width": "3.5"}
    soft = {"highway": "residential", "surface": "mud", "incline": "9%", "maxwidth": "2.25"}
    tagged = {
        1: {"highway": "turning_circle", "diameter": "18"}, 3: {"highway": "turning_circle"},
        12: {"barrier": "gate", "width": "2.5"},
    }  # fmt: skip
    ways = [(1, (1, 2, 3), tight), (2, (2, 12), soft)]
    roads = read_map(tmp_path, ways, tagged)
    ox.save_graphml(roads.graph(), tmp_path / "map.graphml")
    for back in (read_roads(roads.graph()), read_roads(tmp_path / "map.graphml")):
        assert set(back.node_id.tolist()) == {1, 2, 3, 12}
        for name in ("node_turning_m", "node_width_m"):
            mine, theirs = (
                dict(zip(one.node_id.tolist(), getattr(one, name).tolist(), strict=True))
                for one in (roads, back)
            )
            assert mine == theirs, name
        for name in (
            "max_height_m", "max_width_m", "max_weight_t", "width_m", "surface", "incline_pct",
        ):  # fmt: skip
            mine, theirs = (
                sorted(zip(one.way_id.tolist(), getattr(one, name).tolist(), strict=True))
                for one in (roads, back)
            )
            assert mine == theirs, name


def test_graphml_as_osmnx_saves_it_is_read(roads, tmp_path):
    graph = roads.graph()
    ox.save_graphml(graph, tmp_path / "map.graphml")
    back = read_roads(tmp_path / "map.graphml")
    assert ways_of(back) == ways_of(read_roads(graph))
    assert back.names == ("", "大路")
    assert back.signed_forward_kmh.max() == 60
    assert read_roads(tmp_path / "map.graphml").names == back.names  # now from the cache


def test_what_osmnx_makes_of_a_file_is_understood(tmp_path):
    path = draw_map(tmp_path / "map.osm", WAYS)
    theirs, ours = read_roads(ox.graph_from_xml(path)), read_roads(path, cache=False)
    assert theirs.length_dm.sum() == pytest.approx(ours.length_dm.sum(), abs=5)
    assert theirs.oneway.sum() == 1


def test_a_motorway_that_osmnx_opened_both_ways_is_one_way_again(tmp_path):
    path = draw_map(tmp_path / "map.osm", [(1, (1, 2), {"highway": "motorway"})])
    graph = ox.graph_from_xml(path)
    assert graph.number_of_edges() == 2
    assert ways_of(read_roads(graph)) == {1: [(1, 2, "F")]}


def test_a_projected_graph_comes_back_to_degrees(roads):
    graph = roads.graph()
    back = read_roads(ox.project_graph(graph))
    for node, lon, lat in zip(back.node_id, back.node_lon, back.node_lat, strict=True):
        assert (lon, lat) == pytest.approx(place_of(int(node)), abs=1e-9)


@pytest.mark.parametrize("length", [0, -5.0, float("nan"), None, "wide", "nan", 30.0])
def test_a_length_that_cannot_be_is_measured_anew_and_counted(length):
    # one step is 111.195 m; 30 m is shorter than the straight line
    roads = read_roads(simple_graph(highway="service", length=length))
    assert roads.length_dm.tolist() == [1112]
    assert roads.source.repaired == {"lengths": 1}


def test_a_length_above_the_straight_line_is_believed():
    roads = read_roads(simple_graph(highway="service", length=150.04))
    assert roads.length_dm.tolist() == [1500]
    assert roads.source.repaired == {}


def test_of_several_values_the_strictest_counts():
    roads = read_roads(
        simple_graph(
            osmid=[7, 5],
            highway=["primary", "residential"],
            maxspeed=["60", "40"],
            lanes=["2", "1"],
            name=["东路", "西路"],
            length=112.0,
        )
    )
    assert roads.signed_forward_kmh[0] == 40
    assert roads.lanes[0] == 1
    assert roads.way_id[0] == 5
    assert roads.names[roads.name[0]] == "东路 / 西路"
    closed = simple_graph(highway="service", access=["yes", "private"], length=112.0)
    with pytest.raises(RoadsError, match="holds no road"):
        read_roads(closed)


def test_lists_written_as_text_are_read_without_evaluating_them():
    roads = read_roads(
        simple_graph(
            osmid="[7, 5]",
            highway="['primary', 'residential']",
            name="['O\\'Brien, 1', \"__import__('os')\"]",
            oneway="False",
            length="112.0",
        )
    )
    assert roads.way_id[0] == 5
    assert roads.names[1] == "O'Brien, 1 / __import__('os')"


def test_an_edge_without_its_opposite_is_one_way_and_walked_both_ways():
    roads = read_roads(simple_graph(highway="residential", length=112.0))
    assert ways_of(roads) == {0: [(1, 2, "FW")]}


def test_a_geometry_drawn_the_other_way_round_is_turned():
    line = shapely.LineString([place_of(2), (place_of(1)[0] + STEP, place_of(1)[1]), place_of(1)])
    roads = read_roads(simple_graph(highway="residential", geometry=line))
    assert (roads.shape_lon[0], roads.shape_lat[0]) == place_of(1)
    assert len(roads.shape_lon) == 3


def test_nodes_may_have_any_names():
    graph = nx.relabel_nodes(simple_graph(highway="residential", length=112.0), {1: "a", 2: "b"})
    assert read_roads(graph).node_id.tolist() == [1, 2]


def test_a_bollard_on_a_node_of_a_graph_stops_the_bus():
    graph = simple_graph(highway="residential", length=112.0)
    lon, lat = place_of(3)
    graph.add_node(3, x=lon, y=lat)
    graph.add_edge(2, 3, highway="residential", length=112.0)
    graph.nodes[2]["barrier"] = "bollard"
    assert ways_of(read_roads(graph)) == {0: [(1, 2, "FW"), (-1, 3, "FW"), (2, -1, "W")]}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda graph: graph.to_undirected(), "undirected"),
        (lambda graph: graph.edges[1, 2, 0].pop("highway"), "holds no road"),
        (lambda graph: graph.nodes[1].pop("x"), "node 1 has no coordinates"),
        (lambda graph: graph.nodes[1].update(x="here"), "node 1 has no coordinates"),
        (lambda graph: graph.nodes[1].update(x=4e6), "are not degrees"),
        (lambda graph: graph.graph.update(crs="nonsense"), "coordinate system is not known"),
        (lambda graph: nx.MultiDiGraph(), "holds no road"),
    ],
)
def test_a_graph_that_cannot_be_used_says_why(spoil, said):
    graph = simple_graph(highway="residential", length=112.0)
    spoiled = spoil(graph)
    graph = spoiled if isinstance(spoiled, nx.Graph) else graph
    with pytest.raises(RoadsError) as error:
        read_roads(graph)
    assert said in error.value.say("en")
    assert error.value.say("zh") != error.value.say("en")


def test_a_real_map_survives_the_way_out_and_back(shared_data):
    roads = read_roads(shared_data / "roads" / "beatty.osm", cache=False)
    back = read_roads(roads.graph())
    bus = roads.bus_forward | roads.bus_backward
    assert len(back.start) == bus.sum()
    assert np.array_equal(np.sort(back.length_dm), np.sort(roads.length_dm[bus]))
    assert back.oneway.sum() == roads.oneway[bus].sum()
