"""What a hearing of parents gets: one page that sets the present beside its alternatives.

The page is one HTML file without any request: its style and its one script are named by
their hashes in a strict content security policy, and whatever comes from data is escaped
by the template engine. Every number on it is looked up in the tables at its end, which
also stand in a workbook beside it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from routing.compare import compare_plans
from routing.errors import RoutingError
from routing.outputs.atomic import replacing, write_text
from routing.outputs.exports import log_export
from routing.outputs.hearing_page import page_content
from routing.outputs.hearing_record import Hearing
from routing.outputs.hearing_rows import build_tables
from routing.outputs.hearing_tables import Table, to_sheets
from routing.outputs.hearing_words import WORDS, say
from routing.outputs.masking import Mask, Privacy
from routing.outputs.pages import render_page
from routing.outputs.sheets import Head, Sheet
from routing.outputs.workbook import pack_sheets
from routing.records import Plan
from routing.scenario import Scenario
from routing.words import Lang, Text

if TYPE_CHECKING:
    from routing.closures.records import Choices

MOST_ALTERNATIVES = 5
"""More than five nobody compares on one sheet (assumed)."""


def write_hearing(
    plans: Mapping[str, Plan],
    scenarios: Mapping[str, Scenario],
    path: Path | str,
    *,
    lang: Lang = "en",
    privacy: Privacy = "public",
    choices: "Choices | None" = None,
) -> Path:
    """Write the page of a hearing, and the workbook of its tables beside it.

    Parameters
    ----------
    plans
        By name; the first is the present, one to five alternatives follow.
    scenarios
        What each alternative changes, by the same names; the present has none.
    path
        The .html file to make or replace; the workbook gets the same name with .xlsx.
    lang
        "en" or "zh".
    privacy
        "public" shows no group under the policy's ``min_cell``; "internal" shows small
        groups, still no pupil and no home.
    choices
        From ``consolidate``, where the alternatives come from there: adds what is proven
        of the others, and other years.

    Returns
    -------
    path
        The page.

    Raises
    ------
    RoutingError
        When there is no alternative or more than five, a file cannot be written, or
        ``privacy`` is neither word.
    """
    path = Path(path)
    n = len(plans) - 1
    if not 1 <= n <= MOST_ALTERNATIVES:
        raise RoutingError(WORDS["count_bad"].fill(n=max(n, 0)))
    comparison = compare_plans(plans)
    mask = Mask(comparison.policy.min_cell, privacy)
    hearing = Hearing(plans, scenarios, comparison, mask, lang, choices)
    tables = build_tables(hearing)
    book = path.with_suffix(".xlsx")
    content = page_content(hearing, tables, book.name)
    page = render_page("hearing", content, more_style=content["map_style"], script="hearing.js")
    with replacing(book) as draft:
        draft.write_bytes(_pack(tables, hearing, path.name))
    log_export(book, privacy, lang)
    return log_export(write_text(path, page), privacy, lang)


def _pack(tables: dict[str, Table], hearing: Hearing, page: str) -> bytes:
    """Return the tables as a workbook, what they are on its first sheet."""
    lang, row = hearing.lang, say("row", hearing.lang)
    words: dict[str, Text] = dict(WORDS)
    about = [
        (say("title", lang),),
        (say("about_text", lang, page=page, row=row),),
        (say(hearing.mask.privacy, lang, min_cell=hearing.mask.min_cell),),
    ]
    sheets = [Sheet("about", (Head("about"),), [*about]), *to_sheets(tables, words, row)]
    return pack_sheets(sheets, lang, words)
