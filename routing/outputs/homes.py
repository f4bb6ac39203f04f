"""Where students live and who is left out: cells in public, homes in internal maps."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from routing.outputs.basemap import Grid
from routing.outputs.density import Cells
from routing.outputs.map_words import say_reason
from routing.outputs.masking import Mask
from routing.outputs.palette import density_steps
from routing.outputs.served import count_unserved
from routing.reasons import UNSERVED, explain_unserved
from routing.words import Lang

if TYPE_CHECKING:
    import pandas as pd

    from routing.records import Plan

Items = list[dict[str, Any]]


def placed_students(plan: "Plan") -> "pd.DataFrame":
    """Return the entitled rows of students with columns ``lon``, ``lat``, ``n_unserved``.

    Degrees are NaN where the home is unknown.
    """
    students = plan.district.students
    chosen = students[students["entitled"].fillna(False).astype(bool)]
    homes = chosen.geometry
    known = np.array([home is not None and not home.is_empty for home in homes], bool)
    lon, lat = np.full(len(chosen), np.nan), np.full(len(chosen), np.nan)
    lon[known] = [home.x for home in homes[known]]
    lat[known] = [home.y for home in homes[known]]
    n_left = chosen["student_id"].map(count_unserved(plan.rides)).fillna(0).astype(int)
    return chosen.drop(columns="geometry").assign(lon=lon, lat=lat, n_unserved=n_left)


def show_cells(students: "pd.DataFrame", cells: Cells, grid: Grid, mask: Mask) -> Items:
    """Return the cells where entitled students live, with their number and colour step."""
    known = students[students["lon"].notna()]
    found: dict[tuple[int, ...], int] = defaultdict(int)
    where = cells.find(known["lon"].to_numpy(), known["lat"].to_numpy())
    for cell, n in zip(where.tolist(), known["n_students"], strict=True):
        found[tuple(cell)] += int(n)
    if not found:
        return []
    keys = sorted(found)
    centres = grid.at(*cells.centre(np.array(keys))).tolist()
    steps = density_steps(mask.min_cell)
    return [
        {"n": mask.shown(n), "step": sum(n >= step for step in steps), "at": at}
        for n, at in zip([found[key] for key in keys], centres, strict=True)
    ]


def show_unserved(
    plan: "Plan", students: "pd.DataFrame", cells: Cells, grid: Grid, mask: Mask, lang: Lang
) -> Items:
    """Return who is left out and where, with reasons.

    In public one mark a village (or a cell where the village is not named), at the
    middle of a cell; in internal maps one mark a home. ``at`` is None where no place is
    known.
    """
    left = students[students["n_unserved"] > 0]
    groups: dict[Any, list[Any]] = defaultdict(list)
    where = _middles(left, cells)
    for student, middle in zip(left.itertuples(), where, strict=True):
        if mask.privacy == "internal":
            key: Any = student.student_id
        else:
            key = student.village or middle
            key = (key, middle is None)
        groups[key].append((student, middle))
    rides = plan.rides[plan.rides["mode"] == "unserved"]
    show = _show_home if mask.privacy == "internal" else _show_group
    return [show(members, rides, grid, mask, lang) for members in groups.values()]


def _middles(left: "pd.DataFrame", cells: Cells) -> list[tuple[float, float] | None]:
    """Return the middle of the cell of each home; None where the home is unknown."""
    known = left["lon"].notna().to_numpy()
    lon, lat = cells.centre(
        cells.find(left.loc[known, "lon"].to_numpy(), left.loc[known, "lat"].to_numpy())
    )
    spots = iter(zip(lon.tolist(), lat.tolist(), strict=True))
    return [next(spots) if is_known else None for is_known in known]


def _show_group(
    members: list[Any], rides: "pd.DataFrame", grid: Grid, mask: Mask, lang: Lang
) -> dict[str, Any]:
    n_of = {student.student_id: int(student.n_unserved) for student, _ in members}
    own = rides[rides["student_id"].isin(n_of)]
    each = own.groupby(["student_id", "reason", "direction"])["n_students"].sum()
    by_reason: dict[str, int] = defaultdict(int)
    for (_, reason), n in each.groupby(["student_id", "reason"]).max().items():
        by_reason[reason] += int(n)
    counted = sorted(by_reason.items(), key=lambda item: (-item[1], item[0]))
    middle = members[0][1]
    return {
        "village": str(members[0][0].village),
        "n": mask.shown(sum(n_of.values())),
        "reasons": [[say_reason(reason, lang), mask.shown(n)] for reason, n in counted],
        "at": None if middle is None else grid.at(*np.array([middle]).T)[0].tolist(),
    }


def _show_home(
    members: list[Any], rides: "pd.DataFrame", grid: Grid, mask: Mask, lang: Lang
) -> dict[str, Any]:
    student, middle = members[0]
    own = rides[rides["student_id"] == student.student_id]
    known = own.drop_duplicates("reason")
    return {
        "id": str(student.student_id),
        "village": str(student.village),
        "grade": int(student.grade),
        "school": str(student.school_id),
        "n": mask.shown(int(student.n_unserved)),
        "reasons": [[_explain(ride, lang), ""] for ride in known.itertuples()],
        "at": None if middle is None else grid.at([student.lon], [student.lat])[0].tolist(),
    }


def _explain(ride: Any, lang: Lang) -> str:
    """Return the full words for a reason, with what was measured."""
    if ride.reason not in UNSERVED:
        return str(ride.reason)
    found, limit = (
        None if str(value) in {"<NA>", "nan", "None"} else float(value)
        for value in (ride.reason_found, ride.reason_limit)
    )
    return explain_unserved(ride.reason, found, limit, lang)


def show_homes(plan: "Plan", students: "pd.DataFrame", grid: Grid) -> Items:
    """Return every known home, for internal maps only: place, number, school and stop."""
    known = students[students["lon"].notna()]
    rides = plan.rides[(plan.rides["mode"] == "bus") & (plan.rides["direction"] == "to_school")]
    by_student = rides.drop_duplicates("student_id").set_index("student_id")
    stop_of = by_student["stop_id"].to_dict()
    walk_of = by_student["to_stop_m"].to_dict()
    spots = grid.at(known["lon"], known["lat"]).tolist()
    return [
        {
            "id": str(student.student_id), "n": int(student.n_students),
            "grade": int(student.grade), "village": str(student.village),
            "school": str(student.school_id), "stop": str(stop_of.get(student.student_id, "")),
            "walk": int(walk_of.get(student.student_id, 0)),
            "served": student.n_unserved == 0, "at": at,
        }
        for student, at in zip(known.itertuples(), spots, strict=True)
    ]  # fmt: skip
