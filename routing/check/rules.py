"""The rules by name: what each says in both languages, and the law behind it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from routing.check.boarding import beds_enough, boards_allowed, modes_agree
from routing.check.case import Case
from routing.check.distances import distances_right
from routing.check.fleet import fleet_enough, one_bus_one_place
from routing.check.legs import legs_on_roads, speed_within_caps
from routing.check.loads import (
    attendants_have_seats,
    boards_where_said,
    counts_add_up,
    seats_enough,
)
from routing.check.people import (
    bus_kind_allowed,
    entitled_rightly,
    needs_met,
    nobody_extra,
    nobody_missing,
    nobody_twice,
    schools_may_share,
)
from routing.check.sides import stops_on_own_side
from routing.check.stops import stops_allowed, walk_within_limit
from routing.check.times import (
    arrives_in_window,
    bells_within_limit,
    door_to_door_within_limit,
    leaves_in_window,
    ride_within_limit,
    times_add_up,
)
from routing.check.transit import (
    transit_allowed,
    transit_as_timetabled,
    transit_in_time,
    transit_seats_enough,
    transit_walks_right,
)
from routing.check.whole import tables_whole
from routing.records import Breach
from routing.words import Text

NO_LAW = Text("", "")
DECREE = Text("State Council Decree 617, ", "《校车安全管理条例》（国务院令第617号）")


def _decree(en: str, zh: str) -> Text:
    return Text(DECREE.en + en, DECREE.zh + zh)


@dataclass(frozen=True)
class Rule:
    """One rule.

    Parameters
    ----------
    judge
        The function that gives its breaches; its docstring is the rule in English.
    zh
        The rule in Chinese.
    law
        The article behind it; empty for the policy's own and for plain bookkeeping.
    """

    judge: Callable[[Case], Iterator[Breach]]
    zh: str
    law: Text = NO_LAW

    @property
    def name(self) -> str:
        """The name under which breaches are reported."""
        return self.judge.__name__

    @property
    def text(self) -> Text:
        """The rule in one sentence."""
        return Text((self.judge.__doc__ or "").splitlines()[0], self.zh)


RULES = (
    Rule(tables_whole, "数据表齐全，单元格类型正确，主键唯一，外键有效。"),
    Rule(
        nobody_missing,
        "每名应接送学生往返均有安排；未安排的须写明原因。",
        _decree("art. 3", "第三条"),
    ),
    Rule(nobody_twice, "同一方向任何学生不得重复安排。"),
    Rule(nobody_extra, "乘车表中只有应接送学生。", _decree("art. 40", "第四十条")),
    Rule(
        entitled_rightly,
        "超过规定距离的学生均列为应接送，恰在限值的不列；撤并学校学生列入，寄宿生不列。",
    ),
    Rule(distances_right, "学生到校直线、步行、行车距离与地图和路网重算一致。"),
    Rule(
        attendants_have_seats,
        "每种车型须为驾驶人和每名照管人员留座。",
        _decree("arts. 38 and 40", "第三十八条、第四十条"),
    ),
    Rule(seats_enough, "任何时候车上学生不超过法定座位数。", _decree("art. 34", "第三十四条")),
    Rule(counts_add_up, "停靠、线路、站点人数与乘车表一致，终点车上无人。"),
    Rule(boards_where_said, "学生在所列站点和本校按顺序上下车。", _decree("art. 32", "第三十二条")),
    Rule(
        bus_kind_allowed,
        "学生只乘坐适用其学段的校车，幼儿一般不乘校车。",
        _decree("arts. 2 and 60; GB 7258", "第二条、第六十条；GB 7258"),
    ),
    Rule(schools_may_share, "不同学校学生同车须为规则所允许。"),
    Rule(needs_met, "车上每辆轮椅均有轮椅位。"),
    Rule(ride_within_limit, "学生乘车时间不超过本年级限值。"),
    Rule(
        door_to_door_within_limit,
        "规定须保证门到门用时的学生，其门到门时间不超过本年级限值。",
    ),
    Rule(walk_within_limit, "学生步行到站距离不超过本年级限值，且与路网相符。"),
    Rule(arrives_in_window, "上学校车在上课前规定时段内到校。"),
    Rule(leaves_in_window, "放学校车在放学后规定时段内离校。"),
    Rule(bells_within_limit, "学校作息调整不超过允许范围。"),
    Rule(times_add_up, "各时刻与行车、停站、步行时间相符，合计无误。"),
    Rule(legs_on_roads, "每段里程和用时等于该车可通行、可转弯的最快路径（独立重算）。"),
    Rule(
        speed_within_caps,
        "任何路段和线路不超过载有学生校车的限速。",
        _decree("art. 35", "第三十五条"),
    ),
    Rule(one_bus_one_place, "同一辆车不得同时在两处，相邻趟次间有足够空驶时间。"),
    Rule(fleet_enough, "所用车辆不超过可用数，停放点不超员。"),
    Rule(
        stops_allowed,
        "站点设在允许停靠的道路上，位置相符，未使用禁用站点。",
        _decree("arts. 32 and 33", "第三十二条、第三十三条"),
    ),
    Rule(
        stops_on_own_side,
        "校车停靠在站点一侧路边；仅在允许学生横穿的道路上可停对侧。",
        _decree("art. 33", "第三十三条"),
    ),
    Rule(modes_agree, "学生往返的方式与学生表所写一致。"),
    Rule(transit_allowed, "低年级不独自乘公交；规则不考虑公交时无人乘公交。"),
    Rule(
        transit_as_timetabled,
        "公交乘车均为时刻表所有。",
        Text("Shandong order 295, art. 4 (excerpt)", "山东省政府令第295号第四条（摘录）"),
    ),
    Rule(transit_walks_right, "往返公交站步行不超过本年级限值，且与路网相符。"),
    Rule(
        transit_in_time,
        "公交在上课前送到、放学后接走，站台等候不超限，时间合计无误。",
        Text("Zhejiang opinion 2016 (excerpt)", "浙江省2016年意见（摘录）"),
    ),
    Rule(transit_seats_enough, "公交班次的学生不超过余座。"),
    Rule(
        boards_allowed,
        "低年级学生不安排寄宿；规则不安排寄宿时无人新增寄宿。",
        Text("State Council office 2018-27 (excerpt)", "国办发〔2018〕27号（摘录）"),
    ),
    Rule(beds_enough, "各校寄宿生（含已寄宿者）不超过床位数。"),
)
"""Every rule, in the order of the report."""


def explain_rule(name: str) -> Text:
    """Return what a rule says, with its law, in both languages.

    Raises
    ------
    KeyError
        When there is no such rule.
    """
    rule = {rule.name: rule for rule in RULES}[name]
    if not rule.law.en:
        return rule.text
    return Text(f"{rule.text.en} ({rule.law.en})", f"{rule.text.zh}（{rule.law.zh}）")
