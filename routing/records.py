"""The records: a district as it is, a plan for it, and what the judges say."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routing.blank import blank_table
from routing.policy import Policy
from routing.roads.network import Network, Roads
from routing.roads.positions import Positions
from routing.tables import CATCHMENTS, ENROLMENT, TRANSIT
from routing.words import Lang, Text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from routing.roads.profiles import Profile


@dataclass(frozen=True, eq=False)
class District:
    """A place as it is: its tables (routing.tables) and its roads.

    Parameters
    ----------
    schools, students, bus_types, parkings, stop_list
        Tables of the schema with every planner's column present, defaults filled in;
        GeoDataFrames in EPSG:4326 where they have a geometry. ``parkings`` and
        ``stop_list`` may be empty.
    roads
        The road network.
    notes
        What was repaired or looked odd while reading, for the planner to see.
    digest
        SHA-256 over all input files, "" for a district made in memory.
    transit, enrolment, catchments
        The public buses' timetable, pupils expected in other years, and which schools
        a village's pupils may attend; each may be empty.
    """

    schools: "gpd.GeoDataFrame"
    students: "gpd.GeoDataFrame"
    bus_types: "pd.DataFrame"
    parkings: "gpd.GeoDataFrame"
    stop_list: "gpd.GeoDataFrame"
    roads: Roads
    notes: tuple[Text, ...] = ()
    digest: str = ""
    transit: "gpd.GeoDataFrame" = field(default_factory=lambda: blank_table(TRANSIT))
    enrolment: "pd.DataFrame" = field(default_factory=lambda: blank_table(ENROLMENT))
    catchments: "pd.DataFrame" = field(default_factory=lambda: blank_table(CATCHMENTS))


@dataclass(frozen=True, eq=False)
class Located:
    """Where schools and homes stand on the networks.

    Parameters
    ----------
    walk
        The network on foot.
    profiles
        The networks of the buses: the first of all types, the next of smaller ones.
    gates_walk
        One place per row of ``schools``.
    gates
        The same for each profile.
    homes_walk, homes_bus
        One place per row of ``students``, on the part of the network from which its own
        school is reached; unplaced ones say why.
    school_row
        Row of ``schools`` that each student attends (int64).
    """

    walk: Network
    profiles: "tuple[Profile, ...]"
    gates_walk: Positions
    gates: tuple[Positions, ...]
    homes_walk: Positions
    homes_bus: Positions
    school_row: NDArray[np.int64]

    @property
    def bus(self) -> Network:
        """The network that every bus of the fleet can drive, with students aboard."""
        return self.profiles[0].bus

    @property
    def gates_bus(self) -> Positions:
        """One place per row of ``schools`` on that network."""
        return self.gates[0]


@dataclass(frozen=True)
class MoreBus:
    """One bus more than there are, and whom it would serve.

    Parameters
    ----------
    bus_type_id
        What kind of bus.
    n_to_school, n_to_home
        Students it would drive in the morning and in the afternoon.
    school_ids
        Their schools.
    """

    bus_type_id: str
    n_to_school: int
    n_to_home: int
    school_ids: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """How a plan was made.

    Parameters
    ----------
    version
        Of this package.
    digest
        Of the district's input.
    seed, seconds
        Given to the search.
    n_routes_bound, n_buses_bound
        No plan with these stops, and one school a route, has fewer routes (both
        directions together); no plan with these routes has fewer buses.
    n_buses_least
        No plan with these stops and bells has fewer buses, whatever its routes; 0 where
        nothing was proven.
    took_s
        Seconds the whole planning took.
    more_buses
        Buses that would serve the routes for which none was left, the fullest first.
    """

    version: str
    digest: str
    seed: int
    seconds: int
    n_routes_bound: int
    n_buses_bound: int
    took_s: float
    n_buses_least: int = 0
    more_buses: tuple[MoreBus, ...] = ()


@dataclass(frozen=True, eq=False)
class Plan:
    """How every entitled student travels, under a policy, in a district.

    Parameters
    ----------
    policy
        The rules it was made under.
    district
        The district, its students with the columns that demand adds.
    stops, routes, visits, rides
        Tables of the schema.
    made
        How it was made.
    """

    policy: Policy
    district: District
    stops: "gpd.GeoDataFrame"
    routes: "gpd.GeoDataFrame"
    visits: "pd.DataFrame"
    rides: "pd.DataFrame"
    made: Made

    def _repr_html_(self) -> str:
        """Return the plan's map, offline, for a notebook."""
        from routing.outputs.maps import show_plan

        return show_plan(self)


@dataclass(frozen=True)
class Breach:
    """One rule broken by one subject.

    Parameters
    ----------
    rule
        Name of the rule, a function of ``routing.check``.
    subject_id
        The route, bus, stop, school or student.
    amount, unit
        By how much.
    detail
        The breach in one sentence, in both languages.
    """

    rule: str
    subject_id: str
    amount: float
    unit: str
    detail: Text

    def say(self, lang: Lang = "en") -> str:
        """Return the breach as one line."""
        return f"{self.rule}: {self.detail.say(lang)}"

    def __str__(self) -> str:
        """Return the breach as one line of English."""
        return self.say()


def lonlat(
    table: "gpd.GeoDataFrame",
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitudes and latitudes (degrees) of a table; NaN where there is no point."""
    import shapely

    points = table.geometry.to_numpy()
    return shapely.get_x(points), shapely.get_y(points)
