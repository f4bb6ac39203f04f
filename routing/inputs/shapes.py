"""Which files belong to a Shapefile? It is one table in four files or more."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

SIDECARS = (
    ".shx", ".dbf", ".prj", ".cpg", ".cst", ".sbn", ".sbx", ".qpj", ".qmd", ".qix",
    ".shp.xml",
)  # fmt: skip
"""Endings of files that belong to the .shp of the same stem."""


def sidecars_among(files: Sequence[Path]) -> list[Path]:
    """Return the files that only go with a Shapefile among them."""
    shapes = [path for path in files if path.name.lower().endswith(".shp")]
    return [path for path in files if any(_belongs(path, shape) for shape in shapes)]


def sidecars_of(shape: Path) -> list[Path]:
    """Return the files beside a .shp that belong to it; nothing for any other file."""
    if not shape.name.lower().endswith(".shp"):
        return []
    return sorted(path for path in shape.parent.iterdir() if _belongs(path, shape))


def holds_shapes(path: Path) -> bool:
    """Return whether a .zip holds a Shapefile; where it cannot be opened, its name decides."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.lower().endswith(".shp") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return path.name.lower().endswith(".shp.zip")


def _belongs(path: Path, shape: Path) -> bool:
    stem, name = shape.name[:-4].lower(), path.name.lower()
    return (
        path.parent == shape.parent and name[: len(stem)] == stem and name[len(stem) :] in SIDECARS
    )
