"""Gini, Palma and the shares beyond limits: against hand sums, closed forms and brute force."""

import numpy as np
import pytest
from compare_by_hand import alternative
from plan_by_hand import gridtown, nobody_rides

from routing.compare import EQUITY, compare_plans
from routing.compare.equity import gini, measure_equity, palma
from routing.compare.losses import pupil_days


def numbers(*values):
    return np.array(values, np.float64)


def measured(plan):
    figures = measure_equity(pupil_days(plan, plan.policy))
    return {name: value for name, (value, _) in figures.items()}


def double_sum(values, n):
    """The definition: mean absolute difference of all pairs over twice the mean."""
    each = np.repeat(values, n.astype(int))
    pairs = np.abs(each[:, None] - each[None, :]).sum()
    return pairs / (2 * len(each) ** 2 * each.mean()) if each.sum() else 0.0


def test_gini_of_equal_times_is_nought():
    assert gini(numbers(600, 600, 600), numbers(1, 4, 2)) == pytest.approx(0, abs=1e-12)
    assert gini(numbers(0, 0), numbers(3, 4)) == 0
    assert gini(numbers(), numbers()) == 0


@pytest.mark.parametrize("n", [2, 5, 100])
def test_gini_where_one_has_everything_is_one_less_one_nth(n):
    values = np.zeros(n)
    values[0] = 7.0
    assert gini(values, np.ones(n)) == pytest.approx((n - 1) / n)
    assert gini(numbers(7, 0), numbers(1, n - 1)) == pytest.approx((n - 1) / n)


def test_gini_by_hand():
    """1, 2, 3: differences 1, 1, 2 twice are 8; over 2 x 9 x 2 = 36."""
    assert gini(numbers(3, 1, 2), numbers(1, 1, 1)) == pytest.approx(8 / 36)


def test_gini_equals_the_double_sum_of_its_definition():
    for seed in range(50):
        random = np.random.default_rng(seed)
        size = random.integers(1, 20)
        values = random.integers(0, 4_000, size).astype(float)
        n = random.integers(1, 9, size).astype(float)
        assert gini(values, n) == pytest.approx(double_sum(values, n), abs=1e-12)


def test_gini_knows_nothing_of_the_unit_and_leaves_out_the_unknown():
    values, n = numbers(100, 500, 900), numbers(2, 1, 3)
    assert gini(values * 60, n) == pytest.approx(gini(values, n))
    assert gini(np.append(values, np.nan), np.append(n, 5)) == pytest.approx(gini(values, n))


def test_palma_of_equal_times_is_a_quarter():
    assert palma(numbers(600, 600), numbers(3, 8)) == pytest.approx(0.25)


def test_palma_by_hand():
    """1 to 10: the tenth is 10, the four shortest 1 + 2 + 3 + 4."""
    assert palma(np.arange(1.0, 11), np.ones(10)) == pytest.approx(10 / 10)


def test_palma_counts_parts_of_a_pupil():
    """Five pupils 1 to 5: half of 5 over 1 + 2."""
    assert palma(np.arange(1.0, 6), np.ones(5)) == pytest.approx(2.5 / 3)


def test_palma_of_nobody_or_of_ways_of_no_length_is_unknown():
    assert np.isnan(palma(numbers(), numbers()))
    assert np.isnan(palma(numbers(0, 5), numbers(5, 5)))


def test_gridtown_by_hand():
    """Longer directions: c 6 x 671, f 7 x 870, d 1000, a 3 x 1044, b 2 x 1308, e 2000.

    Sorted, 20 pupils: the tenth is 870 (6 + 7 = 13 do not exceed it), the 18th is 1308
    (6 + 7 + 1 + 3 = 17 do not exceed 1044); the worst twentieth is one pupil, e. In all
    4026 + 6090 + 1000 + 3132 + 2616 + 2000 = 18864. The tenth with the longest ways, two
    pupils: 2000 + 1308; the shortest 40 %, eight: 6 x 671 + 2 x 870 = 5766. Beyond a limit
    are e, g and i of 24: in the bands 1 of 5, 1 of 9, 1 of 10; door to door e of 20.
    """
    figures = measured(gridtown())
    assert figures["median_door_s"] == 870
    assert figures["p90_door_s"] == 1_308
    assert figures["worst5_door_s"] == 2_000
    assert figures["mean_door_s"] == pytest.approx(18_864 / 20)
    assert figures["palma_door"] == pytest.approx(3_308 / 5_766)
    assert figures["n_timed"] == 20
    assert figures["share_over"] == pytest.approx(3 / 24)
    bands = [figures[f"share_over_{band}"] for band in ("g1_3", "g4_6", "g7_9")]
    assert bands == pytest.approx([1 / 5, 1 / 9, 1 / 10])
    assert figures["share_door_over"] == pytest.approx(1 / 20)
    times, n = numbers(671, 870, 1_000, 1_044, 1_308, 2_000), numbers(6, 7, 1, 3, 2, 1)
    assert figures["gini_door"] == pytest.approx(double_sum(times, n))


def test_a_split_row_is_counted_by_its_parts():
    """The alternative: c 4 x 671, f 7 x 570, a 3 x 1644, b 2 x 2808, d 3000, j 500: 18 pupils.

    Over their door-to-door limit: b (2) and d, of 18.
    """
    figures = measured(alternative())
    total = 4 * 671 + 7 * 570 + 3 * 1_644 + 2 * 2_808 + 3_000 + 500
    assert figures["n_timed"] == 18
    assert figures["mean_door_s"] == pytest.approx(total / 18)
    assert figures["share_door_over"] == pytest.approx(3 / 18)
    assert figures["share_over"] == pytest.approx(7 / 24)


def test_before_and_after_stand_side_by_side_with_unit_and_source():
    compared = compare_plans({"now": gridtown(), "then": alternative()})
    table = compared.equity.set_index("figure")
    assert list(table.index) == list(EQUITY)
    assert set(table["plan"]) == {"then"}
    for side, plan in (("before", gridtown()), ("after", alternative())):
        assert table[side].to_dict() == pytest.approx(measured(plan))
    assert table.loc["worst5_door_s", "unit"] == "s"
    assert "Delbosc" in table.loc["gini_door", "source"]
    assert (table["source"] != "").all()
    assert table.loc["share_over_g1_3", "n_before"] == 5


def test_where_everybody_boards_nobody_is_timed():
    """h may board, in grade 9; pupils below grade 4 may not: a 3, d 1, e 1 of 24."""
    figures = measured(nobody_rides())
    assert figures["n_timed"] == 0
    assert figures["worst5_door_s"] == 0
    assert np.isnan(figures["palma_door"])
    assert figures["share_over"] == pytest.approx(5 / 24)
