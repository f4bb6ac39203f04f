"""Let atheris write OpenStreetMap files until one is read with anything but our own errors.

Run by ``make slow``; ``python tests/fuzz/osm_door.py -runs=20000 -max_total_time=300``.
A finding is a crash with its input in a file; give that file to run it again.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["routing.roads"]):
    from routing.errors import RoutingError
    from routing.roads import read_roads

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
MAP = """<osm version="0.6">
<node id="1" lat="36.40" lon="116.00"><tag k="barrier" v="gate"/></node>
<node id="2" lat="36.41" lon="116.01"/><node id="3" lat="36.42" lon="116.02"/>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="maxspeed" v="40 mph"/></way>
<way id="2"><nd ref="2"/><nd ref="3"/><tag k="highway" v="service"/><tag k="oneway" v="-1"/></way>
<relation id="1"><member type="way" ref="1" role="from"/><member type="node" ref="2" role="via"/>
<member type="way" ref="2" role="to"/><tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>
</osm>
"""


def door(data: bytes) -> None:
    """Read the bytes as XML or, where the first byte is odd, as PBF."""
    name = (
        "roads.osm.pbf" if data[:1] and data[0] % 2 and not data.startswith(b"<") else "roads.osm"
    )
    path = FOLDER / name
    path.write_bytes(data[1:] if name.endswith(".pbf") else data)
    try:
        roads = read_roads(path, cache=False)
    except RoutingError as error:
        error.say("zh")
    else:
        assert (roads.length_dm > 0).all()
        assert len(roads.names) >= 1


def main() -> None:
    """Give atheris a map of each kind to begin with."""
    from routing.roads import write_osm

    seeds = FOLDER / "seeds"
    seeds.mkdir()
    (seeds / "xml").write_text(MAP, "utf-8")
    nodes = [(1, 116.0, 36.4, {}), (2, 116.01, 36.41, {"highway": "stop"})]
    path = write_osm(FOLDER / "seed.osm.pbf", nodes, [(1, [1, 2], {"highway": "tertiary"})])
    (seeds / "pbf").write_bytes(b"\x01" + path.read_bytes())
    atheris.Setup([*sys.argv, str(seeds)], door)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
