"""Twelve schools' spreadsheets, each in its own form, as a county office receives them.

Every school sends its own pupils; nobody in the files is real. Which school sends what:

    01  CSV in GB18030, merged title, totals      07  .xls of an old spreadsheet, title row
    02  CSV in UTF-16 with tabs                   08  .xlsx with two-row headers, two sheets
    03  CSV in Big5, traditional headers          09  .xlsx with formulas in cells and names
    04  CSV in UTF-8 with a byte order mark       10  .xlsx with names, phones, identity numbers
    05  CSV with full-width digits and blanks     11  GeoJSON, all of it in GCJ-02
    06  TSV, the last character cut off           12  CSV with wrong grades, swapped and far homes
"""

import codecs
import json
import random
from pathlib import Path

from county_by_hand import BUS_TYPES, write_csv
from terrible_county import to_gcj02

from routing.roads import write_osm

N_SCHOOLS, N_PUPILS = 12, 12
HEAD = ("学号", "学校", "年级", "经度", "纬度", "人数", "寄宿")
NUMERALS = "零一二三四五六"


def lanes() -> list[list[tuple[float, float]]]:
    """Return forty crooked lanes through the county, corner by corner (degrees)."""
    chance = random.Random(7)
    ways = []
    for _ in range(40):
        lon, lat = chance.uniform(116.005, 116.095), chance.uniform(36.405, 36.495)
        way = [(lon, lat)]
        for _ in range(8):
            lon += chance.uniform(-0.006, 0.006)
            lat += chance.uniform(-0.006, 0.006)
            way.append((min(max(lon, 116.0), 116.1), min(max(lat, 36.4), 36.5)))
        ways.append(way)
    return ways


def home(school: int, pupil: int) -> tuple[float, float]:
    """Return degrees of a home: some 20 m beside a corner of a lane."""
    ways = lanes()
    lon, lat = ways[(school * 3 + pupil) % len(ways)][pupil % 9]
    return lon + 0.0002 * (-1) ** pupil, lat


def write_lanes(folder: Path) -> Path:
    """Write the lanes, and a street across the county, as an OpenStreetMap file."""
    street = [(116.0, 36.4), (116.05, 36.45), (116.1, 36.5)]
    nodes, ways = [], []
    for number, way in enumerate([street, *lanes()], 1):
        first = len(nodes) + 1
        nodes += [(first + at, lon, lat, {}) for at, (lon, lat) in enumerate(way)]
        ways.append((number, list(range(first, first + len(way))), {"highway": "unclassified"}))
    return write_osm(folder / "roads.osm.pbf", nodes, ways)


def pupils(school: int) -> list[tuple[str, ...]]:
    """Return the rows of one school; two schools use the same numbers for their pupils."""
    own = 1 if school == 2 else school
    rows = []
    for pupil in range(1, N_PUPILS + 1):
        lon, lat = home(school, pupil)
        grade = str(1 + pupil % 6)
        rows.append((f"{own:02d}{pupil:03d}", f"{school:03d}", grade, f"{lon:.6f}", f"{lat:.6f}", "1", "否"))  # fmt: skip
    return rows


def write_terrible_offices(folder: Path) -> Path:
    """Write the twelve schools' files, and the county's own; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    schools = [
        {"school_id": f"{n:03d}", "name": f"第{n}小学", "lon": 116.004 + 0.008 * (n - 1), "lat": 36.45,
         "kind": "primary", "bell": "08:20", "dismissal": "16:30"}
        for n in range(1, N_SCHOOLS + 1)
    ]  # fmt: skip
    write_csv(folder, "schools", schools)
    write_csv(folder, "bus_types", BUS_TYPES)
    write_lanes(folder)
    for number, write in enumerate(FORMS, 1):
        write(folder, pupils(number))
    return folder


def _text(rows: list[tuple[str, ...]], comma: str = ",") -> str:
    return "".join(comma.join(row) + "\r\n" for row in rows)


def _write(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)


def _gb18030(folder: Path, rows: list[tuple[str, ...]]) -> None:
    tail = [("合计", "", "", "", "", str(len(rows)), ""), ("备注：本表由学校填报", *[""] * 6)]
    title = [("第一小学学生花名册", *[""] * 6), ("",) * 7]
    _write(folder, "学生-01.csv", _text([*title, HEAD, *rows, *tail]).encode("gb18030"))


def _utf16(folder: Path, rows: list[tuple[str, ...]]) -> None:
    _write(folder, "学生-02.csv", _text([HEAD, *rows], "\t").encode("utf-16"))


def _big5(folder: Path, rows: list[tuple[str, ...]]) -> None:
    head = ("學號", "學校", "年級", "經度", "緯度", "人數", "寄宿")
    _write(folder, "学生-03.csv", _text([head, *rows]).encode("big5"))


def _marked(folder: Path, rows: list[tuple[str, ...]]) -> None:
    words = [(*row[:2], f"{NUMERALS[int(row[2])]}年级", *row[3:]) for row in rows]
    _write(folder, "学生-04.csv", codecs.BOM_UTF8 + _text([HEAD, *words]).encode())


def _wide(folder: Path, rows: list[tuple[str, ...]]) -> None:
    to_wide = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789."}
    wide = [(row[0], row[1], *(f" {cell.translate(to_wide)}\u200b" for cell in row[2:6]), row[6]) for row in rows]  # fmt: skip
    _write(folder, "学生-05.csv", _text([HEAD, *wide]).encode())


def _cut(folder: Path, rows: list[tuple[str, ...]]) -> None:
    _write(folder, "学生-06.tsv", _text([HEAD, *rows], "\t").rstrip().encode()[:-1])


def _old(folder: Path, rows: list[tuple[str, ...]]) -> None:
    """An .xls where xlwt is installed; else the same as .xlsx."""
    try:
        import xlwt
    except ImportError:
        _sheet(folder / "学生-07.xlsx", [("第七小学",), HEAD, *rows])
        return
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("学生")
    page.write_merge(0, 0, 0, 6, "第七小学")
    for at, row in enumerate([HEAD, *rows], 1):
        for column, cell in enumerate(row):
            page.write(at, column, cell)
    book.save(str(folder / "学生-07.xls"))


def _sheet(path: Path, rows: list[tuple[object, ...]], first: str = "学生") -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = first
    for row in rows:
        book.active.append(row)
    book.save(path)


def _two_headers(folder: Path, rows: list[tuple[str, ...]]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active["A1"] = "学生在下一张表"
    page = book.create_sheet("学生")
    for row in (("学生", None, None, "家庭位置", None, "其他", None), HEAD, *rows):
        page.append(row)
    for cells in ("A1:C1", "D1:E1", "F1:G1"):
        page.merge_cells(cells)
    book.save(folder / "学生-08.xlsx")


def _formulas(folder: Path, rows: list[tuple[str, ...]]) -> None:
    """Coordinates that are sums, one of them never worked out; a number that is a link."""
    made = [(*row[:3], f"={row[3]}+0", *row[4:]) for row in rows[:3]]
    named = [('=HYPERLINK("http://127.0.0.1/","09004")', *rows[3][1:])]
    _sheet(folder / "学生-09.xlsx", [HEAD, *made, *named, *rows[4:]])


def _personal(folder: Path, rows: list[tuple[str, ...]]) -> None:
    head = (*HEAD, "姓名", "家长电话", "身份证号")
    more = [(*row, "某", f"1380000{at:04d}", f"3715022015010112{at:02d}") for at, row in enumerate(rows)]  # fmt: skip
    _sheet(folder / "学生-10.xlsx", [head, *more])


def _gcj02(folder: Path, rows: list[tuple[str, ...]]) -> None:
    features = []
    for row in rows:
        lon, lat = to_gcj02(float(row[3]), float(row[4]))
        point = {"type": "Point", "coordinates": [round(float(lon), 6), round(float(lat), 6)]}
        own = {"学号": row[0], "学校": row[1], "年级": row[2], "人数": row[5]}
        features.append({"type": "Feature", "geometry": point, "properties": own})
    data = {"type": "FeatureCollection", "features": features}
    _write(folder, "学生-11.geojson", json.dumps(data, ensure_ascii=False).encode())


def _wrong(folder: Path, rows: list[tuple[str, ...]]) -> None:
    wrong = list(rows)
    wrong[0] = (*rows[0][:2], "高一", *rows[0][3:])
    wrong[1] = (*rows[1][:2], "9", *rows[1][3:])
    wrong[2] = (*rows[2][:3], rows[2][4], rows[2][3], *rows[2][5:])
    wrong[3] = (*rows[3][:3], "117.9", "30.1", *rows[3][5:])
    wrong[4] = (*rows[4][:3], "东经116.05", "116°03′00″", *rows[4][5:])
    wrong[5] = (rows[5][0], "第十二小校", *rows[5][2:])
    wrong[6] = (*rows[6][:3], "0", "0", *rows[6][5:])
    wrong[7] = (rows[6][0], *rows[7][1:])
    _write(folder, "学生-12.csv", _text([HEAD, *wrong]).encode("gb18030"))


FORMS = (
    _gb18030, _utf16, _big5, _marked, _wide, _cut, _old, _two_headers, _formulas, _personal,
    _gcj02, _wrong,
)  # fmt: skip
"""How each school writes its file, in the order of the schools."""
