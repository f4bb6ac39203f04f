"""Which schools may close, what do they cost, and who bears it? The search, with real plans.

The model proposes sets of schools by corrected estimates, for every number of closures and
every aim; the real bus plan of each is made; the plans correct the estimates; and so on
until a full round changes nothing. Where few schools may close, it goes on until every
other set is proven to be no better than a plan already made: then the answer is that of
trying all sets. What a set costs is what its own plan costs, whatever proposed it.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from routing.closures.bounds import bound_numbers, bound_set
from routing.closures.candidates import Candidate, find_candidates
from routing.closures.county import measure_county
from routing.closures.figures import Costs, count_costs, judge_plan
from routing.closures.journal import PRESENT, Journal, NoJournal, remember
from routing.closures.problem import build_ground
from routing.closures.records import Choice, Choices
from routing.closures.search import PLANS, Effort, Progress, search_sets
from routing.closures.tries import Planner, Tries, usual_steps
from routing.closures.years import blank_years, try_years
from routing.measure.schools import cost_table
from routing.onward import replan
from routing.plan import make_plan
from routing.policy import Policy
from routing.records import District, Plan
from routing.scenario import Scenario
from routing.solver import Crew

YEARS_SHARE = 0.3
"""Of the seconds given, the part kept for other years where any are asked (assumed)."""

BOUNDS_SHARE = 0.08
"""Of the seconds given, the part kept for what is proven in the end (assumed)."""

SETTLING_SHARE = 0.3
"""Of the seconds given, after so much the present is planned on no more (assumed)."""

MOST_SETTLING = 4
"""How often the present is planned on before choices are compared with it (assumed)."""

SETTLED_SHARE = 0.002
"""Share of the yearly cost that planning on must win to be done again (assumed)."""

INTERRUPTED_BOUNDS_S = 2.0
"""Time for what is proven in the end, where the user does not wish to wait (s, assumed)."""


def consolidate(
    district: District,
    policy: Policy | None = None,
    *,
    seconds: int = 600,
    seed: int = 1,
    max_rounds: int | None = None,
    start: Plan | None = None,
    candidates: Sequence[str] | None = None,
    most_closed: int | None = None,
    years: Sequence[int] = (),
    progress: Progress | None = None,
    planner: Planner | None = None,
    costs: Costs = cost_table,
    most_plans: int | None = None,
    journal: Journal | None = None,
) -> Choices:
    """Return the sets of schools to close that differ in cost, time and disruption.

    Parameters
    ----------
    district
        As it is.
    policy
        Default: the preset "national".
    seconds
        For everything together (s), the plan of the present included unless given.
    seed
        The same seed, input and ``max_rounds`` give the same answer.
    max_rounds
        How many rounds each search for routes may take, instead of a clock; then no clock
        decides anything, and where no more than ``PROVE_SETS`` sets are possible the answer
        is proven to be that of trying all.
    start
        The plan of the present, under the same policy.
    candidates
        Schools to ask about; default: by policy and enrolment.
    most_closed
        Most schools to close; default: all candidates.
    years
        Years of the table of enrolment for which the choices are planned again.
    progress
        Called with the stage ("present", "plans", "years", "bounds"), the plans made and
        how many are expected.
    planner
        Makes a changed district's plan; default: ``routing.onward.replan``.
    costs
        Makes a plan's cost table.
    most_plans
        Plans made at most, the present's apart; default: no limit.
    journal
        Where each plan is kept as soon as it is finished, and those of an interrupted
        search are found: it goes on from there, with all the ``seconds`` for what is left.
        With ``max_rounds`` the answer is that of a search that was not interrupted.

    Returns
    -------
    choices
        The trade-off set, each choice with its plan, and what is proven. After Ctrl-C, of
        the plans finished till then; ``stopped`` is "interrupted".

    Raises
    ------
    InputError
        When a school or a year is not there.
    RoadsError, SolverError
        As in ``make_plan``.
    KeyboardInterrupt
        When the present was not yet planned.
    """
    policy = policy or Policy.preset("national")
    journal = NoJournal() if journal is None else journal
    say = progress or (lambda *_: None)
    began = time.monotonic()
    kept = BOUNDS_SHARE + (YEARS_SHARE if years else 0.0)
    until = None if max_rounds is not None else began + seconds * (1 - kept)
    effort = Effort(until, seed, most_plans)
    with Crew() as crew:
        say("present", 0, 1)
        plan_s = max(2, seconds // PLANS)
        make = planner or _planner(plan_s, seed, max_rounds, crew)
        present = journal.recall(PRESENT)
        if present is None:
            present = start or _plan_present(district, policy, 3 * plan_s, seed, max_rounds, crew)
            if planner is None and max_rounds is None:
                until_s = began + SETTLING_SHARE * seconds
                present = _settle(present, partial(_again, make, district, policy), costs, until_s)
            journal.keep(PRESENT, present)
        make = remember(make, journal)
        tries, lists = begin(district, policy, present, candidates, make, costs)
        most = min(most_closed or len(tries.ground.rows), len(tries.ground.rows))
        rounds, stopped = search_sets(tries, most, effort, say)
        say("years", 0, len(years))
        left_s = None if until is None else began + seconds * (1 - BOUNDS_SHARE)
        table = blank_years()
        if years and stopped != "interrupted":
            try:
                table = try_years(
                    tries.front, district, policy, present, years, make, costs, left_s, say
                )
            except KeyboardInterrupt:
                stopped = "interrupted"
    say("bounds", 0, 1)
    bounds_s = None if until is None else seconds * BOUNDS_SHARE
    bounds = bound_numbers(
        tries.ground, tries.known.values(), tries.ruled_out, most,
        seconds=INTERRUPTED_BOUNDS_S if stopped == "interrupted" else bounds_s, seed=seed,
    )  # fmt: skip
    say("bounds", 1, 1)
    front = tries.front
    kept_plans = {one.closed for one in front}
    tried = tuple(
        one if one.closed in kept_plans else replace(one, plan=None) for one in tries.known.values()
    )
    return Choices(
        tries.present, front, tried, bounds, *lists, table, rounds, stopped, len(tries.ruled_out)
    )


def _settle(start: Plan, again: Callable[[Plan], Plan], costs: Costs, until_s: float) -> Plan:
    """Return the present planned on until that wins little: as hard as the choices are.

    Otherwise a choice would seem cheap only because its buses were searched longer.
    """
    whole_yuan = count_costs(start, costs).whole_yuan
    for _ in range(MOST_SETTLING):
        if time.monotonic() >= until_s:
            break
        plan = again(start)
        plan_yuan = count_costs(plan, costs).whole_yuan
        gained = whole_yuan - plan_yuan
        if gained > 0:
            start, whole_yuan = plan, plan_yuan
        if gained < SETTLED_SHARE * whole_yuan:
            break
    return start


def _again(make: Planner, district: District, policy: Policy, plan: Plan) -> Plan:
    return make(plan, district, policy)


def _plan_present(
    district: District, policy: Policy, seconds: int, seed: int, max_rounds: int | None, crew: Crew
) -> Plan:
    """Return the plan of the present; one that was cut short is none to compare with."""
    halt = threading.Event()
    plan = make_plan(
        district, policy, seconds=seconds, seed=seed, max_rounds=max_rounds, crew=crew, halt=halt
    )
    if halt.is_set():
        raise KeyboardInterrupt
    return plan


def _planner(plan_s: int, seed: int, max_rounds: int | None, crew: Crew) -> Planner:
    def make(before: Plan, district: District, policy: Policy) -> Plan:
        halt = threading.Event()
        plan = replan(
            before, district, policy, seconds=plan_s, seed=seed, max_rounds=max_rounds, crew=crew,
            halt=halt,
        )  # fmt: skip
        if halt.is_set():  # cut short: its figures would be those of a worse plan
            raise KeyboardInterrupt
        return plan

    return make


def begin(
    district: District, policy: Policy, start: Plan, named: Sequence[str] | None, make: Planner,
    costs: Costs,
) -> tuple[Tries, tuple[tuple[Candidate, ...], tuple[Candidate, ...]]]:  # fmt: skip
    """Return the question with the present tried, and the lists of candidates and others.

    Parameters
    ----------
    district, policy, start
        As they are, and the plan of that.
    named
        Schools to ask about; None: by the rules.
    make, costs
        How plans are made and priced.
    """
    county = measure_county(start, district, policy)
    lists = find_candidates(county, None if named is None else tuple(named))
    ids = district.schools["school_id"].tolist()
    rows = [ids.index(one.school_id) for one in lists[0]]
    money = count_costs(start, costs)
    ground = build_ground(county, rows, money.whole_yuan - money.transport_yuan)
    present = judge_plan(start, start, Scenario("present"), (), policy, costs, county.days)
    least, n_buses = bound_set(ground, frozenset(), county.school)
    present = replace(
        present, least_yuan=least.yuan, least_time_s=least.time_s, n_buses_least=n_buses
    )
    tries = Tries(ground, present, usual_steps(county, make, costs))
    tries.known[frozenset()] = present
    return tries, lists


def trade_off(choices: Choices) -> tuple[Choice, ...]:
    """Return the choices that differ from the present."""
    return tuple(one for one in choices.choices if one.closed)
