"""The way through: from a district and a policy to a plan. It reads like a table of contents."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.blank import fill_stages
from routing.demand import find_entitled
from routing.dwell import visit_dwell_s
from routing.fleet import Fleet, assign_buses
from routing.locate import locate_places
from routing.modes import Modes, bus_riders, choose_modes, join_rides
from routing.policy import Policy
from routing.records import District, Located, Made, Plan
from routing.roads import bus_profiles, walk_network
from routing.routes import Answer, build_routes, drop_routes
from routing.solver import Crew, Search, open_crew
from routing.stops import make_stops, place_stops, stop_positions
from routing.tables import ROUTES, SCHOOLS, STOPS, STUDENTS, VISITS, names_of
from routing.timetable import time_rides, time_routes, time_visits

if TYPE_CHECKING:
    import geopandas as gpd

Ints = NDArray[np.int64]

CHAIN_SHARE = 0.2
"""Of the seconds given, the part spent on chaining routes to buses (assumed)."""

MOVING_SHARE = 0.35
"""The same where bells may move: what saves most buses there (tried)."""

STOPS_SHARE = 0.2
"""Of the seconds given, the part spent on stops where they are chosen with the routes (assumed)."""

ROUNDS_NET_S = 3_600
"""Where rounds decide, the clock is only a net (s)."""

STAGES = ("roads", "homes", "stops", "routes", "buses", "timetable")

Progress = Callable[[str, int, int], None]
Better = Callable[[str, int, int], None]


def make_plan(
    district: District,
    policy: Policy | None = None,
    *,
    seconds: int = 60,
    seed: int = 1,
    max_rounds: int | None = None,
    progress: bool | Progress = False,
    better: Better | None = None,
    start: Plan | None = None,
    keep: bool = False,
    crew: Crew | None = None,
    halt: threading.Event | None = None,
) -> Plan:
    """Make the plan that serves a district under a policy, morning and afternoon.

    Every entitled student ends with a ride or with a reason for being unserved. Ctrl-C ends
    the searches: the plan is then made from the best found so far.

    Parameters
    ----------
    district
        From ``read_district`` or ``make_district``.
    policy
        Default: the preset "national".
    seconds
        How long the searches may take in all (s); reading roads comes on top.
    seed
        The same seed, input and ``max_rounds`` give the same plan.
    max_rounds
        How many rounds each search may take, instead of a clock; None: by ``seconds``.
    progress
        True: a bar in the shell or the notebook. A function: called with the stage,
        the steps done and how many there are.
    better
        A function: called whenever the search for routes finds better ones, with the
        stage, how many routes there are then, and their cost (yuan per year).
    start
        A plan of this district, or of one much like it, to start the search from.
    keep
        Whether schools whose riders are as in ``start`` keep its stops and routes; buses
        are shared out anew all the same.
    crew
        Processes to use, where several plans are made, or where what they find is kept in a
        ledger; None: own ones.
    halt
        Set when the user interrupts: tells afterwards that the searches were cut short.

    Returns
    -------
    plan
        Draws its map in a notebook; see ``check_plan`` and ``measure_plan``.

    Raises
    ------
    RoadsError
        When the roads cannot be used.
    SolverError
        When a search failed; nothing of its answer is used.
    """
    began = time.perf_counter()
    policy = policy or Policy.preset("national")
    say, close = _progress(progress)
    most_s = seconds if max_rounds is None else ROUNDS_NET_S
    chain_share = MOVING_SHARE if policy.move_bells_max_s else CHAIN_SHARE
    chain_seconds = max(2, round(most_s * chain_share))

    located = _locate(district, policy, say)
    modes = choose_modes(district, find_entitled(district, located, policy), located, policy)
    students = bus_riders(modes)
    say("stops", 0, 1)
    halt = halt or threading.Event()
    stops_seconds = round(most_s * STOPS_SHARE) if policy.stops_with_routes else 0
    with open_crew(crew) as hands:
        search = Search(max(1, stops_seconds), seed, max_rounds, halt=halt, crew=hands)
        candidates, boardings, kept = place_stops(
            district, students, located, policy, seed=seed,
            search=search if policy.stops_with_routes else None,
            start=start if keep else None,
        )  # fmt: skip
        stops, boardings = make_stops(
            district, students, candidates, boardings, located, policy, start=start
        )
        at_stops = stop_positions(stops, located.bus)
        say("routes", 0, 1)
        search = replace(
            search, seconds=max(1, most_s - chain_seconds - stops_seconds),
            progress=lambda done, of: say("routes", done, of),
        )  # fmt: skip
        answer, routed = build_routes(
            district, students, stops, at_stops, boardings, located, policy, search=search,
            better=None if better is None else partial(better, "routes"), start=start,
            kept_schools=kept,
        )  # fmt: skip
        say("buses", 0, 1)
        fleet = assign_buses(
            district, answer.routes, answer.visits, _dwell_s(answer, students, policy),
            stops, at_stops, located, policy,
            seconds=chain_seconds, seed=seed, max_rounds=max_rounds, halt=halt, crew=hands,
            held=district.schools["school_id"].isin(modes.transit_schools).to_numpy(bool),
        )  # fmt: skip
    say("timetable", 0, 1)
    made = Made(
        version=_version(),
        digest=district.digest,
        seed=seed,
        seconds=seconds,
        n_routes_bound=routed.n_routes_bound,
        n_buses_bound=fleet.n_buses_bound,
        n_buses_least=routed.n_buses_least,
        took_s=0.0,
        more_buses=fleet.more_buses,
    )
    plan = _write_plan(district, policy, stops, answer, fleet, modes, made)
    say("timetable", 1, 1)
    close()
    return replace(plan, made=replace(made, took_s=round(time.perf_counter() - began, 1)))


def _locate(district: District, policy: Policy, say: Progress) -> Located:
    """Return where schools and homes stand on the networks."""
    say("roads", 0, 1)
    walk = walk_network(district.roads)
    profiles = bus_profiles(district.roads, policy, district.bus_types)
    say("homes", 0, 1)
    return locate_places(district, walk, profiles, policy)


def _write_plan(
    district: District, policy: Policy, stops: "gpd.GeoDataFrame", answer: Answer, fleet: Fleet,
    modes: Modes, made: Made,
) -> Plan:  # fmt: skip
    """Return the plan: routes that have a bus, with clock times, and the rides of all."""
    answer = drop_routes(answer, fleet.dropped)
    visits = time_visits(fleet.routes, answer.visits, _dwell_s(answer, modes.students, policy))
    routes = time_routes(fleet.routes, visits)
    rides = time_rides(answer.rides, visits, modes.students, fleet.schools, policy)
    joined = join_rides(modes, rides)
    return Plan(
        policy=policy,
        district=replace(
            district,
            students=fill_stages(joined.students, STUDENTS),
            schools=fill_stages(fleet.schools, SCHOOLS),
        ),
        stops=stops[names_of(STOPS)],
        routes=routes[names_of(ROUTES)],
        visits=visits[names_of(VISITS)],
        rides=joined.rides,
        made=made,
    )


def _dwell_s(answer: Answer, students: pd.DataFrame, policy: Policy) -> Ints:
    """Return how long the bus stands at each visit, waits for a school's window included."""
    boarding_s = visit_dwell_s(answer.visits, answer.rides, students, policy)
    return boarding_s + answer.visits["hold_s"].to_numpy(np.int64)


def _progress(progress: bool | Progress) -> tuple[Progress, Callable[[], None]]:
    """Return what to call with each step, and what to call at the end."""
    if callable(progress):
        return progress, lambda: None
    if not progress:
        return lambda *_: None, lambda: None
    from tqdm.auto import tqdm

    bar = tqdm(total=len(STAGES), bar_format="{percentage:3.0f}%|{bar:24}| {elapsed} {desc}")

    def step(stage: str, done: int, of: int) -> None:
        bar.set_description(f"{stage} {done}/{of}" if of > 1 else stage)
        bar.update(STAGES.index(stage) + done / max(of, 1) - bar.n)

    return step, bar.close


def _version() -> str:
    try:
        return version("schoolbus-routing")
    except PackageNotFoundError:
        return "0"
