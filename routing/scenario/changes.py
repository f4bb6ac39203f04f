"""What if? The changes a county may try, each a small frozen record; they do nothing by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def _as(kind: str, low: float = 0, high: float = 1e9, **more: Any) -> Any:
    """Return a field that says what may stand in it, for files and checks alike."""
    return field(metadata={"as": kind, "low": low, "high": high}, **more)


def _grade(**more: Any) -> Any:
    return _as("whole", 0, 9, **more)


def _clock(**more: Any) -> Any:
    return _as("clock", 0, 86_399, **more)


@dataclass(frozen=True)
class CloseSchool:
    """Close a school; it leaves the district's schools.

    Parameters
    ----------
    school_id
        The school; not a protected one.
    move_to
        Where all its pupils go. None: each row to its best school, see ``reassign``.
    """

    school_id: str = _as("text")
    move_to: str | None = _as("text", default=None)


@dataclass(frozen=True)
class OpenSchool:
    """Open a school.

    Parameters
    ----------
    school_id, name, kind, town, first_grade, last_grade, bell_s, dismissal_s
        As in the table of schools; the key is new.
    lon, lat
        The gate (degrees, WGS-84).
    n_places, n_meals, n_beds
        As in the table; None: unknown, no limit.
    draws
        Whether rows whose way becomes shorter move here while places last.
    """

    school_id: str = _as("text")
    name: str = _as("text")
    lon: float = _as("number", -180, 180)
    lat: float = _as("number", -90, 90)
    kind: str = _as("kind")
    town: str = _as("text")
    first_grade: int = _grade()
    last_grade: int = _grade()
    bell_s: int = _clock()
    dismissal_s: int = _clock()
    n_places: int | None = _as("whole", default=None)
    n_meals: int | None = _as("whole", default=None)
    n_beds: int | None = _as("whole", default=None)
    draws: bool = _as("flag", default=True)


@dataclass(frozen=True)
class MoveGrades:
    """A school keeps some grades; its pupils of the others go elsewhere.

    Parameters
    ----------
    school_id
        The school.
    keep_first, keep_last
        The grades it goes on teaching.
    move_to
        Where the others go. None: each row to its best school.
    """

    school_id: str = _as("text")
    keep_first: int = _grade()
    keep_last: int = _grade()
    move_to: str | None = _as("text", default=None)


@dataclass(frozen=True)
class MergeCampuses:
    """Several schools become one school on several campuses.

    Every campus keeps its gate, its grades, its bells, its canteen and its beds. Places are
    those of the whole: the sum of all campuses is the limit. A pupil goes to the campus
    that is nearest of those that teach the grade; where none is nearer, the pupil stays.

    Parameters
    ----------
    school_ids
        The schools, the lead school first; the others get its key in ``campus_of``.
    name
        Of the one school; each campus is named after it and after what it was called.
    """

    school_ids: tuple[str, ...] = _as("texts")
    name: str = _as("text")


@dataclass(frozen=True)
class MoveBell:
    """A school begins at another time.

    Parameters
    ----------
    school_id
        The school.
    bell_s, dismissal_s
        New clock times (s after midnight). Without a dismissal, the day keeps its length.
    """

    school_id: str = _as("text")
    bell_s: int = _clock()
    dismissal_s: int | None = _clock(default=None)


@dataclass(frozen=True, kw_only=True)
class MoveStudents:
    """Rows of students go to another school: named rows, or a village's grades.

    Parameters
    ----------
    to
        The school that takes them.
    student_ids
        The rows; give these or a village.
    village, grades
        All rows of the village in these grades; without grades in all that ``to`` teaches.
    """

    to: str = _as("text")
    student_ids: tuple[str, ...] = _as("texts", default=())
    village: str = _as("text", default="")
    grades: tuple[int, ...] = _as("wholes", 0, 9, default=())


@dataclass(frozen=True)
class SetFleet:
    """Another number of buses of a kind.

    Parameters
    ----------
    bus_type_id
        The kind of bus.
    n_available
        How many there are; None: as many as needed.
    """

    bus_type_id: str = _as("text")
    n_available: int | None = _as("whole", default=None)


@dataclass(frozen=True)
class SetPolicy:
    """Other rules.

    Parameters
    ----------
    values
        Field of ``Policy`` -> value, as in a file of rules.
    """

    values: Mapping[str, Any] = _as("rules")


@dataclass(frozen=True)
class ChangeEnrolment:
    """The pupils of another year, at the homes known today.

    Each school's and grade's rows are scaled to the number that the table of enrolment
    expects there that year, by largest remainder: no row is off by a whole pupil. A row
    that reaches no pupil leaves the table; this is the only change that drops rows.

    Parameters
    ----------
    year
        Of the table of enrolment.
    factor
        Scales the schools and grades of which the table says nothing; None: these stay.
    """

    year: int = _as("whole", 1900, 2200)
    factor: float | None = _as("number", 0, 10, default=None)


Change = (
    CloseSchool
    | OpenSchool
    | MoveGrades
    | MergeCampuses
    | MoveBell
    | MoveStudents
    | SetFleet
    | SetPolicy
    | ChangeEnrolment
)

KINDS: dict[str, type[Change]] = {
    "close_school": CloseSchool,
    "open_school": OpenSchool,
    "move_grades": MoveGrades,
    "merge_campuses": MergeCampuses,
    "move_bell": MoveBell,
    "move_students": MoveStudents,
    "set_fleet": SetFleet,
    "set_policy": SetPolicy,
    "change_enrolment": ChangeEnrolment,
}
"""Word in a file -> change."""


@dataclass(frozen=True)
class Scenario:
    """Changes tried together, applied in the order written.

    Parameters
    ----------
    name
        What people call it.
    changes
        The changes.
    """

    name: str
    changes: tuple[Change, ...] = ()
