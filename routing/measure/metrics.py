"""What every figure of a plan is called, means and is counted in, in both languages."""

from typing import NamedTuple

from routing.words import Lang, Text


class Metric(NamedTuple):
    """One figure.

    Parameters
    ----------
    unit
        "" for a share or a factor.
    name, meaning
        For people.
    """

    unit: str
    name: Text
    meaning: Text


def _metric(unit: str, en: str, zh: str, en_meaning: str, zh_meaning: str) -> Metric:
    return Metric(unit, Text(en, zh), Text(en_meaning, zh_meaning))


PEOPLE = {
    "n_students": _metric("students", "students", "学生数", "all students of the district", "全部学生"),
    "n_entitled": _metric("students", "entitled", "应接送", "students entitled to transport", "应接送学生"),
    "n_served": _metric("students", "served", "已安排", "entitled students with a school or public bus in both directions, or a bed", "往返均有校车或公交、或安排寄宿的应接送学生"),
    "n_unserved": _metric("students", "unserved", "未安排", "entitled students without a way in at least one direction", "至少一个方向未安排的应接送学生"),
    "n_bus": _metric("students", "by school bus", "乘校车", "entitled students with a school bus in both directions", "往返均乘校车的应接送学生"),
    "n_transit": _metric("students", "by public bus", "乘公交", "entitled students with a public bus in both directions", "往返均乘公交的应接送学生"),
    "n_board": _metric("students", "boarding", "寄宿", "students who board during the week, those given and those planned", "寄宿学生，含已寄宿和方案安排的"),
    "n_walk": _metric("students", "walking", "步行", "students neither entitled nor boarding: they walk, or are brought", "不属应接送且不寄宿的学生：步行或由家长接送"),
    "n_unserved_because": _metric("students", "unserved because", "未安排原因", "unserved students by reason (group: code of the reason)", "按原因统计的未安排学生（分组为原因代码）"),
}  # fmt: skip

FLEET = {
    "n_buses": _metric("buses", "buses", "车辆数", "different buses used in a day; group type:… by type of bus", "每日使用的车辆数；分组type:…为各车型"),
    "n_routes": _metric("routes", "routes", "线路数", "runs with students in a day, both directions", "每日载客趟次（往返合计）"),
    "n_stops": _metric("stops", "stops", "站点数", "stops that somebody uses", "有人使用的站点"),
    "km_per_day": _metric("km per day", "kilometres a day", "日行驶里程", "driven by all buses on a school day, empty drives included", "所有车辆每上学日行驶里程，含空驶"),
    "km_with_students": _metric("km per day", "kilometres with students", "载客里程", "driven from the first visit of a route to the last", "线路首站到末站里程"),
    "km_empty": _metric("km per day", "empty kilometres", "空驶里程", "driven from yards, between runs and back to yards", "出车、趟间和收车空驶里程"),
    "share_empty": _metric("", "share of empty kilometres", "空驶率", "empty kilometres of all kilometres", "空驶里程占总里程比例"),
    "mean_seat_use": _metric("", "seat use", "满载率", "most students aboard of the bus's student seats, mean over routes", "各线路最大载客数与学生座位数之比的平均"),
    "n_routes_few": _metric("routes", "routes with few riders", "人数过少线路", "routes with fewer students than the policy's min_riders", "载客少于规定最低人数的线路"),
    "detour_factor": _metric("", "detour", "绕行系数", "kilometres ridden aboard, of the direct drives from home to school of the same students", "学生乘车里程与其住址到校直达行车里程之比"),
}  # fmt: skip

MONEY = {
    "yuan_per_year": _metric("yuan per year", "cost a year", "年费用", "estimate: buses, crews, driving and overhead by the policy's cost model", "估算：按费用模型计车辆、人员、行驶和管理费"),
    "yuan_fixed": _metric("yuan per year", "of it buses and crews", "其中固定费用", "estimate: purchase share, insurance, upkeep, driver and attendants, with overhead", "估算：折旧、保险、维护、司机和照管人员，含管理费"),
    "yuan_running": _metric("yuan per year", "of it driving", "其中行驶费用", "estimate: kilometres of all school days, with overhead", "估算：全年行驶里程费用，含管理费"),
    "yuan_low": _metric("yuan per year", "cost a year, low", "年费用下限", "the estimate less the policy's cost_range_share", "估算下浮"),
    "yuan_high": _metric("yuan per year", "cost a year, high", "年费用上限", "the estimate more the policy's cost_range_share", "估算上浮"),
    "yuan_per_rider": _metric("yuan per year", "cost a year per rider", "每名乘车学生年费用", "the estimate over the students with a bus in at least one direction", "估算费用除以至少一个方向有校车的学生数"),
}  # fmt: skip


def _spread(key: str, en: str, zh: str, en_of: str, zh_of: str) -> dict[str, Metric]:
    """Return the five figures that describe a time over all rides."""
    return {
        f"mean_{key}_s": _metric("s", f"mean {en}", f"平均{zh}", f"{en_of}, mean", f"{zh_of}的平均"),
        f"median_{key}_s": _metric("s", f"median {en}", f"{zh}中位数", f"{en_of}, that half do not exceed", f"{zh_of}，半数不超过此值"),
        f"p90_{key}_s": _metric("s", f"{en}, 90th", f"{zh}90分位", f"{en_of}, that nine in ten do not exceed", f"{zh_of}，九成不超过此值"),
        f"worst5_{key}_s": _metric("s", f"{en}, worst 5 %", f"最长5%{zh}", f"{en_of}, mean of the longest twentieth", f"{zh_of}，最长二十分之一的平均"),
        f"max_{key}_s": _metric("s", f"longest {en}", f"最长{zh}", f"{en_of}, longest", f"{zh_of}的最大值"),
    }  # fmt: skip


TIMES = {
    **_spread("ride", "ride", "乘车时间", "time aboard of a student and direction", "每人每方向乘车时间"),
    **_spread("door_to_door", "door to door", "门到门时间", "walk and ride of a student and direction", "每人每方向步行加乘车时间"),
    "share_ride_over": _metric("", "rides over the limit", "乘车超时比例", "share of rides longer than the policy's max_ride_s of the grade", "超过本年级乘车限时的比例"),
    "share_door_to_door_over": _metric("", "door to door over the limit", "门到门超时比例", "share of journeys longer than the policy's max_door_to_door_s of the grade", "超过本年级门到门限时的比例"),
    "share_over_half_hour": _metric("", "grades 1-3 over half an hour", "1-3年级超半小时比例", "share of journeys, door to door, over 30 minutes in grades 1 to 3 (State Council office 2018-27)", "1-3年级门到门超过30分钟的比例（国办发〔2018〕27号）"),
    "mean_wait_s": _metric("s", "mean wait at school", "在校平均等候", "from arrival to the bell, or from dismissal to departure", "到校至上课或放学至发车的平均时间"),
    "n_early_pickup": _metric("students", "picked up early", "过早上车", "primary pupils whose bus arrives before the policy's earliest_pickup_s", "早于规定最早上车时间的小学生"),
    "mean_walk_m": _metric("m", "mean walk to the stop", "平均步行距离", "home to stop on foot, mean", "住址到站步行距离平均"),
    "p90_walk_m": _metric("m", "walk to the stop, 90th", "步行距离90分位", "home to stop on foot, that nine in ten do not exceed", "住址到站步行距离，九成不超过此值"),
    "max_walk_m": _metric("m", "longest walk to the stop", "最长步行距离", "home to stop on foot, longest", "住址到站步行距离最大值"),
}  # fmt: skip

METRICS = {**PEOPLE, **FLEET, **MONEY, **TIMES}
"""Every figure of ``measure_plan``."""

GROUPS = {
    "all": Text("all", "全部"),
    "g1_3": Text("grades 1-3", "1-3年级"),
    "g4_6": Text("grades 4-6", "4-6年级"),
    "g7_9": Text("grades 7-9", "7-9年级"),
    "to_school": Text("to school", "上学"),
    "to_home": Text("to home", "放学"),
}
"""Groups with words; others are ``school:<id>``, ``type:<id>`` or the code of a reason."""


def meaning(metric: str, lang: Lang = "en") -> str:
    """Return what a figure means, as one line: name and definition.

    Raises
    ------
    KeyError
        When there is no such figure.
    """
    one = METRICS[metric]
    colon = "：" if lang == "zh" else ": "
    return f"{one.name.say(lang)}{colon}{one.meaning.say(lang)}"
