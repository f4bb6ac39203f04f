"""What to ask, and what to tell, about points that fit another coordinate system than is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.errors import Fault
from routing.inputs.fitting import (
    HYPOTHESES,
    Measured,
    SystemFit,
    say_medians,
    say_offset,
    say_sure,
)
from routing.inputs.headers import fill_both
from routing.inputs.reading import Reading
from routing.inputs.systems import WGS84, System
from routing.words import Text

Floats = NDArray[np.float64]

_SHIFTED = Text(
    "the points fit the roads as {likely} and not as {given}: median distance of {n} points to the "
    "nearest road {medians}; as written they lie {offset} of the roads (sure to {sure}).",
    "坐标按{likely}与道路吻合，按{given}则不吻合：{n}个点到最近道路的中位距离为{medians}；按原坐标整体偏在道路"
    "{offset}（把握{sure}）。",
)
_ASK = Text(
    "Say which they are: in county.toml under [coordinates] write {yes} to have them turned, or "
    "{no} if they are right as they stand.",
    "请确认坐标系：在county.toml的[coordinates]下填写{yes}则自动转换，如原坐标无误则填写{no}。",
)
_MIXED = Text(
    "the points are of several coordinate systems: {groups}; the others fit {rest} or cannot be "
    "told apart.",
    "坐标混用了多种坐标系：{groups}；其余与{rest}吻合或无法区分。",
)
_GROUP = Text(
    "pupils of {schools} fit {likely} (median distance of {n} points to the nearest road {medians})",
    "{schools}的学生与{likely}吻合（{n}个点到最近道路的中位距离为{medians}）",
)
_ASK_MIXED = Text(
    "Say which they are: in county.toml under [coordinates] write {yes}, or {no} if they are right "
    "as they stand; or give the table a column headed 坐标系 with the system of each row.",
    "请确认坐标系：在county.toml的[coordinates]下填写{yes}，如原坐标无误则填写{no}；也可在表中增加“坐标系”列"
    "逐行填写。",
)
_MAYBE = Text(
    "{file}: the points may be {likely} and not {given}: median distance of {n} points to the "
    "nearest road {medians} (sure to {sure}). That is too little to ask; they were taken as {given}. "
    "If they are {likely}, write {yes} in county.toml under [coordinates].",
    "{file}：坐标可能是{likely}而不是{given}：{n}个点到最近道路的中位距离为{medians}（把握{sure}）。证据不足，"
    "仍按{given}读取；如确为{likely}，请在county.toml的[coordinates]下填写{yes}。",
)
_DOUBT = Text(
    "{file}: is said to be {given}, but {what}. It was read as {given}; check [coordinates] in "
    "county.toml, the header or the column 坐标系.",
    "{file}：声明为{given}，但{what}。已按{given}读取；请核对county.toml的[coordinates]、表头或“坐标系”列。",
)


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows of one file for which the same system is said.

    Parameters
    ----------
    reading, part
        The table, and the file of it.
    rows
        Positions in the table.
    said
        Their system; None where nothing is said.
    lon, lat
        The numbers as written, turned to degrees where they were metres.
    """

    reading: Reading
    part: Reading
    rows: NDArray[np.int64]
    said: System | None
    lon: Floats
    lat: Floats

    @property
    def file(self) -> str:
        """How faults name the file."""
        return self.part.file

    @property
    def given(self) -> System:
        """The system as which the degrees are read."""
        return self.said if self.said is not None and self.said in HYPOTHESES else WGS84

    def line(self, system: str, schools: Mapping[str, str] | None = None) -> str:
        """Return the line of county.toml that says a system for these rows, and for schools."""
        name, key = self.reading.table.name, self.file if self.reading.parts else "default"
        if not self.reading.parts and not schools:
            return f'{name} = "{system}"'
        pairs = {key: system, **(schools or {})}
        said = (f"{_key(one)} = {_quoted(value)}" for one, value in pairs.items())
        return f"{name} = {{ {', '.join(said)} }}"

    def fault(self, problem: Text, remedy: Text) -> Fault:
        """Return a fault of the whole file; the value is its first point as written."""
        points = self.part.points or self.reading.points
        there = np.flatnonzero(np.isfinite(self.lon))
        value = None
        if self.reading.points is not None and len(there):
            value = self.reading.points.value(int(self.rows[there[0]]))
        header = points.header if points is not None else None
        return Fault(self.file, problem, remedy, column=header, value=value)


def shifted(batch: Batch, fit: SystemFit) -> tuple[Text, Text]:
    """Return problem and remedy of a file that fits another system.

    Parameters
    ----------
    batch
        Its rows.
    fit
        What was measured.
    """
    problem = fill_both(
        _SHIFTED, likely=_both(fit.likely), given=_both(batch.given.name),
        n=_both(fit.n_points), medians=_both(say_medians(fit.medians_m)),
        offset=say_offset(fit), sure=say_sure(fit.sure),
    )  # fmt: skip
    return problem, _ASK.fill(yes=batch.line(fit.likely), no=batch.line(batch.given.name))


def mixed(batch: Batch, rest: str, other: Mapping[str, Measured]) -> tuple[Text, Text]:
    """Return problem and remedy of a file of several systems.

    Parameters
    ----------
    batch
        Its rows.
    rest
        The system of all but ``other``.
    other
        school_id -> what its pupils' points say.
    """
    by_system: dict[str, list[str]] = {}
    for school, one in other.items():
        by_system.setdefault(HYPOTHESES[one.likely].name, []).append(school)
    said = [
        _say_group(likely, schools, [other[school] for school in schools])
        for likely, schools in by_system.items()
    ]
    groups = Text("; ".join(one.en for one in said), "；".join(one.zh for one in said))
    schools = {school: likely for likely, schools in by_system.items() for school in schools}
    yes, no = batch.line(rest, schools), batch.line(batch.given.name)
    problem = fill_both(_MIXED, groups=groups, rest=_both(rest))
    return problem, _ASK_MIXED.fill(yes=yes, no=no)


def maybe(batch: Batch, fit: SystemFit) -> Text:
    """Return the note on a file that may be of another system."""
    return fill_both(
        _MAYBE, file=_both(fit.file), likely=_both(fit.likely), given=_both(batch.given.name),
        n=_both(fit.n_points), medians=_both(say_medians(fit.medians_m)),
        sure=say_sure(fit.sure), yes=_both(batch.line(fit.likely)),
    )  # fmt: skip


def doubt(batch: Batch, problem: Text) -> Text:
    """Return the note on a file for which a system is said that the points do not fit."""
    said = batch.said.name if batch.said is not None else batch.given.name
    what = Text(problem.en.rstrip("."), problem.zh.rstrip("。"))
    return fill_both(_DOUBT, file=_both(batch.file), given=_both(said), what=what)


def _say_group(likely: str, schools: Sequence[str], found: Sequence[Measured]) -> Text:
    n = sum(one.n for one in found)
    far = np.average([one.medians_m for one in found], axis=0, weights=[one.n for one in found])
    names = [system.name for system in HYPOTHESES]
    medians = say_medians(dict(zip(names, far.tolist(), strict=True)))
    return Text(
        _GROUP.en.format(schools=", ".join(schools), likely=likely, n=n, medians=medians),
        _GROUP.zh.format(schools="、".join(schools), likely=likely, n=n, medians=medians),
    )


def _both(value: object) -> Text:
    return Text(str(value), str(value))


def _key(text: str) -> str:
    return text if text == "default" else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
