"""Read tables from a PostgreSQL or PostGIS database; only read, and only for a minute.

The connection string stands in an environment variable, never in a file of the project;
its password is in no message.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from routing.errors import Fault
from routing.inputs.cells import clean
from routing.inputs.declared import COUNTY_FILE
from routing.inputs.sheet import MAX_ROWS, Sheet
from routing.tables import INPUT_TABLES
from routing.words import Text

URL_KEY = "url_env"
CONNECT_S = 10
"""A server must answer within (seconds; assumed)."""

STATEMENT_MS = 60_000
"""One table must be read within (milliseconds; 100,000 rows took 1,100 of processor time, measured)."""

DRIVERS = {"postgresql", "postgres", "postgresql+psycopg"}
_GEOMETRY, _SRID = "_geometry_", "_srid_"

_COLUMNS = """
SELECT a.attname, t.typname FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relname = :name AND a.attnum > 0 AND NOT a.attisdropped
AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
AND CASE WHEN :schema = '' THEN pg_table_is_visible(c.oid) ELSE n.nspname = :schema END
ORDER BY a.attnum
"""

_NO_KEY = Text(
    "names tables and no environment variable with the connection string.",
    "列出了表，但未指明存放连接字符串的环境变量。",
)
_ADD_KEY = Text(
    'Add {key} = "COUNTY_DB" under [database].', '请在[database]下添加{key} = "COUNTY_DB"。'
)
_NOT_SET = Text("the environment variable is not set.", "该环境变量未设置。")
_SET = Text(
    "Set it to postgresql://user:password@host:5432/database; do not write it into a file.",
    "请将其设为postgresql://用户:密码@主机:5432/数据库；不要写入文件。",
)
_NO_URL = Text("does not hold a connection string of PostgreSQL.", "不是PostgreSQL连接字符串。")
_NO_DRIVER = Text(
    "the libraries that talk to a database are not installed.", "未安装连接数据库所需的库。"
)
_INSTALL = Text(
    "Run: pip install 'schoolbus-routing[postgis]'",
    "请运行：pip install 'schoolbus-routing[postgis]'",
)
_NO_SERVER = Text("the database cannot be reached ({why}).", "无法连接数据库（{why}）。")
_CHECK = Text(
    "See that the server runs, and that host, port, user, password and database in {name} are right.",
    "请确认数据库服务已运行，并检查{name}中的主机、端口、用户、密码和数据库名。",
)
_NO_SUCH = Text("there is no such table in the database.", "数据库中没有该表。")
_NAME_IT = Text(
    "Write its name as the database has it, with its schema before a point: public.students.",
    "请按数据库中的写法填写表名，模式名加点置于其前：public.students。",
)
_REFUSED = Text("cannot be read ({why}).", "无法读取（{why}）。")
_ALLOW = Text(
    "Give the user the right to read it; at most {s} s are waited for.",
    "请授予该用户读取权限；最多等待{s}秒。",
)
_MIXED = Text(
    "holds points of several coordinate systems: {srids}.", "含有多种坐标系的点：{srids}。"
)
_TURN = Text("Turn them into one with ST_Transform.", "请用ST_Transform统一坐标系。")


@dataclass(frozen=True, eq=False)
class Given:
    """What a database gives.

    Parameters
    ----------
    sheets
        Name of the table -> its rows; what cannot be read is a fault of its sheet, what
        concerns the connection one of the first.
    digest
        SHA-256 over all that was read; "" where nothing was asked for.
    """

    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    digest: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The tables that come from the database."""
        return tuple(self.sheets)


def read_database(
    declared: Mapping[str, str], systems: Mapping[str, object] | None = None
) -> Given:
    """Return the tables that county.toml says are in a database.

    Rows come in the order of their texts, so that they are the same each time; the first
    is row 2. Nothing is written: the session is read-only.

    Parameters
    ----------
    declared
        Section [database]: ``url_env``, and table -> its name in the database.
    systems
        Section [coordinates]: tables, or "default", whose system the planner declares.
    """
    known = [table.name for table in INPUT_TABLES if table.name in declared]
    if not known:
        return Given()
    variable = declared.get(URL_KEY, "")
    if not variable:
        return _lost(
            known, Fault(COUNTY_FILE, _NO_KEY, _ADD_KEY.fill(key=URL_KEY), column="database")
        )
    said = f"database.{URL_KEY}"
    url = os.environ.get(variable, "").strip()
    if not url:
        return _lost(known, Fault(COUNTY_FILE, _NOT_SET, _SET, column=said, value=variable))
    try:
        import psycopg  # noqa: F401 - the driver, which SQLAlchemy loads by its name
        import sqlalchemy as sa
    except ImportError:
        return _lost(known, Fault(COUNTY_FILE, _NO_DRIVER, _INSTALL, column="database"))
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        address = None
    if address is None or address.drivername not in DRIVERS:
        return _lost(known, Fault(COUNTY_FILE, _NO_URL, _SET, column=said, value=variable))
    return _read_all(address, variable, {name: declared[name] for name in known}, systems or {})


def _lost(names: list[str], fault: Fault) -> Given:
    """Return tables without rows, the first with the fault: why nothing could be read."""
    faults = {names[0]: (fault,)}
    return Given({
        name: Sheet(name, (), (), (), faults=faults.get(name, ())) for name in names
    })  # fmt: skip


def _read_all(
    address: Any, variable: str, wanted: Mapping[str, str], systems: Mapping[str, object]
) -> Given:
    import sqlalchemy as sa

    limits = f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_MS}"
    engine = sa.create_engine(
        address.set(drivername="postgresql+psycopg"), poolclass=sa.pool.NullPool,
        connect_args={"connect_timeout": CONNECT_S, "options": limits},
    )  # fmt: skip
    try:
        with engine.connect() as connection:
            sheets = {
                name: _read_one(
                    connection, table, name, declared=bool({name, "default"} & systems.keys())
                )
                for name, table in wanted.items()
            }
    except sa.exc.SQLAlchemyError as error:
        problem = _NO_SERVER.fill(why=_why(error, address))
        remedy = _CHECK.fill(name=variable)
        return _lost(
            list(wanted), Fault(COUNTY_FILE, problem, remedy, column=f"database.{URL_KEY}")
        )
    finally:
        engine.dispose()
    return Given(sheets, digest=_digest(sheets))


def _read_one(connection: Any, table: str, name: str, *, declared: bool) -> Sheet:
    """Return one table of the database as a sheet."""
    import sqlalchemy as sa

    from routing.inputs.layers import sheet_of_frame

    file = f"database {table}"
    schema, _, bare = table.rpartition(".")
    found = list(connection.execute(sa.text(_COLUMNS), {"name": bare, "schema": schema}))
    if not found:
        return Sheet(file, (), (), (), faults=(Fault(file, _NO_SUCH, _NAME_IT),))
    try:
        with connection.begin_nested():
            rows = connection.execute(_query(bare, schema, found))
            frame, srids = _frame(rows)
    except sa.exc.SQLAlchemyError as error:
        problem = _REFUSED.fill(why=_why(error, connection.engine.url))
        fault = Fault(file, problem, _ALLOW.fill(s=STATEMENT_MS // 1000))
        return Sheet(file, (), (), (), faults=(fault,))
    if len(srids) > 1:
        listed = ", ".join(map(str, sorted(srids)))
        fault = Fault(file, _MIXED.fill(srids=listed), _TURN, column="geometry")
        return Sheet(file, (), (), (), faults=(fault,))
    return sheet_of_frame(frame, file, name=name, declared=declared)


def _query(name: str, schema: str, columns: list[Any]) -> Any:
    """Return the statement: every plain column, the first geometry as WKB with its SRID."""
    import sqlalchemy as sa

    def quoted(text: str) -> Any:
        return sa.quoted_name(text, quote=True)

    plain = [sa.column(quoted(c)) for c, kind in columns if kind not in {"geometry", "geography"}]
    shapes = [(c, kind) for c, kind in columns if kind in {"geometry", "geography"}]
    more: list[Any] = []
    if shapes:
        shape, kind = sa.column(quoted(shapes[0][0])), shapes[0][1]
        srid = sa.func.ST_SRID(shape) if kind == "geometry" else sa.literal(4326)
        more = [sa.func.ST_AsBinary(shape).label(_GEOMETRY), srid.label(_SRID)]
    source = sa.table(quoted(name), schema=quoted(schema) if schema else None)
    order = [sa.cast(column, sa.Text).collate("C") for column in plain]
    return sa.select(*plain, *more).select_from(source).order_by(*order).limit(MAX_ROWS + 1)


def _frame(rows: Any) -> tuple[Any, set[int]]:
    """Return the rows as a (geo)data frame, and the systems of its geometries."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    frame = pd.DataFrame(list(map(tuple, rows)), columns=list(rows.keys()), dtype=object)
    if _GEOMETRY not in frame:
        return frame, set()
    packed = [None if wkb is None else bytes(wkb) for wkb in frame.pop(_GEOMETRY)]
    srids = {int(srid) for srid, wkb in zip(frame.pop(_SRID), packed, strict=True) if wkb}
    shapes = shapely.from_wkb(packed, on_invalid="ignore")
    crs = f"EPSG:{min(srids)}" if srids and min(srids) > 0 else None
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=crs)), srids


def _why(error: Any, address: Any) -> str:
    """Return the first line of what the server said, without the password."""
    text = str(getattr(error, "orig", None) or type(error).__name__)
    for secret in (address.password, address.render_as_string(hide_password=False)):
        if secret:
            text = text.replace(str(secret), "***")
    return clean(text.strip().split("\n")[0]) or type(error).__name__


def _digest(sheets: Mapping[str, Sheet]) -> str:
    import shapely

    total = hashlib.sha256()
    for name, sheet in sheets.items():
        points = () if sheet.points is None else shapely.to_wkb(sheet.points).tolist()
        total.update(repr((name, sheet.headers, sheet.cells, points)).encode())
    return total.hexdigest()
