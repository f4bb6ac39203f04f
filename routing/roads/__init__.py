"""Roads: from an OpenStreetMap file to distances and times by road.

Reading comes first (``read_roads``), then a network for walkers or for buses
(``walk_network``, ``bus_network``), places on it (``snap_points``) and travel between
them (``measure_travel``, ``trace_paths``). Nothing heavy is imported before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from routing.roads.engine import bus_network, walk_network
    from routing.roads.keeping import open_networks
    from routing.roads.paths import trace_paths
    from routing.roads.placing import kerb_sides, place_on_links
    from routing.roads.positions import join_positions, take_positions
    from routing.roads.preparing import prepare_network
    from routing.roads.profiles import bus_profiles
    from routing.roads.reading import read_roads
    from routing.roads.snapping import snap_points
    from routing.roads.table import change_table, open_table
    from routing.roads.travel import measure_pairs, measure_travel
    from routing.roads.web import read_place
    from routing.roads.writing import write_osm

_HOMES = {
    "bus_network": "engine",
    "bus_profiles": "profiles",
    "change_table": "table",
    "join_positions": "positions",
    "kerb_sides": "placing",
    "measure_pairs": "travel",
    "measure_travel": "travel",
    "open_networks": "keeping",
    "open_table": "table",
    "place_on_links": "placing",
    "prepare_network": "preparing",
    "read_place": "web",
    "read_roads": "reading",
    "snap_points": "snapping",
    "take_positions": "positions",
    "trace_paths": "paths",
    "walk_network": "engine",
    "write_osm": "writing",
}

__all__ = [
    "bus_network",
    "bus_profiles",
    "change_table",
    "join_positions",
    "kerb_sides",
    "measure_pairs",
    "measure_travel",
    "open_networks",
    "open_table",
    "place_on_links",
    "prepare_network",
    "read_place",
    "read_roads",
    "snap_points",
    "take_positions",
    "trace_paths",
    "walk_network",
    "write_osm",
]


def __getattr__(name: str) -> Any:
    """Return a public name, importing its module now."""
    if name not in _HOMES:
        msg = f"module '{__name__}' has no attribute '{name}'."
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
