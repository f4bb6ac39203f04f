"""Whatever bytes a file holds: its faults are told, and nothing but our own errors is raised."""

import functools
import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pytest
from county_by_hand import (
    BUS_TYPES,
    PARKINGS,
    SCHOOLS,
    STUDENTS,
    frame,
    geo,
    write_csv,
    write_roads,
)
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nasty import cells, damaged, damaged_zip, delimited
from test_transit_reading import write_gtfs

from routing.errors import RoutingError
from routing.inputs import check_inputs, make_district
from routing.policy import read_policy
from routing.roads import read_roads
from routing.scenario import read_scenario

SUFFIXES = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2")
seeds = st.integers(0, 10**6)


def bounded(n):
    """So many examples, the same every time."""
    return settings(
        max_examples=n, derandomize=True, deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )  # fmt: skip


def told(name, data, beside=("schools", "bus_types")):
    """Inspect a folder in which one file holds these bytes; return its faults."""
    known = {"schools": SCHOOLS, "bus_types": BUS_TYPES, "students": STUDENTS}
    with TemporaryDirectory() as folder:
        place = Path(folder)
        for table in beside:
            write_csv(place, table, known[table])
        (place / name).write_bytes(data)
        found = check_inputs(place, cache=False)
    for fault in found.faults:
        assert fault.say("en").strip()
        assert fault.say("zh").strip()
    for line in (*found.notes, *found.repairs, *found.suspicions):
        assert line.say("zh").strip()
    return found.faults


def read_or_refused(read, path, **options):
    """Return what is read; None where it is refused in words."""
    try:
        return read(path, **options)
    except RoutingError as error:
        if not error.say("zh").strip():
            pytest.fail("refused without a word")
    return None


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    """Valid files of every kind, as bytes."""
    folder = tmp_path_factory.mktemp("valid")
    frame(STUDENTS).to_excel(folder / "students.xlsx", index=False, engine="xlsxwriter")
    geo(STUDENTS[:3]).to_file(folder / "students.gpkg")
    geo(PARKINGS).to_file(folder / "parkings.geojson")
    gtfs = write_gtfs(folder / "transit")
    with zipfile.ZipFile(folder / "transit.zip", "w") as packed:
        for path in sorted(Path(gtfs).iterdir()):
            packed.write(path, path.name)
    for suffix in SUFFIXES:
        write_roads(folder, name=f"roads{suffix}")
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@bounded(80)
@given(st.one_of(delimited(), st.binary(max_size=200)))
@example(b"")
@example(b"\xff\xfe")
@example(b"\x00" * 40)
@example("学号,学校,年级,经度,纬度\na,001,1,116.05,36.45\n\x00,,,,\n".encode())
@example(b'"')
def test_no_bytes_break_the_door_of_csv(data):
    told("students.csv", data)


@bounded(25)
@given(delimited())
def test_no_schools_and_no_buses_break_the_others(data):
    told("schools.csv", data, ("students", "bus_types"))
    told("bus_types.csv", data, ("students", "schools"))


@bounded(40)
@given(st.lists(st.lists(st.one_of(cells, st.none(), st.integers(), st.floats(), st.booleans(), st.datetimes()), max_size=7), max_size=8))  # fmt: skip
def test_no_cells_of_a_frame_break_the_door(rows):
    """Frames in memory, with whatever objects stand in them."""
    wide = max(map(len, rows), default=0)
    table = frame([dict(enumerate([*row, *[None] * (wide - len(row))])) for row in rows])
    table.columns = list(STUDENTS[0])[: len(table.columns)]
    with pytest.raises(RoutingError):
        make_district(frame(SCHOOLS[:0]), table, frame(BUS_TYPES), read_roads(_street()))


@pytest.mark.parametrize("name", ["students.xlsx", "transit.zip"])
@bounded(30)
@given(seed=seeds)
def test_no_damage_inside_a_packed_file_breaks_the_door(valid, name, seed):
    """A whole zip, with one member of it damaged."""
    told(name, damaged_zip(valid[name], seed))


@pytest.mark.parametrize("name", ["students.xlsx", "students.gpkg", "parkings.geojson", "transit.zip"])  # fmt: skip
@bounded(40)
@given(seed=seeds)
def test_no_damage_to_a_file_breaks_the_door(valid, name, seed):
    told(name, damaged(valid[name], seed))


shapes = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=5), st.sampled_from(["Feature", "Point", "Polygon"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["type", "coordinates", "geometry", "properties", "features", "crs", "name", "id"]), inner, max_size=5),
    ),
    max_leaves=12,
)  # fmt: skip


@bounded(25)
@given(shapes, shapes)
def test_no_json_breaks_the_door_of_maps(geometry, properties):
    feature = {"type": "Feature", "geometry": geometry, "properties": properties}
    told("students.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())  # fmt: skip
    told("road_edits.geojson", json.dumps(feature).encode())


lines = st.lists(
    st.tuples(
        st.sampled_from(["preset", "ride_beyond_m", "max_ride_s", "ferries", "name", "[max_ride_s]", "coordinates.default", "columns.drop", "addresses.url", "database", "x.y", "[[change]]", "kind"]),
        st.sampled_from(["=", " = ", "", "=="]),
        st.one_of(st.sampled_from(["1", "-1", "1e999", "nan", "inf", "true", '"national"', "[]", "{}", "[1, 'a']", "0x7fffffffffffffffff", "2026-01-01", '"\\u0000"', "'''", "[[]]"]), st.text(max_size=6)),
    ).map("".join),
    max_size=5,
).map("\n".join)  # fmt: skip


@bounded(150)
@given(st.one_of(lines.map(lambda text: text.encode("utf-8", "replace")), st.binary(max_size=60)))
def test_no_toml_breaks_rules_declarations_and_scenarios(data):
    told("county.toml", data, ())
    told("policy.toml", data, ())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.toml"
        path.write_bytes(data)
        for read in (read_policy, read_scenario):
            read_or_refused(read, path)


@pytest.mark.parametrize("suffix", SUFFIXES)
@bounded(60)
@given(seed=seeds)
def test_no_damage_to_a_road_file_breaks_the_door(valid, suffix, seed):
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"roads{suffix}"
        path.write_bytes(damaged(valid[f"roads{suffix}"], seed))
        roads = read_or_refused(read_roads, path, cache=False)
        assert roads is None or (roads.length_dm > 0).all()


tags = st.dictionaries(
    st.sampled_from(["highway", "oneway", "maxspeed", "lanes", "width", "maxheight", "access", "bus", "ferry", "route", "duration", "name", "junction", "incline", "barrier", "type", "restriction"]),
    st.one_of(st.sampled_from(["primary", "yes", "-1", "no", "1e9", "nan", "40 mph", "3'6\"", "1;2", "designated", "reversible", "ferry", "PT1H", "-0", "99999999999999999999"]), cells),
    max_size=5,
)  # fmt: skip


@bounded(40)
@given(
    st.lists(st.tuples(st.lists(st.integers(1, 6), max_size=5), tags), min_size=1, max_size=4),
    st.lists(tags, min_size=6, max_size=6),
    st.lists(st.floats(-181, 181), min_size=12, max_size=12),
)
def test_no_tags_and_no_places_break_the_reading_of_roads(ways, points, degrees):
    """XML as a tool may write it: any tags, points anywhere, ways through one point or none."""
    from xml.sax.saxutils import quoteattr

    def tagged(some):
        return "".join(f"<tag k={quoteattr(k)} v={quoteattr(_plain(v))}/>" for k, v in some.items())

    body = "".join(
        f'<node id="{n + 1}" lon="{degrees[2 * n]:.7f}" lat="{degrees[2 * n + 1] / 2:.7f}">{tagged(own)}</node>'
        for n, own in enumerate(points)
    )
    body += "".join(
        f'<way id="{n + 1}">{"".join(f"<nd ref={quoteattr(str(node))}/>" for node in nodes)}{tagged({"highway": "primary", **own})}</way>'
        for n, (nodes, own) in enumerate(ways)
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "roads.osm"
        path.write_text(f'<osm version="0.6">{body}</osm>', "utf-8")
        roads = read_or_refused(read_roads, path, cache=False)
        assert roads is None or (roads.length_dm > 0).all()


def _plain(text):
    """Return text that XML may hold."""
    return "".join(c for c in text if c >= " " and c not in "\x7f\ufffe\uffff" and not "\ud800" <= c <= "\udfff")  # fmt: skip


@functools.cache
def _street():
    """Return the roads of one street as a graph."""
    import networkx as nx

    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node, lon in ((1, 116.0), (2, 116.1)):
        graph.add_node(node, x=lon, y=36.45)
    graph.add_edge(1, 2, highway="primary")
    return graph


def test_the_valid_files_have_no_fault(valid):
    assert [fault.file for fault in told("students.xlsx", valid["students.xlsx"])] == ["roads"]
    assert isinstance(geo(PARKINGS), gpd.GeoDataFrame)
