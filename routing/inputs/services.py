"""What must hold in the public buses' timetable, and between catchments and students."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from routing.errors import Fault
from routing.inputs.reading import Reading
from routing.words import Text

_LEAVES_FIRST = Text(
    "the bus leaves ({depart}) before it arrives.", "发车时间（{depart}）早于到站时间。"
)
_BACKWARDS = Text(
    "the bus is there before it leaves the stop before it on the trip ({depart}, row {row}).",
    "早于本班次上一站的发车时间（{depart}，第{row}行）。",
)
_CORRECT = Text(
    "Correct the time, the order of the stops, or the trip.", "请更正时间、站序或班次。"
)
_ONE_STOP = Text("the trip has no other stop.", "该班次只有一站。")
_ADD_STOP = Text("Add its other stops, or remove the row.", "请补充其他站，或删除该行。")
_NO_SUCH_VILLAGE = Text(
    "{file}: {n} village(s) of no student: {names}.", "{file}：{n}个村没有学生：{names}。"
)


def check_transit(transit: Reading) -> Reading:
    """Return the timetable with each arrival filled in, and trips that run backwards.

    Parameters
    ----------
    transit
        As read; the rows of a trip may stand in any order.
    """
    arrive_s = [
        depart_s if at_s is None else at_s
        for at_s, depart_s in zip(
            transit.columns["arrive_s"], transit.columns["depart_s"], strict=True
        )
    ]
    transit = replace(transit, columns={**transit.columns, "arrive_s": arrive_s})
    faults = list(transit.faults)
    for rows in _trips(transit).values():
        faults += _trip_faults(transit, rows)
    return replace(transit, faults=tuple(faults))


def sort_transit(frame: Any) -> Any:
    """Return a timetable with the stops of each trip in their order, trips as in the file."""
    if frame.empty:
        return frame
    trip = frame.groupby(["line_id", "trip_id"], sort=False).ngroup()
    order = frame.assign(trip=trip).sort_values(["trip", "order"], kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def note_villages(catchments: Reading, students: Reading) -> tuple[Text, ...]:
    """Return a note on villages of catchments that no student lives in."""
    lived = set(students.columns["village"])
    named = dict.fromkeys(catchments.columns["village"])
    strange = [name for name in named if name is not None and name not in lived]
    if not strange:
        return ()
    names = ", ".join(strange[:5]) + ("…" if len(strange) > 5 else "")
    return (_NO_SUCH_VILLAGE.fill(file=catchments.file, n=len(strange), names=names),)


def _trips(transit: Reading) -> Mapping[tuple[str, str], list[int]]:
    """Return the rows of each trip in the order of its stops; rows in part empty are left out."""
    names = ("line_id", "trip_id", "order", "arrive_s", "depart_s")
    records = zip(*(transit.columns[name] for name in names), strict=True)
    trips: dict[tuple[str, str], list[int]] = {}
    for at, record in enumerate(records):
        if None not in record:
            trips.setdefault(record[:2], []).append(at)
    order = transit.columns["order"]
    return {trip: sorted(rows, key=lambda at: order[at]) for trip, rows in trips.items()}


def _trip_faults(transit: Reading, rows: list[int]) -> list[Fault]:
    if len(rows) == 1:
        return [transit.fault(rows[0], "trip_id", _ONE_STOP, _ADD_STOP)]
    faults = []
    arrive_s, depart_s = transit.columns["arrive_s"], transit.columns["depart_s"]
    for at in rows:
        if depart_s[at] < arrive_s[at]:
            problem = _LEAVES_FIRST.fill(depart=_clock(depart_s[at]))
            faults.append(_clock_fault(transit, at, problem))
    for before, at in pairwise(rows):
        if arrive_s[at] < depart_s[before]:
            problem = _BACKWARDS.fill(depart=_clock(depart_s[before]), row=transit.rows[before])
            faults.append(_clock_fault(transit, at, problem))
    return faults


def _clock_fault(transit: Reading, at: int, problem: Text) -> Fault:
    column = "arrive_s" if "arrive_s" in transit.headers else "depart_s"
    fault = transit.fault(at, column, problem, _CORRECT)
    return replace(fault, value=_clock(transit.columns["arrive_s"][at]))


def _clock(clock_s: int) -> str:
    return f"{clock_s // 3600:02d}:{clock_s // 60 % 60:02d}"
