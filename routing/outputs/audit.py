"""The page about the roads themselves: a map of what looks wrong, and its tables.

One HTML file that opens anywhere with the network off, made like the plan's map: what
comes from files is data for our own JavaScript, which writes it as text.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routing.audit import Audit
from routing.outputs.atomic import write_text
from routing.outputs.audit_tables import (
    PARTS,
    Speaker,
    cells_of,
    count_of,
    heads_of,
    in_order,
    text_of,
)
from routing.outputs.basemap import SIMPLIFY_DEG, STEP_DEG, Grid, draw_roads, name_places
from routing.outputs.cleaning import printable
from routing.outputs.exports import log_export
from routing.outputs.maps import ATTRIBUTION
from routing.outputs.masking import Mask, Privacy
from routing.outputs.offline import LEAFLET_CSS, LEAFLET_JS, offline_page, own_file
from routing.outputs.palette import ROAD_STYLES
from routing.records import District, lonlat
from routing.roads.network import ROAD_CLASSES, Roads
from routing.words import Lang

MAX_ROWS = 100
MAX_HAZARDS = 20
"""Rows of a part that the page shows and draws; the audit itself has all."""

MAX_LINES = 5_000
"""Lines of a part drawn thin besides its rows, so that the page stays light."""

_COLOURS = {
    "islands": "#7b3294", "far_places": "#0072B2", "detours": "#D55E00", "gaps": "#B0003A",
    "oneways": "#009E73", "dead_ends": "#E69F00", "obstacles": "#222222", "hazards": "#56B4E9",
}  # fmt: skip
"""Told apart by the colour-blind, and by shape: line, ring, dashes, thick line, line, line
with a ring at its end, thick dots, short dashes."""

_SCRIPTS = ("map_core.js", "map_base.js", "audit_map.js")


def write_audit(
    audit: Audit,
    district: District,
    path: Path | str,
    *,
    lang: Lang = "en",
    privacy: Privacy = "public",
    attribution: str = ATTRIBUTION,
) -> Path:
    """Write an audit as one HTML file, whole or not at all; return its path.

    Parameters
    ----------
    audit
        What ``audit_roads`` found.
    district
        The district it was found in; no home of it is drawn.
    path
        The file to make or replace; folders above it are made.
    lang
        "en" or "zh".
    privacy
        "public" shows no count of homes under the policy's ``min_cell``.
    attribution
        Who is to be named for the roads; "" where they are made up.

    Raises
    ------
    RoutingError
        When ``privacy`` is neither word, or the file cannot be written.
    """
    speaker = Speaker(lang, Mask(audit.policy.min_cell, privacy))
    page = offline_page(
        _set_up(),
        title=speaker.word("title"),
        lang=lang,
        data=_gather(audit, district, speaker) | {"attribution": attribution},
        styles=[own_file("map_page.css"), own_file("audit_page.css")],
        scripts=[own_file(script) for script in _SCRIPTS],
    )
    return log_export(write_text(path, page), privacy, lang)


def _set_up() -> Any:
    """Return an empty folium map; the page's scripts fill it."""
    import folium

    class RoadMap(folium.Map):
        """A map that needs Leaflet only."""

        default_js = [("leaflet", LEAFLET_JS)]  # noqa: RUF012
        default_css = [("leaflet_css", LEAFLET_CSS)]  # noqa: RUF012

    drawn = RoadMap(
        location=(0, 0), zoom_start=11, tiles=None, prefer_canvas=True, zoom_control=False,
        attributionControl=False, minZoom=6, maxZoom=18, zoomSnap=0.5, font_size="14px",
    )  # fmt: skip
    drawn._id = "plan"
    drawn.get_root()._id = "page"
    return drawn


def _gather(audit: Audit, district: District, speaker: Speaker) -> dict[str, Any]:
    """Return what the page's own JavaScript shows: text, whole numbers and lists only."""
    roads = district.roads
    box = _land(roads)
    grid = Grid(box[0], box[1])
    privacy = speaker.mask.privacy
    return {
        "title": speaker.word("title"),
        "intro": speaker.word("intro"),
        "note": speaker.word(privacy, min_cell=speaker.mask.min_cell),
        "source": speaker.word("roads_from", name=printable(roads.source.name)),
        "words": {"layers": speaker.word("layers"), "none": speaker.word("none")},
        "step": STEP_DEG,
        "corner": [box[0], box[1]],
        "view": grid.at(box[::2], box[1::2]).tolist(),
        "levels": draw_roads(roads, box, grid),
        "styles": ROAD_STYLES,
        "names": name_places(roads, box, grid),
        "schools": _schools(district, grid),
        "stops": [],
        "colours": _COLOURS,
        "parts": [_part(part, audit, grid, speaker) for part in PARTS],
    }


def _land(roads: Roads) -> tuple[float, float, float, float]:
    """Return the box of all roads but ferries, which may lead far out (degrees)."""
    land = roads.road_class != ROAD_CLASSES.index("ferry")
    nodes = np.concatenate((roads.start[land], roads.end[land]))
    lon, lat = (roads.node_lon[nodes], roads.node_lat[nodes]) if len(nodes) else (roads.node_lon, roads.node_lat)  # fmt: skip
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _schools(district: District, grid: Grid) -> list[dict[str, Any]]:
    lon, lat = lonlat(district.schools)
    names = district.schools["name"].tolist()
    return [
        {"id": number, "name": printable(name), "at": at}
        for number, (name, at) in enumerate(zip(names, grid.at(lon, lat).tolist(), strict=True))
    ]


def _part(part: str, audit: Audit, grid: Grid, speaker: Speaker) -> dict[str, Any]:
    """Return one part of the page: title, text, table, and what the map draws of it."""
    table = in_order(part, getattr(audit, part), speaker.mask)
    shown = table.head(MAX_HAZARDS if part == "hazards" else MAX_ROWS)
    n_more = len(table) - len(shown)
    return {
        "key": part,
        "title": speaker.word(part),
        "text": text_of(part, audit, speaker),
        "heads": [speaker.word(head) for head in heads_of(part)],
        "rows": cells_of(part, audit, shown, speaker),
        "n": len(table),
        "count": count_of(part, audit, speaker),
        "more": speaker.word("more", n=n_more) if n_more else "",
        "drawn": _drawn(part, shown, grid),
        "thin": _thin(part, table, len(shown), grid),
    }


def _drawn(part: str, shown: pd.DataFrame, grid: Grid) -> list[list[list[int]]]:
    """Return the lines of each row, as differences; a place is a line of one point."""
    if part in {"islands", "oneways", "obstacles", "hazards"}:
        return _lines(shown["geometry"], grid)
    if part == "dead_ends":
        ends = grid.at(shown["lon_deg"], shown["lat_deg"]).tolist()
        lines = _lines(shown["geometry"], grid)
        return [[end, *some] for end, some in zip(ends, lines, strict=True)]
    if part in {"detours", "gaps"}:
        ends = shown[["from_lon_deg", "from_lat_deg", "to_lon_deg", "to_lat_deg"]].to_numpy(float)
        return [[grid.line(row.reshape(2, 2))] for row in ends]
    if part == "far_places":
        places = shown[["lon_deg", "lat_deg"]].to_numpy(float)
        return [[grid.at(*at).ravel().tolist()] if np.isfinite(at).all() else [] for at in places[:, :, None]]  # fmt: skip
    return []


def _thin(part: str, table: pd.DataFrame, n_shown: int, grid: Grid) -> list[list[int]]:
    """Return what is drawn thin besides the rows: what they cut off, or further rows."""
    if part == "obstacles":
        shapes = table["cut_off"].head(n_shown)
    elif part in {"dead_ends", "hazards"}:
        shapes = table["geometry"].iloc[n_shown : n_shown + MAX_LINES]
    else:
        return []
    return [line for lines in _lines(shapes, grid) for line in lines][:MAX_LINES]


def _lines(shapes: Any, grid: Grid) -> list[list[list[int]]]:
    """Return the lines of each shape as differences; a point is a line of one point."""
    parts, of_shape = shapely.get_parts(np.asarray(shapes, object), return_index=True)
    coords, of_part = shapely.get_coordinates(
        shapely.simplify(parts, SIMPLIFY_DEG), return_index=True
    )
    xy = grid.at(*coords.T)
    steps = np.diff(xy, axis=0, prepend=0)
    first = np.flatnonzero(np.diff(of_part, prepend=-1))
    steps[first] = xy[first]
    lines: list[list[list[int]]] = [[] for _ in shapes]
    for shape, line in zip(of_shape, np.split(steps, first[1:]), strict=False):
        lines[shape].append(line.ravel().tolist())
    return lines
