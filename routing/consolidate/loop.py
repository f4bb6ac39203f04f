"""Which schools may close, what do they cost, and who bears it? The search, with real plans.

The model proposes sets of schools by corrected estimates, for every number of closures and
every aim; the real bus plan of each is made; the plans correct the estimates; and so on
until a full round changes nothing. Where few schools may close, it goes on until every
other set is proven to be no better than a plan already made: then the answer is that of
trying all sets. What a set costs is what its own plan costs, whatever proposed it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from routing.consolidate.bounds import bound_numbers, bound_set
from routing.consolidate.candidates import Candidate, find_candidates
from routing.consolidate.county import measure_county
from routing.consolidate.estimate import (
    Estimate,
    ask,
    correct_estimate,
    start_estimate,
)
from routing.consolidate.figures import Costs, count_costs, judge_plan
from routing.consolidate.problem import build_ground
from routing.consolidate.records import Choice, Choices
from routing.consolidate.tries import Planner, Tries, try_set
from routing.consolidate.years import blank_years, try_years
from routing.measure.schools import cost_table
from routing.plan import make_plan
from routing.policy import Policy
from routing.records import District, Plan
from routing.replan import replan
from routing.scenario import Scenario
from routing.solver import ClosureAsk, Crew

Progress = Callable[[str, int, int], None]

AIMS = (
    (1.0, 0.0, 0.0),
    (0.0, 1.0, 0.0),
    (0.0, 0.0, 1.0),
    (0.5, 0.5, 0.0),
    (0.5, 0.0, 0.5),
    (0.4, 0.3, 0.3),
)
"""Weights of cost, time and disruption, each as a share of the range of what is known."""

PROVE_SETS = 256
"""Where counted rounds decide, sets up to which all are planned or ruled out (8 schools)."""

EACH_ROUND = 8
"""Plans made of the proposals of one round where a clock decides (tried)."""

PLANS = 30
"""Plans that the seconds given are meant for (assumed)."""

YEARS_SHARE = 0.3
"""Of the seconds given, the part kept for other years where any are asked (assumed)."""

BOUNDS_SHARE = 0.08
"""Of the seconds given, the part kept for what is proven in the end (assumed)."""


@dataclass(frozen=True)
class _Effort:
    """How long and how hard.

    Parameters
    ----------
    until
        When to end (clock of ``time.monotonic``); None: rounds decide.
    seed
        Of everything.
    most_plans
        Plans made at most; None for no limit.
    """

    until: float | None
    seed: int
    most_plans: int | None

    @property
    def clock(self) -> bool:
        """Whether a clock decides."""
        return self.until is not None


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
        Makes a changed district's plan; default: ``routing.replan.replan``.
    costs
        Makes a plan's cost table.
    most_plans
        Plans made at most, the present's apart; default: no limit.

    Returns
    -------
    choices
        The trade-off set, each choice with its plan, and what is proven.

    Raises
    ------
    InputError
        When a school or a year is not there.
    RoadsError, SolverError
        As in ``make_plan``.
    """
    policy = policy or Policy.preset("national")
    say = progress or (lambda *_: None)
    began = time.monotonic()
    kept = BOUNDS_SHARE + (YEARS_SHARE if years else 0.0)
    until = None if max_rounds is not None else began + seconds * (1 - kept)
    effort = _Effort(until, seed, most_plans)
    with Crew() as crew:
        plan_s = max(2, seconds // PLANS)
        say("present", 0, 1)
        if start is None:
            start = make_plan(
                district, policy, seconds=3 * plan_s, seed=seed, max_rounds=max_rounds, crew=crew
            )
        make = planner or _planner(plan_s, seed, max_rounds, crew)
        tries, lists = _begin(district, policy, start, candidates, make, costs)
        most = min(most_closed or len(tries.ground.rows), len(tries.ground.rows))
        rounds, stopped = _search(tries, most, effort, say)
        say("years", 0, len(years))
        left_s = None if until is None else began + seconds * (1 - BOUNDS_SHARE)
        table = blank_years()
        if years:
            table = try_years(tries.front, district, policy, start, years, make, costs, left_s, say)
    say("bounds", 0, 1)
    bounds = bound_numbers(
        tries.ground, tries.known.values(), tries.ruled_out, most,
        seconds=None if until is None else seconds * BOUNDS_SHARE, seed=seed,
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


def _planner(plan_s: int, seed: int, max_rounds: int | None, crew: Crew) -> Planner:
    def make(before: Plan, district: District, policy: Policy) -> Plan:
        return replan(
            before, district, policy, seconds=plan_s, seed=seed, max_rounds=max_rounds, crew=crew
        )

    return make


def _begin(
    district: District, policy: Policy, start: Plan, named: Sequence[str] | None, make: Planner,
    costs: Costs,
) -> tuple[Tries, tuple[tuple[Candidate, ...], tuple[Candidate, ...]]]:  # fmt: skip
    """Return the question with the present tried, and the lists of candidates and others."""
    county = measure_county(start, district, policy)
    lists = find_candidates(county, None if named is None else tuple(named))
    ids = district.schools["school_id"].tolist()
    rows = [ids.index(one.school_id) for one in lists[0]]
    money = count_costs(start, costs)
    ground = build_ground(county, rows, money.whole_yuan - money.transport_yuan)
    present = judge_plan(start, start, Scenario("present"), (), policy, costs)
    least, n_buses = bound_set(ground, frozenset(), county.school)
    present = replace(present, least_yuan=least.yuan, n_buses_least=n_buses)
    tries = Tries(ground, present, make, costs)
    tries.known[frozenset()] = present
    return tries, lists


def _search(tries: Tries, most: int, effort: _Effort, say: Progress) -> tuple[int, str]:
    """Propose and plan until nothing changes, all is proven, or the time is up."""
    if not most:
        return 0, "none"
    rounds = 0
    estimate = start_estimate(tries.ground, tries.present.transport_yuan)
    while True:
        before = {one.closed for one in tries.front}
        rounds += 1
        estimate = correct_estimate(
            estimate, tries.ground, list(tries.known.values()), effort.seed, clock=effort.clock
        )
        sets = _propose(tries, estimate, most, effort)
        for closed in sets:
            ended = _ended(tries, effort)
            if ended:
                return rounds, ended
            try_set(tries, closed)
            say(
                "plans", len(tries.known) - 1, max(len(tries.known) - 1, effort.most_plans or PLANS)
            )
        if not sets or before == {one.closed for one in tries.front}:
            break
    if effort.clock or 2 ** len(tries.ground.rows) <= PROVE_SETS:
        return rounds, _prove(tries, most, effort, say)
    return rounds, "settled"


def _propose(tries: Tries, estimate: Estimate, most: int, effort: _Effort) -> list[frozenset[int]]:
    """Return the sets that are best for some number of closures and some aim.

    Only sets that by the estimate are better than every known one in something; where a
    clock decides, those of the widest numbers of closures first, and no more than can be
    planned in a round.
    """
    ranges = _ranges(tries)
    limit = EACH_ROUND if effort.clock else None
    found: list[frozenset[int]] = []
    for number in _spread(most):
        for aim in AIMS:
            if limit is not None and (len(found) >= limit or _ended(tries, effort)):
                return found
            weights = tuple(
                max(1, round(1e6 * share / span)) if share else 0
                for share, span in zip(aim, ranges, strict=True)
            )
            question = ClosureAsk(
                (weights[0], weights[1], weights[2]), (number, number),
                seen=(*tries.seen, *found), beaten=tries.beaten,
            )  # fmt: skip
            answer = ask(estimate.corrected, question, effort.seed, clock=effort.clock)
            if answer is None:
                break
            found.append(answer[0])
    return found


def _ranges(tries: Tries) -> tuple[float, ...]:
    """Return how far the known figures lie apart, at least a hundredth of the present's."""
    made = [one.figures for one in tries.known.values() if one.plan_made]
    whole = (*tries.present.figures[:2], int(tries.ground.county.n.sum()))
    return tuple(
        max(max(column) - min(column), part / 100, 1.0)
        for column, part in zip(zip(*made, strict=True), whole, strict=True)
    )


def _spread(most: int) -> list[int]:
    """Return the numbers of closures, the ends first, then always the middle of a gap."""
    order: list[int] = []
    gaps = [(1, most)]
    order += [1] if most == 1 else [1, most]
    while gaps:
        low, high = gaps.pop(0)
        middle = (low + high) // 2
        if middle not in order:
            order.append(middle)
        gaps += [gap for gap in ((low, middle), (middle, high)) if gap[1] - gap[0] > 1]
    return order


def _prove(tries: Tries, most: int, effort: _Effort, say: Progress) -> str:
    """Plan or rule out the sets that bounds leave open, until none is left."""
    bound = tries.ground.bound
    solve = partial(ask, bound, seed=effort.seed, clock=effort.clock)
    while True:
        ended = _ended(tries, effort)
        if ended:
            return "settled" if ended == "time" else ended
        question = ClosureAsk((1, 0, 0), (0, most), seen=tries.seen, beaten=tries.beaten)
        answer = solve(question)
        if answer is None:
            return "proven" if _is_none(tries, question, effort) else "settled"
        try_set(tries, answer[0])
        say("plans", len(tries.known) - 1, max(len(tries.known) - 1, effort.most_plans or PLANS))


def _is_none(tries: Tries, question: ClosureAsk, effort: _Effort) -> bool:
    """Return whether it is proven that no set is left."""
    from routing.solver import solve_closures

    return solve_closures(tries.ground.bound, question, seed=effort.seed).status == "none"


def _ended(tries: Tries, effort: _Effort) -> str:
    """Return why no further plan is begun; "" when one may be."""
    if (
        effort.most_plans is not None
        and sum(c.plan_made for c in tries.known.values()) > effort.most_plans
    ):
        return "plans"
    if effort.until is not None and time.monotonic() + tries.plan_s > effort.until:
        return "time"
    return ""


def trade_off(choices: Choices) -> tuple[Choice, ...]:
    """Return the choices that differ from the present."""
    return tuple(one for one in choices.choices if one.closed)
