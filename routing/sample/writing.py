"""Writes a made county into a folder, as a planner would bring it."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from routing.atomic import replacing, write_text
from routing.sample.ground import lay_ground
from routing.sample.mapping import write_roads
from routing.sample.people import People, settle_people
from routing.sample.rows import Row, bus_type_rows, parking_rows, school_rows, student_rows
from routing.sample.services import enrolment_rows, transit_rows
from routing.sample.sizes import SIZES
from routing.sample.streets import Streets, lay_streets
from routing.tables import BUS_TYPES, ENROLMENT, PARKINGS, SCHOOLS, STUDENTS, TRANSIT, Table

POLICY = """\
# The made county follows the plan of 2023 that the preset is named after:
# all day pupils more than 2 km from school are transported.
preset = "dongchangfu"
"""

README = """\
# A county that is made / 虚构县示例数据

Everything in this folder was made by this project's own generator: roads, river, towns,
villages, schools and pupils. **Nobody in it is real**; a name that stands on a real map
stands here by chance. The coordinates lie in the plain of western Shandong only so that
distances and maps look right.

本文件夹的全部内容（道路、河流、乡镇、村庄、学校、学生）均由本项目自带的生成程序生成，
**不含任何真实人员信息**；如与真实地名相同，纯属巧合。坐标取在鲁西平原，仅为使距离和地图合理。

| file | what |
|---|---|
| schools.csv | {n_schools} schools (English headers, UTF-8) |
| students.csv | {n_pupils:,} pupils in {n_rows:,} rows (Chinese headers, UTF-8 with byte-order mark, as Excel saves it) |
| bus_types.csv, parkings.csv | kinds of bus, yards |
| transit.csv | timetable of village buses: lines to the junior schools of towns |
| enrolment.csv | pupils expected in 2027 and 2030, by school and grade: fewer each year |
| policy.toml | the rules: preset dongchangfu |
| roads.osm.pbf | roads, river, places (OpenStreetMap's format; no data of OpenStreetMap in it) |

Made with: `python -m routing.sample OUT --seed {seed} --size {size}`

The same seed gives the same tables byte for byte, and the same roads.

Licence: CC0 1.0 (public domain). 许可：CC0 1.0（公有领域）。
"""


_LEFT_OUT = {("students", "town"), ("students", "placed")}
"""Columns that a county whose homes are all known has no use for."""


def make_sample(folder: Path | str, *, seed: int = 1, size: str = "county") -> Path:
    """Make a county that looks like the plain of western Shandong, and write it.

    Parameters
    ----------
    folder
        Where to; made if it is not there, its files of the same names replaced.
    seed
        The same seed gives the same county.
    size
        "county" (12 towns, 9,000 pupils) or "small" (2 towns, 400 pupils).

    Returns
    -------
    folder
        Holds schools.csv, students.csv, bus_types.csv, parkings.csv, transit.csv,
        enrolment.csv, policy.toml, roads.osm.pbf and README.md.

    Raises
    ------
    ValueError
        When there is no such size.
    """
    if size not in SIZES:
        msg = f"there is no size '{size}'; use one of {', '.join(SIZES)}."
        raise ValueError(msg)
    chance = [np.random.default_rng([seed, stage]) for stage in range(6)]
    ground = lay_ground(SIZES[size], chance[0])
    streets = lay_streets(ground, chance[1])
    people = settle_people(ground, streets, chance[2])
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _write_tables(folder, streets, people, chance[3])
    transit = transit_rows(ground, streets, people, chance[4])
    _write_csv(folder / "transit.csv", TRANSIT, transit)
    _write_csv(folder / "enrolment.csv", ENROLMENT, enrolment_rows(people, chance[5]))
    write_roads(folder / "roads.osm.pbf", streets, people)
    write_text(folder / "policy.toml", POLICY)
    text = README.format(
        n_schools=len(people.schools), n_pupils=ground.size.n_pupils,
        n_rows=len(people.pupils), seed=seed, size=size,
    )  # fmt: skip
    write_text(folder / "README.md", text)
    return folder


def _write_tables(folder: Path, streets: Streets, people: People, rng: np.random.Generator) -> None:
    schools = list(school_rows(people, rng))
    parkings = list(parking_rows(streets, rng))
    _write_csv(folder / "schools.csv", SCHOOLS, schools)
    _write_csv(folder / "parkings.csv", PARKINGS, parkings)
    _write_csv(folder / "bus_types.csv", BUS_TYPES, bus_type_rows())
    _write_csv(folder / "students.csv", STUDENTS, student_rows(people, streets), zh=True)


def _write_csv(path: Path, table: Table, rows: Iterable[Row], *, zh: bool = False) -> None:
    """Write a table: Chinese headers with a byte-order mark, or English ones without."""
    names, headers = _columns(table, zh=zh)
    encoding = "utf-8-sig" if zh else "utf-8"
    with replacing(path) as draft, draft.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows([row.get(name, "") for name in names] for row in rows)


def _columns(table: Table, *, zh: bool) -> tuple[Sequence[str], Sequence[str]]:
    names, headers = [], []
    for column in table.planned:
        if (table.name, column.name) in _LEFT_OUT:
            continue
        if column.kind == "point":
            names += ["lon", "lat"]
            headers += ["经度", "纬度"] if zh else ["lon", "lat"]
        else:
            names.append(column.name)
            headers.append(column.zh if zh else column.name)
    return names, headers
