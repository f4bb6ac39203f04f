"""What every figure of a comparison means, with unit and source, in both languages."""

from typing import NamedTuple

from routing.words import Text


class Figure(NamedTuple):
    """One figure of a comparison.

    Parameters
    ----------
    unit
        "" for a share or a coefficient.
    name, meaning, source
        For people.
    """

    unit: str
    name: Text
    meaning: Text
    source: Text


OURS = Text("counted from the plan's tables", "由方案数据表统计")
POLICY = Text("the limits of the rules, each with its source", "规则中的各项限值，均注明来源")
COUNCIL = Text(
    "State Council office 2018-27: grades 1-3 half an hour; other limits by the rules",
    "国办发〔2018〕27号：1-3年级不超过半小时；其余按规则限值",
)
SPREAD = Text("order statistics over pupils", "按学生人数的次序统计量")
LORENZ = Text(
    "Lorenz 1905, Gini 1912; for transport Delbosc & Currie 2011, Journal of Transport Geography 19",
    "洛伦兹（1905）、基尼（1912）；交通应用见Delbosc与Currie（2011）",
)
PALMA = Text(
    "after Palma 2011, Development and Change 42, who divides incomes of the top tenth by those of the bottom 40 %",
    "参照Palma（2011），原为收入最高10%与最低40%之比",
)  # fmt: skip

_BANDS = (
    ("", Text("", "")),
    ("_g1_3", Text(", grades 1-3", "，1-3年级")),
    ("_g4_6", Text(", grades 4-6", "，4-6年级")),
    ("_g7_9", Text(", grades 7-9", "，7-9年级")),
)


def _join(text: Text, more: Text) -> Text:
    return Text(text.en + more.en, text.zh + more.zh)


def _by_band(key: str, name: Text, meaning: Text, source: Text) -> dict[str, Figure]:
    return {
        key + band: Figure("", _join(name, words), _join(meaning, words), source)
        for band, words in _BANDS
    }


_TIME = Text(
    "the door-to-door time of a pupil, the longer of morning and afternoon; boarders and pupils without a way have none and are not in it",
    "学生门到门时间（上学、放学取较长者）；寄宿生和未安排学生无此时间，不计入",
)  # fmt: skip


def _time(en: str, zh: str, en_of: str, zh_of: str, unit: str, source: Text) -> Figure:
    return Figure(unit, Text(en, zh), Text(f"{en_of}: {_TIME.en}", f"{zh_of}：{_TIME.zh}"), source)


EQUITY = {
    **_by_band(
        "share_over",
        Text("share beyond the limits", "超限比例"),
        Text("pupils whose day breaks a limit (ride, door to door, half hour of grades 1-3, early pick-up, no way, boarding too young), of all pupils", "一日行程超出任一限值（乘车、门到门、1-3年级半小时、上车过早、未安排、低年级寄宿）的学生占全部学生比例"),
        COUNCIL,
    ),
    **_by_band(
        "share_door_over",
        Text("share beyond the door-to-door limit", "门到门超限比例"),
        Text("pupils whose longer way, door to door, exceeds the limit of the grade, of those whose time is known", "较长方向门到门时间超过本年级限值的学生占用时已知学生的比例"),
        COUNCIL,
    ),
    "worst5_door_s": _time("worst 5 %, mean", "最长5%平均", "mean of the longest twentieth, at least one pupil", "最长二十分之一（至少一人）的平均", "s", SPREAD),
    "median_door_s": _time("median", "中位数", "what half do not exceed", "半数学生不超过的值", "s", SPREAD),
    "p90_door_s": _time("P90", "90分位", "what nine in ten do not exceed", "九成学生不超过的值", "s", SPREAD),
    "mean_door_s": _time("mean", "平均", "mean over pupils", "按学生人数平均", "s", SPREAD),
    "gini_door": _time("Gini coefficient", "基尼系数", "0 where all ways are equally long, near 1 where one pupil has them all; sum over all pairs of |x - y|, over 2 n² times the mean. It knows nothing of how long the ways are: all twice as long leave it as it is", "各人用时相同为0，全部集中于一人时接近1；所有两两之差绝对值之和除以2n²与平均值之积；不反映用时绝对长短", "", LORENZ),
    "palma_door": _time("Palma ratio", "帕尔马比", "all time of the tenth with the longest ways over all time of the 40 % with the shortest; 0.25 where all are equal; tenths of a pupil count", "用时最长10%学生总用时与最短40%学生总用时之比；完全相等时为0.25；人数按比例折算", "", PALMA),
    "n_timed": Figure("students", Text("pupils with a known time", "用时已知学生数"), Text("pupils over whom the times above are taken; where many board, or have no way, the times say less", "上述用时所涉及的学生；寄宿或未安排人数多时代表性降低"), OURS),
}  # fmt: skip
"""Figures of equity, threshold shares and the worst-off first, coefficients last."""

COSTS = Text(
    "the cost model of the rules, every number with its source", "规则中的费用模型，各项均注明来源"
)
DECREE = Text(
    "Decree 617: the permit of a school bus names its line, its stops and its times",
    "《校车安全管理条例》（国务院令第617号）：校车使用许可载明行驶线路、停靠站点和开行时间",
)


def _count(
    unit: str, en: str, zh: str, en_meaning: str, zh_meaning: str, source: Text = OURS
) -> Figure:
    return Figure(unit, Text(en, zh), Text(en_meaning, zh_meaning), source)


HEADLINE = {
    "yuan_per_year": _count("yuan per year", "cost a year", "年费用", "estimate of all that the cost model knows: buses, driving, schools, canteens, boarding", "按费用模型估算：车辆、行驶、学校、食堂、寄宿", COSTS),
    "yuan_low": _count("yuan per year", "cost a year, low", "年费用下限", "low end of the range", "估算下限", COSTS),
    "yuan_high": _count("yuan per year", "cost a year, high", "年费用上限", "high end of the range", "估算上限", COSTS),
    "n_buses": _count("buses", "buses", "校车数", "different buses in a day", "每日使用校车数"),
    "n_schools": _count("schools", "schools open", "开办学校数", "schools of the plan", "方案中的学校数"),
    "n_closed": _count("schools", "schools closed", "撤并学校数", "schools of the present that the plan no longer has", "现有而方案中不再开办的学校"),
    "n_students": _count("students", "pupils", "学生数", "all pupils of the plan", "方案中的全部学生"),
    "n_changed": _count("students", "pupils who change school", "更换学校学生数", "another school than in the present", "就读学校与现状不同的学生"),
    "n_worse": _count("students", "pupils worse off", "用时增加学生数", "a way longer by a minute or more, or none where there was one", "门到门时间增加一分钟及以上，或由有安排变为未安排"),
    "n_severe": _count("students", "pupils hit severely", "严重困难学生数", "severe hardship by the thresholds of the grade", "按年级阈值判定为严重困难"),
    "max_more_s": _count("s", "most that a way gets longer", "最多增加用时", "door to door, after less before, of the pupil who loses most", "门到门时间增加最多的学生"),
    "child_hours_per_day": _count("hours per day", "children's hours on the way", "学生每日在途总时数", "door-to-door times of all pupils with a known time, both directions", "用时已知学生上学和放学门到门时间之和"),
    "worst5_door_s": EQUITY["worst5_door_s"],
    "share_over": EQUITY["share_over"],
    "n_walk": _count("students", "on foot", "步行学生数", "pupils who walk", "步行上学"),
    "n_bus": _count("students", "by school bus", "乘校车学生数", "pupils with a school bus", "乘坐校车"),
    "n_transit": _count("students", "by public bus", "乘公交学生数", "pupils by public bus", "乘坐公交"),
    "n_board": _count("students", "boarders", "寄宿学生数", "pupils who board", "寄宿"),
    "n_unserved": _count("students", "without a way", "未安排学生数", "pupils without a way in at least one direction", "至少一个方向未安排"),
    "n_new_stops": _count("stops", "stops to be permitted", "需新许可站点", "stops where the present has none (places rounded to 0.00001 degree, about a metre)", "现状中没有的站点（坐标取至0.00001度，约1米）", DECREE),
    "n_new_lines": _count("routes", "lines to be permitted", "需新许可线路", "runs whose sequence of stops, or a time on it to the minute, is in no run of the present", "停靠序列或时刻（精确到分）与现状不同的线路", DECREE),
    "n_only_before": _count("students", "only in the present", "仅现状有的学生", "pupils whom the plan does not name", "方案中没有的学生"),
    "n_only_after": _count("students", "only in the plan", "仅方案有的学生", "pupils whom the present does not name", "现状中没有的学生"),
}  # fmt: skip
"""Figures of the headline."""
