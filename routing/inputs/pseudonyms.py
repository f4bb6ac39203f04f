"""Random ids for pupils, made at the door; the key that turns them back is read here only.

The key file is a small table, original id and pseudonym, for the school that holds the
names. No command but ``pseudonymise`` opens it, nothing else needs it, and without it the
pseudonyms lead back to nobody.
"""

import csv
import io
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from routing.errors import Fault, InputError, RoutingError
from routing.inputs.cells import clean, to_text
from routing.inputs.headers import match_headers, plain
from routing.inputs.opening import Place, read_sheets
from routing.inputs.personal import leave_out_personal
from routing.inputs.plain_tables import pack_sheet, write_private
from routing.inputs.sheet import Sheet
from routing.tables import STUDENTS
from routing.words import Text

LETTERS = "BCDFGHJKMNPQRSTVWXYZ"
SIGNS = LETTERS + "23456789"
"""No vowels (no words by chance), and none of 0 O 1 I L, which look alike."""

LENGTH = 10
"""Signs of a pseudonym, a letter first: 20 x 28^9 = 2 x 10^14 (about 47 bits)."""

MARK = "schoolbus-key-1"
"""What a key file begins with."""

HEADS = (MARK, "original_id 原编号", "pseudonym 假名")

_UNREADABLE = Text("cannot be read as a key file.", "无法作为密钥文件读取。")
_OTHER_KEY = Text(
    "Name the key file made before, or one that does not exist yet.",
    "请指定以前生成的密钥文件，或尚不存在的文件名。",
)
_KEY_HERE = Text(
    "is a key of pseudonyms: it leads from random ids back to children.",
    "为假名密钥文件，可由随机编号还原到学生本人。",
)
_MOVE = Text(
    "Move it out of the county folder, to the school that holds the names; nothing here needs it.",
    "请移出县文件夹，由掌握名册的学校保管；本工具其他命令均不需要它。",
)
_SAME = Text(
    "would be written from two files or sheets of this name.", "有两个文件或工作表将写为此文件名。"
)
_OTHER_OUT = Text(
    "Rename one of them, or give them one by one with another --out.",
    "请更改其中一个的名称，或分别运行并指定不同的--out。",
)
_NO_ID = Text(
    "there is no column of pupils' ids to replace.", "缺少可替换的学生编号列。"
)  # fmt: skip
_NAME_ID = Text(
    "Name the column that identifies a pupil: --id {names}.",
    "请指明用来识别学生的列：--id {names}。",
)
_TELLS = Text(
    "also identifies pupils: with it the random ids would be of no use.",
    "也可识别学生，保留它会使随机编号失去意义。",
)
_DROP = Text(
    "Drop it: --drop {name}; or remove the column.", "请去除该列：--drop {name}，或删除该列。"
)
_INSIDE = Text(
    "The key file '{key}' must not lie in the folder that is written ('{out}'): "
    "whoever gets the one would get the other.",
    "密钥文件“{key}”不得放在输出文件夹（“{out}”）中：否则二者会一并泄露。",
)
_ROUNDED = re.compile(r"\d\.\d{14}e\+\d+")
_LOST = Text(
    "holds {n} id(s) that a spreadsheet has rounded: their last digits are lost.",
    "有{n}个编号已被表格软件舍入，末位数字丢失。",
)
_AS_TEXT = Text(
    "Export the list again with the ids as text.", "请重新导出名册，编号列设为文本格式。"
)


@dataclass(frozen=True)
class Pseudonymised:
    """What was made of one file.

    Parameters
    ----------
    path
        The clean table.
    n_rows
        Its rows.
    n_new
        Pseudonyms made now; the other rows have those of the key file.
    notes
        What was left out.
    """

    path: Path
    n_rows: int
    n_new: int
    notes: tuple[Text, ...]


def pseudonymise(
    files: Sequence[Path], key: Path, out: Path, *, drop: Iterable[str] = (), id_column: str = ""
) -> tuple[Pseudonymised, ...]:
    """Write tables of pupils with random ids for their own, and the key that joins the two.

    A pupil who is in the key file keeps the pseudonym. The key file is written first, so
    that no pseudonym is ever in a table and not in the key.

    Parameters
    ----------
    files
        Tables of students, in any format that is read.
    key
        The key file, made where it is absent; readable by its owner only.
    out
        Folder of the clean tables: .csv for .csv and .tsv, else .xlsx, under the same name.
    drop
        Headers of personal columns to leave out; others are refused.
    id_column
        Header of the column that identifies a pupil; "": the one that means ``student_id``.

    Returns
    -------
    made
        One for each file, or for each sheet where several hold pupils.

    Raises
    ------
    InputError
        Columns that must be dropped, a file without ids, a key file that is none.
    RoutingError
        When something cannot be written, or the key would lie beside the tables.
    """
    drop = tuple(drop)
    if key.resolve().is_relative_to(out.resolve()):
        raise RoutingError(_INSIDE.fill(key=key, out=out))
    known = _read_key(key) if key.exists() else {}
    sheets = [
        (_target(file, sheet, len(several)), _prepare(sheet, drop, id_column))
        for file in files
        for several in [read_sheets(Place(file), STUDENTS)]
        for sheet in several
    ]
    faults = [fault for _, sheet in sheets for fault in sheet.faults]
    names = [name for name, _ in sheets]
    faults += [Fault(name, _SAME, _OTHER_OUT) for name in set(names) if names.count(name) > 1]
    if faults:
        raise InputError(faults)
    made = []
    for name, sheet in sheets:
        before = len(known)
        ids = _replace_ids(sheet.cells[0], known)
        told = Pseudonymised(out / name, len(sheet.rows), len(known) - before, sheet.notes)
        made.append(
            (told, pack_sheet(replace(sheet, cells=(ids, *sheet.cells[1:])), told.path.suffix))
        )
    write_private(key, _pack_key(known))
    for told, content in made:
        write_private(told.path, content)
    return tuple(told for told, _ in made)


def count_key(path: Path) -> int:
    """Return how many pupils a key file leads back to.

    Raises
    ------
    InputError
        When the file is none of ours.
    """
    return len(_read_key(path))


def delete_key(path: Path) -> int:
    """Delete a key file, and return how many pupils it led back to.

    Raises
    ------
    InputError
        When the file is none of ours; it is left alone.
    """
    n = count_key(path)
    path.unlink()
    return n


def refuse_keys(folder: Path) -> tuple[Fault, ...]:
    """Return a fault for each key file that lies in a county folder; only its mark is read."""
    found = sorted(path for path in folder.glob("*") if _is_key(path))
    return tuple(Fault(path.name, _KEY_HERE, _MOVE) for path in found)


def _is_key(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return MARK.encode() in file.read(len(MARK) + 8)
    except OSError:
        return False


def _target(file: Path, sheet: Sheet, n_sheets: int) -> str:
    """Return the name of a clean table: that of its file and, of several, its sheet."""
    stem, texts = file.name.split(".")[0], {".csv", ".tsv", ".txt"}
    suffix = ".csv" if file.suffix.lower() in texts else ".xlsx"
    part = "".join(sign for sign in sheet.sheet or "" if sign.isalnum() or sign in "-_")
    return f"{stem}-{part}{suffix}" if n_sheets > 1 else f"{stem}{suffix}"


def _prepare(sheet: Sheet, drop: tuple[str, ...], id_column: str) -> Sheet:
    """Return a sheet without personal columns, its ids first, with its faults."""
    named = _find_ids(sheet, id_column)
    if named is None:
        if sheet.faults:
            return sheet
        remedy = _NAME_ID.fill(names=", ".join(filter(None, sheet.headers)) or "…")
        return replace(sheet, faults=(Fault(sheet.file, _NO_ID, remedy),))
    others = [at for at in range(len(sheet.headers)) if at != named]
    rest = replace(
        sheet, headers=tuple(sheet.headers[at] for at in others),
        cells=tuple(sheet.cells[at] for at in others),
    )  # fmt: skip
    rest = leave_out_personal(rest, STUDENTS, drop)
    faults = [
        replace(fault, remedy=_DROP.fill(name=fault.column)) if fault.column else fault
        for fault in rest.faults
    ]
    faults += [
        Fault(sheet.file, _TELLS, _DROP.fill(name=header), column=header)
        for header in rest.headers
        if "student_id" in match_headers([header], STUDENTS, "").at
    ]
    faults += _rounded_fault(sheet, named)
    chinese = any(not header.isascii() for header in sheet.headers)
    head = (STUDENTS["student_id"].zh if chinese else "") or "student_id"
    return replace(
        rest, headers=(head, *rest.headers), cells=(sheet.cells[named], *rest.cells),
        faults=tuple(faults),
    )  # fmt: skip


def _find_ids(sheet: Sheet, id_column: str) -> int | None:
    """Return where the ids stand: under the header named, else by the schema."""
    if not id_column:
        return match_headers(sheet.headers, STUDENTS, sheet.file).at.get("student_id")
    heads = [plain(header) for header in sheet.headers]
    return heads.index(plain(id_column)) if plain(id_column) in heads else None


def _rounded_fault(sheet: Sheet, at: int) -> list[Fault]:
    n = sum(bool(_ROUNDED.fullmatch(to_text(cell) or "")) for cell in sheet.cells[at])
    header = sheet.headers[at]
    return [Fault(sheet.file, _LOST.fill(n=n), _AS_TEXT, column=header)] if n else []


def _replace_ids(cells: Sequence[Any], known: dict[str, str]) -> list[str | None]:
    """Return a pseudonym for each id, and add those made now to ``known``; empty stays empty."""
    taken = set(known.values())
    ids = []
    for cell in cells:
        original = clean(to_text(cell))
        if original is not None and original not in known:
            known[original] = _random_id(taken)
            taken.add(known[original])
        ids.append(None if original is None else known[original])
    return ids


def _random_id(taken: set[str]) -> str:
    """Return an id that nobody has; a letter first, lest a spreadsheet takes it for a number."""
    while True:
        rest = (secrets.choice(SIGNS) for _ in range(LENGTH - 1))
        made = secrets.choice(LETTERS) + "".join(rest)
        if made not in taken:
            return made


def _pack_key(known: dict[str, str]) -> bytes:
    content = io.StringIO()
    write = csv.writer(content, lineterminator="\r\n")
    write.writerow(HEADS)
    write.writerows(("", _quoted(original), made) for original, made in known.items())
    return content.getvalue().encode("utf-8-sig")


def _read_key(path: Path) -> dict[str, str]:
    """Return original id -> pseudonym; a file that is no key is a fault, and left alone."""
    fault = Fault(path.name, _UNREADABLE, _OTHER_KEY)
    try:
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError([fault]) from error
    good = rows and rows[0][:1] == [MARK] and all(len(row) == len(HEADS) for row in rows)
    known = {row[1].removeprefix("'"): row[2] for row in rows[1:]} if good else {}
    if not good or len(set(known.values())) != len(rows) - 1:
        raise InputError([fault])
    return known


def _quoted(original: str) -> str:
    """Return an id as the key file holds it: no spreadsheet takes it for a formula."""
    return f"'{original}" if original.startswith(("'", "=", "+", "-", "@")) else original
