"""Make a network ready for many searches, once, and keep what that took."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from routing.roads.network import Network
from routing.roads.search import has_numba

if TYPE_CHECKING:
    from routing.roads.hierarchy import Hierarchy

log = logging.getLogger(__name__)

PAYS_FROM = 30_000
"""States from which on ``prepare_large`` prepares a network: below, plain searches are as
quick, and need less compiling (chosen by hand; docs/performance.md has the times)."""


def prepare_network(network: Network, folder: Path | None = None) -> Network:
    """Return a network on which tables and ways for many places are found much faster.

    Distances and times stay exactly the same. Without numba, and on a wide and even grid,
    where preparing would take longer than it saves, the network is returned as it is.

    Parameters
    ----------
    network
        Of walkers or buses.
    folder
        Where to keep the preparation, in a file named by the content of the network, and
        to look for it first. Default: nowhere.
    """
    if network.hierarchy is not None or not has_numba():
        return network
    from routing.roads.hierarchy_cache import arcs_digest, load_hierarchy, save_hierarchy

    if folder is None:
        return replace(network, hierarchy=_build(network))
    path = folder / f"hierarchy-{arcs_digest(network.leaving)[:16]}.npz"
    hierarchy = load_hierarchy(path, network.leaving)
    if hierarchy is None:
        hierarchy = _build(network)
        if hierarchy is not None:
            save_hierarchy(path, hierarchy)
    return replace(network, hierarchy=hierarchy)


def _build(network: Network) -> "Hierarchy | None":
    from routing.roads.contracting import TooDenseError
    from routing.roads.hierarchy import build_hierarchy

    try:
        return build_hierarchy(network.leaving)
    except TooDenseError:
        log.warning("the roads are a dense grid: not prepared, searches stay plain")
        return None


def prepare_large(network: Network) -> Network:
    """Return the network prepared where it is so large that this pays."""
    large = len(network.leaving.first) > PAYS_FROM
    return prepare_network(network) if large else network
