"""Propose sets of schools by estimates, plan them, correct the estimates, and prove the rest."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from routing.closures.estimate import Estimate, ask, correct_estimate, start_estimate
from routing.closures.sequential import choose_without_buses
from routing.closures.tries import Tries, try_set
from routing.solver import ClosureAsk, solve_closures

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
"""Plans made of the proposals of one round where a clock decides (assumed)."""

FEW = 4
"""Numbers of closures planned whatever the estimate says (assumed)."""

PLANS = 60
"""A plan is searched for the seconds given over this number: as many are made at most, fewer
since reading and judging come on top (assumed)."""


@dataclass(frozen=True)
class Effort:
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


def search_sets(tries: Tries, most: int, effort: Effort, say: Progress) -> tuple[int, str]:
    """Propose and plan until nothing changes, all is proven, or the time is up.

    Parameters
    ----------
    tries
        The question with the present tried; what is tried is added to it.
    most
        Most schools closed.
    effort
        How long and how hard.
    say
        Told of progress.

    Returns
    -------
    rounds, stopped
        Rounds of proposals; a key of ``routing.closures.records.STOPPED``: "interrupted"
        when the user interrupts, with all that was tried before.
    """
    if not most:
        return 0, "none"
    rounds = [0]
    try:
        return _search(tries, most, effort, say, rounds)
    except KeyboardInterrupt:
        return rounds[0], "interrupted"


def _search(
    tries: Tries, most: int, effort: Effort, say: Progress, n_rounds: list[int]
) -> tuple[int, str]:
    """Return as ``search_sets``; the rounds begun are told all the while."""
    rounds = 0
    estimate = start_estimate(tries.ground, tries.present.transport_yuan)
    while True:
        before = {one.closed for one in tries.front}
        rounds = n_rounds[0] = rounds + 1
        estimate = correct_estimate(
            estimate, tries.ground, list(tries.known.values()), effort.seed, clock=effort.clock
        )
        sets = _propose(tries, estimate, most, effort)
        if rounds == 1:
            first = _schools_first(tries, most, effort)
            sets = list(
                dict.fromkeys([*first, *(sets or _cheapest(tries, estimate, most, effort))])
            )
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


def _propose(tries: Tries, estimate: Estimate, most: int, effort: Effort) -> list[frozenset[int]]:
    """Return the sets that are best for some number of closures and some aim.

    Only sets that by the estimate are better than every known one in something; where a
    clock decides, those of the widest numbers of closures first, and no more than can be
    planned in a round.
    """
    ranges = _ranges(tries)
    limit = EACH_ROUND if effort.clock else None
    found: list[frozenset[int]] = []
    dead: set[int] = set()
    for aim in AIMS:
        for number in spread(most):
            if limit is not None and (len(found) >= limit or _ended(tries, effort)):
                return found
            if number in dead:
                continue
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
                dead.add(number)
            else:
                found.append(answer[0])
    return found


def _schools_first(tries: Tries, most: int, effort: Effort) -> list[frozenset[int]]:
    """Return the sets that one would close knowing no bus, for a few numbers of closures.

    Planned too, so that deciding together is never worse than one after the other.
    """
    sets = [
        choose_without_buses(tries.ground, number, seed=effort.seed, clock=effort.clock)
        for number in sorted(spread(most)[:FEW])
    ]
    return [one for one in sets if one is not None and one not in tries.known]


def _cheapest(tries: Tries, estimate: Estimate, most: int, effort: Effort) -> list[frozenset[int]]:
    """Return the sets likely to be cheapest for a few numbers of closures, though none seems to pay.

    An estimate alone must not end the question: their real plans say so, or otherwise.
    """
    found = []
    for number in spread(most)[:FEW]:
        question = ClosureAsk((1, 0, 0), (number, number), seen=tries.seen)
        answer = ask(estimate.corrected, question, effort.seed, clock=effort.clock)
        found += [answer[0]] if answer else []
    return found


def _ranges(tries: Tries) -> tuple[float, ...]:
    """Return how far the known figures lie apart, at least a hundredth of the present's."""
    made = [one.figures for one in tries.known.values() if one.plan_made]
    whole = (*tries.present.figures[:2], int(tries.ground.county.n.sum()))
    return tuple(
        max(max(column) - min(column), part / 100, 1.0)
        for column, part in zip(zip(*made, strict=True), whole, strict=True)
    )


def spread(most: int) -> list[int]:
    """Return the numbers of closures: 1, 2, 4, 8, ..., then the others, rising.

    Parameters
    ----------
    most
        Most schools closed.
    """
    powers = [2**k for k in range(most.bit_length()) if 2**k <= most]
    return powers + [n for n in range(1, most + 1) if n not in powers]


def _prove(tries: Tries, most: int, effort: Effort, say: Progress) -> str:
    """Plan or rule out the sets that bounds leave open, until none is left."""
    while True:
        ended = _ended(tries, effort)
        if ended:
            return "settled" if ended == "time" else ended
        # with a clock the cheapest first; without, any will do: all are asked about in the end
        weights = (1 if effort.clock else 0, 0, 0)
        question = ClosureAsk(weights, (0, most), seen=tries.seen, beaten=tries.beaten)
        answer = ask(tries.ground.bound, question, effort.seed, clock=effort.clock)
        if answer is None:
            return "proven" if _is_none(tries, question, effort) else "settled"
        try_set(tries, answer[0])
        say("plans", len(tries.known) - 1, max(len(tries.known) - 1, effort.most_plans or PLANS))


def _is_none(tries: Tries, question: ClosureAsk, effort: Effort) -> bool:
    """Return whether it is proven that no set is left."""
    return solve_closures(tries.ground.bound, question, seed=effort.seed).status == "none"


def _ended(tries: Tries, effort: Effort) -> str:
    """Return why no further plan is begun; "" when one may be."""
    if (
        effort.most_plans is not None
        and sum(c.plan_made for c in tries.known.values()) > effort.most_plans
    ):
        return "plans"
    if effort.until is not None and time.monotonic() + tries.plan_s > effort.until:
        return "time"
    return ""
