"""The small sample county in every coordinate system: asked about, and read when it is said."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import routing as rt
from routing.inputs.systems import BD09, GCJ02, System, from_wgs84
from routing.records import lonlat

GAUSS = System("projected", 4548)


def sample_in(folder: Path, small: Path, system: System, said: str = "") -> Path:
    """Write the small sample county anew, its points in another system."""
    folder.mkdir()
    for path in small.iterdir():
        if path.suffix == ".csv":
            rows = pd.read_csv(path, encoding="utf-8-sig", dtype=str)
            names = next(
                (pair for pair in (("lon", "lat"), ("经度", "纬度")) if pair[0] in rows), None
            )
            if names:
                x, y = from_wgs84(
                    rows[names[0]].astype(float), rows[names[1]].astype(float), system
                )
                for name, values in zip(names, (x, y), strict=True):
                    rows[name] = ["" if np.isnan(value) else f"{value:.9g}" for value in values]
            rows.to_csv(folder / path.name, index=False)
        elif path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    if said:
        (folder / "county.toml").write_text(
            f'[coordinates]\ndefault = "{said}"\n', encoding="utf-8"
        )
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """Return the small sample county."""
    folder = tmp_path_factory.mktemp("small")
    rt.make_sample(folder, seed=1, size="small")
    return folder


@pytest.mark.parametrize("system", [GCJ02, BD09, GAUSS])
def test_the_small_sample_in_another_system_is_asked_about_and_read_when_said(
    tmp_path, small, system
):
    asked = rt.check_inputs(sample_in(tmp_path / "undeclared", small, system))
    students = [fault for fault in asked.faults if fault.file == "students.csv"]
    assert len(students) == 1
    assert f'students = "{system.name}"' in students[0].remedy.en
    read = rt.read_district(sample_in(tmp_path / "declared", small, system, system.name))
    plain = rt.read_district(small)
    for one, other in zip(lonlat(read.students), lonlat(plain.students), strict=True):
        np.testing.assert_allclose(one, other, atol=2e-6)


def test_the_small_sample_as_it_is_asks_nothing(small):
    found = rt.check_inputs(small)
    assert found.faults == ()
    assert {fit.likely for fit in found.systems} == {"WGS-84"}
