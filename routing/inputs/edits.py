"""Read the planner's road edits, find every fault in them, and apply them to the roads."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from routing.errors import Fault
from routing.inputs.ground import Box, format_box, inside
from routing.inputs.reading import Reading, read_table, shown
from routing.inputs.sheet import Sheet
from routing.roads.edits import Edited, Miss, RoadEdit, apply_edits
from routing.roads.network import Roads
from routing.tables import ADDED_HIGHWAYS, ROAD_EDITS
from routing.words import Text

USED = {
    "add_road": (
        "highway", "oneway", "name", "kmh", "width_m", "bus", "walk", "bridge", "dead_end",
    ),
    "close_road": ("walk",), "oneway": (), "two_way": (), "speed": ("kmh",),
    "limit": ("height_m", "width_m", "weight_t"), "stop": ("allowed",),
    "turning_place": ("diameter_m",),
}  # fmt: skip
"""Which properties each kind of edit uses, besides ``edit_id``, ``kind`` and ``note``."""

_LINE_ONLY = ("add_road", "oneway")
_POINT_ONLY = ("turning_place",)
_CHECKED = replace(
    ROAD_EDITS, columns=tuple(one for one in ROAD_EDITS.columns if one.kind != "line")
)

_NO_SHAPES = Text("holds no lines or points.", "没有线或点。")
_SAVE_LINES = Text(
    "Draw the edits on a map (QGIS) and save them as .geojson or .gpkg.",
    "请在地图软件（如QGIS）中绘制，并保存为.geojson或.gpkg。",
)
_NO_LINE = Text("is no single line.", "不是单条线。")
_NO_LINE_OR_POINT = Text(
    "is neither a single line nor a single point.", "既不是单条线也不是单个点。"
)
_DRAW_LINE = Text(
    "Draw one line of two points or more per edit.", "请每项修改画一条线（至少两个点）。"
)
_NO_POINT = Text("is no single point.", "不是单个点。")
_DRAW_POINT = Text("Draw one point per turning place.", "请每处掉头点画一个点。")
_NO_LENGTH = Text("has no length.", "长度为零。")
_SWAPPED = Text("longitude and latitude are swapped.", "经度和纬度颠倒。")
_SWAP = Text("Write longitude before latitude.", "请先写经度，后写纬度。")
_OUTSIDE = Text(
    "lies outside the roads, whose box is {box}.", "位于路网范围之外，路网范围为{box}。"
)
_REDRAW = Text(
    "Draw it again, in degrees of WGS-84 (EPSG:4326), or take roads of a larger area.",
    "请以WGS-84经纬度（EPSG:4326）重新绘制，或使用范围更大的路网。",
)
_NO_HIGHWAY = Text("is no class of road that can be added.", "不是可新增的道路等级。")
_CHOOSE = Text("Write one of: {choices}.", "请填写以下之一：{choices}。")
_NO_SPEED = Text("is empty, and the edit sets a speed.", "为空，而该修改为限速。")
_GIVE_SPEED = Text("Write the speed, 5 to 80 km/h.", "请填写限速，5至80公里/时。")
_NO_LIMIT = Text(
    "is empty, and so are width and weight: the edit limits nothing.",
    "为空，限宽和限重也为空，该修改未设限制。",
)
_GIVE_LIMIT = Text(
    "Write height_m, width_m or weight_t, in metres and tonnes.",
    "请填写限高、限宽（米）或限重（吨）。",
)
_NO_ALLOWED = Text(
    "is empty, and the edit says whether a bus may stop.", "为空，而该修改用于规定可否设站。"
)
_GIVE_ALLOWED = Text("Write yes or no.", "请填写“是”或“否”。")
_NOBODY = Text(
    "neither a bus nor a walker may use the added road.", "新增道路既不通校车也不可步行。"
)
_OPEN = Text("Set bus or walk to yes.", "请将“通行校车”或“可步行”改为“是”。")
_MUSTS = {
    "speed": (("kmh",), _NO_SPEED, _GIVE_SPEED),
    "limit": (USED["limit"], _NO_LIMIT, _GIVE_LIMIT),
    "stop": (("allowed",), _NO_ALLOWED, _GIVE_ALLOWED),
}
"""Of which properties a kind needs one, and what to say where there is none."""
_NOT_USED = Text(
    "{file}, edit '{edit}': not used by {kind}: {names}.",
    "{file}，修改“{edit}”：{kind}不使用：{names}。",
)
_APPLIED = Text("{file}: {n} edit(s) of the roads applied.", "{file}：已应用{n}项道路修改。")
_DOUBLE = Text(
    "{file}, edit '{edit}': the extract has a road there already; remove the edit if it is the same.",
    "{file}，修改“{edit}”：路网中该处已有道路；如为同一道路，请删除该修改。",
)
_JOIN = Text(
    "Draw that end to the road it should join (for a footpath set bus to no; for a dead end, "
    "dead_end to yes).",
    "请将该端画到应接的道路上（仅供步行请将“通行校车”填“否”；断头路请将“断头路”填“是”）。",
)
_MISSES = {
    "free_start": (Text("its first point joins no road within 15 m.", "起点15米内没有可接的道路。"), _JOIN),
    "free_end": (Text("its last point joins no road within 15 m.", "终点15米内没有可接的道路。"), _JOIN),
    "same_place": (
        Text("both its ends join the roads at one place.", "两端接在路网的同一处。"),
        Text("Draw its ends at the two roads, or remove it.", "请将两端分别画到两条路上，或删除。"),
    ),
    "no_road": (
        Text("it runs along no road of the extract, within 15 m.", "15米内没有与之相符的道路。"),
        Text(
            "Draw it along the road, or remove it if the extract no longer has the road.",
            "请沿道路重新绘制；如路网中已无该道路，请删除该修改。",
        ),
    ),
    "several_roads": (
        Text("several roads are equally near to the point.", "该点与多条道路距离相同。"),
        Text("Move the point along its road, or draw a line.", "请将点移到道路中段，或改画线。"),
    ),
}  # fmt: skip
"""What each code of ``routing.roads.edits.Miss`` says."""


def edit_roads(
    sheet: Sheet | None, roads: Roads | None
) -> tuple[Roads | None, list[Fault], list[Text]]:
    """Return roads with the planner's edits, every fault of the edits, and notes.

    Parameters
    ----------
    sheet
        The file of edits; None where there is none.
    roads
        As read; None where they could not be, and then the file alone is checked.

    Returns
    -------
    roads
        The same where there is nothing to apply, or any fault.
    faults
        With the number of the feature, from 1.
    notes
        What was applied, which properties were not used, and which added roads the
        extract has by now.
    """
    if sheet is None or (not sheet.rows and not sheet.faults):
        return roads, [], []
    if sheet.points is None:
        faults = list(sheet.faults) or [Fault(sheet.file, _NO_SHAPES, _SAVE_LINES)]
        return roads, faults, []
    numbered = replace(sheet, rows=tuple(range(1, len(sheet.rows) + 1)))
    reading = _by_feature(read_table(numbered, _CHECKED))
    box = roads.source.box if roads is not None else None
    faults = sorted((*reading.faults, *_find_faults(reading, sheet.points, box)), key=_feature)
    notes = [*reading.notes, *_unused_notes(reading)]
    if faults or roads is None:
        return roads, faults, notes
    edited = apply_edits(roads, _edits(reading, sheet.points))
    if edited.misses:
        return roads, [_miss_fault(reading, miss) for miss in edited.misses], notes
    return edited.roads, [], [*notes, *_applied_notes(reading, edited)]


def _feature(fault: Fault) -> int:
    return fault.feature or 0


def _by_feature(reading: Reading) -> Reading:
    """Return what was read with faults of features, where tables have rows."""
    faults = tuple(replace(fault, row=None, feature=fault.row) for fault in reading.faults)
    return replace(reading, faults=faults)


def _fault(
    reading: Reading, at: int, column: str, problem: Text, remedy: Text, value: str | None = None
) -> Fault:
    """Return the fault of a property of one edit; by default with its value."""
    header = reading.headers.get(column, column)
    if value is None and column in reading.columns:
        cell = reading.columns[column][at]
        value = None if cell is None else shown(cell)
    return Fault(
        reading.file, problem, remedy, column=header, value=value, feature=reading.rows[at]
    )


def _find_faults(reading: Reading, shapes: Sequence[Any], box: Box | None) -> list[Fault]:
    """Return the faults of edits that are more than one cell's."""
    faults: list[Fault] = []
    for at, (kind, shape) in enumerate(zip(reading.columns["kind"], shapes, strict=True)):
        faults += _shape_faults(reading, at, kind, _single(shape), box)
        values = {name: column[at] for name, column in reading.columns.items()}
        faults += _empty_faults(reading, at, kind)
        if kind != "add_road":
            continue
        if values["highway"] not in {None, *ADDED_HIGHWAYS}:
            choices = ", ".join(ADDED_HIGHWAYS)
            remedy = _CHOOSE.fill(choices=choices)
            faults.append(_fault(reading, at, "highway", _NO_HIGHWAY, remedy))
        if values["bus"] is False and values["walk"] is False:
            faults.append(_fault(reading, at, "bus", _NOBODY, _OPEN))
    return faults


def _empty_faults(reading: Reading, at: int, kind: str | None) -> list[Fault]:
    """Return the fault of an edit that does not say what it is there to say."""
    if kind not in _MUSTS:
        return []
    names, problem, remedy = _MUSTS[kind]
    if any(reading.columns[name][at] is not None for name in names):
        return []
    if any(_has_fault(reading, at, name) for name in names):
        return []
    return [_fault(reading, at, names[0], problem, remedy)]


def _has_fault(reading: Reading, at: int, column: str) -> bool:
    header, feature = reading.headers.get(column, column), reading.rows[at]
    return any((fault.column, fault.feature) == (header, feature) for fault in reading.faults)


def _shape_faults(
    reading: Reading, at: int, kind: str | None, shape: Any, box: Box | None
) -> list[Fault]:
    found = _wrong_shape(kind, shape) or _wrong_place(shape, box)
    return [_fault(reading, at, "geometry", *found)] if found else []


def _wrong_shape(kind: str | None, shape: Any) -> tuple[Text, Text, str] | None:
    """Return what is wrong with a shape as such, what to do, and what it is."""
    name = "empty" if shape is None or shape.is_empty else str(shape.geom_type)
    if name != "Point" and kind in _POINT_ONLY:
        return _NO_POINT, _DRAW_POINT, name
    if name == "Point" and kind not in _LINE_ONLY:
        points = np.array([[shape.x, shape.y]])
    elif name == "LineString":
        points = shapely.get_coordinates(shape)
    else:
        problem = _NO_LINE if kind in _LINE_ONLY else _NO_LINE_OR_POINT
        return problem, _DRAW_LINE, name
    if not np.isfinite(points).all():
        return _NO_LINE_OR_POINT, _DRAW_LINE, name
    if name == "LineString" and not shape.length > 0:
        return _NO_LENGTH, _DRAW_LINE, name
    return None


def _wrong_place(shape: Any, box: Box | None) -> tuple[Text, Text, str] | None:
    """Return why a shape lies elsewhere than the roads, what to do, and its first such point."""
    points = shapely.get_coordinates(shape)
    lon, lat = points[:, 0], points[:, 1]
    area = (-180.0, -90.0, 180.0, 90.0) if box is None else box
    out = ~inside(lon, lat, area)
    if not out.any():
        return None
    first = points[out][0]
    value = f"{first[0]:.10g}, {first[1]:.10g}"
    if inside(lat, lon, area).all():
        return _SWAPPED, _SWAP, value
    return _OUTSIDE.fill(box=format_box(area)), _REDRAW, value


def _single(shape: Any) -> Any:
    """Return a collection of one as that one, as some programs save every line."""
    if shape is not None and shape.geom_type.startswith("Multi") and len(shape.geoms) == 1:
        return shape.geoms[0]
    return shape


def _edits(reading: Reading, shapes: Sequence[Any]) -> list[RoadEdit]:
    """Return edits of which nothing is wrong; empty properties take the schema's defaults."""
    edits = []
    for at, shape in enumerate(shapes):
        kind = reading.columns["kind"][at]
        values = {name: reading.columns[name][at] for name in USED[kind]}
        given = {name: value for name, value in values.items() if value is not None}
        points = shapely.get_coordinates(_single(shape)).astype(np.float64)
        edits.append(RoadEdit(kind, points, **given))
    return edits


def _unused_notes(reading: Reading) -> list[Text]:
    """Return a note for each edit with properties that its kind does not use."""
    known = {name for names in USED.values() for name in names}
    notes = []
    for at, kind in enumerate(reading.columns["kind"]):
        if kind is None:
            continue
        idle = [
            reading.headers.get(name, name)
            for name in reading.columns
            if name in known - {*USED[kind]} and _says(reading, name, at)
        ]
        if idle:
            edit, names = reading.columns["edit_id"][at], ", ".join(idle)
            notes.append(_NOT_USED.fill(file=reading.file, edit=edit, kind=kind, names=names))
    return notes


def _says(reading: Reading, name: str, at: int) -> bool:
    """Return whether a property says other than what an empty one means."""
    return reading.columns[name][at] not in {None, ROAD_EDITS[name].default}


def _miss_fault(reading: Reading, miss: Miss) -> Fault:
    return _fault(reading, miss.edit, "edit_id", *_MISSES[miss.why])


def _applied_notes(reading: Reading, edited: Edited) -> list[Text]:
    ids = reading.columns["edit_id"]
    doubles = [_DOUBLE.fill(file=reading.file, edit=ids[at]) for at in edited.doubles]
    return [_APPLIED.fill(file=reading.file, n=len(reading.rows)), *doubles]
