"""What each rule of the policy is called, and its source, for a reader of either language.

The English source is the policy's own; only its Chinese wording is here.
"""

from typing import NamedTuple

from routing.words import Text


class RuleWords(NamedTuple):
    """The name of a rule in both languages, and its source in Chinese."""

    name: Text
    source_zh: str


def _of(en: str, zh: str, source_zh: str) -> RuleWords:
    return RuleWords(Text(en, zh), source_zh)


RULE_WORDS = {
    "name": _of("name of this set of rules", "规则名称", ""),
    "ride_beyond_m": _of("entitled when living further from school than", "超过此距离应提供接送", "东昌府区2023年方案第11条：走读生距校2公里以上（法规）"),
    "distance_measure": _of("how that distance is measured", "距离的计量方式", "方案未规定；按步行路网（假定）"),
    "merged_entitled": _of("pupils of merged schools are entitled", "撤并学校学生应提供接送", "安丘市2023年方案第4条：保障并校学生校车（法规）"),
    "kindergarten_by_bus": _of("kindergarten children may ride", "幼儿乘坐校车", "国务院令第617号第60条；山东省学前教育规定第33条（法规）"),
    "max_ride_s": _of("longest ride", "最长乘车时间", "1至3年级半小时：国办发〔2018〕27号（摘录）；其余（假定）"),
    "max_door_to_door_s": _of("longest way from door to door", "最长门到门时间", "1至3年级半小时：国办发〔2018〕27号（摘录）；其余（假定）"),
    "door_to_door_kept": _of("whose way door to door the plan keeps within the limit", "方案须保证门到门不超限的学生", "never为不保证，moved为因情景转学的学生，all为全部；其余只计量并说明（假定）"),
    "earliest_pickup_s": _of("no bus comes before", "最早上车时间", "07:00，由2021年11月睡眠管理规定推算（推算）"),
    "arrive_before_min_s": _of("buses arrive before the bell by at least", "至少提前到校", "至少提前10分钟，美国惯例（摘录）"),
    "arrive_before_max_s": _of("buses arrive before the bell by at most", "至多提前到校", "至多提前30分钟，美国惯例（摘录）"),
    "leave_after_min_s": _of("buses leave after dismissal by at least", "放学后至少多久发车", "至少5分钟，贝灵厄姆学区程序6600（摘录）"),
    "leave_after_max_s": _of("buses leave after dismissal by at most", "放学后至多多久发车", "至多30分钟，贝灵厄姆学区程序6600（摘录）"),
    "move_bells_max_s": _of("bells of a school may move by at most", "作息时间最多可调整", "县级同意前不调整（假定）"),
    "move_bells_step_s": _of("bells move in steps of", "作息时间调整的步长", "五分钟一档（假定）"),
    "move_bells_yuan": _of("moving one school's bells must save at least", "每校调整作息须至少节省", "通知、教职工与家长的代价（假定）"),
    "bell_primary_from_s": _of("no bell moves to before, where primary pupils learn", "有小学生的学校上课时间不得调至早于", "教育部2021年睡眠管理通知：小学不早于8:20（摘录）"),
    "bell_junior_from_s": _of("no bell of a junior school moves to before", "初中上课时间不得调至早于", "教育部2021年睡眠管理通知：中学不早于8:00（摘录）"),
    "max_walk_to_stop_m": _of("longest walk to the stop", "到站最长步行距离", "美国惯例为400至1100米（假定）"),
    "walk_m_per_s": _of("walking speed", "步行速度", "介于学前实测与成人设计速度之间（假定）"),
    "stop_s": _of("standing at a stop, fixed part", "站点停靠固定时间", "BiRD为30秒，含系安全带与清点（假定）"),
    "board_s": _of("standing at a stop, for each pupil", "站点停靠每名学生", "BiRD为5秒，Park为2.6秒（假定）"),
    "handover_s": _of("handing a small pupil to an adult", "与家长交接每名低年级学生", "下午与1、2年级家长交接（假定）"),
    "handover_last_grade": _of("handed to an adult up to grade", "需与家长交接的最高年级", "山东省学校安全条例2018第40条：1、2年级（法规）"),
    "school_stop_s": _of("standing at school, fixed part", "学校停靠固定时间", "Park算例（摘录）"),
    "school_alight_s": _of("standing at school, for each pupil", "学校停靠每名学生", "Park算例1.9秒，向上取整（摘录）"),
    "right_hand_traffic": _of("traffic keeps to the right; buses stop at the right-hand kerb", "靠右行驶，校车停靠右侧路边", "学生在道路右侧上下车，国务院令第617号第33条（法规）"),
    "stop_gap_m": _of("spacing of the places looked at for a stop", "沿路查找站点的间距", "（假定）"),
    "stop_worth_student_m": _of("another stop must save so much walking", "增设一站须节省的步行总量", "（假定）"),
    "max_home_to_road_m": _of("homes further from a road are reported, not moved", "住址距道路超过此值则报告不移动", "（假定）"),
    "moved_far_m": _of("homes moved further to a road are listed for review", "移至道路超过此值则列出复核", "（假定）"),
    "attendants": _of("attendants on each bus", "每车照管人员", "国务院令第617号第38条：全程随车照管（法规）"),
    "second_attendant_above_seats": _of("a second attendant above", "超过此座位数增加一名照管人员", "GB 24407-2009；未见2012版（摘录）"),
    "min_riders": _of("lines with fewer riders are listed for review", "乘车人数少于此值的线路列出复核", "贵阳2023年做法（摘录）"),
    "run_speed_kmh": _of("free-flow speed by class of road", "各级道路自由流速度", "（假定）"),
    "time_factor": _of("all driving times are multiplied by", "行车时间修正系数", "宜按校车行驶记录校准（假定）"),
    "signed_share": _of("share of a signed limit that a bus drives", "实际车速与限速标志之比", "OSRM小汽车参数（记忆）"),
    "signed_gain_max": _of("a sign raises its class's speed at most", "限速标志最多提高速度的倍数", "标志是上限，不是承诺（假定）"),
    "cap_motorway_kmh": _of("speed cap on motorways", "高速公路限速", "载有学生的校车，国务院令第617号第35条（法规）"),
    "cap_other_kmh": _of("speed cap on other roads", "其他道路限速", "载有学生的校车，国务院令第617号第35条（法规）"),
    "cap_single_urban_kmh": _of("speed cap, one lane each way in a town", "城镇同方向单车道限速", "道路交通安全法实施条例第45条（法规）"),
    "cap_no_centreline_rural_kmh": _of("speed cap, no centre line", "无中心线公路限速", "道路交通安全法实施条例第45条（法规）"),
    "cap_no_centreline_urban_kmh": _of("speed cap, no centre line in a town", "无中心线城镇道路限速", "道路交通安全法实施条例第45条（法规）"),
    "cap_narrow_kmh": _of("speed cap on narrow roads", "窄路限速", "国务院令第617号第35条第3款（法规）；何为窄路见窄路宽度"),
    "narrow_below_m": _of("a road is narrow below", "窄路宽度", "双向共用一条车道亦为窄路（假定）"),
    "bus_length_m": _of("length of a bus whose type does not say", "车型未注明时的车长", "约36座（假定）"),
    "bus_width_m": _of("width of a bus whose type does not say", "车型未注明时的车宽", "GB 1589允许2.55米（记忆）"),
    "bus_height_m": _of("height of a bus whose type does not say", "车型未注明时的车高", "GB 24407-2012最高值（摘录）"),
    "bus_weight_t": _of("laden weight of a bus whose type does not say", "车型未注明时的总质量", "约36座（假定）"),
    "height_margin_m": _of("room above the bus under a bridge or frame", "桥下或限高架下净空余量", "（假定）"),
    "width_margin_m": _of("room beside the bus, both sides together", "两侧净宽余量合计", "（假定）"),
    "soft_road_length_m": _of("a longer bus does not take earth, mud or sand", "超过此车长不走土路、泥路、沙路", "0为一律不走（假定）"),
    "three_point_length_m": _of("a bus up to this length may turn by reversing at dead ends", "不超过此车长可在断头路倒车掉头", "0为一律不可（假定）"),
    "turn_at_school": _of("a bus may turn round at a school's gate", "校车可在校门前掉头", "利用校前场地（假定）"),
    "cross_from": _of("pupils may cross roads of this class and smaller", "学生可横过此等级及以下道路", "须符合车道数限制（假定）"),
    "cross_lanes": _of("pupils cross no road with more lanes than", "学生不得横过车道数超过此值的道路", "双向合计，单向一条（假定）"),
    "stops_with_routes": _of("stops are chosen with the routes in mind", "选站时同时考虑线路", "用五分之一的搜索时间；整县效果尚未证实（假定）"),
    "mixed_loads": _of("pupils of several schools on one bus", "不同学校学生同车", "同类学校之间、或除幼儿园外任意学校（假定）"),
    "stay_close_m": _of("planning on from an earlier plan, a new way between stops counts longer by", "在原方案基础上规划时，新增站间路段按加长计", "0为不要求保持原线路（假定）"),
    "turn_near_s": _of("turning to the near side", "近侧转弯（右转）用时", "OSRM小汽车参数，90度（记忆）"),
    "turn_across_s": _of("turning across the other traffic", "横过对向车流转弯（左转）用时", "OSRM小汽车参数，90度（记忆）"),
    "turn_sharp_s": _of("turning back by more than 135 degrees", "大于135度急转用时", "OSRM小汽车参数（记忆）"),
    "turn_back_s": _of("turning round at a turning place", "在掉头处掉头用时", "OSRM小汽车参数（记忆）"),
    "signal_s": _of("passing a traffic signal", "通过信号灯用时", "OSRM小汽车参数（记忆）"),
    "time_factors": _of("driving times by class of road are multiplied by", "各级道路行车时间修正系数", "由校车行驶记录校准得出（假定）"),
    "cap_unpaved_kmh": _of("speed cap on unsealed roads", "未铺装道路限速", "OSRM小汽车参数（摘录）"),
    "cap_hazard_kmh": _of("speed cap at hazards and in bad weather", "危险路段及恶劣天气限速", "急弯、陡坡、冰雪、能见度低，国务院令第617号第35条第3款（法规）"),
    "bend_radius_m": _of("a bend is sharp under this radius", "急弯半径", "JTG D20时速30公里公路极限半径（记忆）；0为不计"),
    "steep_pct": _of("a road is steep from this slope on", "陡坡坡度", "JTG D20时速30公里公路最大纵坡（记忆）"),
    "slow_by_water": _of("road along water or a cliff is a hazard", "临水临崖路段按危险路段", "国务院令第617号第28条（法规），10米（假定）"),
    "bad_weather": _of("planned for fog, rain, snow or ice", "按恶劣天气规划", "国务院令第617号第35条第3款（法规）"),
    "motorways_loaded": _of("buses with pupils may use motorways", "载有学生时可走高速公路", "法规允许时速80公里，此处避开（假定）"),
    "cap_empty_motorway_kmh": _of("speed cap on motorways, bus empty", "空驶时高速公路限速", "道路交通安全法实施条例第78条（记忆）"),
    "cap_empty_other_kmh": _of("speed cap on other roads, bus empty", "空驶时其他道路限速", "同方向单车道公路，道路交通安全法实施条例第45条（法规）"),
    "ferries": _of("buses may take ferries", "允许乘轮渡", "除非规划者明确允许（假定）"),
    "school_days": _of("school days", "每年上学天数", "39周，每周5天（假定）"),
    "price_yuan": _of("price of a 36-seat bus", "36座校车购置价", "其他座位数按比例（假定）"),
    "price_share_per_seat": _of("price changes for a seat more or less", "每增减一座的价格变化", "（假定）"),
    "life_years": _of("service life of a bus", "校车使用年限", "2012年强制报废规定（记忆）"),
    "residual_share": _of("share of the price left at the end", "残值率", "（假定）"),
    "driver_yuan": _of("one driver", "驾驶员费用", "每名（假定）"),
    "attendant_yuan": _of("one attendant", "照管员费用", "每名（假定）"),
    "insurance_yuan": _of("insurance of one bus", "每车保险", "承运人责任险与车险（假定）"),
    "upkeep_yuan": _of("upkeep of one bus", "每车维护", "维护与检验（假定）"),
    "fuel_l_per_100km": _of("fuel", "油耗", "36座（假定）"),
    "fuel_yuan_per_l": _of("price of fuel", "油价", "2025年柴油（假定）"),
    "overhead_share": _of("management on top of all", "管理费率", "（假定）"),
    "cost_range_share": _of("the estimate is shown with a range of, either way", "估算上下浮动", "（假定）"),
    "transit": _of("pupils may be sent by public bus", "可安排乘坐公交", "公共交通先于寄宿、寄宿先于校车，山东省政府令第295号第4条（摘录）；没有时刻表则无变化"),
    "transit_from_grade": _of("pupils ride public buses from grade", "可独自乘公交的最低年级", "低年级不独自乘公交（假定）"),
    "transit_max_wait_s": _of("longest wait on the platform", "站台最长等候时间", "浙江省2016年意见（摘录）"),
    "boarding": _of("who boards", "寄宿范围", "仅已寄宿者；或校车无法在限值内接送者也寄宿；或远者先于校车寄宿，山东省政府令第295号第4条（摘录）"),
    "board_from_grade": _of("pupils may be asked to board from grade", "可安排寄宿的最低年级", "1至3年级不寄宿，国办发〔2018〕27号（摘录）"),
    "board_beyond_m": _of("with boarding before the bus, those board who live further than", "寄宿先于校车时，超过此距离者寄宿", "床位用完为止（假定）"),
    "small_below": _of("a school is small below", "小规模学校人数线", "不足此数的乡村学校，国办发〔2018〕27号（摘录）"),
    "no_new_small": _of("no change makes another school small", "不得新增小规模学校", "东昌府区2023年方案第7条（法规）"),
    "keep_town_junior": _of("a town keeps a junior school", "每个乡镇保留初中", "国办发〔2012〕48号（摘录）"),
    "cross_town": _of("merged pupils may go to another town", "撤并学生可跨乡镇就读", "（假定）"),
    "most_school_students": _of("no school has more than", "学校规模上限", "县域义务教育优质均衡发展评估办法2017年第6号（记忆）"),
    "worse_off_max_s": _of("no pupil's way gets longer by a closure by more than", "撤并后单个学生路途最多增加", "门到门（假定）"),
    "meals_secured": _of("merged pupils who ride have a canteen meal", "乘车的撤并学生须有食堂午餐", "东昌府区2023年方案第9条（法规）"),
    "publicity_days": _of("a plan to close is made public for", "撤并方案公示期", "河北省（摘录）"),
    "school_upkeep_yuan": _of("upkeep that closing one school releases", "撤并一校可节省的固定运维费", "教师随学生调动，不计节省（假定）"),
    "funds_primary_yuan": _of("public funds of a primary pupil", "小学生均公用经费", "山东省2017年，新华网（摘录）"),
    "funds_junior_yuan": _of("public funds of a junior pupil", "初中生均公用经费", "山东省2017年，新华网（摘录）"),
    "funding_floor_students": _of("a smaller school is funded as if it had", "公用经费最低核定人数", "青海省（摘录），全国（记忆）"),
    "boarder_funds_yuan": _of("public funds on top for a boarder", "寄宿生另加公用经费", "山东省2017年，新华网（摘录）"),
    "boarder_yuan": _of("one boarder on top of public funds", "每名寄宿生另需费用", "宿管、水电、取暖和补助（假定）"),
    "meal_yuan": _of("one canteen lunch", "食堂午餐每餐费用", "不能回家午餐的学生（假定）"),
    "min_cell": _of("public outputs hide groups smaller than", "公开材料隐藏少于此数的分组", "（假定）"),
}  # fmt: skip
"""Every field of ``Policy``."""


def find_words(rule: str) -> RuleWords:
    """Return the words of a rule; its own name where it has none yet."""
    return RULE_WORDS.get(rule) or _of(rule, rule, "")


BAND_WORDS = {
    "g1_3": Text("grades 1-3", "1至3年级"),
    "g4_6": Text("grades 4-6", "4至6年级"),
    "g7_9": Text("grades 7-9", "7至9年级"),
}
"""Bands of grades of ``ByGrade``."""

MEASURE_WORDS = {
    "walk": Text("on foot, by road", "步行路网"),
    "straight": Text("as the crow flies", "直线"),
    "never": Text("never", "不允许"),
    "same_kind": Text("between schools of one kind", "同类学校之间允许"),
    "any": Text("between any schools but kindergartens", "除幼儿园外均允许"),
    "drive": Text("by bus, by road", "行车路网"),
    "given": Text("those who board already", "仅已寄宿者"),
    "when_needed": Text("also those no bus brings within the limits", "另含校车无法在限值内接送者"),
    "before_bus": Text(
        "far ones before the school bus, while beds last", "远者先于校车，床位用完为止"
    ),
}
"""Values of ``Policy.distance_measure``, ``mixed_loads`` and ``boarding``."""
