"""What did the disk refuse, and what is to be done? Errors of the system in plain words."""

import contextlib
import errno
import os
from pathlib import Path

from routing.errors import RoutingError
from routing.words import Text

_FREE = Text(
    "Make room on the disk or choose another folder, then run the same command again",
    "请清理磁盘或改用其他文件夹，然后重新运行同一命令",
)
_ELSEWHERE = Text(
    "Choose a folder that you may write to, or ask whoever looks after the machine",
    "请改用有写入权限的文件夹，或联系管理员",
)
_CLOSE = Text(
    "Close it where it is open in another program (Excel, WPS, a map program), and check that "
    "you may write there",
    "请在其他程序（Excel、WPS、地图软件）中关闭该文件，并确认有写入权限",
)
_NAME = Text("Choose another path", "请改用其他路径")

REFUSALS: dict[int, tuple[Text, Text]] = {
    errno.ENOSPC: (Text("the disk is full", "磁盘已满"), _FREE),
    errno.EDQUOT: (
        Text("your share of the disk (quota) is used up", "磁盘配额已用完"),
        _FREE,
    ),
    errno.EFBIG: (
        Text("the file is larger than this disk or system allows", "文件大小超过磁盘或系统的限制"),
        _FREE,
    ),
    errno.EROFS: (
        Text("the disk is read-only", "磁盘为只读"),
        _ELSEWHERE,
    ),
    errno.EACCES: (Text("access is denied", "没有访问权限"), _CLOSE),
    errno.EPERM: (Text("access is denied", "没有访问权限"), _CLOSE),
    errno.EBUSY: (Text("another program is using it", "文件正被其他程序使用"), _CLOSE),
    errno.ENOTDIR: (
        Text("a part of the path is a file, not a folder", "路径中有一部分是文件，不是文件夹"),
        _NAME,
    ),
    errno.EEXIST: (
        Text("a file of this name is there already", "已有同名文件"),
        _NAME,
    ),
    errno.EISDIR: (
        Text("there is a folder of this name", "已有同名文件夹"),
        Text("Move or rename that folder, or choose another path", "请移走或重命名该文件夹，或改用其他路径"),
    ),
    errno.ENAMETOOLONG: (
        Text("the name is too long", "文件名过长"),
        Text("Choose a shorter name or a folder nearer the root", "请使用更短的名称或层级更浅的文件夹"),
    ),
    errno.ENOENT: (
        Text("there is no such file or folder", "文件或文件夹不存在"),
        Text("Check the path, and that the disk is still connected", "请检查路径，并确认磁盘仍已连接"),
    ),
    errno.EIO: (
        Text("the disk failed while reading or writing", "磁盘读写出错"),
        Text("Use another disk, and make a copy of this one", "请改用其他磁盘，并备份此磁盘"),
    ),
}  # fmt: skip
"""What the system may refuse: error number -> what is wrong, what to do."""

PROBE_BYTES = 262_144
"""Written to see whether a disk is full (bytes): more than a library's last page (assumed)."""


class DiskError(RoutingError):
    """The disk refused: full, read-only, in use; says where, what and what to do."""


def explain(error: OSError) -> tuple[Text, Text]:
    """Return what is wrong and what to do, in words; the system's own where it is unknown.

    Parameters
    ----------
    error
        As the system raised it.
    """
    if error.errno in REFUSALS:
        return REFUSALS[error.errno]
    cause = error.strerror or str(error)
    return Text(cause, cause), _CLOSE


def cannot_write(path: Path, error: OSError, *, kept: bool = True) -> DiskError:
    """Return the error for a file that could not be written.

    Parameters
    ----------
    path
        The file or folder.
    error
        Why.
    kept
        Whether what was there before is unchanged. Otherwise the new files are all on
        disk and are put in their place by whoever opens or writes the folder next.
    """
    cause, remedy = explain(error)
    after = _UNCHANGED if kept else _LATER
    return DiskError(Text(
        f"'{path}' cannot be written: {cause.en}. {remedy.en}; {after.en}.",
        f"无法写入“{path}”：{cause.zh}。{remedy.zh}；{after.zh}。",
    ))  # fmt: skip


_UNCHANGED = Text("what was there before is unchanged", "原有文件未改动")
_LATER = Text(
    "the new files are safe and are put in place when the folder is opened next",
    "新文件已安全保存，下次打开该文件夹时将自动就位",
)


def say_refusal(error: OSError) -> Text:
    """Return one sentence for an error of the system that nobody foresaw."""
    cause, remedy = explain(error)
    place = f"'{error.filename}': " if error.filename else ""
    place_zh = f"“{error.filename}”：" if error.filename else ""
    return Text(f"{place}{cause.en}. {remedy.en}.", f"{place_zh}{cause.zh}。{remedy.zh}。")


def sync_file(path: Path) -> None:
    """Return when the content of a file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Return when the names in a folder are on the disk; where that cannot be asked, at once."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network disks have no such question
            os.fsync(handle)
    finally:
        os.close(handle)


def find_refusal(folder: Path) -> OSError | None:
    """Return what the disk refuses when a little is written to a folder; None: nothing.

    Libraries that write by themselves tell of a full disk in words of their own.
    """
    probe = folder / ".probe"
    try:
        with probe.open("wb") as file:
            file.write(b"\0" * PROBE_BYTES)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    return None
