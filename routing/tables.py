"""What every column means: type, unit, meaning, and who writes it.

The data dictionary (docs/tables.md), the input check and the empty template are made
from this; nothing else says what a column means.
"""

from dataclasses import dataclass
from typing import Literal

from routing.words import Text

Kind = Literal["text", "whole", "number", "flag", "clock", "choice", "point", "line"]
"""clock: seconds after midnight, written 08:20 by people; point, line: EPSG:4326."""

SCHOOL_KINDS = ("kindergarten", "teaching_point", "primary", "junior", "nine_year")
NEEDS = ("none", "wheelchair", "other")
PLACED = ("given", "village", "address", "town")
DIRECTIONS = ("to_school", "to_home")
OTHER = "other:"
"""Begins the names of columns that no schema knows: a planner's own, kept as text."""
MODES = ("walk", "transit", "board", "bus", "unserved")
"""Ways to school."""


@dataclass(frozen=True)
class Column:
    """One column of one table.

    Parameters
    ----------
    name
        The name used everywhere in the code; a unit in it (``_m``, ``_s``) is a promise.
    kind, unit
        What stands in a cell, and its unit ("" where there is none).
    meaning
        In both languages.
    by
        Who writes it: "planner" or a stage.
    required
        A planner's column that must be there; others have a default.
    default
        What a missing column or an empty cell means.
    low, high
        The range of a number.
    choices
        The words allowed in a choice.
    keys
        The table of which this is a key, "" when of none.
    zh
        The Chinese header, used in templates and workbooks.
    aliases
        Other headers, Chinese and English, under which planners' files hold this.
    """

    name: str
    kind: Kind
    unit: str
    meaning: Text
    by: str = "planner"
    required: bool = False
    default: str | int | float | bool | None = None
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    keys: str = ""
    zh: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: its name, its key and its columns."""

    name: str
    key: tuple[str, ...]
    meaning: Text
    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        """Return a column by its name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def planned(self) -> tuple[Column, ...]:
        """The columns that the planner gives."""
        return tuple(column for column in self.columns if column.by == "planner")


def _text(name: str, en: str, zh_meaning: str, zh: str = "", **more: object) -> Column:
    return Column(name, "text", "", Text(en, zh_meaning), zh=zh, **more)  # type: ignore[arg-type]


def _whole(name: str, unit: str, en: str, zh_meaning: str, zh: str = "", **more: object) -> Column:
    more.setdefault("low", 0)
    return Column(name, "whole", unit, Text(en, zh_meaning), zh=zh, **more)  # type: ignore[arg-type]


def _flag(name: str, en: str, zh_meaning: str, zh: str = "", **more: object) -> Column:
    return Column(name, "flag", "", Text(en, zh_meaning), zh=zh, **more)  # type: ignore[arg-type]


def _clock(name: str, en: str, zh_meaning: str, zh: str = "", **more: object) -> Column:
    text = Text(en, zh_meaning)
    return Column(name, "clock", "s after midnight", text, low=0, high=86_399, zh=zh, **more)  # type: ignore[arg-type]


def _choice(
    name: str,
    choices: tuple[str, ...],
    en: str,
    zh_meaning: str,
    zh: str = "",
    **more: object,
) -> Column:
    return Column(name, "choice", "", Text(en, zh_meaning), choices=choices, zh=zh, **more)  # type: ignore[arg-type]


def _point(en: str, zh: str, **more: object) -> Column:
    return Column("geometry", "point", "EPSG:4326", Text(en, zh), zh="位置", **more)  # type: ignore[arg-type]


SCHOOLS = Table("schools", ("school_id",), Text("Schools of the district.", "学校。"), (
    _text("school_id", "key: one school", "学校编号", "学校编号", required=True, aliases=("学校代码", "学校标识码", "学校编码", "学校码", "校编号", "校代码", "school", "school_code", "school_no", "code", "id", "编号", "代码", "编码", "序号")),
    _text("name", "name of the school", "学校名称", "学校名称", default="", aliases=("学校全称", "学校", "名称", "校名", "全称", "学校简称", "单位名称", "school_name", "full_name", "title")),
    _point("the gate", "校门位置", required=True, aliases=("学校", "校门", "校址", "大门", "school", "gate")),
    _choice("kind", SCHOOL_KINDS, "kind of school", "学校类别", "学校类别", default="primary", aliases=("类别", "学段", "办学类型", "学校类型", "办学类别", "类型", "school_type", "level", "type")),
    _text("town", "township", "所在乡镇", "乡镇", default="", aliases=("镇", "乡", "镇街", "乡镇街道", "街道", "所在乡镇", "所属乡镇", "乡镇名称", "township")),
    _whole("first_grade", "grade", "lowest grade taught (0 kindergarten, 1-6 primary, 7-9 junior)", "最低年级（0为幼儿园）", "最低年级", high=9, default=1, aliases=("起始年级", "开始年级", "低年级", "grade_from", "from_grade", "min_grade", "lowest_grade")),
    _whole("last_grade", "grade", "highest grade taught", "最高年级", "最高年级", high=9, default=6, aliases=("终止年级", "结束年级", "截止年级", "高年级", "grade_to", "to_grade", "max_grade", "highest_grade")),
    _clock("bell_s", "first lesson begins", "第一节课开始时间", "上课时间", required=True, aliases=("到校时间", "上学时间", "早上上课时间", "上午上课时间", "上课", "第一节课时间", "开课时间", "上课时刻", "bell", "bell_time", "start_time", "starts", "school_start")),
    _clock("dismissal_s", "last lesson ends", "放学时间", "放学时间", required=True, aliases=("离校时间", "下午放学时间", "放学", "下学时间", "放学时刻", "dismissal", "dismissal_time", "end_time", "ends", "school_end")),
    _whole("n_places", "students", "places in classrooms", "学位数", "学位数", aliases=("学位", "核定规模", "核定学位", "可容纳人数", "容量", "规模", "capacity", "places")),
    _whole("n_classes", "classes", "classes of grades 1 to 9, with those for pupils that a plan would bring; empty: not told", "一至九年级班级数（含方案实施后可开设的班级）；空则未填", "班级数", aliases=("班数", "教学班数", "教学班", "classes")),
    _whole("n_meals", "meals", "meals the canteen can serve", "食堂供餐能力", "供餐数", aliases=("食堂容量", "就餐人数", "供餐人数", "食堂就餐能力", "meals")),
    _whole("n_beds", "beds", "beds for boarders", "寄宿床位数", "床位数", aliases=("床位", "寄宿床位", "宿舍床位", "住宿床位", "beds")),
    _whole("n_bays", "buses", "buses that can stand at the gate at once", "校门口可同时停靠校车数", "停靠位", aliases=("停车位", "校车泊位", "校车停靠位", "泊位", "bays")),
    _flag("protected", "kept open by the plan", "规划保留学校", "规划保留", default=False, aliases=("保留", "保留学校", "是否保留", "keep")),
    _whole("bell_moved_s", "s", "how far the plan moved both bells from those given; above 0: later", "方案对上课和放学时间的调整量，正为推迟", "作息调整", by="fleet", low=-14_400),
    _text("campus_of", "the school of which this is a further campus; empty: a school of its own", "作为哪所学校的校区；空则为独立学校", "所属学校", by="scenario"),
))  # fmt: skip

STUDENTS = Table("students", ("student_id",), Text("Students: one row per home, or per hamlet and grade.", "学生：每户一行，或每村每年级一行。"), (
    _text("student_id", "key: one home, or one hamlet and grade; never a name or an identity number", "学生编号（不得使用姓名或身份证号）", "学生编号", required=True, aliases=("学生代码", "学生编码", "学生号", "学生学号", "编号", "学号", "学籍号", "全国学籍号", "序号", "id", "studentid", "student_no", "student_number", "pupil_id", "pupil")),
    _text("school_id", "the school attended", "就读学校编号", "学校编号", required=True, keys="schools", aliases=("就读学校", "学校", "学校代码", "学校标识码", "学校编码", "school", "school_code", "所在学校", "在读学校", "学校名称", "学校全称", "就读学校名称", "就读学校代码", "就读学校编号", "校名", "school_name")),
    _whole("grade", "grade", "0 kindergarten, 1-6 primary, 7-9 junior", "年级（0为幼儿园）", "年级", required=True, high=9, aliases=("就读年级", "所在年级", "在读年级", "现年级", "class_grade", "year_group")),
    _point("home, or the point of the village; empty where unknown", "住址位置或所在村位置；未知则空", required=True, aliases=("家庭", "家", "住址", "居住地", "家庭住址", "住家", "家庭所在地", "村", "村庄", "home", "student", "village")),
    _whole("n_students", "students", "students living at this point", "此处学生数", "人数", low=1, default=1, aliases=("学生数", "学生人数", "乘车人数", "生数", "count", "pupils", "students", "number")),
    _flag("boards", "sleeps at school during the week", "是否寄宿", "是否寄宿", default=False, aliases=("寄宿", "住校", "住宿", "是否住校", "是否住宿", "寄宿生", "住校生", "是否寄宿生", "boarder", "boarding")),
    _choice("needs", NEEDS, "special need on the bus", "特殊需要", "特殊需要", default="none", aliases=("特殊需求", "special_needs", "special_need")),
    _flag("merged", "attends this school because an earlier one was closed", "是否为撤并学校学生", "撤并学生", default=False, aliases=("撤并", "并校学生", "是否撤并", "撤并校学生", "是否撤并学校学生")),
    _text("village", "village, for reports by village; places the row where it has no coordinates", "所在村；无坐标时按村定位", "村", default="", aliases=("村庄", "行政村", "所在村", "村名", "村庄名称", "自然村", "居住村", "家庭所在村", "村居", "village_name")),
    _text("town", "township of the village, which tells villages of one name apart", "村所在乡镇，用于区分同名村", "乡镇", default="", aliases=("镇", "乡", "乡镇街道", "所在乡镇", "所属乡镇", "乡镇名称", "镇街", "township")),
    _choice("placed", PLACED, "how the location was found: given by the file, or the point of its village, of its address, or of its town", "位置来源：表中给出，或按村、住址、乡镇定位", "位置来源", default="given", aliases=("定位方式",)),
    _whole("straight_m", "m", "home to school as the crow flies", "住址到学校直线距离", by="demand"),
    _whole("walk_m", "m", "home to school on the walking network; empty where there is no way", "住址到学校步行距离；无路则空", by="demand"),
    _whole("drive_m", "m", "home to school on the bus network; empty where there is no way", "住址到学校行车距离；无路则空", by="demand"),
    _flag("entitled", "entitled to be transported", "是否应提供接送", by="demand"),
    _text("why", "why entitled or not, as a code of routing.demand.WHY", "判定理由代码", by="demand"),
    _text("from_school_id", "the school attended before a scenario moved them; empty: not moved", "方案情景调整前就读的学校；空则未调整", "原学校", by="scenario"),
    _choice("mode", MODES, "the way to school: on foot, by public bus, boarding at school, by school bus, or none", "到校方式：步行、公交、寄宿、校车或未安排", "到校方式", by="modes"),
    _text("mode_why", "why this way, as a code of routing.modes", "到校方式的理由代码", "方式理由", by="modes"),
))  # fmt: skip

BUS_TYPES = Table("bus_types", ("bus_type_id",), Text("Kinds of bus that may be used.", "可用车型。"), (
    _text("bus_type_id", "key: one kind of bus", "车型编号", "车型编号", required=True, aliases=("车型", "车型代码", "车型名称", "型号", "车辆型号", "校车型号", "id", "type", "bus_type", "model", "编号")),
    _choice("kind", ("primary", "nine_year"), "approved for primary pupils, or for primary and junior", "小学生专用或中小学生专用", "校车类型", default="nine_year", aliases=("类型", "校车种类", "车辆类型", "专用类型", "bus_kind")),
    _whole("seats", "persons", "approved number on the licence, driver and attendants included", "核载人数（含司机和照管人员）", "核载人数", required=True, low=7, high=56, aliases=("核载", "核载数", "核定载客", "核定载客人数", "核定载人数", "核定人数", "准载人数", "座位数", "座位", "capacity", "approved_seats")),
    _whole("pupil_seats", "students", "seats for pupils; empty: seats less driver and attendants", "学生座位数；空则为核载减司机和照管人员", "学生座位", aliases=("学生座位数", "学生核载", "核载学生数", "可乘学生数", "student_seats")),
    _whole("n_available", "buses", "how many there are; empty: as many as needed", "可用数量；空则不限", "数量", aliases=("可用数量", "辆数", "车辆数", "车辆数量", "台数", "校车数量", "count", "available", "number")),
    _whole("fixed_yuan_per_year", "yuan per year", "one bus for a year without crew: purchase share, insurance, upkeep; empty: by the cost model", "每车每年固定费用（折旧、保险、维护，不含人员）；空则按费用模型", "年固定费用", aliases=("固定费用",)),
    Column("yuan_per_km", "number", "yuan per km", Text("fuel and wear; empty: by the cost model", "每公里运行费用；空则按费用模型"), low=0, zh="每公里费用", aliases=("公里费用",)),
    Column("length_m", "number", "m", Text("length of the bus; empty: bus_length_m of the rules", "车长；空则按规则bus_length_m"), low=3, high=18, zh="车长", aliases=("长度",)),
    Column("width_m", "number", "m", Text("width without mirrors; empty: bus_width_m of the rules", "车宽（不含后视镜）；空则按规则bus_width_m"), low=1.5, high=2.6, zh="车宽", aliases=("宽度",)),
    Column("height_m", "number", "m", Text("height; empty: bus_height_m of the rules", "车高；空则按规则bus_height_m"), low=1.5, high=4, zh="车高", aliases=("高度",)),
    Column("weight_t", "number", "t", Text("laden weight; empty: bus_weight_t of the rules", "总质量；空则按规则bus_weight_t"), low=1, high=26, zh="总质量", aliases=("重量",)),
    _whole("wheelchairs", "places", "wheelchair places", "轮椅位", "轮椅位", default=0, aliases=("轮椅席位",)),
))  # fmt: skip

PARKINGS = Table("parkings", ("parking_id",), Text("Where buses spend the night.", "校车停放点。"), (
    _text("parking_id", "key: one yard", "停放点编号", "停放点编号", required=True, aliases=("停车场编号", "停放点代码", "停车点编号", "停车场", "id", "编号", "序号")),
    _text("name", "name of the yard", "名称", "名称", default="", aliases=("停车场名称", "停放点名称", "停车点名称", "停放点", "parking_name")),
    _point("the yard's gate", "出入口位置", required=True, aliases=("停车场", "停放点", "停车点", "parking")),
    _whole("n_buses", "buses", "buses that fit; empty: as many as needed", "可停车辆数；空则不限", "可停数", aliases=("车位", "车位数", "可停车辆数", "停车数", "容量", "capacity")),
))  # fmt: skip

STOP_LIST = Table("stop_list", ("stop_id",), Text("The county's own stops, if it has any (file stops).", "本县已有停靠点（可选，文件名stops）。"), (
    _text("stop_id", "key: one stop", "站点编号", "站点编号", required=True, aliases=("站点代码", "站点编码", "停靠点编号", "站号", "编号", "id", "序号", "stop_code")),
    _text("name", "name of the stop", "站点名称", "站点名称", default="", aliases=("名称", "站名", "停靠点名称", "停靠点", "站点", "stop_name")),
    _point("where the bus stands", "停靠位置", required=True, aliases=("站点", "停靠点", "站", "stop")),
    _flag("forbidden", "may not be used", "禁止使用", "禁用", default=False, aliases=("禁止", "不可用", "停用")),
))  # fmt: skip

TRANSIT = Table("transit", ("line_id", "trip_id", "order"), Text("The public buses' timetable, if there is one: a row for each stop of each trip on school days; or a GTFS folder or .zip of that name.", "公交时刻表（可选）：上学日每班次每站一行；也可为同名GTFS文件夹或.zip。"), (
    _text("line_id", "the line", "公交线路编号", "线路编号", required=True, aliases=("线路", "公交线路", "线路名称", "line", "route_id", "route")),
    _text("trip_id", "one drive of a bus along the line, as 1, 2, ... or 0715", "班次编号", "班次", required=True, aliases=("班次编号", "车次", "趟次", "trip")),
    _whole("order", "", "rising along the trip", "站序，沿行驶方向递增", "站序", required=True, aliases=("顺序", "序号", "stop_sequence", "sequence")),
    _text("stop_name", "name of the stop", "公交站名称", "站名", default="", aliases=("站点", "站点名称", "公交站", "stop")),
    _point("where the bus stops", "公交站位置", required=True, aliases=("站点", "公交站", "stop")),
    _clock("arrive_s", "the bus arrives; empty: when it leaves", "到站时间；空则同发车时间", "到站时间", aliases=("到站", "到达时间", "arrive", "arrival", "arrival_time")),
    _clock("depart_s", "the bus leaves", "发车时间", "发车时间", required=True, aliases=("时间", "时刻", "离站时间", "经过时间", "depart", "departure", "departure_time", "time")),
    _whole("n_seats", "students", "seats left for pupils on the trip; empty: unknown, no limit", "该班次可供学生的余座；空则未知，不限", "余座", aliases=("座位", "剩余座位", "可乘人数", "seats")),
))  # fmt: skip

ENROLMENT = Table("enrolment", ("year", "school_id", "grade"), Text("Pupils expected in other years, if known.", "其他年度预测学生数（可选）。"), (
    _whole("year", "year", "in which the school year begins", "学年开始的年份", "年份", required=True, low=2_000, high=2_100, aliases=("年度", "学年", "年")),
    _text("school_id", "the school", "学校编号", "学校编号", required=True, keys="schools", aliases=("学校", "学校代码", "学校名称", "就读学校", "school")),
    _whole("grade", "grade", "0 kindergarten, 1-6 primary, 7-9 junior", "年级（0为幼儿园）", "年级", required=True, high=9, aliases=("就读年级",)),
    _whole("n_students", "students", "pupils expected there", "预测学生数", "人数", required=True, aliases=("学生数", "学生人数", "预测人数", "预测在校生", "在校生数", "count", "pupils", "students")),
))  # fmt: skip

CATCHMENTS = Table("catchments", ("village", "school_id"), Text("Which schools a village's pupils may attend, if not any; villages not named may attend any.", "学区（可选）：某村学生可就读的学校；未列出的村不限。"), (
    _text("village", "village, as the students have it", "村，与学生表一致", "村", required=True, aliases=("村庄", "行政村", "所在村", "村名", "自然村", "村居", "村社区", "village_name")),
    _text("school_id", "a school that its pupils may attend", "可就读的学校编号", "学校编号", required=True, keys="schools", aliases=("学校", "学校代码", "学校名称", "就读学校", "school")),
))  # fmt: skip

VILLAGES = Table("villages", ("town", "village"), Text("The county's list of villages, if it has one: places pupils whose row has a village and no coordinates.", "村庄名单（可选）：学生表只有村名而无坐标时据此定位。"), (
    _text("village", "name of the village", "村名", "村", required=True, aliases=("村名", "村庄", "村庄名称", "行政村", "自然村", "村委会", "社区", "名称", "name", "village_name")),
    _text("town", "its township", "所在乡镇", "乡镇", default="", aliases=("镇", "乡", "乡镇街道", "所在乡镇", "所属乡镇", "乡镇名称", "镇街", "township")),
    _point("the middle of the village, or where its pupils wait", "村中心或集合点", required=True),
    _text("other_names", "other names and spellings, with blanks or commas between", "别名、曾用名，以空格或顿号分隔", "别名", default="", aliases=("曾用名", "俗称", "又名", "aliases")),
))  # fmt: skip

LOCATIONS = Table("locations", ("student_id",), Text("Where pupils live whose row has no coordinates, if looked up: as written by the command geocode.", "学生位置（可选）：为无坐标的学生查得的位置，由geocode命令生成。"), (
    _text("student_id", "the student", "学生编号", "学生编号", required=True, keys="students", aliases=("编号", "学号", "id")),
    _point("where the student lives", "住址位置", required=True),
    _choice("precision", PLACED[1:], "what the point is: of the address, the village or the town", "位置精度：住址、村或乡镇", "精度", default="address"),
    Column("score", "number", "", Text("how sure, 0 to 100; not used", "匹配分（0至100），不使用"), low=0, high=100, zh="匹配分"),
))  # fmt: skip

ROAD_EDIT_KINDS = (
    "add_road", "close_road", "oneway", "two_way", "speed", "limit", "stop", "turning_place",
)  # fmt: skip
ADDED_HIGHWAYS = (
    "trunk", "primary", "secondary", "tertiary", "unclassified", "residential",
    "living_street", "service", "track", "footway", "path",
)  # fmt: skip

ROAD_EDITS = Table("road_edits", ("edit_id",), Text("The planner's own changes of the roads, if any: lines and points drawn over them (file road_edits.geojson or .gpkg, not in the workbook).", "对路网的自行修改（可选，文件名road_edits或道路修改，.geojson或.gpkg，不在工作簿中）。"), (
    _text("edit_id", "key: one edit", "修改编号", "修改编号", required=True, aliases=("编号", "id")),
    _choice("kind", ROAD_EDIT_KINDS, "what is changed: a road that the extract lacks; a road closed to buses; one-way along the line; both ways; the signed speed; what a bridge or frame lets pass; whether stops may stand there; a place where a bus may turn round", "修改类型：新增道路；对校车封闭；沿线方向单行；双向通行；限速；桥梁或限高架的限高限宽限重；可否设站；掉头点", "修改类型", required=True, aliases=("类型",)),
    Column("geometry", "line", "EPSG:4326", Text("a line along the road (within 15 m), or, but for add_road and oneway, a point on it (always for turning_place; for limit the spot of a frame); both ends of an added road lie within 15 m of the roads they join", "沿道路画的线（15米以内），除新增道路和单行外也可为道路上的点（掉头点须为点；限高架为所在点）；新增道路的两端须在所接道路15米以内"), required=True, zh="位置"),
    Column("highway", "text", "", Text("add_road: class of the road, as in OpenStreetMap", "新增道路的等级（OpenStreetMap的highway值）"), default="unclassified", choices=ADDED_HIGHWAYS, zh="道路等级", aliases=("等级",)),
    _flag("oneway", "add_road: one-way in the direction of the line", "新增道路是否沿线方向单行", "单行", default=False),
    _text("name", "add_road: name of the road", "新增道路的名称", "道路名称", default="", aliases=("名称",)),
    _whole("kmh", "km/h", "signed speed; a must for speed, may be given for add_road", "限速；类型为限速时必填，新增道路可填", "限速", low=5, high=80, aliases=("maxspeed", "速度")),
    Column("width_m", "number", "m", Text("add_road: width of the carriageway; limit: widest bus that passes; empty: unknown, or none", "新增道路的路面宽度，或限宽；空则未知或不限"), low=1, high=60, zh="路宽", aliases=("width", "宽度", "限宽", "maxwidth")),
    Column("height_m", "number", "m", Text("limit: highest bus that passes; empty: none", "限高；空则不限"), low=1, high=20, zh="限高", aliases=("height", "maxheight", "高度")),
    Column("weight_t", "number", "t", Text("limit: heaviest bus that passes; empty: none", "限重；空则不限"), low=0.5, high=200, zh="限重", aliases=("weight", "maxweight", "重量")),
    _flag("allowed", "stop, a must there: yes lets stops stand whatever the class of road; no lets none", "设站类修改必填：“是”则不论道路等级均可设站，“否”则不设站", "可设站", aliases=("允许设站", "允许停靠", "可停靠")),
    Column("diameter_m", "number", "m", Text("turning_place: outer diameter; empty: enough for every bus", "掉头点的外径；空则各车型均可掉头"), low=5, high=200, zh="掉头直径", aliases=("diameter", "直径")),
    _flag("bus", "add_road: a school bus may use it", "新增道路可否行驶校车", "通行校车", default=True),
    _flag("walk", "add_road: one may walk there; close_road: no closes it to walkers too", "新增道路可否步行；封闭道路填“否”则行人也不能通行", "可步行", default=True),
    _flag("bridge", "add_road: a bridge or tunnel, on which no bus stops", "新增道路是否为桥梁或隧道（不设站）", "桥隧", default=False),
    _flag("dead_end", "add_road: one end joins no road", "新增道路是否为断头路（一端不接路）", "断头路", default=False),
    _text("note", "remarks; not used", "备注，不使用", "备注", default=""),
))  # fmt: skip

STOPS = Table("stops", ("stop_id",), Text("Stops chosen by the plan.", "方案选定的停靠点。"), (
    _text("stop_id", "key: one stop", "站点编号", "站点编号", by="stops"),
    _text("name", "name of the stop", "站点名称", "站点名称", by="stops"),
    _point("where the bus stands", "停靠位置", by="stops"),
    _choice("kind", ("existing", "candidate"), "from the county's list, or proposed", "已有或新设", "类别", by="stops"),
    _whole("link", "", "road link of the network it stands on", "所在路段", by="stops"),
    _whole("offset_dm", "dm", "from the start of the link", "距路段起点", by="stops"),
    _choice("side", ("either", "forward", "backward"), "direction of the link in which the bus stops at its right-hand kerb", "停靠方向（右侧）", by="stops"),
    _whole("n_students", "students", "entitled students who walk to it", "使用该站学生数", "学生数", by="stops"),
))  # fmt: skip

ROUTES = Table("routes", ("route_id",), Text("Routes: one bus driving one way with pupils.", "线路：一辆车单程载客行驶。"), (
    _text("route_id", "key: one route", "线路编号", "线路编号", by="routes"),
    _choice("direction", DIRECTIONS, "morning or afternoon", "上学或放学", "方向", by="routes"),
    _text("bus_type_id", "kind of bus", "车型编号", "车型", by="fleet", keys="bus_types"),
    _text("bus_id", "the bus", "车辆编号", "车辆", by="fleet"),
    _whole("run", "", "1, 2, ... in that bus's day", "当日第几趟", "趟次", by="fleet", low=1),
    _text("parking_id", "where the bus spends the night; empty where no yard is given", "停放点编号", "停放点", by="fleet"),
    _whole("n_students", "students", "carried on the route", "载客数", "学生数", by="routes"),
    _whole("distance_m", "m", "from the first visit to the last", "首站到末站里程", "里程", by="routes"),
    _whole("duration_s", "s", "from arrival at the first visit to arrival at the last", "首站到达至末站到达用时", "用时", by="routes"),
    _whole("empty_m", "m", "driven empty to the first visit, from the yard or from the end of the bus's run before", "空驶到首站里程", "空驶里程", by="fleet"),
    _whole("empty_s", "s", "the same in time", "空驶到首站用时", "空驶用时", by="fleet"),
    _whole("return_m", "m", "driven empty back to the yard after the last run of the morning or afternoon", "收车空驶里程", "收车里程", by="fleet"),
    _whole("return_s", "s", "the same in time", "收车空驶用时", "收车用时", by="fleet"),
    _clock("depart_s", "arrival at the first visit (to school), departure from the school (to home)", "首站时间", "发车时间", by="timetable"),
    _clock("arrive_s", "arrival at the last visit", "末站到达时间", "到达时间", by="timetable"),
    Column("geometry", "line", "EPSG:4326", Text("the way driven with pupils", "载客行驶路径"), by="routes"),
))  # fmt: skip

VISITS = Table("visits", ("route_id", "order"), Text("Visits of a route, in order.", "线路停靠序列。"), (
    _text("route_id", "the route", "线路编号", "线路编号", by="routes", keys="routes"),
    _whole("order", "", "0, 1, ... along the route", "顺序", "顺序", by="routes"),
    _text("place_id", "key of stops or schools", "站点或学校编号", "地点编号", by="routes"),
    _choice("kind", ("stop", "school"), "what it is", "类别", "类别", by="routes"),
    _choice("side", ("either", "forward", "backward"), "direction of the link in which the bus stands at its kerb, and comes and leaves; either: it may turn round there", "停靠方向：校车沿路段方向到达并离开；either为可掉头", "停靠方向", by="routes"),
    _whole("n_on", "students", "boarding", "上车人数", "上车", by="routes"),
    _whole("n_off", "students", "alighting", "下车人数", "下车", by="routes"),
    _whole("n_aboard", "students", "aboard when the bus leaves", "离站车上人数", "车上人数", by="routes"),
    _whole("leg_m", "m", "from the visit before; 0 at the first", "距上一站里程", "段里程", by="routes"),
    _whole("leg_s", "s", "from leaving the visit before to arriving; 0 at the first", "距上一站用时", "段用时", by="routes"),
    _clock("arrive_s", "the bus arrives", "到站时间", "到站", by="timetable"),
    _clock("depart_s", "the bus leaves; at the last visit, when all are off", "离站时间", "离站", by="timetable"),
))  # fmt: skip

REASONS = (
    "no_location", "far_from_road", "island", "no_bus_road", "no_stop_in_reach",
    "ride_too_long", "no_bus", "no_place_for_need", "bus_kind",
)  # fmt: skip
"""Why a student is unserved; in words: routing.records.explain_unserved."""

RIDES = Table("rides", ("student_id", "direction", "part"), Text("One row for every entitled student row and direction, the unserved too; a hamlet split over several buses has one row a bus.", "每名应接送学生每个方向一行，含未安排者；拆分乘车者每车一行。"), (
    _text("student_id", "the student row", "学生编号", "学生编号", by="routes", keys="students"),
    _choice("direction", DIRECTIONS, "morning or afternoon", "上学或放学", "方向", by="routes"),
    _whole("part", "", "0, 1, ... where a row of several students is split over buses", "拆分序号", "拆分", by="routes"),
    _whole("n_students", "students", "of the row that ride so", "人数", "人数", by="routes", low=1),
    _choice("mode", ("bus", "transit", "board", "unserved"), "how they travel: by school bus, by public bus, not daily because they board at school, or not at all", "方式：校车、公交、寄宿（不每日往返）或未安排", "方式", by="routes"),
    _text("stop_id", "where they board (to school) or alight (to home); empty unless by school bus", "上（下）车站点", "站点", by="routes", keys="stops"),
    _text("route_id", "the route; empty unless by school bus", "线路编号", "线路", by="routes", keys="routes"),
    _text("line_id", "public bus: line and trip, as L1/T3; several joined by a blank", "公交线路和班次，如L1/T3；换乘以空格分隔", "公交班次", by="modes"),
    _whole("board_order", "", "order of the visit where they board; by public bus order of the stop on its trip (of the first trip, if they change)", "上车顺序；公交为所乘班次的站序（换乘者为第一班）", by="routes"),
    _whole("alight_order", "", "order of the visit where they alight; by public bus order of the stop on its trip (of the last trip, if they change)", "下车顺序；公交为所乘班次的站序（换乘者为最后一班）", by="routes"),
    _whole("to_stop_m", "m", "walk between home and stop", "步行到站距离", "步行距离", by="routes"),
    _whole("from_stop_m", "m", "walk between the public bus's stop and school; by public bus only", "公交站与学校间步行距离；仅公交", "校端步行", by="modes"),
    _whole("wait_s", "s", "school bus: at school, from arrival to the bell, or from dismissal to departure; public bus: on the platform, or from reaching it after school until the bus leaves", "校车：在校等候时间；公交：在站台等候时间", "等候", by="timetable"),
    _whole("ride_s", "s", "aboard: from the bus's arrival at the stop to its arrival at school, or from leaving school to arrival at the stop; public bus: from leaving one stop to arriving at the other", "乘车时间", "乘车时间", by="timetable"),
    _whole("door_to_door_s", "s", "walk and ride, and the wait on a public bus's platform; waiting at school is not in it", "门到门时间（步行加乘车，公交另加站台等候）", "门到门", by="timetable"),
    _choice("reason", ("", *REASONS), "why unserved; empty when served", "未安排原因代码", "原因", by="routes"),
    _whole("reason_found", "m or s", "what was measured against the limit that binds", "实测值", "实测", by="routes"),
    _whole("reason_limit", "m or s", "the limit that binds", "限值", "限值", by="routes"),
))  # fmt: skip

INPUT_TABLES = (
    SCHOOLS, STUDENTS, BUS_TYPES, PARKINGS, STOP_LIST, TRANSIT, ENROLMENT, CATCHMENTS,
)  # fmt: skip
PLACE_TABLES = (VILLAGES, LOCATIONS)
"""Read to place pupils without coordinates; no District holds them."""

TEMPLATE_TABLES = (*INPUT_TABLES, VILLAGES)
"""What a planner writes by hand."""

MAY_LACK_ROWS = (PARKINGS, STOP_LIST, TRANSIT, ENROLMENT, CATCHMENTS, VILLAGES, LOCATIONS)
"""Tables of a county that may be empty or absent."""

PLAN_TABLES = (STOPS, ROUTES, VISITS, RIDES)
ALL_TABLES = INPUT_TABLES + PLAN_TABLES


def names_of(table: Table) -> list[str]:
    """Return the names of a table's columns in the order of the schema."""
    return [column.name for column in table.columns]
