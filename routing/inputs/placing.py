"""Where do pupils live whose row has no coordinates? At their village's point, or nowhere sure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from routing.inputs.gazetteer import Gazetteer, find_place, make_gazetteer
from routing.inputs.ground import there
from routing.inputs.inspection import FIRST_ROWS, Suspicion
from routing.inputs.joining import split_reading
from routing.inputs.place_records import Match, Place
from routing.inputs.points import no_home_note
from routing.inputs.reading import Reading
from routing.roads.network import Roads
from routing.roads.places import NamedPlace, read_places
from routing.words import Text

PLACED_BY = {"exact": "village", "village": "village", "town": "town"}
"""Precision of a match -> how the row of students says that it was placed."""

_BY_VILLAGE = Text(
    "{file}: {n} row(s) without coordinates stand at the point of their village or town: "
    "{exact} by the name as the county lists it, {village} by another form of it or by the "
    "map alone, {town} at the centre of a town; {doubtful} are doubtful and have no location.",
    "{file}：{n}行无坐标，已按村或乡镇定位：与村庄名单完全一致{exact}行，名称写法不同或仅据地图{village}行，"
    "乡镇中心{town}行；另有{doubtful}行存疑，未定位。",
)
_LOOKED_UP = Text(
    "{file}: {n} row(s) without coordinates stand where {locations} says.",
    "{file}：{n}行无坐标，按{locations}定位。",
)
_DOUBTFUL = Text(
    "the village {village} is not known for sure: {why}.", "无法确定村“{village}”：{why}。"
)
_NONE = Text("no place has a name like it", "没有相近的地名")
_LIKE = Text("is it {names}?", "是否为{names}？")
_OR = Text(" or ", "，或")
_AT = Text("{name} ({town}; {lon:.5f}, {lat:.5f})", "{name}（{town}，{lon:.5f}，{lat:.5f}）")
_MAP, _LIST = Text("on the map", "地图"), Text("in the list", "村庄名单")
_MEND = Text(
    "Correct the name, name its town, add it to the list of villages, or give coordinates; until "
    "then its pupils have no location.",
    "请更正村名、填写乡镇、在村庄名单中补充该村，或填写坐标；在此之前这些学生没有位置。",
)


@dataclass(frozen=True)
class Placing:
    """What came of placing pupils by their villages.

    Parameters
    ----------
    readings
        The tables, students with the points found and ``placed``.
    notes, suspicions
        How many were placed how, file by file; and each village that is doubtful.
    """

    readings: dict[str, Reading]
    notes: tuple[Text, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()


def place_students(
    readings: Mapping[str, Reading], named: Callable[[], Sequence[NamedPlace]]
) -> Placing:
    """Place the students whose row has no coordinates, as far as that is sure.

    First where the table ``locations`` says, then at the point of their village. A village
    that is not found, or found twice, places nobody; its pupils stay without a location.

    Parameters
    ----------
    readings
        The tables as read; uses students, villages and locations, in WGS-84.
    named
        Gives the names of places on the map; asked only where somebody lacks a place.
    """
    tables = dict(readings)
    students = tables.get("students")
    if students is None or students.points is None or not students.rows:
        return Placing(tables)
    lacking = students.points.blank
    if not lacking.any():
        return Placing(tables)
    looked_up, n_looked_up = _look_up(students, tables.get("locations"), lacking)
    villages, towns = looked_up.columns["village"], looked_up.columns["town"]
    free = np.flatnonzero(~there(looked_up.points))  # type: ignore[arg-type]
    open_rows = [at for at in free.tolist() if villages[at]]
    matches: dict[int, Match] = {}
    if open_rows:
        book = county_gazetteer(tables.get("villages"), named())
        known = {
            key: find_place(book, *key)
            for key in dict.fromkeys((villages[at], towns[at] or "") for at in open_rows)
        }
        matches = {at: known[villages[at], towns[at] or ""] for at in open_rows}
    placed = _put(looked_up, matches)
    notes = [*n_looked_up, *_count_notes(placed, matches)]
    tables["students"] = _renote(students, placed)
    return Placing(tables, tuple(notes), tuple(_doubts(placed, matches)))


def county_gazetteer(villages: Reading | None, named: Sequence[NamedPlace]) -> Gazetteer:
    """Return the gazetteer of a county's list of villages and of the places of its map.

    Parameters
    ----------
    villages
        The table ``villages``; None where there is none.
    named
        The names of places on the map.
    """
    listed: list[Place] = []
    if villages is not None and villages.points is not None:
        points = villages.points
        for at in np.flatnonzero(there(points)):
            village, town = villages.columns["village"][at], villages.columns["town"][at] or ""
            more = (villages.columns["other_names"][at] or "").replace("、", " ")
            for sign in ",，;；/":
                more = more.replace(sign, " ")
            names = dict.fromkeys(filter(None, (village, *more.split())))
            lon, lat = float(points.lon[at]), float(points.lat[at])
            listed += [Place(name, town, lon, lat) for name in names]
    return make_gazetteer(listed, named)


def _look_up(
    students: Reading, locations: Reading | None, lacking: NDArray[np.bool_]
) -> tuple[Reading, list[Text]]:
    """Return the students with the points that the table of locations has for them."""
    if locations is None or locations.points is None or students.points is None:
        return students, []
    known = {key: at for at, key in enumerate(locations.columns["student_id"]) if key is not None}
    keys = students.columns["student_id"]
    found = {int(at): known[keys[at]] for at in np.flatnonzero(lacking) if keys[at] in known}
    lon, lat = students.points.lon.copy(), students.points.lat.copy()
    how = list(students.columns["placed"])
    for at, row in found.items():
        lon[at], lat[at] = locations.points.lon[row], locations.points.lat[row]
        how[at] = locations.columns["precision"][row] or "address"
    notes = [
        _LOOKED_UP.fill(file=part.file, n=n, locations=locations.file)
        for part, n in _by_part(students, list(found)) if n
    ]  # fmt: skip
    points = replace(students.points, lon=lon, lat=lat)
    return replace(students, points=points, columns={**students.columns, "placed": how}), notes


def _put(students: Reading, matches: Mapping[int, Match]) -> Reading:
    if students.points is None or not matches:
        return students
    lon, lat = students.points.lon.copy(), students.points.lat.copy()
    how = list(students.columns["placed"])
    for at, match in matches.items():
        lon[at], lat[at] = match.lon, match.lat
        how[at] = PLACED_BY.get(match.precision)
    points = replace(students.points, lon=lon, lat=lat)
    return replace(students, points=points, columns={**students.columns, "placed": how})


def _count_notes(students: Reading, matches: Mapping[int, Match]) -> list[Text]:
    """Return a note for each file: how many rows were placed how."""
    notes, start = [], 0
    for part in split_reading(students):
        counts = Counter(
            matches[at].precision for at in range(start, start + len(part.rows)) if at in matches
        )
        start += len(part.rows)
        told = {name: counts[name] for name in ("exact", "village", "town", "doubtful")}
        n = sum(told.values()) - told["doubtful"]
        if counts:
            notes.append(_BY_VILLAGE.fill(file=part.file, n=n, **told))
    return notes


def _doubts(students: Reading, matches: Mapping[int, Match]) -> list[Suspicion]:
    """Return one suspicion for each doubtful village of each file, with the best two places."""
    rows: dict[tuple[str, str, str], list[int]] = {}
    which: dict[tuple[str, str, str], Match] = {}
    for at, match in matches.items():
        if match.precision == "doubtful":
            file = students.source(at).file
            key = file, students.columns["village"][at], students.columns["town"][at] or ""
            rows.setdefault(key, []).append(students.rows[at])
            which[key] = match
    return [
        Suspicion(
            file, "doubtful_village", _why(f"{town}{village}", which[file, village, town]), _MEND,
            len(found), tuple(dict.fromkeys(found))[:FIRST_ROWS],
        )
        for (file, village, town), found in rows.items()
    ]  # fmt: skip


def say_candidates(places: Sequence[Place]) -> Text:
    """Return the places that a name may mean, in words; that there are none, where none are."""
    if not places:
        return _NONE
    said = [Text(*(_say_place(place, lang) for lang in ("en", "zh"))) for place in places]
    return Text(
        _LIKE.en.format(names=_OR.en.join(one.en for one in said)).rstrip("?") + "?",
        _LIKE.zh.format(names=_OR.zh.join(one.zh for one in said)),
    )


def _say_place(place: Place, lang: str) -> str:
    source = _MAP if place.source == "map" else _LIST
    text, told = (_AT.zh, source.zh) if lang == "zh" else (_AT.en, source.en)
    return text.format(name=place.name, town=place.town or told, lon=place.lon, lat=place.lat)


def _why(village: str, match: Match) -> Text:
    why = say_candidates(match.candidates)
    return Text(
        _DOUBTFUL.en.format(village=village, why=why.en).replace("?.", "?"),
        _DOUBTFUL.zh.format(village=village, why=why.zh).replace("？。", "？"),
    )


def _by_part(students: Reading, rows: Sequence[int]) -> list[tuple[Reading, int]]:
    found, start = [], 0
    for part in students.parts or (students,):
        end = start + len(part.rows)
        found.append((part, sum(start <= at < end for at in rows)))
        start = end
    return found


def _renote(before: Reading, after: Reading) -> Reading:
    """Return the students with the notes on rows without a location as they are now."""
    notes = list(after.notes)
    for old, new in zip(split_reading(before), split_reading(after), strict=True):
        told, now = (
            no_home_note(part.file, [row for row, has in zip(part.rows, there(part.points), strict=True) if not has])
            for part in (old, new) if part.points is not None
        )  # fmt: skip
        left = new.points is not None and not there(new.points).all()
        notes = [now if note == told else note for note in notes if note != told or left]
    return replace(after, notes=tuple(notes))


def names_of_map(roads: Roads | None, path: Path | None = None) -> list[NamedPlace]:
    """Return the names of places on the map: of the roads as read, and further ones of the file.

    Parameters
    ----------
    roads
        The roads, whose places have one name each; None where there are none.
    path
        Their file, in which a place may have more names (in Chinese, of old).
    """
    if roads is None:
        return []
    columns = (roads.place_name, roads.place_kind, roads.place_lon, roads.place_lat)
    named = [
        NamedPlace(name, kind, float(lon), float(lat))
        for name, kind, lon, lat in zip(*columns, strict=True) if kind != "school"
    ]  # fmt: skip
    return named if path is None else [*named, *read_places(path)]
