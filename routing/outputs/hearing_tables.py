"""The tables behind a hearing: every number of the page is a cell of one of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from routing.outputs.sheets import Cell, Head, Sheet
from routing.words import Text

HIDDEN = "–"
"""A number that is not told, or that there is not."""


class Shown(NamedTuple):
    """One cell: as people read it, and as a number where it may be told.

    Parameters
    ----------
    text
        On the page.
    number
        In the workbook; None: the text stands there.
    """

    text: str
    number: float | None = None


@dataclass(frozen=True)
class Table:
    """One table of the appendix.

    Parameters
    ----------
    name
        Letters only: ``data-row`` of a number is "name:row", rows counted from 1.
    title
        For people.
    columns, heads
        Codes and words of the columns.
    keys
        Of the rows, each once.
    rows
        Cells.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    heads: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[Shown, ...], ...]

    def __post_init__(self) -> None:
        """Refuse rows that cannot be looked up."""
        wide = {len(self.columns), len(self.heads), *(len(row) for row in self.rows)}
        if (
            len(wide) > 1
            or len(set(self.keys)) != len(self.rows)
            or len(self.keys) != len(self.rows)
        ):
            msg = f"table {self.name}: want one key a row and one cell a column."
            raise ValueError(msg)


Rows = list[tuple[tuple[str, ...], list[Shown | str]]]
"""Key and cells of each row of a table to be made."""


def make_table(
    name: str, title: str, heads: dict[str, str],
    rows: Iterable[tuple[tuple[str, ...], Sequence[Shown | str]]],
) -> Table:  # fmt: skip
    """Return a table; plain texts become cells.

    Parameters
    ----------
    name, title
        As in ``Table``.
    heads
        Words by column code, in order.
    rows
        Key and cells of each.
    """
    told = [
        (key, tuple(Shown(cell) if isinstance(cell, str) else cell for cell in cells))
        for key, cells in rows
    ]
    return Table(
        name, title, tuple(heads), tuple(heads.values()),
        tuple(key for key, _ in told), tuple(cells for _, cells in told),
    )  # fmt: skip


def to_sheets(tables: dict[str, Table], words: dict[str, Text], row_word: str) -> list[Sheet]:
    """Return the tables as sheets; the words of their names and heads are put into ``words``.

    Parameters
    ----------
    tables
        By name.
    words
        Changed: gets names and heads.
    row_word
        Head of the first column, which holds "name:row".
    """
    sheets = []
    for table in tables.values():
        words[table.name] = Text(table.title, table.title)
        heads = [Head(f"{table.name}/row")]
        words[heads[0].word] = Text(row_word, row_word)
        for at, (column, head) in enumerate(zip(table.columns, table.heads, strict=True)):
            key = f"{table.name}/{column}"
            words[key] = Text(head, head)
            heads.append(Head(key, _kind([row[at] for row in table.rows])))
        rows: list[tuple[Cell, ...]] = [
            (f"{table.name}:{at}", *(_cell(cell) for cell in row))
            for at, row in enumerate(table.rows, start=1)
        ]
        sheets.append(Sheet(table.name, tuple(heads), rows))
    return sheets


def _kind(cells: list[Shown]) -> str:
    numbers = [cell.number for cell in cells if cell.number is not None]
    if not numbers:
        return "text"
    return "whole" if all(float(number).is_integer() for number in numbers) else "plain"


def _cell(cell: Shown) -> Cell:
    if cell.number is None:
        return cell.text
    number = float(cell.number)
    return int(number) if number.is_integer() else number
