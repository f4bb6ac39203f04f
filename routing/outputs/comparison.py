"""The comparison as one Excel workbook: headline, groups, equity, who is hit how hard.

Inside the office the hardship sheet has a row for each row of pupils; in public a row for
each level and village, and no number tells of fewer than the policy's ``min_cell``.
"""

import math
from pathlib import Path
from typing import Any

import pandas as pd

from routing.compare import Comparison, equity_list, group_list, hardship_list, headline_list
from routing.compare.words import BREAKS, HARDSHIP, HEADS, SIDES
from routing.outputs.atomic import replacing
from routing.outputs.exports import log_export
from routing.outputs.masking import Privacy
from routing.outputs.sheets import Cell, Head, Sheet
from routing.outputs.workbook import pack_sheets
from routing.words import Lang, Text

PAGES = {
    "title": Text("The present and its alternatives", "现状与比选方案"),
    "about": Text("about", "说明"),
    "headline": Text("headline", "总览"),
    "equity": Text("equity", "公平性"),
    "groups": Text("groups", "分组"),
    "hardship": Text("hardship", "受影响学生"),
    "watch": Text("watch list", "关注名单"),
    "word": Text("what", "项目"),
    "text": Text("", "内容"),
    "internal": Text(
        "Internal: speaks of single students. Keep it, print it and pass it on as personal data of children.",
        "内部资料：含学生个人信息（未成年人敏感个人信息），请妥善保管，不得外传。",
    ),
    "public": Text(
        "For the public: no pupil is named. “<{min_cell}” is a count of fewer than {min_cell} students; “–” a number that would give one away; villages, grades and schools with fewer are told together.",
        "公开版：不含学生个人信息。“<{min_cell}”表示少于{min_cell}人；“–”表示为避免推算而不显示；人数不足的村、年级和学校合并列出。",
    ),
    "yardstick": Text(
        "All plans are judged by the limits of the present's rules, “{policy}”. More is the time door to door after less before, of the longer of morning and afternoon. A change of less than a minute counts as none.",
        "各方案均按现状规则“{policy}”的限值评价。增加用时为门到门时间（上学、放学取较长者）之差；不足一分钟的变化不计。",
    ),
    "plans": Text("the present, then the alternatives", "现状及各比选方案"),
    "how": Text("how to read it", "阅读说明"),
    "privacy": Text("privacy", "公开程度"),
}  # fmt: skip
"""Names of sheets, and what the first one says."""


def write_comparison(
    comparison: Comparison, path: Path | str, lang: Lang = "en", privacy: Privacy = "internal"
) -> Path:
    """Write a comparison as an Excel workbook.

    Parameters
    ----------
    comparison
        From ``compare_plans``.
    path
        The .xlsx file to make or replace.
    lang
        Language of sheets, headers and words: "en" or "zh".
    privacy
        "internal" lists rows of pupils, and the watch list; "public" shows no pupil and no
        group under the policy's ``min_cell``.

    Returns
    -------
    path
        The file.

    Raises
    ------
    RoutingError
        When the file cannot be written, or ``privacy`` is neither word.
    """
    path = Path(path)
    words: dict[str, Text] = dict(PAGES)
    sheets = [
        _about(comparison, lang, privacy),
        sheet_of_table("headline", headline_list(comparison, lang, privacy), words),
        _each_plan("equity", comparison, lang, privacy, words),
        _each_plan("groups", comparison, lang, privacy, words),
        _each_plan("hardship", comparison, lang, privacy, words),
    ]
    if privacy == "internal":
        sheets.append(_watch(comparison, lang, words))
    content = pack_sheets(sheets, lang, words)
    with replacing(path) as draft:
        draft.write_bytes(content)
    return log_export(path, privacy, lang)


LISTS = {"equity": equity_list, "groups": group_list, "hardship": hardship_list}
"""What stands on the sheets that have rows for each alternative."""


def _about(comparison: Comparison, lang: Lang, privacy: Privacy) -> Sheet:
    secret = PAGES["internal" if privacy == "internal" else "public"]
    policy = comparison.policy
    rows: list[tuple[Cell, ...]] = [
        (PAGES["title"].say(lang), secret.say(lang, min_cell=policy.min_cell)),
        (PAGES["how"].say(lang), PAGES["yardstick"].say(lang, policy=policy.name)),
        *((PAGES["plans"].say(lang), name) for name in comparison.names),
    ]
    return Sheet("about", (Head("word"), Head("text")), rows)


def _each_plan(
    name: str, comparison: Comparison, lang: Lang, privacy: Privacy, words: dict[str, Text]
) -> Sheet:
    """Return a sheet with the rows of one alternative after the other."""
    tables = []
    for plan_name in comparison.names[1:]:
        rows = LISTS[name](comparison, plan_name, lang, privacy)
        rows.insert(0, HEADS["plan"].say(lang), plan_name)
        tables.append(rows)
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    return sheet_of_table(name, table, words)


def _watch(comparison: Comparison, lang: Lang, words: dict[str, Text]) -> Sheet:
    """Return the rows of pupils whose day breaks a limit, with codes in words."""
    watch = comparison.watch
    comma = "、" if lang == "zh" else ", "

    def say(codes: str) -> str:
        return comma.join(BREAKS[code].say(lang) for code in codes.split())

    schools = comparison.schools
    cells = {
        "plan": watch["plan"],
        "student_id": watch["student_id"],
        "village": watch["village"],
        "grade": watch["grade"],
        "n_students": watch["n_students"],
        "school_after": [schools.get(key, key) for key in watch["school_after"]],
        "breaks": [say(codes) for codes in watch["breaks"]],
        "new_breaks": [say(codes) for codes in watch["new_breaks"]],
        "hardship": [HARDSHIP[level].say(lang) for level in watch["hardship"]],
        "side": [SIDES[side].say(lang) for side in watch["side"]],
    }
    named = {name: HEADS[name].say(lang) for name in cells}
    return sheet_of_table("watch", pd.DataFrame(cells).rename(columns=named), words)


def sheet_of_table(name: str, table: pd.DataFrame, words: dict[str, Text]) -> Sheet:
    """Return a table as a sheet.

    Parameters
    ----------
    name
        The sheet's word.
    table
        Its heads are words for people already.
    words
        Gets the heads, each in one language.
    """
    heads = []
    for at, head in enumerate(table.columns):
        key = f"{name}:{at}"
        words[key] = Text(str(head), str(head))
        heads.append(Head(key, _kind(table.iloc[:, at])))
    if not heads:
        return Sheet(name, (Head("word"),), [])
    rows = [
        tuple(_cell(cell) for cell in row) for row in table.astype(object).itertuples(index=False)
    ]
    return Sheet(name, tuple(heads), rows)


def _kind(column: "pd.Series[Any]") -> str:
    """Return whole, plain, number or text, by what stands in a column."""
    cells = [cell for cell in map(_cell, column.astype(object)) if not isinstance(cell, str | None)]
    if not cells:
        return "text" if any(isinstance(cell, str) for cell in column) else "number"
    return "whole" if all(isinstance(cell, int) for cell in cells) else "plain"


def _cell(cell: Any) -> Cell:
    """Return a cell in plain Python: whole, number, text or nothing."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, str):
        return cell
    number = float(cell)
    return int(number) if number.is_integer() else number
