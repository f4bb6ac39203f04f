"""Closing schools: the search against all sets, its bounds against real plans, its rules."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from consolidation_by_hand import closing_district, closing_policy, quick_plan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.consolidate import choice_table, consolidate
from routing.consolidate.candidates import find_candidates
from routing.consolidate.county import measure_county, read_days
from routing.consolidate.figures import find_broken
from routing.consolidate.front import pick_front
from routing.consolidate.loop import begin
from routing.consolidate.search import Effort, search_sets, spread
from routing.consolidate.tries import Steps, try_set
from routing.errors import InputError
from routing.measure.schools import cost_table
from routing.plan import make_plan
from routing.policy import ByGrade
from routing.replan import replan

RICH = {"school_upkeep_yuan": 150_000}
"""Closing releases more than a bus of 17 seats costs."""


def real_plan(before, district, policy):
    return replan(before, district, policy, seed=1, max_rounds=1)


def every_set(tries):
    """Tries every set of candidates, bounds or not; returns what was planned."""
    rows = tries.ground.rows
    for n in range(1, len(rows) + 1):
        for names in itertools.combinations(rows, n):
            tries.known.pop(frozenset(names), None)
            try_set(tries, frozenset(names))
    assert not tries.ruled_out
    return list(tries.known.values())


def no_bound(tries):
    """The same tries, but nothing is ever beaten: every set is planned."""

    class Blind(type(tries)):
        @property
        def beaten(self):
            return ()

    return Blind(tries.ground, tries.present, tries.steps, dict(tries.known))


@pytest.fixture(scope="module")
def four():
    """Four small schools and E, with real plans of the present."""
    district, policy = closing_district("ABDG"), closing_policy(**RICH)
    return district, policy, make_plan(district, policy, seed=1, max_rounds=1)


@pytest.fixture(scope="module")
def four_tried(four):
    """Every set of the four, with real plans."""
    district, policy, present = four
    tries, _ = begin(district, policy, present, None, real_plan, cost_table)
    return every_set(no_bound(tries))


def names(choices):
    return [one.name for one in choices]


def test_with_real_plans_the_answer_is_that_of_trying_all_sixteen_sets(four, four_tried):
    district, policy, present = four
    found = consolidate(district, policy, start=present, max_rounds=1, planner=real_plan)
    assert len(four_tried) == 16
    assert found.stopped == "proven"
    assert names(found.choices) == names(pick_front(four_tried))
    assert [c.figures for c in found.choices] == [c.figures for c in pick_front(four_tried)]
    assert len(found.choices) > 1
    assert all(choice.plan is not None for choice in found.choices)
    assert len(found.tried) + found.n_ruled_out <= 16


def test_no_real_plan_is_cheaper_or_faster_than_its_bound(four_tried):
    for one in four_tried:
        if one.plan_made:
            assert 0 < one.least_yuan <= one.cost_yuan
            assert one.n_buses_least <= one.n_buses


def test_no_pupil_is_lost_between_before_and_after(four, four_tried):
    students = four[0].students
    for one in four_tried:
        if one.plan is not None:
            after = one.plan.district.students
            assert after["student_id"].tolist() == students["student_id"].tolist()
            assert after["n_students"].tolist() == students["n_students"].tolist()
            assert not set(after["school_id"]) & set(one.closed)
