"""The map of a plan: one HTML file that opens anywhere, with the network off.

Folium sets up the map and its layers; the base map is the road network itself. What
comes from the planner's files is data for our own JavaScript, which writes it as text:
no template and no HTML ever sees it.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routing.errors import RoutingError
from routing.outputs.atomic import write_text
from routing.outputs.escaping import safe_text
from routing.outputs.exports import log_export
from routing.outputs.map_words import TITLE
from routing.outputs.mapdata import gather_map
from routing.outputs.masking import Mask, Privacy
from routing.outputs.offline import (
    LEAFLET_CSS,
    LEAFLET_JS,
    offline_page,
    own_file,
)
from routing.words import Lang, Text

if TYPE_CHECKING:
    from routing.records import Plan

ATTRIBUTION = "© OpenStreetMap contributors"
"""Owed wherever roads come from OpenStreetMap (ODbL 1.0)."""

LAYERS = (
    "roads", "density", "routes_am", "routes_pm", "transit", "homes", "stops", "unserved",
    "yards", "schools", "places",
)  # fmt: skip
"""One folium feature group each, from the lowest to the highest."""

_SCRIPTS = (
    "map_core.js", "map_base.js", "map_popups.js", "map_layers.js", "map_transit.js",
    "map_routes.js", "map_panel.js", "map_start.js",
)  # fmt: skip
_TILES = re.compile(r"(https?://(?:\{s\}\.)?[A-Za-z0-9.-]+(?::\d+)?)/[\w./?=&{}@%~+-]*")


@dataclass(frozen=True)
class PlanMap:
    """A map to look at; a notebook shows it by itself.

    Parameters
    ----------
    html
        The whole page.
    title
        Its title.
    """

    html: str
    title: str

    def _repr_html_(self) -> str:
        """Return the map in a frame of its own, for a notebook."""
        return _frame(self.html, self.title)


def draw_plan(
    plan: "Plan",
    *,
    lang: Lang = "en",
    privacy: Privacy = "public",
    title: str | None = None,
    figures: Sequence[tuple[str, str]] = (),
    tiles_url: str | None = None,
    attribution: str = ATTRIBUTION,
) -> PlanMap:
    """Draw a plan: schools, stops, routes by bus, public buses ridden, who lives where, who is left.

    Parameters
    ----------
    plan
        The plan; one in which nobody is entitled gives a map that says so.
    lang
        "en" or "zh".
    privacy
        "public" shows no home and no count under the policy's ``min_cell``;
        "internal" shows both.
    title
        Heading; default "School bus plan".
    figures
        Further figures for the panel, label and value.
    tiles_url
        Address of map tiles with ``{z}``, ``{x}`` and ``{y}``; None, the default, keeps
        the page off the network.
    attribution
        Who is to be named for the roads; "" where they are made up.

    Raises
    ------
    RoutingError
        When ``privacy`` or ``tiles_url`` is not of the kind above.
    """
    name = TITLE.say(lang) if title is None else title
    mask = Mask(plan.policy.min_cell, privacy)
    data = gather_map(plan, lang=lang, mask=mask, title=name, figures=figures)
    data |= {"attribution": attribution, "tiles": tiles_url is not None}
    host = None if tiles_url is None else _tile_host(tiles_url)
    page = offline_page(
        _set_up(tiles_url),
        title=name,
        lang=lang,
        data=data,
        styles=[own_file("map_page.css"), own_file("map_panel.css")],
        scripts=[own_file(script) for script in _SCRIPTS],
        image_hosts=() if host is None else (host,),
    )
    return PlanMap(page, name)


def write_map(
    plan: "Plan",
    path: Path | str,
    *,
    lang: Lang = "en",
    privacy: Privacy = "public",
    title: str | None = None,
    figures: Sequence[tuple[str, str]] = (),
    tiles_url: str | None = None,
    attribution: str = ATTRIBUTION,
) -> Path:
    """Draw a plan into one HTML file, whole or not at all; return its path.

    Parameters
    ----------
    path
        The file to make or replace; folders above it are made.
    plan, lang, privacy, title, figures, tiles_url, attribution
        As in ``draw_plan``.

    Raises
    ------
    RoutingError
        When the file cannot be written.
    """
    drawn = draw_plan(
        plan, lang=lang, privacy=privacy, title=title, figures=figures,
        tiles_url=tiles_url, attribution=attribution,
    )  # fmt: skip
    return log_export(write_text(path, drawn.html), privacy, lang)


def show_plan(plan: "Plan", *, lang: Lang = "en", privacy: Privacy = "public") -> str:
    """Return the map in a frame for a notebook, 640 px high; it needs no network."""
    drawn = draw_plan(plan, lang=lang, privacy=privacy)
    return _frame(drawn.html, drawn.title)


def _frame(page: str, title: str) -> str:
    """Return a page inside a frame that may run its scripts and reach nothing else."""
    return (
        f'<iframe srcdoc="{html.escape(page)}" title="{safe_text(title)}" '
        'sandbox="allow-scripts" width="100%" height="640" '
        'style="border:1px solid #ccc" loading="lazy"></iframe>'
    )


def _tile_host(tiles_url: str) -> str:
    """Return the host of an address of tiles, as a source of images."""
    match = _TILES.fullmatch(tiles_url)
    gaps = set(re.findall(r"\{(.*?)\}", tiles_url))
    if not match or not {"z", "x", "y"} <= gaps <= {"s", "z", "x", "y", "r"}:
        raise RoutingError(Text(
            f"'{tiles_url}' is no address of tiles; give one like https://host/{{z}}/{{x}}/{{y}}.png.",
            f"“{tiles_url}”不是瓦片地址；请使用形如https://host/{{z}}/{{x}}/{{y}}.png的地址。",
        ))  # fmt: skip
    return match[1].replace("{s}", "*")


def _set_up(tiles_url: str | None) -> Any:
    """Return a folium map with its panes and empty layers; the page's scripts fill them."""
    import folium
    from folium.map import CustomPane

    class RoadMap(folium.Map):
        """A map that needs Leaflet only."""

        default_js = [("leaflet", LEAFLET_JS)]  # noqa: RUF012
        default_css = [("leaflet_css", LEAFLET_CSS)]  # noqa: RUF012

    drawn = RoadMap(
        location=(0, 0), zoom_start=11, tiles=None, prefer_canvas=True, zoom_control=False,
        attributionControl=False, minZoom=6, maxZoom=18, zoomSnap=0.5,
        font_size="14px",
    )  # fmt: skip
    parts = [CustomPane("ground", z_index=250), CustomPane("names", z_index=450)]
    if tiles_url is not None:
        parts.append(folium.TileLayer(tiles=tiles_url, attr=ATTRIBUTION, max_zoom=18))
    parts += [folium.FeatureGroup(name=name, show=name != "routes_pm") for name in LAYERS]
    names = ["ground_pane", "names_pane", *["tiles"] * (tiles_url is not None), *LAYERS]
    drawn._id = "plan"
    drawn.get_root()._id = "page"
    for name, part in zip(names, parts, strict=True):
        part._id = name
        part.add_to(drawn)
    return drawn
