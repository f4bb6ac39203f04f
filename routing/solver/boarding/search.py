"""Which places to use, who boards where and which routes to drive, all at once?

A compiled walk of simulated annealing takes parts of an answer out and puts them back.
First as many routes as pay; then, where a bus costs anything, with one route fewer as
long as that succeeds; then with the best number again, cooling slowly, until the end.
"""  # noqa: D400

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from routing.solver.boarding.answer import (
    begin_state,
    copy_answer,
    price_of_visit,
    rank,
    settle_groups,
    tell_answer,
)
from routing.solver.boarding.bound import bound_routes, is_least
from routing.solver.boarding.dice import Dice, make_dice
from routing.solver.boarding.ground import FIRST, SIZE, Ground, lay_ground
from routing.solver.boarding.judge import confirm_boarding
from routing.solver.boarding.problem import BoardingProblem, BoardingSolution
from routing.solver.boarding.state import LOAD, VISITS, State, make_state, most_routes
from routing.solver.boarding.walk import walk_any, walk_nearest
from routing.solver.effort import Effort, left_s, start_effort

Report = Callable[[BoardingSolution], None]

ROUND_STEPS = 2_000
"""Steps of a round (0.2 to 2 s on public instances of 60 to 80 places, measured on a busy machine)."""
BATCH_S = 0.04
"""The clock is looked at about so often (s)."""
CYCLE_S, CYCLE_ROUNDS, CYCLE_SHARE = 12.0, 100, 0.4
"""How long one cooling takes at least, in all or of the effort; then the walk begins again
from the best (tried: shorter ones fall short on a busy machine)."""
HOT, COLD = 0.3, 0.003
"""First and last temperature, as a share of what a visit costs on average (tried)."""
WHOLE_SHARE = 0.7
"""Of the effort, where any place may be chosen and students divided: for places (assumed)."""
FEWER_SHARE = 0.4
"""Share of the effort spent at most on trying with fewer routes (assumed)."""


def search_boarding(
    problem: BoardingProblem,
    effort: Effort,
    start: BoardingSolution | None = None,
    report: Report | None = None,
) -> BoardingSolution:
    """Return the best answer found, recomputed and confirmed.

    Parameters
    ----------
    problem
        Groups, places and buses.
    effort
        By the clock, or in rounds of ``ROUND_STEPS`` steps that repeat exactly.
    start
        An answer to begin from; the result is never worse.
    report
        Called with each better answer.

    Raises
    ------
    SolverError
        When the recomputation does not confirm the answer, or the start.
    """
    if start is not None:
        confirm_boarding(problem, start)
    if problem.rule == "any" and problem.may_split:
        return _search_parted(problem, effort, start, report)
    return _search_whole(problem, effort, start, report)


def _search_parted(
    problem: BoardingProblem, effort: Effort, start: BoardingSolution | None, report: Report | None
) -> BoardingSolution:
    """Choose places with no place's students divided; then divide them where it pays."""
    whole_only = replace(problem, may_split=False)
    first = _search_whole(whole_only, _part_of(effort, WHOLE_SHARE), None, None)
    settled = settle_groups(problem, lay_ground(problem), first.place_of_group)
    begin = None if first.n_unserved or first.missed else first
    answer = _search_whole(settled, _part_of(effort, 1.0 - WHOLE_SHARE), begin, report)
    answer = replace(answer, n_places_bound=0 if answer.n_unserved else first.n_places_bound)
    if start is not None and rank(start) < rank(answer):
        return start
    return confirm_boarding(problem, replace(answer, proven=is_least(problem, answer)))


def _part_of(effort: Effort, share: float) -> Effort:
    """Return a part of an effort, or what is left of it where that is less."""
    rounds = effort.max_rounds
    seconds = min(left_s(effort), share * effort.seconds)
    return start_effort(
        seconds, effort.seed, None if rounds is None else max(1, round(share * rounds))
    )


def _search_whole(
    problem: BoardingProblem, effort: Effort, start: BoardingSolution | None, report: Report | None
) -> BoardingSolution:
    ground = lay_ground(problem)
    n_routes = max(most_routes(ground), 0 if start is None else len(start.routes))
    begin = begin_state(problem, ground, start, n_routes)
    search = _Search(problem, ground, effort, begin, report)
    if len(problem.n_students) + len(problem.fixed):
        search.run()
    return confirm_boarding(problem, tell_answer(problem, ground, search.best))


@dataclass
class _Search:
    """Where a search is: its states, its rounds, and how fast it goes."""

    problem: BoardingProblem
    ground: Ground
    effort: Effort
    best: State
    report: Report | None
    here: State = field(init=False)
    trial: State = field(init=False)
    spare: State = field(init=False)
    dice: Dice = field(init=False)
    rounds: int = 0
    steps_per_s: float = 2_000.0

    def __post_init__(self) -> None:
        n_routes = len(self.best.routes) - 1
        self.here, self.trial, self.spare = (make_state(self.ground, n_routes) for _ in range(3))
        self.dice = make_dice(self.effort.seed)
        self.penalty = _penalty(self.problem)
        self.told = 2**62

    def run(self) -> None:
        """Search until the effort is spent, or nothing can be better."""
        most = most_routes(self.ground)
        self._cool(self.best, most, 0.15)
        least = bound_routes(self.problem)
        while self._is_whole() and self.ground.bus_cost[0] > 0:
            n = int(self.best.places[0, VISITS]) - 1
            if n < least or not self._try_fewer(n):
                break
        while not self._is_over() and not self._is_proven():
            bound = most if self.ground.bus_cost[0] == 0 else int(self.best.places[0, VISITS]) + 1
            self._cool(self.best, min(most, bound), 1.0)

    def _is_whole(self) -> bool:
        """Return whether all are carried who can be."""
        groups = self.ground.groups
        reached = groups[1:, FIRST] > groups[:-1, FIRST]
        carried = int(self.best.routes[: self.best.places[0, VISITS], LOAD].sum())
        return carried == int(groups[:-1, SIZE][reached].sum())

    def _is_proven(self) -> bool:
        return self._is_whole() and tell_answer(self.problem, self.ground, self.best).proven

    def _used(self) -> float:
        """Return which share of the effort is spent."""
        if self.effort.max_rounds is not None and not self.effort.is_timed:
            return self.rounds / max(1, self.effort.max_rounds)
        return 1.0 - left_s(self.effort) / max(1e-9, self.effort.seconds)

    def _is_over(self) -> bool:
        return left_s(self.effort) <= 0 or self._used() >= 1.0

    def _value(self, state: State) -> int:
        """Return the cost of a state with its penalties."""
        copy_answer(state, self.here)
        return self._step(state, 0, 1.0, 1.0, 0)

    def _try_fewer(self, n: int) -> bool:
        """Search with n routes for an answer that leaves nobody, and say whether one was found."""
        used = self._used()
        if used > FEWER_SHARE:
            return False
        smallest = int(self.best.routes[: n + 1, LOAD].argmin())
        answer = tell_answer(self.problem, self.ground, self.best)
        n_routes = len(self.best.routes) - 1
        trial = begin_state(self.problem, self.ground, answer, n_routes, smallest)
        self._cool(trial, n, min(0.15, FEWER_SHARE - used), keep=trial)
        value = self._value(trial)
        if value < self._value(self.best):
            copy_answer(trial, self.best)
            self._tell(value)
            return True
        return False

    def _cool(self, source: State, most: int, share: float, keep: State | None = None) -> None:
        """Walk from a state through one cooling, which takes at most a share of the effort."""
        keep = self.best if keep is None else keep
        copy_answer(source, self.here)
        begun = self._used()
        length = min(share, self._cycle_share(), max(0.0, 1.0 - begun))
        scale = price_of_visit(self.ground, self.best)
        while not self._is_over():
            done = (self._used() - begun) / max(length, 1e-9)
            if done >= 1.0:
                return
            n_steps = self._n_steps()
            ahead = min(1.0, done + self._batch_share(n_steps) / max(length, 1e-9))
            value = self._walk(keep, n_steps, scale, done, ahead, most)
            scale = scale or price_of_visit(self.ground, keep)
            if keep is self.best:
                self._tell(value)

    def _walk(
        self, keep: State, n_steps: int, scale: float, done: float, ahead: float, most: int
    ) -> int:
        heats = [max(1e-6, scale * HOT * (COLD / HOT) ** share) for share in (done, ahead)]
        began_s = time.monotonic()
        value = self._step(keep, n_steps, heats[0], heats[1], most)
        self.rounds += 1
        took_s = max(1e-4, time.monotonic() - began_s)
        self.steps_per_s = 0.5 * self.steps_per_s + 0.5 * n_steps / took_s
        return value

    def _step(self, keep: State, n_steps: int, hot: float, cold: float, most: int) -> int:
        walk = walk_nearest if self.ground.to_nearest else walk_any
        return int(
            walk(
                self.ground, self.here, self.trial, self.spare, keep, n_steps, hot, cold, most,
                self.penalty, self.dice,
            )
        )  # fmt: skip

    def _n_steps(self) -> int:
        if not self.effort.is_timed:
            return ROUND_STEPS
        return max(1, int(self.steps_per_s * min(BATCH_S, max(0.0, left_s(self.effort)))))

    def _batch_share(self, n_steps: int) -> float:
        if not self.effort.is_timed:
            return 1.0 / max(1, self.effort.max_rounds or 1)
        return n_steps / self.steps_per_s / max(1e-9, self.effort.seconds)

    def _cycle_share(self) -> float:
        if not self.effort.is_timed:
            return max(CYCLE_SHARE, CYCLE_ROUNDS / max(1, self.effort.max_rounds or 1))
        return max(CYCLE_SHARE, CYCLE_S / max(1e-9, self.effort.seconds))

    def _tell(self, value: int) -> None:
        """Report the best where it is better than what was told last."""
        if self.report is not None and value < self.told:
            self.told = value
            self.report(tell_answer(self.problem, self.ground, self.best))


def _penalty(problem: BoardingProblem) -> int:
    """Return more than carrying any student can cost."""
    alone = problem.cost[0] + problem.cost[:, 0] + problem.open_cost + problem.visit_cost
    walk_m = int((problem.n_students[problem.group] * problem.walk_m).max(initial=0))
    dearest = int(alone.max(initial=0)) + max(problem.fixed_cost, default=0)
    return 2 * (dearest + walk_m * problem.walk_cost) + int(problem.cost.max(initial=0)) + 1
