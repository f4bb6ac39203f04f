"""Names that would steer a terminal are shown, by every command, on both streams."""

import io
import json

import pytest
from county_by_hand import SCHOOLS, STUDENTS, write_county, write_csv
from payloads import PAYLOADS, SIGNS
from shell import schoolbus

from routing.cli.terminal import PlainStream, neutral

STEERING = [chr(n) for n in [*range(9), 11, 12, *range(14, 32), *range(127, 160)]]
STEERING += list("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_nothing_that_steers_is_left(text):
    shown = neutral(text)
    assert not list(map(ascii, set(shown) & set(STEERING)))
    assert neutral(shown) == shown


def test_a_sign_is_written_as_json_writes_it():
    name = "a\x1b[31m\u202eb\x9b"
    assert neutral(name) == r"a\u001b[31m\u202eb\u009b"
    assert json.loads(neutral(json.dumps(name, ensure_ascii=False))) == name


def test_words_and_bars_of_progress_are_as_they_were():
    for text in ("学校 1\n\t2", "\r 50%|█████     |", "👨‍👩‍👧"):
        assert neutral(text) == text
    assert neutral("bad\rgood") == r"bad\u000dgood"


def test_a_stream_writes_what_utf8_cannot_hold():
    content = io.BytesIO()
    stream = PlainStream(io.TextIOWrapper(content, "ascii"))
    stream.write("五\ud800\x07")
    stream.flush()
    assert content.getvalue().decode("utf-8") == r"五\ud800\u0007"


@pytest.mark.parametrize("words", [("check-inputs",), ("check-inputs", "--json"), ("plan", "--rounds", "0", "-q")])  # fmt: skip
def test_no_command_passes_on_what_steers(tmp_path, words):
    """Hostile in cells, in headers, and in names of files."""
    sign = SIGNS["colours"] + SIGNS["right to left"] + SIGNS["bell"]
    county = write_county(tmp_path / "county")
    write_csv(county, "schools", [{**SCHOOLS[0], "name": sign, f"x{sign}": "1"}, SCHOOLS[1]])
    write_csv(county, "students", [{**STUDENTS[0], "school_id": f"009{sign}"}, *STUDENTS[1:]])
    (county / f"note{sign}.txt".replace("/", "")).write_text("x")
    done = schoolbus(words[0], county, *words[1:], cwd=tmp_path)
    assert done.returncode == 3
    said = done.stdout + done.stderr
    assert "009" in said
    assert not list(map(ascii, set(said) & set(STEERING)))
