"""The independent judge: is a plan allowed, whoever made it.

It believes the tables, the roads and the policy only, and shares no code with the stages
that plan: distances, speeds, seats and clocks are worked out again.
"""

import logging
from collections.abc import Callable, Iterable
from functools import partial

from routing.check.case import breach, open_case
from routing.check.rules import RULES as RULES
from routing.check.rules import Rule as Rule
from routing.check.rules import explain_rule as explain_rule
from routing.check.whole import find_faults, find_unreadable
from routing.records import Breach, Plan
from routing.words import Text

log = logging.getLogger(__name__)

UNJUDGED = Text(
    "'{id}' cannot be judged on these tables: {error}.",
    "数据表有误，无法判定“{id}”：{error}。",
)


def check_plan(plan: Plan) -> list[Breach]:
    """Return every breach of every rule, in the order of ``RULES``.

    Nothing is raised, whatever is in the plan, and nothing is mended. Where a table or
    a column is missing, that alone is reported: the other rules need whole tables.

    Parameters
    ----------
    plan
        The plan, made by anybody.

    Returns
    -------
    breaches
        Empty when the plan can be driven.
    """
    if _collect("tables_whole", partial(find_unreadable, plan)):
        return _collect("tables_whole", partial(find_faults, plan))
    return _collect("tables_whole", partial(_judge, plan))


def _judge(plan: Plan) -> list[Breach]:
    case = open_case(plan)
    found = []
    for rule in RULES:
        found += _collect(rule.name, partial(rule.judge, case))
    log.info("check: %d rules, %d breaches", len(RULES), len(found))
    return found


def _collect(name: str, judge: Callable[[], Iterable[Breach]]) -> list[Breach]:
    """Return the breaches found; where judging itself fails, that is one more."""
    found: list[Breach] = []
    try:
        found.extend(judge())
    except Exception as error:  # a judge never raises
        words = f"{type(error).__name__}: {error}"
        found.append(breach("tables_whole", name, 1, "rules", UNJUDGED, error=words))
    return found
