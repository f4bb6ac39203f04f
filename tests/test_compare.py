"""Who is worse off, by hand: losses, hardship, groups, the watch list, what is told outside."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from compare_by_hand import alternative
from plan_by_hand import gridtown, place

from routing.compare import (
    EQUITY,
    HEADLINE,
    Thresholds,
    compare_plans,
    equity_list,
    find_worse,
    give_back,
    group_list,
    hardship_list,
    headline_list,
    say_pupil,
)
from routing.compare.pieces import cut_pieces
from routing.compare.small import hide_column, hide_table, pool_small
from routing.compare.words import BREAKS, BY, HARDSHIP, HEADS, MODES, PHRASES, SIDES
from routing.errors import RoutingError
from routing.policy import ByGrade


@pytest.fixture(scope="module")
def compared():
    return compare_plans({"now": gridtown(), "then": alternative()})


def pupil(compared, student, part=0):
    rows = compared.pupils[(compared.pupils["student_id"] == student)]
    return rows[rows["part"] == part].iloc[0]


def headline(compared, plan):
    mine = compared.headline[compared.headline["plan"] == plan]
    return dict(zip(mine["figure"], mine["value"], strict=True))


def test_every_pupil_stands_in_the_table_with_the_loss_by_hand(compared):
    losses = {"a": 600, "b": 1_500, "d": 2_000, "f": -300}
    for student, more_s in losses.items():
        assert pupil(compared, student)["more_s"] == more_s
    assert compared.pupils["n_students"].sum() == 25
    assert set(compared.pupils["student_id"]) == set("abcdefghij")


def test_a_moved_pupil_has_both_schools_and_both_ways_side_by_side(compared):
    """d leaves at 30000 - 600 - 1000 before and at 28800 - 600 - 3000 after."""
    d = pupil(compared, "d")
    assert (d["school_before"], d["school_after"], d["changed"]) == ("S1", "S2", True)
    assert (d["distance_before_m"], d["distance_after_m"]) == (1_000, 3_000)
    assert (d["walk_before_s"], d["walk_after_s"]) == (1_000, 3_000)
    assert (d["leave_before_s"], d["leave_after_s"]) == (28_400, 25_200)
    assert d["band"] == "g1_3"


def test_the_longer_direction_counts(compared):
    """a: 944 + 100 in the morning, 894 + 100 home; after 600 more both ways."""
    a = pupil(compared, "a")
    assert (a["door_before_s"], a["door_after_s"]) == (1_044, 1_644)
    assert (a["walk_after_s"], a["ride_after_s"]) == (100, 1_544)


def test_a_row_that_is_split_becomes_parts_that_add_up(compared):
    """c: four as before, two who have no bus in the morning."""
    kept, lost = pupil(compared, "c", 0), pupil(compared, "c", 1)
    assert (kept["n_students"], kept["more_s"], kept["mode_after"]) == (4, 0, "bus")
    assert (lost["n_students"], lost["mode_before"], lost["mode_after"]) == (2, "bus", "unserved")
    assert pd.isna(lost["more_s"])
    assert pd.isna(lost["door_after_s"])


def test_pupils_of_one_plan_only_are_kept_with_the_other_side_empty(compared):
    e, j = pupil(compared, "e"), pupil(compared, "j")
    assert (e["side"], e["school_after"], e["mode_after"]) == ("only_before", "", "")
    assert pd.isna(e["door_after_s"])
    assert (j["side"], j["school_before"], j["door_after_s"]) == ("only_after", "", 500)
    assert not e["changed"]
    assert not j["changed"]


def test_hardship_is_graded_by_the_thresholds_of_the_grade(compared):
    levels = {
        ("a", 0): "serious", ("b", 0): "severe", ("c", 0): "none", ("c", 1): "severe",
        ("d", 0): "severe", ("e", 0): "none", ("f", 0): "none", ("g", 0): "none",
        ("h", 0): "none", ("i", 0): "none", ("j", 0): "none",
    }  # fmt: skip
    keys = zip(compared.pupils["student_id"], compared.pupils["part"], strict=True)
    assert dict(zip(keys, compared.pupils["hardship"], strict=True)) == levels


@pytest.mark.parametrize(
    ("grade", "more_s", "level"),
    [(2, 299, "none"), (2, 300, "minor"), (2, 599, "minor"), (2, 600, "serious"), (2, 1_200, "severe"),
     (5, 749, "minor"), (5, 750, "serious"), (5, 1_500, "severe"), (8, 899, "minor"), (8, 1_800, "severe")],
)  # fmt: skip
def test_each_threshold_holds_from_its_second_on(grade, more_s, level):
    """A pupil of the bus whose way is 60 s before: no limit is broken but by the loss."""
    plan = gridtown()
    students = plan.district.students.assign(grade=grade)
    students = students[students["student_id"] == "f"]
    rides = plan.rides[plan.rides["student_id"] == "f"].assign(ride_s=10, door_to_door_s=60)
    limit = replace(plan.policy.max_ride_s, g1_3=10_800, g4_6=10_800, g7_9=10_800)
    policy = replace(
        plan.policy, max_ride_s=limit, max_door_to_door_s=limit, earliest_pickup_s=14_400
    )
    before = replace(
        plan, policy=policy, district=replace(plan.district, students=students), rides=rides
    )
    after = replace(before, rides=rides.assign(door_to_door_s=60 + more_s))
    result = compare_plans({"now": before, "then": after}).pupils
    assert list(result["hardship"]) == [level]


def test_other_thresholds_may_be_given():
    """a loses 600 s in grade 2: minor where serious begins at 601 s."""
    wide = Thresholds(ByGrade(1, 1, 1), ByGrade(601, 9_000, 9_000), ByGrade(9_000, 9_000, 9_000))
    plans = {"now": gridtown(), "then": alternative()}
    assert pupil(compare_plans(plans, thresholds=wide), "a")["hardship"] == "minor"


def test_the_hardest_hit_stand_first_and_those_without_a_way_before_all(compared):
    first = list(zip(compared.pupils["student_id"], compared.pupils["part"], strict=True))[:4]
    assert first == [("c", 1), ("d", 0), ("b", 0), ("a", 0)]


def test_the_watch_list_has_whose_day_breaks_a_limit_and_what_is_new(compared):
    """e walks 2000 s in grade 3 before: in the watch list no more, as nothing is known after."""
    watch = compared.watch.set_index(["student_id", "part"])
    assert set(watch.index) == {("b", 0), ("c", 1), ("d", 0), ("g", 0), ("i", 0)}
    assert watch.loc[("b", 0), "breaks"] == "ride door"
    assert watch.loc[("d", 0), "breaks"] == "door half_hour"
    assert watch.loc[("c", 1), "new_breaks"] == "unserved"
    assert watch.loc[("g", 0), "new_breaks"] == ""


def test_early_buses_and_young_boarders_break_a_limit():
    """P2's bus at 27875 is early under a limit of 27900 for c (grade 4), not for f (grade 7)."""
    plan = gridtown()
    students = plan.district.students
    young = students.assign(grade=students["grade"].where(students["student_id"] != "h", 3))
    after = replace(plan, district=replace(plan.district, students=young))
    strict = replace(plan, policy=replace(plan.policy, earliest_pickup_s=27_900))
    watch = compare_plans({"now": strict, "then": after}).watch.set_index("student_id")["breaks"]
    assert watch["c"] == "early"
    assert watch["h"] == "board_young"
    assert "f" not in watch.index


def test_a_kindergarten_child_on_foot_is_brought_and_breaks_no_limit():
    plan = gridtown()
    students = plan.district.students
    small = students.assign(grade=students["grade"].where(students["student_id"] != "e", 0))
    plan = replace(plan, district=replace(plan.district, students=small))
    assert "e" not in set(compare_plans({"now": plan, "then": plan}).watch["student_id"])


def test_all_plans_are_judged_by_the_limits_of_the_present():
    """An alternative that allows three hours aboard still breaks the present's limits."""
    plan = alternative()
    limit = replace(plan.policy.max_ride_s, g1_3=10_800, g4_6=10_800, g7_9=10_800)
    loose = replace(plan, policy=replace(plan.policy, max_ride_s=limit, max_door_to_door_s=limit))
    compared = compare_plans({"now": gridtown(), "then": loose})
    assert pupil(compared, "b")["breaks"] == "ride door"


def test_groups_count_better_worse_and_the_same_and_add_up(compared):
    """All: worse a 3, b 2, d 1, two of c; better f 7; e and j are on one side only.

    Mean over those with both times: 3 x 600 + 2 x 1500 + 2000 - 7 x 300 over 17.
    """
    groups = compared.groups.set_index(["by", "group"])
    whole = groups.loc[("all", "all")]
    assert (whole["n_students"], whole["n_worse"], whole["n_better"]) == (25, 8, 7)
    assert (whole["n_same"], whole["n_unknown"], whole["n_changed"]) == (8, 2, 1)
    assert whole["n_timed"] == 17
    assert whole["mean_more_s"] == pytest.approx((1_800 + 3_000 + 2_000 - 2_100) / 17)
    assert whole["max_more_s"] == 2_000
    assert whole["n_over"] == 7
    assert groups.loc[("school", "S1"), "n_changed"] == 1
    assert groups.loc[("village", "Westham"), "n_better"] == 7


def test_the_headline_is_counted_by_hand(compared):
    """Hours: both directions of every timed pupil. Gridtown before:
    3 x 2038 + 2 x 2566 + 6 x 1288 + 2000 + 4000 + 7 x 1682 = 36748 s.
    """
    now, then = headline(compared, "now"), headline(compared, "then")
    assert list(now) == list(HEADLINE)
    assert now["child_hours_per_day"] == pytest.approx(36_748 / 3_600)
    assert (now["n_students"], then["n_students"]) == (24, 24)
    assert (then["n_changed"], then["n_worse"], then["n_severe"], then["max_more_s"]) == (
        1,
        8,
        5,
        2_000,
    )
    assert (then["n_only_before"], then["n_only_after"]) == (1, 1)
    assert (then["n_bus"], then["n_walk"], then["n_board"], then["n_unserved"]) == (16, 2, 2, 4)
    assert (now["n_bus"], now["n_unserved"]) == (18, 2)
    assert (now["n_buses"], now["n_new_lines"], then["n_new_lines"]) == (2, 0, 0)
    assert then["n_closed"] == 0


def test_a_school_that_is_gone_is_closed():
    plan = gridtown()
    schools = plan.district.schools.iloc[:1]
    after = replace(plan, district=replace(plan.district, schools=schools))
    then = headline(compare_plans({"now": plan, "then": after}), "then")
    assert (then["n_schools"], then["n_closed"]) == (1, 1)


def test_the_cost_of_a_year_is_that_of_the_cost_table(compared):
    """Before: the buses' 304068 (fixed and driving), two schools 60000 each, funds of small
    schools 710 x (100 - 14) + 910 x (100 - 10), lunches 8 x 195 of 18 who ride and 2 who
    board, 2 boarders at 2500 + 200; less and more a fifth."""
    now = headline(compared, "now")
    schools = 2 * 60_000 + 710 * 86 + 910 * 90 + 8 * 195 * 20 + 2 * 2_700
    assert now["yuan_per_year"] == pytest.approx(304_068.0816 + schools)
    assert now["yuan_low"] == pytest.approx(0.8 * now["yuan_per_year"])
    assert now["yuan_high"] == pytest.approx(1.2 * now["yuan_per_year"])


def test_new_stops_and_lines_are_counted_by_place_and_minute():
    """P1 moved 10 m: one stop, and R1 and R3 that call there; R2 a second later, none;
    a minute later, one more."""
    plan = gridtown()
    spots = plan.stops.geometry.to_list()
    moved = replace(plan, stops=plan.stops.set_geometry([place(3.11, 2), *spots[1:]], crs=4326))
    then = headline(compare_plans({"now": plan, "then": moved}), "then")
    assert (then["n_new_stops"], then["n_new_lines"]) == (1, 2)
    r2 = plan.visits["route_id"] == "R2"
    for later_s, n_new in ((1, 0), (60, 1)):
        visits = plan.visits.assign(arrive_s=plan.visits["arrive_s"] + r2 * later_s)
        then = headline(compare_plans({"now": plan, "then": replace(plan, visits=visits)}), "then")
        assert then["n_new_lines"] == n_new


def test_other_keys_for_the_same_stops_and_routes_need_no_permit():
    plan = gridtown()
    names = {"P1": "X9", "P2": "X8", "P3": "X7"}
    after = replace(
        plan,
        stops=plan.stops.assign(stop_id=plan.stops["stop_id"].map(names)),
        visits=plan.visits.assign(
            place_id=plan.visits["place_id"].replace(names), route_id="Z" + plan.visits["route_id"]
        ),
        routes=plan.routes.assign(route_id="Z" + plan.routes["route_id"]),
        rides=plan.rides.assign(route_id="Z" + plan.rides["route_id"]),
    )
    then = headline(compare_plans({"now": plan, "then": after}), "then")
    assert (then["n_new_stops"], then["n_new_lines"]) == (0, 0)


def test_a_plan_beside_itself_changes_nothing():
    compared = compare_plans({"now": gridtown(), "again": gridtown()})
    known = compared.pupils["more_s"].dropna()
    assert (known == 0).all()
    assert set(compared.pupils["hardship"]) == {"none"}
    assert (compared.equity["before"] == compared.equity["after"]).all()
    assert hardship_list(compared, "again").empty


def test_one_plan_alone_has_its_headline():
    compared = compare_plans({"now": gridtown()})
    assert set(compared.headline["plan"]) == {"now"}
    assert compared.pupils.empty
    assert compared.groups.empty
    assert compared.equity.empty


def test_no_plan_at_all_is_refused():
    with pytest.raises(RoutingError, match="no plan"):
        compare_plans({})


def test_nobody_worse_than_this_lists_those_beyond_and_those_who_lose_their_way(compared):
    """More than 1499 s: b and d, and the two of c; more than 1500: not b."""
    assert set(find_worse(compared, "then", 1_499)["student_id"]) == {"b", "c", "d"}
    assert set(find_worse(compared, "then", 1_500)["student_id"]) == {"c", "d"}
    with pytest.raises(KeyError, match="no alternative 'now'"):
        find_worse(compared, "now", 0)


def test_it_is_given_back_by_the_policys_field():
    assert "worse_off_max_s = 900" in give_back(900).en
    assert '{"worse_off_max_s": 900}' in give_back(900).zh
    assert "15 min" in give_back(900).en


def test_a_pupil_is_told_in_one_sentence(compared):
    """d: 1000 s and 3000 s on foot, 2000 s more."""
    told = say_pupil(pupil(compared, "d"), "en", compared.schools)
    assert "goes from Gridtown Primary to Gridtown Junior" in told
    assert "now on foot, 16.7 min; then on foot, 50.0 min; 33.3 min longer" in told
    assert "grades 1-3 over half an hour" in told
    zh = say_pupil(pupil(compared, "d"), "zh", compared.schools)
    assert (
        "由Gridtown Primary转至Gridtown Junior；现为步行16.7 分钟；将为步行50.0 分钟；增加33.3 分钟"
        in zh
    )
    assert "only" in say_pupil(pupil(compared, "e"))
    assert "nothing arranged" in say_pupil(pupil(compared, "c", 1))


def test_the_internal_list_has_the_rows_and_the_public_one_no_pupil(compared):
    """Severe are two of c (Southford), d (Gridtown) and b (Northfield), together five: told
    as one; serious are the three of a: fewer than five in all."""
    inside = hardship_list(compared, "then", privacy="internal")
    assert list(inside["student"]) == ["c", "d", "b", "a"]
    assert list(inside["minutes more"].fillna(-1)) == [-1, 33.4, 25, 10]
    outside = hardship_list(compared, "then")
    assert "student" not in outside
    assert outside.to_numpy()[:, :3].tolist() == [
        ["severe", "other villages", 5], ["serious", "other villages", "<5"],
    ]  # fmt: skip
    assert outside["minutes more, mean"].isna().all()


def test_public_groups_add_up_and_tell_of_no_fewer_than_five(compared):
    told = group_list(compared, "then")
    for by in ("village", "grade", "school until now", "township of the school", "all"):
        mine = told[told["by"] == by]
        assert mine["students"].sum() == 25
        counts = mine[["students", "change school", "better off", "worse off", "a limit broken"]]
        numbers = [cell for cell in counts.to_numpy().ravel() if not isinstance(cell, str)]
        assert all(number == 0 or number >= 5 for number in numbers)
    inside = group_list(compared, "then", privacy="internal")
    assert set(inside["group"]) >= {"Farholm", "Gridtown", "Gridtown Junior"}


def test_public_figures_hide_small_counts_and_shares(compared):
    """Then: on foot 2, boarders 2, without a way 4; two severe levels more than five."""
    told = headline_list(compared).set_index("figure")
    assert told.loc["on foot", "now"] == "<5"
    assert told.loc["boarders", "then"] == "<5"
    assert told.loc["pupils hit severely", "then"] == 5
    assert told.loc["share beyond the limits", "now"] == "–"
    inside = headline_list(compared, privacy="internal").set_index("figure")
    assert inside.loc["share beyond the limits", "now"] == 12.5
    assert inside.loc["on foot", "now"] == 2
    shares = equity_list(compared, "then").set_index("figure")
    assert shares.loc["share beyond the limits, grades 1-3", "now"] == "–"
    assert shares.loc["pupils with a known time", "now"] == "≈20"


def test_a_word_that_is_no_privacy_is_refused(compared):
    for told in (hardship_list, group_list, equity_list):
        with pytest.raises(RoutingError, match="privacy"):
            told(compared, "then", privacy="secret")
    with pytest.raises(RoutingError, match="privacy"):
        headline_list(compared, privacy="secret")


def test_a_notebook_shows_the_headline_with_names_made_safe():
    plan = gridtown()
    page = compare_plans({"<b>now</b>": plan, "then": plan})._repr_html_()
    assert "&lt;b&gt;now&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "cost a year" in page


def test_every_word_is_there_in_both_languages():
    for words in (MODES, HARDSHIP, BREAKS, SIDES, BY, HEADS, PHRASES):
        assert all(text.en and text.zh for text in words.values())
    for figure in (*EQUITY.values(), *HEADLINE.values()):
        assert all(text.en and text.zh for text in (figure.name, figure.meaning, figure.source))


def test_pieces_follow_the_borders_of_both_tables():
    """Ten as 7 + 3 and as 5 + 5: 5 + 2 + 3; two more in one table only are -1 in the other."""
    ids, part, n, rows = cut_pieces([
        (np.array(["x", "x", "y"], object), np.array([7, 3, 1])),
        (np.array(["x", "x", "x"], object), np.array([5, 5, 2])),
    ])  # fmt: skip
    assert ids.tolist() == ["x"] * 4 + ["y"]
    assert part.tolist() == [0, 1, 2, 3, 0]
    assert n.tolist() == [5, 2, 3, 2, 1]
    assert rows[0].tolist() == [0, 0, 1, -1, 2]
    assert rows[1].tolist() == [0, 1, 1, 2, -1]


def test_pieces_keep_every_number_of_random_tables():
    """A hundred pairs of tables: what lies in a table's row adds up to the row's number."""
    for seed in range(100):
        random = np.random.default_rng(seed)
        tables = [
            (random.choice(list("abcd"), size).astype(object), random.integers(0, 9, size))
            for size in random.integers(0, 12, 2)
        ]
        ids, _, n, rows = cut_pieces(tables)
        for (names, counts), row in zip(tables, rows, strict=True):
            inside = row >= 0
            assert (names[row[inside]] == ids[inside]).all()
            assert np.bincount(row[inside], n[inside], len(counts)).tolist() == counts.tolist()


def test_numbers_add_up_in_every_table_of_random_plans():
    """Ten alternatives with rows dropped, split, moved and unserved: 24 before, n after."""
    for seed in range(10):
        random = np.random.default_rng(seed)
        plan = gridtown()
        students = plan.district.students[random.random(9) < 0.8]
        students = students.assign(n_students=random.integers(1, 9, len(students)))
        rides = plan.rides[random.random(len(plan.rides)) < 0.8]
        rides = rides.merge(
            students[["student_id", "n_students"]], on="student_id", suffixes=("_old", "")
        )
        after = replace(plan, district=replace(plan.district, students=students), rides=rides)
        compared = compare_plans({"now": plan, "then": after})
        pupils, n_after = compared.pupils, students["n_students"].sum()
        n = pupils["n_students"]
        assert n[pupils["side"] != "only_after"].sum() == 24
        assert n[pupils["side"] != "only_before"].sum() == n_after
        sums = compared.groups.groupby("by")[["n_students", "n_better", "n_worse", "n_same", "n_unknown"]].sum()  # fmt: skip
        assert (sums["n_students"] == n.sum()).all()
        parts = sums[["n_better", "n_worse", "n_same", "n_unknown"]].sum(axis=1)
        assert (parts == n.sum()).all()
        ways = headline(compared, "then")
        assert sum(ways[f"n_{way}"] for way in ("walk", "bus", "transit", "board", "unserved")) == n_after  # fmt: skip
        assert not pupils.duplicated(["plan", "student_id", "part"]).any()


def test_small_groups_are_pooled_until_the_pool_may_be_told():
    """3 alone joins the next smallest, 6; 3 and 4 are seven; all together two stay two."""
    assert pool_small([3, 6, 9], 5).tolist() == [True, True, False]
    assert pool_small([3, 4, 9, 0], 5).tolist() == [True, True, False, False]
    assert pool_small([2], 5).tolist() == [True]
    assert pool_small([5, 9], 5).tolist() == [False, False]


def test_a_hidden_count_does_not_follow_from_the_sum():
    """8, 2, 6 of 16: the 2 takes the 6 with it; 1 and 2 take the 7."""
    none = np.zeros(3, bool)
    assert hide_column(np.array([8, 2, 6]), none, 5).tolist() == [False, True, True]
    assert hide_column(np.array([1, 2, 7]), none, 5).tolist() == [True, True, True]
    assert hide_column(np.array([0, 5, 9]), none, 5).tolist() == [False, False, False]


def test_a_part_is_hidden_where_the_rest_is_a_small_group():
    """19 of 20 worse: the one who is not would be told; so is nothing of 6 and 8 of 14."""
    assert hide_table(np.array([[19], [30]]), np.array([20, 60]), 5).tolist() == [[True], [True]]
    assert not hide_table(np.array([[6, 8]]), np.array([14]), 5).any()


def test_hidden_cells_never_follow_from_rows_or_columns():
    """Two hundred random tables: what a row or column hides is none or at least five."""
    for seed in range(200):
        random = np.random.default_rng(seed)
        parts = random.integers(0, 12, (random.integers(1, 6), 2))
        totals = parts.sum(axis=1) + random.integers(0, 8, len(parts))
        hidden = hide_table(parts, totals, 5)
        assert hidden[(parts > 0) & (parts < 5)].all()
        left = totals - np.where(hidden, 0, parts).sum(axis=1)
        shown = (~hidden & (parts > 0)).any(axis=1)
        assert not (shown & (left > 0) & (left < 5)).any()
        for column, hide in zip(parts.T, hidden.T, strict=True):
            known = column[hide].sum()
            assert known == 0 or known >= 5 or not (~hide & (column > 0)).any()
