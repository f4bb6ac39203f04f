"""How large the buses are, that roads must let through, as far as the tables say."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from routing.policy import Policy
from routing.roads.network import BusSize, Floats

MEASURES = ("length_m", "width_m", "height_m", "weight_t")


class Fleet(NamedTuple):
    """Some types of bus, and the size of a bus as large as the largest in each measure."""

    bus_type_ids: frozenset[str]
    size: BusSize


def find_fleets(bus_types: pd.DataFrame, policy: Policy) -> tuple[Fleet, ...]:
    """Return the types of bus that may share a network, from all of them to the smallest.

    Each further fleet leaves out the longest types left, of equally long ones the widest,
    highest, heaviest. Types of which there are none do not count, unless there are no
    others; without any type there is one bus as the policy assumes it.

    Parameters
    ----------
    bus_types
        As the case reads them: NaN where a measure is not known.
    policy
        What is assumed of a bus that does not say.
    """
    there = bus_types[bus_types["n_available"].to_numpy() != 0]
    there = bus_types if there.empty else there
    assumed = [getattr(policy, f"bus_{name}") for name in MEASURES]
    if there.empty:
        return (Fleet(frozenset(), BusSize(*assumed)),)
    stated = there[list(MEASURES)].to_numpy(np.float64)
    measures = np.where(np.isnan(stated), assumed, stated)
    ids = there["bus_type_id"].tolist()
    kinds, kind = np.unique(measures, axis=0, return_inverse=True)
    rising = [np.flatnonzero(kind.ravel() < n) for n in range(len(kinds), 0, -1)]
    return tuple(
        Fleet(frozenset(ids[row] for row in own), _envelope(measures[own])) for own in rising
    )


def _envelope(measures: Floats) -> BusSize:
    return BusSize(*measures.max(axis=0).tolist())
