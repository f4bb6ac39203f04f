"""Between which neighbouring places the way is much longer than the straight line."""

import numpy as np
import pandas as pd

from routing.roads.audit.nodes import on_sphere
from routing.roads.network import Floats, Ints, Network
from routing.roads.positions import Positions, take_positions
from routing.roads.shapes import distances_m
from routing.roads.travel import measure_pairs

N_NEIGHBOURS = 6
"""So many nearest places are compared with each (assumed)."""

NEIGHBOUR_M = 6_000
"""Places further apart, straight, are no neighbours (m; assumed)."""

DETOUR_RATIO = 3.0
"""A way at least so many times the straight line is an outlier (assumed) ..."""

DETOUR_EXTRA_M = 2_000
"""... when it is also at least so much longer (m; assumed)."""


def pair_neighbours(lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Return the pairs of places that are neighbours, each pair once.

    Parameters
    ----------
    lon, lat
        Degrees (float64).

    Returns
    -------
    first, second
        Rows of the places (int64), first below second.
    """
    from scipy.spatial import KDTree

    if len(lon) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    spots = on_sphere(lon, lat)
    # one more than wanted: a place is its own nearest
    _, near = KDTree(spots).query(spots, k=N_NEIGHBOURS + 1, distance_upper_bound=NEIGHBOUR_M)
    here = np.repeat(np.arange(len(lon)), N_NEIGHBOURS + 1)
    there = near.ravel()
    fit = (there < len(lon)) & (there != here)
    pairs = np.stack((np.minimum(here, there)[fit], np.maximum(here, there)[fit]), axis=1)
    first, second = np.unique(pairs, axis=0).T.astype(np.int64)
    return first, second


def find_detours(network: Network, positions: Positions, first: Ints, second: Ints) -> pd.DataFrame:
    """Return straight line and way of each pair of places, and whether it is an outlier.

    The way is the fastest one, in the direction in which it is shorter: what one-ways
    cost is another question. Pairs of which a place is on no road are left out.

    Parameters
    ----------
    network
        The network.
    positions
        Where the places stand on it.
    first, second
        Rows of the places (int64).

    Returns
    -------
    pairs
        ``network``, ``first``, ``second``, ``straight_m`` (between the places on the
        road), ``way_m`` (Int64; empty where there is no way), ``extra_m``, ``ratio``
        (empty too), ``outlier``.
    """
    placed = (positions.link[first] >= 0) & (positions.link[second] >= 0)
    first, second = first[placed], second[placed]
    one, other = take_positions(positions, first), take_positions(positions, second)
    out_m, _, out = measure_pairs(network, one, other)
    back_m, _, back = measure_pairs(network, other, one)
    way_m = np.where(out & back, np.minimum(out_m, back_m), np.where(out, out_m, back_m))
    straight_m = distances_m(one.lon, one.lat, other.lon, other.lat)
    reached, extra_m = out | back, np.maximum(way_m - straight_m, 0)
    ratio = way_m / np.maximum(straight_m, 1)
    long = (ratio >= DETOUR_RATIO) & (extra_m >= DETOUR_EXTRA_M)
    return pd.DataFrame({
        "network": pd.Series([network.profile] * len(first), dtype=str),
        "first": first, "second": second, "straight_m": np.rint(straight_m).astype(np.int64),
        "way_m": pd.array(way_m, "Int64"),
        "extra_m": pd.array(np.rint(extra_m).astype(np.int64), "Int64"),
        "ratio": pd.array(ratio, "Float64"),
        "outlier": long | ~reached,
    }).assign(**{
        name: lambda table, name=name: table[name].mask(~reached)
        for name in ("way_m", "extra_m", "ratio")
    })  # fmt: skip
