"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest
from shell import schoolbus

from routing.sample import make_sample


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real roads and public instances; tests that need it skip without it."""
    root = Path(os.environ.get("SCHOOLBUS_SHARED", Path(__file__).parents[2] / "shared"))
    data = root / "data"
    if not data.is_dir():
        pytest.skip("the shared data (real roads, public instances) are not here")
    return data


@pytest.fixture(scope="session")
def small_county(tmp_path_factory):
    """A small made county."""
    return make_sample(tmp_path_factory.mktemp("made") / "county", seed=1, size="small")


@pytest.fixture(scope="session")
def small_run(small_county, tmp_path_factory):
    """The folder of the small county planned by the command, and what the command said."""
    out = tmp_path_factory.mktemp("run") / "today"
    done = schoolbus("plan", small_county, "--out", out, "--rounds", 1, "--json", "--quiet")
    return out, done
