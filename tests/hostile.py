"""Plans in which every text that a planner's files can bring is hostile; and every output of them."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
from county_by_hand import BUS_TYPES, SCHOOLS, STUDENTS
from plan_by_hand import grid_district, place
from test_escaping import poisoned

from routing.audit import audit_roads
from routing.closures import Choice, Choices
from routing.closures.candidates import Candidate
from routing.compare import compare_plans
from routing.inputs import check_inputs, write_template
from routing.inputs.frames import empty_table
from routing.inputs.geocoding import DoubtfulRow, Geocoded, LocatedRow
from routing.outputs.atomic import write_text
from routing.outputs.audit import write_audit
from routing.outputs.choices import write_choices
from routing.outputs.comparison import write_comparison
from routing.outputs.faults import write_faults
from routing.outputs.hearing import write_hearing
from routing.outputs.locations import write_locations
from routing.outputs.maps import write_map
from routing.outputs.report import write_report
from routing.outputs.schematic import write_line_sheets
from routing.outputs.store import save_plan
from routing.outputs.workbook import write_workbook
from routing.policy import Policy
from routing.records import Plan
from routing.scenario import CloseSchool, Scenario, SetFleet, write_scenario
from routing.tables import CATCHMENTS, TRANSIT
from routing.words import Text


def hostile_plan(text: str) -> Plan:
    """Gridtown in which every text of every table of the planner's is the text, keys too."""
    plan = poisoned(text)
    district = plan.district
    school = district.schools["school_id"].iloc[0]
    stop_list = gpd.GeoDataFrame(
        {"stop_id": [text], "name": [text], "forbidden": [False]}, geometry=[place(2.5, 0)], crs=4326
    )  # fmt: skip
    row = {"line_id": text, "trip_id": text, "order": 0, "stop_name": text, "arrive_s": 25_000, "depart_s": 25_000}  # fmt: skip
    kinds = empty_table(TRANSIT)
    transit = gpd.GeoDataFrame(
        [{**{name: None for name in kinds.columns if name != "geometry"}, **row}],
        geometry=[place(2.5, 0)], crs=4326,
    )  # fmt: skip
    catchments = pd.DataFrame([{"village": text, "school_id": school}])
    catchments = catchments.reindex(columns=empty_table(CATCHMENTS).columns)
    return replace(
        plan,
        district=replace(
            district, stop_list=stop_list, transit=transit, catchments=catchments,
            parkings=district.parkings.assign(parking_id=text),
            schools=district.schools.assign(kind=grid_district().schools["kind"]),
            students=district.students.assign(town=text),
            notes=(Text(text, text),),
        ),
        routes=plan.routes.assign(parking_id=text),
        rides=plan.rides.assign(reason=plan.rides["reason"].replace(text, "island")),
    )  # fmt: skip


def hostile_scenario(text: str) -> Scenario:
    """A change whose name, school and kind of bus are the text."""
    return Scenario(text, (CloseSchool(text + "S2", text), SetFleet(text, 2)))


def hostile_choices(text: str) -> Choices:
    """Two choices, one of them named by the text, with its words everywhere."""
    plan, words = hostile_plan(text), Text(text, text)
    present = Choice("present", (), Scenario("present", ()), plan, 9, 9, 0)
    other = Choice(text, (text,), hostile_scenario(text), plan, 8, 10, 30, breaks=(words,))
    candidate = Candidate(text, text, 30, "small", words)
    bounds = pd.DataFrame({"n_closed": [0, 1], "best_yuan": [9, 8], "least_yuan": [5, 4]})
    every = (present, other)
    return Choices(present, every, every, bounds, (candidate,), (candidate,), pd.DataFrame(), 1, "settled")  # fmt: skip


def _map(text: str, folder: Path, privacy: str) -> Path:
    return write_map(hostile_plan(text), folder / "map.html", privacy=privacy, title=text, figures=[(text, text)])  # fmt: skip


def _audit(text: str, folder: Path, privacy: str) -> Path:
    made = grid_district()
    roads = hostile_plan(text).district.roads
    names = dict.fromkeys(("name", "town"), text)
    district = replace(made, roads=roads, schools=made.schools.assign(**names))
    return write_audit(audit_roads(district, Policy()), district, folder / "audit.html", privacy=privacy)  # fmt: skip


def _hearing(text: str, folder: Path, privacy: str) -> Path:
    plan = hostile_plan(text)
    plans = {"now": plan, text or "then": plan}
    return write_hearing(plans, {text: hostile_scenario(text)}, folder / "hearing.html", privacy=privacy)  # fmt: skip


def _comparison(text: str, folder: Path, privacy: str) -> Path:
    plan = hostile_plan(text)
    return write_comparison(compare_plans({"now": plan, text: plan}), folder / "c.xlsx", "en", privacy)  # fmt: skip


def hostile_county(text: str, folder: Path) -> Path:
    """Write a county folder whose tables hold the text wherever a cell is text; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    schools = [{**row, "name": text} for row in SCHOOLS]
    students = [{**row, "student_id": f"{text}{n}", "school_id": f"{text}{n}", "村庄": text} for n, row in enumerate(STUDENTS)]  # fmt: skip
    for name, rows in (("schools", schools), ("students", students), ("bus_types", BUS_TYPES)):
        content = io.StringIO()
        table = csv.DictWriter(content, list(rows[0]), quoting=csv.QUOTE_ALL)
        table.writeheader()
        table.writerows(rows)
        (folder / f"{name}.csv").write_bytes(content.getvalue().encode("utf-8", "replace"))
    return folder


def _faults(text: str, folder: Path, privacy: str) -> Path:
    county = hostile_county(text, folder / "county")
    found = check_inputs(county, cache=False)
    return write_faults(found, county, folder / "found", privacy=privacy)[0]


def _locations(text: str, folder: Path, _: str) -> Path:
    located = LocatedRow(text, 116.0, 36.0, "village", 0.9)
    doubtful = DoubtfulRow(text, text, 3, Text(text, text))
    return write_locations(Geocoded((located,), (doubtful,), ()), folder / "locations.csv")[0]


OUTPUTS: Mapping[str, Callable[[str, Path, str], Path]] = {
    "write_map": _map,
    "write_report": lambda text, folder, privacy: write_report(
        hostile_plan(text), folder / "report.html", privacy=privacy
    ),
    "write_audit": _audit,
    "write_hearing": _hearing,
    "write_workbook": lambda text, folder, privacy: write_workbook(
        hostile_plan(text), folder / "plan.xlsx", privacy=privacy
    ),
    "write_comparison": _comparison,
    "write_choices": lambda text, folder, privacy: write_choices(
        hostile_choices(text), folder, privacy=privacy
    ),
    "save_plan": lambda text, folder, _: save_plan(hostile_plan(text), folder),
    "write_scenario": lambda text, folder, _: write_scenario(
        hostile_scenario(text), folder / "scenario.toml"
    ),
    "write_text": lambda text, folder, _: write_text(folder / "plain.txt", text),
    "write_line_sheets": lambda text, folder, privacy: write_line_sheets(
        hostile_plan(text), folder / "lines.html", privacy=privacy
    ),
    "write_faults": _faults,
    "write_locations": _locations,
    "write_template": lambda _text, folder, _: write_template(folder / "template.xlsx"),
}
"""Name of a function that writes -> the same, given a hostile text, a folder and a mode."""

PAGES = ("write_map", "write_report", "write_audit", "write_hearing", "write_line_sheets")
BOOKS = ("write_workbook", "write_comparison", "write_choices", "write_hearing", "write_faults")
INNER = {"write_tables": "save_plan", "write_roads": "save_plan", "write_copy": "write_faults"}
"""Functions that write for one of the outputs only -> that output."""
