"""What may close, where pupils could go, and what each of it costs: whole numbers."""

from dataclasses import dataclass
from typing import Literal, NamedTuple


class Option(NamedTuple):
    """Where pupils of a group may go once their school is closed.

    Parameters
    ----------
    group, school
        Positions.
    yuan, time_s
        Of one pupil: yuan per year, seconds per school day.
    """

    group: int
    school: int
    yuan: int
    time_s: int


class Limit(NamedTuple):
    """No more than so much of something: places, meals, beds.

    Parameters
    ----------
    options, uses
        Positions of options, and how much one pupil on each uses.
    most
        In all.
    """

    options: tuple[int, ...]
    uses: tuple[int, ...]
    most: int


class Floor(NamedTuple):
    """A school that is paid for at least so many pupils while it is open.

    Parameters
    ----------
    school
        Position.
    n_fixed
        Pupils who stay there whatever is decided.
    floor
        Pupils it is paid for at least.
    yuan
        Per year for each pupil missing.
    """

    school: int
    n_fixed: int
    floor: int
    yuan: int


class Need(NamedTuple):
    """Buses must hold so much: the sum over buses is at least the sum over pupils.

    Parameters
    ----------
    per_bus
        What one bus of each type holds.
    fixed
        What those need who stay whatever is decided.
    stay
        What one pupil of each group needs while the group's school is open.
    moved
        What one pupil needs on each option.
    """

    per_bus: tuple[int, ...]
    fixed: int
    stay: tuple[int, ...]
    moved: tuple[int, ...]


@dataclass(frozen=True)
class ClosureProblem:
    """Schools, of which some may close, and the pupils of those.

    Parameters
    ----------
    n_schools
        Schools are 0, 1, ... below it.
    candidates
        Schools that may close.
    group_school, group_n
        Per group: its school, one of the candidates, and its pupils.
    stay_yuan, stay_time_s
        Per group: of one pupil while its school is open.
    options
        Where pupils may go; a group may be split.
    close_yuan, close_time_s
        Per candidate: what closing it adds to the cost per year, mostly below 0, and to
        the time; the second empty where it adds nothing.
    fixed_yuan, fixed_time_s
        Of all that no decision changes.
    limits, floors, needs
        See there.
    bus_yuan, bus_most
        Per type of bus: one bus for a year; how many there are, None for no limit.
    keep
        Sets of schools of which at least one stays open.
    """

    n_schools: int
    candidates: tuple[int, ...]
    group_school: tuple[int, ...]
    group_n: tuple[int, ...]
    stay_yuan: tuple[int, ...]
    stay_time_s: tuple[int, ...]
    options: tuple[Option, ...]
    close_yuan: tuple[int, ...]
    fixed_yuan: int = 0
    fixed_time_s: int = 0
    limits: tuple[Limit, ...] = ()
    floors: tuple[Floor, ...] = ()
    needs: tuple[Need, ...] = ()
    bus_yuan: tuple[int, ...] = ()
    bus_most: tuple[int | None, ...] = ()
    keep: tuple[tuple[int, ...], ...] = ()
    close_time_s: tuple[int, ...] = ()


class Worth(NamedTuple):
    """What a choice costs: yuan per year, seconds per school day, pupils who change school."""

    yuan: int
    time_s: int
    n_changed: int


@dataclass(frozen=True)
class ClosureAsk:
    """What is asked of a problem.

    Parameters
    ----------
    weights
        Of yuan, seconds and pupils in the sum that is made least; whole, none below 0.
    n_closed
        Fewest and most schools closed; None: any number.
    most
        No more than this of each; None for no limit.
    seen
        Sets of closed schools that are no answer.
    beaten
        The answer must be below each of these in at least one figure.
    only
        The set of closed schools that is asked about; None: any.
    """

    weights: tuple[int, int, int] = (1, 0, 0)
    n_closed: tuple[int, int] | None = None
    most: tuple[int | None, int | None, int | None] = (None, None, None)
    seen: tuple[frozenset[int], ...] = ()
    beaten: tuple[Worth, ...] = ()
    only: frozenset[int] | None = None


Status = Literal["best", "found", "none", "unknown"]


@dataclass(frozen=True)
class ClosureSolution:
    """The best answer found, and what is proven.

    Parameters
    ----------
    status
        best: proven; found: the time was up before it was; none: proven that there is no
        answer; unknown: the time was up before one was found.
    closed
        Schools, rising.
    moved
        Pupils on each option.
    buses
        Of each type.
    worth
        What it costs; None without an answer.
    value
        The weighted sum of that.
    bound
        No answer has a smaller sum; None where nothing was proven.
    """

    status: Status
    closed: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    buses: tuple[int, ...] = ()
    worth: Worth | None = None
    value: int = 0
    bound: int | None = None
