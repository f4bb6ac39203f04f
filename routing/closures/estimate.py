"""What will a choice cost? An estimate from bounds, corrected by the plans made so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from routing.closures.problem import Ground
from routing.closures.records import Choice
from routing.solver import ClosureAsk, ClosureProblem, solve_closures
from routing.solver.closures_problem import Worth

Floats = NDArray[np.float64]

CALM = 0.3
"""Weight of no correction beside one plan that asks for it (assumed)."""

SOLVE_S = 4.0
"""Longest that one question takes where a clock decides (s; assumed)."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """The question with likely costs instead of proven ones.

    Parameters
    ----------
    plain
        Before any correction but that of the present.
    corrected
        The question to ask.
    said
        What the plain question says of the sets planned so far.
    """

    plain: ClosureProblem
    corrected: ClosureProblem
    said: Mapping[frozenset[int], Worth] = field(default_factory=dict)


def start_estimate(ground: Ground, transport_yuan: int) -> Estimate:
    """Return the question scaled so that the present costs what its plan does.

    What the present's buses cost above the driving that is proven is spread over pupils by
    the first need for buses: the time from gate to gate that a pupil asks of a seat. Ways
    of moved pupils are longer than their bounds by the share that ways at present are.

    Parameters
    ----------
    ground
        The question with bounds.
    transport_yuan
        Buses and driving of the present (yuan per year).
    """
    county, bound = ground.county, ground.by_seat
    own = np.arange(len(county.n)), county.school
    drive_yuan = float((county.run_yuan[own] * county.n).sum())
    need = ground.seat_need
    use = need.use if need else np.zeros_like(county.run_yuan, dtype=np.int64)
    whole_use = float((use[own] * county.n).sum())
    price = max(0.0, transport_yuan - drive_yuan) / whole_use if whole_use else 0.0
    timed = (county.mode == "bus") & np.isfinite(county.both_s)
    now_s = float((county.both_s * county.n)[timed].sum())
    least_s = float((county.time_s[own] * county.n)[timed].sum())
    slow = now_s / least_s if least_s > 0 else 1.0
    asked = bound.needs[0] if bound.needs else None
    fixed_use = asked.fixed if asked else 0
    stay_use = asked.stay if asked else (0,) * len(bound.group_n)
    moved_use = asked.moved if asked else (0,) * len(bound.options)
    plain = replace(
        bound, needs=(), bus_yuan=(), bus_most=(),
        fixed_yuan=bound.fixed_yuan + round(price * fixed_use),
        stay_yuan=tuple(y + round(price * u) for y, u in zip(bound.stay_yuan, stay_use, strict=True)),
        fixed_time_s=round(float(np.nansum(county.both_s * county.n))) - _stay_s(ground),
        stay_time_s=_stays(ground),
        options=tuple(
            o._replace(yuan=o.yuan + round(price * u), time_s=round(o.time_s * slow))
            for o, u in zip(bound.options, moved_use, strict=True)
        ),
    )  # fmt: skip
    return Estimate(plain, plain)


def correct_estimate(
    estimate: Estimate, ground: Ground, tried: Sequence[Choice], seed: int, *, clock: bool
) -> Estimate:
    """Return the question corrected by what the plans made so far cost and take.

    Cost and time of every plan are compared with the estimate of its set; what is left
    over is laid on the schools closed, one amount each, and one on all together, by least
    squares drawn towards nothing, so that few plans do not say too much.

    Parameters
    ----------
    estimate, ground
        The question.
    tried
        Choices with plans, the present among them.
    seed, clock
        Of the solver, and whether a clock ends it.
    """
    ids = ground.county.district.schools["school_id"].tolist()
    known = dict(estimate.said)
    rows, left = [], []
    for one in tried:
        if not one.plan_made:
            continue
        closed = frozenset(ids.index(name) for name in one.closed)
        if closed not in known:
            answer = ask(estimate.plain, ClosureAsk(only=closed), seed, clock=clock)
            if answer is not None:
                known[closed] = answer[1]
        if closed in known:
            rows.append([1.0, *[float(row in closed) for row in ground.rows]])
            left.append([one.cost_yuan - known[closed].yuan, one.time_s - known[closed].time_s])
    if not rows:
        return estimate
    calm = np.eye(len(rows[0])) * CALM
    calm[0, 0] = 0
    matrix = np.vstack([np.array(rows), calm])
    wanted = np.vstack([np.array(left, np.float64), np.zeros((len(calm), 2))])
    by_yuan, by_time = np.linalg.lstsq(matrix, wanted, rcond=None)[0].T
    plain = estimate.plain
    corrected = replace(
        plain,
        fixed_yuan=plain.fixed_yuan + round(float(by_yuan[0])),
        fixed_time_s=plain.fixed_time_s + round(float(by_time[0])),
        close_yuan=tuple(y + round(float(b)) for y, b in zip(plain.close_yuan, by_yuan[1:], strict=True)),
        close_time_s=tuple(round(float(b)) for b in by_time[1:]),
    )  # fmt: skip
    return Estimate(plain, corrected, known)


def ask(
    problem: ClosureProblem, question: ClosureAsk, seed: int, *, clock: bool
) -> tuple[frozenset[int], Worth] | None:
    """Return the set that answers a question and its figures; None where there is none."""
    found = solve_closures(problem, question, seconds=SOLVE_S if clock else None, seed=seed)
    return None if found.worth is None else (frozenset(found.closed), found.worth)


def _stays(ground: Ground) -> tuple[int, ...]:
    """Return the way of one pupil of each group at present, as planned (s per day)."""
    both_s = np.nan_to_num(ground.county.both_s)
    n = ground.county.n
    return tuple(int((both_s[own] * n[own]).sum() // n[own].sum()) for own in ground.groups)


def _stay_s(ground: Ground) -> int:
    return sum(n * s for n, s in zip(ground.bound.group_n, _stays(ground), strict=True))
