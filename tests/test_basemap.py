"""What a map is drawn with: roads as whole numbers, cells, colours, lanes."""

from itertools import combinations

import numpy as np
import pytest
from plan_by_hand import along, gridtown, place

from routing.outputs.basemap import MAX_POINTS, STEP_DEG, Grid, draw_roads, name_places
from routing.outputs.density import Cells
from routing.outputs.escaping import safe_json
from routing.outputs.layers import lanes
from routing.outputs.palette import BUS_COLOURS, bus_style, density_steps
from routing.roads import read_roads

# the base map


def test_roads_are_joined_and_read_back_where_they_were():
    """The primary road on row 3 is four links in a straight line: one line of two points."""
    roads = gridtown().district.roads
    grid = Grid(*roads.source.box[:2])
    levels = draw_roads(roads, roads.source.box, grid)
    assert [len(level["n"]) > 0 for level in levels] == [
        False,
        True,
        False,
        False,
        True,
        False,
        False,
    ]
    assert levels[1]["n"] == [2]
    ends = np.cumsum(np.reshape(levels[1]["d"], (-1, 2)), axis=0) * STEP_DEG + roads.source.box[:2]
    north = sorted([(place(0, 3).x, place(0, 3).y), (place(4, 3).x, place(4, 3).y)])
    assert np.allclose(sorted(ends.tolist()), north, atol=STEP_DEG)


def test_roads_outside_the_box_are_left_out():
    roads = gridtown().district.roads
    west, south = place(-1, -1).x, place(-1, -1).y
    box = (west, south, place(0.5, 0).x, place(0, 0.5).y)
    levels = draw_roads(roads, box, Grid(west, south))
    assert sum(sum(level["n"]) for level in levels) < len(roads.start)
    assert not levels[1]["n"]


def test_places_are_named_from_the_largest_down():
    roads = gridtown().district.roads
    named = name_places(roads, roads.source.box, Grid(*roads.source.box[:2]))
    assert [place[:2] for place in named] == [
        ["Gridtown", 1], ["Northfield", 2], ["Southford", 2], ["Westham", 2], ["Farholm", 3],
    ]  # fmt: skip


def test_the_roads_of_a_real_island_stay_under_a_megabyte_and_a_half(shared_data):
    roads = read_roads(shared_data / "roads" / "malta.osm.pbf", cache=False)
    levels = draw_roads(roads, roads.source.box, Grid(*roads.source.box[:2]))
    assert sum(sum(level["n"]) for level in levels) <= MAX_POINTS
    assert all(level["n"] for level in levels)
    assert len(safe_json(levels)) < 1_500_000


# cells, colours, lanes


def test_every_point_lies_in_the_cell_whose_middle_is_nearest():
    """No point is further from its middle than a corner: 1,000 / sqrt(3) = 577.4 m."""
    cells = Cells(116.0, 36.0)
    rng = np.random.default_rng(1)
    lon, lat = 116 + rng.random(500) / 10, 36 + rng.random(500) / 10
    found = cells.find(lon, lat)
    middle_lon, middle_lat = cells.centre(found)
    x, y = (lon - middle_lon) * 111_195 * np.cos(np.radians(36)), (lat - middle_lat) * 111_195
    assert np.hypot(x, y).max() <= 577.4
    assert (cells.find(middle_lon, middle_lat) == found).all()


def test_density_steps_start_at_the_smallest_group_that_is_shown():
    assert density_steps(5) == (5, 10, 20, 40)


def test_thirty_two_buses_look_different():
    assert len({bus_style(place) for place in range(32)}) == 32
    assert bus_style(32) == bus_style(0)


_SEEN_BY = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
"""Linear RGB as the colour-blind see it: Machado, Oliveira and Fernandes 2009, severity 1."""


@pytest.mark.parametrize("eye", _SEEN_BY)
def test_the_colours_of_buses_differ_to_every_eye(eye):
    """The CIE 1976 difference of any two is at least 15; 2.3 is just noticeable."""
    lab = {colour: _lab(colour, np.array(_SEEN_BY[eye])) for colour in BUS_COLOURS}
    assert min(np.linalg.norm(lab[a] - lab[b]) for a, b in combinations(lab, 2)) >= 15


def _lab(colour, eye):
    """CIE L*a*b* (D65) of a colour such as #0072B2 as an eye sees it."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(eye @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    x, y, z = np.cbrt(np.maximum(to_xyz @ seen / [0.9505, 1, 1.089], 1e-9))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_routes_on_one_road_lie_side_by_side():
    road, other = [(0, 0), (0, 1), (0, 2)], [(5, 5), (6, 6)]
    assert lanes([road, road[::-1], other, road[1:]]) == [0, 1, 0, 2]


def test_gridtown_says_where_its_stops_stand():
    """P1 is 1,000 dm along the link from (3, 2) to (4, 2)."""
    plan = gridtown()
    roads = plan.district.roads
    stop = plan.stops.iloc[0]
    assert (stop["link"], stop["offset_dm"]) == (along(2, 3), 1000)
    start = roads.start[stop["link"]]
    assert stop.geometry.y == pytest.approx(roads.node_lat[start])
    assert stop.geometry.x > roads.node_lon[start]
