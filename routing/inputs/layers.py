"""Read GeoPackage and GeoJSON: which layer, in which coordinates."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from routing.errors import Fault
from routing.inputs.cells import clean
from routing.inputs.headers import plain, score_headers
from routing.inputs.sheet import MAX_ROWS, Sheet, long_fault
from routing.tables import Table
from routing.words import Text

WGS84 = "EPSG:4326"

_UNREADABLE = Text("cannot be read ({why}).", "无法读取（{why}）。")
_SAVE_AGAIN = Text(
    "Open it in QGIS and save it again, or give the table as .xlsx or .csv.",
    "请在QGIS中打开后重新保存，或改用.xlsx、.csv。",
)
_NO_LAYER = Text("holds no layer.", "没有图层。")
_NO_CRS = Text("does not say in which coordinate system its points are.", "未声明坐标系。")
_SET_CRS = Text(
    "Declare it: in QGIS, Layer > Set CRS; in geopandas, set_crs('EPSG:4326').",
    "请声明坐标系：QGIS中为“图层>设置CRS”，geopandas中为set_crs('EPSG:4326')。",
)
_TURNED = Text("{file}: points turned from {crs} to WGS-84.", "{file}：坐标已由{crs}转换为WGS-84。")
_OTHERS = Text(
    "{file}: only the layer '{layer}' was read; not read: {others}.",
    "{file}：只读取了图层“{layer}”；未读取：{others}。",
)


def read_layer(path: Path, table: Table, names: tuple[str, ...]) -> Sheet:
    """Return the table in a GeoPackage or GeoJSON; what cannot be read is its fault.

    Parameters
    ----------
    path
        The file.
    table
        The table it should hold.
    names
        Plain names under which a layer of several is the table's.
    """
    file = path.name
    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        if not layers:
            return _faulty(file, Fault(file, _NO_LAYER, _SAVE_AGAIN))
        layer = max(layers, key=lambda name: _fit(path, name, table, names))
        n_rows = pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"]
        if n_rows > MAX_ROWS:
            return _faulty(file, long_fault(file, n_rows))
        options = {"DATE_AS_STRING": "YES"} if path.suffix.lower() != ".gpkg" else {}
        frame = pyogrio.read_dataframe(path, layer=layer, **options)
    except (RuntimeError, ValueError, TypeError, LookupError) as error:
        why = clean(str(error).replace(str(path), file))
        return _faulty(file, Fault(file, _UNREADABLE.fill(why=why), _SAVE_AGAIN))
    others = ", ".join(name for name in layers if name != layer)
    notes = (_OTHERS.fill(file=file, layer=layer, others=others),) if others else ()
    return sheet_of_frame(frame, file, notes)


def sheet_of_frame(frame: pd.DataFrame, file: str, notes: tuple[Text, ...] = ()) -> Sheet:
    """Return a frame as a sheet: its first row is row 2, under the header.

    Parameters
    ----------
    frame
        A (geo)data frame; the geometry of a geo frame is turned to EPSG:4326. A geo frame
        that says no coordinate system is a fault.
    file
        How faults name it.
    notes
        Notes of the reader, kept.
    """
    points = None
    faults: tuple[Fault, ...] = ()
    geometry = _geometry(frame)
    if geometry is not None:
        frame = pd.DataFrame(frame.drop(columns=geometry.name))
        points, faults, more = _turned(geometry, file)
        notes = (*notes, *more)
    headers = tuple(clean(str(name)) or "" for name in frame.columns)
    cells = tuple(frame.iloc[:, at].astype(object).tolist() for at in range(len(headers)))
    rows = tuple(range(2, len(frame) + 2))
    if len(frame) > MAX_ROWS:
        return _faulty(file, long_fault(file, len(frame)))
    return Sheet(file, headers, cells, rows, points, faults, notes)


def _geometry(frame: Any) -> Any:
    """Return the geometry of a frame, None where it has none."""
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None:
        return frame.geometry
    if "geometry" in frame.columns and isinstance(frame["geometry"].dtype, gpd.array.GeometryDtype):
        return gpd.GeoSeries(frame["geometry"])
    return None


def _turned(geometry: Any, file: str) -> tuple[Any, tuple[Fault, ...], tuple[Text, ...]]:
    """Return geometries in EPSG:4326, or the fault of an undeclared or strange system."""
    nothing = geometry.isna().all()
    if nothing or (geometry.crs is not None and geometry.crs == WGS84):
        return geometry.to_numpy(), (), ()
    if geometry.crs is None or geometry.crs.name.startswith("Undefined"):
        fault = Fault(file, _NO_CRS, _SET_CRS, column="geometry")
        return geometry.to_numpy(), (fault,), ()
    try:
        turned = geometry.to_crs(WGS84)
    except (RuntimeError, ValueError) as error:
        fault = Fault(file, _UNREADABLE.fill(why=error), _SET_CRS, column="geometry")
        return geometry.to_numpy(), (fault,), ()
    crs = ":".join(geometry.crs.to_authority() or ()) or geometry.crs.name
    note = _TURNED.fill(file=file, crs=crs)
    return turned.to_numpy(), (), (note,)


def _fit(path: Path, layer: str, table: Table, names: tuple[str, ...]) -> tuple[bool, int]:
    fields = pyogrio.read_info(path, layer=layer)["fields"]
    return plain(layer) in names, score_headers(fields, table)


def _faulty(file: str, fault: Fault) -> Sheet:
    return Sheet(file, (), (), (), faults=(fault,))
