"""Which routes are driven? Each school by itself first, then all schools of a half-day together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from routing.policy import Policy
from routing.records import District, Located
from routing.routes.blocks import block_of, drives_of_blocks, left_over
from routing.routes.cases import Case, Unserved
from routing.routes.drives import Drive, drives_of
from routing.routes.starts import Start, Step
from routing.routes.together import Together, ask_together, join_cases
from routing.solver import (
    BlockSolution,
    RouteSolution,
    Search,
    chain_blocks,
    solve_blocks,
    solve_many,
)

Better = Callable[[int, int], None]

TOGETHER_SHARE = 0.35
"""Of the seconds for routes, the part for all schools together (tried)."""
CHAINS_SHARE = 0.15
"""Of those, the part for chaining the schools' own routes first (tried)."""
MOST_PLACES = 6_000
"""Stops and gates of one half-day that are searched together: memory of the travel table
(assumed)."""


@dataclass(frozen=True, eq=False)
class Routed:
    """What the search found.

    Parameters
    ----------
    drives
        The routes, not yet named.
    unserved
        Those for whom no bus was left.
    n_routes_bound, bound_yuan
        No answer with these stops, each route for one school, has fewer routes, or costs
        less (yuan per year: a bus for each route and half-day, and the kilometres with
        students).
    n_buses_least
        No answer with these stops and the schools' windows has fewer buses, whatever its
        routes; 0 where nothing was proven.
    """

    drives: list[Drive]
    unserved: list[Unserved]
    n_routes_bound: int
    bound_yuan: int
    n_buses_least: int


def find_drives(
    district: District, cases: Sequence[Case], located: Located, policy: Policy, search: Search,
    better: Better | None = None, starts: Sequence[Start | None] | None = None,
    steps: frozenset[Step] | None = None,
) -> Routed:  # fmt: skip
    """Return the routes of all cases.

    Parameters
    ----------
    district
        Uses ``schools`` and ``bus_types``.
    cases
        One per school, direction and profile.
    located
        The profiles' networks.
    policy
        Uses the windows at school, the dwell rules and ``mixed_loads``.
    search
        How hard and how long.
    better
        Called with the number of routes and their cost when a school's own search finds
        better ones.
    starts
        Answers to start from, one for each case.
    steps
        Ways of an earlier plan that are to be kept, where the policy wishes it.
    """
    groups = _groups(cases)
    alone = replace(
        search,
        seconds=search.seconds * (1 - TOGETHER_SHARE if groups else 1.0),
        better=None if better is None else _adding(better),
    )
    begun = [None if start is None else start.solution for start in starts or [None] * len(cases)]
    solutions = solve_many([case.problem for case in cases], alone, begun)
    drives: list[Drive] = []
    unserved: list[Unserved] = []
    grouped = {number for group in groups for number in group}
    for number, case in enumerate(cases):
        if number not in grouped:
            drives += drives_of([case], [solutions[number]])
            unserved += _behind(case, solutions[number])
    least = n_blocks = 0
    n_stands = sum(len(case.stands) for case in cases)
    for group in groups:
        own = [cases[number] for number in group]
        share = sum(len(case.stands) for case in own) / n_stands
        together = join_cases(own, located, steps, policy.stay_close_m)
        seconds = search.seconds * TOGETHER_SHARE * share
        by_school = [solutions[number] for number in group]
        blocks = _improve(
            together, by_school, district, policy, replace(search, seconds=seconds)
        )  # fmt: skip
        if blocks is None:
            drives += drives_of(own, by_school)
            for case, solution in zip(own, by_school, strict=True):
                unserved += _behind(case, solution)
        else:
            least = max(least, blocks.n_blocks_bound)
            found = drives_of_blocks(together, blocks, district, policy)
            drives += [replace(drive, block=drive.block + n_blocks) for drive in found]
            n_blocks += len(blocks.blocks)
            unserved += left_over(together, blocks)
    return Routed(
        drives,
        unserved,
        sum(solution.n_routes_bound for solution in solutions),
        sum(solution.bound_yuan for solution in solutions),
        least,
    )


def _adding(better: Better) -> Callable[[int, RouteSolution], None]:
    """Return what adds up the schools' answers so far, and tells the sums."""
    known: dict[int, RouteSolution] = {}

    def note(number: int, solution: RouteSolution) -> None:
        known[number] = solution
        n_routes = sum(len(one.routes) for one in known.values())
        better(n_routes, sum(one.cost_yuan for one in known.values()))

    return note


def _groups(cases: Sequence[Case]) -> list[list[int]]:
    """Return numbers of cases that are searched together: several schools, one half-day."""
    by_kind: dict[tuple[str, int], list[int]] = {}
    for number, case in enumerate(cases):
        by_kind.setdefault((case.direction, case.profile), []).append(number)
    return [
        group
        for group in by_kind.values()
        if len(group) > 1 and sum(len(cases[number].at) for number in group) <= MOST_PLACES
    ]


def _improve(
    together: Together, solutions: list[RouteSolution], district: District, policy: Policy,
    search: Search,
) -> BlockSolution | None:  # fmt: skip
    """Return blocks made from the schools' own routes.

    None where one bus drives proven routes already, and where the search died.
    """
    blocks = tuple(
        block_of(together, case, route)
        for case, solution in enumerate(solutions)
        for route in solution.routes
    )
    problem = ask_together(together, district, policy)
    chains_s = search.seconds * CHAINS_SHARE
    blocks = chain_blocks(problem, blocks, replace(search, seconds=chains_s))
    if len(blocks) <= 1 and all(solution.proven for solution in solutions):
        return None
    served = {call for block in blocks for call in block.calls if call >= 0}
    behind = tuple(number for number in range(len(together.owner)) if number not in served)
    start = BlockSolution(blocks, behind, 0, 0, proven=False)
    search = replace(search, seconds=search.seconds - chains_s, better=None)
    return solve_blocks(problem, search, start)


def _behind(case: Case, solution: RouteSolution) -> list[Unserved]:
    """Return those for whom one school's search left no bus."""
    stands = [case.stands[place - 1] for place in solution.unserved]
    return [
        Unserved(row, n, case.direction, "no_bus") for stand in stands for row, n in stand.members
    ]
