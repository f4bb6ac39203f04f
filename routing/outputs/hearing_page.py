"""What stands on the page of a hearing, section by section: cells of its tables, and words."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from routing.measure.schools import ITEMS
from routing.outputs.cleaning import printable
from routing.outputs.hearing_map import PAPER_PX, SCREEN_PX, Maps, draw_maps
from routing.outputs.hearing_record import Hearing
from routing.outputs.hearing_rows import WAYS
from routing.outputs.hearing_rules import MATTER, list_assumed
from routing.outputs.hearing_tables import Table
from routing.outputs.hearing_words import BINS, STATUS, WORDS, say

FIGURE_BLOCKS = (
    ("buses", ("n_buses", "n_schools", "n_closed")),
    ("pupils", ("n_students", "n_changed", "child_hours_per_day", "worst5_door_s", "share_over")),
    ("by_way", WAYS),
    ("permits", ("n_new_stops", "n_new_lines")),
)
"""The table of alternatives under its costs: heads and figures."""

EQUITY_SHOWN = (
    "share_over_g1_3", "share_over_g4_6", "share_over_g7_9", "worst5_door_s", "p90_door_s",
    "median_door_s", "gini_door",
)  # fmt: skip
NUMBERS = {
    "villages": ("n_students", "n_changed", "n_better", "n_worse", "n_over", "mean_more_min"),
    "found": ("n_closed", "n_sets", "n_planned", "best_yuan", "least_yuan", "gap_yuan"),
}
"""Columns of numbers of the tables that stand on the page as they are."""

Link = Callable[..., Markup]


def page_content(hearing: Hearing, tables: dict[str, Table], book: str) -> dict[str, Any]:
    """Return everything that the template needs.

    Parameters
    ----------
    hearing
        Plans, words and mask.
    tables
        From ``build_tables``: the page works out no number of its own.
    book
        Name of the workbook.
    """
    lang, names = hearing.lang, hearing.names
    maps = _maps(hearing, tables)
    others = [(str(at), name) for at, name in enumerate(names) if at]
    return {
        "t": _speaker(hearing),
        "num": linker(tables),
        "cell": teller(tables),
        "lang": "zh-CN" if lang == "zh" else "en",
        "internal": hearing.mask.privacy == "internal",
        "privacy": say(hearing.mask.privacy, lang, min_cell=hearing.mask.min_cell),
        "question": _question(hearing),
        "plans": [(str(at), name) for at, name in enumerate(names)],
        "others": others,
        "keys": {name: table.keys for name, table in tables.items()},
        "tables": tables,
        "items": list(ITEMS),
        "blocks": FIGURE_BLOCKS,
        "equity_shown": EQUITY_SHOWN,
        "matter": MATTER,
        "changed_rules": [key for key in tables["rules"].keys if key[0] != "0"],
        "assumed": list_assumed(hearing.plans[names[0]].policy),
        "villages": _changed_villages(tables["villages"]),
        "numbers": NUMBERS,
        "gate_status": _statuses(hearing, tables["gates"]),
        "stopped": "" if hearing.choices is None else hearing.choices.say(lang),
        "bins": BINS,
        "bars": _bars(tables),
        "maps": maps,
        "map_style": _map_style(maps),
        "book": book,
    }


def linker(tables: dict[str, Table]) -> Link:
    """Return what shows a cell of a table as a link to its row."""
    where = {
        (name, key): at
        for name, table in tables.items()
        for at, key in enumerate(table.keys, start=1)
    }

    def num(name: str, column: str, *key: str) -> Markup:
        at = where[name, key]
        table = tables[name]
        cell = table.rows[at - 1][table.columns.index(column)]
        return Markup('<a class="num" data-row="{}:{}" data-col="{}" href="#{}-{}">{}</a>').format(
            name, at, column, name, at, printable(cell.text)
        )

    return num


def teller(tables: dict[str, Table]) -> Callable[..., str]:
    """Return what gives the words in a cell of a table."""
    where = {
        (name, key): row
        for name, table in tables.items()
        for key, row in zip(table.keys, table.rows, strict=True)
    }

    def cell(name: str, column: str, *key: str) -> str:
        return where[name, key][tables[name].columns.index(column)].text

    return cell


def _speaker(hearing: Hearing) -> Callable[..., str]:
    """Return what says a sentence; what is filled in may be a cell, and is escaped if not."""

    def speak(key: str, **values: object) -> str:
        text = WORDS[key].say(hearing.lang)
        if not values:
            return text
        clean = {
            name: printable(value) if type(value) is str else value
            for name, value in values.items()
        }
        return Markup(text).format(**clean)  # noqa: S704

    return speak


def _question(hearing: Hearing) -> str:
    lang, names = hearing.lang, hearing.names[1:]
    if len(names) == 1:
        return say("question_one", lang, name=names[0])
    quoted = [say("quoted", lang, name=name) for name in names]
    return say("question_many", lang, names=("、" if lang == "zh" else ", ").join(quoted))


def _changed_villages(table: Table) -> dict[str, list[tuple[str, ...]]]:
    """Return for each alternative the rows where something changes, most minutes more first."""
    found: dict[str, list[tuple[float, tuple[str, ...]]]] = {}
    watched = [table.columns.index(name) for name in ("n_changed", "n_better", "n_worse")]
    mean = table.columns.index("mean_more_min")
    for key, row in zip(table.keys, table.rows, strict=True):
        if any(row[at].text != "0" for at in watched):
            more = row[mean].number
            place = (float("inf") if not key[1] else -(more or 0.0), key)
            found.setdefault(key[0], []).append(place)
    return {at: [key for _, key in sorted(rows)] for at, rows in found.items()}


def _statuses(hearing: Hearing, table: Table) -> dict[tuple[str, ...], str]:
    """Return the code of each gate's status."""
    codes = {text.say(hearing.lang): code for code, text in STATUS.items()}
    column = table.columns.index("status")
    return {key: codes[row[column].text] for key, row in zip(table.keys, table.rows, strict=True)}


def _bars(tables: dict[str, Table]) -> dict[tuple[str, ...], int]:
    """Return the length of the bar of each count, in percent of the longest of its table."""
    lengths: dict[tuple[str, ...], int] = {}
    for name in ("times", "hardship"):
        table = tables[name]
        column = table.columns.index("n")
        sums = {"same", "unknown", "none"} | ({"worse", "better"} if name == "times" else set())
        bars = {
            (name, *key): row[column].number or 0.0
            for key, row in zip(table.keys, table.rows, strict=True)
            if key[1] not in sums
        }
        longest = max(bars.values(), default=0.0)
        lengths |= {key: round(100 * n / longest) for key, n in bars.items() if longest and n}
    return lengths


def _maps(hearing: Hearing, tables: dict[str, Table]) -> Maps:
    """Return the drawings, with only those moves and villages that the tables tell."""
    moves: list[list[tuple[str, str]]] = [[] for _ in hearing.names]
    table = tables["moves"]
    for key, row in zip(table.keys, table.rows, strict=True):
        if row[-1].number is not None:
            moves[int(key[0])].append((key[1], key[2]))
    villages: list[dict[str, float]] = [{} for _ in hearing.names]
    table = tables["villages"]
    for key, row in zip(table.keys, table.rows, strict=True):
        more = row[table.columns.index("mean_more_min")].number
        if key[1] and more is not None:
            villages[int(key[0])][key[1]] = more
    return draw_maps([hearing.plans[name] for name in hearing.names], moves, villages)


def _map_style(maps: Maps) -> str:
    """Return how large signs and letters are before any script: units of the drawing a pixel."""
    screen, paper = (maps.width / wide for wide in (SCREEN_PX, PAPER_PX))
    return (
        f"svg.map {{ --k: {screen:.2f}; aspect-ratio: {maps.width} / {maps.height}; }}\n"
        f"@media print {{ svg.map {{ --k: {paper:.2f} !important; }} }}\n"
    )
