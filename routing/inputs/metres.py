"""Points in metres of a projected system: turned to degrees, or asked which system it is."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from routing.errors import Fault
from routing.inputs.fitting import RoadField
from routing.inputs.ground import Box, inside
from routing.inputs.headers import fill_both
from routing.inputs.projected import in_metres, likely_projections, unproject
from routing.inputs.questions import Batch
from routing.inputs.systems import WGS84, System
from routing.words import Text

LANDED_SHARE = 0.5
"""A system that brings less of the points to the roads is not theirs (assumed)."""

_TURNED = Text(
    "{file}: {n} point(s) turned from {system} to WGS-84.",
    "{file}：{n}个点已由{system}转换为WGS-84。",
)
_CHANGED = Text(
    "{file}: x and y changed places: x is the northing, as surveyors write it.",
    "{file}：x与y已对调：x为纵坐标（北），y为横坐标（东）。",
)
_METRES = Text("holds metres of a projected system, not degrees.", "为投影坐标（米），不是经纬度。")
_ASTRAY = Text(
    "as {system} only {n} of {total} points lie where the roads are.",
    "按{system}，{total}个点中只有{n}个落在路网范围内。",
)
_DEGREES = Text(
    "is said to be {system}, which is in metres, but holds degrees.",
    "声明为{system}（单位为米），但内容是经纬度。",
)
_WHICH = Text(
    "Say which system it is: in county.toml under [coordinates] write {line}. {offered}",
    "请说明坐标系：在county.toml的[coordinates]下填写{line}。{offered}",
)
_OFFERED = Text(
    "Among the roads the points land as {names}.", "可使各点落在路网范围内的有：{names}。"
)
_NONE_LANDS = Text(
    "None of the usual ones (Gauss-Krueger zones of CGCS2000, UTM, Web Mercator) brings the points "
    "to these roads.",
    "常用投影（CGCS2000高斯-克吕格各带、UTM、Web墨卡托）均不能使各点落在该路网范围内。",
)

Outcome = tuple[Batch, list[Fault], list[Text]]


def to_degrees(batch: Batch, box: Box | None, roads: Callable[[], RoadField | None]) -> Outcome:
    """Return a batch in degrees, with what is wrong and what was done.

    Parameters
    ----------
    batch
        Numbers as written.
    box
        Of the roads; None: what is said is believed.
    roads
        Gives their field, to offer the likeliest system first.

    Returns
    -------
    batch, faults, notes
        Degrees of WGS-84, GCJ-02 or BD-09 (``batch.given``); rows in metres of a system
        that nobody says have no point, and a fault asks for the system.
    """
    said, n = batch.said, int(np.isfinite(batch.lon).sum())
    projected = said is not None and said.kind == "projected"
    if not in_metres(batch.lon, batch.lat):
        if said is not None and projected and n and not _of_map_file(batch):
            problem, remedy = _DEGREES.fill(system=said.name), _which(batch.line("WGS-84"))
            return batch, [batch.fault(problem, remedy)], []
        turned = said is not None and not projected and said != WGS84 and n
        return batch, [], [_turned(batch, n, said)] if turned and said is not None else []
    if said is not None and projected:
        return _unprojected(batch, said, n, box, roads)
    if box is None:
        return batch, [], []
    return _nowhere(batch), [batch.fault(_METRES, _offer(batch, box, roads))], []


def _unprojected(
    batch: Batch, said: System, n: int, box: Box | None, roads: Callable[[], RoadField | None]
) -> Outcome:
    lon, lat, changed = unproject(batch.lon, batch.lat, said, box)
    lost = ~(np.isfinite(lon) & np.isfinite(lat))
    lon[lost] = lat[lost] = np.nan
    landed = int(inside(lon, lat, box).sum()) if box is not None else n
    if box is not None and landed < LANDED_SHARE * n:
        problem = _ASTRAY.fill(system=said.name, n=landed, total=n)
        return _nowhere(batch), [batch.fault(problem, _offer(batch, box, roads))], []
    notes = [_turned(batch, n, said), *([_CHANGED.fill(file=batch.file)] if changed else [])]
    return replace(batch, lon=lon, lat=lat), [], notes


def _of_map_file(batch: Batch) -> bool:
    """Return whether the points are geometries, which their file has turned to degrees."""
    points = batch.part.points
    return (
        points is not None and points.header == "geometry" and "geometry" not in batch.part.headers
    )


def _nowhere(batch: Batch) -> Batch:
    nothing = np.full(len(batch.lon), np.nan)
    return replace(batch, lon=nothing, lat=nothing.copy())


def _turned(batch: Batch, n: int, system: System) -> Text:
    return _TURNED.fill(file=batch.file, n=n, system=system.name)


def _offer(batch: Batch, box: Box, roads: Callable[[], RoadField | None]) -> Text:
    likely = likely_projections(batch.lon, batch.lat, box, roads())
    if not likely:
        return _which(batch.line("EPSG:..."), _NONE_LANDS)
    names = ", ".join(system.name for system in likely)
    return _which(batch.line(likely[0].name), _OFFERED.fill(names=names))


def _which(line: str, offered: Text | None = None) -> Text:
    text = fill_both(_WHICH, line=Text(line, line), offered=offered or Text("", ""))
    return Text(text.en.strip(), text.zh.strip() + ("。" if offered else ""))
