"""Which routes stay as they are? Those of schools whose riders board as in an earlier plan."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from routing.routes.cases import Case
from routing.routes.drives import Drive, drives_of
from routing.routes.starts import Start
from routing.solver import RouteSolution, keep_routes


@dataclass(frozen=True, eq=False)
class Kept:
    """A case whose routes stay.

    Parameters
    ----------
    case
        The case.
    start
        Its routes in the earlier plan.
    solution
        The same, priced and confirmed.
    """

    case: Case
    start: Start
    solution: RouteSolution


def split_kept(
    cases: Sequence[Case], starts: Sequence[Start | None], schools: Collection[int]
) -> tuple[list[Kept], list[int]]:
    """Return the cases whose routes stay, and the numbers of those to be searched.

    Parameters
    ----------
    cases, starts
        One start for each case, or None.
    schools
        Rows of the schools whose routes may stay. Where the earlier routes break a rule or
        leave somebody behind, they are searched all the same.
    """
    kept: list[Kept] = []
    searched: list[int] = []
    for number, (case, start) in enumerate(zip(cases, starts, strict=True)):
        found = None
        if start is not None and case.school in schools:
            found = keep_routes(case.problem, start.solution)
        if start is None or found is None:
            searched.append(number)
        else:
            kept.append(Kept(case, start, found))
    return kept, searched


def drive_kept(kept: Sequence[Kept], first_block: int) -> list[Drive]:
    """Return the routes that stay, with their names, in the blocks in which buses drove them.

    Parameters
    ----------
    kept
        From ``split_kept``.
    first_block
        Number of the first block.
    """
    drives: list[Drive] = []
    blocks: dict[tuple[str, str], int] = {}
    for one in kept:
        made = drives_of([one.case], [one.solution])
        for drive, route in zip(made, one.solution.routes, strict=True):
            turn = one.start.turns[route.stops]
            block = blocks.setdefault((drive.direction, turn.bus_id), first_block + len(blocks))
            drives.append(replace(
                drive, route_id=turn.route_id, block=block, turn=turn.run, was_s=turn.start_s
            ))  # fmt: skip
    return drives
