"""Recorders' traces give the factors back that they were made with, and say what is wrong."""

import json
from dataclasses import replace

import numpy as np
import pytest
from made_traces import BLOCK_M, N, drive, make_town
from roads_by_hand import lonlat, make_roads
from shell import schoolbus

from routing.calibration import (
    Traces,
    calibrate_speeds,
    count_calibration,
    format_fragment,
    format_table,
    read_traces,
)
from routing.calibration.clock import parse_moment
from routing.calibration.runs import cut_runs
from routing.errors import InputError
from routing.policy import Policy, TimeFactors, read_policy
from routing.roads import bus_network
from routing.roads.matching import match_traces
from routing.roads.network import BusSize

POLICY = Policy()
SLOW = {"primary": 0.9, "secondary": 1.6, "tertiary": 1.3}
NOTHING = BusSize(0, 0, 0, 0)


def traces_of(rows, file="made.csv"):
    """Return made rows as traces."""
    number = {bus: at for at, bus in enumerate(dict.fromkeys(row[0] for row in rows))}
    columns = (np.array([row[k] for row in rows], float) for k in (1, 2, 3))
    return Traces(file, np.array([number[row[0]] for row in rows], np.int64), *columns)


def on_the_way(metres, every_s=10.0, bus="bus", begin_s=0.0):
    """Return rows of a bus at these places, metres east and north, one every ten seconds."""
    return [(bus, begin_s + every_s * at, *lonlat(*place)) for at, place in enumerate(metres)]


def write_csv(path, rows, head="bus,time,lon,lat", encoding="utf-8"):
    path.write_text("\n".join([head, *(",".join(map(str, row)) for row in rows)]), encoding)
    return path


def clock(time_s):
    """Return a moment as a recorder writes it."""
    hours, rest = divmod(int(time_s), 3600)
    return f"2026-09-{1 + hours // 24:02d} {hours % 24:02d}:{rest // 60:02d}:{rest % 60:02d}"


def faults_of(path, box=None):
    with pytest.raises(InputError) as caught:
        read_traces(path, box)
    return caught.value.faults


@pytest.fixture(scope="module")
def town():
    return make_town()


@pytest.fixture(scope="module")
def road():
    """A straight tertiary road of 10 km: 32 km/h, 8.889 m/s."""
    ends = [lonlat(0, 0), lonlat(10_000, 0)]
    return make_roads(ends, [{"start": 0, "end": 1, "road_class": "tertiary"}])


@pytest.mark.parametrize(("every_s", "noise_m"), [(1.0, 10.0), (5.0, 5.0), (10.0, 5.0)])
def test_the_factors_that_traces_were_made_with_come_back(town, every_s, noise_m):
    """Within 2 per cent, and the quartiles around them, halts of 40 to 90 s apart."""
    rows = drive(town, POLICY, SLOW, n_buses=4, n_legs=8, every_s=every_s, noise_m=noise_m)
    found = calibrate_speeds(traces_of(rows), town, POLICY)
    table = found.table.set_index("road_class")
    for name, factor in {**SLOW, "unclassified": 1.0}.items():
        row = table.loc[name]
        assert row["enough"]
        assert row["factor"] == pytest.approx(factor, rel=0.02)
        assert getattr(found.factors, name) == pytest.approx(factor, rel=0.02)
        assert row["low"] <= row["middle"] <= row["high"]
        assert row["low"] == pytest.approx(factor, rel=0.05)
        assert row["high"] == pytest.approx(factor, rel=0.05)
    assert found.standing_hours * 3600 > 4 * 8 * 20  # of 32 halts at least 20 s each


def test_seldom_points_still_give_the_factors_but_hide_short_halts(town):
    """A point every 30 s: within 5 per cent."""
    rows = drive(town, POLICY, SLOW, n_buses=4, n_legs=8, every_s=30.0)
    found = calibrate_speeds(traces_of(rows), town, POLICY)
    table = found.table.set_index("road_class")
    for name, factor in SLOW.items():
        assert table.loc[name, "factor"] == pytest.approx(factor, rel=0.05)


def test_a_bus_at_half_the_planned_speed_has_the_factor_two(road):
    """16 km/h: 44.44 m every 10 s; thinned to every second point, exact but for rounding."""
    rows = on_the_way([(100 + 44.444 * at, 0) for at in range(200)])
    found = calibrate_speeds(traces_of(rows), road, POLICY)
    row = found.table.set_index("road_class").loc["tertiary"]
    assert row["factor"] == pytest.approx(2.0, rel=1e-3)
    assert row["km"] == pytest.approx(198 * 0.044444, rel=1e-3)
    assert row["n_pieces"] == 1
    assert found.factors.tertiary == pytest.approx(2.0, abs=0.002)


def test_what_the_policy_had_before_does_not_change_what_is_found(road):
    """The factors are those to be used with a time_factor of 1; unknown ones keep 1.5 x 1.2."""
    rows = on_the_way([(100 + 44.444 * at, 0) for at in range(200)])
    old = replace(POLICY, time_factor=1.5, time_factors=TimeFactors(tertiary=3.0, trunk=1.2))
    found = calibrate_speeds(traces_of(rows), road, old)
    assert found.factors.tertiary == pytest.approx(2.0, abs=0.002)
    assert found.factors.trunk == pytest.approx(1.8)
    assert found.resets


def test_a_class_driven_too_little_keeps_its_number(road):
    """4 km are under 5."""
    rows = on_the_way([(100 + 80 * at, 0) for at in range(51)])
    old = replace(POLICY, time_factors=TimeFactors(tertiary=1.4))
    found = calibrate_speeds(traces_of(rows), road, old)
    row = found.table.set_index("road_class").loc["tertiary"]
    assert (row["enough"], row["was"], row["now"]) == (False, 1.4, 1.4)
    assert row["factor"] == pytest.approx(10 / 9, rel=1e-3)  # 28.8 km/h
    assert "not enough" in format_table(found)
    assert "数据不足" in format_table(found, "zh")


def test_a_halt_is_cut_out_and_counted(road):
    """10 minutes at one place between two drives of 4 km at 28.8 km/h."""
    there = [(100 + 80 * at, 0) for at in range(51)]
    rows = on_the_way([*there, *[there[-1]] * 60, *[(4100 + 80 * at, 0) for at in range(1, 51)]])
    found = calibrate_speeds(traces_of(rows), road, POLICY)
    row = found.table.set_index("road_class").loc["tertiary"]
    assert row["factor"] == pytest.approx(10 / 9, rel=1e-3)
    assert found.n_runs == 2
    assert found.standing_hours * 3600 == pytest.approx(600, abs=40)


def test_signals_and_turns_that_are_planned_are_not_in_the_factor(road):
    """8 signals of 30 s on 10 km: 9 km pass 216 s of them; 32 km/h beside that is the plan."""
    signals = replace(road, signals_forward=np.array([8], np.int8))
    policy = replace(POLICY, signal_s=30)
    pace_s = (9000 / (32 / 3.6) + 216) / 180
    rows = on_the_way([(500 + 50.001 * at, 0) for at in range(181)], every_s=pace_s)
    row = calibrate_speeds(traces_of(rows), signals, policy).table.set_index("road_class")
    assert row.loc["tertiary", "factor"] == pytest.approx(1.0, rel=5e-3)


def test_points_out_of_order_and_repeated_change_nothing(road):
    rows = on_the_way([(100 + 80 * at, 0) for at in range(100)])
    mixed = [*rows[50:], *rows[:50], *rows[20:25]]
    plain, found = (calibrate_speeds(traces_of(some), road, POLICY) for some in (rows, mixed))
    assert found.table["factor"].equals(plain.table["factor"])
    assert (found.n_repeated, found.n_late) == (5, 2)
    assert "5 repeated" in format_table(found)


def test_a_jump_of_100_km_begins_a_new_drive(road):
    """One point of 100 is 100 km north; the two steps to and from it are lost, no more."""
    rows = on_the_way([(100 + 80 * at, 100_000 if at == 50 else 0) for at in range(100)])
    found = calibrate_speeds(traces_of(rows), road, POLICY)
    row = found.table.set_index("road_class").loc["tertiary"]
    assert (found.n_jumps, found.n_runs) == (2, 2)
    assert row["km"] == pytest.approx(97 * 0.08, rel=1e-2)
    assert row["factor"] == pytest.approx(10 / 9, rel=1e-3)


def test_a_gap_of_more_than_two_minutes_begins_a_new_drive(road):
    first = on_the_way([(100 + 80 * at, 0) for at in range(50)])
    for pause_s, n_runs in ((120, 1), (121, 2)):
        later_s = first[-1][1] + pause_s
        second = on_the_way([(5000 + 80 * at, 0) for at in range(50)], begin_s=later_s)
        assert calibrate_speeds(traces_of([*first, *second]), road, POLICY).n_runs == n_runs


def test_two_buses_are_two_traces_even_at_the_same_time(road):
    rows = [
        *on_the_way([(100 + 80 * at, 0) for at in range(60)], bus="a"),
        *on_the_way([(9900 - 80 * at, 0) for at in range(60)], bus="b"),
    ]
    found = calibrate_speeds(traces_of(rows), road, POLICY)
    assert (found.n_buses, found.n_runs) == (2, 2)
    assert found.table["km"].sum() == pytest.approx(2 * 59 * 0.08, rel=1e-2)


def test_traces_off_the_roads_are_refused_with_the_likely_reason(road):
    """600 m south of the road, as GCJ-02 lies 500 m east of WGS-84."""
    rows = on_the_way([(100 + 80 * at, -600) for at in range(50)])
    with pytest.raises(InputError, match="50 of 50 points") as caught:
        calibrate_speeds(traces_of(rows), road, POLICY)
    assert "GCJ-02" in caught.value.say("zh")


def test_a_part_off_the_roads_is_left_out_and_counted(road):
    """Every third kilometre 200 m aside."""
    rows = on_the_way([(100 + 80 * at, 200 if at % 36 > 24 else 0) for at in range(100)])
    found = calibrate_speeds(traces_of(rows), road, POLICY)
    assert found.n_off == 25
    assert found.n_runs == 3


@pytest.mark.parametrize("n", [0, 1])
def test_no_drive_that_can_be_followed_is_said(road, n):
    with pytest.raises(InputError, match="no drive that can be followed"):
        calibrate_speeds(traces_of(on_the_way([(100, 0)] * n)), road, POLICY)


def test_a_bus_that_only_stands_gives_no_factor(road):
    with pytest.raises(InputError, match="no drive that can be followed"):
        calibrate_speeds(traces_of(on_the_way([(100, 0)] * 60)), road, POLICY)


def test_a_fitted_line_tells_standing_from_creeping():
    """Noise of 5 m, a point every 5 s: 600 s at rest are cut out, 600 s at 8 km/h are not."""
    noise = np.random.default_rng(2).normal(0, 5, (120, 2))
    standing = cut_runs(traces_of(on_the_way(noise, every_s=5)))
    steps = np.arange(120)[:, None] * np.array([[8 / 3.6 * 5, 0]])
    creeping = cut_runs(traces_of(on_the_way(noise + steps, every_s=5)))
    assert standing.standing_s > 560
    assert creeping.standing_s == 0


def test_of_two_roads_side_by_side_the_one_that_leads_on_is_taken():
    """A dead end 15 m beside the main road, with noise towards it: the main road all along."""
    nodes = [lonlat(0, 0), lonlat(1000, 0), lonlat(2000, 0), lonlat(1900, 15)]
    links = [
        {"start": 0, "end": 1}, {"start": 1, "end": 2},
        {"start": 1, "end": 3, "via": [lonlat(1020, 15)]},
    ]  # fmt: skip
    roads = make_roads(nodes, links)
    network = bus_network(roads, POLICY, size=NOTHING)
    places = [(50 + 100 * at, 9 if 1000 < 50 + 100 * at < 1800 else 0) for at in range(20)]
    rows = traces_of(on_the_way(places))
    matches = match_traces(network, rows.bus, rows.time_s, rows.lon, rows.lat)
    assert set(matches.part_link.tolist()) == {0, 1}
    assert matches.part_dm.sum() == pytest.approx(19_000, abs=10)
    assert (matches.piece == 0).all()


def test_a_one_way_is_never_driven_backward():
    """Two carriageways 20 m apart; the recorder lies between them, a little to the wrong one."""
    nodes = [lonlat(0, 0), lonlat(2000, 0), lonlat(0, 20), lonlat(2000, 20)]
    links = [{"start": 0, "end": 1, "oneway": True}, {"start": 3, "end": 2, "oneway": True}]
    network = bus_network(make_roads(nodes, links), POLICY, size=NOTHING)
    rows = traces_of(on_the_way([(100 + 100 * at, 12) for at in range(15)]))
    matches = match_traces(network, rows.bus, rows.time_s, rows.lon, rows.lat)
    assert set(matches.part_link.tolist()) == {0}
    assert not matches.part_backward.any()


def test_a_csv_is_read_with_chinese_headers_and_all_kinds_of_times(tmp_path):
    lon, lat = lonlat(0, 0)
    rows = [
        ("鲁P12345", "2026-09-01 07:05:30", lon, lat, 30),
        ("鲁P12345", "2026/9/1 7:05:40", lon, lat, 31),
        ("鲁P99999", "2026-09-01T07:05:50.5+08:00", lon, lat, 0),
        ("鲁P99999", "2026-08-31T23:06:00Z", lon, lat, 0),
    ]
    path = write_csv(tmp_path / "轨迹.csv", rows, "车牌号,定位时间,经度,纬度,速度", "gb18030")
    traces = read_traces(path)
    assert traces.bus.tolist() == [0, 0, 1, 1]
    assert (traces.time_s - traces.time_s[0]).tolist() == [0, 10, 20.5, 30]
    assert traces.lon.tolist() == [lon] * 4
    assert any("速度" in note.zh for note in traces.notes)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1970-01-01 08:00:01", 1.0), ("1970-01-01T00:00:01Z", 1.0), ("19700101080001", 1.0),
        ("1970年1月1日 8时0分1秒", 1.0), ("1700000000", 1.7e9), ("1700000000500", 1.7e9 + 0.5),
        ("2026-09-01 07:05", "no_seconds"), ("07:05:30", "no_time"), ("2026-09-01", "no_time"),
        ("2026-13-01 07:05:30", "no_time"), ("2026-09-01 25:05:30", "no_time"), ("soon", "no_time"),
    ],
)  # fmt: skip
def test_moments_are_read_or_said_to_be_none(text, found):
    assert parse_moment(text) == found


def test_every_fault_of_a_file_is_told_with_row_column_and_value(tmp_path):
    rows = [
        ("a", "2026-09-01 07:05:30", 118.0, 36.5),
        ("", "2026-09-01 07:05", 118.0, 36.5),
        ("a", "yesterday", "118.0E", 36.5),
        ("a", "2026-09-01 07:05:50", 118.0, 136.5),
    ]
    faults = faults_of(write_csv(tmp_path / "t.csv", rows))
    told = {(fault.row, fault.column, fault.value) for fault in faults}
    assert told == {
        (3, "bus", None), (3, "time", "2026-09-01 07:05"), (4, "time", "yesterday"),
        (4, "lon", "118.0E"), (5, "lon, lat", "118, 136.5"),
    }  # fmt: skip
    assert all(fault.remedy.en and fault.remedy.zh for fault in faults)


def test_many_faults_alike_are_shortened(tmp_path):
    rows = [("a", "07:05:30", 118.0, 36.5)] * 50
    faults = faults_of(write_csv(tmp_path / "t.csv", rows))
    assert len(faults) == 21
    assert "30 more rows" in faults[-1].problem.en


def test_an_empty_file_one_of_other_columns_and_none_at_all(tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    assert "no points" in faults_of(empty)[0].problem.en
    assert "no points" in faults_of(write_csv(tmp_path / "head.csv", []))[0].problem.en
    other = faults_of(write_csv(tmp_path / "other.csv", [(1, 2)], "x1,speed"))
    assert {fault.column for fault in other} == {"车辆", "时间", "位置"}
    assert "no file" in faults_of(tmp_path / "nowhere.csv")[0].problem.en
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"PK")
    assert "no CSV" in faults_of(book)[0].problem.en


def test_places_without_a_fix_and_far_away_are_left_out_and_counted(tmp_path):
    rows = [("a", clock(at), 118.0, 36.5) for at in range(8)]
    rows += [("a", clock(8), 0, 0), ("a", clock(9), "", ""), ("a", clock(10), 119.5, 36.5)]
    traces = read_traces(write_csv(tmp_path / "t.csv", rows), (117.9, 36.4, 118.1, 36.6))
    assert len(traces.bus) == 8
    said = " ".join(note.en for note in traces.notes)
    assert "2 row(s) without a place" in said
    assert "1 point(s) outside" in said


def test_swapped_columns_and_another_county_are_one_fault_each(tmp_path):
    box = (117.9, 36.4, 118.1, 36.6)
    swapped = write_csv(tmp_path / "s.csv", [("a", clock(at), 36.5, 118.0) for at in range(5)])
    away = write_csv(tmp_path / "a.csv", [("a", clock(at), 116.0, 36.5) for at in range(5)])
    assert [fault.problem.en for fault in faults_of(swapped, box)] == [
        "longitude and latitude are swapped in 5 of 5 rows."
    ]
    (fault,) = faults_of(away, box)
    assert "5 of 5 points lie outside the roads" in fault.problem.en


def test_the_fragment_is_a_policy_and_makes_planned_times_honest(road, tmp_path):
    """Read back, 10 km take what the bus took: 2 x 10,000 / 8.889 s."""
    rows = on_the_way([(100 + 44.444 * at, 0) for at in range(200)])
    old = replace(POLICY, time_factor=1.5)
    found = calibrate_speeds(traces_of(rows), road, old)
    path = tmp_path / "fragment.toml"
    path.write_text(format_fragment(found), "utf-8")
    policy = read_policy(path)
    assert policy.time_factor == 1.0
    assert policy.time_factors == found.factors
    network = bus_network(road, policy)
    assert network.forward_ms[0] / 1000 == pytest.approx(2 * 10_000 / (32 / 3.6), rel=2e-3)


def test_no_bus_place_or_time_is_in_what_comes_out(town, tmp_path):
    rows = drive(town, POLICY, SLOW, n_buses=2, n_legs=2)
    rows = [(f"secret {row[0]}", *row[1:]) for row in rows]
    found = calibrate_speeds(traces_of(rows), town, POLICY)
    words = format_table(found) + format_fragment(found) + json.dumps(count_calibration(found))
    assert "secret" not in words
    assert "118." not in words


def test_the_command_writes_a_fragment_and_says_faults_with_exit_code_3(town, tmp_path):
    from routing.roads import write_osm

    links = [
        (int(way), (int(town.node_id[a]), int(town.node_id[b])), {"highway": "tertiary"})
        for way, a, b in zip(town.way_id, town.start, town.end, strict=True)
    ]
    nodes = [
        (int(i), float(lon), float(lat), {})
        for i, lon, lat in zip(town.node_id, town.node_lon, town.node_lat, strict=True)
    ]
    roads = write_osm(tmp_path / "town.osm.pbf", nodes, links)
    drives = on_the_way([(80 * at, 0) for at in range(int(BLOCK_M * (N - 1) // 80))])
    rows = [(bus, clock(time_s), lon, lat) for bus, time_s, lon, lat in drives]
    good = write_csv(tmp_path / "good.csv", rows)
    out = tmp_path / "new" / "factors.toml"
    done = schoolbus("calibrate", good, "--roads", roads, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["classes"]["tertiary"]["factor"] == pytest.approx(32 / 28.8, rel=0.01)
    assert read_policy(out).time_factors.tertiary == pytest.approx(32 / 28.8, rel=0.01)
    told = schoolbus("calibrate", good, "--roads", roads, "--lang", "zh")
    assert "四分位" in told.stdout
    assert "[time_factors]" in told.stdout
    bad = write_csv(tmp_path / "bad.csv", [("a", "soon", 118, 36)])
    wrong = schoolbus("calibrate", bad, "--roads", roads)
    assert wrong.returncode == 3
    assert "bad.csv, row 2, column 'time', value 'soon'" in wrong.stderr


def test_traces_worked_on_in_lots_are_matched_as_in_one(town):
    """Lots of at least 50 steps, or all together."""
    network = bus_network(town, POLICY, size=NOTHING)
    runs = cut_runs(traces_of(drive(town, POLICY, SLOW, n_buses=3, n_legs=4)))
    points = runs.run, runs.time_s, runs.lon, runs.lat
    whole, parts = match_traces(network, *points), match_traces(network, *points, steps_at_once=50)
    assert len(np.unique(whole.piece)) == 12
    for name in ("piece", "from_row", "turning_s", "part_step", "part_link", "part_dm"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name
