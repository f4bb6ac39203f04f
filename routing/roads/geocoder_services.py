"""What do geocoding services ask for, and what do they answer? Nominatim, Tianditu, AMap."""

import json
from collections.abc import Mapping
from typing import Any

from routing.roads.geocoders import CHECK_KEY, UNKNOWN, Answer, Said, Service
from routing.words import Text

_QUOTA = Text(
    "the quota of this key is used up, by the day or by the second ({said}).",
    "该密钥的配额（每日或每秒）已用完（{said}）。",
)
_TOMORROW = Text(
    "Ask again later or tomorrow; what was found so far is kept in the table.",
    "请稍后或明日再查；已查得的结果已写入表中。",
)
_KEY_SAID = Text("does not accept the key ({said}).", "不接受该密钥（{said}）。")


def _read_nominatim(data: Any) -> Answer:
    if not data:
        return UNKNOWN
    best = data[0]
    rank = int(best.get("place_rank", 0))
    precision = (
        "address"
        if rank >= 26
        else "village"
        if rank >= 19
        else "town"
        if rank >= 16
        else "doubtful"
    )
    score = 100 * float(best.get("importance") or 0)
    return Answer(float(best["lon"]), float(best["lat"]), precision, round(min(score, 100.0), 1))


def _read_tianditu(data: Any) -> Answer:
    status = str(data.get("status", ""))
    said = str(data.get("msg") or data.get("message") or "")[:60]
    if data.get("code") is not None and "location" not in data:
        said = f"{data['code']} {said}".strip()
        if any(word in said for word in ("限", "超", "quota", "over")):
            raise Said(_QUOTA.fill(said=said), _TOMORROW)
        raise Said(_KEY_SAID.fill(said=said), CHECK_KEY)
    if status != "0" or not data.get("location"):
        return UNKNOWN
    place = data["location"]
    precision = _LEVELS.get(str(place.get("level", "")), "doubtful")
    score = float(place.get("score") or 0)
    return Answer(float(place["lon"]), float(place["lat"]), precision, score, "CGCS2000")


def _read_amap(data: Any) -> Answer:
    if str(data["status"]) != "1":
        code, said = str(data.get("infocode", "")), f"{data.get('infocode', '')} {data.get('info', '')}"[:60]  # fmt: skip
        if code in _AMAP_QUOTA:
            raise Said(_QUOTA.fill(said=said), _TOMORROW)
        raise Said(_KEY_SAID.fill(said=said), CHECK_KEY)
    if not data.get("geocodes"):
        return UNKNOWN
    place = data["geocodes"][0]
    lon, lat = (float(part) for part in place["location"].split(","))
    level = place.get("level")
    precision = _LEVELS.get(level if isinstance(level, str) else "", "doubtful")
    return Answer(lon, lat, precision, _LEVEL_SCORES[precision], "GCJ-02")


_LEVELS = {
    "门牌号": "address", "门址": "address", "单元号": "address", "楼栋": "address", "兴趣点": "address",
    "住宅区": "address", "村庄": "village", "自然村": "village", "行政村": "village", "村委会": "village",
    "社区": "village", "热点商圈": "doubtful", "道路": "doubtful", "道路交叉路口": "doubtful",
    "乡镇": "town", "乡镇街道": "town", "街道": "town",
}  # fmt: skip
"""Words of the Chinese services for what an answer is the point of."""

_LEVEL_SCORES = {"address": 90.0, "village": 80.0, "town": 40.0, "doubtful": 10.0}
"""AMap gives a level and no score; ours by level (assumed)."""

_AMAP_QUOTA = frozenset(("10003", "10004", "10014", "10019", "10020", "10021", "10029", "10044"))
"""AMap's codes for limits by day, by minute and by second (its table of error codes)."""

SERVICES: Mapping[str, Service] = {
    service.name: service
    for service in (
        Service(
            # its usage policy: one question a second at most, and who asks
            "nominatim", "https://nominatim.openstreetmap.org/search", needs_key=False, pause_s=1.0,
            ask=lambda address, _: {"q": address, "format": "jsonv2", "limit": "1"},
            read=_read_nominatim,
        ),
        Service(
            "tianditu", "https://api.tianditu.gov.cn/geocoder", needs_key=True, pause_s=0.1,
            ask=lambda address, key: {
                "ds": json.dumps({"keyWord": address}, ensure_ascii=False), "tk": key,
            },
            read=_read_tianditu,
        ),
        Service(
            # three questions a second are free to a key (assumed: see the key's own page)
            "amap", "https://restapi.amap.com/v3/geocode/geo", needs_key=True, pause_s=0.4,
            ask=lambda address, key: {"address": address, "key": key, "output": "JSON"},
            read=_read_amap,
        ),
    )
}  # fmt: skip
"""Name in ``county.toml`` -> service."""
