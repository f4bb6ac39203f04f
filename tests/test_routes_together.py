"""All schools of a half-day together: blocks are cut where the bus is empty; buses wait at gates."""

from dataclasses import replace

import numpy as np
import pytest
from plan_by_hand import grid_district

from routing.asking import ask_mixed
from routing.check import check_plan
from routing.errors import InputError
from routing.plan import make_plan
from routing.policy import Policy
from routing.routes.blocks import cut_block, hold_at_gates
from routing.routes.drives import Drive, Halt, Member
from routing.solver import Block

GIVEN = ["straight_m", "walk_m", "drive_m", "entitled", "why"]


class Cases:
    """Stands 0 and 1 go to school 5, stand 2 to school 7."""

    cases = (type("Case", (), {"school": 5}), type("Case", (), {"school": 7}))
    owner = ((0, None), (0, None), (1, None))
    schools = (5, 7)


def test_a_block_is_cut_where_its_bus_is_empty():
    block = Block(0, (0, -1, 2, 1, -1, -2), (0,) * 6)
    assert list(cut_block(Cases, block)) == [(0, -1), (2, 1, -1, -2)]


def drive(direction, halts, legs_s):
    """A drive over places in a row, so many seconds apart."""
    at_s = np.concatenate([[0], np.cumsum(legs_s)])
    ways_s = np.abs(at_s[:, None] - at_s[None, :])
    travel = type("Travel", (), {"duration_s": ways_s})
    return Drive("", direction, 0, 0, (0,), tuple(halts), None, travel)


def rules():
    return Policy(stop_s=30, board_s=4, school_stop_s=29, school_alight_s=2)


def test_a_bus_too_early_at_the_second_school_waits_at_the_first():
    """Stop, 100 s, school 5, 200 s, school 7; 1 student for each, boarding 30 + 4 x 2 = 38 s.

    School 5 is reached 138 s after the start, school 7 31 + 200 s later, at 369 s. School 5
    shuts at 1000: start at 862 at the latest. School 7, shut at 3000, opens at 1300: 1231
    is 69 s too early, so the bus stands 69 s longer at school 5.
    """
    halts = [Halt(0, None, 0, (Member(0, 1, 5), Member(1, 1, 7))), Halt(1, 5), Halt(2, 7)]
    windows = {5: (900, 1000), 7: (1300, 3000)}
    held = hold_at_gates(drive("to_school", halts, [100, 200]), rules(), windows)
    assert [halt.hold_s for halt in held.halts] == [0, 69, 0]


def test_a_bus_home_waits_at_the_school_that_ends_later():
    """School 5 may be left from 1000 to 1100, school 7, 200 s on, from 1500 to 1600.

    It leaves school 5 at 1100 at the latest, is at school 7 at 1300, and 30 + 4 s later
    could leave: 166 s too early.
    """
    halts = [Halt(0, 5), Halt(1, 7), Halt(2, None, 0, (Member(0, 1, 5), Member(1, 1, 7)))]
    windows = {5: (1000, 1100), 7: (1500, 1600)}
    held = hold_at_gates(drive("to_home", halts, [200, 100]), rules(), windows)
    assert [halt.hold_s for halt in held.halts] == [0, 166, 0]


def test_windows_that_agree_need_no_wait():
    halts = [Halt(0, None, 0, (Member(0, 1, 5), Member(1, 1, 7))), Halt(1, 5), Halt(2, 7)]
    windows = {5: (900, 1000), 7: (1100, 1300)}
    held = hold_at_gates(drive("to_school", halts, [100, 200]), rules(), windows)
    assert [halt.hold_s for halt in held.halts] == [0, 0, 0]


@pytest.fixture(scope="module")
def district():
    made = grid_district()
    schools = made.schools.assign(bell_s=8 * 3600 + 20 * 60)
    return replace(made, schools=schools, students=made.students.drop(columns=GIVEN))


def n_gates(plan):
    """Schools called at by the route that calls at most."""
    gates = plan.visits[plan.visits["kind"] == "school"]
    return int(gates.groupby("route_id")["place_id"].nunique().max())


def narrow(**rules):
    """Rules under which no bus can bring one school after the other.

    From S1 to P3, there 58 s, and on to S2 takes 943 s, with unloading 994 s: more than the
    700 s of a window. From gate to gate it takes less.
    """
    return Policy(arrive_before_max_s=1_300, leave_after_max_s=1_000, **rules)


@pytest.fixture(scope="module")
def mixed(district):
    return make_plan(district, narrow(mixed_loads="any"), seed=1, max_rounds=4)


def test_schools_share_a_bus_only_where_the_policy_lets_them(district, mixed):
    """S1 is a primary, S2 a junior school, both with bells at 08:20: two buses, or one shared."""
    alone = make_plan(district, narrow(), seed=1, max_rounds=4)
    kinds = make_plan(district, narrow(mixed_loads="same_kind"), seed=1, max_rounds=4)
    assert [n_gates(plan) for plan in (alone, kinds, mixed)] == [1, 1, 2]
    assert check_plan(alone) == check_plan(kinds) == check_plan(mixed) == []
    assert [plan.routes["bus_id"].nunique() for plan in (alone, kinds, mixed)] == [2, 2, 1]
    assert len(mixed.rides) == len(alone.rides)


def test_shared_buses_are_a_breach_where_the_policy_does_not_let_schools_share(mixed):
    strict = replace(mixed, policy=replace(mixed.policy, mixed_loads="never"))
    assert {breach.rule for breach in check_plan(strict)} == {"schools_may_share"}


def test_what_sharing_would_save_can_be_asked(district):
    """One bus of two goes; both plans keep everybody, and the plan asked stays as it is."""
    alone = make_plan(district, narrow(), seed=1, max_rounds=4)
    gain = ask_mixed(alone, "any", max_rounds=4)
    assert (gain.n_buses_without, gain.n_buses_with, gain.n_shared) == (2, 1, 2)
    assert gain.saved_yuan > 0
    assert "1 buses and about" in gain.say("en")
    assert "可减少校车1辆" in gain.say("zh")
    nothing = ask_mixed(alone, "same_kind", max_rounds=4)
    assert (nothing.n_shared, nothing.saved_yuan) == (0, 0)
    assert "nothing was found" in nothing.say("en")


def test_a_rule_that_is_none_cannot_be_asked(district):
    alone = make_plan(district, narrow(), seed=1, max_rounds=1)
    with pytest.raises(InputError):
        ask_mixed(alone, "sometimes", max_rounds=1)
