"""The audit's tables as they are printed: texts only, counts of homes masked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from routing.audit import Audit
from routing.outputs.audit_words import WORDS
from routing.outputs.cleaning import printable
from routing.outputs.masking import Mask
from routing.roads.audit.detours import DETOUR_EXTRA_M, DETOUR_RATIO, N_NEIGHBOURS, NEIGHBOUR_M
from routing.roads.audit.fits import LIMITS, limit_column
from routing.roads.audit.gaps import GAP_M
from routing.roads.audit.hazards import HAZARD_KINDS
from routing.roads.audit.scores import DETOUR_WEIGHT, REACH_WEIGHT, TAG_WEIGHT
from routing.roads.network import BusSize
from routing.roads.repairs import REPAIR_WORDS
from routing.units import format_metres
from routing.words import Lang

DASH = "–"
MAX_NAMES = 3
"""So many names of roads are said of a stretch; the audit itself has all."""

PARTS = (
    "towns", "islands", "dead_ends", "obstacles", "far_places", "detours", "gaps", "oneways",
    "hazards", "tags", "found",
)  # fmt: skip
"""The parts of the page in their order."""


@dataclass(frozen=True)
class Speaker:
    """Says words, lengths, shares and places in one language."""

    lang: Lang
    mask: Mask

    def word(self, key: str, **values: object) -> str:
        """Return a word of the page; an unknown key stands as it is."""
        return WORDS[key].say(self.lang, **values) if key in WORDS else key

    def metres(self, length_m: Any) -> str:
        """Return a length; a dash where there is none."""
        return DASH if pd.isna(length_m) else format_metres(float(length_m), self.lang)

    def share(self, value: float) -> str:
        """Return a share in per cent; a dash where there is none."""
        return DASH if pd.isna(value) else f"{value:.0%}"

    def homes(self, n: int) -> str:
        """Return how many homes lie on a short piece of road.

        In public none and few look alike: on so little road, that there is a home would
        already say where.
        """
        return self.mask.shown(max(n, 1) if self.mask.privacy == "public" else n)

    def size(self, size: BusSize) -> str:
        """Return the measures of a bus."""
        return self.word(
            "size", length=size.length_m, width=size.width_m, height=size.height_m,
            weight=size.weight_t,
        )  # fmt: skip

    def at(self, row: Any) -> str:
        """Return the coordinates of a row."""
        return f"{row.lat_deg:.5f}, {row.lon_deg:.5f}"


def heads_of(part: str) -> tuple[str, ...]:
    """Return the columns of a part, as keys of ``WORDS``."""
    return _HEADS[part]


def cells_of(part: str, audit: Audit, rows: pd.DataFrame, speaker: Speaker) -> list[list[str]]:
    """Return the cells of some rows of a part."""
    cells = _CELLS[part]
    return [
        [printable(cell) for cell in cells(row, speaker, audit)]
        for row in rows.itertuples(index=False)
    ]


def text_of(part: str, audit: Audit, speaker: Speaker) -> str:
    """Return what a part's table means, with the numbers it was made with."""
    loose = audit.tags.loc[audit.tags["road_class"] == "no_class", "length_share"]
    policy, metres = audit.policy, speaker.metres
    values: dict[str, dict[str, object]] = {
        "towns": {
            "reach": REACH_WEIGHT, "detour": DETOUR_WEIGHT, "tag": TAG_WEIGHT,
            "within": metres(policy.max_home_to_road_m),
        },
        "far_places": {
            "review": metres(policy.moved_far_m), "limit": metres(policy.max_home_to_road_m),
        },
        "detours": {
            "n": N_NEIGHBOURS, "within": metres(NEIGHBOUR_M), "ratio": DETOUR_RATIO,
            "extra": metres(DETOUR_EXTRA_M),
        },
        "gaps": {"gap": metres(GAP_M)},
        "tags": {"share": speaker.share(float(loose.iloc[0]))},
        **_fleet_values(audit, speaker),
    }  # fmt: skip
    return speaker.word(f"{part}_text", **values.get(part, {}))


def _fleet_values(audit: Audit, speaker: Speaker) -> dict[str, dict[str, object]]:
    """Return the numbers in the texts about the fleet's largest bus."""
    policy, km, size = audit.policy, audit.lengths_km, speaker.size(audit.size)
    lengths = {name: speaker.metres(length * 1000) for name, length in km.items()}
    lost = km["dead_ends"] / km["network"] if km["network"] else np.nan
    return {
        "dead_ends": {
            "km": lengths["dead_ends"], "all": lengths["network"], "share": speaker.share(lost),
            "size": size, "min_cell": policy.min_cell,
        },
        "obstacles": {
            "size": size, "closed": lengths["too_small"], "behind": lengths["cut_off"],
            "over": policy.height_margin_m, "beside": policy.width_margin_m,
        },
        "hazards": {
            **{kind: lengths[kind] for kind in HAZARD_KINDS}, "all": lengths["network"],
            "kmh": policy.cap_hazard_kmh, "radius": policy.bend_radius_m, "pct": policy.steep_pct,
        },
    }  # fmt: skip


def in_order(part: str, table: pd.DataFrame, mask: Mask) -> pd.DataFrame:
    """Return the rows of a part as they may follow one another on the page.

    Dead ends with a school come first, however few students live there. The order must
    say no more than the counts shown: groups that are hidden in public stand as if nobody
    were there.
    """
    if part != "dead_ends":
        return table
    n = table["n_students"]
    seen = n.where(n >= mask.min_cell, 0) if mask.privacy == "public" else n
    return table.iloc[np.lexsort((-table["length_km"], -seen, table["n_schools"] == 0))]


def count_of(part: str, audit: Audit, speaker: Speaker) -> str:
    """Return how much of a part there is, in a word: its rows, or its length."""
    km = audit.lengths_km
    lengths = {"dead_ends": km["dead_ends"], "hazards": sum(km[kind] for kind in HAZARD_KINDS)}
    return (
        speaker.metres(lengths[part] * 1000) if part in lengths else str(len(getattr(audit, part)))
    )


def _town(row: Any, say: Speaker, _: Audit) -> list[str]:
    return [
        row.town, DASH if pd.isna(row.score) else f"{row.score:.0f}", str(row.n_villages),
        say.share(row.reach_share), str(row.n_pairs), say.share(row.detour_share),
        say.metres(row.road_km * 1000), say.share(row.tagged_share),
    ]  # fmt: skip


def _island(row: Any, say: Speaker, _: Audit) -> list[str]:
    return [
        say.word(row.network), say.metres(row.length_km * 1000),
        say.word("by_one_way" if row.by_one_way else "apart"), say.word("yes" if row.large else "no"),
        str(row.n_villages), str(row.n_schools), say.homes(int(row.n_homes)), say.at(row),
    ]  # fmt: skip


def _far_place(row: Any, say: Speaker, _: Audit) -> list[str]:
    if row.kind == "homes":
        many = say.word("homes", n=say.mask.shown(int(row.n_places)))
        return [many, "", DASH, say.metres(row.limit_m), DASH]
    return [say.word(row.kind), row.name, say.metres(row.to_road_m), say.metres(row.limit_m), say.at(row)]  # fmt: skip


def _detour(row: Any, say: Speaker, audit: Audit) -> list[str]:
    no_way = pd.isna(row.way_m)
    gap = "" if row.gap < 0 else say.word("near", m=say.metres(audit.gaps["gap_m"].iloc[row.gap]))
    return [
        say.word(row.network), row.from_name, row.to_name, say.metres(row.straight_m),
        say.word("no_way") if no_way else say.metres(row.way_m),
        DASH if no_way else f"{row.ratio:.1f}", gap,
    ]  # fmt: skip


def _gap(row: Any, say: Speaker, _: Audit) -> list[str]:
    return [
        say.word(row.network), say.word("both_dead" if row.kind == "dead_ends" else "one_dead"),
        say.metres(row.gap_m), str(row.n_pairs),
        say.metres(row.saves_m), f"{row.from_lat_deg:.5f}, {row.from_lon_deg:.5f}",
        f"{row.to_lat_deg:.5f}, {row.to_lon_deg:.5f}",
    ]  # fmt: skip


def _oneway(row: Any, say: Speaker, _: Audit) -> list[str]:
    return [
        say.word(row.kind), row.name or DASH, row.road_class, say.metres(row.length_m),
        say.metres(row.cut_off_km * 1000) if row.cut_off_km else DASH, str(row.way_id), say.at(row),
    ]  # fmt: skip


def _tag(row: Any, say: Speaker, _: Audit) -> list[str]:
    lacks = (row.no_name_share, row.no_lanes_share, row.no_width_share, row.no_speed_share)
    return [
        say.word(row.road_class), say.metres(row.length_km * 1000), say.share(row.length_share),
        *(say.share(share) for share in lacks),
    ]  # fmt: skip


def _dead_end(row: Any, say: Speaker, _: Audit) -> list[str]:
    mouth = f"{row.mouth_lat_deg:.5f}, {row.mouth_lon_deg:.5f}"
    return [
        say.word(row.kind), few_names(row.name),
        say.metres(row.length_km * 1000), say.metres(row.way_km * 1000), str(row.n_ends),
        say.homes(int(row.n_students)), str(row.n_villages), str(row.n_schools),
        say.at(row), DASH if pd.isna(row.mouth_lat_deg) else mouth, row.bus_types or DASH,
    ]  # fmt: skip


def _obstacle(row: Any, say: Speaker, _: Audit) -> list[str]:
    limits = [
        say.word("long" if kind == "length" else kind, limit=getattr(row, limit_column(kind), 0))
        for kind in LIMITS
        if kind in row.kind.split("+")
    ]
    public = say.mask.privacy == "public"
    return [
        say.word(row.place), "; ".join(limits), few_names(row.name),
        say.metres(row.length_km * 1000) if row.place == "road" else DASH,
        say.metres(row.behind_km * 1000) if row.behind_km else DASH,
        DASH if public else str(row.n_students), str(row.n_villages), str(row.n_schools),
        row.bus_types or DASH, str(row.osm_id), say.at(row),
    ]  # fmt: skip


def _hazard(row: Any, say: Speaker, _: Audit) -> list[str]:
    return [
        say.word(row.kind), say.metres(row.hazard_km * 1000), say.metres(row.road_km * 1000),
        row.name or DASH, row.road_class, str(row.way_id), say.at(row),
    ]  # fmt: skip


def _found(row: Any, say: Speaker, audit: Audit) -> list[str]:
    if row.what in REPAIR_WORDS:
        return [REPAIR_WORDS[row.what].say(say.lang, file=audit.source, n=row.n), str(row.n)]
    return [say.word(row.what), str(row.n)]


def few_names(names: str) -> str:
    """Return up to three of the names of a stretch of road; a dash for none."""
    some = names.split("; ")
    return "; ".join(some[:MAX_NAMES]) + (" …" if len(some) > MAX_NAMES else "") or DASH


_HEADS = {
    "towns": ("town", "score", "n_villages", "reach", "pairs", "detour", "roads", "tagged"),
    "islands": (
        "network", "length", "joined", "large", "n_villages", "n_schools", "n_homes", "where",
    ),
    "far_places": ("kind", "name", "to_road", "limit", "where"),
    "detours": ("network", "from", "to", "straight", "way", "ratio", "gap"),
    "gaps": ("network", "kind", "gap_m", "n_pairs", "saves", "from", "to"),
    "oneways": ("kind", "name", "road_class", "length", "cut_off", "way_id", "where"),
    "tags": (
        "road_class", "length", "share", "no_name", "no_lanes", "no_width", "no_speed",
    ),
    "dead_ends": (
        "kind", "name", "length", "way_in", "n_ends", "n_students", "n_villages", "n_schools",
        "far_end", "mouth", "bus_types",
    ),
    "obstacles": (
        "place", "limits", "name", "closed", "behind", "n_students", "n_villages", "n_schools",
        "bus_types", "osm_id", "where",
    ),
    "hazards": ("kind", "hazard", "of_road", "name", "road_class", "way_id", "where"),
    "found": ("what", "n"),
}  # fmt: skip

_CELLS: dict[str, Callable[[Any, Speaker, Audit], list[str]]] = {
    "towns": _town, "islands": _island, "far_places": _far_place, "detours": _detour,
    "gaps": _gap, "oneways": _oneway, "tags": _tag, "dead_ends": _dead_end,
    "obstacles": _obstacle, "hazards": _hazard, "found": _found,
}  # fmt: skip
