"""Where do blocks begin? The routes of single schools, chained to buses over their windows."""

import numpy as np

from routing.solver.blocks.problem import Block, BlockProblem
from routing.solver.chains import solve_chains
from routing.solver.crew import Search
from routing.solver.problem import ChainProblem


def chain_blocks(
    problem: BlockProblem, blocks: tuple[Block, ...], search: Search
) -> tuple[Block, ...]:
    """Return blocks of one route each, chained to fewer.

    Parameters
    ----------
    problem
        The schools, their stands and the fleet.
    blocks
        Each some stands and then their school; times are not read, nor given.
    search
        How hard and how long.

    Raises
    ------
    SolverError
        When the recomputation does not confirm the chains.
    """
    if len(blocks) < 2:
        return blocks
    found = solve_chains(
        _problem(problem, blocks), seconds=search.seconds, seed=search.seed,
        max_rounds=search.max_rounds, halt=search.halt, command=search.command, crew=search.crew,
    )  # fmt: skip
    chained = []
    for chain in found.chains:
        calls = tuple(call for trip in chain.trips for call in blocks[trip].calls)
        chained.append(Block(chain.bus_type, calls, (0,) * len(calls)))
    return tuple(chained)


def _problem(problem: BlockProblem, blocks: tuple[Block, ...]) -> ChainProblem:
    stands = [np.array(block.calls[:-1], np.int64) for block in blocks]
    school = np.array([-1 - block.calls[-1] for block in blocks], np.int64)
    at_school = problem.school_place[school]
    drive_s, trip_m = np.zeros((2, len(blocks)), np.int64)
    for k, calls in enumerate(stands):
        places = np.append(problem.place[calls], at_school[k])
        legs = places[:-1], places[1:]
        drive_s[k] = problem.duration_s[legs].sum() + problem.dwell_s[calls].sum()
        trip_m[k] = problem.distance_m[legs].sum()
    load = np.array([problem.load[calls].sum() for calls in stands], np.int64)
    n_chairs = np.array([problem.n_chairs[calls].sum() for calls in stands], np.int64)
    first = np.array([problem.place[calls[0]] for calls in stands], np.int64)
    between = np.ix_(at_school, first)
    fits = np.array([problem.fits[calls].all(axis=0) for calls in stands])
    fits &= load[:, None] <= np.array(problem.seats)
    fits &= n_chairs[:, None] <= np.array(problem.chair_places)
    unload_s = problem.unload_s[school] + problem.unload_each_s[school] * (load + n_chairs)
    return ChainProblem(
        duration_s=drive_s + unload_s,
        earliest_s=np.maximum(0, problem.earliest_s[school] - drive_s),
        latest_s=np.maximum(0, problem.latest_s[school] - drive_s),
        between_s=problem.duration_s[between],
        between_m=problem.distance_m[between],
        linked=problem.linked[between],
        fits=fits,
        fixed_yuan=problem.fixed_yuan,
        yuan_per_km=problem.yuan_per_km,
        n_available=problem.n_available,
        trip_m=trip_m,
        weight=np.maximum(1, load),
    )
