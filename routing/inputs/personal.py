"""Does a file hold names, phones or identity numbers? Then it is refused, or they are dropped."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from routing.errors import Fault
from routing.inputs.cells import clean, to_text
from routing.inputs.headers import Match, match_headers, plain
from routing.inputs.sheet import Sheet
from routing.tables import Table
from routing.words import Text

_IDENTITY = re.compile(
    r"(?<!\d)[GLgl]?(\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx])(?!\d)"
)
_PHONE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d|\.\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""Weights and check signs of identity numbers (GB 11643-1999)."""

_SHORTEST = 11
"""Signs of a mobile phone number; no shorter cell is looked at."""

_HEADER = Text(
    "is a column of personal data (names, phones, identity numbers, addresses); the file was refused.",
    "为个人信息列（姓名、电话、身份证号、住址等），文件被拒绝。",
)
_REMOVE = Text(
    'Remove the column; or write drop = ["{name}"] under [columns] in county.toml, and it is not read.',
    "请删除该列；或在county.toml的[columns]中写明drop = [\"{name}\"]，该列将不读取。",
)  # fmt: skip
_VALUES = Text(
    "holds {n} value(s) that are {what}; they are not shown here.",
    "有{n}个值为{what}，此处不予显示。",
)
_PHONES = Text("mobile phone numbers", "手机号码")
_IDENTITIES = Text("identity numbers", "身份证号或学籍号")
_CLEAR = Text(
    'Remove them from the cells, or drop the column: drop = ["{name}"] under [columns] in county.toml.',
    "请从单元格中删除；或不读取该列：在county.toml的[columns]中写明drop = [\"{name}\"]。",
)  # fmt: skip
_PSEUDONYMS = Text(
    "Give the pupils random ids: schoolbus pseudonymise {file} --key ... --out ...",
    "请先为学生生成随机编号：schoolbus pseudonymise {file} --key ... --out ...",
)
_DROPPED = Text(
    "{file}: columns left out unread, as county.toml or --drop says: {names}.",
    "{file}：按county.toml或--drop的声明，以下列未读取：{names}。",
)


def leave_out_personal(sheet: Sheet, table: Table, drop: Iterable[str] = ()) -> Sheet:
    """Return a sheet without columns of personal data; those not declared are its faults.

    A column is personal by its header, or by phone or identity numbers in a column of
    texts, or in one that the table does not know. No value of such a column is in any
    message.

    Parameters
    ----------
    sheet
        As its file holds it.
    table
        What the file holds.
    drop
        Headers that the planner says may be left out; they are not looked at.

    Returns
    -------
    sheet
        The same rows; a fault for each column that was refused, a note on those dropped.
    """
    wanted = {plain(header) for header in drop}
    dropped = [at for at, header in enumerate(sheet.headers) if header and plain(header) in wanted]
    match = match_headers(sheet.headers, table, sheet.file)
    faults, out = [], set(dropped)
    for at in set(range(len(sheet.headers))) - out:
        found = _refused(sheet, at, table, match)
        if found is not None:
            faults.append(found)
            out.add(at)
    if not out:
        return sheet
    names = ", ".join(sheet.headers[at] for at in dropped)
    notes = (_DROPPED.fill(file=sheet.file, names=names),) if dropped else ()
    out = {at for at in out if at in dropped or not _is_key(at, table, match)}
    kept = [at for at in range(len(sheet.headers)) if at not in out]
    return replace(
        sheet, headers=tuple(sheet.headers[at] for at in kept),
        cells=tuple(sheet.cells[at] for at in kept),
        faults=(*sheet.faults, *faults), notes=(*sheet.notes, *notes),
    )  # fmt: skip


def mask_personal(text: str) -> str:
    """Return a text with the digits of phone and identity numbers in it hidden."""
    if len(text) < _SHORTEST:
        return text
    return _PHONE.sub(_stars, _IDENTITY.sub(_stars, text))


def count_personal(cells: Sequence[object]) -> tuple[int, int]:
    """Return how many cells hold a mobile phone number, and how many an identity number."""
    phones = identities = 0
    for cell in cells:
        text = cell if type(cell) is str else to_text(cell)
        if text is None or len(text) < _SHORTEST:
            continue
        told = clean(text) or ""
        if _IDENTITY.search(told):
            identities += 1
        elif _PHONE.search(told):
            phones += 1
    return phones, identities


def is_identity(text: str) -> bool:
    """Say whether a text is an identity number whose last sign proves the others."""
    found = _IDENTITY.fullmatch(text)
    if not found:
        return False
    digits = found[1].upper()
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == digits[-1]


def _refused(sheet: Sheet, at: int, table: Table, match: Match) -> Fault | None:
    """Return the fault of a column that must not be read; None where it may."""
    header = sheet.headers[at]
    if header in match.personal:
        return Fault(sheet.file, _HEADER, _REMOVE.fill(name=header), column=header)
    if _is_key(at, table, match):
        return _refused_keys(sheet, at, table)
    if not _is_free(at, table, match):
        return None
    phones, identities = count_personal(sheet.cells[at])
    if not phones and not identities:
        return None
    what = _PHONES if phones else _IDENTITIES
    problem = Text(
        _VALUES.en.format(n=phones or identities, what=what.en),
        _VALUES.zh.format(n=phones or identities, what=what.zh),
    )
    return Fault(sheet.file, problem, _CLEAR.fill(name=header), column=header)


def _refused_keys(sheet: Sheet, at: int, table: Table) -> Fault | None:
    """Return the fault of pupils' keys that are identity numbers, proven by their check sign."""
    if table.name != "students":
        return None
    long = (c for c in sheet.cells[at] if type(c) is not str or len(c) > _SHORTEST)
    texts = (clean(to_text(cell)) for cell in long)
    n = sum(is_identity(text) for text in texts if text and len(text) > _SHORTEST)
    if not n:
        return None
    problem = Text(
        _VALUES.en.format(n=n, what=_IDENTITIES.en), _VALUES.zh.format(n=n, what=_IDENTITIES.zh)
    )
    remedy = _PSEUDONYMS.fill(file=sheet.file)
    return Fault(sheet.file, problem, remedy, column=sheet.headers[at])


def _is_key(at: int, table: Table, match: Match) -> bool:
    return any(match.at.get(name) == at for name in table.key)


def _is_free(at: int, table: Table, match: Match) -> bool:
    """Say whether a column may hold any text: one of texts, or one that nobody knows."""
    name = next((name for name, place in match.at.items() if place == at), None)
    if name is None:
        return True
    known = {column.name: column for column in table.planned}
    return name in known and known[name].kind == "text" and not known[name].keys


def _stars(found: "re.Match[str]") -> str:
    return re.sub(r"[\dXx]", "*", found[0])
