"""What tag values say."""

import math

import pytest

from routing.roads.values import is_urban, parse_duration, parse_lanes, parse_speed, parse_width


@pytest.mark.parametrize(
    ("text", "limit_kmh"),
    [
        ("50", 50),
        ("50 km/h", 50),
        ("50km/h", 50),
        ("７０", 70),
        ("35 mph", 56.32704),  # 35 x 1.609344
        ("35mph", 56.32704),
        ("10 knots", 18.52),
        ("CN:urban", 50),
        ("CN:rural", 70),
        ("CN:motorway", 120),
        ("cn:URBAN", 50),
        ("RO:urban", 50),
        ("DE:rural", 80),
        ("urban", 50),
        ("DE:zone:30", 30),
        ("DE:zone30", 30),
        ("FR:20", 20),
        ("50; 30", 30),
        ("60|80", 60),
        ("walk", 7),
        ("GB:nsl_single", 96.56064),
        ("none", 0),
        ("signals", 0),
        ("variable", 0),
        ("", 0),
        ("unposted", 0),
        ("sixty", 0),
        ("XX:moon", 0),
    ],
)
def test_a_speed_limit_is_read_in_every_spelling(text, limit_kmh):
    found, faulty = parse_speed(text)
    assert math.isclose(found, limit_kmh)
    assert not faulty


@pytest.mark.parametrize("text", ["0", "-30", "nan", "NaN", "inf", "0 mph"])
def test_a_limit_that_cannot_be_is_no_limit_and_is_counted(text):
    assert parse_speed(text) == (0.0, True)


@pytest.mark.parametrize(
    ("text", "lanes"),
    [
        ("2", 2),
        ("２", 2),
        ("1.5", 1),
        ("2; 3", 2),
        ("0", 0),
        ("-1", 0),
        ("many", 0),
        ("99", 0),
        ("nan", 0),
    ],
)
def test_lanes_are_whole_and_the_least_of_several(text, lanes):
    assert parse_lanes(text) == lanes


@pytest.mark.parametrize(
    ("text", "width_m"),
    [
        ("3.5", 3.5),
        ("3.5 m", 3.5),
        ("3,5", 3.5),
        ("350 cm", 3.5),
        ("12'", 3.6576),  # 12 x 0.3048
        ("12 ft", 3.6576),
        ("12'6\"", 3.81),  # 12.5 x 0.3048
        ("3 - 4", 3),
        ("4;3.5", 3.5),
        ("３米", 3),
        ("narrow", 0),
        ("0", 0),
        ("0.1", 0),
        ("6000", 0),
    ],
)
def test_a_width_is_read_in_metres_feet_and_ranges(text, width_m):
    assert math.isclose(parse_width(text), width_m)


@pytest.mark.parametrize(
    ("text", "duration_s"),
    [
        ("20", 1200),
        ("00:20", 1200),
        ("1:20", 4800),
        ("00:20:30", 1230),
        ("PT20M", 1200),
        ("PT1H30M", 5400),
        ("P1DT1H", 90_000),
        ("pt45s", 45),
        ("soon", 0),
        ("", 0),
    ],
)
def test_a_crossing_time_is_read_as_clock_minutes_or_iso(text, duration_s):
    assert parse_duration(text) == duration_s


def test_only_a_zone_named_urban_is_urban():
    assert is_urban("CN:urban")
    assert is_urban("urban")
    assert not is_urban("CN:rural")
    assert not is_urban("suburban")
    assert not is_urban("50")
