"""How much is known of the roads: name, lanes, width, signed speed, class."""

import numpy as np
import pandas as pd

from routing.roads.network import ROAD_CLASSES, Flags, Floats, Network

TAGS = ("name", "lanes", "width", "speed")
"""What a road should say of itself."""

ALL = "all"
NO_CLASS = "no_class"
"""Rows of the table beside the classes: all roads, and ``unclassified`` with ``road``."""


def measure_tags(network: Network) -> pd.DataFrame:
    """Return by class of road which share of its length lacks which tag.

    Parameters
    ----------
    network
        The bus network: roads that no bus may use do not count.

    Returns
    -------
    tags
        One row for "all", one for "no_class" (unclassified or road: the mapper knew no
        better, or there is none), then one per class by falling length: ``road_class``,
        ``length_km``, ``length_share`` (of all), and ``no_name_share``,
        ``no_lanes_share``, ``no_width_share``, ``no_speed_share`` (of its length).
    """
    roads = network.roads
    usable = network.forward | network.backward
    length = np.where(usable, roads.length_dm, 0).astype(float)
    loose = np.isin(
        roads.road_class, [ROAD_CLASSES.index(name) for name in ("unclassified", "road")]
    )
    groups = [(ALL, usable), (NO_CLASS, loose)]
    km = np.bincount(roads.road_class, length, minlength=len(ROAD_CLASSES))
    groups += [
        (ROAD_CLASSES[number], roads.road_class == number)
        for number in np.argsort(-km, kind="stable")
        if km[number] > 0
    ]
    known = known_tags(network)
    rows = []
    for name, chosen in groups:
        weight = length[chosen]
        total = weight.sum()
        lacks = [float(weight @ ~has[chosen]) / max(total, 1) for has in known.values()]
        rows.append((name, total / 1e4, total / max(length.sum(), 1), *lacks))
    lacking = [f"no_{tag}_share" for tag in TAGS]
    return pd.DataFrame(rows, columns=["road_class", "length_km", "length_share", *lacking])


def tagged_lengths(network: Network) -> tuple[Floats, Floats]:
    """Return per link its length (m), and how much of it is tagged (m).

    A link with two of the four tags counts as half tagged. Both are 0 where no bus may
    drive.
    """
    usable = network.forward | network.backward
    length_m = np.where(usable, network.roads.length_dm / 10, 0.0)
    return length_m, length_m * np.mean(list(known_tags(network).values()), axis=0)


def known_tags(network: Network) -> dict[str, Flags]:
    """Return for each of ``TAGS`` which links have it (bool)."""
    roads = network.roads
    signed = (roads.signed_forward_kmh > 0) | (roads.signed_backward_kmh > 0)
    return {
        "name": roads.name > 0,
        "lanes": roads.lanes > 0,
        "width": roads.width_m > 0,
        "speed": signed,
    }
