"""How fast a school bus drives, with pupils aboard and without, and why not faster."""

from dataclasses import replace

import numpy as np
import pytest
from osm_by_hand import read_map, read_way
from roads_by_hand import lonlat, make_roads

from routing.policy import Policy, TimeFactors
from routing.roads.speeds import link_times_ms, planned_speeds

POLICY = Policy()
FAST = replace(POLICY, signed_share=1.0, signed_gain_max=5.0)


def link(points=((0, 0), (100, 0)), **tags):
    """Return one link along points in metres; 100 m, unclassified, unless said."""
    places = [lonlat(*point) for point in points]
    one = {"start": 0, "end": 1, "via": places[1:-1], **tags}
    return make_roads([places[0], places[-1]], [one])


def kmh_of(roads, policy=FAST, *, loaded=True):
    """Return the planned speed along the only link."""
    return planned_speeds(roads, policy, loaded=loaded)[0][0]


def ms_of(roads, policy=POLICY, *, loaded=True):
    """Return the times along and against the only link."""
    return tuple(int(ms[0]) for ms in link_times_ms(roads, policy, loaded=loaded))


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


def test_without_pupils_a_bus_is_held_by_the_limits_of_every_bus():
    """120 signed: 80 loaded and 100 empty on a motorway; 60 and 70 elsewhere."""
    motorway = link(road_class="motorway", signed_forward_kmh=120)
    trunk = link(road_class="trunk", signed_forward_kmh=100)
    assert (kmh_of(motorway), kmh_of(motorway, loaded=False)) == (80, 100)
    assert (kmh_of(trunk), kmh_of(trunk, loaded=False)) == (60, 70)


def test_the_limits_of_the_road_hold_without_pupils_too():
    bare = link(road_class="trunk", signed_forward_kmh=100, no_centreline=True)
    narrow = link(road_class="trunk", signed_forward_kmh=100, width_m=3.0)
    town = link(road_class="trunk", signed_forward_kmh=100, urban=True)
    for roads, kmh in ((bare, 40), (narrow, 20), (town, 50)):
        assert (kmh_of(roads), kmh_of(roads, loaded=False)) == (kmh, kmh)


@pytest.mark.parametrize(("surface", "kmh"), [(0, 60), (1, 60), (2, 30), (3, 30)])
def test_an_unsealed_road_is_capped(surface, kmh):
    """Unknown, paved, unpaved, soft."""
    roads = link(road_class="trunk", signed_forward_kmh=60, surface=surface)
    assert kmh_of(roads) == kmh_of(roads, loaded=False) == kmh


def test_in_bad_weather_no_road_is_faster_than_the_hazard_speed():
    weather = replace(POLICY, bad_weather=True)
    assert kmh_of(link(road_class="trunk"), weather) == 20
    assert kmh_of(link(road_class="trunk"), weather, loaded=False) == 20
    assert kmh_of(link(road_class="service"), weather) == 12
    assert kmh_of(link(road_class="ferry"), weather) == 15


def test_a_loaded_bus_creeps_through_a_bend_and_an_empty_one_does_not():
    """200 + 160 dm with a bend of 180: at 42 and 20 km/h.

    180 x 360 / 42 + 180 x 360 / 20 = 1542.86 + 3240 = 4782.86 ms; 360 x 360 / 42 = 3085.7.
    """
    roads = link(((0, 0), (20, 0), (20, 16)), road_class="primary")
    assert roads.length_dm[0] == 360
    assert ms_of(roads) == (4783, 4783)
    assert ms_of(roads, loaded=False) == (3086, 3086)


def test_a_bend_in_a_slow_road_takes_no_longer():
    """360 dm at 12 km/h: 10,800 ms."""
    roads = link(((0, 0), (20, 0), (20, 16)), road_class="service")
    assert ms_of(roads) == (10_800, 10_800)


def test_a_steep_road_and_one_by_water_are_driven_at_the_hazard_speed():
    """1,000 dm: 1000 x 18 = 18,000 ms; 300 of it: 300 x 18 + 700 x 360 / 42 = 11,400 ms."""
    assert ms_of(link(road_class="primary", incline_pct=9)) == (18_000, 18_000)
    assert ms_of(link(road_class="primary", water_dm=300)) == (11_400, 11_400)


def test_a_signal_is_waited_for_once_each_and_is_not_multiplied():
    """1,000 dm at 42 km/h: 8571.4 ms, doubled 17142.9; two signals of 2 s one way, none back."""
    roads = link(road_class="primary", signals_forward=2)
    assert ms_of(roads) == (8_572 + 4_000, 8_572)
    assert ms_of(roads, loaded=False) == (8_572 + 4_000, 8_572)
    assert ms_of(roads, replace(POLICY, time_factor=2.0)) == (17_143 + 4_000, 17_143)


@pytest.mark.parametrize(
    ("road_class", "factor"),
    [
        ("motorway_link", "motorway"), ("trunk", "trunk"), ("primary_link", "primary"),
        ("road", "unclassified"), ("busway", "service"), ("pedestrian", "living_street"),
        ("track", "track"),
    ],
)  # fmt: skip
def test_driving_is_multiplied_by_the_factor_of_its_class(road_class, factor):
    """2 by class and 1.5 for all make 3."""
    doubled = replace(POLICY, time_factors=replace(TimeFactors(), **{factor: 2.0}), time_factor=1.5)
    roads = link(road_class=road_class)
    kmh = kmh_of(roads, POLICY)
    assert ms_of(roads, doubled)[0] == np.ceil(round(3 * 1000 * 360 / kmh, 6))
    others = {name: 2.0 for name in TimeFactors.__dataclass_fields__ if name != factor}
    other = replace(POLICY, time_factors=replace(TimeFactors(), **others))
    assert ms_of(roads, other) == ms_of(roads)


def test_a_ferry_is_multiplied_by_no_factor():
    everything = replace(TimeFactors(), **dict.fromkeys(TimeFactors.__dataclass_fields__, 3.0))
    slow = replace(POLICY, time_factors=everything, time_factor=2.0)
    assert ms_of(link(road_class="ferry"), slow) == (24_000, 24_000)  # 1000 x 360 / 15


def test_what_cannot_be_a_sign_never_makes_a_time_that_cannot_be():
    for sign in (float("nan"), float("inf"), -5.0, 1e-40):
        roads = link(signed_forward_kmh=sign, width_m=float("nan"))
        for loaded in (True, False):
            assert 1 <= kmh_of(roads, POLICY, loaded=loaded) <= 60
            assert 1 <= ms_of(roads, loaded=loaded)[0] <= 360_000  # 100 m at 1 km/h


def test_a_factor_below_one_lifts_no_speed_over_the_law():
    """A sign of 50 km/h is planned at 0.8 x 50 = 40; twice as fast would be 80: 50 it is,
    72 s for a kilometre. Without a sign 24 km/h become 40, the cap of a small road: 90 s."""
    policy = Policy(time_factor=0.5, signed_gain_max=5)
    signed = {"start": 0, "end": 1, "length_dm": 10_000, "lanes": 2, "signed_forward_kmh": 50}
    plain = {"start": 0, "end": 1, "length_dm": 10_000}
    roads = make_roads([lonlat(0, 0), lonlat(1000, 0)], [signed, plain])
    forward_ms, _ = link_times_ms(roads, policy)
    assert forward_ms.tolist() == [72_000, 90_000]
