"""What is the cheapest way out for each unserved student? By the rule that binds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from routing.costs import bus_costs
from routing.reasons import UNSERVED
from routing.records import Plan
from routing.units import format_metres
from routing.words import Lang, Text

if TYPE_CHECKING:
    import pandas as pd

BANDS = {
    "g1_3": Text("grades 1-3", "1至3年级"),
    "g4_6": Text("grades 4-6", "4至6年级"),
    "g7_9": Text("grades 7-9", "7至9年级"),
}
"""Bands of grades with limits of their own; kindergarten is in the first."""

LAST_PRIMARY_GRADE = 6

STEP_M = 50
"""Metres to walk are said in whole steps of so many."""

_MEASURED = {
    "ride_too_long": Text(
        "{where}, {band}: ride limit +{more} min for {n} students",
        "{where}，{band}：乘车限时放宽{more}分钟，可安排{n}人"),
    "no_stop_in_reach": Text(
        "{where}, {band}: walking limit +{more} for {n} students",
        "{where}，{band}：步行限值放宽{more}，可安排{n}人"),
    "far_from_road": Text(
        "{where}: homes up to {more} further from a road for {n} students, or the missing road drawn",
        "{where}：住址距道路限值放宽{more}，可安排{n}人；或补画缺失道路"),
}  # fmt: skip
_LIMIT_OF = {
    "ride_too_long": "max_ride_s",
    "no_stop_in_reach": "max_walk_to_stop_m",
    "far_from_road": "max_home_to_road_m",
}
"""The rule of the policy that binds."""

_SAID = {
    "ride_too_long": Text("{where}: a longer ride for {n} students", "{where}：放宽乘车限时，可安排{n}人"),
    "no_stop_in_reach": Text("{where}: a longer walk for {n} students", "{where}：放宽步行限值，可安排{n}人"),
    "far_from_road": Text("{where}: the road to the homes of {n} students is missing", "{where}：缺少通往住址的道路，涉及{n}人"),
    "no_location": Text("{where}: the homes' places of {n} students are missing", "{where}：缺少{n}人的住址位置"),
    "island": Text("{where}: a road that joins the homes of {n} students to the school's roads is missing or closed", "{where}：缺少（或封闭了）连接住址与学校路网的道路，涉及{n}人"),
    "no_bus_road": Text("{where}: a road that a bus may drive between stop and school is missing for {n} students", "{where}：站点与学校之间缺少校车可行驶的道路，涉及{n}人"),
    "no_place_for_need": Text("{where}: a bus with places for wheelchairs for {n} students", "{where}：增配有轮椅位的校车，可安排{n}人"),
    "bus_kind": Text("{where}: a bus approved for junior pupils for {n} students", "{where}：增配中小学生专用校车，可安排{n}人"),
    "least_buses": Text("{where}: at least {buses} more bus(es) {type} ({seats} seats for students) for {n} students", "{where}：至少增加{buses}辆{type}（学生座位{seats}个），可安排{n}人"),
    "no_bus": Text("{where}: any bus for {n} students; none of the types there are can be used", "{where}：须有可用校车，涉及{n}人；现有车型均不可用"),
    "more_bus": Text("one more bus {type} ({seats} seats for students) for {n} students: {where}", "增加1辆{type}（学生座位{seats}个），可安排{n}人：{where}"),
}  # fmt: skip

_AT_VILLAGE = {"island", "no_bus_road", "far_from_road", "no_location"}
"""Reasons for which the village says where to look."""


@dataclass(frozen=True)
class Relaxation:
    """One way to serve some unserved students.

    Parameters
    ----------
    reason
        Why they are unserved: a code of ``rides.reason``.
    where
        School, and village where that says where to look.
    school_id
        Their school; "" where a bus would serve several.
    band
        Grades that share the limit; "" where the limit is one for all.
    rule
        Field of the policy that would be relaxed; "" where none would.
    amount, unit
        What must be added to the limit at least, rounded up; 0 and "" without a limit.
        None: not to be shown.
    bus_type_id
        The bus to be added; "" where none would help.
    seats
        Its seats for students.
    n_buses
        How many of it by their seats alone, where no route was made for the students: at
        least so many. 0: one, and it was found which routes it would drive.
    n_students, n_so_far
        Served by this step, and by all steps of the same group up to it.
    """

    reason: str
    where: str
    school_id: str
    n_students: int
    n_so_far: int
    band: str = ""
    rule: str = ""
    amount: int | None = 0
    unit: str = ""
    bus_type_id: str = ""
    seats: int = 0
    n_buses: int = 0

    def say(self, lang: Lang = "en", n: str | None = None) -> str:
        """Return the way out as one sentence.

        Parameters
        ----------
        lang
            "en" or "zh".
        n
            How many, as it may be shown; by default the number.
        """
        shown = str(self.n_students) if n is None else n
        if self.bus_type_id:
            return _SAID["least_buses" if self.n_buses else "more_bus"].say(
                lang, type=self.bus_type_id, seats=self.seats, n=shown, where=self.where,
                buses=self.n_buses,
            )  # fmt: skip
        if self.rule and self.amount is not None:
            more = str(self.amount // 60) if self.unit == "s" else format_metres(self.amount, lang)
            band = BANDS[self.band].say(lang) if self.band else ""
            return _MEASURED[self.reason].say(lang, where=self.where, band=band, more=more, n=shown)
        said = _SAID.get(self.reason)
        if said is None:
            why = UNSERVED[self.reason].say(lang)
            said = Text(f"{{where}}: {why} ({{n}})", f"{{where}}：{why}（{{n}}人）")
        return said.say(lang, where=self.where, n=shown)


def find_relaxations(plan: Plan, *, min_students: int = 1) -> list[Relaxation]:
    """Return for every unserved student the smallest addition that would serve it.

    Students of one school, one reason and one limit make a group; a group with a limit
    has a step for each amount that serves more of it. Each amount is what the limit must
    be raised by at least: rides are raised by whole minutes, walks by 50 m.

    Parameters
    ----------
    plan
        A plan, made or loaded.
    min_students
        Steps that serve fewer are joined, and a group that is smaller says no amount: for
        what is shown in public.

    Returns
    -------
    relaxations
        The groups with most students first, each with its steps in order.
    """
    if not (plan.rides["mode"] == "unserved").any():
        return []
    groups: list[list[Relaxation]] = []
    for key, rows in _unserved_rows(plan).groupby(["reason", "school_id", "at", "band"], sort=True):
        reason, school_id, village, band = (str(part) for part in key)
        where = _where(plan, school_id, village)
        base = Relaxation(reason, where, school_id, 0, 0, band=band)
        steps = list(_steps(base, rows, min_students))
        groups.append([_with_buses(plan, step, rows) for step in steps])
    groups += [[bus] for bus in _more_buses(plan)]
    groups.sort(key=lambda steps: -steps[-1].n_so_far)
    return [step for steps in groups for step in steps]


def _unserved_rows(plan: Plan) -> "pd.DataFrame":
    """Return a row for each unserved row of students and reason: how many, short by what.

    Those whom a bus more would serve are left out: ``Made.more_buses`` has them.
    """
    rides = plan.rides[plan.rides["mode"] == "unserved"]
    schools = {school_id for bus in plan.made.more_buses for school_id in bus.school_ids}
    students = plan.district.students.set_index("student_id")
    short = rides["reason_found"].astype("Float64") - rides["reason_limit"].astype("Float64")
    both = rides.assign(short=short.fillna(0).astype(float))
    keys = ["student_id", "reason", "direction"]
    each = both.groupby(keys).agg(n=("n_students", "sum"), short=("short", "max")).reset_index()
    worst = each.groupby(["student_id", "reason"]).agg(n=("n", "max"), short=("short", "max"))
    rows = worst.reset_index()
    own = students.loc[rows["student_id"]]
    rows = rows.assign(
        school_id=own["school_id"].to_numpy(),
        village=own["village"].to_numpy(),
        grade=own["grade"].to_numpy(),
    )
    rows["band"] = [
        _band(int(grade)) if reason in {"ride_too_long", "no_stop_in_reach"} else ""
        for grade, reason in zip(rows["grade"], rows["reason"], strict=True)
    ]
    rows["at"] = rows["village"].where(rows["reason"].isin(_AT_VILLAGE), "")
    by_bus = (rows["reason"] == "no_bus") & rows["school_id"].isin(schools)
    return rows[~by_bus]


def _steps(base: Relaxation, rows: "pd.DataFrame", min_students: int) -> Iterator[Relaxation]:
    """Yield the steps of one group, the smallest addition first."""
    rule = _LIMIT_OF.get(base.reason, "")
    n_all = int(rows["n"].sum())
    if not rule:
        yield replace(base, n_students=n_all, n_so_far=n_all)
        return
    grain, unit = (60, "s") if base.reason == "ride_too_long" else (STEP_M, "m")
    counts: dict[int, int] = {}
    for short, n in zip(rows["short"], rows["n"], strict=True):
        amount = grain * max(1, -(-int(short) // grain))
        counts[amount] = counts.get(amount, 0) + int(n)
    if n_all < min_students:
        yield replace(base, n_students=n_all, n_so_far=n_all, rule=rule, amount=None, unit=unit)
        return
    so_far = 0
    for amount, n in _joined(sorted(counts.items()), min_students):
        so_far += n
        yield replace(base, n_students=n, n_so_far=so_far, rule=rule, amount=amount, unit=unit)


def _with_buses(plan: Plan, step: Relaxation, rows: "pd.DataFrame") -> Relaxation:
    """Return a step for want of a bus with the smallest kind, and how many, by seats."""
    if step.reason != "no_bus":
        return step
    costs = bus_costs(plan.district.bus_types, plan.policy)
    junior = bool((rows["grade"] > LAST_PRIMARY_GRADE).any())
    kinds = plan.district.bus_types["kind"]
    triples = zip(costs["bus_type_id"], costs["pupil_seats"], kinds, strict=True)
    able = [
        (int(seats), str(key))
        for key, seats, kind in triples
        if seats > 0 and (kind == "nine_year" or not junior)
    ]
    if not able:
        return step
    n = step.n_students
    seats, key = min((one for one in able if one[0] >= n), default=max(able))
    return replace(step, bus_type_id=key, seats=seats, n_buses=-(-n // seats))


def _joined(steps: list[tuple[int, int]], least: int) -> list[tuple[int, int]]:
    """Return steps of (amount, students) with those under the least joined to the next.

    What remains at the end joins the step before it.
    """
    joined: list[tuple[int, int]] = []
    waiting = 0
    for amount, n in steps:
        waiting += n
        if waiting >= least:
            joined.append((amount, waiting))
            waiting = 0
    if waiting:
        before = joined.pop()[1] if joined else 0
        joined.append((steps[-1][0], before + waiting))
    return joined


def _more_buses(plan: Plan) -> Iterator[Relaxation]:
    costs = bus_costs(plan.district.bus_types, plan.policy)
    seats = dict(zip(costs["bus_type_id"], costs["pupil_seats"], strict=True))
    for bus in plan.made.more_buses:
        n = max(bus.n_to_school, bus.n_to_home)
        where = ", ".join(_where(plan, school_id, "") for school_id in bus.school_ids)
        only = bus.school_ids[0] if len(bus.school_ids) == 1 else ""
        yield Relaxation(
            "no_bus", where, only, n, n,
            bus_type_id=bus.bus_type_id, seats=int(seats[bus.bus_type_id]),
        )  # fmt: skip


def _where(plan: Plan, school_id: str, village: str) -> str:
    schools = plan.district.schools
    name = schools.loc[schools["school_id"] == school_id, "name"]
    school = str(name.iloc[0]) if len(name) and name.iloc[0] else school_id
    return f"{school} · {village}" if village else school


def _band(grade: int) -> str:
    return "g1_3" if grade <= 3 else "g4_6" if grade <= 6 else "g7_9"
