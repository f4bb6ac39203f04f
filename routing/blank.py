"""Tables without rows, and columns that no stage has written yet: empty, but of their type."""

from typing import Any

from routing.tables import Column, Table

WGS84 = "EPSG:4326"


def blank_table(table: Table) -> Any:
    """Return a table of the schema without rows, with every planner's column in its type.

    Parameters
    ----------
    table
        The schema.

    Returns
    -------
    frame
        A GeoDataFrame in EPSG:4326 where the table has points, else a DataFrame.
    """
    import geopandas as gpd
    import pandas as pd

    columns = {column.name: _blanks(column, 0) for column in table.planned}
    if "geometry" in columns:
        columns["geometry"] = gpd.GeoSeries([], crs=WGS84)
        return gpd.GeoDataFrame(columns, geometry="geometry", crs=WGS84)
    return pd.DataFrame(columns)


LATER = {"town": "", "placed": "given"}
"""Columns of the planner that plans saved before them lack, and what they mean there."""


def fill_stages(frame: Any, table: Table) -> Any:
    """Return a table with an empty column for each that no stage has written.

    Parameters
    ----------
    frame
        A (geo)data frame of the table.
    table
        The schema.

    Returns
    -------
    frame
        The same rows; columns that are missing come last: "" for texts and choices,
        empty for numbers, no for flags. A planner's column that is missing stays so, but for
        those ``LATER`` than the first saved plans, which hold what an empty cell means.
    """
    missing = [
        column for column in table.columns
        if (column.by != "planner" or column.name in LATER) and column.name not in frame.columns
        and column.kind not in {"point", "line"}
    ]  # fmt: skip
    blanks = {column.name: _blanks(column, len(frame)).set_axis(frame.index) for column in missing}
    return frame.assign(**blanks) if blanks else frame


def _blanks(column: Column, n: int) -> Any:
    import numpy as np
    import pandas as pd

    if column.kind in {"text", "choice"}:
        return pd.Series([LATER.get(column.name, "")] * n, dtype=object)
    if column.kind == "flag":
        return pd.Series(np.zeros(n, dtype=bool))
    if column.kind == "number":
        return pd.Series(np.full(n, np.nan))
    sure = column.default is not None or column.required or column.kind == "clock"
    if n == 0 and sure:
        return pd.Series(np.zeros(n, dtype=np.int64))
    return pd.Series(pd.array([pd.NA] * n, dtype="Int64"))
