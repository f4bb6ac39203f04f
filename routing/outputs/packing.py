"""The tables and roads of a plan as files of plain data, and back again, exactly."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from routing.records import Plan
from routing.roads.network import Roads
from routing.roads.packing import pack_roads, unpack_roads
from routing.tables import ALL_TABLES, INPUT_TABLES

if TYPE_CHECKING:
    import pandas as pd


def plan_tables(plan: Plan) -> dict[str, "pd.DataFrame"]:
    """Return all tables of a plan and its district, by name."""
    inputs = {table.name for table in INPUT_TABLES}
    return {
        table.name: getattr(plan.district if table.name in inputs else plan, table.name)
        for table in ALL_TABLES
    }


def describe_table(table: "pd.DataFrame") -> dict[str, Any]:
    """Return what a GeoPackage does not keep of a table.

    Returns
    -------
    shape
        ``columns``: types by column; ``index``: row labels, where they are not 0, 1...
    """
    import pandas as pd

    columns = {name: str(dtype) for name, dtype in table.dtypes.items()}
    shape: dict[str, Any] = {"columns": columns}
    if not table.index.equals(pd.RangeIndex(len(table))):
        shape["index"] = table.index.tolist()
    return shape


def write_tables(tables: dict[str, "pd.DataFrame"], path: Path) -> None:
    """Write tables as the layers of a new GeoPackage.

    Raises
    ------
    TypeError
        When a column holds something else than texts, numbers, flags or places, or a
        text that the file would cut.
    """
    import pyogrio

    for name, table in tables.items():
        _refuse_objects(name, table)
        more: dict[str, Any] = {}
        if "geometry" in table:
            kinds = set(table["geometry"].dropna().geom_type)
            more["geometry_type"] = kinds.pop() if len(kinds) == 1 else "Unknown"
        pyogrio.write_dataframe(
            table.reset_index(drop=True),
            path,
            layer=name,
            driver="GPKG",
            append=path.exists(),
            **more,
        )


def read_table(path: Path, name: str, shape: dict[str, Any]) -> "pd.DataFrame":
    """Read one layer of a GeoPackage as the table it was.

    Parameters
    ----------
    path, name
        The GeoPackage and the layer.
    shape
        As ``describe_table`` gave it.
    """
    import pandas as pd
    import pyogrio

    table = pyogrio.read_dataframe(path, layer=name)
    columns = {
        column: table[column] if dtype == "geometry" else _cast(table[column], dtype)
        for column, dtype in shape["columns"].items()
    }
    table = table[list(columns)].assign(**columns)
    index = shape.get("index")
    return table if index is None else table.set_axis(pd.Index(index))


def write_roads(roads: Roads, path: Path) -> None:
    """Write roads as compressed arrays."""
    np.savez_compressed(path, **pack_roads(roads))


def read_roads(path: Path) -> Roads:
    """Read roads that ``write_roads`` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        return unpack_roads({name: arrays[name] for name in arrays.files})


def plain_number(number: Any) -> Any:
    """Return a numpy number as Python's own, for JSON."""
    return number.item()


def _refuse_objects(name: str, table: "pd.DataFrame") -> None:
    """Refuse what the file would change in silence: objects, and texts with a NUL."""
    for column, dtype in table.dtypes.items():
        if str(dtype) in {"object", "str"} and not table[column].dropna().map(_is_text).all():
            msg = f"{name}: column '{column}' holds what is no text, or a text with a NUL in it."
            raise TypeError(msg)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and "\x00" not in value


def _cast(column: "pd.Series[Any]", dtype: str) -> "pd.Series[Any]":
    import pandas as pd

    strings_are_objects = int(pd.__version__.split(".")[0]) < 3
    if dtype == "object" or (dtype == "str" and strings_are_objects):
        return column.astype(object).where(column.notna(), None)
    return column.astype(dtype)
