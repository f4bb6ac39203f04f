"""Is an answer for many schools and one fleet true? Every block is followed call by call.

No code is shared with the search; nothing it says is believed.
"""

from collections import Counter
from itertools import pairwise

from routing.errors import SolverError
from routing.solver.blocks.problem import Block, BlockProblem, BlockSolution
from routing.words import Text

_ZH = {
    "every stand once": "每个上车组恰好一次",
    "known calls and types": "已知的停靠与车型",
    "a time for each call": "每次停靠的时刻",
    "a way between calls": "停靠之间的道路",
    "time between calls": "停靠之间的时间",
    "the window of a school": "到校时间窗",
    "students for each call at a school": "每次到校都有学生下车",
    "a school for each stand": "每个上车组都到校",
    "the ride limit": "乘车时限",
    "seats": "座位数",
    "wheelchair places": "轮椅位",
    "schools that may share a bus": "可同车的学校",
    "the type of bus": "车型",
    "the number of buses": "车辆数",
    "the cost": "成本",
    "the bound on blocks": "车辆数下界",
}
"""What is confirmed, in Chinese."""


def confirm_blocks(problem: BlockProblem, solution: BlockSolution) -> BlockSolution:
    """Return the solution after recomputing it.

    Raises
    ------
    SolverError
        A stand missing or twice, a bus that cannot be there in time, a window, a ride, a
        seat or a rule about who may ride together broken, too many buses of a type,
        another cost, or a bound that the answer itself is below.
    """
    for block in solution.blocks:
        _confirm_names(problem, block)
    stands = [call for block in solution.blocks for call in block.calls if call >= 0]
    everyone = [*range(len(problem.place))]
    _refuse(sorted([*stands, *solution.unserved]) != everyone, "every stand once")
    cost_yuan = 0
    for block in solution.blocks:
        _confirm_drives(problem, block)
        _confirm_riders(problem, block)
        cost_yuan += _cost_of_block(problem, block)
    for bus_type, n_used in Counter(block.bus_type for block in solution.blocks).items():
        n = problem.n_available[bus_type]
        _refuse(n is not None and n_used > n, "the number of buses")
    _refuse(cost_yuan != solution.cost_yuan, "the cost")
    if not solution.unserved:
        _refuse(solution.n_blocks_bound > len(solution.blocks), "the bound on blocks")
    return solution


def _refuse(wrong: bool, what: str) -> None:
    if wrong:
        en = f"the search gave an answer that its recomputation does not confirm: {what}."
        raise SolverError(Text(en, f"求解结果未通过重新核算：{_ZH[what]}。"))


def _confirm_names(problem: BlockProblem, block: Block) -> None:
    n_stands, n_schools = len(problem.place), len(problem.school_place)
    known = all(-n_schools <= call < n_stands for call in block.calls)
    known = known and 0 <= block.bus_type < len(problem.seats)
    _refuse(not known or not block.calls, "known calls and types")
    _refuse(len(block.calls) != len(block.arrive_s), "a time for each call")


def _place_of(problem: BlockProblem, call: int) -> int:
    return int(problem.place[call] if call >= 0 else problem.school_place[-1 - call])


def _riders_off(problem: BlockProblem, block: Block) -> dict[int, int]:
    """Return for each stand's position the position of the call where it gets off."""
    off: dict[int, int] = {}
    for k, call in enumerate(block.calls):
        if call < 0:
            for q in range(k):
                stand = block.calls[q]
                if stand >= 0 and q not in off and int(problem.school[stand]) == -1 - call:
                    off[q] = k
    return off


def _confirm_drives(problem: BlockProblem, block: Block) -> None:
    off = _riders_off(problem, block)
    for k, ((call, follower), (at_s, then_s)) in enumerate(
        zip(pairwise(block.calls), pairwise(block.arrive_s), strict=True)
    ):
        here, there = _place_of(problem, call), _place_of(problem, follower)
        if call >= 0:
            dwell_s = int(problem.dwell_s[call])
        else:
            leaving = [block.calls[q] for q, drop in off.items() if drop == k]
            n_off = sum(int(problem.load[one] + problem.n_chairs[one]) for one in leaving)
            school = -1 - call
            dwell_s = int(problem.unload_s[school]) + n_off * int(problem.unload_each_s[school])
        _refuse(not problem.linked[here, there], "a way between calls")
        early_s = at_s + dwell_s + int(problem.duration_s[here, there])
        _refuse(then_s < early_s, "time between calls")


def _confirm_riders(problem: BlockProblem, block: Block) -> None:
    off = _riders_off(problem, block)
    drops = set(off.values())
    for k, call in enumerate(block.calls):
        if call < 0:
            early_s = int(problem.earliest_s[-1 - call])
            late_s = int(problem.latest_s[-1 - call])
            _refuse(not early_s <= block.arrive_s[k] <= late_s, "the window of a school")
            _refuse(k not in drops, "students for each call at a school")
        else:
            _refuse(k not in off, "a school for each stand")
            _refuse(not problem.fits[call, block.bus_type], "the type of bus")
            ride_s = block.arrive_s[off[k]] - block.arrive_s[k]
            _refuse(ride_s > int(problem.max_ride_s[call]), "the ride limit")
            aboard = [block.calls[q] for q, drop in off.items() if q <= k < drop]
            load = sum(int(problem.load[one]) for one in aboard)
            chairs = sum(int(problem.n_chairs[one]) for one in aboard)
            _refuse(load > problem.seats[block.bus_type], "seats")
            _refuse(chairs > problem.chair_places[block.bus_type], "wheelchair places")
            own = int(problem.school[call])
            together = all(problem.shares[own, int(problem.school[one])] for one in aboard)
            _refuse(not together, "schools that may share a bus")


def _cost_of_block(problem: BlockProblem, block: Block) -> int:
    length_m = 0
    for call, follower in pairwise(block.calls):
        here, there = _place_of(problem, call), _place_of(problem, follower)
        length_m += int(problem.distance_m[here, there])
    running_yuan = -(-length_m * problem.yuan_per_km[block.bus_type] // 1000)
    return problem.fixed_yuan[block.bus_type] + running_yuan
