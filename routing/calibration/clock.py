"""When was it? The moment of a recorded point, as recorders and spreadsheets write it."""

import datetime as dt
import re

from routing.words import Text

LOCAL_S = 8 * 3600
"""A time without a zone is China's (s east of Greenwich)."""

NO_TIME = (
    Text("is no date and time.", "不是日期和时间。"),
    Text("Write it as 2026-09-01 07:05:30.", "请写成2026-09-01 07:05:30的形式。"),
)
NO_SECONDS = (
    Text("has no seconds.", "缺少秒。"),
    Text(
        "Format the column as yyyy-mm-dd hh:mm:ss before saving it as CSV.",
        "另存为CSV前，请将该列格式设为yyyy-mm-dd hh:mm:ss。",
    ),
)
"""What is wrong with a text that is no moment, and what to do."""

_EPOCH = dt.datetime(1970, 1, 1)
_PARTS = re.compile(
    r"(?P<Y>\d{4})[-/.年]\s?(?P<M>\d{1,2})[-/.月]\s?(?P<D>\d{1,2})日?[T ]\s*"
    r"(?P<h>\d{1,2})\s?[:时]\s?(?P<m>\d{1,2})\s?(?:(?:[:分]\s?(?P<s>\d{1,2}))?秒?|分)(?:[.,](?P<f>\d+))?\s*"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?P<Y>\d{4})(?P<M>\d{2})(?P<D>\d{2})[T ]?(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})(?P<f>)(?P<zone>Z?)"
)
_COUNTED = re.compile(r"(1\d{9})(\d{3})?(?:\.0*)?")


def parse_moment(text: str) -> float | str:
    """Return seconds since 1970 began; or "no_time" or "no_seconds".

    Read are ``2026-09-01 07:05:30``, the same with ``T``, slashes, Chinese marks, parts of
    a second or a zone, ``20260901070530``, and seconds or milliseconds since 1970.

    Parameters
    ----------
    text
        A clean text.
    """
    counted = _COUNTED.fullmatch(text)
    if counted:
        return float(counted[1]) + float(counted[2] or 0) / 1000
    match = _PARTS.fullmatch(text) or _COMPACT.fullmatch(text)
    if not match:
        return "no_time"
    if match["s"] is None:
        return "no_seconds"
    try:
        day = dt.datetime(int(match["Y"]), int(match["M"]), int(match["D"]))
        clock = dt.time(int(match["h"]), int(match["m"]), int(match["s"]))
        moment = dt.datetime.combine(day, clock)
    except ValueError:
        return "no_time"
    seconds = (moment - _EPOCH).total_seconds() + float(f"0.{match['f'] or 0}")
    return seconds - _zone_s(match["zone"])


def _zone_s(zone: str | None) -> int:
    if not zone:
        return LOCAL_S
    if zone.upper() == "Z":
        return 0
    size = int(zone[1:3]) * 3600 + int(zone[-2:]) * 60
    return -size if zone[0] == "-" else size
