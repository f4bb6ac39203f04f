"""Is a choice still right when other years' pupils come? Each is planned again for them."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from routing.closures.figures import Costs, judge_plan
from routing.closures.front import pick_front
from routing.closures.records import Choice
from routing.errors import InputError, NoPlanError, SolverError
from routing.policy import Policy
from routing.records import District, Plan
from routing.scenario import ChangeEnrolment, Scenario, apply_scenario

if TYPE_CHECKING:
    import pandas as pd

Planner = Callable[[Plan, District, Policy], Plan]
Progress = Callable[[str, int, int], None]

COLUMNS = (
    "choice", "year", "cost_yuan", "time_s", "n_changed", "n_small", "feasible", "chosen", "why",
)  # fmt: skip
WHOLE = ("cost_yuan", "time_s", "n_changed", "n_small")


def blank_years() -> "pd.DataFrame":
    """Return the table of years without a row."""
    import pandas as pd

    kinds = dict.fromkeys(WHOLE, "Int64") | {"feasible": "bool", "chosen": "bool", "year": "int64"}
    return pd.DataFrame(columns=list(COLUMNS)).astype(kinds)


def try_years(
    choices: Sequence[Choice], district: District, policy: Policy, start: Plan,
    years: Sequence[int], make: Planner, costs: Costs, until: float | None, say: Progress,
) -> "pd.DataFrame":  # fmt: skip
    """Return the choices planned again with the pupils of other years.

    The enrolment changes first, then the schools close; every choice is judged beside the
    present of its year, planned too.

    Parameters
    ----------
    choices
        Sets to plan, the present among them or not.
    district, policy, start
        As they are, and the plan of that.
    years
        Years of the table of enrolment.
    make, costs
        How plans are made and priced.
    until
        No plan is begun after (clock of ``time.monotonic``); None: no limit.
    say
        Told of progress.

    Returns
    -------
    table
        As ``Choices.years``; a choice not planned for lack of time has no figures and
        says so.

    Raises
    ------
    InputError
        When the table of enrolment has no such year.
    """
    rows: list[dict[str, object]] = []
    for k, year in enumerate(years):
        change = ChangeEnrolment(year)
        then = Scenario(f"{year}", (change,))
        changed = apply_scenario(then, district, policy)
        before = make(start, changed, policy)
        here = [judge_plan(before, before, then, (), policy, costs)]
        late: list[Choice] = []
        refused: dict[tuple[str, ...], str] = {}
        for choice in (one for one in choices if one.closed):
            if until is not None and time.monotonic() > until:
                late.append(choice)
                continue
            scenario = Scenario(f"{choice.name}, {year}", (change, *choice.scenario.changes))
            try:
                plan = make(before, apply_scenario(scenario, district, policy), policy)
                here.append(judge_plan(plan, before, scenario, choice.closed, policy, costs))
            except InputError as error:
                refused[choice.closed] = " ".join(fault.problem.en for fault in error.faults)
            except (NoPlanError, SolverError) as error:
                refused[choice.closed] = error.text.en
        rows += _rows(year, here, refused, late)
        say("years", k + 1, len(years))
    return _table(rows)


def _rows(
    year: int, here: list[Choice], refused: dict[tuple[str, ...], str], late: list[Choice]
) -> list[dict[str, object]]:
    """Return the rows of one year."""
    chosen = {one.closed for one in pick_front(here)}
    rows: list[dict[str, object]] = [
        {
            "choice": one.name, "year": year, **{name: getattr(one, name) for name in WHOLE},
            "feasible": not one.breaks, "chosen": one.closed in chosen,
            "why": " ".join(text.en for text in one.breaks),
        }
        for one in here
    ]  # fmt: skip
    rows += [
        {"choice": " + ".join(name), "year": year, "feasible": False, "chosen": False, "why": why}
        for name, why in refused.items()
    ]
    rows += [
        {"choice": one.name, "year": year, "feasible": False, "chosen": False, "why": "not planned: the time was up"}
        for one in late
    ]  # fmt: skip
    return rows


def _table(rows: list[dict[str, object]]) -> "pd.DataFrame":
    import pandas as pd

    kinds = dict.fromkeys(WHOLE, "Int64") | {"feasible": "bool", "chosen": "bool", "year": "int64"}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(kinds)
