"""The whole way on real roads: two schools of Malta."""

import pytest

from benchmarks.malta import run


@pytest.fixture(scope="module")
def figures(shared_data, tmp_path_factory):
    return run(shared_data, tmp_path_factory.mktemp("malta"), seconds=60, seed=1, rounds=1)


def test_no_rule_is_broken(figures):
    assert figures["breaches"] == []


def test_nobody_crosses_the_sea(figures):
    """The pupil on Gozo is unserved both ways, and told that the roads do not connect."""
    assert figures["gozo"] == ["island", "island"]


def test_all_others_are_served(figures):
    summary = figures["summary"]
    assert summary["n_unserved"] == 1
    assert summary["n_served"] == summary["n_entitled"] - 1 > 300


def test_driving_times_go_with_those_of_a_map_service(figures):
    """Correlation above 0.95 and sums within a tenth, for both schools."""
    for school in figures["schools"].values():
        assert school["correlation"] > 0.95
        assert 0.9 < school["ours_over_theirs"] < 1.1
        assert school["snap_median_m"] < 20


def test_the_schools_need_about_as_many_buses_as_the_published_plans(figures):
    """Published: 4 routes each, with stops chosen for that; ours may need one or two more."""
    for school in figures["schools"].values():
        assert 4 <= school["routes"] <= 6
