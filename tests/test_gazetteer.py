"""A village is found by its name where that is sure, and by nothing where it is not."""

import math

import pytest
from osm_by_hand import draw_map, place_of

from routing.inputs.gazetteer import (
    LIKE_SCORE,
    find_place,
    make_gazetteer,
    sure_enough,
)
from routing.inputs.place_names import plain_place, plain_town, tells_apart
from routing.inputs.place_records import NOWHERE, Place
from routing.roads.places import NamedPlace, read_places

LIST = (
    Place("李庄", "沙镇", 115.80, 36.40),
    Place("李庄", "堂邑镇", 115.60, 36.50),
    Place("前王庄", "沙镇", 115.81, 36.41),
    Place("小店子", "堂邑镇", 115.61, 36.51),
)
DRAWN = (
    NamedPlace("沙镇", "town", 115.80, 36.42),
    NamedPlace("堂邑镇", "town", 115.60, 36.52),
    NamedPlace("赵家河涯", "village", 115.805, 36.43),
    NamedPlace("孙屯", "hamlet", 115.79, 36.41),
    NamedPlace("孙屯", "hamlet", 115.62, 36.52),
)


@pytest.fixture(scope="module")
def book():
    return make_gazetteer(LIST, DRAWN)


@pytest.mark.parametrize(
    "written",
    [
        "李庄",
        "李莊",
        "李庄村",
        "李庄村委会",
        "李庄村村民委员会",
        "李庄（自然村）",
        " 李 庄 ",
        "李庄行政村",
    ],
)
def test_office_words_old_characters_and_width_do_not_count(written):
    assert plain_place(written) == "李庄"


def test_a_name_of_one_character_and_an_end_keeps_the_end():
    assert plain_place("李村") == "李村"
    assert plain_town("沙镇") == "沙镇"
    assert plain_town("沙镇镇") == plain_town("沙镇")
    assert plain_town("堂邑镇") == plain_town("堂邑") == "堂邑"


@pytest.mark.parametrize(
    ("village", "town", "lon", "precision"),
    [
        ("李庄", "沙镇", 115.80, "exact"),
        ("李庄", "堂邑", 115.60, "exact"),
        ("李莊村委会", "堂邑镇", 115.60, "village"),
        ("沙镇李庄村", "", 115.80, "exact"),
        ("前王庄", "", 115.81, "exact"),
        ("赵家河涯", "沙镇", 115.805, "village"),
        ("孙屯", "堂邑镇", 115.62, "village"),
        ("沙镇", "沙镇", 115.80, "town"),
        ("堂邑", "", 115.60, "town"),
    ],
)
def test_a_village_is_found_in_its_town(book, village, town, lon, precision):
    match = find_place(book, village, town)
    assert (match.lon, match.precision) == (lon, precision)
    assert match.candidates == ()


@pytest.mark.parametrize(
    ("village", "town", "names"),
    [
        ("李庄", "", [("李庄", "沙镇"), ("李庄", "堂邑镇")]),
        ("孙屯", "", [("孙屯", ""), ("孙屯", "")]),
        ("后王庄", "沙镇", [("前王庄", "沙镇")]),
        ("前王庄", "堂邑镇", [("前王庄", "沙镇")]),
        ("李家庄", "沙镇", [("李庄", "沙镇")]),
    ],
)
def test_a_name_that_may_mean_several_villages_places_nobody(book, village, town, names):
    match = find_place(book, village, town)
    assert match.precision == "doubtful"
    assert math.isnan(match.lon)
    assert math.isnan(match.lat)
    assert [(place.name, place.town) for place in match.candidates][: len(names)] == names


def test_a_name_like_no_other_has_no_candidates(book):
    assert find_place(book, "Zzyzx") == NOWHERE or not find_place(book, "Zzyzx").candidates
    assert find_place(book, "", "沙镇") == NOWHERE
    assert find_place(make_gazetteer(()), "李庄", "沙镇").precision == "doubtful"


def test_a_missing_character_in_a_long_name_is_forgiven_a_word_for_side_is_not():
    book = make_gazetteer([Place("大张家口庄子", "", 1.0, 2.0), Place("东李家楼", "", 1.1, 2.0)])
    assert find_place(book, "大张家口庄").name == "大张家口庄子"
    assert find_place(book, "西李家楼").precision == "doubtful"
    assert tells_apart("东李家楼", "西李家楼")
    assert not tells_apart("李家楼", "李家搂")


def test_the_best_must_be_clearly_better_than_the_next():
    assert sure_enough("abcdefgh", [("abcdefg", 93.0), ("zzz", 40.0)])
    assert not sure_enough("abcdefgh", [("abcdefg", 93.0), ("abcdefx", 88.0)])
    assert not sure_enough("abcdefgh", [("abcdefg", LIKE_SCORE - 0.1)])


def test_one_place_with_two_names_near_to_each_other_is_no_doubt():
    book = make_gazetteer(
        [Place("李庄", "沙镇", 115.8000, 36.4000)],
        [NamedPlace("李庄", "village", 115.8010, 36.4010)],
    )
    assert find_place(book, "李庄").precision == "exact"


def test_the_countys_own_list_is_believed_before_the_map():
    book = make_gazetteer(
        [Place("李庄", "", 115.80, 36.40)], [NamedPlace("李庄", "village", 115.90, 36.60)]
    )
    assert find_place(book, "李庄").lon == 115.80


def test_a_village_of_the_map_too_far_from_the_town_given_is_doubtful():
    towns = [NamedPlace("沙镇", "town", 115.80, 36.40), NamedPlace("堂邑镇", "town", 115.60, 36.40)]
    book = make_gazetteer((), [*towns, NamedPlace("刘集", "village", 115.61, 36.41)])
    assert find_place(book, "刘集", "堂邑镇").precision == "village"
    assert find_place(book, "刘集", "沙镇").precision == "doubtful"
    assert find_place(book, "刘集", "梁水镇").precision == "doubtful"


def test_the_names_of_a_map_are_read_with_their_chinese_and_old_ones(tmp_path):
    tags = {3: {"place": "village", "name": "Lizhuang", "name:zh": "李庄", "old_name": "老李庄;李家"},
            4: {"place": "sea", "name": "东海"}, 5: {"name": "学校", "amenity": "school"}}  # fmt: skip
    path = draw_map(tmp_path / "map.osm", [(1, (1, 2), {"highway": "primary"})], tags)
    found = read_places(path)
    assert [place.name for place in found] == ["Lizhuang", "李庄", "老李庄", "李家"]
    assert all((place.lon, place.lat) == pytest.approx(place_of(3)) for place in found)
    assert read_places(tmp_path / "roads.graphml") == ()


def test_every_name_of_a_real_map_is_found_or_named_twice(shared_data):
    named = read_places(shared_data / "roads" / "malta.osm.pbf")
    book = make_gazetteer((), named)
    wrong = []
    for place in named:
        match = find_place(book, place.name)
        near = abs(match.lon - place.lon) < 0.02 and abs(match.lat - place.lat) < 0.02
        if match.precision != "doubtful" and not near:
            wrong.append(place.name)
    assert len(named) > 60
    assert wrong == []
