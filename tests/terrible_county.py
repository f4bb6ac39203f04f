"""A folder in which everything is wrong that a planner's files can have wrong."""

import datetime as dt
from math import pi
from pathlib import Path

import numpy as np
from county_by_hand import write_roads

STUDENTS = """2026年秋季学生花名册,,,,,,,
,,,,,,,
学号,姓名,就读学校,年级,经度(°),纬度（°）,人数,是否寄宿
S1,张,堂邑镇中心小学,五年级,116.05,36.45,1,否
S2,李,堂邑镇中心小学,３,116.06,36.46,１,否
S2,王,001,2,116.06,36.47,1,否
S4,赵,唐邑镇中心小学,2,116.06,36.47,1,否
S5,钱,001,2,36.47,116.06,1,否
S6,孙,001,2,,36.44,1,否
S7,周,001,2,,,1,否

S8,吴,002,2,116.07,36.47,1,否
S9,郑,002,高一,116.07,36.47,两人,也许
,冯,002,初一,116.07,36.47,1.5,是
S11,陈,002,8,117.9,30.1,1,是
S12,褚,002,8,东经116.05,116°03′00″,1,是
{{7*7}},卫,<script>alert(1)</script>,8,116.05,36.45,=1+1,是
S14,蒋,实验小学,1,116.05,36.45,1,否
合计,,,,,,15,
备注：本表由各校填报,,,,,,,
"""

BUS_TYPES = """bus_type_id;seats;pupil_seats;price per km
big;36;36;3
huge;80;;3
small;19 seats;;3
"""

POLICY = "ride_beyond_km = 2\nmax_ride_s = -5\n"


def to_gcj02(lon, lat):
    """Return degrees of WGS-84 as Chinese map services publish them; by the public formula."""
    x, y = np.asarray(lon, float) - 105.0, np.asarray(lat, float) - 35.0
    wave = 20 * (np.sin(6 * x * pi) + np.sin(2 * x * pi))
    root = np.sqrt(np.abs(x))

    def waves(of, *parts):
        return sum(height * np.sin(of / long * pi) for height, long in parts)

    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    d_lat += (wave + waves(y, (20, 1), (40, 3), (160, 12), (320, 30))) * 2 / 3
    d_lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    d_lon += (wave + waves(x, (20, 1), (40, 3), (150, 12), (300, 30))) * 2 / 3
    a, ee, phi = 6_378_245.0, 0.006_693_421_622_965_943, np.radians(lat)
    magic = 1 - ee * np.sin(phi) ** 2
    north = d_lat * 180 / (a * (1 - ee) / magic**1.5 * pi)
    east = d_lon * 180 / (a / np.sqrt(magic) * np.cos(phi) * pi)
    return np.asarray(lon, float) + east, np.asarray(lat, float) + north


def write_terrible_county(folder: Path) -> Path:
    """Write the folder; the workbook of schools has a title, a total and a bad sheet order."""
    import openpyxl

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "学生.csv").write_bytes(STUDENTS.encode("gb18030"))
    (folder / "bus_types.csv").write_text(BUS_TYPES, encoding="utf-8")
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8")
    (folder / "站点.csv").write_text("编号,名称\n1,村口\n", encoding="utf-8")
    (folder / "stops.geojson").write_text('{"type": "FeatureCollection", "features": [{')
    (folder / "停车场.xlsx").write_bytes(b"PK\x03\x04 cut off")
    (folder / "读我.txt").write_text("?", encoding="utf-8")
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active["A1"] = "请看下一张表"
    sheet = book.create_sheet("学校")
    for row in (
        ["县学校一览表"], [],
        ["学校编号", "学校名称", "经度", "纬度", "学校类别", "上课时间", "放学时间", "校长电话"],
        ["001", "堂邑镇中心小学", 116.02, 36.42, "小学", dt.time(8, 20), 0.6875, "138"],
        ["002", "堂邑中学", 116.08, 36.48, "初中", "8:00", "上午", "139"],
        ["003", "实验小学", 0, 0, "小学", "17:00", "16:30", ""],
        ["004", "实验小学", 116.03, 36.43, "大学", None, "16:30", ""],
        [371502200001011234, "村小", 116.03, 36.43, "教学点", "08:20", "16:30", ""],
        ["合计", None, None, None, 5],
    ):  # fmt: skip
        sheet.append(row)
    book.save(folder / "schools.xlsx")
    write_roads(folder)
    return folder
