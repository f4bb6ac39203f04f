"""The judge's own speeds: bends, slopes, water, weather, signals, and the empty bus."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roads_by_hand import lonlat, make_roads

from routing.check.bends import bends_m
from routing.check.speeds import drive_ms, hazards_dm, legal_caps_kmh
from routing.policy import Policy
from routing.policy.rules import TimeFactors
from routing.roads.hazards import hazard_lengths_dm
from routing.roads.network import ROAD_CLASSES
from routing.roads.speeds import link_times_ms


def line(*points, **cells):
    """One link through points in metres, drawn 1 km long unless said."""
    start, *via, end = [lonlat(*point) for point in points]
    link = {"start": 0, "end": 1, "via": via, "lanes": 2, "length_dm": 10_000}
    return make_roads([start, end], [link | cells])


# bends


@pytest.mark.parametrize(
    ("points", "bent_m"),
    [
        # straight
        ([(0, 0), (500, 0), (1000, 0)], 0),
        # a right angle between long straights: 30 m count of each, (30 + 30) / (4 sin 45) = 21.2
        ([(0, 0), (500, 0), (500, 500)], 60),
        # the same of 20 m and 40 m: half of each
        ([(0, 0), (20, 0), (20, 40)], 30),
        # 60 degrees: 60 / (4 sin 30) = 30, which is not under 30
        ([(0, 0), (500, 0), (500 + 250, 500 * np.sqrt(0.75) - 1)], 0),
        # 61 degrees
        ([(0, 0), (500, 0), (500 + 500 * np.cos(np.radians(61)), 500 * np.sin(np.radians(61)))], 60),
        # 15 degrees with 2 and 2 m: radius 4 / (4 sin 7.5) = 7.7, but less than 20 degrees
        ([(0, 0), (2, 0), (2 + 2 * np.cos(np.radians(15)), 2 * np.sin(np.radians(15)))], 0),
    ],
)  # fmt: skip
def test_a_sharp_bend_is_measured_from_its_corner(points, bent_m):
    assert bends_m(line(*points), 30.0)[0] == pytest.approx(bent_m, abs=0.01)


def zigzag(*turns_deg, step_m=4.0):
    """A line of equal steps that turns by so many degrees at each point."""
    heading, x, y = 0.0, 0.0, 0.0
    points = [(x, y)]
    for turn in (0.0, *turns_deg):
        heading += np.radians(turn)
        x, y = x + step_m * np.cos(heading), y + step_m * np.sin(heading)
        points.append((x, y))
    return points


def test_points_in_a_row_are_one_bend_if_they_turn_to_one_side():
    """Two of 12 degrees each way: 24 degrees to one side, 4 m at each point.

    To both sides it is 12 and 12: the unsteady hand of a mapper.
    """
    assert bends_m(line(*zigzag(12, 12)), 30.0)[0] == pytest.approx(8, abs=0.01)
    assert bends_m(line(*zigzag(12, -12)), 30.0)[0] == 0
    assert bends_m(line(*zigzag(12, 0, 12)), 30.0)[0] == 0


def test_a_point_drawn_twice_is_one_point_and_no_radius_means_no_bend():
    corner = [(0, 0), (500, 0), (500, 0), (500, 500)]
    assert bends_m(line(*corner), 30.0)[0] == pytest.approx(60, abs=0.01)
    assert bends_m(line(*corner), 0.0)[0] == 0


def test_no_bend_runs_over_a_node():
    """Two links at a right angle: that is a turn."""
    nodes = [lonlat(0, 0), lonlat(500, 0), lonlat(500, 500)]
    roads = make_roads(nodes, [{"start": 0, "end": 1}, {"start": 1, "end": 2}])
    assert bends_m(roads, 30.0).tolist() == [0, 0]


# what hazards and signals do to the time


@pytest.mark.parametrize(
    ("cells", "rules", "seconds"),
    [
        ({}, {}, 1000 * 3.6 / 42),
        ({"water_dm": 4000}, {}, 600 * 3.6 / 42 + 400 * 3.6 / 20),
        ({"water_dm": 4000}, {"slow_by_water": False}, 1000 * 3.6 / 42),
        ({"incline_pct": 8.0}, {}, 180),
        ({"incline_pct": 7.9}, {}, 1000 * 3.6 / 42),
        ({"incline_pct": 9.0, "water_dm": 4000}, {}, 180),
        ({}, {"bad_weather": True}, 180),
        ({"surface": 2}, {}, 120),
        ({"surface": 3}, {}, 120),
        ({"surface": 1}, {}, 1000 * 3.6 / 42),
        ({"signals_forward": 2}, {}, 1000 * 3.6 / 42 + 4),
        ({"signals_forward": 2}, {"time_factor": 2.0}, 2000 * 3.6 / 42 + 4),
        ({}, {"time_factors": TimeFactors(primary=1.5)}, 1500 * 3.6 / 42),
        ({"signed_forward_kmh": 0.5}, {}, 3600),
    ],
)
def test_a_kilometre_of_primary_road_takes_so_long(cells, rules, seconds):
    """42 km/h; 20 on hazards; 30 unsealed; 2 s a signal; never slower than 1 km/h."""
    roads = line((0, 0), (1000, 0), road_class="primary", **cells)
    assert drive_ms(roads, Policy(**rules))[0][0] == np.ceil(round(seconds * 1000, 6))


def test_the_empty_bus_knows_no_hazards_and_higher_caps():
    """On a motorway signed 120: 96, less than 100; loaded 80. Elsewhere 70 and 60."""
    steep = line((0, 0), (1000, 0), road_class="primary", incline_pct=9.0)
    assert drive_ms(steep, Policy(), loaded=False)[0][0] == np.ceil(3_600_000 / 42)
    for name, empty, loaded in (("motorway", 100, 80), ("primary", 70, 60)):
        roads = line((0, 0), (1000, 0), road_class=name)
        assert legal_caps_kmh(roads, Policy(), loaded=False)[0] == empty
        assert legal_caps_kmh(roads, Policy())[0] == loaded
    signed = line((0, 0), (1000, 0), road_class="motorway", signed_forward_kmh=120)
    assert drive_ms(signed, Policy(), loaded=False)[0][0] == 3_600_000 / 96


def test_a_ferry_has_no_hazards_no_weather_and_no_factor():
    cells = {"road_class": "ferry", "incline_pct": 9.0, "water_dm": 10_000}
    rules = Policy(time_factor=2.0, bad_weather=True)
    assert drive_ms(line((0, 0), (1000, 0), **cells), rules)[0][0] == 240_000
    timed = line((0, 0), (1000, 0), **cells, ferry_s=600)
    assert drive_ms(timed, rules)[0][0] == 600_000


# whatever the road


def any_roads(seed):
    """Two hundred links with random shapes, classes, signs, surfaces, slopes and water."""
    draw = np.random.default_rng(seed)
    nodes = [lonlat(*draw.uniform(0, 3000, 2)) for _ in range(40)]
    links = []
    for _ in range(200):
        heading, (x, y) = draw.uniform(0, 6.28), draw.uniform(0, 3000, 2)
        via = [lonlat(x, y)]
        for _ in range(int(draw.integers(0, 8))):
            heading += draw.choice([0, 0.01, 0.1, 0.3, 0.6, -0.2, 1.5, -1.5])
            step_m = draw.choice([0, 5, 12, 40, 200])
            x, y = x + step_m * np.cos(heading), y + step_m * np.sin(heading)
            via.append(lonlat(x, y))
        ferry = draw.random() < 0.05
        links.append({
            "start": int(draw.integers(0, 40)), "end": int(draw.integers(0, 40)), "via": via,
            "road_class": "ferry" if ferry else str(draw.choice(ROAD_CLASSES[:-1])),
            "oneway": draw.random() < 0.3, "no_centreline": draw.random() < 0.3,
            "urban": draw.random() < 0.5, "lanes": draw.integers(0, 5),
            "width_m": draw.choice([0, 3, 3.99, 4, 7]), "surface": draw.integers(0, 4),
            "signed_forward_kmh": draw.choice([0, 0, 0.5, 5, 20, 48.28, 60, 120]),
            "signed_backward_kmh": draw.choice([0, 0, 5, 20, 48.28, 60, 120]),
            "incline_pct": draw.choice([0, 0, 5, 8, 12]),
            "signals_forward": draw.integers(0, 3), "signals_backward": draw.integers(0, 3),
            "ferry_s": 600 * int(ferry and draw.random() < 0.5),
        })  # fmt: skip
    roads = make_roads(nodes, links)
    water_dm = np.minimum(draw.choice([0, 0, 50, 5000], 200), roads.length_dm)
    return replace(roads, water_dm=water_dm)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_judge_and_planner_know_the_same_hazards_and_times(seed):
    """Two readings of the same rules, written apart: every link, loaded and empty."""
    roads = any_roads(seed)
    policy = Policy(
        time_factor=1 + seed % 5 / 10, bad_weather=seed % 4 == 0, slow_by_water=seed % 3 > 0,
        bend_radius_m=[30.0, 0.0, 60.0][seed % 3],
        time_factors=TimeFactors(tertiary=1.3, service=0.7, living_street=1.1),
    )  # fmt: skip
    assert hazards_dm(roads, policy).tolist() == hazard_lengths_dm(roads, policy).total_dm.tolist()
    for loaded in (True, False):
        mine = drive_ms(roads, policy, loaded=loaded)
        theirs = link_times_ms(roads, policy, loaded=loaded)
        for own, other in zip(mine, theirs, strict=True):
            assert own.tolist() == other.tolist()


def test_judge_and_planner_time_real_roads_alike(shared_data):
    """Every link of Andorra, where the roads bend and climb; no tolerance is needed."""
    from routing.roads import read_roads

    roads = read_roads(shared_data / "roads" / "andorra.osm.pbf", cache=False)
    policy = Policy()
    bent = hazards_dm(roads, policy)
    assert (bent > 0).mean() > 0.2
    assert bent.tolist() == hazard_lengths_dm(roads, policy).total_dm.tolist()
    for own, other in zip(drive_ms(roads, policy), link_times_ms(roads, policy), strict=True):
        assert own.tolist() == other.tolist()
