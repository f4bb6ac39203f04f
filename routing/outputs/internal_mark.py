"""The sheet of paper on the box: what in a run's folder is internal, and until when it is kept."""

from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from routing.atomic import write_text

MARK_FILE = "INTERNAL.txt"

_TEXT = """\
内部资料 INTERNAL
=================

本文件夹保存一个校车方案。plan.gpkg、plan.json 含学生住址和编号，属不满十四周岁未成年人的
敏感个人信息（《个人信息保护法》第二十八条）：仅限经办人员使用，不得外传、不得上网。
可以对外的只有 exports.csv 中标为 public 的文件；其余文件一律按内部资料管理。

删除日期：{zh}（默认为学年结束）。到期请执行：schoolbus forget 本文件夹

This folder holds a school bus plan. plan.gpkg and plan.json hold pupils' homes and ids:
sensitive personal data of children (PIPL art. 28). Only those who work on the plan may open
them. Only files that exports.csv calls "public" may be passed on; treat all others as internal.

To be deleted by: {en} (the end of the school year is assumed). Then: schoolbus forget FOLDER
"""


def mark_internal(folder: Path, today: date | None = None) -> Path:
    """Mark a run's folder as internal, in both languages, and close it to other users.

    A folder that cannot be closed (another system of files, another owner) stays as it is.

    Parameters
    ----------
    folder
        Made where it is absent.
    today
        Default: the day in UTC.

    Returns
    -------
    path
        The mark.

    Raises
    ------
    RoutingError
        When it cannot be written.
    """
    last = last_day(today or datetime.now(UTC).date())
    text = _TEXT.format(zh=f"{last.year}年{last.month}月{last.day}日", en=last.isoformat())
    mark = write_text(folder / MARK_FILE, text)
    with suppress(OSError):
        folder.chmod(0o700)
    return mark


def last_day(today: date) -> date:
    """Return the end of the school year in which a day lies: the next 31 August."""
    this_year = date(today.year, 8, 31)
    return this_year if today <= this_year else date(today.year + 1, 8, 31)
