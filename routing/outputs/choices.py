"""The choices of schools to close on disk: a table, a folder for each plan, the hearing's page."""

from collections.abc import Mapping
from math import ceil, nan
from pathlib import Path
from typing import TYPE_CHECKING

from routing.closures import Choice, Choices, candidate_table, choice_table
from routing.compare.small import check_privacy
from routing.outputs.atomic import replacing
from routing.outputs.comparison import sheet_of_table
from routing.outputs.exports import log_export
from routing.outputs.masking import Privacy
from routing.outputs.sheets import Head, Sheet
from routing.outputs.workbook import pack_sheets
from routing.words import Lang, Text

if TYPE_CHECKING:
    import pandas as pd

MOST_SHOWN = 5
"""Alternatives on the hearing's page: as many as people can weigh at once (assumed)."""

WORDS = {
    "title": Text("Which schools?", "撤并哪些学校？"),
    "about": Text("about", "说明"),
    "word": Text("what", "项目"),
    "text": Text("", "内容"),
    "choices": Text("choices", "备选方案"),
    "tried": Text("all planned", "全部已编制方案"),
    "bounds": Text("proven bounds", "已证明的下界"),
    "years": Text("by year", "分年度"),
    "candidates": Text("candidates", "候选学校"),
    "left_out": Text("left out", "未列入学校"),
    "ended": Text("why the search ended", "搜索结束原因"),
    "rule": Text("how a choice gets into the set", "入选规则"),
    "set": Text(
        "No other plan made is as good in yearly cost, children's time and pupils who change school, and better in one.",
        "没有其他方案在年费用、学生用时、变动学生数三方面均不差且至少一项更优。",
    ),
    "present": Text("present", "现状"),
}  # fmt: skip

HEADS = {
    "choice": Text("schools closed", "撤并学校"),
    "n_closed": Text("closed", "撤并数"),
    "chosen": Text("in the set", "入选"),
    "cost_yuan": Text("cost (yuan a year)", "年费用（元）"),
    "transport_yuan": Text("of it transport (yuan a year)", "其中交通（元/年）"),
    "time_s": Text("children's time (s a day)", "学生用时（秒/日）"),
    "n_changed": Text("pupils who change school", "变动学生数"),
    "worst5_s": Text("worst 5 % (s)", "最长5%（秒）"),
    "share_over": Text("share over the limit", "超限比例"),
    "n_buses": Text("buses", "车辆数"),
    "n_small": Text("small schools left", "剩余小规模学校"),
    "n_new_stops": Text("new stops", "新站点"),
    "n_new_lines": Text("new lines", "新线路"),
    "max_more_s": Text("longest way more (s)", "最大增加用时（秒）"),
    "n_buses_least": Text("buses at least", "车辆数下界"),
    "least_yuan": Text("cost at least (yuan a year)", "年费用下界（元）"),
    "more_yuan": Text("cost more than at present", "较现状费用增加"),
    "more_time_s": Text("time more than at present (s)", "较现状用时增加（秒）"),
    "breaks": Text("rules broken", "违反规则"),
    "n_sets": Text("sets possible", "可能组合数"),
    "n_planned": Text("planned", "已编制"),
    "best_yuan": Text("best cost found (yuan a year)", "已找到最低年费用（元）"),
    "best": Text("best", "最优"),
    "gap_yuan": Text("gap (yuan a year)", "差距（元/年）"),
    "gap_share": Text("gap, share", "差距比例"),
    "school_id": Text("school", "学校编号"),
    "name": Text("name", "名称"),
    "n_students": Text("pupils", "学生数"),
    "code": Text("code", "代码"),
    "why": Text("why", "理由"),
    "year": Text("year", "年度"),
    "feasible": Text("keeps the rules", "符合规则"),
}


COARSE = {
    "cost_yuan": 1_000, "transport_yuan": 1_000, "more_yuan": 1_000,
    "time_s": 60, "worst5_s": 60, "max_more_s": 60, "more_time_s": 60,
}  # fmt: skip
"""Steps (yuan, s) in which the public reads money and times, rounded up: the exact ones tell
how many pupils are in them, and the way of a single one."""


def write_choices(
    choices: Choices, folder: Path | str, *, lang: Lang = "en", privacy: Privacy = "public"
) -> Path:
    """Write the tables of the choices into ``choices.xlsx``; return the file.

    Parameters
    ----------
    choices
        From ``consolidate``.
    folder
        Made where it is absent.
    lang
        "en" or "zh".
    privacy
        "public": numbers of pupils under ``min_cell`` are not shown, nor sentences that tell
        how many a rule is broken for.

    Raises
    ------
    RoutingError
        When the file cannot be written, or ``privacy`` is neither word.
    """
    check_privacy(privacy)
    path = Path(folder) / "choices.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    tables = {
        "choices": choice_table(choices, lang=lang),
        "tried": choice_table(choices, tried=True, lang=lang),
        "bounds": choices.bounds,
        "years": choices.years,
        "candidates": candidate_table(choices.candidates, lang),
        "left_out": candidate_table(choices.left_out, lang),
    }
    words = dict(WORDS)
    about = [
        (WORDS["ended"].say(lang), choices.say(lang)),
        (WORDS["rule"].say(lang), WORDS["set"].say(lang)),
    ]
    sheets = [Sheet("about", (Head("word"), Head("text")), list(about))]
    for name, table in tables.items():
        shown = hide_small(table, choices, privacy).rename(
            columns={key: text.say(lang) for key, text in HEADS.items()}
        )
        sheets.append(sheet_of_table(name, shown, words))
    content = pack_sheets(sheets, lang, words)
    with replacing(path) as draft:
        draft.write_bytes(content)
    return log_export(path, privacy, lang)


def pick_shown(choices: Choices) -> tuple[Choice, ...]:
    """Return the alternatives for the hearing's page, five at most.

    The cheapest, the one with the least time, and the one with the fewest pupils moved come
    first; then those that lie widest apart in cost.
    """
    closed = [choice for choice in choices.choices if choice.closed and choice.plan is not None]
    if len(closed) <= MOST_SHOWN:
        return tuple(closed)
    corners = [min(closed, key=lambda one: one.figures[aim]) for aim in range(3)]
    picked = list({one.closed: one for one in corners}.values())
    while len(picked) < MOST_SHOWN:
        left = [one for one in closed if one.closed not in {known.closed for known in picked}]
        picked.append(
            max(left, key=lambda one: min(abs(one.cost_yuan - known.cost_yuan) for known in picked))
        )
    return tuple(one for one in closed if one in picked)


def hide_small(table: "pd.DataFrame", choices: Choices, privacy: Privacy) -> "pd.DataFrame":
    """Return a table of the choices without small counts of pupils, for the public.

    Parameters
    ----------
    table
        From ``choice_table``, ``candidate_table``, or the years of the choices.
    choices
        The choices it is of.
    privacy
        "internal" hides nothing.
    """
    plan = choices.present.plan
    least = 5 if plan is None else plan.policy.min_cell
    hidden = table.copy()
    for name in ("n_changed", "n_students"):
        if privacy == "public" and name in hidden:
            hidden[name] = [
                f"<{least}" if 0 < int(n) < least else int(n) for n in hidden[name].fillna(0)
            ]
    if privacy == "public" and "choice" in hidden:
        hidden = _coarsen(hidden)
    if privacy == "public":
        # sentences tell exact counts of pupils
        if "breaks" in hidden:
            hidden["breaks"] = hidden["breaks"].map(lambda told: "✗" if told else "")
        if {"n_students", "why"} <= set(hidden):
            small = hidden["n_students"].astype(str).str.startswith("<")
            hidden["why"] = hidden["why"].mask(small, "")
        if {"feasible", "why"} <= set(hidden):
            hidden["why"] = ""
    for name in ("chosen", "feasible"):
        if name in hidden:
            hidden[name] = hidden[name].astype(bool).map({True: "✓", False: ""})
    return hidden


def _coarsen(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table with money and times in the steps of ``COARSE``, rounded up."""
    found = {
        name: [step * ceil(n / step) if n == n else n for n in table[name].fillna(nan)]  # noqa: PLR0124
        for name, step in COARSE.items()
        if name in table
    }
    return table.assign(**found)


def name_plans(choices: Choices, lang: Lang) -> Mapping[str, Choice]:
    """Return the present and the alternatives shown, by the names they have on the page."""
    return {WORDS["present"].say(lang): choices.present} | {
        choice.name: choice for choice in pick_shown(choices)
    }
