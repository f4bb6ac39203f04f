"""The record of a comparison: the present beside the alternatives, as tables."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from routing.compare.figures import HEADLINE, Figure
from routing.policy import Policy

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Comparison:
    """The present and the alternatives, pupil by pupil, by group and as a whole.

    Parameters
    ----------
    names
        Of the plans; the first is the present.
    pupils
        One row a student row and alternative (``part`` tells the parts of a row that
        travel differently): see ``routing.compare.losses``. Sorted by hardship and loss.
    groups
        By village, grade, school, town and all: see ``routing.compare.groups``.
    equity
        Columns ``plan``, ``figure`` (a key of ``EQUITY``), ``before``, ``after``,
        ``unit``, ``source``, ``n_before``, ``n_after`` (over how many students).
    headline
        Columns ``plan``, ``figure`` (a key of ``HEADLINE``), ``value``, ``unit``; the
        present too.
    watch
        The rows of ``pupils`` whose day breaks a limit after.
    policy
        The rules of the present: one yardstick for all plans.
    schools
        Names of all schools of all plans by ``school_id``.
    """

    names: tuple[str, ...]
    pupils: "pd.DataFrame"
    groups: "pd.DataFrame"
    equity: "pd.DataFrame"
    headline: "pd.DataFrame"
    watch: "pd.DataFrame"
    policy: Policy
    schools: Mapping[str, str]

    def _repr_html_(self) -> str:
        """Return the headline as a small table, for a notebook."""
        wide = self.headline.pivot_table(
            index="figure", columns="plan", values="value", sort=False
        ).reindex(columns=list(self.names))
        head = "".join(f"<th>{html.escape(name)}</th>" for name in ("", *self.names, ""))
        rows = [
            _row(HEADLINE[figure], values)
            for figure, values in zip(wide.index, wide.to_numpy().tolist(), strict=True)
        ]
        return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _row(figure: Figure, values: list[float]) -> str:
    told = [figure.name.en, *(_number(value) for value in values), figure.unit]
    return f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in told)}</tr>"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) or value >= 100 else f"{value:.3g}"
