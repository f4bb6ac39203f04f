"""Every figure of a hearing, worked out once: the tables that the page looks up."""

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from routing.compare import (
    EQUITY,
    HEADLINE,
    LEVELS,
    THRESHOLDS,
    equity_list,
    group_list,
    headline_list,
)
from routing.compare.groups import is_better, is_worse
from routing.compare.told import say_unit
from routing.compare.watch import rows_of
from routing.compare.words import BY, HARDSHIP, PHRASES
from routing.gates.facts import find_facts
from routing.gates.judging import judge_facts
from routing.measure.riders import numbers
from routing.outputs.hearing_changes import say_changes
from routing.outputs.hearing_costs import cost_rows
from routing.outputs.hearing_found import found_rows, made_rows, year_rows
from routing.outputs.hearing_hidden import (
    tell_blocks,
    tell_counts,
    tell_facts,
)
from routing.outputs.hearing_record import Hearing, shown_as
from routing.outputs.hearing_rules import band_rows, rule_rows
from routing.outputs.hearing_tables import HIDDEN, Rows, Shown, Table, make_table
from routing.outputs.hearing_words import BINS, STATUS, TABLES, heads, say
from routing.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


ELSEWHERE = ("yuan_per_year", "yuan_low", "yuan_high", "n_worse", "n_severe", "max_more_s")
"""Figures that stand in tables of their own, where they are told with their parts, or that
would be one child's."""
WAYS = ("n_walk", "n_transit", "n_board", "n_bus", "n_unserved")
WORST_SHARE = 0.05
"""Of the pupils, whose mean is told as the worst (routing.compare.figures)."""

EDGES_MIN = (1, 5, 10, 20, 30)
"""Edges of the classes of longer and shorter ways (minutes; the first: groups.SAME_S)."""


def build_tables(hearing: Hearing) -> dict[str, Table]:
    """Return every table behind the page, by name, in the order of the appendix.

    Rows are keyed by codes and by the place of the plan ("0": the present), so that no
    name, whatever it is, can be taken for another.
    """
    lang = hearing.lang
    parts = {
        "changes": say_changes(hearing.plans, hearing.scenarios, lang),
        "figures": _figures(hearing),
        "costs": cost_rows(hearing.plans, hearing.comparison.headline, hearing.mask, lang),
        "equity": _equity(hearing),
        "moves": _moves(hearing),
        "villages": _villages(hearing),
        "times": _times(hearing),
        "hardship": _hardship(hearing),
        "bands": band_rows(THRESHOLDS, lang),
        "gates": _gates(hearing),
        "rules": rule_rows(hearing.plans, lang),
        "found": found_rows(hearing),
        "years": year_rows(hearing),
        "made": made_rows(hearing),
    }
    plans = hearing.names
    return {
        name: make_table(name, TABLES[name].say(lang), heads(name, plans, lang), rows)
        for name, rows in parts.items()
    }


def _others(hearing: Hearing) -> list[tuple[str, str]]:
    """Return place and name of each alternative."""
    return [(str(at), name) for at, name in enumerate(hearing.names) if at]


def _figures(hearing: Hearing) -> Rows:
    told = headline_list(hearing.comparison, hearing.lang, hearing.mask.privacy)
    rows: Rows = []
    for at, (figure, what) in enumerate(HEADLINE.items()):
        if figure in ELSEWHERE:
            continue
        cells = [shown_as(told.iloc[at, 1 + plan]) for plan in range(len(hearing.names))]
        if figure == "worst5_door_s":
            cells = [_few_hidden(cell, hearing, plan) for plan, cell in enumerate(cells)]
        unit = say_unit(figure, what.unit, hearing.lang)
        texts = (what.name, what.meaning, what.source)
        name, meaning, source = (text.say(hearing.lang) for text in texts)
        rows.append(((figure,), [name, *cells, unit, meaning, source]))
    return rows


def _few_hidden(cell: Shown, hearing: Hearing, plan: int) -> Shown:
    """Hide the mean of the worst where it would be that of fewer than may be told."""
    equity = hearing.comparison.equity
    rows = equity[equity["figure"] == "worst5_door_s"]
    after = rows[rows["plan"] == hearing.names[plan]]
    n = rows["n_before"].iloc[0] if plan == 0 else after["n_after"].iloc[0]
    few = WORST_SHARE * float(n) < hearing.mask.min_cell
    return Shown(HIDDEN) if few and hearing.mask.privacy == "public" else cell


def _equity(hearing: Hearing) -> Rows:
    rows: Rows = []
    lists = [
        equity_list(hearing.comparison, name, hearing.lang, hearing.mask.privacy)
        for _, name in _others(hearing)
    ]
    for at, (figure, what) in enumerate(EQUITY.items()):
        cells = [shown_as(lists[0].iloc[at, 1]), *(shown_as(told.iloc[at, 2]) for told in lists)]
        if figure == "worst5_door_s":
            cells = [_few_hidden(cell, hearing, plan) for plan, cell in enumerate(cells)]
        unit = say_unit(figure, what.unit, hearing.lang)
        texts = (what.name, what.meaning, what.source)
        name, meaning, source = (text.say(hearing.lang) for text in texts)
        rows.append(((figure,), [name, *cells, unit, meaning, source]))
    return rows


def _moves(hearing: Hearing) -> Rows:
    """Return from which school to which pupils go; counts hidden within each school too."""
    rows: Rows = []
    schools = hearing.comparison.schools
    for at, name in _others(hearing):
        pupils = rows_of(hearing.comparison, name)
        moved = pupils[pupils["changed"].astype(bool)]
        counts = moved.groupby(["school_before", "school_after"])["n_students"].sum()
        by_school: dict[str, dict[str, int]] = {}
        for (before, after), n in counts.items():
            by_school.setdefault(str(before), {})[str(after)] = int(n)
        told = tell_blocks({key: list(to.values()) for key, to in by_school.items()}, hearing.mask)
        for before, to in by_school.items():
            for after, cell in zip(to, told[before][1:], strict=True):
                pair = [schools.get(key, key) for key in (before, after)]
                rows.append(((at, before, after), [name, *pair, cell]))
    return rows


def _villages(hearing: Hearing) -> Rows:
    """Return what each village gains and loses; small ones together."""
    lang = hearing.lang
    rows: Rows = []
    for at, name in _others(hearing):
        table = group_list(hearing.comparison, name, lang, hearing.mask.privacy)
        mine = table[table.iloc[:, 0] == BY["village"].say(lang)]
        others = PHRASES["others"].say(lang)
        for place, cells in enumerate(mine.itertuples(index=False)):
            last = place == len(mine) - 1
            pooled = last and cells[1] == others and hearing.mask.privacy == "public"
            village = say("other_villages", lang) if pooled else str(cells[1])
            counts = [shown_as(cell) for cell in cells[2:7]]
            key = (at, "" if pooled else village, str(place))
            rows.append((key, [name, village, *counts, shown_as(cells[7])]))
    return rows


def _times(hearing: Hearing) -> Rows:
    """Return how many pupils' ways get how much longer or shorter."""
    rows: Rows = []
    for at, name in _others(hearing):
        told = tell_blocks(_blocks(rows_of(hearing.comparison, name)), hearing.mask)
        for block, cells in told.items():
            bins = BINS[block]
            used = zip(bins, cells if len(bins) > 1 else cells[:1], strict=True)
            rows += [
                ((at, code), [name, text.say(hearing.lang), cell]) for (code, text), cell in used
            ]
    return rows


def _blocks(pupils: "pd.DataFrame") -> dict[str, list[int]]:
    """Count pupils: longer (by classes, and those who lose their way), shorter, the rest."""
    n = numbers(pupils, "n_students").astype(np.int64)
    more_s = numbers(pupils, "more_s")
    worse, better = is_worse(pupils).to_numpy(bool), is_better(pupils).to_numpy(bool)
    known = np.isfinite(more_s)
    place = np.searchsorted(np.array(EDGES_MIN) * 60, np.abs(np.nan_to_num(more_s)), side="right")

    def count(flag: "np.typing.NDArray[np.bool_]") -> list[int]:
        classes = [
            int(n[flag & known & (place == step)].sum()) for step in range(1, len(EDGES_MIN) + 1)
        ]
        return [*classes, int(n[flag & ~known].sum())]

    rest = ~worse & ~better
    return {
        "worse": count(worse),
        "better": count(better),
        "same": [int(n[rest & known].sum())],
        "unknown": [int(n[rest & ~known].sum())],
    }


def _hardship(hearing: Hearing) -> Rows:
    rows: Rows = []
    for at, name in _others(hearing):
        pupils = rows_of(hearing.comparison, name)
        n = Counter[str]()
        for level, count in zip(pupils["hardship"], pupils["n_students"], strict=True):
            n[level] += int(count)
        levels = LEVELS[::-1]
        told = tell_counts([n[level] for level in levels], hearing.mask)
        rows += [
            ((at, level), [name, HARDSHIP[level].say(hearing.lang), cell])
            for level, cell in zip(levels, told, strict=True)
        ]
    return rows


def _gates(hearing: Hearing) -> Rows:
    rows: Rows = []
    lang, plans = hearing.lang, hearing.plans
    present = plans[hearing.names[0]]
    for at, name in _others(hearing):
        facts = find_facts(present, plans[name])
        facts = tell_facts(facts, hearing.comparison.schools, hearing.mask)
        scenario = hearing.scenarios.get(name, Scenario(name))
        for gate in judge_facts(facts, scenario, plans[name].policy):
            cells = [gate.question.say(lang), STATUS[gate.status].say(lang)]
            told = [gate.evidence.say(lang), gate.source.say(lang)]
            rows.append(((at, gate.code), [name, *cells, *told]))
    return rows
