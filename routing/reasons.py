"""Why a student is entitled or not, and why one is unserved: codes, and their words."""

from routing.units import format_metres, format_minutes
from routing.words import Lang, Text

WHY = {
    "beyond_limit": Text("lives {found} from school, beyond {limit}", "距校{found}，超过{limit}"),
    "within_limit": Text("lives {found} from school, within {limit}", "距校{found}，不超过{limit}"),
    "merged": Text("attends this school because an earlier one was closed", "因原学校撤并就读本校"),
    "not_merged": Text("no distance rule, and not from a closed school", "无距离规定且非撤并学校学生"),
    "boards": Text("boards during the week", "周内寄宿"),
    "kindergarten": Text("kindergarten children are brought by their guardians", "幼儿由监护人接送"),
    "no_location": Text("home unknown: entitled until shown otherwise", "住址不明：在查明前按应接送处理"),
    "no_way": Text("no way to school on the network measured: entitled until shown otherwise", "在所用路网上无路可达：在查明前按应接送处理"),
}  # fmt: skip
"""Codes of ``students.why``."""

UNSERVED = {
    "no_location": Text("the home's place is unknown", "住址位置不明"),
    "far_from_road": Text("the home is {found} from the nearest road; the limit is {limit}", "住址距最近道路{found}，限值{limit}"),
    "island": Text("the roads near the home do not connect to the school's", "住址附近道路与学校所在路网不连通"),
    "no_bus_road": Text("no bus may reach the school's road", "学校所在道路不允许校车到达"),
    "no_stop_in_reach": Text("the nearest place where a bus can stop and drive on is {found} on foot; the limit is {limit}", "最近可停靠并驶离的地点步行{found}，限值{limit}"),
    "ride_too_long": Text("the direct drive takes {found}; the ride limit is {limit}", "直达行车需{found}，乘车限时{limit}"),
    "no_bus": Text("no bus is left among those available", "可用车辆不足"),
    "no_place_for_need": Text("no kind of bus has a place for the need", "无满足特殊需要的车型"),
    "bus_kind": Text("no kind of bus is approved for this grade", "无适用该学段的车型"),
}  # fmt: skip
"""Codes of ``rides.reason``."""

_IN_SECONDS = {"ride_too_long"}


def explain_why(why: str, found_m: float | None, limit_m: float | None, lang: Lang = "en") -> str:
    """Return in words why a student is entitled or not.

    Parameters
    ----------
    why
        A code of ``WHY``.
    found_m, limit_m
        The distance measured and the policy's limit (m), where there are any.
    lang
        "en" or "zh".
    """
    return WHY[why].say(lang, found=_metres(found_m, lang), limit=_metres(limit_m, lang))


def explain_unserved(
    reason: str, found: float | None, limit: float | None, lang: Lang = "en"
) -> str:
    """Return in words why a student is unserved.

    Parameters
    ----------
    reason
        A code of ``UNSERVED``.
    found, limit
        What was measured and the limit that binds (m, or s for a ride).
    lang
        "en" or "zh".
    """
    if reason in _IN_SECONDS and found is not None and limit is not None:
        words = {
            "found": format_minutes(found, lang),
            "limit": format_minutes(limit, lang),
        }
    else:
        words = {"found": _metres(found, lang), "limit": _metres(limit, lang)}
    return UNSERVED[reason].say(lang, **words)


def _metres(distance_m: float | None, lang: Lang) -> str:
    return "?" if distance_m is None else format_metres(distance_m, lang)
