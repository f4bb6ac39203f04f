"""Everything a map of a plan shows, as one plain value for ``safe_json``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from routing.outputs.basemap import STEP_DEG, Grid, draw_roads, name_places
from routing.outputs.density import Cells
from routing.outputs.homes import placed_students, show_cells, show_homes, show_unserved
from routing.outputs.layers import show_routes, show_schools, show_stops, show_yards
from routing.outputs.map_words import WORDS, say_all
from routing.outputs.masking import Mask
from routing.outputs.palette import (
    DENSITY_COLOURS,
    ROAD_STYLES,
    TRANSIT_COLOUR,
    UNSERVED_COLOUR,
    density_steps,
)
from routing.outputs.served import list_figures
from routing.outputs.transit import show_lines
from routing.words import Lang

if TYPE_CHECKING:
    from routing.records import Plan

Box = tuple[float, float, float, float]

MARGIN_SHARE = 0.35
"""The base map reaches this share of the plan's own width and height beyond it."""

MARGIN_DEG = 0.03
"""At least so far: about 3 km."""


def gather_map(
    plan: "Plan", *, lang: Lang, mask: Mask, title: str, figures: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return what the page's own JavaScript draws.

    Parameters
    ----------
    plan
        The plan; its roads are the base map.
    lang
        "en" or "zh".
    mask
        What may be said of small groups; "internal" adds homes.
    title
        Heading of the panel.
    figures
        Further lines of the panel, label and value.

    Returns
    -------
    data
        Text, whole numbers and lists only; points as in ``routing.outputs.basemap``.
    """
    roads = plan.district.roads
    cells = Cells(*_corner(plan))
    students = placed_students(plan)
    inner = _content_box(plan, students, cells)
    box = _wider(inner)
    grid = Grid(box[0], box[1])
    internal = mask.privacy == "internal"
    return {
        "lang": lang,
        "title": title,
        "words": say_all(lang, min_cell=mask.min_cell, policy=plan.policy.name),
        "note": WORDS[mask.privacy].say(lang, min_cell=mask.min_cell),
        "internal": internal,
        "nobody": students.empty,
        "step": STEP_DEG,
        "corner": [box[0], box[1]],
        "view": grid.at(inner[::2], inner[1::2]).tolist(),
        "levels": draw_roads(roads, box, grid),
        "styles": ROAD_STYLES,
        "names": name_places(roads, box, grid),
        "schools": show_schools(plan, grid, mask),
        "stops": show_stops(plan, grid, mask),
        "yards": show_yards(plan, grid),
        "routes": show_routes(plan, grid, mask),
        "transit": show_lines(plan, grid, mask),
        "transitColour": TRANSIT_COLOUR,
        "cells": show_cells(students, cells, grid, mask),
        "hexagon": _hexagon(cells),
        "density": {"colours": DENSITY_COLOURS, "steps": density_steps(mask.min_cell)},
        "unserved": show_unserved(plan, students, cells, grid, mask, lang),
        "unservedColour": UNSERVED_COLOUR,
        "homes": show_homes(plan, students, grid) if internal else [],
        "figures": [list(line) for line in (*list_figures(plan, mask, lang), *figures)],
    }


def _hexagon(cells: Cells) -> list[list[int]]:
    """Return the corners of a cell around its centre, in steps of the grid."""
    lon, lat = cells.corners()
    corners: list[list[int]] = np.rint(np.column_stack([lon, lat]) / STEP_DEG).astype(int).tolist()
    return corners


def _corner(plan: "Plan") -> tuple[float, float]:
    """Return the south-west corner of the roads, or of the schools where there are no roads."""
    roads = plan.district.roads
    if len(roads.node_lon):
        return float(roads.node_lon.min()), float(roads.node_lat.min())
    west, south, _, _ = plan.district.schools.total_bounds
    return float(west), float(south)


def _content_box(plan: "Plan", students: Any, cells: Cells) -> Box:
    """Return the box of all that the plan shows; of homes only the middles of their cells."""
    points = [
        shapely.get_coordinates(table.geometry.to_numpy())
        for table in (plan.district.schools, plan.stops, plan.routes)
    ]
    known = students[students["lon"].notna()]
    middles = cells.centre(cells.find(known["lon"].to_numpy(), known["lat"].to_numpy()))
    points.append(np.column_stack(middles))
    xy = np.concatenate(points)
    if not len(xy):
        roads = plan.district.roads
        xy = np.column_stack([roads.node_lon, roads.node_lat])
    (west, south), (east, north) = xy.min(axis=0), xy.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _wider(box: Box) -> Box:
    west, south, east, north = box
    wide = max(MARGIN_DEG, MARGIN_SHARE * (east - west))
    high = max(MARGIN_DEG, MARGIN_SHARE * (north - south))
    return west - wide, south - high, east + wide, north + high
