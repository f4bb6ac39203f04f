"""Words, units, errors, tables, reasons: what everything stands on."""

import pytest

from routing.errors import Fault, InputError
from routing.reasons import UNSERVED, WHY, explain_unserved, explain_why
from routing.tables import ALL_TABLES, REASONS
from routing.units import format_clock, format_metres, format_minutes, format_yuan, parse_clock
from routing.words import Text


@pytest.mark.parametrize(
    ("text", "clock_s"),
    [("8:20", 30_000), ("08:20:30", 30_030), (" 00：00 ", 0), ("23:59", 86_340)],
)
def test_clock_times_are_read_as_seconds_after_midnight(text, clock_s):
    assert parse_clock(text) == clock_s


@pytest.mark.parametrize("text", ["", "8", "24:00", "08:60", "8.20", "-1:00", "08:20:60", "a:b"])
def test_what_is_no_clock_time_is_refused(text):
    with pytest.raises(ValueError, match="clock time"):
        parse_clock(text)


def test_clock_times_are_cut_to_the_minute():
    """A bus of 07:05:59 is one of 07:05, never of 07:06."""
    assert format_clock(parse_clock("07:05:59")) == "07:05"


def test_metres_minutes_and_money_read_well_in_both_languages():
    assert [format_metres(950), format_metres(2345, "zh")] == ["950 m", "2.3 公里"]
    assert [format_minutes(90), format_minutes(90, "zh")] == ["1.5 min", "1.5 分钟"]
    assert [format_yuan(1234567), format_yuan(1234567, "zh")] == ["1,234,567 yuan", "123.5 万元"]


def test_braces_in_a_value_are_text_not_a_gap():
    assert Text("{a}", "“{a}”").say("zh", a="{b}") == "“{b}”"


def test_a_fault_says_where_what_and_what_to_do():
    fault = Fault(
        "students.csv", Text("is no grade.", "不是年级。"), Text("Write 1 to 9.", "请填1至9。"),
        row=7, column="年级", value="高一",
    )  # fmt: skip
    assert (
        fault.say()
        == "students.csv, row 7, column '年级', value '高一': is no grade. Write 1 to 9."
    )
    assert fault.say("zh") == "students.csv，第7行，“年级”列，值为“高一”：不是年级。请填1至9。"
    assert str(InputError([fault, fault])).startswith("2 fault(s)")


def test_every_number_in_a_table_has_a_unit_and_names_keep_their_promise():
    promises = {"_m": "m", "_s": "s", "_dm": "dm", "_yuan": "yuan"}
    for table in ALL_TABLES:
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        assert set(table.key) <= set(names)
        for column in table.columns:
            assert column.meaning.en, column.name
            assert column.meaning.zh, column.name
            for ending, unit in promises.items():
                if column.name.endswith(ending):
                    assert column.unit.split()[0] == unit, column.name


def test_every_reason_has_words_in_both_languages():
    assert set(REASONS) == set(UNSERVED)
    for code in UNSERVED:
        assert explain_unserved(code, 1200, 600, "en") != explain_unserved(code, 1200, 600, "zh")
    for code in WHY:
        assert "{" not in explain_why(code, 2500, 2000, "en")


def test_a_ride_too_long_is_told_in_minutes_and_a_walk_in_metres():
    assert "20.0 min" in explain_unserved("ride_too_long", 1200, 600)
    assert "1.2 km" in explain_unserved("no_stop_in_reach", 1200, 600)
