"""From values to frames: the District's tables, with their types and defaults."""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from routing.blank import WGS84, blank_table
from routing.inputs.reading import Reading
from routing.tables import Column, Table


def build_frame(reading: Reading) -> Any:
    """Return one table with every planner's column, in the order of the schema and file.

    Columns that the schema does not know come last, as text under ``other:`` and their
    header. Text is object (str), whole numbers int64 (nullable Int64 where an empty cell means
    something), numbers float64, flags bool, clock times int64 seconds; a table with
    points is a GeoDataFrame in EPSG:4326, None where a student's home is not known.

    Parameters
    ----------
    reading
        Values without faults.
    """
    columns: dict[str, Any] = {}
    for column in reading.table.planned:
        if column.kind == "point":
            points: Any = reading.points.geometry() if reading.points is not None else []
            columns[column.name] = gpd.GeoSeries(points, crs=WGS84)
        else:
            columns[column.name] = _series(reading.columns[column.name], column)
    for name, texts in reading.others.items():
        columns[name] = pd.Series(list(texts), dtype=object)
    frame = pd.DataFrame(columns)
    if any(column.kind == "point" for column in reading.table.planned):
        return gpd.GeoDataFrame(frame, geometry="geometry", crs=WGS84)
    return frame


def empty_table(table: Table) -> Any:
    """Return a table of the schema without rows: a county without yards or stops of its own."""
    return blank_table(table)


def _series(values: Sequence[Any], column: Column) -> pd.Series:
    default = column.default
    if default is not None:
        values = [default if value is None else value for value in values]
    if column.kind in {"text", "choice"}:
        return pd.Series(list(values), dtype=object)
    if column.kind == "flag":
        return pd.Series(np.array(values, dtype=bool))
    if column.kind == "number":
        floats = [np.nan if value is None else value for value in values]
        return pd.Series(np.array(floats, dtype=np.float64))
    if default is None and not column.required and column.kind != "clock":
        return pd.Series(pd.array(list(values), dtype="Int64"))
    return pd.Series(np.array(values, dtype=np.int64))
