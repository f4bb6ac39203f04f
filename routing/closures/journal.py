"""Which plans are made already? So that an interrupted search for closures goes on from there."""

import hashlib
from typing import Any, Protocol

import pandas as pd

from routing.closures.tries import Planner
from routing.policy import Policy
from routing.records import District, Plan
from routing.tables import INPUT_TABLES

PRESENT = "present"
"""Name of the plan of the present, on which all others are planned."""


class Journal(Protocol):
    """Where finished plans are kept, by name, until the search has ended.

    It holds plans of one search only: same county, rules, seconds, seed and rounds.
    """

    def recall(self, name: str) -> Plan | None:
        """Return the plan of a name; None where there is none that is whole."""

    def keep(self, name: str, plan: Plan) -> None:
        """Keep a finished plan."""


class NoJournal:
    """Keeps nothing."""

    def recall(self, name: str) -> Plan | None:
        """Return None."""

    def keep(self, name: str, plan: Plan) -> None:
        """Do nothing."""


def remember(planner: Planner, journal: Journal) -> Planner:
    """Return a planner that makes no plan twice, also not after an interruption.

    Parameters
    ----------
    planner
        Makes the plan of a changed district.
    journal
        Where plans are kept.
    """

    def make(before: Plan, district: District, policy: Policy) -> Plan:
        name = name_question(before, district, policy)
        plan = journal.recall(name)
        if plan is None:
            plan = planner(before, district, policy)
            journal.keep(name, plan)
        return plan

    return make


def name_question(before: Plan, district: District, policy: Policy) -> str:
    """Return 24 hex digits that change with the plan before, a district's tables and the rules."""
    content = hashlib.sha256(repr(policy).encode())
    tables = {shape.name: getattr(district, shape.name) for shape in INPUT_TABLES}
    for name, table in {**tables, "visits": before.visits}.items():
        columns = {column: _plain(table[column]) for column in table}
        content.update(f"{name} {list(columns)} {len(table)};".encode())
        content.update(pd.DataFrame(columns).to_json(orient="values", double_precision=15).encode())
    return content.hexdigest()[:24]


def _plain(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column with places as texts."""
    if column.name != "geometry":
        return column
    return pd.Series([None if spot is None else spot.wkb_hex for spot in column], dtype=object)
