"""The evidence: a plan's tables as the judges read them, whatever is in them.

Numbers become floats (NaN where a cell holds none), text becomes text ("" where empty),
points become ``lon`` and ``lat``, and a key that comes twice is looked up at its first
row. Nothing is mended: what had to be read so is a breach of ``tables_whole``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from routing.check.sizes import Fleet, find_fleets
from routing.check.ways import Ways, bus_ways, walk_ways
from routing.policy import Policy
from routing.records import Breach, Plan
from routing.tables import (
    BUS_TYPES,
    CATCHMENTS,
    ENROLMENT,
    PARKINGS,
    RIDES,
    ROUTES,
    SCHOOLS,
    STOP_LIST,
    STOPS,
    STUDENTS,
    TRANSIT,
    VISITS,
    Column,
    Table,
)
from routing.words import Text

if TYPE_CHECKING:
    from routing.check.journeys import Journey

OF_DISTRICT = (
    SCHOOLS, STUDENTS, BUS_TYPES, PARKINGS, STOP_LIST, TRANSIT, ENROLMENT, CATCHMENTS,
)  # fmt: skip
OF_PLAN = (STOPS, ROUTES, VISITS, RIDES)
NUMERIC = frozenset({"whole", "number", "clock"})

RIDER = ("school_id", "grade", "needs", "boards", "lon", "lat")
AT_VISIT = ("place_id", "kind", "arrive_s", "depart_s")


def find_table(plan: Plan, table: Table) -> Any:
    """Return what stands where the table should be, None when nothing does."""
    of_plan = any(table is one for one in OF_PLAN)
    holder = plan if of_plan else getattr(plan, "district", None)
    return getattr(holder, table.name, None)


def read_table(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the table with every column of the schema in a type that can be judged."""
    columns: dict[str, Any] = {}
    for column in table.columns:
        cells = frame[column.name] if column.name in frame.columns else None
        if column.kind == "line":
            continue
        if column.kind == "point":
            columns["lon"], columns["lat"] = read_points(cells, len(frame))
        elif cells is None:
            columns[column.name] = [_blank(column)] * len(frame)
        else:
            columns[column.name] = read_cells(cells, column)
    return pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))


def read_cells(cells: Any, column: Column) -> NDArray[Any]:
    """Return a column's cells as floats, flags or text; never fails."""
    if column.kind in NUMERIC:
        return read_numbers(cells)
    if column.kind == "flag":
        return np.array([is_flag(cell) and bool(cell) for cell in cells], dtype=bool)
    return np.array([cell if isinstance(cell, str) else "" for cell in cells], object)


def read_numbers(cells: Any) -> NDArray[np.float64]:
    """Return the cells as floats; NaN where a cell holds no finite number."""
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        numbers = cells.to_numpy(dtype="float64", na_value=np.nan)
    else:
        numbers = np.array([float(c) if is_number(c) else np.nan for c in cells], float)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def read_points(cells: Any, n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitudes and latitudes; NaN where there is no point."""
    if cells is None:
        return np.full(n, np.nan), np.full(n, np.nan)
    points = np.array([cell if is_point(cell) else None for cell in cells], dtype=object)
    if not len(points):
        return np.zeros(0), np.zeros(0)
    return shapely.get_x(points), shapely.get_y(points)


def is_number(cell: object) -> bool:
    """Return whether a cell holds a finite number (a flag is none)."""
    if isinstance(cell, bool | np.bool_):
        return False
    return isinstance(cell, int | float | np.number) and bool(np.isfinite(cell))


def is_flag(cell: object) -> bool:
    """Return whether a cell holds yes or no."""
    return isinstance(cell, bool | np.bool_)


def is_point(cell: object) -> bool:
    """Return whether a cell holds a point that is somewhere."""
    return isinstance(cell, shapely.Point) and not cell.is_empty


def is_blank(cell: object) -> bool:
    """Return whether a cell is empty."""
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return True
    if isinstance(cell, float | np.floating):
        return bool(np.isnan(cell))
    if isinstance(cell, str):
        return cell == ""
    return isinstance(cell, shapely.Geometry) and cell.is_empty


def _blank(column: Column) -> Any:
    if column.kind in NUMERIC:
        return np.nan
    return False if column.kind == "flag" else ""


@dataclass(frozen=True, eq=False)
class Case:
    """A plan as evidence; every rule is a function of it.

    Parameters
    ----------
    plan
        The plan judged.
    schools, students, bus_types, parkings, stop_list, transit, enrolment, catchments
    stops, routes, visits, rides
        Its tables, read by ``read_table``.
    """

    plan: Plan
    schools: pd.DataFrame
    students: pd.DataFrame
    bus_types: pd.DataFrame
    parkings: pd.DataFrame
    stop_list: pd.DataFrame
    transit: pd.DataFrame
    enrolment: pd.DataFrame
    catchments: pd.DataFrame
    stops: pd.DataFrame
    routes: pd.DataFrame
    visits: pd.DataFrame
    rides: pd.DataFrame

    @property
    def policy(self) -> Policy:
        """The rules that the plan was made under."""
        return self.plan.policy

    @cached_property
    def served(self) -> pd.DataFrame:
        """The rides by bus, with what is known of student, route and both visits.

        Adds ``school_id``, ``grade``, ``needs``, ``boards``, ``lon``, ``lat`` of the
        student; ``route_direction``, ``bus_type_id`` of the route; and the columns
        ``AT_VISIT`` of both visits after ``board_`` and ``alight_``.
        """
        rides = self.rides[self.rides["mode"] == "bus"]
        riders = first_rows(self.students, "student_id")[["student_id", *RIDER]]
        routes = first_rows(self.routes, "route_id")
        routes = routes[["route_id", "direction", "bus_type_id"]]
        routes = routes.rename(columns={"direction": "route_direction"})
        joined = rides.merge(riders, how="left", on="student_id")
        joined = joined.merge(routes, how="left", on="route_id")
        for end in ("board", "alight"):
            joined = joined.merge(self._visits_at(end), how="left", on=["route_id", f"{end}_order"])
        texts = [name for name in joined if joined[name].dtype == object]
        return joined.fillna(dict.fromkeys(texts, ""))

    def _visits_at(self, end: str) -> pd.DataFrame:
        visits = first_rows(self.visits, "route_id", "order").dropna(subset=["order"])
        visits = visits[["route_id", "order", *AT_VISIT]]
        named = {name: f"{end}_{name}" for name in ("order", *AT_VISIT)}
        return visits.rename(columns=named)

    @cached_property
    def journeys(self) -> "list[Journey]":
        """The rides by public bus, with the trips and stops that they mean."""
        from routing.check.journeys import find_journeys

        return find_journeys(self)

    @cached_property
    def visits_of(self) -> dict[str, list[Any]]:
        """The visits of each route, in order; a row's columns are attributes."""
        visits = self.visits.sort_values(["route_id", "order"], kind="stable")
        routes: dict[str, list[Any]] = {}
        for visit in each(visits):
            routes.setdefault(visit.route_id, []).append(visit)
        return routes

    @cached_property
    def fleets(self) -> tuple[Fleet, ...]:
        """The types of bus that may share a network, from all of them to the smallest."""
        return find_fleets(self.bus_types, self.policy)

    @cached_property
    def _driven(self) -> dict[tuple[int, bool], Ways]:
        return {}

    def ways_of(self, fleet: int, *, loaded: bool) -> Ways:
        """Return the roads as every bus of a fleet may drive them, with pupils or without."""
        if (fleet, loaded) not in self._driven:
            size, roads = self.fleets[fleet].size, self.plan.district.roads
            self._driven[fleet, loaded] = bus_ways(roads, self.policy, size, loaded)
        return self._driven[fleet, loaded]

    @property
    def bus_ways(self) -> Ways:
        """The roads as any bus of the district may drive them with pupils aboard."""
        return self.ways_of(0, loaded=True)

    @property
    def small_ways(self) -> Ways:
        """The same for its smallest bus, which gets everywhere where a larger one does."""
        return self.ways_of(len(self.fleets) - 1, loaded=True)

    @cached_property
    def walk_ways(self) -> Ways:
        """The roads and paths as one may walk them."""
        return walk_ways(self.plan.district.roads)

    @cached_property
    def seats(self) -> dict[str, float]:
        """Students that a bus of each type may carry, by law and by its own number."""
        return {
            row.bus_type_id: float(np.fmin(row.pupil_seats, self.lawful_seats(row.seats)))
            for row in each(first_rows(self.bus_types, "bus_type_id"))
        }

    def lawful_seats(self, seats: float) -> float:
        """Return the seats left beside the driver and the attendants."""
        if np.isnan(seats):
            return float("nan")
        return seats - 1 - self.policy.n_attendants(int(seats))


def open_case(plan: Plan) -> Case:
    """Return the plan as evidence; its tables must be tables (``find_unreadable``)."""
    tables = (*OF_DISTRICT, *OF_PLAN)
    return Case(plan, **{t.name: read_table(find_table(plan, t), t) for t in tables})


def first_rows(frame: pd.DataFrame, *key: str) -> pd.DataFrame:
    """Return the first row of each key, so that a key said twice can be looked up."""
    return frame.drop_duplicates(list(key))


def each(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows, one by one, with columns as attributes."""
    return iter(frame.itertuples(index=False))


def total(frame: pd.DataFrame, *by: str) -> dict[Any, float]:
    """Return how many students there are by one or several columns."""
    sums = frame.groupby(list(by) if len(by) > 1 else by[0])["n_students"].sum()
    return dict(sums.items())


def breach(
    rule: str,
    subject_id: object,
    amount: float,
    unit: str,
    text: Text,
    **values: object,
) -> Breach:
    """Return a breach; ``{id}`` and ``{n}`` of the text are its subject and amount."""
    said = text.fill(id=subject_id, n=f"{amount:.12g}", **values)
    return Breach(rule, str(subject_id), float(amount), unit, said)
