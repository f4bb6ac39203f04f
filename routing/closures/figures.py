"""What a choice's plan costs, takes and disturbs, and which hard rules it breaks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routing.closures.county import Days, at_grades, read_days
from routing.closures.records import Choice
from routing.compare.equity import measure_equity
from routing.compare.losses import pupil_days
from routing.compare.permits import count_new_lines, count_new_stops
from routing.measure.riders import numbers
from routing.policy import Policy
from routing.records import Plan
from routing.scenario import Scenario
from routing.units import format_minutes
from routing.words import Text

if TYPE_CHECKING:
    import pandas as pd

Costs = Callable[[Plan], "pd.DataFrame"]
"""As ``routing.measure.schools.cost_table``: uses ``item``, ``group`` and ``yuan``."""

TRANSPORT = ("buses", "driving")
"""Items of the cost table that are transport."""

UNSERVED = Text(
    "{n} students who had a way to school, or change school, are left without one.",
    "{n}名原有上学方式或转学的学生无人接送。",
)
TOO_LONG = Text(
    "{n} students who change school have a longer way, over the limit of their grade; the longest {longest}.",
    "{n}名转学学生门到门时间变长且超过本年级限值；最长{longest}。",
)
WORSE_OFF = Text(
    "{n} students have a way longer by more than {limit}; the most {most}.",
    "{n}名学生的上学时间增加超过{limit}；最多增加{most}。",
)
BOARDS_YOUNG = Text(
    "{n} students below grade {grade} would board.", "{n}名低于{grade}年级的学生需寄宿。"
)


@dataclass(frozen=True)
class Money:
    """What a plan costs (yuan per year): in all, and buses and driving."""

    whole_yuan: int
    transport_yuan: int


def count_costs(plan: Plan, costs: Costs) -> Money:
    """Return the sums of a plan's cost table.

    Parameters
    ----------
    plan
        The plan.
    costs
        Makes its table.
    """
    table = costs(plan)
    table = table[table["group"] == "all"]
    yuan = numbers(table, "yuan")
    transport = table["item"].isin(TRANSPORT).to_numpy(bool)
    return Money(round(float(yuan.sum())), round(float(yuan[transport].sum())))


def judge_plan(
    plan: Plan, present: Plan, scenario: Scenario, closed: tuple[str, ...], policy: Policy,
    costs: Costs, was: Days | None = None,
) -> Choice:  # fmt: skip
    """Return a planned choice with its figures and the hard rules that it breaks.

    Parameters
    ----------
    plan
        The plan made for it.
    present
        The plan of the district as it is; the same rows of students.
    scenario, closed
        The changes.
    policy
        The rules.
    costs
        Makes a plan's cost table.
    was
        The days of the present, where they were read before.
    """
    money = count_costs(plan, costs)
    days = pupil_days(plan, policy)
    equity = measure_equity(days)
    n = numbers(days, "n_students")
    moved = moved_rows(present, plan)
    number = present.district.students["n_students"].to_numpy(np.int64)
    counts = plan.district.students.groupby("school_id")["n_students"].sum()
    breaks, more_s = find_broken(plan, was or read_days(present), policy)
    return Choice(
        name_choice(closed), closed, scenario, plan, money.whole_yuan,
        round(float(np.nansum(n * numbers(days, "both_s")))), int(number[moved].sum()),
        transport_yuan=money.transport_yuan,
        worst5_s=int(np.ceil(equity["worst5_door_s"][0])), share_over=equity["share_over"][0],
        n_buses=int(plan.routes["bus_id"].nunique()),
        n_small=int((counts < policy.small_below).sum()),
        n_new_stops=count_new_stops(present, plan), n_new_lines=count_new_lines(present, plan),
        max_more_s=more_s, breaks=breaks,
    )  # fmt: skip


def name_choice(closed: tuple[str, ...]) -> str:
    """Return what a choice is called: its schools, or the present."""
    return " + ".join(closed) if closed else "present"


def moved_rows(present: Plan, plan: Plan) -> NDArray[np.bool_]:
    """Return which rows of students attend another school (bool)."""
    before, after = (one.district.students["school_id"].to_numpy(str) for one in (present, plan))
    return np.asarray(before != after, np.bool_)


def find_broken(plan: Plan, was: Days, policy: Policy) -> tuple[tuple[Text, ...], int]:
    """Return the hard rules that a plan breaks, and by how much a way grows at most (s).

    Who has a way to school at present keeps one, and so does who changes school; nobody
    who changes school has a way over the limit of the grade unless it was as long before;
    no way at all grows by more than ``worse_off_max_s``; nobody boards below ``board_from_grade`` who did not before.

    Parameters
    ----------
    plan
        The plan.
    was
        The present, of the same rows of students.
    policy
        The rules.
    """
    now = read_days(plan)
    students = plan.district.students
    n = students["n_students"].to_numpy(np.int64)
    grades = students["grade"].to_numpy(np.int64)
    more_s = np.nan_to_num(now.longer_s - was.longer_s, nan=0.0)
    limit_s = at_grades(policy.max_door_to_door_s, grades)
    moved = (students["school_id"] != _before(students)).to_numpy(bool)
    over = moved & (now.longer_s > limit_s) & ~(now.longer_s <= was.longer_s)
    lost = now.lost & ~was.lost
    worse = more_s > policy.worse_off_max_s
    young = (grades < policy.board_from_grade) & (now.mode == "board") & (was.mode != "board")
    longest_s = int(now.longer_s[over].max(initial=0))
    most_s = int(more_s.max(initial=0))
    rules = (
        (lost, UNSERVED.fill(n=int(n[lost].sum()))),
        (over, _both(TOO_LONG, n=int(n[over].sum()), longest=longest_s)),
        (worse, _both(WORSE_OFF, n=int(n[worse].sum()), limit=policy.worse_off_max_s, most=most_s)),
        (young, BOARDS_YOUNG.fill(n=int(n[young].sum()), grade=policy.board_from_grade)),
    )
    return tuple(text for broken, text in rules if broken.any()), max(0, most_s)


def _before(students: "pd.DataFrame") -> "pd.Series[str]":
    """Return the school before; that of now where nobody moved."""
    if "from_school_id" not in students:
        return students["school_id"]
    before = students["from_school_id"].fillna("")
    return before.where(before != "", students["school_id"])


def _both(text: Text, *, n: int, **seconds: int) -> Text:
    """Return a sentence with its times in minutes, each in its language."""
    en = {name: format_minutes(s, "en") for name, s in seconds.items()}
    zh = {name: format_minutes(s, "zh") for name, s in seconds.items()}
    return Text(text.en.format(n=n, **en), text.zh.format(n=n, **zh))
