"""What the public may read tells nobody's home and no small group: of every writer, by experiment.

Two made counties differ only in which of two hamlets has two pupils and which has three. All
else is the same, their pupils' times too: whatever the public reads must then be the same to
the letter, or it tells the one from the other. Pupils' ids and homes are unmistakable.
"""

import importlib
import inspect
import json
import pkgutil
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from plan_by_hand import gridtown, place

import routing.outputs
from routing.audit import audit_roads
from routing.closures import Choice, Choices
from routing.compare import compare_plans
from routing.errors import RoutingError
from routing.outputs.audit import write_audit
from routing.outputs.basemap import STEP_DEG
from routing.outputs.choices import write_choices
from routing.outputs.comparison import write_comparison
from routing.outputs.hearing import write_hearing
from routing.outputs.maps import draw_plan, write_map
from routing.outputs.masking import Mask
from routing.outputs.report import write_report
from routing.outputs.report_charts import draw_buses, draw_times
from routing.outputs.schematic import write_line_sheets
from routing.outputs.tradeoff import draw_choices
from routing.outputs.workbook import write_workbook
from routing.policy import Policy
from routing.scenario import CloseSchool, Scenario

INNER = {
    "write_text": "bytes that others give it",
    "write_bytes": "bytes that others give it",
    "write_tables": "a part of save_plan, internal always",
    "write_roads": "roads only: nobody is in them",
    "draw_roads": "roads only: nobody is in them",
    "draw_maps": "lines, stops, and villages that its caller has masked",
    "draw_bars": "takes a mask",
}
"""What needs no privacy of its own, and why."""

FOR_THE_PLANNER = {"write_faults", "write_copy", "write_locations"}
"""About the county's own files, for who mends them: internal always."""

ID = "PUPILKEY"
HOMES = {"a": (3.2137, 1.8431), "b": (2.3171, 0.1913), "i": (5.8713, 0.5391)}
"""Places (km) away from every road, stop and cell's middle."""


def county(n_first, n_second):
    """Gridtown in which hamlet One has so many pupils at P1, hamlet Two so many at P2.

    Both ride R1 and R3, walk, wait and ride equally long, and are of one grade.
    """
    plan = gridtown()
    number = {"a": n_first, "b": n_second}
    keep = ["a", "b", "f", "d", "g", "h", "i"]
    students = plan.district.students
    students = students[students["student_id"].isin(keep)].copy()
    students["n_students"] = [number.get(key, n) for key, n in students[["student_id", "n_students"]].to_numpy()]  # fmt: skip
    alike = students["student_id"].isin(["a", "b"])
    for name in ("straight_m", "walk_m", "drive_m"):
        students.loc[alike, name] = 3_700
    students.loc[alike, "grade"] = 4
    students["village"] = students["village"].mask(students["student_id"] == "b", "Hamlet Two")
    students["village"] = students["village"].mask(students["student_id"] == "a", "Hamlet One")
    students = students.set_geometry([
        place(*HOMES[key]) if key in HOMES else home
        for key, home in zip(students["student_id"], students.geometry, strict=True)
    ])  # fmt: skip
    rides = plan.rides[plan.rides["student_id"].isin(keep)].copy()
    mine = {key: rides["student_id"] == key for key in "ab"}
    for key, n in number.items():
        rides.loc[mine[key], "n_students"] = n
    for name in ("to_stop_m", "wait_s", "ride_s", "door_to_door_s"):
        rides.loc[mine["a"] | mine["b"], name] = 600
    rides.loc[mine["b"], "stop_id"] = "P2"
    morning = rides["direction"] == "to_school"
    rides.loc[mine["b"] & morning, "board_order"] = 1
    rides.loc[mine["b"] & ~morning, "alight_order"] = 1
    return renamed(with_visits(replace(
        plan, rides=rides, district=replace(plan.district, students=students),
    ), n_first, n_second))  # fmt: skip


def with_visits(plan, n_first, n_second):
    """The plan with stops, visits and routes that carry what the hamlets have."""
    total = n_first + n_second
    counts = {"P1": n_first, "P2": n_second}
    visits = plan.visits.copy()
    for column in ("n_on", "n_off"):
        of_line = visits["route_id"].isin(["R1", "R3"]) & (visits[column] > 0)
        visits.loc[of_line, column] = [counts.get(key, total) for key in visits.loc[of_line, "place_id"]]  # fmt: skip
    aboard = {("R1", 0): n_first, ("R1", 1): total, ("R3", 0): total, ("R3", 1): n_first}
    visits["n_aboard"] = [
        aboard.get((route, order), n)
        for route, order, n in visits[["route_id", "order", "n_aboard"]].to_numpy()
    ]
    carried = plan.routes["n_students"].mask(plan.routes["route_id"].isin(["R1", "R3"]), total)
    stops = [counts.get(key, n) for key, n in plan.stops[["stop_id", "n_students"]].to_numpy()]
    return replace(
        plan, visits=visits, routes=plan.routes.assign(n_students=carried),
        stops=plan.stops.assign(n_students=stops),
    )  # fmt: skip


def renamed(plan):
    def keyed(table):
        return table.assign(student_id=ID + table["student_id"])

    district = replace(plan.district, students=keyed(plan.district.students))
    return replace(plan, district=district, rides=keyed(plan.rides))


def without_junior(plan):
    """The plan where the junior school closes and its pupils go to the other."""
    schools, students = plan.district.schools, plan.district.students
    district = replace(
        plan.district, schools=schools[schools["school_id"] == "S1"],
        students=students.assign(school_id="S1"),
    )  # fmt: skip
    return replace(plan, district=district, visits=plan.visits.replace({"place_id": {"S2": "S1"}}))


def made_choices(plan):
    """The present, and a choice that moves few pupils."""
    bounds = pd.DataFrame({"n_closed": [0], "best_yuan": [9], "least_yuan": [5]})
    n = int(plan.stops["n_students"].iloc[0])
    present = Choice("present", (), Scenario("present", ()), plan, 1_000_000, 36_000, 0)
    closing = (CloseSchool("S2"),)
    other = Choice("S2", ("S2",), Scenario("S2", closing), plan, 900_000 - n, 36_000 + n, n)
    both = (present, other)
    return Choices(present, both, both, bounds, (), (), pd.DataFrame(), 1, "settled")


def pair(plan):
    return {"now": plan, "then": without_junior(plan)}


SCENARIOS = {"then": Scenario("then", (CloseSchool("S2", "S1"),))}
POLICY = Policy(turn_near_s=0, turn_across_s=0, turn_sharp_s=0)

WRITERS = {
    "write_map": lambda plan, to, mode: write_map(plan, to / "a.html", privacy=mode),
    "write_report": lambda plan, to, mode: write_report(plan, to / "a.html", privacy=mode),
    "write_workbook": lambda plan, to, mode: write_workbook(plan, to / "a.xlsx", privacy=mode),
    "write_line_sheets": lambda plan, to, mode: write_line_sheets(
        plan, to / "a.html", privacy=mode
    ),
    "write_choices": lambda plan, to, mode: write_choices(made_choices(plan), to, privacy=mode),
    "write_comparison": lambda plan, to, mode: write_comparison(
        compare_plans(pair(plan)), to / "a.xlsx", privacy=mode
    ),
    "write_hearing": lambda plan, to, mode: write_hearing(
        pair(plan), SCENARIOS, to / "a.html", privacy=mode
    ),
    "write_audit": lambda plan, to, mode: write_audit(
        audit_roads(plan.district, POLICY), plan.district, to / "a.html", privacy=mode
    ),
    "draw_plan": lambda plan, _, mode: draw_plan(plan, privacy=mode).html,
    "draw_choices": lambda plan, _, mode: draw_choices(made_choices(plan), privacy=mode).svg,
    "draw_times": lambda plan, _, mode: "".join(draw_times(plan, Mask(5, mode), "en")),
    "draw_buses": lambda plan, _, mode: "".join(draw_buses(plan, Mask(5, mode), "en")),
}
"""Every writer for people -> how it is called."""


def public_writers():
    """Every function named write_ or draw_ in a module of routing.outputs, by name."""
    modules = [
        importlib.import_module(f"routing.outputs.{module.name}")
        for module in pkgutil.iter_modules(routing.outputs.__path__)
    ]
    return {
        name: thing
        for module in modules
        for name, thing in inspect.getmembers(module, inspect.isfunction)
        if name.startswith(("write_", "draw_")) and thing.__module__ == module.__name__
    }


def written(name, plan, folder, mode="public"):
    """All that a writer wrote, as text: pages as they are, workbooks cell by cell."""
    folder.mkdir()
    made = WRITERS[name](plan, folder, mode)
    if isinstance(made, str):
        return made
    return "\n".join(_read(path) for path in sorted(folder.iterdir()))


def _read(path):
    if path.suffix != ".xlsx":
        return path.read_text("utf-8")
    book = openpyxl.load_workbook(path)
    rows = [
        (page.title, *(cell.value for cell in row)) for page in book.worksheets for row in page.rows
    ]
    return "\n".join(map(str, rows))


def places_of(text):
    """Every place on earth in a page: pairs of degrees, and points of a map's grid."""
    data = re.search(r'id="map-data">(.*?)</script>', text, re.DOTALL)
    found = set()
    if data:
        content = json.loads(data[1])
        west, south = content.get("corner", (0, 0))
        step = content.get("step", STEP_DEG)
        for x, y in _points(content):
            found.add((round(west + x * step, 4), round(south + y * step, 4)))
    numbers = [float(one) for one in re.findall(r"\d{2,3}\.\d{4,}", text)]
    return found | {(round(x, 4), round(y, 4)) for x in numbers for y in numbers if x > 100 > y}


def _points(value):
    """Every pair under "at" in a value of JSON."""
    if isinstance(value, dict):
        at = value.get("at")
        if isinstance(at, list) and len(at) == 2:
            yield at
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _points(part)


def test_every_writer_for_people_takes_a_privacy_or_a_mask():
    lacking = [
        name
        for name, writer in public_writers().items()
        if name not in {*INNER, *FOR_THE_PLANNER}
        and not {"privacy", "mask"} & set(inspect.signature(writer).parameters)
    ]
    assert lacking == []


def test_every_writer_for_people_is_tried_here():
    assert set(public_writers()) - set(INNER) - FOR_THE_PLANNER <= set(WRITERS)


@pytest.mark.parametrize("name", WRITERS)
def test_the_public_reads_no_id_and_no_home(name, tmp_path):
    text = written(name, county(2, 3), tmp_path / "p")
    assert ID not in text
    homes = {(round(place(*km).x, 4), round(place(*km).y, 4)) for km in HOMES.values()}
    assert not places_of(text) & homes


@pytest.mark.parametrize("name", WRITERS)
def test_the_public_cannot_tell_two_pupils_here_from_three(name, tmp_path):
    """The detour factor aside: a mean over the five of both, it hangs on where they ride."""
    one, other = (
        re.sub("<tr><td>detour <.*?</tr>", "", written(name, county(*n), tmp_path / str(n[0])))
        for n in ((2, 3), (3, 2))
    )
    assert one == other


@pytest.mark.parametrize(
    "name", ["write_map", "write_report", "write_workbook", "write_comparison"]
)
def test_the_office_reads_both(name, tmp_path):
    """So the two tests above look where something is to be found."""
    one = written(name, county(2, 3), tmp_path / "2", "internal")
    other = written(name, county(3, 2), tmp_path / "3", "internal")
    assert ID in one
    assert one != other


def test_homes_are_found_where_they_are_shown(tmp_path):
    text = written("write_map", county(2, 3), tmp_path / "i", "internal")
    assert (round(place(*HOMES["a"]).x, 4), round(place(*HOMES["a"]).y, 4)) in places_of(text)


def test_how_full_a_bus_is_does_not_tell_a_hidden_stop():
    """R1 with 2 + 3 or with 4 + 1: every bar is where 4 + 4 would be."""
    drawn = {tuple(draw_buses(county(*n), Mask(5), "en")) for n in ((2, 3), (4, 1), (4, 4))}
    assert len(drawn) == 1
    assert draw_buses(county(4, 4), Mask(5, "internal"), "en") != draw_buses(
        county(1, 1), Mask(5, "internal"), "en"
    )


@pytest.mark.parametrize("name", [name for name in WRITERS if "times" not in name and "buses" not in name])  # fmt: skip
def test_any_other_word_is_refused(name, tmp_path):
    with pytest.raises(RoutingError, match="secret"):
        written(name, county(2, 3), tmp_path / "s", "secret")


def test_the_page_on_privacy_names_every_writer_and_every_command_that_writes():
    """docs/privacy.md says of each what the two modes hold."""
    from routing.cli import app

    page = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text("utf-8")
    for name in set(public_writers()) - set(INNER):
        assert f"`{name}`" in page, name
    for command in app.registered_commands:
        options = inspect.signature(command.callback).parameters
        if {"out", "privacy"} & set(options):
            name = command.name or command.callback.__name__.replace("_", "-")
            assert f"`{name}`" in page, name


@pytest.mark.parametrize("article", ["6", "13", "19", "25", "28", "29", "30", "31", "34", "36", "51", "55", "56", "73"])  # fmt: skip
def test_the_page_on_privacy_has_the_articles_of_the_law(article):
    page = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text("utf-8")
    assert re.search(rf"PIPL[^|]*\b{article}\b", page)
