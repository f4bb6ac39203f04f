"""What if? Questions to a finished plan that change nothing of it."""

from dataclasses import dataclass, replace

import pandas as pd

from routing.fleet.again import rebuild_halves
from routing.fleet.bells import Moved, move_bells
from routing.fleet.halves import Half
from routing.fleet.pairing import pair_halves
from routing.fleet.trips import Trips
from routing.locate import locate_places
from routing.measure import summarise_plan
from routing.modes import find_retimings
from routing.plan import make_plan
from routing.records import Plan
from routing.roads import bus_profiles, walk_network
from routing.stops import stop_positions
from routing.units import format_minutes, format_yuan
from routing.words import Lang, Text

_GAIN = Text(
    "If bells could move by up to {minutes:g} minutes: {buses} buses and about {yuan} a year less, "
    "{moved} of {schools} schools moved; {now} buses now, {then} then.",
    "若作息时间可调整至多{minutes:g}分钟：可减少校车{buses}辆，每年节省约{yuan}，"
    "{schools}所学校中调整{moved}所；现有{now}辆，调整后{then}辆。",
)
_NO_GAIN = Text(
    "If bells could move by up to {minutes:g} minutes: nothing was found that saves more than "
    "the moves are worth; {now} buses now.",
    "若作息时间可调整至多{minutes:g}分钟：未找到值得调整的方案；现有{now}辆。",
)
_SHARED = Text(
    "If {who}: {buses} buses and about {yuan} a year less than the same search finds without; "
    "{shared} of {routes} routes shared; {now} buses without, {then} with. Longest ride {longest}.",
    "若{who}：比同样搜索条件下不同车的方案可减少校车{buses}辆，每年节省约{yuan}；{routes}条线路中"
    "{shared}条为同车线路；不同车{now}辆，同车{then}辆。最长乘车时间{longest}。",
)
_NO_SHARED = Text(
    "If {who}: nothing was found that saves money; {now} buses without, {then} with.",
    "若{who}：未找到更省的方案；不同车{now}辆，同车{then}辆。",
)
_WHO = {
    "same_kind": Text("schools of one kind could share buses", "同类学校学生可同车"),
    "any": Text("all schools could share buses", "不同学校学生均可同车"),
}


@dataclass(frozen=True)
class MixedGain:
    """What letting pupils of several schools share a bus would save.

    Parameters
    ----------
    mixed_loads
        Who may share: a value of the policy's rule.
    n_buses_without, n_buses_with
        Of two plans searched equally hard, both from the plan asked.
    saved_yuan
        Per year.
    n_shared, n_routes
        Routes that serve several schools, of all routes.
    longest_ride_s
        Of the plan with shared buses.
    """

    mixed_loads: str
    n_buses_without: int
    n_buses_with: int
    saved_yuan: int
    n_shared: int
    n_routes: int
    longest_ride_s: int

    def say(self, lang: Lang = "en") -> str:
        """Return the answer as one sentence."""
        who, counts = _WHO[self.mixed_loads].say(lang), (self.n_buses_without, self.n_buses_with)
        if self.saved_yuan <= 0:
            return _NO_SHARED.say(lang, who=who, now=counts[0], then=counts[1])
        return _SHARED.say(
            lang, who=who, buses=counts[0] - counts[1], now=counts[0], then=counts[1],
            yuan=format_yuan(float(f"{self.saved_yuan:.3g}"), lang), shared=self.n_shared,
            routes=self.n_routes, longest=format_minutes(self.longest_ride_s, lang),
        )  # fmt: skip


def ask_mixed(
    plan: Plan, mixed_loads: str = "any", *, seconds: int = 60, seed: int = 1,
    max_rounds: int | None = None,
) -> MixedGain:  # fmt: skip
    """Return what the plan would save if pupils of several schools could share a bus.

    Both plans are searched anew from the plan asked, equally hard, so that the answer is
    what sharing gives and not what more searching gives.

    Parameters
    ----------
    plan
        A plan that keeps its rules.
    mixed_loads
        "same_kind" or "any".
    seconds
        How long each of the two searches may take (s).
    seed, max_rounds
        As in ``make_plan``.

    Raises
    ------
    InputError
        When ``mixed_loads`` is no such rule.
    SolverError
        When a search failed.
    """
    rules = [replace(plan.policy, mixed_loads=rule) for rule in ("never", mixed_loads)]
    made = [
        make_plan(
            plan.district, policy, seconds=seconds, seed=seed, max_rounds=max_rounds, start=plan
        )
        for policy in rules
    ]
    sums, shared = [summarise_plan(one, n_breaches=0) for one in made], made[1]
    gates = shared.visits[shared.visits["kind"] == "school"]
    n_gates = gates.groupby("route_id")["place_id"].nunique()
    return MixedGain(
        mixed_loads,
        int(sums[0]["n_buses"]),
        int(sums[1]["n_buses"]),
        round(sums[0]["yuan_per_year"] - sums[1]["yuan_per_year"]),
        int((n_gates > 1).sum()),
        len(shared.routes),
        int(sums[1]["max_ride_s"]),
    )


def ask_retimings(plan: Plan, within_s: int = 1_200) -> pd.DataFrame:
    """Return what running public buses a little earlier or later would win for the pupils.

    Parameters
    ----------
    plan
        A plan of a district with a timetable.
    within_s
        Trips move so far at most (s).

    Returns
    -------
    retimings
        As ``routing.modes.find_retimings`` gives them, the best first.
    """
    district, policy = plan.district, plan.policy
    profiles = bus_profiles(district.roads, policy, district.bus_types)
    located = locate_places(district, walk_network(district.roads), profiles, policy)
    return find_retimings(district, district.students, located, policy, within_s)


@dataclass(frozen=True)
class BellGain:
    """What moving bells would save.

    Parameters
    ----------
    within_s
        How far bells were allowed to move (s).
    n_buses_now, n_buses_then
        Buses of the plan, and with the bells moved.
    saved_yuan
        Per year: buses and driving, without what the policy asks a move to save.
    n_schools
        Schools served by the plan's buses.
    shifts
        Schools that move, by how much (s).
    """

    within_s: int
    n_buses_now: int
    n_buses_then: int
    saved_yuan: int
    n_schools: int
    shifts: tuple[tuple[str, int], ...]

    def say(self, lang: Lang = "en") -> str:
        """Return the answer as one sentence."""
        minutes = self.within_s / 60
        if not self.shifts:
            return _NO_GAIN.say(lang, minutes=minutes, now=self.n_buses_now)
        return _GAIN.say(
            lang, minutes=minutes, buses=self.n_buses_now - self.n_buses_then,
            yuan=format_yuan(float(f"{self.saved_yuan:.3g}"), lang), moved=len(self.shifts),
            schools=self.n_schools, now=self.n_buses_now, then=self.n_buses_then,
        )  # fmt: skip


def ask_bells(
    plan: Plan, within_s: int, *, seconds: int = 60, seed: int = 1, max_rounds: int | None = None
) -> BellGain:
    """Return what the plan would save if bells could move.

    The routes stay as they are, and so do the rules but for how far bells may move; buses
    are chained anew, from the chains of the plan. What is found can be had by making the
    plan again with ``move_bells_max_s``.

    Parameters
    ----------
    plan
        A plan that keeps its rules.
    within_s
        How far bells may move, earlier or later (s).
    seconds
        How long the search may take (s).
    seed, max_rounds
        As in ``make_plan``.

    Raises
    ------
    InputError
        When ``within_s`` is out of the policy's range.
    SolverError
        When the plan's buses cannot drive as it says, or a search failed.
    """
    policy = replace(plan.policy, move_bells_max_s=within_s)
    district = plan.district
    profiles = bus_profiles(district.roads, policy, district.bus_types)
    located = locate_places(district, walk_network(district.roads), profiles, policy)
    at_stops = stop_positions(plan.stops, located.bus)
    trips, types, halves = rebuild_halves(plan, at_stops, located)
    moved = move_bells(
        district.schools, plan.visits, plan.routes["route_id"], halves, policy,
        seconds=float(seconds), seed=seed, max_rounds=max_rounds,
    )  # fmt: skip
    return _gain(plan, trips, types, halves, moved, within_s)


def _gain(
    plan: Plan, trips: Trips, types: pd.DataFrame, halves: tuple[Half, Half], moved: Moved,
    within_s: int,
) -> BellGain:  # fmt: skip
    before_n, before_yuan = _count(halves, trips, types)
    after_n, after_yuan = _count(moved.halves, trips, types)
    ids = plan.district.schools["school_id"].tolist()
    shifts = tuple((ids[k], int(s)) for k, s in enumerate(moved.shift_s) if s)
    served = plan.visits.loc[plan.visits["kind"] == "school", "place_id"].nunique()
    if after_yuan >= before_yuan:
        shifts, after_n, after_yuan = (), before_n, before_yuan
    return BellGain(within_s, before_n, after_n, before_yuan - after_yuan, served, shifts)


def _count(halves: tuple[Half, Half], trips: Trips, types: pd.DataFrame) -> tuple[int, int]:
    """Return the buses of both halves paired, and what they cost per year (yuan)."""
    pairs = [(half.rows, half.solution) for half in halves]
    buses = pair_halves(pairs, trips, types)
    yuan = sum(float(types["fixed_yuan"].iloc[bus.bus_type]) for bus in buses)
    for half in halves:
        fixed = sum(half.problem.fixed_yuan[chain.bus_type] for chain in half.solution.chains)
        yuan += half.solution.cost_yuan - fixed
    return len(buses), round(yuan)
