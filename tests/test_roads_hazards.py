"""Where a road bends sharply, is steep or runs by water, and how much of it that is.

Roads are drawn in metres; one metre is 10 dm. A bend of 90 degrees has half a sine of
sin(45) = 0.7071: two pieces of a metres have the radius 2a / (4 x 0.7071) = 0.7071 a.
"""

from dataclasses import replace

import numpy as np
import pytest
from roads_by_hand import lonlat, make_roads

from routing.policy import Policy
from routing.roads.hazards import find_bends, hazard_lengths_dm

POLICY = Policy(bend_radius_m=30.0, steep_pct=8.0, slow_by_water=True)


def road(*metres, **tags):
    """Return one road along points in metres."""
    places = [lonlat(*point) for point in metres]
    link = {"start": 0, "end": 1, "via": places[1:-1], **tags}
    return make_roads([places[0], places[-1]], [link])


def bend_dm(*metres, policy=POLICY):
    """Return how much of one road is in bends."""
    return int(hazard_lengths_dm(road(*metres), policy).bend_dm[0])


def circle(radius_m, step_deg, total_deg):
    """Return points of an arc, each step the same angle."""
    angles = np.radians(np.arange(0, total_deg + step_deg / 2, step_deg))
    return [(radius_m * np.sin(a), radius_m * (1 - np.cos(a))) for a in angles]


def test_a_right_angle_of_short_pieces_has_the_radius_of_the_circle_through_it():
    """Points (0,0), (20,0), (20,20) lie on a circle of 20 / sqrt(2) = 14.142 m."""
    bends = find_bends(road((0, 0), (20, 0), (20, 20)), 30.0)
    assert bends.point.tolist() == [1]
    assert bends.link.tolist() == [0]
    assert bends.radius_m[0] == pytest.approx(14.142, abs=0.001)


def test_half_of_both_pieces_belongs_to_a_bend():
    """10 m before and 8 m after: 18 m are 180 dm."""
    assert bend_dm((0, 0), (20, 0), (20, 16)) == 180


def test_of_long_pieces_no_more_than_the_radius_belongs_to_a_bend():
    """Two straights of 500 m meet at a right angle: cut at 30 m, radius 21.2 m; 30 + 30 m."""
    roads = road((0, 0), (500, 0), (500, 500))
    assert find_bends(roads, 30.0).radius_m[0] == pytest.approx(21.213, abs=0.001)
    assert hazard_lengths_dm(roads, POLICY).bend_dm[0] == 600


def test_long_straights_that_meet_at_a_flat_angle_are_no_bend():
    """Cut at 30 m the radius is 30 / (2 sin(d / 2)): 30 m at d = 60 degrees, no longer under."""
    flat = (500 + 500 * np.cos(np.radians(59)), 500 * np.sin(np.radians(59)))
    sharp = (500 + 500 * np.cos(np.radians(61)), 500 * np.sin(np.radians(61)))
    assert bend_dm((0, 0), (500, 0), flat) == 0
    assert bend_dm((0, 0), (500, 0), sharp) == 600


def test_a_bend_exactly_at_the_radius_is_not_sharp():
    """20 m and 20 m that turn by 40 degrees: 20 / (2 sin(20)) = 29.238 m."""
    points = (0, 0), (20, 0), (20 + 20 * np.cos(np.radians(40)), 20 * np.sin(np.radians(40)))
    radius_m = find_bends(road(*points), 30.0).radius_m[0]
    exact = replace(POLICY, bend_radius_m=float(np.round(radius_m, 6)))
    above = replace(POLICY, bend_radius_m=float(np.round(radius_m, 6)) + 1e-5)
    assert radius_m == pytest.approx(29.238, abs=0.001)
    assert bend_dm(*points, policy=exact) == 0
    assert bend_dm(*points, policy=above) == 200


def test_radius_zero_means_that_no_bend_is_sharp():
    assert bend_dm((0, 0), (20, 0), (20, 20), policy=replace(POLICY, bend_radius_m=0.0)) == 0


def test_small_turns_of_a_finely_drawn_curve_add_up():
    """A half circle of 15 m in steps of 10 degrees: every corner turns by 10 degrees only.

    18 chords of 2 x 15 x sin(5) = 2.615 m; 17 corners, so 17 chords: 44.45 m.
    """
    assert bend_dm(*circle(15, 10, 180)) == pytest.approx(444, abs=1)


def test_a_small_turn_alone_is_an_unsteady_hand():
    """Pieces of 5 m that turn by 19 degrees have a radius of 15 m, and turn no further."""
    sway = (5 + 5 * np.cos(np.radians(19)), 5 * np.sin(np.radians(19)))
    turn = (5 + 5 * np.cos(np.radians(20)), 5 * np.sin(np.radians(20)))
    assert bend_dm((0, 0), (5, 0), sway) == 0
    assert bend_dm((0, 0), (5, 0), turn) == 50


def test_a_line_that_sways_left_and_right_does_not_add_up():
    points = [(5 * i, 0.7 * (i % 2)) for i in range(10)]  # turns of 16 degrees, in turn
    assert len(find_bends(road(*points), 30.0).point) == 0


def test_a_wide_curve_is_no_bend():
    assert bend_dm(*circle(40, 10, 180)) == 0


def test_a_line_that_turns_straight_back_is_a_bend():
    """Half of 10 m before and of 4 m after."""
    assert bend_dm((0, 0), (10, 0), (6, 0)) == 70


def test_a_repeated_point_hides_no_bend():
    assert bend_dm((0, 0), (20, 0), (20, 0), (20, 16)) == 180


def test_bends_of_neighbouring_corners_share_the_piece_between_them():
    """20, 10 and 20 m with two right angles: 10 + 5 and 5 + 10 m."""
    assert bend_dm((0, 0), (20, 0), (20, 10), (40, 10)) == 300


def test_the_end_of_a_link_is_a_turn_and_no_bend():
    nodes = [lonlat(0, 0), lonlat(20, 0), lonlat(20, 20)]
    roads = make_roads(nodes, [{"start": 0, "end": 1}, {"start": 1, "end": 2}])
    assert hazard_lengths_dm(roads, POLICY).total_dm.tolist() == [0, 0]


def test_a_steep_road_is_a_hazard_from_end_to_end():
    for pct, steep_dm in ((7.9, 0), (8.0, 1000), (12.0, 1000)):
        hazards = hazard_lengths_dm(road((0, 0), (100, 0), incline_pct=pct), POLICY)
        assert hazards.steep_dm.tolist() == hazards.total_dm.tolist() == [steep_dm]


def test_water_counts_where_the_policy_says_so():
    roads = road((0, 0), (100, 0), water_dm=300)
    assert hazard_lengths_dm(roads, POLICY).total_dm.tolist() == [300]
    assert hazard_lengths_dm(roads, replace(POLICY, slow_by_water=False)).total_dm.tolist() == [0]


def test_kinds_are_added_up_to_the_length_of_the_link():
    """20 + 16 m with a bend of 18 m: 180 + 150 dm; and 180 + 300 dm, of which 360 there are."""
    points = (0, 0), (20, 0), (20, 16)
    assert hazard_lengths_dm(road(*points, water_dm=150), POLICY).total_dm.tolist() == [330]
    assert hazard_lengths_dm(road(*points, water_dm=300), POLICY).total_dm.tolist() == [360]


def test_a_ferry_has_no_hazards():
    roads = road((0, 0), (20, 0), (20, 16), road_class="ferry", water_dm=360, incline_pct=10)
    assert hazard_lengths_dm(roads, POLICY).total_dm.tolist() == [0]


def test_no_number_that_is_none_becomes_a_hazard():
    roads = road((0, 0), (100, 0), incline_pct=float("nan"), water_dm=-5)
    assert hazard_lengths_dm(roads, POLICY).total_dm.tolist() == [0]


def test_hazards_of_real_roads_stay_within_their_links(shared_data):
    from routing.roads import read_roads

    roads = read_roads(shared_data / "roads" / "liechtenstein.osm.pbf", cache=False)
    hazards = hazard_lengths_dm(roads, Policy())
    for part in (hazards.bend_dm, hazards.steep_dm, hazards.water_dm):
        assert (part >= 0).all()
        assert (part <= hazards.total_dm).all()
    assert (hazards.total_dm <= roads.length_dm).all()
    bends = find_bends(roads, 30.0)
    assert (bends.radius_m < 30).all()
    assert (roads.shape_from[bends.link] < bends.point).all()
    assert (bends.point < roads.shape_from[bends.link + 1] - 1).all()
    # mountain roads: hairpins there are, but not everywhere
    assert 0.01 < hazards.bend_dm.sum() / roads.length_dm.sum() < 0.3
