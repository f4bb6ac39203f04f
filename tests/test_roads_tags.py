"""What may be driven by a school bus and what may be walked: one small map per rule.

F and B: a bus may drive along the way and against it; W: walkers.
"""

import pytest
from osm_by_hand import class_of, read_map, read_way, uses_of, ways_of

from routing.roads.tags import node_barrier


def rules(folder, cases):
    """Return who may use each of several ways, each drawn with its own tags."""
    ways = [(99, (970, 971), {"highway": "primary"})]
    for at, (tags, _) in enumerate(cases):
        own = {key: value for key, _, value in (tag.partition("=") for tag in tags.split())}
        ways.append((at + 100, (20 * at, 20 * at + 1), own))
    found = ways_of(read_map(folder, ways))
    return [(tags, found.get(at + 100, [(0, 0, "")])[0][2]) for at, (tags, _) in enumerate(cases)]


def expect(folder, *cases):
    assert rules(folder, cases) == list(cases)


def test_classes_are_open_by_what_they_are(tmp_path):
    expect(
        tmp_path,
        ("highway=motorway", "F"),  # one-way without saying so
        ("highway=motorway_link", "FB"),
        ("highway=trunk", "FBW"),
        ("highway=primary_link", "FBW"),
        ("highway=unclassified", "FBW"),
        ("highway=road", "FBW"),
        ("highway=residential", "FBW"),
        ("highway=living_street", "FBW"),
        ("highway=service", "FBW"),
        ("highway=busway", "FB"),
        ("highway=pedestrian", "W"),
        ("highway=footway", "W"),
        ("highway=path", "W"),
        ("highway=steps", "W"),
        ("highway=cycleway", "W"),
        ("highway=bridleway", "W"),
        ("highway=construction", ""),
        ("highway=proposed", ""),
        ("highway=raceway", ""),
        ("highway=bus_guideway", ""),
        ("highway=escape", ""),
        ("highway=nonsense", ""),
        ("highway=residential area=yes", ""),
    )


def test_the_most_specific_access_decides_for_the_bus(tmp_path):
    expect(
        tmp_path,
        ("highway=service access=no", ""),
        ("highway=service access=private", ""),
        ("highway=service access=private foot=yes", "W"),
        ("highway=service access=no bus=yes", "FB"),
        ("highway=service access=no psv=designated", "FB"),
        ("highway=service access=no psv=yes bus=no", ""),
        ("highway=service motor_vehicle=no", "W"),
        ("highway=service vehicle=no", "W"),
        ("highway=service vehicle=no motor_vehicle=yes", "FBW"),
        ("highway=service motor_vehicle=agricultural;forestry", "W"),
        ("highway=service motor_vehicle=agricultural;destination", "FBW"),
        ("highway=service access=destination", "FBW"),
        ("highway=service access=permissive", "FBW"),
        ("highway=service access=customers", "W"),
        ("highway=service access=agricultural", "W"),
        ("highway=service access=unknown", "FBW"),
        ("highway=pedestrian bus=yes", "FBW"),
        ("highway=pedestrian access=yes", "W"),
        ("highway=path motor_vehicle=yes", "W"),
    )


def test_access_may_hold_in_one_direction_only(tmp_path):
    expect(
        tmp_path,
        ("highway=residential motor_vehicle:backward=no", "FW"),
        ("highway=residential vehicle:forward=no", "BW"),
        ("highway=residential vehicle:forward=no bus:forward=yes", "FBW"),
    )


def test_one_way_streets_are_one_way_for_the_bus_and_never_for_walkers(tmp_path):
    expect(
        tmp_path,
        ("highway=residential oneway=yes", "FW"),
        ("highway=residential oneway=1", "FW"),
        ("highway=residential oneway=true", "FW"),
        ("highway=residential oneway=-1", "BW"),
        ("highway=residential oneway=reverse", "BW"),
        ("highway=residential oneway=no", "FBW"),
        ("highway=residential oneway=reversible", "W"),
        ("highway=residential oneway=alternating", "FBW"),
        ("highway=residential junction=roundabout", "FW"),
        ("highway=residential junction=circular", "FW"),
        ("highway=residential junction=roundabout oneway=no", "FBW"),
        ("highway=motorway oneway=no", "FB"),
        ("highway=motorway_link oneway=yes", "F"),
    )


def test_a_bus_may_drive_against_a_one_way_street_where_the_tags_say_so(tmp_path):
    expect(
        tmp_path,
        ("highway=residential oneway=yes oneway:bus=no", "FBW"),
        ("highway=residential oneway=yes oneway:psv=no", "FBW"),
        ("highway=residential oneway=yes oneway:psv=no oneway:bus=yes", "FW"),
        ("highway=residential oneway=yes busway=opposite_lane", "FBW"),
        ("highway=residential oneway=yes busway:left=opposite_lane", "FBW"),
        ("highway=residential oneway=yes lanes:psv:backward=1", "FBW"),
        ("highway=residential oneway=yes lanes:psv:backward=0", "FW"),
    )


def test_service_roads_and_tracks_are_open_only_where_a_bus_can_drive(tmp_path):
    expect(
        tmp_path,
        ("highway=service service=driveway", "FBW"),
        ("highway=service service=alley", "FBW"),
        ("highway=service service=parking_aisle", "W"),
        ("highway=service service=drive-through", "W"),
        ("highway=service service=emergency_access", "W"),
        ("highway=track", "W"),
        ("highway=track tracktype=grade1", "FBW"),
        ("highway=track tracktype=grade2", "W"),
        ("highway=track surface=asphalt", "FBW"),
        ("highway=track surface=concrete", "FBW"),
        ("highway=track surface=gravel tracktype=grade1", "W"),
        ("highway=unclassified surface=gravel", "FBW"),
        ("highway=unclassified smoothness=impassable", "W"),
        ("highway=unclassified 4wd_only=yes", "W"),
    )


def test_walkers_keep_off_motorways_motor_roads_and_what_is_private(tmp_path):
    expect(
        tmp_path,
        ("highway=motorway foot=yes", "FW"),
        ("highway=motorway_link sidewalk=right", "FBW"),
        ("highway=trunk motorroad=yes", "FB"),
        ("highway=trunk motorroad=yes sidewalk:right=yes", "FBW"),
        ("highway=trunk sidewalk=no", "FBW"),  # national roads are walked where no other way is
        ("highway=trunk foot=no", "FB"),
        ("highway=residential foot=no", "FB"),
        ("highway=residential foot=private", "FB"),
        ("highway=footway access=private", ""),
        ("highway=footway access=private foot=permissive", "W"),
        ("highway=cycleway foot=no", ""),
        ("highway=busway foot=yes", "FBW"),
    )


def test_a_ferry_takes_the_bus_only_where_it_says_so_and_its_time_is_read(tmp_path):
    expect(
        tmp_path,
        ("route=ferry", "W"),
        ("route=ferry motor_vehicle=yes", "FBW"),
        ("route=ferry bus=yes foot=no", "FB"),
        ("route=ferry access=yes", "W"),
        ("route=ferry motor_vehicle=no", "W"),
        ("route=ferry motor_vehicle=yes oneway=yes", "FW"),
        ("route=bus", ""),
    )
    roads = read_way(tmp_path, route="ferry", motor_vehicle="yes", duration="00:20")
    assert class_of(roads) == "ferry"
    assert roads.ferry_s.tolist() == [1200, 0]


def test_signs_lanes_width_and_surroundings_are_kept(tmp_path):
    roads = read_way(
        tmp_path, highway="tertiary", maxspeed="60", maxspeed__backward="40", lanes="2",
        width="6,5 m", lane_markings="no", source__maxspeed="CN:urban", bridge="viaduct",
        name="学校路",
    )  # fmt: skip
    assert (roads.signed_forward_kmh[0], roads.signed_backward_kmh[0]) == (60, 40)
    assert (roads.lanes[0], roads.width_m[0]) == (2, 6.5)
    assert roads.names[roads.name[0]] == "学校路"
    for flag in (roads.no_centreline, roads.urban, roads.structure):
        assert flag.tolist() == [True, False]
    assert roads.signed_forward_kmh[1] == roads.lanes[1] == roads.width_m[1] == 0


def test_a_road_without_a_name_goes_by_its_number(tmp_path):
    roads = read_way(tmp_path, highway="trunk", ref="G308")
    assert roads.names[roads.name[0]] == "G308"
    assert roads.names[0] == ""
    assert roads.names[roads.name[1]] == ""


def test_lanes_of_both_directions_are_added_where_they_are_all_that_is_said(tmp_path):
    roads = read_way(tmp_path, highway="primary", lanes__forward="2", lanes__backward="1")
    assert roads.lanes[0] == 3


def test_a_zone_limit_stands_in_for_a_sign_and_a_bus_sign_is_stricter(tmp_path):
    zone = read_way(tmp_path, highway="residential", maxspeed__type="DE:zone:30")
    assert zone.signed_forward_kmh[0] == 30
    bus = read_way(tmp_path, highway="primary", maxspeed="80", maxspeed__bus="60")
    assert bus.signed_forward_kmh[0] == 60


def test_a_limit_of_zero_is_dropped_and_counted(tmp_path):
    roads = read_way(tmp_path, highway="primary", maxspeed="0")
    assert roads.signed_forward_kmh[0] == 0
    assert roads.source.repaired == {"speeds": 1}


@pytest.mark.parametrize(
    ("tags", "stops"),
    [
        ({}, (False, False)),
        ({"access": "no"}, (False, False)),  # no barrier: a place in the road, not across it
        ({"barrier": "bollard"}, (True, False)),
        ({"barrier": "bollard", "bus": "yes"}, (False, False)),
        ({"barrier": "bollard", "access": "yes"}, (True, False)),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, (False, False)),
        ({"barrier": "block"}, (True, False)),
        ({"barrier": "block", "foot": "no"}, (True, True)),
        ({"barrier": "something new"}, (True, False)),
        ({"barrier": "fence"}, (True, True)),
        ({"barrier": "fence", "foot": "yes"}, (True, False)),
        ({"barrier": "gate"}, (False, False)),
        ({"barrier": "gate", "access": "no"}, (True, True)),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, (True, False)),
        ({"barrier": "gate", "motor_vehicle": "no"}, (True, False)),
        ({"barrier": "gate", "access": "no", "bus": "yes"}, (False, True)),
        ({"barrier": "gate", "locked": "yes"}, (True, True)),
        ({"barrier": "gate", "locked": "yes", "foot": "yes"}, (True, False)),
        ({"barrier": "lift_gate"}, (False, False)),
        ({"barrier": "toll_booth"}, (False, False)),
        ({"barrier": "cattle_grid"}, (False, False)),
        ({"barrier": "height_restrictor", "maxheight": "2.5"}, (False, False)),
    ],
)
def test_barriers_stop_whom_they_stop(tags, stops):
    assert node_barrier(tags) == stops


def test_what_neither_bus_nor_walker_may_use_is_not_taken(tmp_path):
    assert uses_of(read_way(tmp_path, highway="service", access="private")) == ""
