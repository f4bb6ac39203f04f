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


MODE_WHY = {
    "within_limit": Text("near enough to walk", "距离在步行范围内"),
    "not_merged": Text("no distance rule, and not from a closed school", "无距离规定且非撤并学校学生"),
    "kindergarten": Text("kindergarten children are brought by their guardians", "幼儿由监护人接送"),
    "boards": Text("boards during the week", "周内寄宿"),
    "transit": Text("a public bus with seats goes both ways at the right times", "公交往返时间合适且有余座"),
    "board_needed": Text("no bus brings them within the ride limit; there is a bed", "任何校车均超过乘车限时，学校有床位"),
    "board_no_road": Text("no bus reaches the home by road; there is a bed", "校车无路可达，学校有床位"),
    "board_far": Text("lives far enough to board before a school bus comes in", "距离较远，寄宿优先于校车"),
    "bus_transit_off": Text("the rules leave public buses out", "规则不考虑公交"),
    "bus_no_timetable": Text("no public timetable is given", "没有公交时刻表"),
    "bus_no_home": Text("the home is unknown or near no road of the school's network", "住址不明或不在学校所在路网附近"),
    "bus_young": Text("too young for public buses alone", "年龄太小，不宜独自乘公交"),
    "bus_wheelchair": Text("uses a wheelchair: the school bus has the place", "使用轮椅，由校车接送"),
    "bus_no_platform": Text("no public stop within walking distance of both home and school", "住址和学校步行范围内没有同时具备公交站"),
    "bus_no_trip": Text("no public bus goes both ways at the right times within the limits", "没有往返时间均合适的公交班次"),
    "bus_full": Text("the public buses at the right times are full", "合适班次的公交已无余座"),
    "bus_no_bed": Text("no bus brings them within the limits, and no bed is left", "任何校车均超限，且床位不足"),
    "bus_young_to_board": Text("no bus brings them within the limits, and they are too young to board", "任何校车均超限，且年龄太小不能寄宿"),
    "no_location": Text("no way found: the home's place is unknown", "未安排：住址位置不明"),
    "far_from_road": Text("no way found: the home is too far from any road", "未安排：住址距道路过远"),
    "island": Text("no way found: the roads near the home do not connect to the school's", "未安排：住址附近道路与学校所在路网不连通"),
    "no_bus_road": Text("no way found: no bus may reach the school's road", "未安排：学校所在道路不允许校车到达"),
    "no_stop_in_reach": Text("no way found: no place for a stop is near enough on foot", "未安排：步行范围内没有可停靠地点"),
    "ride_too_long": Text("no way found: even the direct drive is beyond the ride limit", "未安排：直达行车也超过乘车限时"),
    "no_bus": Text("no way found: no bus is left among those available", "未安排：可用车辆不足"),
    "no_place_for_need": Text("no way found: no kind of bus has a place for the need", "未安排：无满足特殊需要的车型"),
    "bus_kind": Text("no way found: no kind of bus is approved for this grade", "未安排：无适用该学段的车型"),
}  # fmt: skip
"""Codes of ``students.mode_why``; those of ``UNSERVED`` too, without numbers."""


def explain_mode(mode_why: str, lang: Lang = "en") -> str:
    """Return in words why a student goes to school in this way.

    Parameters
    ----------
    mode_why
        A code of ``MODE_WHY``.
    lang
        "en" or "zh".
    """
    return MODE_WHY[mode_why].say(lang)
