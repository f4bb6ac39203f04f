"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real roads and public instances; tests that need it skip without it."""
    root = Path(os.environ.get("SCHOOLBUS_SHARED", Path(__file__).parents[2] / "shared"))
    data = root / "data"
    if not data.is_dir():
        pytest.skip("the shared data (real roads, public instances) are not here")
    return data
