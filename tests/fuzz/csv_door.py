"""Let atheris write CSV files until one is read with anything but faults.

Run by ``make slow``; ``python tests/fuzz/csv_door.py -runs=20000 -max_total_time=300``.
A finding is a crash with its input in a file; give that file to run it again.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["routing.inputs"]):
    from routing.inputs.cells import clean_cells
    from routing.inputs.delimited import read_delimited
    from routing.inputs.reading import read_table
    from routing.tables import SCHOOLS, STUDENTS

TABLES = (STUDENTS, SCHOOLS)
FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))


def door(data: bytes) -> None:
    """Read the bytes as each table; every fault must be sayable in both languages."""
    path = FOLDER / "students.csv"
    path.write_bytes(data)
    for table in TABLES:
        reading = read_table(read_delimited(path, table), table)
        for fault in reading.faults:
            assert fault.say("en").strip()
            assert fault.say("zh").strip()
        n_rows = len(reading.rows)
        assert all(len(values) == n_rows for values in reading.columns.values())
    clean_cells([data.decode("latin-1")])


SEEDS = (
    "学号,学校,年级,经度,纬度,人数\na,001,五年级,116.05,36.45,１\n合计,,,,,1\n".encode(),
    "student_id;school_id;grade;lon;lat\na;1;G5;105.2;34.1\n".encode("utf-16"),
    "学校编号\t学校名称\t学校类别\t上课时间\t放学时间\n001\t\"小\"\"学\"\t小学\t8:20\t0.6875\n".encode("gb18030"),
    "編號,學校,經度\n1,國小,東經105°\n".encode("big5"),
)  # fmt: skip


def main() -> None:
    """Give atheris good files to begin with, unless a folder of them is named."""
    seeds = FOLDER / "seeds"
    seeds.mkdir()
    for number, seed in enumerate(SEEDS):
        (seeds / str(number)).write_bytes(seed)
    atheris.Setup([*sys.argv, str(seeds)], door)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
