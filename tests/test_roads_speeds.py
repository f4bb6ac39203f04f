"""How fast a loaded school bus drives, and why not faster."""

from dataclasses import replace

import numpy as np
import pytest
from osm_by_hand import read_map, read_way

from routing.policy import Policy
from routing.roads.speeds import link_times_ms, planned_speeds

POLICY = Policy()


def speed(folder, policy=POLICY, **tags):
    """Return the planned speed along one way with these tags, km/h."""
    forward_kmh, _ = planned_speeds(read_way(folder, **tags), policy)
    return forward_kmh[0]


@pytest.mark.parametrize(
    ("highway", "kmh"),
    [
        ("motorway", 70),
        ("motorway_link", 70),
        ("trunk", 45),
        ("trunk_link", 45),
        ("primary", 42),
        ("secondary", 38),
        ("tertiary_link", 32),
        ("unclassified", 24),
        ("road", 24),
        ("residential", 18),
        ("living_street", 10),
        ("service", 12),
        ("busway", 12),
    ],
)
def test_without_a_sign_the_class_decides(tmp_path, highway, kmh):
    assert speed(tmp_path, highway=highway) == kmh


def test_a_sign_is_driven_at_its_share_but_lifts_the_class_only_so_far(tmp_path):
    # 40 x 0.8 = 32 is below 32 x 1.5 = 48
    assert speed(tmp_path, highway="tertiary", maxspeed="40") == 32
    # 80 x 0.8 = 64 is above 32 x 1.5 = 48
    assert speed(tmp_path, highway="tertiary", maxspeed="80") == 48
    # a low sign lowers: 20 x 0.8 = 16
    assert speed(tmp_path, highway="trunk", maxspeed="20") == 16


def test_a_sign_is_never_driven_above(tmp_path):
    fast = replace(POLICY, signed_share=1.0, signed_gain_max=5.0)
    assert speed(tmp_path, fast, highway="tertiary", maxspeed="35") == 35


def test_the_law_caps_motorways_and_other_roads(tmp_path):
    fast = replace(POLICY, signed_share=1.0, signed_gain_max=5.0)
    assert speed(tmp_path, fast, highway="motorway", maxspeed="120") == 80
    assert speed(tmp_path, fast, highway="motorway_link", maxspeed="120") == 80
    assert speed(tmp_path, fast, highway="trunk", maxspeed="100") == 60


def test_one_lane_each_way_in_a_town_is_capped(tmp_path):
    fast = replace(POLICY, signed_share=1.0, signed_gain_max=5.0)
    town = {"highway": "trunk", "maxspeed": "60", "zone__traffic": "CN:urban"}
    assert speed(tmp_path, fast, **town) == 50  # lanes unknown: taken for one each way
    assert speed(tmp_path, fast, **town, lanes="2") == 50
    assert speed(tmp_path, fast, **town, lanes="4") == 60
    assert speed(tmp_path, fast, **town, lanes="2", oneway="yes") == 60
    assert speed(tmp_path, fast, **town, lanes="1", oneway="yes") == 50


def test_a_road_without_a_centre_line_is_capped(tmp_path):
    fast = replace(POLICY, signed_share=1.0, signed_gain_max=5.0)
    assert speed(tmp_path, fast, highway="tertiary", maxspeed="60", lane_markings="no") == 40
    assert speed(tmp_path, fast, highway="unclassified", maxspeed="60") == 40
    assert speed(tmp_path, fast, highway="unclassified", maxspeed="60", lanes="2") == 60
    urban = {"highway": "residential", "maxspeed": "60", "source__maxspeed": "CN:urban"}
    assert speed(tmp_path, fast, **urban) == 30


def test_a_narrow_road_is_capped_at_the_hazard_speed(tmp_path):
    assert speed(tmp_path, highway="tertiary", width="3.9") == 20
    assert speed(tmp_path, highway="tertiary", width="4") == 32
    assert speed(tmp_path, highway="tertiary", lanes="1") == 20
    assert speed(tmp_path, highway="tertiary", lanes="1", oneway="yes") == 32
    assert speed(tmp_path, highway="service", width="2") == 12


def test_signs_may_differ_by_direction(tmp_path):
    roads = read_way(tmp_path, highway="primary", maxspeed__forward="40", maxspeed__backward="30")
    forward_kmh, backward_kmh = planned_speeds(roads, POLICY)
    assert (forward_kmh[0], backward_kmh[0]) == (32, 24)


def test_times_are_whole_milliseconds_rounded_up(tmp_path):
    # 1,112 dm at 42 km/h: 1112 x 360 / 42 = 9531.4 ms
    roads = read_way(tmp_path, highway="primary")
    forward_ms, backward_ms = link_times_ms(roads, POLICY)
    assert forward_ms.dtype == np.int64
    assert (forward_ms[0], backward_ms[0]) == (9532, 9532)
    slow_ms, _ = link_times_ms(roads, replace(POLICY, time_factor=2.0))
    assert slow_ms[0] == 19063  # 19062.9


def test_a_whole_number_of_milliseconds_is_not_rounded_further(tmp_path):
    # 1,112 dm at 40 km/h: 1112 x 9 = 10008 ms
    roads = read_way(tmp_path, highway="primary", maxspeed="50")
    assert link_times_ms(roads, POLICY)[0][0] == 10_008


def test_a_ferry_takes_its_timetable_or_its_speed(tmp_path):
    ferry = {"route": "ferry", "motor_vehicle": "yes"}
    ways = [(1, (1, 2), {**ferry, "duration": "00:20"}), (2, (11, 12), ferry)]
    roads = read_map(tmp_path, [*ways, (3, (21, 22), {"highway": "primary"})])
    forward_ms, backward_ms = link_times_ms(roads, replace(POLICY, time_factor=2.0))
    assert forward_ms[0] == backward_ms[0] == 1_200_000  # a timetable is not slowed
    assert forward_ms[1] == 26_688  # 1112 x 360 / 15


def test_no_link_takes_no_time(tmp_path):
    roads = read_map(
        tmp_path, [(1, (1, 2, 3), {"highway": "trunk"})], tagged={2: {"barrier": "bollard"}}
    )
    forward_ms, backward_ms = link_times_ms(roads, POLICY)
    assert roads.length_dm.min() == 1
    assert forward_ms.min() >= 1
    assert backward_ms.min() >= 1


def test_speeds_on_real_roads_stay_within_the_law_and_the_signs(shared_data):
    from routing.roads import read_roads

    roads = read_roads(shared_data / "roads" / "liechtenstein.osm.pbf", cache=False)
    for kmh, signed in zip(
        planned_speeds(roads, POLICY),
        (roads.signed_forward_kmh, roads.signed_backward_kmh),
        strict=True,
    ):
        assert (kmh > 0).all()
        assert (kmh <= 80).all()
        assert (kmh[signed > 0] <= signed[signed > 0]).all()
