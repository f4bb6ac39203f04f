"""Read GeoPackage, GeoJSON and Shapefile: which layer, in which coordinates."""

import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from routing.errors import Fault
from routing.inputs.cells import clean
from routing.inputs.dbf import BYTES_AS_TEXT, find_encoding, read_texts
from routing.inputs.encodings import decode, name_encoding
from routing.inputs.headers import plain, score_headers
from routing.inputs.shapes import SIDECARS
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
    "Declare it: in QGIS, Layer > Set CRS; in geopandas, set_crs('EPSG:4326'); or in county.toml "
    'under [coordinates], as {table} = "GCJ-02".',
    "请声明坐标系：QGIS中为“图层>设置CRS”，geopandas中为set_crs('EPSG:4326')；"
    '或在county.toml的[coordinates]中写明，如{table} = "GCJ-02"。',
)
_TURNED = Text("{file}: points turned from {crs} to WGS-84.", "{file}：坐标已由{crs}转换为WGS-84。")
_OTHERS = Text(
    "{file}: only the layer '{layer}' was read; not read: {others}.",
    "{file}：只读取了图层“{layer}”；未读取：{others}。",
)
_ENCODED = Text("{file}: read as {encoding}.", "{file}：按{encoding}编码读取。")


def read_layer(
    path: Path, table: Table, names: tuple[str, ...], *, declared: bool = False
) -> Sheet:
    """Return the table in a GeoPackage, GeoJSON or Shapefile; what cannot be read is its fault.

    A Shapefile may be a .zip of all its files. Its texts are read in the encoding that
    fits, whatever its .cpg says.

    Parameters
    ----------
    path
        The file.
    table
        The table it should hold.
    names
        Plain names under which a layer of several is the table's.
    declared
        Whether the planner says elsewhere in which system points are; then a file that
        does not say is no fault, and its points are handed on as they are.
    """
    file = path.name
    try:
        with tempfile.TemporaryDirectory() as folder:
            source, encoding = _opened(path, Path(folder), names)
            return _read(source, file, table, names, encoding, declared=declared)
    except (RuntimeError, ValueError, TypeError, LookupError, zipfile.BadZipFile) as error:
        why = clean(str(error).replace(str(path), file))
        return _faulty(file, Fault(file, _UNREADABLE.fill(why=why), _SAVE_AGAIN))


def _read(
    source: Path, file: str, table: Table, names: tuple[str, ...], said: str, *, declared: bool
) -> Sheet:
    """Return the best layer of a map file; ``said`` is the encoding that its texts were in."""
    shape = source.suffix.lower() == ".shp"
    encoding = BYTES_AS_TEXT if shape else None
    notes: tuple[Text, ...] = ()
    if not said.startswith("utf-8"):
        notes = (_ENCODED.fill(file=file, encoding=name_encoding(said)),)
    layers = [str(name) for name in pyogrio.list_layers(source)[:, 0]]
    if not layers:
        return _faulty(file, Fault(file, _NO_LAYER, _SAVE_AGAIN))
    layer = max(layers, key=lambda name: _fit(source, name, table, names, encoding))
    about = pyogrio.read_info(source, layer=layer, encoding=encoding, force_feature_count=True)
    if about["features"] > MAX_ROWS:
        return _faulty(file, long_fault(file, about["features"]))
    options = {} if source.suffix.lower() == ".gpkg" else {"DATE_AS_STRING": "YES"}
    frame = pyogrio.read_dataframe(source, layer=layer, encoding=encoding, **options)
    if shape:
        frame = read_texts(frame, said, table)
    others = ", ".join(name for name in layers if name != layer)
    if others:
        notes = (*notes, _OTHERS.fill(file=file, layer=layer, others=others))
    return sheet_of_frame(frame, file, notes, name=table.name, declared=declared)


def sheet_of_frame(
    frame: pd.DataFrame, file: str, notes: tuple[Text, ...] = (), *, name: str = "", declared: bool = False
) -> Sheet:  # fmt: skip
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
    name
        Name of the table.
    declared
        Whether the planner says elsewhere in which system points are.
    """
    points, system = None, None
    faults: tuple[Fault, ...] = ()
    geometry = _geometry(frame)
    if geometry is not None:
        frame = pd.DataFrame(frame.drop(columns=geometry.name))
        points, faults, more = _turned(geometry, file, name, declared=declared)
        notes = (*notes, *more)
        system = _system(geometry)
    headers = tuple(clean(str(name)) or "" for name in frame.columns)
    cells = tuple(frame.iloc[:, at].astype(object).tolist() for at in range(len(headers)))
    rows = tuple(range(2, len(frame) + 2))
    if len(frame) > MAX_ROWS:
        return _faulty(file, long_fault(file, len(frame)))
    return Sheet(file, headers, cells, rows, points, faults, notes, system=system)


def _opened(path: Path, folder: Path, names: tuple[str, ...]) -> tuple[Path, str]:
    """Return the file to open, unpacked or in UTF-8, and the encoding that its texts were in.

    Parameters
    ----------
    path
        The file.
    folder
        An empty folder of our own.
    names
        Plain names of the table.
    """
    suffix = path.suffix.lower()
    if suffix in {".zip", ".shp"}:
        shape = _unpacked(path, folder, names) if suffix == ".zip" else path
        return shape, _shape_encoding(shape)
    if suffix == ".gpkg":
        return path, "utf-8"
    decoded = decode(path.read_bytes(), path.name)
    if decoded.fault is not None or decoded.encoding.startswith("utf-8"):
        return path, "utf-8"
    source = folder / "layer.geojson"
    source.write_text(decoded.text, encoding="utf-8")
    return source, decoded.encoding


def _shape_encoding(path: Path) -> str:
    beside = {
        other.suffix.lower(): other
        for other in path.parent.iterdir()
        if other.stem.lower() == path.stem.lower()
    }
    dbf, cpg = beside.get(".dbf"), beside.get(".cpg")
    if dbf is None:
        return "utf-8"
    return find_encoding(dbf.read_bytes(), cpg.read_bytes() if cpg else None)


def _unpacked(path: Path, folder: Path, names: tuple[str, ...]) -> Path:
    """Return one Shapefile of a .zip, unpacked under names of our own."""
    with zipfile.ZipFile(path) as archive:
        entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
        shapes = [name for name in entries if name.lower().endswith(".shp")]
        if not shapes:
            msg = "holds no .shp"
            raise ValueError(msg)
        best = max(shapes, key=lambda name: plain(PurePosixPath(name).stem) in names)
        for suffix in (".shp", *SIDECARS):
            wanted = (best[:-4] + suffix).lower()
            held = next((entry for name, entry in entries.items() if name.lower() == wanted), None)
            if held is not None:
                (folder / f"layer{suffix}").write_bytes(archive.read(held))
    return folder / "layer.shp"


def _geometry(frame: Any) -> Any:
    """Return the geometry of a frame, None where it has none."""
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None:
        return frame.geometry
    if "geometry" in frame.columns and isinstance(frame["geometry"].dtype, gpd.array.GeometryDtype):
        return gpd.GeoSeries(frame["geometry"])
    return None


def _undeclared(geometry: Any) -> bool:
    return geometry.crs is None or geometry.crs.name.startswith("Undefined")


def _system(geometry: Any) -> str | None:
    """Return the system that the file declares, by its authority or name."""
    if _undeclared(geometry):
        return None
    return ":".join(geometry.crs.to_authority() or ()) or str(geometry.crs.name)


def _turned(
    geometry: Any, file: str, name: str, *, declared: bool
) -> tuple[Any, tuple[Fault, ...], tuple[Text, ...]]:
    """Return geometries in EPSG:4326, or the fault of an undeclared or strange system."""
    nothing = geometry.isna().all()
    if nothing or (geometry.crs is not None and geometry.crs == WGS84):
        return geometry.to_numpy(), (), ()
    remedy = _SET_CRS.fill(table=name or "default")
    if _undeclared(geometry):
        faults = () if declared else (Fault(file, _NO_CRS, remedy, column="geometry"),)
        return geometry.to_numpy(), faults, ()
    try:
        turned = geometry.to_crs(WGS84)
    except (RuntimeError, ValueError) as error:
        fault = Fault(file, _UNREADABLE.fill(why=error), remedy, column="geometry")
        return geometry.to_numpy(), (fault,), ()
    note = _TURNED.fill(file=file, crs=_system(geometry))
    return turned.to_numpy(), (), (note,)


def _fit(
    source: Any, layer: str, table: Table, names: tuple[str, ...], encoding: str | None
) -> tuple[bool, int]:
    fields = pyogrio.read_info(source, layer=layer, encoding=encoding)["fields"]
    return plain(layer) in names, score_headers(fields, table)


def _faulty(file: str, fault: Fault) -> Sheet:
    return Sheet(file, (), (), (), faults=(fault,))
