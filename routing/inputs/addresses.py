"""Which place does a Chinese address name? Its town and the last village in it that is known."""

import re
from collections.abc import Iterator, Sequence

from routing.inputs.gazetteer import Gazetteer, find_place
from routing.inputs.headers import plain
from routing.inputs.place_names import plain_signs
from routing.inputs.place_records import NOWHERE, Match
from routing.roads.geocoders import UNKNOWN, Answer

ADDRESS_HEADERS = frozenset(
    plain(header) for header in (
        "address", "住址", "家庭住址", "详细地址", "家庭地址", "地址", "现住址", "居住地址", "常住地址",
        "家庭详细地址", "home address", "户籍地址", "户籍所在地",
    )
)  # fmt: skip
"""Headers of a column of addresses; only ``schoolbus geocode`` reads it."""

_COUNTY = re.compile(
    r"^(?:[^省]{2,8}省|[^区]{2,8}自治区)?(?:[^市州盟]{2,10}(?:市|州|盟))?(?:[^县区旗市镇乡]{1,10}[县区旗市])?"
)
_TOWN = re.compile(r"^(?P<town>[^村路号]{1,7}?(?:街道办事处|街道|镇|乡))(?!村)(?P<rest>.*)$")
_ENDS = re.compile("村民委员会|居民委员会|村委会|居委会|社区|行政村|自然村|村")
_FURTHER = re.compile(r"\d|[组队号路街巷户]")
_LONGEST = 12


def split_address(address: str, gazetteer: Gazetteer) -> tuple[str, str]:
    """Return the town that an address names, "" where none, and what follows it.

    Parameters
    ----------
    address
        As 山东省聊城市东昌府区沙镇李庄村3组12号, with or without any of its parts.
    gazetteer
        A town that it knows is found without the parts before it.
    """
    text = plain_signs(address)
    rest = _COUNTY.sub("", text, count=1)
    for form in sorted(filter(None, gazetteer.towns), key=len, reverse=True):
        for whole in (text, rest):
            found = re.search(
                f"(?:^|[省市县区旗]){re.escape(form)}(?:街道办事处|街道|镇|乡)?(?!村)", whole
            )
            if found and (whole is rest or found.start() > 0):
                return form, whole[found.end() :]
    found = _TOWN.match(rest)
    return (found["town"], found["rest"]) if found else ("", rest)


def find_address(gazetteer: Gazetteer, address: str) -> Match:
    """Say where the village of an address is; house and group numbers place nobody closer.

    The longest name that the gazetteer knows counts, at the head of the address's village
    part or after a village in it (李庄行政村小王庄自然村 is 小王庄). An address that names
    a town and no village that is known is doubtful.

    Parameters
    ----------
    gazetteer
        Where to look.
    address
        One address.
    """
    town, rest = split_address(address, gazetteer)
    for name in _names(rest, gazetteer):
        match = find_place(gazetteer, name, town)
        if match.precision in {"exact", "village"} or match.candidates:
            return match
    first = _ENDS.split(_FURTHER.split(rest, maxsplit=1)[0], maxsplit=1)[0][:_LONGEST]
    if not first:
        return find_place(gazetteer, town) if town and not rest else NOWHERE
    return find_place(gazetteer, first, town)


class LocalGeocoder:
    """Looks addresses up in the county's own gazetteer; nothing leaves the machine.

    Parameters
    ----------
    gazetteer
        The county's villages and the places of its map.
    """

    name = "local"
    sends_addresses = False

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def find(self, addresses: Sequence[str]) -> list[Answer]:
        """Return one answer for each address, in their order: a village at best."""
        return [answer_of(find_address(self._gazetteer, address)) for address in addresses]


def answer_of(match: Match) -> Answer:
    """Return what the gazetteer found as a geocoder says it."""
    if match.precision == "doubtful":
        return UNKNOWN
    precision = "town" if match.precision == "town" else "village"
    return Answer(match.lon, match.lat, precision, float(match.score))


def _names(rest: str, gazetteer: Gazetteer) -> Iterator[str]:
    """Yield the longest known names at the places where a village may begin, the last first."""
    starts = [0, *(found.end() for found in _ENDS.finditer(rest))]
    for start in reversed(starts):
        part = rest[start : start + _LONGEST]
        for end in range(len(part), 1, -1):
            if part[:end] in gazetteer.by_plain:
                yield part[:end]
                break
