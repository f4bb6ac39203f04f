"""A table of travel that is kept while places are added to it or moved."""

from dataclasses import dataclass

import numpy as np

from routing.roads.ends import direct_keys, entering_ends, leaving_ends
from routing.roads.network import Network
from routing.roads.positions import Positions, Travel, join_positions, take_positions
from routing.roads.preparing import prepare_network
from routing.roads.sweep import KeptPlaces, change_place, keep_places, measure_place
from routing.roads.travel import as_travel


@dataclass(frozen=True, eq=False)
class TravelTable:
    """Places on a prepared network, ready for one more. Made by ``open_table``.

    Parameters
    ----------
    network
        Prepared.
    places
        On it.
    kept
        What is above them in its hierarchy.
    """

    network: Network
    places: Positions
    kept: KeptPlaces


def open_table(network: Network, places: Positions) -> TravelTable:
    """Return a table of places that may change. Needs numba.

    Parameters
    ----------
    network
        Prepared here if it was not.
    places
        On it.

    Raises
    ------
    ValueError
        Without numba, or on a grid too dense to prepare: measure the whole table anew.
    """
    network = prepare_network(network)
    if network.hierarchy is None:
        msg = "a table that may change needs numba and no dense grid; use measure_travel instead."
        raise ValueError(msg)
    leave, reach = leaving_ends(network, places), entering_ends(network, places)
    return TravelTable(network, places, keep_places(network.hierarchy, leave, reach))


def change_table(table: TravelTable, at: int, place: Positions) -> tuple[TravelTable, Travel]:
    """Return the table with one place moved, or one more, and its row and column.

    Parameters
    ----------
    table
        Stays as it is.
    at
        The place that moves; as many as there are for one more.
    place
        Where it goes: one place.

    Returns
    -------
    table
        With the place.
    travel
        2 x places: from it to all of them, and from all of them to it.
    """
    network = table.network
    leave, reach = leaving_ends(network, place), entering_ends(network, place)
    kept = change_place(network.hierarchy, table.kept, at, leave, reach)
    n = len(table.places)
    order = np.arange(n + (at == n))
    order[at] = n
    places = take_positions(join_positions(table.places, place), order)
    keys = np.stack(measure_place(kept, at))
    near = np.flatnonzero(places.link == place.link[0])
    here, there = take_positions(places, np.full(len(near), at)), take_positions(places, near)
    for row, (start, end) in enumerate(((here, there), (there, here))):
        keys[row, near] = np.minimum(keys[row, near], direct_keys(network, start, end))
    return TravelTable(network, places, kept), as_travel(network, keys)
