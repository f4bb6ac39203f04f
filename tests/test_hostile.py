"""Hostile text through every output: pages, workbooks, tables, scenarios, names of files."""

import ast
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from hostile import BOOKS, INNER, OUTPUTS, PAGES, hostile_plan, hostile_scenario
from payloads import ALL_SIGNS, EVERYTHING, FORMULAS, PATHS, PAYLOADS, SIGNS, STORABLE

import routing
from routing.inputs.cells import clean
from routing.outputs.store import load_plan
from routing.scenario import read_scenario
from routing.tables import INPUT_TABLES

STEERING = {chr(n) for n in range(0x20)} - set("\t\n\r") | {chr(n) for n in range(0x7F, 0xA0)}
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Page(HTMLParser):
    """Elements, names of attributes, and addresses of a page."""

    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.addresses = set(), set(), set()
        self.source = path.read_text("utf-8")
        self.feed(self.source)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add((tag, name))
            if name in {"href", "src", "action", "srcset", "data"}:
                self.addresses.add(value)


def writers():
    """Every public function of the package that writes a file for people."""
    root = Path(routing.__file__).parent
    for path in sorted([*root.glob("outputs/*.py"), *root.glob("scenario/*.py"), root / "inputs" / "template.py"]):  # fmt: skip
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith(("write_", "save_")):
                yield node.name


def test_every_function_that_writes_is_tried():
    """Whoever adds one adds it to ``hostile.OUTPUTS``."""
    assert set(writers()) - set(OUTPUTS) - set(INNER) == set()


def test_every_text_column_of_the_planner_is_hostile():
    district = hostile_plan("MARK").district
    for table in INPUT_TABLES:
        rows = getattr(district, table.name)
        if table.name == "enrolment":  # only keys of schools
            continue
        assert len(rows), table.name
        for column in table.columns:
            if column.kind == "text" and column.by == "planner":
                assert rows[column.name].astype(str).str.contains("MARK").any(), column.name


@pytest.mark.parametrize(
    ("name", "privacy"),
    [(name, "internal") for name in PAGES] + [("write_map", "public"), ("write_hearing", "public")],
)
def test_markup_adds_no_element_no_handler_and_no_address_to_a_page(name, privacy, tmp_path):
    """The page of hostile names has the elements and attributes of the page of plain ones."""
    hostile = Page(OUTPUTS[name](EVERYTHING, tmp_path / "hostile", privacy))
    plain = Page(OUTPUTS[name]("plain", tmp_path / "plain", privacy))
    assert hostile.tags == plain.tags
    assert hostile.attributes == plain.attributes
    assert hostile.addresses <= plain.addresses | {"", None}
    assert not any(name.startswith("on") for _, name in hostile.attributes)
    assert "window.fired" in hostile.source


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("text", [ALL_SIGNS, SIGNS["lone half"]], ids=["all", "lone half"])
def test_signs_that_steer_a_screen_do_not_reach_a_page(name, text, tmp_path):
    source = OUTPUTS[name](text, tmp_path, "internal").read_text("utf-8")
    assert not list(map(ascii, set(source) & (STEERING | TURNING)))


@pytest.mark.parametrize(
    ("name", "payload"),
    [("write_workbook", payload) for payload in FORMULAS]
    + [(name, payload) for name in BOOKS[1:] for payload in ("formula", "at")],
)
def test_nothing_in_a_workbook_is_worked_out(name, payload, tmp_path):
    OUTPUTS[name](FORMULAS[payload], tmp_path, "internal")
    (path,) = tmp_path.rglob("*.xlsx")
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    shown = [cell for cell in cells if FORMULAS[payload].strip() in str(cell.value)]
    assert shown
    assert {cell.data_type for cell in shown} == {"s"}
    assert all(cell.hyperlink is None or cell.hyperlink.target is None for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    assert not book.defined_names.get("_xlnm.Print_Titles", None)


@pytest.mark.parametrize(
    "text", [ALL_SIGNS + PATHS["nul"], SIGNS["lone half"], PATHS["long"] * 200],
    ids=["signs", "lone half", "long"],
)  # fmt: skip
@pytest.mark.parametrize("name", BOOKS)
def test_a_workbook_opens_whatever_the_names_are(name, text, tmp_path):
    OUTPUTS[name](text, tmp_path, "internal")
    (path,) = tmp_path.rglob("*.xlsx")
    values = {
        str(cell.value)
        for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row
    }  # fmt: skip
    left = {sign for value in values for sign in value} & (STEERING | TURNING)
    assert not list(map(ascii, left))


@pytest.mark.parametrize("payload", ["jinja", "formula", "colours", "right to left", "up", "new line"])  # fmt: skip
def test_a_saved_plan_comes_back_with_its_names(payload, tmp_path):
    """GeoPackage, arrays and JSON hold the text itself; whoever shows it makes it safe."""
    text = STORABLE[payload]
    plan = hostile_plan(text)
    OUTPUTS["save_plan"](text, tmp_path / "run", "internal")
    back = load_plan(tmp_path / "run")
    assert back.district.schools["name"].tolist() == plan.district.schools["name"].tolist()
    assert back.district.roads.names == plan.district.roads.names
    assert back.policy.name == plan.policy.name


@pytest.mark.parametrize("payload", ["nul", "lone half"])
def test_a_text_that_no_file_can_hold_is_refused_and_never_comes_from_a_file(payload, tmp_path):
    """Half a sign and NUL: refused as a mistake of the program, since the door takes them out."""
    with pytest.raises((TypeError, ValueError)):
        OUTPUTS["save_plan"](PAYLOADS[payload], tmp_path / "run", "internal")
    assert "\0" not in (clean(PAYLOADS[payload]) or "")
    with pytest.raises(UnicodeEncodeError):
        "\ud800".encode()
    assert not (tmp_path / "run" / "plan.json").exists()


@pytest.mark.parametrize("payload", [name for name in PAYLOADS if name != "lone half"])
def test_a_scenario_comes_back_as_it_was(payload, tmp_path):
    text = PAYLOADS[payload]
    path = OUTPUTS["write_scenario"](text, tmp_path, "internal")
    assert read_scenario(path).changes == hostile_scenario(text).changes
    assert read_scenario(path).name == text.strip()


@pytest.mark.parametrize("payload", ["up", "long"])
@pytest.mark.parametrize("name", [name for name in OUTPUTS if name != "write_text"])
def test_no_name_becomes_a_path(name, payload, tmp_path):
    """Files appear in the folder given only, with names of our own."""
    folder = tmp_path / "a" / "b" / "out"
    folder.mkdir(parents=True)
    OUTPUTS[name](PATHS[payload], folder, "internal")
    made = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert all(path.is_relative_to(folder) for path in made)
    assert all(path.name.isascii() and len(path.name) < 40 for path in made)
