"""Restrictions of turns: which hold for a bus, and where; one small map per rule.

Four ways meet at node 22: way 1 from the south, 2 to the north, 3 to the east, 4 to the
west. Way 5 goes on north from 23, way 6 east from 23.
"""

import pytest
from osm_by_hand import ban, bans_of, draw_map, read_map, ways_of

from routing.roads import read_roads

ROAD = {"highway": "residential"}
CROSS = [
    (1, (21, 22), ROAD), (2, (22, 23), ROAD), (3, (22, 32), ROAD), (4, (22, 12), ROAD),
    (5, (23, 24, 25), ROAD), (6, (23, 33), ROAD),
]  # fmt: skip


def found(folder, *relations, ways=CROSS, **more):
    roads = read_map(folder, ways, relations=relations, **more)
    return bans_of(roads), roads.source.repaired


@pytest.mark.parametrize(
    ("kind", "commands"),
    [
        ("no_left_turn", False), ("no_right_turn", False), ("no_straight_on", False),
        ("no_u_turn", False), ("no_entry", False), ("no_exit", False),
        ("only_left_turn", True), ("only_right_turn", True), ("only_straight_on", True),
        ("only_u_turn", True),
    ],
)  # fmt: skip
def test_every_kind_forbids_or_commands(tmp_path, kind, commands):
    relation = ban(7, kind, "from 1, via node 22, to 4")
    assert found(tmp_path, relation) == ([(7, commands, 22, (1, 4))], {})


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm", ".osm.gz", ".osm.bz2"])
def test_every_format_holds_them(tmp_path, suffix):
    relation = ban(7, "no_left_turn", "from 1, via node 22, to 4")
    path = draw_map(tmp_path / f"map{suffix}", CROSS, relations=[relation])
    assert bans_of(read_roads(path, cache=False)) == [(7, False, 22, (1, 4))]


def test_over_a_way_the_ways_stand_in_the_order_of_travel(tmp_path):
    one = ban(7, "no_u_turn", "from 1, via 2, to 6")
    assert found(tmp_path, one)[0] == [(7, False, 0, (1, 2, 6))]
    # 4 - 22 - 2 - 23 - 5 - 25: drawn with the ways between in the wrong order
    ways = [*CROSS, (8, (25, 35), ROAD)]
    two = ban(7, "only_straight_on", "from 4, to 8, via 5, via 2")
    assert found(tmp_path, two, ways=ways)[0] == [(7, True, 0, (4, 2, 5, 8))]


def test_ways_between_that_do_not_join_stay_as_they_are_written(tmp_path):
    relation = ban(7, "no_u_turn", "from 1, via 6, via 4, to 5")
    assert found(tmp_path, relation)[0] == [(7, False, 0, (1, 6, 4, 5))]


def test_several_ways_in_or_out_give_one_ban_for_each_pair(tmp_path):
    entry = ban(7, "no_entry", "from 1, from 3, via node 22, to 2")
    leave = ban(8, "no_exit", "from 1, via node 22, to 3, to 4")
    bans, repaired = found(tmp_path, entry, leave)
    assert bans == [
        (7, False, 22, (1, 2)), (7, False, 22, (3, 2)),
        (8, False, 22, (1, 3)), (8, False, 22, (1, 4)),
    ]  # fmt: skip
    assert repaired == {}


def test_the_node_of_a_ban_is_cut_though_no_ways_meet_there(tmp_path):
    relation = ban(7, "no_u_turn", "from 5, via node 24, to 5")
    roads = read_map(tmp_path, CROSS, relations=[relation])
    assert ways_of(roads)[5] == [(23, 24, "FBW"), (24, 25, "FBW")]
    assert bans_of(roads) == [(7, False, 24, (5, 5))]


@pytest.mark.parametrize(
    "excepted", ["bus", "psv", "bicycle;psv", "motor_vehicle", "taxi; bus", "hov,bus"]
)
def test_a_ban_from_which_buses_are_excepted_is_left_out_and_counted(tmp_path, excepted):
    relation = ban(7, "no_left_turn", "from 1, via node 22, to 4", **{"except": excepted})
    assert found(tmp_path, relation) == ([], {"restrictions not for buses": 1})


@pytest.mark.parametrize("excepted", ["bicycle", "hov", "emergency;destination"])
def test_a_ban_with_other_exceptions_holds(tmp_path, excepted):
    relation = ban(7, "no_left_turn", "from 1, via node 22, to 4", **{"except": excepted})
    assert found(tmp_path, relation) == ([(7, False, 22, (1, 4))], {})


def test_the_most_specific_tag_decides(tmp_path):
    turn = "from 1, via node 22, to 4"
    bus = ban(7, "", turn, restriction__bus="no_left_turn")
    psv = ban(8, "no_left_turn", turn, restriction__psv="only_left_turn")
    motor = ban(9, "", turn, restriction__motor_vehicle="no_left_turn")
    free = ban(10, "no_left_turn", turn, restriction__bus="none")
    own = ban(11, "", turn, restriction__bus="no_left_turn", **{"except": "psv"})
    bans, repaired = found(tmp_path, bus, psv, motor, free, own)
    assert [(number, only) for number, only, *_ in bans] == [
        (7, False), (8, True), (9, False), (11, False),
    ]  # fmt: skip
    assert repaired == {}


@pytest.mark.parametrize("kind", ["hgv", "bicycle", "motorcar", "caravan"])
def test_a_ban_for_others_alone_is_left_out(tmp_path, kind):
    turn = "from 1, via node 22, to 4"
    tag = {f"restriction__{kind}": "no_left_turn"}
    typed = ban(8, "no_left_turn", turn, type=f"restriction:{kind}")
    assert found(tmp_path, ban(7, "", turn, **tag), typed) == ([], {})


@pytest.mark.parametrize(
    "tags",
    [
        {"restriction": "", "restriction__conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)"},
        {"restriction": "", "restriction__bus__conditional": "no_left_turn @ (wet)"},
        {"restriction": "no_left_turn @ (Mo-Fr 07:00-09:00)"},
        {"restriction": "no_left_turn", "hour_on": "07:00", "hour_off": "09:00"},
    ],
)
def test_a_conditional_ban_is_not_applied_but_counted(tmp_path, tags):
    more = {key: value for key, value in tags.items() if key != "restriction"}
    relation = ban(7, tags["restriction"], "from 1, via node 22, to 4", **more)
    assert found(tmp_path, relation) == ([], {"conditional restrictions": 1})


def test_a_ban_that_holds_always_and_another_by_hour_is_applied_and_counted(tmp_path):
    relation = ban(
        7, "no_left_turn", "from 1, via node 22, to 4",
        restriction__conditional="no_right_turn @ (wet)",
    )  # fmt: skip
    bans, repaired = found(tmp_path, relation)
    assert bans == [(7, False, 22, (1, 4))]
    assert repaired == {"conditional restrictions": 1}


@pytest.mark.parametrize(
    "members",
    [
        "from 77, via node 22, to 4",  # no such way
        "from 1, via node 22, to 77",
        "from 1, via 77, to 4",
        "from 1, via node 99, to 4",  # no such node
        "from 1, via node 22",
        "via node 22, to 4",
        "from 1, to 4",
        "from 1, via node 22, via node 23, to 4",
        "from 1, via node 22, via 2, to 6",  # by a node and a way
        "from node 22, via node 22, to 4",
    ],
)
def test_a_ban_that_points_outside_is_counted_and_never_fatal(tmp_path, members):
    relation = ban(7, "no_left_turn", members)
    assert found(tmp_path, relation) == ([], {"restrictions outside": 1})


def test_a_command_with_two_ways_out_says_nothing(tmp_path):
    relation = ban(7, "only_straight_on", "from 1, via node 22, to 2, to 3")
    assert found(tmp_path, relation) == ([], {"restrictions outside": 1})


def test_one_relation_that_points_outside_counts_once(tmp_path):
    relation = ban(7, "no_entry", "from 77, from 78, from 1, via node 22, to 4")
    bans, repaired = found(tmp_path, relation)
    assert bans == [(7, False, 22, (1, 4))]
    assert repaired == {"restrictions outside": 1}


def test_a_ban_into_a_closed_road_says_nothing_and_is_no_fault(tmp_path):
    ways = [*CROSS, (9, (22, 31), {"highway": "service", "access": "private"})]
    relation = ban(7, "no_right_turn", "from 1, via node 22, to 9")
    assert found(tmp_path, relation, ways=ways) == ([], {})


def test_a_ban_on_a_way_drawn_twice_holds_on_the_one_kept(tmp_path):
    ways = [*CROSS, (9, (22, 12), ROAD)]
    relation = ban(7, "no_left_turn", "from 1, via node 22, to 9")
    bans, repaired = found(tmp_path, relation, ways=ways)
    assert bans == [(7, False, 22, (1, 4))]
    assert repaired == {"duplicate ways": 1}


def test_other_relations_are_no_bans(tmp_path):
    site = (7, [("way", 1, "from"), ("node", 22, "via"), ("way", 4, "to")], {"type": "site"})
    typed = (8, site[1], {"type": "site", "restriction": "no_left_turn"})
    word = ban(9, "give_way", "from 1, via node 22, to 4")
    assert found(tmp_path, site, typed, word) == ([], {})


@pytest.mark.parametrize(
    ("name", "n_bans", "n_only", "n_over_ways", "n_outside"),
    [
        # counted in the extracts by hand: relations with a restriction, less those whose
        # members are missing (two in north-bayreuth, one in reisterstown)
        ("north-bayreuth.osm.gz", 38, 28, 0, 2),
        ("reisterstown.osm.pbf", 35, 12, 1, 1),
        ("liechtenstein.osm.pbf", 85, 10, 7, 1),
    ],
)
def test_restrictions_of_real_extracts(shared_data, name, n_bans, n_only, n_over_ways, n_outside):
    roads = read_roads(shared_data / "roads" / name, cache=False)
    bans = bans_of(roads)
    assert len(bans) == n_bans
    assert sum(only for _, only, *_ in bans) == n_only
    assert sum(node == 0 for *_, node, _ in bans) == n_over_ways
    assert roads.source.repaired.get("restrictions outside", 0) == n_outside
    assert set(roads.restriction_way.tolist()) <= set(roads.way_id.tolist())
    assert {node for *_, node, _ in bans} - {0} <= set(roads.node_id.tolist())
