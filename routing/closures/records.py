"""The answer: choices of schools to close that differ, each with its plan, and what is proven."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routing.closures.candidates import Candidate
from routing.records import Plan
from routing.scenario.changes import Scenario
from routing.words import Lang, Text

if TYPE_CHECKING:
    import pandas as pd

STOPPED = {
    "proven": Text(
        "Every set of schools was planned, or is proven to be no better than one that was: "
        "{planned} plans made, {out} sets ruled out by bounds.",
        "所有学校组合均已编制方案，或已证明不优于已有方案：共编制{planned}个方案，按下界排除{out}个组合。",
    ),
    "settled": Text(
        "A full round of proposals changed nothing: {planned} plans made in {rounds} rounds; "
        "sets not planned may still be better by the gap stated.",
        "完整一轮提案未改变结果：{rounds}轮共编制{planned}个方案；未编制方案的组合仍可能在所列差距内更优。",
    ),
    "time": Text(
        "The time was up: {planned} plans made in {rounds} rounds; the gap is stated.",
        "时间已用完：{rounds}轮共编制{planned}个方案；差距见表。",
    ),
    "plans": Text(
        "The number of plans asked for was made: {planned} plans in {rounds} rounds; the gap "
        "is stated.",
        "已达到规定的方案数：{rounds}轮共编制{planned}个方案；差距见表。",
    ),
    "interrupted": Text(
        "Interrupted: what was finished is shown, {planned} plans made in {rounds} rounds; the "
        "same command goes on from here.",
        "已中断：显示已完成的结果，{rounds}轮共编制{planned}个方案；重新运行同一命令可从此处继续。",
    ),
    "none": Text("No school may close.", "没有可以撤并的学校。"),
}  # fmt: skip
"""Why the search ended: code -> in words."""


@dataclass(frozen=True, eq=False)
class Choice:
    """One set of schools closed, and the plan made for it.

    Parameters
    ----------
    name
        The schools closed, "present" where none is.
    closed
        School ids, sorted.
    scenario
        The changes; applying them to the district gives the plan's.
    plan
        The plan; None where none could be made, or it was not kept.
    cost_yuan, time_s, n_changed
        What is weighed: yuan per year of schools, buses, boarding and canteens; door to
        door of all pupils and both directions together (s per school day); pupils who
        change school.
    transport_yuan
        Of the cost, buses and driving.
    worst5_s, share_over
        Mean of the worst 5 % of ways (s), and the share of them over the limit of the grade.
    n_buses, n_small, n_new_stops, n_new_lines
        Buses; small schools left; stops and lines that need a new permit.
    max_more_s
        How much longer the longest-growing way of a pupil gets (s).
    breaks
        Hard rules that the plan breaks: such a choice is kept out of the trade-off set.
    n_buses_least, least_yuan, least_time_s
        No plan with this set has fewer buses, costs less or takes less time.
    plan_made
        Whether a plan was made for it; without one there are no figures.
    """

    name: str
    closed: tuple[str, ...]
    scenario: Scenario
    plan: Plan | None
    cost_yuan: int
    time_s: int
    n_changed: int
    transport_yuan: int = 0
    worst5_s: int = 0
    share_over: float = 0.0
    n_buses: int = 0
    n_small: int = 0
    n_new_stops: int = 0
    n_new_lines: int = 0
    max_more_s: int = 0
    breaks: tuple[Text, ...] = ()
    n_buses_least: int = 0
    least_yuan: int = 0
    least_time_s: int = 0
    plan_made: bool = True

    @property
    def figures(self) -> tuple[int, int, int]:
        """What is weighed against each other, the less the better."""
        return self.cost_yuan, self.time_s, self.n_changed


@dataclass(frozen=True, eq=False)
class Choices:
    """The trade-off set, and what is proven of the rest.

    Parameters
    ----------
    present
        Nothing closed.
    choices
        Sets of which none is better than another in cost, time and disruption at once,
        the present included, by number of schools closed and cost.
    tried
        All sets for which a plan was made, or could not be.
    bounds
        One row per number of schools closed: ``n_closed``, ``n_sets``, ``n_planned``,
        ``best_yuan`` (empty: none kept the rules), ``best``, ``least_yuan`` (no plan that
        keeps the rules and closes so many costs less, whatever the set), ``gap_yuan``,
        ``gap_share``.
    candidates, left_out
        Schools that may close, and the others.
    years
        One row per choice and year; empty where no years were asked: ``choice``, ``year``,
        ``cost_yuan``, ``time_s``, ``n_changed``, ``n_small``, ``feasible``, ``chosen``
        (in the trade-off set of that year) and ``why``.
    rounds
        Rounds of proposals.
    stopped
        A key of ``STOPPED``.
    n_ruled_out
        Sets ruled out by bounds alone.
    """

    present: Choice
    choices: tuple[Choice, ...]
    tried: tuple[Choice, ...]
    bounds: "pd.DataFrame"
    candidates: tuple[Candidate, ...]
    left_out: tuple[Candidate, ...]
    years: "pd.DataFrame"
    rounds: int
    stopped: str
    n_ruled_out: int = 0

    def say(self, lang: Lang = "en") -> str:
        """Return why the search ended, in one sentence."""
        return STOPPED[self.stopped].say(
            lang, planned=len(self.tried), rounds=self.rounds, out=self.n_ruled_out
        )


def choice_table(choices: Choices, *, tried: bool = False, lang: Lang = "en") -> "pd.DataFrame":
    """Return the choices as a table, one row each.

    Parameters
    ----------
    choices
        The answer.
    tried
        All sets planned, not only the trade-off set.
    lang
        Of the rules broken: "en" or "zh".

    Returns
    -------
    table
        ``choice``, ``n_closed``, ``chosen``, every figure of ``Choice`` with its unit in
        the name, what differs from the present (``more_yuan``, ``more_time_s``), and
        ``breaks`` (in words).
    """
    import pandas as pd

    chosen = {choice.closed for choice in choices.choices}
    names = (
        "cost_yuan", "transport_yuan", "time_s", "n_changed", "worst5_s", "share_over", "n_buses",
        "n_small", "n_new_stops", "n_new_lines", "max_more_s", "n_buses_least", "least_yuan",
    )  # fmt: skip
    rows = [
        {
            "choice": one.name, "n_closed": len(one.closed), "chosen": one.closed in chosen,
            **{name: getattr(one, name) for name in names},
            "more_yuan": one.cost_yuan - choices.present.cost_yuan,
            "more_time_s": one.time_s - choices.present.time_s,
            "breaks": " ".join(text.say(lang) for text in one.breaks),
        }
        for one in (choices.tried if tried else choices.choices)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def candidate_table(rows: tuple[Candidate, ...], lang: Lang = "en") -> "pd.DataFrame":
    """Return schools with the reason why each may close, or may not, in words.

    Parameters
    ----------
    rows
        ``candidates`` or ``left_out`` of the answer.
    lang
        "en" or "zh".
    """
    import pandas as pd

    columns = ["school_id", "name", "n_students", "code", "why"]
    return pd.DataFrame([row._replace(why=row.why.say(lang)) for row in rows], columns=columns)  # type: ignore[arg-type]
