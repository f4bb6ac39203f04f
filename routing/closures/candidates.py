"""Which schools may close at all? The others are named with the reason."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.closures.county import County
from routing.errors import Fault, InputError
from routing.words import Text

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]

SMALL = Text("{n} students, fewer than {limit}", "学生{n}人，少于{limit}人")
FALLING = Text(
    "{n} students, falling to {then} in {year}, fewer than {limit}",
    "学生{n}人，{year}年降至{then}人，少于{limit}人",
)
NAMED = Text("named by the planner; {n} students", "由规划人员指定；学生{n}人")

LEFT_OUT = {
    "protected": Text("kept open by the county's plan", "规划保留学校"),
    "kindergarten": Text("a kindergarten: not asked about", "幼儿园：不在考虑范围"),
    "not_small": Text("{n} students, and not falling below {limit}", "学生{n}人，未降至{limit}人以下"),
    "only_junior": Text("the only school of {town} for grades 7 to 9", "{town}唯一设7至9年级的学校"),
    "no_other": Text(
        "for {n} of its students of grade {grade} no other school is within the limits",
        "{grade}年级{n}名学生在限值内无其他学校可就读",
    ),
    "not_asked": Text("not among the schools asked about", "不在指定的候选学校中"),
}  # fmt: skip
"""Why a school is no candidate: code -> in words."""

JUNIOR = 7
"""First grade of a junior school."""


class Candidate(NamedTuple):
    """A school that may close, or one that may not.

    Parameters
    ----------
    school_id, name
        The school.
    n_students
        At present.
    code
        small, falling or named; of one left out a key of ``LEFT_OUT``.
    why
        In words.
    """

    school_id: str
    name: str
    n_students: int
    code: str
    why: Text


def find_candidates(
    county: County, named: "tuple[str, ...] | list[str] | None" = None
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """Return the schools that may close, and the others with the reason.

    A candidate is small (``small_below``), or its enrolment falls below that in a year of
    the table of enrolment; it is not protected, not a kindergarten, not its town's only
    school for grades 7 to 9 where a town keeps one, and every one of its pupils has
    another school within the limits of time. Schools named by the planner need not be
    small, but the rest holds for them too.

    Parameters
    ----------
    county
        The ground.
    named
        School ids to ask about; None: found by the rules.

    Raises
    ------
    InputError
        When a named school is not there.
    """
    schools = county.district.schools
    ids = [str(one) for one in schools["school_id"]]
    missing = sorted(set(named or ()) - set(ids))
    if missing:
        fault = Text("is no school of this county.", "不是本县学校。")
        raise InputError([
            Fault("candidates", fault, Text("Check the key.", "请核对编号。"), value=one)
            for one in missing
        ])  # fmt: skip
    n = np.bincount(county.school, county.n, len(ids)).astype(np.int64)
    taken: list[Candidate] = []
    left: list[Candidate] = []
    for row, school_id in enumerate(ids):
        code, why = _judge(county, row, int(n[row]), None if named is None else school_id in named)
        one = Candidate(school_id, str(schools["name"].iloc[row]), int(n[row]), code, why)
        (left if code in LEFT_OUT else taken).append(one)
    return tuple(taken), tuple(left)


def only_juniors(county: County, rows: list[int]) -> tuple[tuple[int, ...], ...]:
    """Return sets of candidates that together are all the junior schools of a town.

    Parameters
    ----------
    county
        Uses the schools and ``keep_town_junior``.
    rows
        Candidates, as rows of schools.
    """
    if not county.policy.keep_town_junior:
        return ()
    schools = county.district.schools
    teaches = (schools["last_grade"] >= JUNIOR).to_numpy(bool)
    sets = []
    for town in sorted(set(schools["town"]) - {""}):
        own = np.flatnonzero(teaches & (schools["town"] == town).to_numpy(bool)).tolist()
        if own and set(own) <= set(rows):
            sets.append(tuple(own))
    return tuple(sets)


def _judge(  # noqa: PLR0911 one return a rule
    county: County, row: int, n: int, asked: bool | None
) -> tuple[str, Text]:
    """Return the code and the words for one school."""
    policy, school = county.policy, county.district.schools.iloc[row]
    if asked is False:
        return "not_asked", LEFT_OUT["not_asked"]
    if bool(school["protected"]):
        return "protected", LEFT_OUT["protected"]
    if school["kind"] == "kindergarten":
        return "kindergarten", LEFT_OUT["kindergarten"]
    falls = _falls(county, str(school["school_id"]), n)
    if not asked and n >= policy.small_below and falls is None:
        return "not_small", LEFT_OUT["not_small"].fill(n=n, limit=policy.small_below)
    if (row,) in only_juniors(county, [row]):
        return "only_junior", LEFT_OUT["only_junior"].fill(town=school["town"])
    stuck = _stuck(county, row)
    if stuck is not None:
        return "no_other", LEFT_OUT["no_other"].fill(n=stuck[1], grade=stuck[0])
    if asked:
        return "named", NAMED.fill(n=n)
    if n < policy.small_below or falls is None:
        return "small", SMALL.fill(n=n, limit=policy.small_below)
    year, then = falls
    return "falling", FALLING.fill(n=n, then=then, year=year, limit=policy.small_below)


def _falls(county: County, school_id: str, n: int) -> tuple[int, int] | None:
    """Return the first year in which a school falls below the small, and its students then."""
    table: pd.DataFrame = county.district.enrolment
    own = table[table["school_id"] == school_id]
    for year, then in own.groupby("year")["n_students"].sum().sort_index().items():
        if then < min(n, county.policy.small_below):
            return int(str(year)), int(then)
    return None


def _stuck(county: County, row: int) -> tuple[int, int] | None:
    """Return the lowest grade of a school with students who have no other school, and how many."""
    own = county.school == row
    other = county.allowed[own].copy()
    other[:, row] = False
    alone = ~other.any(axis=1)
    if not alone.any():
        return None
    grades = county.grade[own][alone]
    lowest = int(grades.min())
    return lowest, int(county.n[own][alone][grades == lowest].sum())
