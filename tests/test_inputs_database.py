"""Tests of tables in PostgreSQL with PostGIS, against a server that ``make services`` starts."""

import os
import uuid
from pathlib import Path

import pytest
from county_by_hand import BUS_TYPES, SCHOOLS, STUDENTS, write_csv, write_roads

from routing.errors import InputError
from routing.inputs import check_inputs, read_district
from routing.inputs.database import read_database

sa = pytest.importorskip("sqlalchemy")
pytest.importorskip("psycopg")

WRITTEN = Path(__file__).parents[1] / ".services" / "url"


@pytest.fixture(scope="module")
def url():
    """Return the connection string of the test server."""
    found = os.environ.get("SCHOOLBUS_TEST_DB") or (
        WRITTEN.read_text().strip() if WRITTEN.is_file() else ""
    )
    if not found:
        pytest.skip("no test server: run make services, or set SCHOOLBUS_TEST_DB")
    return found


@pytest.fixture
def base(url, monkeypatch):
    """Give a function that runs statements in a schema of our own, dropped at the end."""
    schema = f"t{uuid.uuid4().hex[:8]}"
    address = sa.make_url(url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, poolclass=sa.pool.NullPool)

    def run(*statements):
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SET search_path = {schema}, public")
            for statement in statements:
                connection.execute(sa.text(statement))
        return schema

    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    monkeypatch.setenv("COUNTY_DB", url)
    yield run
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    engine.dispose()


def values(rows, columns):
    """Return rows as the text of VALUES."""
    return ", ".join(
        "(" + ", ".join("NULL" if row[c] is None else f"'{row[c]}'" for c in columns) + ")"
        for row in rows
    )


def put_students(base, srid=4326, name='"学生 表"'):
    """Write the students of the county as a table with geometries; return its schema."""
    columns = ("student_id", "school_id", "grade", "lon", "lat")
    turned = f"ST_Transform(ST_SetSRID(ST_MakePoint(lon::float, lat::float), 4326), {srid})"
    return base(
        f'CREATE TABLE {name} ("学号" text PRIMARY KEY, "就读学校" text, "年级" int, '
        f"geom geometry(Point, {srid}))",
        f"INSERT INTO {name} SELECT id, school, grade::int, {turned} "
        f"FROM (VALUES {values(STUDENTS, columns)}) AS v(id, school, grade, lon, lat)",
    )


def county(folder, database):
    """Write a county whose students are in the database."""
    write_csv(folder, "schools", SCHOOLS)
    write_csv(folder, "bus_types", BUS_TYPES)
    write_roads(folder)
    lines = "\n".join(f'{name} = "{table}"' for name, table in database.items())
    (folder / "county.toml").write_text(f"[database]\n{lines}\n", encoding="utf-8")
    return folder


def fault_of(declared):
    """Return the one fault of the students of a database."""
    (fault,) = read_database({"students": "x", **declared}).sheets["students"].faults
    return fault


@pytest.mark.parametrize("srid", [4326, 4490, 4527])
def test_a_county_whose_students_are_in_a_database_is_read(tmp_path, base, srid):
    schema = put_students(base, srid)
    folder = county(tmp_path, {"url_env": "COUNTY_DB", "students": f"{schema}.学生 表"})
    district = read_district(folder, cache=False)
    students = district.students
    assert students["student_id"].tolist() == ["a", "b", "c", "d"]
    assert students["grade"].tolist() == [1, 6, 7, 9]
    assert students.geometry.x.round(7).tolist()[:3] == [116.05, 116.09, 116.01]
    assert students.geometry.isna().tolist() == [False, False, False, True]


def test_the_digest_covers_the_rows_of_the_database(tmp_path, base):
    schema = put_students(base)
    folder = county(tmp_path, {"url_env": "COUNTY_DB", "students": f"{schema}.学生 表"})
    first = read_district(folder, cache=False).digest
    assert read_district(folder, cache=False).digest == first
    base('UPDATE "学生 表" SET "年级" = 2 WHERE "学号" = \'a\'')
    assert read_district(folder, cache=False).digest != first


def test_a_fault_names_the_table_and_the_row_in_the_order_of_its_texts(tmp_path, base):
    schema = put_students(base)
    base('UPDATE "学生 表" SET "就读学校" = \'009\' WHERE "学号" = \'b\'')
    folder = county(tmp_path, {"url_env": "COUNTY_DB", "students": f"{schema}.学生 表"})
    (fault,) = check_inputs(folder, cache=False).faults
    assert (fault.file, fault.row) == (f"database {schema}.学生 表", 3)


def test_a_table_in_a_file_and_in_the_database_is_a_fault(tmp_path, base):
    schema = put_students(base)
    folder = county(tmp_path, {"url_env": "COUNTY_DB", "students": f"{schema}.学生 表"})
    write_csv(folder, "students", STUDENTS)
    with pytest.raises(InputError, match="several files"):
        read_district(folder, cache=False)


def test_names_that_try_to_be_statements_are_names(base):
    """Quotes, a semicolon and a statement in the names of a table and of a column."""
    name = 'a"; DROP TABLE schools; --'
    quoted = '"' + name.replace('"', '""') + '"'
    schema = base(f'CREATE TABLE {quoted} ("x""; --" text)', f"INSERT INTO {quoted} VALUES ('1')")
    given = read_database({"url_env": "COUNTY_DB", "students": f"{schema}.{name}"})
    sheet = given.sheets["students"]
    assert (sheet.faults, sheet.headers, sheet.cells) == ((), ('x"; --',), (["1"],))


def test_nothing_can_be_written(base):
    """A view whose function writes: the session is read-only."""
    schema = base(
        "CREATE TABLE seen (n int)",
        "CREATE FUNCTION spoil() RETURNS int LANGUAGE sql AS 'INSERT INTO seen VALUES (1) RETURNING n'",
    )
    base(f"CREATE VIEW spoiling AS SELECT {schema}.spoil() AS n")
    base(f"ALTER FUNCTION spoil() SET search_path = {schema}")
    given = read_database({"url_env": "COUNTY_DB", "students": f"{schema}.spoiling"})
    (fault,) = given.sheets["students"].faults
    assert "read-only" in fault.problem.en


def test_one_table_that_cannot_be_read_leaves_the_others(base):
    schema = put_students(base)
    declared = {"students": f"{schema}.学生 表", "schools": f"{schema}.nowhere"}
    given = read_database({"url_env": "COUNTY_DB", **declared})
    assert "no such table" in given.sheets["schools"].faults[0].problem.en
    assert len(given.sheets["students"].rows) == 4


def test_points_of_two_systems_in_one_column_are_a_fault(base):
    schema = base(
        "CREATE TABLE mixed (id text, geom geometry)",
        "INSERT INTO mixed VALUES ('a', ST_SetSRID(ST_MakePoint(116, 36), 4326)), "
        "('b', ST_SetSRID(ST_MakePoint(39500000, 4000000), 4527))",
    )
    given = read_database({"url_env": "COUNTY_DB", "students": f"{schema}.mixed"})
    assert "4326, 4527" in given.sheets["students"].faults[0].problem.en


def test_an_undeclared_system_is_a_fault_unless_declared(base):
    schema = base(
        "CREATE TABLE bare (id text, geom geometry)",
        "INSERT INTO bare VALUES ('a', ST_MakePoint(116, 36))",
    )
    declared = {"url_env": "COUNTY_DB", "students": f"{schema}.bare"}
    (fault,) = read_database(declared).sheets["students"].faults
    assert "coordinate system" in fault.problem.en
    sheet = read_database(declared, {"students": "GCJ-02"}).sheets["students"]
    assert (sheet.faults, sheet.points[0].x) == ((), 116)


def test_geographies_views_and_tables_without_places_are_read(base):
    schema = base(
        "CREATE TABLE places (id text, geom geography(Point))",
        "INSERT INTO places VALUES ('a', 'POINT(116 36)')",
        "CREATE VIEW seen AS SELECT id, 1.50::numeric AS n FROM places",
    )
    declared = {"schools": f"{schema}.places", "bus_types": f"{schema}.seen"}
    given = read_database({"url_env": "COUNTY_DB", **declared})
    assert given.sheets["schools"].points[0].x == 116
    assert given.sheets["schools"].system == "EPSG:4326"
    assert (given.sheets["bus_types"].points, given.sheets["bus_types"].faults) == (None, ())


def test_more_rows_than_the_cap_are_a_fault(base, monkeypatch):
    from routing.inputs import database, layers

    monkeypatch.setattr(database, "MAX_ROWS", 3)
    monkeypatch.setattr(layers, "MAX_ROWS", 3)
    schema = put_students(base)
    given = read_database({"url_env": "COUNTY_DB", "students": f"{schema}.学生 表"})
    assert "rows" in given.sheets["students"].faults[0].problem.en


def test_a_statement_that_takes_too_long_is_stopped(base, monkeypatch):
    from routing.inputs import database

    monkeypatch.setattr(database, "STATEMENT_MS", 200)
    schema = base("CREATE VIEW slow AS SELECT pg_sleep(30)::text AS x")
    given = read_database({"url_env": "COUNTY_DB", "students": f"{schema}.slow"})
    assert "statement timeout" in given.sheets["students"].faults[0].problem.en


@pytest.mark.parametrize("change", ["password", "port", "database"])
def test_a_server_that_does_not_answer_is_a_fault_without_the_password(url, monkeypatch, change):
    address = sa.make_url(url)
    wrong = {"password": "secret-word", "port": 1, "database": "nowhere"}[change]
    bad = address.set(**{change: wrong}).render_as_string(hide_password=False)
    monkeypatch.setenv("COUNTY_DB", bad)
    fault = fault_of({"url_env": "COUNTY_DB"})
    said = fault.say("en") + fault.say("zh")
    assert "cannot be reached" in said
    assert str(sa.make_url(bad).password) not in said


# no server is needed for these


def test_without_the_variable_it_is_said_which_to_set(monkeypatch):
    monkeypatch.delenv("COUNTY_DB", raising=False)
    fault = fault_of({"url_env": "COUNTY_DB"})
    assert (fault.file, fault.value) == ("county.toml", "COUNTY_DB")
    assert "not set" in fault.problem.en


def test_without_the_name_of_a_variable_it_is_asked_for():
    assert "url_env" in fault_of({}).remedy.en


@pytest.mark.parametrize("text", ["sqlite:///x", "not a url", "postgresql+other://a:hidden@b/c"])
def test_what_is_no_connection_string_is_not_shown(monkeypatch, text):
    monkeypatch.setenv("COUNTY_DB", text)
    fault = fault_of({"url_env": "COUNTY_DB"})
    assert "connection string" in fault.problem.en
    assert text not in fault.say()


def test_without_the_driver_it_is_said_how_to_install_it(monkeypatch):
    import sys

    monkeypatch.setenv("COUNTY_DB", "postgresql://a@b/c")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "schoolbus-routing[postgis]" in fault_of({"url_env": "COUNTY_DB"}).remedy.en


def test_nothing_is_asked_for_where_no_table_is_named():
    given = read_database({"url_env": "COUNTY_DB"})
    assert (given.sheets, given.digest) == ({}, "")
