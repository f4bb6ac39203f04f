"""What moving a public bus would win: by hand, and against asking everybody again."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from plan_by_hand import grid_district
from transit_by_hand import BACK, THERE, asked, modes_in, moved, timetable, ways

from routing.modes import find_retimings
from routing.modes.lines import read_lines
from routing.modes.options import Finder
from routing.modes.riders import group_riders
from routing.policy import ByGrade, Policy


def test_a_retiming_says_whom_it_would_win():
    """T2 at 16:15 leaves too early by 155 s: five minutes later both rows ride, eight pupils."""
    found = find_retimings(*asked(timetable(THERE, moved(BACK, -300))))
    assert found.to_dict("records") == [
        {"line_id": "L1", "trip_id": "T2", "direction": "to_home", "shift_s": 300,
         "n_more": 8, "n_more_both": 8, "n_fewer": 0},
    ]  # fmt: skip


def test_a_retiming_wins_no_more_than_the_trip_has_seats():
    found = find_retimings(*asked(timetable(THERE, moved(BACK, -300), seats=[8] * 3 + [5] * 3)))
    assert found["n_more"].tolist() == [5]


def test_a_retiming_that_wins_one_direction_says_so():
    """Without a way there, nobody wins both."""
    found = find_retimings(*asked(timetable(moved(BACK, -300))))
    assert found[["n_more", "n_more_both"]].to_numpy().tolist() == [[8, 0]]


def test_where_everybody_rides_or_too_few_minutes_are_given_nothing_is_won():
    assert find_retimings(*asked(timetable(THERE, BACK))).empty
    assert find_retimings(*asked(timetable(THERE, moved(BACK, -300))), within_s=299).empty
    assert find_retimings(*asked(None)).empty


def test_a_retiming_counts_those_who_lose_their_bus():
    """b (7 pupils here) leaves 26727, before 26800; five minutes later it may.

    c (6) comes by L2 at X at 27400 and changes to T1 at 28100; 300 s later that is 1000 s
    of waiting. Ten minutes later T1 is late for school.
    """
    first = timetable(("T1", [("N", 27_300), ("X", 28_100), ("B", 28_500)]), BACK)
    second = timetable(("T8", [("A", 27_300), ("X", 27_400)]), line="L2")
    both = pd.concat([first, second], ignore_index=True)
    early = Policy(earliest_pickup_s=26_800)
    numbers = grid_district().students["n_students"].to_numpy().copy()
    numbers[1] = 7
    assert ways(modes_in(both, early, n_students=numbers))["c"] == ("transit", "transit")
    found = find_retimings(*asked(both, early, n_students=numbers))
    assert found.to_dict("records") == [
        {"line_id": "L1", "trip_id": "T1", "direction": "to_school", "shift_s": 300,
         "n_more": 7, "n_more_both": 7, "n_fewer": 6},
    ]  # fmt: skip
    assert find_retimings(*asked(both, early)).empty


def random_timetable(seed):
    """Return 6 trips past 2 to 4 places, about the times of school, on two lines."""
    rng = np.random.default_rng(seed)
    tables = []
    for trip in range(6):
        clock = int(rng.integers(26_400, 28_500) if trip % 2 else rng.integers(57_600, 60_600))
        calls = []
        for name in rng.permutation([*"NABXY"])[: int(rng.integers(2, 5))]:
            calls.append((str(name), clock))
            clock += int(rng.integers(120, 700))
        tables.append(timetable((f"T{trip}", calls), line=f"L{trip % 3}"))
    return pd.concat(tables, ignore_index=True)


def able_rows(district, students, located, policy, direction):
    """Rows with at least one journey in a direction."""
    lines = read_lines(district, located, policy)
    finder = Finder(lines, policy)
    able = set()
    for group in group_riders(lines, district, students, located, policy)[0]:
        way = group.back if direction == "to_home" else group.there
        options = finder.find_options(way, group.reach)
        able |= {row for row, mine in zip(group.rows, options, strict=True) if mine}
    return able


@pytest.mark.parametrize("seed", range(4))
def test_retimings_are_those_of_moving_each_trip_and_asking_everybody_again(seed):
    grades = [4, 5, 4, 1, 3, 7, 8, 9, 4]
    longer = Policy(max_door_to_door_s=ByGrade(2_700, 3_300, 3_300), transit_max_wait_s=600)
    where = asked(random_timetable(seed), longer, grade=grades)
    district, rest = where[0], where[1:]
    n = rest[0]["n_students"].to_numpy()
    ways_ = ("to_school", "to_home")
    today = {way: able_rows(district, *rest, way) for way in ways_}
    expected = []
    for (line, trip), _ in district.transit.groupby(["line_id", "trip_id"]):
        own = (district.transit["line_id"] == line) & (district.transit["trip_id"] == trip)
        for way, other in zip(ways_, ways_[::-1], strict=True):
            tried = []
            for shift_s in (-600, -300, 300, 600):
                clocks = {
                    name: district.transit[name] + shift_s * own
                    for name in ("arrive_s", "depart_s")
                }
                then = able_rows(
                    replace(district, transit=district.transit.assign(**clocks)), *rest, way
                )
                more, fewer = then - today[way], today[way] - then
                counts = [int(n[list(rows)].sum()) for rows in (more, more & today[other], fewer)]
                tried.append({
                    "line_id": line, "trip_id": trip, "direction": way, "shift_s": shift_s,
                    "n_more": counts[0], "n_more_both": counts[1], "n_fewer": counts[2],
                })  # fmt: skip
            best = max(tried, key=lambda one: (
                one["n_more_both"] - one["n_fewer"], one["n_more"] - one["n_fewer"],
                -abs(one["shift_s"]), one["shift_s"],
            ))  # fmt: skip
            expected += [best] if best["n_more"] > best["n_fewer"] else []
    found = find_retimings(*where, within_s=600).to_dict("records")
    by_trip = sorted(found, key=lambda one: (one["line_id"], one["trip_id"], one["direction"]))
    assert by_trip == sorted(
        expected, key=lambda one: (one["line_id"], one["trip_id"], one["direction"])
    )
