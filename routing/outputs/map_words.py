"""Every word that stands on a map, in Chinese and in English."""

from routing.words import Lang, Text

TITLE = Text("School bus plan", "校车线路方案")

WORDS = {
    # layers and legend
    "layers": Text("Layers", "图层"),
    "schools": Text("Schools", "学校"),
    "stops": Text("Stops", "停靠点"),
    "stops_size": Text("size: students", "大小表示学生数"),
    "routes_am": Text("Morning routes", "上学线路"),
    "routes_pm": Text("Afternoon routes", "放学线路"),
    "transit_lines": Text("Public buses that pupils ride", "学生乘坐的公交"),
    "transit_straight": Text("drawn straight from stop to stop", "站间以直线示意"),
    "density": Text("Entitled students", "应接送学生分布"),
    "density_unit": Text("students per km-wide cell", "每个约1公里宽网格的人数"),
    "unserved_layer": Text("Unserved students", "未安排学生"),
    "homes": Text("Homes (internal)", "住址（内部）"),
    "yards": Text("Bus yards", "校车停放点"),
    "places": Text("Place names", "地名"),
    "roads": Text("Roads", "道路"),
    "protected": Text("kept open", "规划保留"),
    "boarding_school": Text("with boarders", "有寄宿生"),
    "served_home": Text("served", "已安排"),
    "unserved_home": Text("unserved", "未安排"),
    # kinds of school: name and the sign on the marker
    "kindergarten": Text("Kindergarten", "幼儿园"),
    "teaching_point": Text("Teaching point", "教学点"),
    "primary": Text("Primary school", "小学"),
    "junior": Text("Junior school", "初中"),
    "nine_year": Text("Nine-year school", "九年一贯制学校"),
    "kindergarten_sign": Text("K", "幼"),
    "teaching_point_sign": Text("T", "教"),
    "primary_sign": Text("P", "小"),
    "junior_sign": Text("J", "初"),
    "nine_year_sign": Text("9", "九"),
    "yard_sign": Text("B", "停"),
    # panel
    "panel": Text("Figures, layers and routes", "指标、图层与线路"),
    "show_panel": Text("Show panel", "显示面板"),
    "hide_panel": Text("Hide panel", "收起面板"),
    "figures": Text("Figures", "主要指标"),
    "choose": Text("Show only", "只看"),
    "all_buses": Text("All buses", "全部车辆"),
    "all_schools": Text("All schools", "全部学校"),
    "bus": Text("Bus", "车辆"),
    "school": Text("School", "学校"),
    "routes": Text("Routes", "线路"),
    "print": Text("Print", "打印"),
    "zoom_in": Text("Zoom in", "放大"),
    "zoom_out": Text("Zoom out", "缩小"),
    "close": Text("Close", "关闭"),
    "nobody": Text(
        "Nobody is entitled to transport under this policy: the plan has no stops and no routes.",
        "按本政策无应接送学生：方案不设停靠点和线路。",
    ),
    "no_place": Text("Unserved without a known place", "未安排且位置不明"),
    "public": Text(
        "No homes, no count under {min_cell}. Working map: to be shown in public it needs the approval of maps; hang out the line sheets instead.",
        "不显示住址，不显示少于{min_cell}人的数目。内部工作用图：未经地图审核不得公开展示，对外请用线路示意图。",
    ),
    "internal": Text(
        "INTERNAL working map: shows homes. Do not publish.", "内部工作用图：含住址信息，不得公开。"
    ),
    "made_by": Text("Policy: {policy}", "政策：{policy}"),
    # popups
    "route": Text("Route", "线路"),
    "run": Text("run", "趟次"),
    "morning": Text("morning", "上学"),
    "afternoon": Text("afternoon", "放学"),
    "type": Text("Kind of bus", "车型"),
    "load": Text("Students / seats", "乘车人数/座位"),
    "transit_line": Text("Public bus", "公交"),
    "transit_stop": Text("Public stop", "公交站"),
    "transit_riders": Text("Pupils of the plan", "本方案乘坐学生"),
    "trip": Text("trip", "班次"),
    "boarders": Text("Boarders", "寄宿学生"),
    "beds": Text("Beds", "床位"),
    "departs": Text("Departs", "发车"),
    "arrives": Text("Arrives", "到达"),
    "minutes": Text("min", "分钟"),
    "km": Text("km", "公里"),
    "length": Text("Length", "里程与用时"),
    "time": Text("Time", "时间"),
    "place": Text("Place", "地点"),
    "on": Text("On", "上"),
    "off": Text("Off", "下"),
    "aboard": Text("Aboard", "车上"),
    "students": Text("Students", "学生数"),
    "grades": Text("Grades", "年级"),
    "bell": Text("Bell", "上课"),
    "dismissal": Text("Dismissal", "放学"),
    "entitled": Text("Entitled", "应接送"),
    "served": Text("Served", "已安排"),
    "unserved": Text("Unserved", "未安排"),
    "grade": Text("Grade", "年级"),
    "village": Text("Village", "村"),
    "reason": Text("Reason", "原因"),
    "stop": Text("Stop", "停靠点"),
    "walk": Text("Walk to stop", "步行到站"),
    "existing": Text("existing stop", "已有停靠点"),
    "candidate": Text("proposed stop", "新设停靠点"),
    "no_routes": Text("No route comes here.", "无线路到达。"),
    "area": Text("About one kilometre around here", "此处约一公里范围"),
}

FIGURES = {
    "entitled": Text("Students entitled", "应接送学生"),
    "served": Text("Served, both ways", "往返均已安排"),
    "transit": Text("of them by public bus", "其中乘公交"),
    "board": Text("of them boarding", "其中寄宿"),
    "unserved": Text("Unserved", "未安排"),
    "stops": Text("Stops", "停靠点"),
    "buses": Text("Buses", "车辆"),
    "routes": Text("Routes, morning + afternoon", "线路（上学+放学）"),
    "km": Text("Driven per day", "每日行驶"),
    "empty_km": Text("of which empty", "其中空驶"),
    "mean_ride": Text("Mean ride", "平均乘车时间"),
    "max_ride": Text("Longest ride", "最长乘车时间"),
}

REASONS = {
    "no_location": Text("home unknown", "住址不明"),
    "far_from_road": Text("home too far from any road", "住址距道路过远"),
    "island": Text("roads do not connect to the school's", "道路与学校路网不连通"),
    "no_bus_road": Text("no bus may reach the school", "校车不能到达学校"),
    "no_stop_in_reach": Text("no stop within walking reach", "步行范围内无可设站点"),
    "ride_too_long": Text("direct drive beyond the ride limit", "直达行车超过乘车限时"),
    "no_bus": Text("no bus left", "车辆不足"),
    "no_place_for_need": Text("no bus for the special need", "无满足特殊需要的车型"),
    "bus_kind": Text("no bus approved for the grade", "无适用学段车型"),
}
"""Short words for groups; ``routing.reasons`` has the full ones with the numbers."""

NO_SCRIPT = Text("This map needs JavaScript.", "此地图需要启用JavaScript。")


def say_all(lang: Lang, **values: object) -> dict[str, str]:
    """Return every word of the page in one language, gaps filled."""
    return {name: text.say(lang, **values) for name, text in WORDS.items()}


def say_reason(reason: str, lang: Lang) -> str:
    """Return the short words for a reason; an unknown code stands as it is."""
    return REASONS[reason].say(lang) if reason in REASONS else reason
