"""What a tag's value says: speeds, lanes, widths, weights, slopes, durations, however spelt."""

import math
import re
import unicodedata

KM_PER_MILE = 1.609344
KM_PER_NAUTICAL_MILE = 1.852
M_PER_FOOT = 0.3048
LANES_MAX = 16

_UNIT_KMH = {
    "": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "kmph": 1.0, "公里/小时": 1.0,
    "mph": KM_PER_MILE, "knots": KM_PER_NAUTICAL_MILE, "kn": KM_PER_NAUTICAL_MILE,
}  # fmt: skip

_ZONES_KMH = {
    "urban": 50, "rural": 80, "trunk": 100, "motorway": 120, "living_street": 20,
    "bicycle_road": 30, "walk": 7, "nsl_single": 60 * KM_PER_MILE,
    "nsl_dual": 70 * KM_PER_MILE, "nsl_restricted": 30 * KM_PER_MILE,
}  # fmt: skip
"""Implied limits where the country is not known here (assumed; usual in Europe)."""

_COUNTRY_KMH = {("cn", "urban"): 50, ("cn", "rural"): 70, ("cn", "motorway"): 120}
"""China: road traffic rules art. 45, one lane each way; law on road traffic for motorways."""

_NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)|[+-]?nan|[+-]?inf)\s*(\D*)")
_ZONE_NUMBER = re.compile(r"(?:zone:?)?(\d+)")
_CLOCK = re.compile(r"(\d+):([0-5]?\d)(?::([0-5]?\d))?")
_ISO = re.compile(
    r"P(?:(\d+)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?",
    re.IGNORECASE,
)
_FEET = re.compile(r"(\d+(?:\.\d+)?)\s*(?:'|ft|feet|foot)\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|in)?)?")
_METRES = re.compile(r"(\d+(?:\.\d+)?)\s*(m|metres|meters|米|cm|厘米)?")
_WEIGHT = re.compile(r"(\d+(?:\.\d*)?)\s*([a-z吨公斤千克]*)\.?")
_WEIGHT_T = {
    "": 1.0, "t": 1.0, "to": 1.0, "mt": 1.0, "tonne": 1.0, "tonnes": 1.0, "吨": 1.0,
    "kg": 0.001, "公斤": 0.001, "千克": 0.001, "lt": 1.0160469088,
    **dict.fromkeys(("st", "ton", "tons"), 0.90718474),
    **dict.fromkeys(("lb", "lbs"), 0.00045359237),
}  # fmt: skip
"""Tonnes in a unit; a "ton" is taken for the short ton of the United States, the lesser."""
_SLOPE = re.compile(r"[+-]?(\d+(?:\.\d*)?)\s*(%|°|‰)?")
_RATIO = re.compile(r"1\s*:\s*(\d+(?:\.\d*)?)")
_STEEPEST_PCT = 45.0
"""A road that is steeper than this is a slip of the pen (assumed; the steepest is 35 %)."""


def parse_speed(text: str) -> tuple[float, bool]:
    """Return a speed limit and whether its sign made no sense.

    ``50``, ``50 km/h``, ``35 mph``, ``CN:urban``, ``DE:zone:30``, ``50; 30`` (the
    lowest counts), full-width digits and knots are understood. ``none``, ``signals``
    and ``variable`` say nothing about a number, and so does what is not understood.

    Parameters
    ----------
    text
        The value of ``maxspeed`` or one of its kin.

    Returns
    -------
    limit_kmh
        0 where there is none.
    faulty
        Whether a number was there that cannot be a limit (zero, negative, NaN).
    """
    speeds, faulty = [], False
    for part in re.split(r"[;|,]", _plain(text)):
        limit_kmh, wrong = _one_speed(part.strip())
        faulty |= wrong
        if limit_kmh:
            speeds.append(limit_kmh)
    return min(speeds, default=0.0), faulty


def parse_lanes(text: str) -> int:
    """Return a number of lanes; the least of several, half lanes cut; 0 where unknown."""
    counts = []
    for part in re.split(r"[;|,]", _plain(text)):
        found = _NUMBER.fullmatch(part.strip())
        if found and not found[2].strip() and math.isfinite(float(found[1])):
            counts.append(int(float(found[1])))
    lanes = min(counts, default=0)
    return lanes if 1 <= lanes <= LANES_MAX else 0


def parse_width(text: str) -> float:
    """Return a width in metres; the least of several; 0 where unknown.

    ``3.5``, ``3,5 m``, ``350 cm``, ``12'``, ``12'6"`` and ``3 - 4`` are understood;
    under half a metre or over 100 m is taken for a slip of the pen.
    """
    plain = re.sub(r"(?<=\d),(?=\d)", ".", _plain(text))
    widths_m = [_one_width(part.strip()) for part in re.split(r";|\s-\s|-|~", plain)]
    return min((width for width in widths_m if 0.5 <= width <= 100), default=0.0)


def parse_weight(text: str) -> float:
    """Return a weight in tonnes; the least of several; 0 where unknown.

    ``7.5``, ``7,5 t``, ``3500 kg``, ``20000 lbs`` and ``10 st`` (short tons) are
    understood; under 0.3 t or over 500 t is taken for a slip of the pen.
    """
    weights_t = []
    for part in re.split(r"[;|]", re.sub(r"(?<=\d),(?=\d)", ".", _plain(text))):
        found = _WEIGHT.fullmatch(part.strip())
        if found and found[2] in _WEIGHT_T:
            weights_t.append(float(found[1]) * _WEIGHT_T[found[2]])
    return min((weight for weight in weights_t if 0.3 <= weight <= 500), default=0.0)


def parse_incline(text: str) -> float:
    """Return a slope in per cent without its direction; the steepest of several.

    ``10%``, ``-8 %``, ``12°`` (21 %) and ``1:10`` are understood; 0 for ``up``,
    ``down`` and what is no slope of a road.
    """
    plain = re.sub(r"(?<=\d),(?=\d)", ".", _plain(text).replace("−", "-"))
    slopes_pct = [_one_slope(part.strip()) for part in re.split(r"[;|]", plain)]
    return max((slope for slope in slopes_pct if slope <= _STEEPEST_PCT), default=0.0)


def parse_duration(text: str) -> int:
    """Return a duration in seconds: ``20`` (minutes), ``1:20``, ``0:20:30`` or ``PT20M``.

    0 where it is not understood.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    clock = _CLOCK.fullmatch(plain)
    if clock:
        return int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        return round(float(plain) * 60)
    iso = _ISO.fullmatch(plain)
    if not iso:
        return 0
    days, hours, minutes, seconds = (float(part or 0) for part in iso.groups())
    return round(days * 86_400 + hours * 3600 + minutes * 60 + seconds)


def is_urban(text: str) -> bool:
    """Return whether a zone such as ``CN:urban`` or ``urban`` lies inside a town."""
    parts = re.split(r"[:;|]", _plain(text))
    return any(part.strip() == "urban" for part in parts)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower().replace("’", "'")


def _one_speed(part: str) -> tuple[float, bool]:
    if ":" in part or part in _ZONES_KMH:
        return _zone_speed(part), False
    found = _NUMBER.fullmatch(part)
    if not found or found[2].strip() not in _UNIT_KMH:
        return 0.0, False
    speed_kmh = float(found[1]) * _UNIT_KMH[found[2].strip()]
    if not (math.isfinite(speed_kmh) and speed_kmh > 0):
        return 0.0, True
    return speed_kmh, False


def _zone_speed(part: str) -> float:
    country, _, zone = part.rpartition(":")
    number = _ZONE_NUMBER.fullmatch(zone)
    if number:
        return float(number[1])
    country = country.partition(":")[0]
    return float(_COUNTRY_KMH.get((country, zone), _ZONES_KMH.get(zone, 0)))


def _one_width(part: str) -> float:
    feet = _FEET.fullmatch(part)
    if feet:
        return (float(feet[1]) + float(feet[2] or 0) / 12) * M_PER_FOOT
    metres = _METRES.fullmatch(part)
    if not metres:
        return 0.0
    return float(metres[1]) / (100 if metres[2] in {"cm", "厘米"} else 1)


def _one_slope(part: str) -> float:
    ratio = _RATIO.fullmatch(part)
    if ratio:
        return 100 / max(float(ratio[1]), 0.01)
    found = _SLOPE.fullmatch(part)
    if not found:
        return 0.0
    number = float(found[1])
    if found[2] == "°":
        return 100 * math.tan(math.radians(min(number, 89)))
    return number / 10 if found[2] == "‰" else number
