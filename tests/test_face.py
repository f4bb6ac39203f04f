"""The public face: what is shown is there, documented, and costs nothing to import."""

import subprocess
import sys
from pathlib import Path

import pytest

import routing as rt

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", rt.__all__)
def test_every_public_name_is_there_and_has_a_docstring(name):
    assert getattr(rt, name).__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = rt.nothing_of_the_kind


def test_importing_does_no_work_and_loads_nothing_heavy():
    code = "import routing, sys; print([m for m in ('pandas', 'numba', 'ortools', 'folium') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_the_names_used_in_the_readme_are_public():
    import re

    used = set(re.findall(r"\brt\.(\w+)", (ROOT / "README.md").read_text("utf-8")))
    assert used <= set(rt.__all__)


def test_the_project_speaks_only_of_itself():
    """No path of a machine, no address of a registry in a tracked text file."""
    files = [
        p
        for ending in ("py", "md", "toml", "html", "css", "js")
        for p in ROOT.glob(f"*/**/*.{ending}")
    ]
    own = [
        p
        for p in files
        if ".venv" not in p.parts and "maps" not in p.parts and "runs" not in p.parts
    ]
    banned = ("/wor" + "k/", "/roo" + "t/", "pypi" + ".org", "registry" + ".npmjs")
    found = [(p.name, word) for p in own for word in banned if word in p.read_text("utf-8")]
    assert found == []


def test_no_public_name_is_that_of_a_module():
    """Importing such a module anywhere would put it in the place of the function."""
    modules = {path.stem for path in (ROOT / "routing").iterdir()}
    assert not modules & set(rt.__all__)
