"""Whether schools may close: every step and veto of the law, judged or left to people.

A gate that numbers can judge is judged from the tables of two plans alone; the others stay
with people, and say what the computer can hand them.
"""

from dataclasses import dataclass
from typing import Literal

from routing.gates.facts import Facts, find_facts
from routing.gates.words import KINDS, NOTICE, QUESTIONS, SOURCES
from routing.policy import Policy
from routing.records import Plan
from routing.scenario import OpenSchool, Scenario
from routing.words import Text

Status = Literal["met", "not_met", "people"]


@dataclass(frozen=True)
class Gate:
    """One gate that a plan to close schools has to pass.

    Parameters
    ----------
    code
        Its name in tables.
    question
        What is asked.
    status
        "met" and "not_met" are computed; "people": to be decided or confirmed by people.
    evidence
        The numbers behind it, in words.
    source
        The rule, and how well it is known.
    """

    code: str
    question: Text
    status: Status
    evidence: Text
    source: Text


def find_gates(before: Plan, after: Plan, scenario: Scenario) -> tuple[Gate, ...]:
    """Return every gate that closing schools has to pass, in the order of the procedure.

    Gates are judged for the pupils who change school and the schools that take them. A
    school that does not say how many places, classes, meals or beds it has is left to people.

    Parameters
    ----------
    before, after
        Plans of the district as it is and as the scenario has it; tables only are read.
    scenario
        What was changed.

    Returns
    -------
    gates
        Steps, vetoes, then the other rules; none where no school closes and no pupil moves.
    """
    return judge_facts(find_facts(before, after), scenario, after.policy)


def judge_facts(facts: Facts, scenario: Scenario, policy: Policy) -> tuple[Gate, ...]:
    """Return the gates as the facts have them; see ``find_gates``.

    Parameters
    ----------
    facts
        From ``find_facts``; what prints otherwise (a count that is masked) is told so.
    scenario
        What was changed.
    policy
        The rules of the plan after.
    """
    if not facts.closed and facts.n_moved == 0:
        return ()
    young_s = policy.max_door_to_door_s.g1_3
    judged = {
        **_steps(facts, scenario, policy.publicity_days),
        "majority": _majority(facts),
        "transport": _transport(facts),
        "board_or_meal": _rooms(facts, ("meals", "beds")),
        "oversize": _rooms(facts, ("places",)),
        "class_size": _rooms(facts, ("classes",)),
        "young_boarders": _young_boarders(facts),
        "half_hour": _half_hour(facts, young_s),
        "new_small": _new_small(facts, policy.small_below, strict=policy.no_new_small),
        "town_junior": _town_junior(facts, strict=policy.keep_town_junior),
        "protected": _protected(facts),
        "lunch_bus": _lunch_bus(facts, asked=policy.meals_secured),
    }
    fill = {
        "days": policy.publicity_days,
        "grade": policy.board_from_grade,
        "minutes": young_s / 60,
    }
    return tuple(
        Gate(code, QUESTIONS[code].fill(**fill), status, evidence, SOURCES.get(code, NOTICE))
        for code, (status, evidence) in judged.items()
    )


Judged = tuple[Status, Text]


def _steps(facts: Facts, scenario: Scenario, days: int) -> dict[str, Judged]:
    """Return the steps of the procedure: all for people, with what they need to know."""
    told = Text(
        "'{name}': {schools} school(s) close, {n} pupils change school.",
        "“{name}”：撤并{schools}所学校，{n}名学生转学。",
    ).fill(name=scenario.name, schools=len(facts.closed), n=facts.n_moved)
    opened = [change.school_id for change in scenario.changes if isinstance(change, OpenSchool)]
    built = Text(
        "New: {new}. Schools that take pupils: {to}; confirm on the spot that rooms, beds and canteens stand.",
        "新建：{new}。接收学校：{to}；请现场确认校舍、床位和食堂已建成。",
    )
    none = Text("none", "无")
    new = _listed(opened) if opened else none
    to = _listed(facts.receivers) if facts.receivers else none
    return {
        "plan": ("people", told),
        "assessment": ("people", Text(
            "The numbers of this comparison may be laid before the assessors.", "本比较的数据可供论证使用。",
        )),
        "hearing": ("people", Text(
            "To be heard: the families of {n} pupils of {villages} village(s).",
            "应听取意见：{villages}个村{n}名学生的家长。",
        ).fill(n=facts.n_moved, villages=facts.n_villages)),
        "publicity": ("people", Text("{days} days are asked for.", "要求公示{days}天。").fill(days=days)),
        "approval": ("people", Text("The authority decides.", "由主管部门审批。")),
        "build_first": ("people", _told(built, new=new, to=to)),
    }  # fmt: skip


def _majority(facts: Facts) -> Judged:
    return "people", Text(
        "{n} pupils change school; for {longer} the way becomes longer, for {shorter} shorter, "
        "as far as the plans tell.",
        "{n}名学生转学；按方案可知，其中{longer}人路途变长，{shorter}人变短。",
    ).fill(n=facts.n_moved, longer=facts.n_longer, shorter=facts.n_shorter)


def _transport(facts: Facts) -> Judged:
    bad = facts.n_unserved + facts.n_over
    return "not_met" if bad else "met", Text(
        "Of {n} pupils who move, {unserved} have no way to school ({still} of them today neither) "
        "and {over} are longer on the way than the limit of their grade.",
        "{n}名转学学生中，{unserved}人无接送安排（其中{still}人目前也没有），{over}人路途时间超过本年级限值。",
    ).fill(
        n=facts.n_moved, unserved=facts.n_unserved, still=facts.n_unserved_before,
        over=facts.n_over,
    )  # fmt: skip


def _rooms(facts: Facts, kinds: tuple[str, ...]) -> Judged:
    """Judge places, classes, meals or beds of the schools that take pupils."""
    asked = [room for room in facts.rooms if room.kind in kinds and room.need > 0]
    short = [room for room in asked if 0 <= room.room < room.need]
    unknown = sorted({room.school_id for room in asked if room.room < 0})
    parts = [
        Text(
            f"{room.school_id}: {room.need} of {room.room} {KINDS[room.kind].en}",
            f"{room.school_id}：{KINDS[room.kind].zh}需{room.need}、有{room.room}",
        )
        for room in (short or [room for room in asked if room.room >= 0])
    ]
    if unknown:
        parts.append(
            _told(Text("not told: {schools}", "未填写：{schools}"), schools=_listed(unknown))
        )
    evidence = _joined(parts) or Text("None is needed", "无此需要")
    evidence = Text(evidence.en + ".", evidence.zh + "。")
    if short:
        return "not_met", evidence
    return "people" if unknown else "met", evidence


def _young_boarders(facts: Facts) -> Judged:
    return "not_met" if facts.n_young_boarders else "met", Text(
        "{n} such pupils would board because of the change.", "因调整需寄宿的此类学生：{n}人。"
    ).fill(n=facts.n_young_boarders)


def _half_hour(facts: Facts, limit_s: float) -> Judged:
    return "not_met" if facts.n_young_over else "met", Text(
        "{over} of {n} pupils of grades 1-3 who move and have a way take longer; the longest is "
        "{longest:.1f} minutes, the limit {limit:g}.",
        "转学且有接送的一至三年级{n}人中，{over}人超过限值；最长{longest:.1f}分钟，限值{limit:g}分钟。",
    ).fill(
        over=facts.n_young_over, n=facts.n_young, longest=facts.young_longest_s / 60,
        limit=limit_s / 60,
    )  # fmt: skip


def _new_small(facts: Facts, limit: int, *, strict: bool) -> Judged:
    evidence = Text("No other school falls under {n} pupils.", "没有其他学校降至{n}人以下。").fill(
        n=limit
    )
    if not facts.new_small:
        return "met", evidence
    parts = [
        Text(f"{school}: {before} before, {n} after", f"{school}：原{before}人，现{n}人")
        for school, before, n in facts.new_small
    ]
    told = _joined(parts) or evidence
    return "not_met" if strict else "people", Text(
        f"{told.en}; small is under {limit}.", f"{told.zh}；不足{limit}人为小规模。"
    )


def _town_junior(facts: Facts, *, strict: bool) -> Judged:
    if not facts.towns_without:
        return "met", Text("No town loses its last junior school.", "没有乡镇失去最后一所初中。")
    told = Text("Without a junior school: {towns}.", "失去初中的乡镇：{towns}。")
    return "not_met" if strict else "people", _told(told, towns=_listed(facts.towns_without))


def _protected(facts: Facts) -> Judged:
    if not facts.protected_closed:
        return "met", Text("None of them closes.", "均予保留。")
    told = Text("Closed: {schools}.", "被撤并：{schools}。")
    return "not_met", _told(told, schools=_listed(facts.protected_closed))


def _lunch_bus(facts: Facts, *, asked: bool) -> Judged:
    if not asked:
        return "people", Text("The rules leave lunch to the county.", "规则未要求，由县里决定。")
    bad = facts.n_without_lunch + facts.n_unserved
    evidence = Text(
        "{riders} pupils who move ride or board; for {lunch} the canteen has no meal, "
        "for {unknown} it is not told; {unserved} have no way to school.",
        "转学学生中{riders}人乘车或寄宿；其中{lunch}人食堂供餐不足，{unknown}人所在食堂未填写；{unserved}人无接送。",
    ).fill(
        riders=facts.n_riders, lunch=facts.n_without_lunch, unknown=facts.n_lunch_unknown,
        unserved=facts.n_unserved,
    )  # fmt: skip
    if bad:
        return "not_met", evidence
    return "people" if facts.n_lunch_unknown else "met", evidence


def _listed(names: "tuple[str, ...] | list[str]") -> Text:
    """Return names in a row, as each language writes it."""
    return Text(", ".join(names), "、".join(names))


def _told(text: Text, **gaps: Text) -> Text:
    """Return a sentence with gaps that read otherwise in each language."""
    en = {name: gap.en for name, gap in gaps.items()}
    zh = {name: gap.zh for name, gap in gaps.items()}
    return Text(text.en.format(**en), text.zh.format(**zh))


def _joined(parts: list[Text]) -> Text | None:
    if not parts:
        return None
    return Text("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))
