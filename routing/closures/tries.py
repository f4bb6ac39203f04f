"""One set of schools is tried: pupils go elsewhere, buses are planned, rules are judged."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.closures.bounds import bound_set
from routing.closures.county import County
from routing.closures.figures import Costs, judge_plan, name_choice
from routing.closures.front import is_beaten, pick_front, worths
from routing.closures.problem import Ground
from routing.closures.records import Choice
from routing.errors import InputError, NoPlanError, SolverError
from routing.policy import Policy
from routing.records import District, Plan
from routing.scenario import CloseSchool, Scenario, apply_scenario
from routing.solver.closures_problem import Worth
from routing.words import Text

Ints = NDArray[np.int64]
Planner = Callable[[Plan, District, Policy], Plan]
"""Makes the plan of a changed district, given the plan of the present."""

OUT_OF_REACH = Text(
    "{n} students of grade {grade} and others would go to {school}, where no bus brings them within the limits.",
    "{grade}年级等{n}名学生将转入{school}，校车无法在限值内接送。",
)


@dataclass(frozen=True)
class Steps:
    """How a set is tried; each step may be replaced, in tests by arithmetic.

    Parameters
    ----------
    move
        The district with some schools closed.
    plan
        Its plan, given the plan of the present.
    judge
        The plan's figures and faults, given the scenario and the schools closed.
    """

    move: Callable[[Scenario], District]
    plan: Planner
    judge: Callable[[Plan, Scenario, tuple[str, ...]], Choice]


def usual_steps(county: County, planner: Planner, costs: Costs) -> Steps:
    """Return the steps as they are taken: a scenario, a real plan, its tables.

    Parameters
    ----------
    county
        The district, its rules and its present plan.
    planner, costs
        How plans are made and priced.
    """
    policy, present = county.policy, county.present

    def move(scenario: Scenario) -> District:
        return apply_scenario(scenario, county.district, policy)

    def judge(plan: Plan, scenario: Scenario, closed: tuple[str, ...]) -> Choice:
        return judge_plan(plan, present, scenario, closed, policy, costs, county.days)

    return Steps(move, planner, judge)


@dataclass
class Tries:
    """What has been tried so far; grows while the search runs.

    Parameters
    ----------
    ground
        The question.
    present
        Nothing closed.
    steps
        How a set is tried.
    known
        By set of closed schools (rows of schools).
    ruled_out
        Sets that need no plan: bounds prove that a known plan is as good in everything.
    plan_s
        How long the longest plan took (s).
    """

    ground: Ground
    present: Choice
    steps: Steps
    known: dict[frozenset[int], Choice] = field(default_factory=dict)
    ruled_out: set[frozenset[int]] = field(default_factory=set)
    plan_s: float = 0.0

    @property
    def front(self) -> tuple[Choice, ...]:
        """The trade-off set of what was tried."""
        return pick_front(self.known.values())

    @property
    def seen(self) -> tuple[frozenset[int], ...]:
        """Sets that need not be asked about again, in a fixed order."""
        return tuple(
            sorted(set(self.known) | self.ruled_out, key=lambda one: (len(one), sorted(one)))
        )

    @property
    def beaten(self) -> tuple[Worth, ...]:
        """Figures that a further set has to better somewhere."""
        return worths(self.front)


def try_set(tries: Tries, closed: frozenset[int]) -> Choice | None:
    """Plan a set of closures, or rule it out by its bounds.

    Parameters
    ----------
    tries
        What is known; the set is added to it.
    closed
        Rows of schools.

    Returns
    -------
    choice
        None where bounds rule it out.
    """
    county = tries.ground.county
    ids = county.district.schools["school_id"].tolist()
    names = tuple(sorted(str(ids[row]) for row in closed))
    scenario = Scenario(name_choice(names), tuple(CloseSchool(name) for name in names))
    blank = Choice(scenario.name, names, scenario, None, 0, 0, 0, plan_made=False)
    try:
        district = tries.steps.move(scenario)
    except InputError as error:
        told = tuple(fault.problem for fault in error.faults)
        tries.known[closed] = replace(blank, breaks=told)
        return tries.known[closed]
    school = pd.Index(ids).get_indexer(district.students["school_id"]).astype(np.int64)
    stuck = _out_of_reach(tries.ground, school)
    if stuck is not None:
        tries.known[closed] = replace(blank, breaks=(stuck,))
        return tries.known[closed]
    least, n_buses = bound_set(tries.ground, closed, school)
    if is_beaten(least, tries.beaten):
        tries.ruled_out.add(closed)
        return None
    choice = _plan(tries, district, blank)
    tries.known[closed] = replace(
        choice, least_yuan=least.yuan, least_time_s=least.time_s, n_buses_least=n_buses
    )
    return tries.known[closed]


def _plan(tries: Tries, district: District, blank: Choice) -> Choice:
    """Return the planned choice; one whose search failed is marked, and the others go on."""
    began = time.perf_counter()
    county = tries.ground.county
    try:
        plan = tries.steps.plan(county.present, district, county.policy)
        return tries.steps.judge(plan, blank.scenario, blank.closed)
    except (NoPlanError, SolverError) as error:
        return replace(blank, breaks=(error.text,))
    finally:
        tries.plan_s = max(tries.plan_s, time.perf_counter() - began)


def _out_of_reach(ground: Ground, school: Ints) -> Text | None:
    """Return the sentence about pupils whom no plan brings to their new school in time."""
    county = ground.county
    rows = np.arange(len(school))
    bad = ~county.allowed[rows, school]
    if not bad.any():
        return None
    first = int(np.flatnonzero(bad)[0])
    names = county.district.schools["name"].tolist()
    return OUT_OF_REACH.fill(
        n=int(county.n[bad].sum()), grade=int(county.grade[first]), school=names[school[first]]
    )
