"""Who is worse off: the present beside its alternatives, pupil by pupil and as a whole."""

from collections.abc import Mapping

import pandas as pd

from routing.compare.equity import equity_table, measure_equity
from routing.compare.figures import EQUITY as EQUITY
from routing.compare.figures import HEADLINE as HEADLINE
from routing.compare.figures import Figure as Figure
from routing.compare.grouped import group_list as group_list
from routing.compare.groups import group_pupils
from routing.compare.hardship import LEVELS as LEVELS
from routing.compare.hardship import THRESHOLDS as THRESHOLDS
from routing.compare.hardship import Thresholds as Thresholds
from routing.compare.headline import headline_figures, headline_table
from routing.compare.lists import hardship_list as hardship_list
from routing.compare.losses import compare_pupils, pupil_days
from routing.compare.record import Comparison as Comparison
from routing.compare.sentences import say_pupil as say_pupil
from routing.compare.told import equity_list as equity_list
from routing.compare.told import headline_list as headline_list
from routing.compare.watch import find_worse as find_worse
from routing.compare.watch import list_watched
from routing.compare.words import give_back as give_back
from routing.errors import RoutingError
from routing.records import Plan
from routing.words import Text


def compare_plans(plans: Mapping[str, Plan], *, thresholds: Thresholds = THRESHOLDS) -> Comparison:
    """Compare plans with the present, pupil by pupil.

    Pupils are joined by ``student_id``; whoever is in one plan only is kept, with the
    other side empty. All plans are judged by the limits of the present's policy: one
    yardstick, also where an alternative changes the rules.

    Parameters
    ----------
    plans
        By name; the first is the present. One alone gives its headline only.
    thresholds
        From which loss on a pupil is hit how hard (s, by grade).

    Returns
    -------
    comparison
        See ``Comparison``.

    Raises
    ------
    RoutingError
        When there is no plan.
    """
    if not plans:
        raise RoutingError(Text("there is no plan to compare.", "没有可比较的方案。"))
    names = tuple(plans)
    present = plans[names[0]]
    days = {name: pupil_days(plan, present.policy) for name, plan in plans.items()}
    figures = {name: measure_equity(frame) for name, frame in days.items()}
    pairs = {name: compare_pupils(days[names[0]], days[name], name, thresholds) for name in names}
    others = names[1:]
    headlines = [
        headline_table(
            name, headline_figures(present, plan, days[name], pairs[name], figures[name])
        )
        for name, plan in plans.items()
    ]
    none = pairs[names[0]].iloc[:0]
    pupils = pd.concat([pairs[name] for name in others] or [none], ignore_index=True)
    groups = [group_pupils(pairs[name]) for name in others] or [group_pupils(none)]
    for name, table in zip(others or names, groups, strict=True):
        table.insert(0, "plan", name)
    equity = [equity_table(name, figures[names[0]], figures[name]) for name in others]
    no_equity = equity_table(names[0], figures[names[0]], figures[names[0]]).iloc[:0]
    return Comparison(
        names=names,
        pupils=pupils,
        groups=pd.concat(groups, ignore_index=True),
        equity=pd.concat(equity or [no_equity], ignore_index=True),
        headline=pd.concat(headlines, ignore_index=True),
        watch=list_watched(pupils),
        policy=present.policy,
        schools=_names_of_schools(plans),
    )


def _names_of_schools(plans: Mapping[str, Plan]) -> dict[str, str]:
    """Return the schools' names; the present's where plans differ."""
    names: dict[str, str] = {}
    for plan in plans.values():
        schools = plan.district.schools
        for school_id, name in zip(schools["school_id"], schools["name"], strict=True):
            names.setdefault(
                str(school_id), str(name) if isinstance(name, str) and name else str(school_id)
            )
    return names
