"""Would a packed file fill the memory? Sizes and ratios, looked at before anything is read.

Measured on files made to do so: a .csv.gz of 194 kB took 1.0 GB to read, a workbook of
5 MB held a million rows and took 34 s.
"""

import re
import zipfile
import zlib
from pathlib import Path
from typing import IO

from routing.errors import Fault
from routing.words import Text

MAX_UNPACKED_BYTES = 500_000_000
"""What an archive may unpack to (bytes; 100,000 rows of 20 columns take 0.2 GB, assumed)."""

MAX_RATIO = 100
"""An archive may unpack to so many times its size (times; real ones to about 15, assumed)."""

MAX_ENTRIES = 2_000
"""Files in one archive (a workbook of 100 sheets has some 220; assumed)."""

SMALL_BYTES = 10_000_000
"""Below this the ratio does not matter (bytes; assumed)."""

MOST_DEFLATED = 1_032
"""Deflate unpacks to at most so many times its size (RFC 1951: 258 bytes from 2 bits)."""

PACKED = (".xlsx", ".xlsm", ".ods", ".zip")
_ARCHIVES = (".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar")
_CHUNK = 1 << 20
_COMMENT = re.compile(rb"<!--.*?(-->|\Z)", re.DOTALL)
_ELEMENT = re.compile(rb"<[^!?]")
_MARKUP = (".xml", ".rels", ".kml", ".vml")

_BOMB = Text(
    "would unpack to {size_mb} MB, {ratio} times its size; it was not opened.",
    "解压后将达{size_mb} MB，为文件大小的{ratio}倍，未打开。",
)
_LYING = Text(
    "unpacks to more than it says, or its parts overlap; it was not opened.",
    "实际解压大小与所声明的不符，或内部重叠，未打开。",
)
_MANY = Text("holds {n} files; it was not opened.", "内含{n}个文件，未打开。")
_NESTED = Text("holds another archive, {name}; it was not opened.", "内含压缩包{name}，未打开。")
_ENTITIES = Text(
    "declares its own XML entities in {name}; it was not opened.",
    "其中{name}声明了XML实体，未打开。",
)
_COPY = Text(
    "Copy the cells into a new workbook, or export the data again.",
    "请将内容复制到新工作簿，或重新导出。",
)
_UNPACK = Text("Unpack it, and give the files themselves.", "请解压后直接提供文件。")


def zip_fault(path: Path) -> Fault | None:
    """Return the fault of a packed file that is not safe to read; None where it is safe.

    Workbooks, OpenDocument files and .zip are looked into; other files, and those that
    are no archive at all, are for their readers to judge.

    Parameters
    ----------
    path
        The file.
    """
    if not path.name.lower().endswith(PACKED):
        return None
    try:
        size = max(path.stat().st_size, 1)
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            return (
                _declared_fault(entries, path, size)
                or _true_fault(entries, file, path)
                or _entity_fault(archive, entries, path)
            )
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
        return None


def _declared_fault(entries: list[zipfile.ZipInfo], path: Path, size: int) -> Fault | None:
    """Return the fault that the table of contents shows."""
    if len(entries) > MAX_ENTRIES:
        return Fault(path.name, _MANY.fill(n=len(entries)), _COPY)
    unpacked = sum(entry.file_size for entry in entries)
    ratio = unpacked / size
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > SMALL_BYTES and ratio > MAX_RATIO):
        problem = _BOMB.fill(size_mb=unpacked // 1_000_000, ratio=round(ratio))
        return Fault(path.name, problem, _COPY)
    if sum(entry.compress_size for entry in entries) > size:
        return Fault(path.name, _LYING, _COPY)
    if path.suffix.lower() == ".zip":
        nested = [e.filename for e in entries if e.filename.lower().endswith(_ARCHIVES)]
        if nested:
            return Fault(path.name, _NESTED.fill(name=nested[0][-60:]), _UNPACK)
    return None


def _true_fault(entries: list[zipfile.ZipInfo], file: IO[bytes], path: Path) -> Fault | None:
    """Return the fault of an entry that unpacks to more than the contents say."""
    for entry in entries:
        most = entry.file_size
        if entry.compress_type == zipfile.ZIP_STORED:
            lies = entry.compress_size != most
        elif entry.compress_type == zipfile.ZIP_DEFLATED:
            lies = entry.compress_size * MOST_DEFLATED > most and _exceeds(file, entry, most)
        else:
            lies = True  # no program for tables or maps packs in any other way
        if lies:
            return Fault(path.name, _LYING, _COPY)
    return None


def _exceeds(file: IO[bytes], entry: zipfile.ZipInfo, most: int) -> bool:
    """Return whether an entry unpacks to more than so many bytes; unpacks no further."""
    file.seek(entry.header_offset)
    header = file.read(30)
    if len(header) < 30:
        return True
    gap = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    file.seek(entry.header_offset + 30 + gap)
    left, n_bytes, unpacker = entry.compress_size, 0, zlib.decompressobj(-15)
    while left > 0 and not unpacker.eof:
        packed = file.read(min(_CHUNK, left))
        if not packed:
            return False  # cut off: the reader says so
        left -= len(packed)
        while packed and not unpacker.eof:
            n_bytes += len(unpacker.decompress(packed, _CHUNK))
            packed = unpacker.unconsumed_tail
            if n_bytes > most:
                return True
    return False


def _entity_fault(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], path: Path
) -> Fault | None:
    """Return the fault of a part whose XML declares a document type, and so entities."""
    for entry in entries:
        if entry.filename.lower().endswith(_MARKUP):
            with archive.open(entry) as part:
                if _declares_type(part):
                    name = entry.filename[-60:]
                    return Fault(path.name, _ENTITIES.fill(name=name), _COPY)
    return None


def _declares_type(part: IO[bytes]) -> bool:
    """Return whether a document type, or nothing but comments for long, is before any element."""
    head = b""
    while more := part.read(max(4_096, len(head))):
        head += more
        plain = _COMMENT.sub(b"", head)
        element = _ELEMENT.search(plain)
        if b"<!DOCTYPE" in plain[: element.start() if element else None].upper():
            return True
        if element:
            return False
        if len(head) > _CHUNK:
            return True
    return False
