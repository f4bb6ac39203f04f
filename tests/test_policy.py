"""The rules: presets, files, and what is refused."""

from dataclasses import fields, replace

import pytest

from routing.errors import InputError
from routing.policy import PRESETS, ByGrade, Policy, read_policy


def test_every_number_has_a_unit_and_a_source_that_says_how_well_it_is_known():
    """A default without a source is not merged."""
    known = ("(law)", "(excerpt)", "(assumed)", "(derived)", "(recalled)")
    for rule in fields(Policy):
        if rule.name != "name":
            assert rule.metadata["unit"], rule.name
            assert any(word in rule.metadata["source"] for word in known), rule.name


def test_the_presets_differ_where_the_county_plans_do():
    assert {name: Policy.preset(name).ride_beyond_m for name in PRESETS} == {
        "national": 2000, "dongchangfu": 2000, "anqiu": None,
    }  # fmt: skip
    assert Policy.preset("anqiu").merged_entitled


def test_an_unknown_preset_is_refused_with_the_names_there_are():
    with pytest.raises(InputError, match="national, dongchangfu, anqiu"):
        Policy.preset("nowhere")


def test_a_band_of_grades_holds_three_grades_and_kindergarten_counts_as_the_first():
    limit = ByGrade(1, 2, 3)
    assert [limit.at(grade) for grade in range(10)] == [1, 1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_a_file_starts_from_its_preset_and_changes_only_what_it_names(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(
        '\ufeffpreset = "dongchangfu"\nstop_s = 25\n[max_ride_s]\ng7_9 = 3000\n', "utf-8"
    )
    policy = read_policy(path)
    assert policy == replace(
        Policy.preset("dongchangfu"), stop_s=25, max_ride_s=ByGrade(1800, 2400, 3000)
    )


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("ride_beyond_km = 2", r"'ride_beyond_m' \(m, 100 to 20000\)"),
        ("ride_beyond_m = 2", "m, 100 to 20000"),
        ("stop_s = -1", "s, 0 to 300"),
        ("max_ride_min = 30", r"'max_ride_s' \(s, 300 to 10800\)"),
        ("run_speed_kmh = 30", "run_speed_kmh"),
        ("max_ride_s = true", "max_ride_s"),
        ("ferries = 1", "ferries"),
        ('distance_measure = "crow"', "one of walk, straight, drive"),
        ("max_ride_s = {g1_4 = 1}", "max_ride_s.g1_4"),
        ("walk_m_per_s = {g1_3 = 100.0}", "walk_m_per_s.g1_3"),
        ("arrive_before_min_s = 3000", "arrive_before_max_s"),
        ('preset = "nowhere"', "no preset"),
        ("stop_s = ", "TOML"),
    ],
)
def test_what_cannot_be_meant_is_refused_naming_the_key_and_the_range(tmp_path, line, named):
    path = tmp_path / "policy.toml"
    path.write_text(line, "utf-8")
    with pytest.raises(InputError, match=named):
        read_policy(path)


def test_all_faults_of_a_file_are_told_at_once_in_both_languages(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("stop_s = -1\nbogus = 2\nboard_s = 900\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_policy(path)
    assert {fault.column for fault in caught.value.faults} == {"stop_s", "bogus", "board_s"}
    assert "3处错误" in caught.value.say("zh")


def test_two_attendants_ride_on_a_bus_of_more_than_forty_seats():
    assert [Policy().n_attendants(seats) for seats in (19, 40, 41, 56)] == [1, 1, 2, 2]


def test_one_number_for_all_grades_may_be_given_once(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("max_ride_s = 1800", "utf-8")
    assert read_policy(path).max_ride_s == ByGrade(1800, 1800, 1800)
