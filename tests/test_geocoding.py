"""Addresses place pupils, are kept nowhere, and leave the machine only when that is confirmed.

The web server is our own, on this machine; nothing leaves it.
"""

import json
import math
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from county_by_hand import write_county, write_csv
from shell import schoolbus
from web_server import Server as WebServer

from routing.errors import InputError
from routing.inputs import read_district
from routing.inputs.addresses import LocalGeocoder, find_address, split_address
from routing.inputs.gazetteer import make_gazetteer
from routing.inputs.geocoding import geocode_county
from routing.inputs.place_records import Place
from routing.outputs.locations import write_locations
from routing.roads import geocoders
from routing.roads.geocoder_services import SERVICES
from routing.roads.geocoders import WebGeocoder

SECRET = "幸福胡同77号"
VILLAGES = [
    {"village": "李庄", "town": "堂邑镇", "lon": 116.021534, "lat": 36.421342},
    {"village": "小王庄", "town": "堂邑镇", "lon": 116.032415, "lat": 36.432415},
    {"village": "李庄", "town": "沙镇", "lon": 116.071534, "lat": 36.481342},
]
STUDENTS = [
    {"student_id": "p1", "school_id": "001", "grade": "1", "家庭住址": "山东省聊城市堂邑镇李庄村3组12号"},
    {"student_id": "p2", "school_id": "001", "grade": "2", "家庭住址": f"堂邑镇{SECRET}"},
    {"student_id": "p3", "school_id": "001", "grade": "3", "家庭住址": "李庄村5号"},
    {"student_id": "p4", "school_id": "001", "grade": "3", "家庭住址": None},
]  # fmt: skip
NOMINATIM = [{"lon": "116.05", "lat": "36.45", "place_rank": 30, "importance": 0.3,
              "display_name": f"{SECRET}, 堂邑镇"}]  # fmt: skip
TIANDITU = {"msg": "ok", "status": "0", "location": {"lon": 116.05, "lat": 36.45, "level": "门址", "score": 95}}  # fmt: skip
AMAP = {"status": "1", "info": "OK", "infocode": "10000",
        "geocodes": [{"location": "116.055975,36.450183", "level": "门牌号"}]}  # fmt: skip


def serve(*answers):
    """Keep of each question what was asked, by name."""
    return WebServer(*answers, hear=lambda path: parse_qs(urlsplit(path).query))


def ok(body):
    return 200, {}, body


@pytest.fixture
def county(tmp_path):
    folder = write_county(tmp_path / "county")
    write_csv(folder, "students", STUDENTS)
    write_csv(folder, "villages", VILLAGES)
    return folder


@pytest.fixture
def book():
    return make_gazetteer(
        Place(one["village"], one["town"], one["lon"], one["lat"]) for one in VILLAGES
    )


def declare(folder, *lines):
    (folder / "county.toml").write_text("\n".join(("[addresses]", *lines, "")), "utf-8")


def ask(service, *answers, key="k", addresses=("a",)):
    with serve(*answers) as server:
        asker = WebGeocoder(SERVICES[service], key, server.url, pause_s=0.0)
        return asker.find(addresses), server.asked


@pytest.mark.parametrize(
    ("address", "lon"),
    [
        ("山东省聊城市东昌府区堂邑镇李庄村3组12号", 116.021534),
        ("聊城市堂邑镇李庄行政村小王庄自然村5号", 116.032415),
        ("沙镇李莊村委会", 116.071534),
        ("小王庄12号", 116.032415),
        ("东昌府区沙镇镇李庄", 116.071534),
    ],
)
def test_the_village_of_an_address_is_found(book, address, lon):
    assert find_address(book, address).lon == lon


@pytest.mark.parametrize("address", ["李庄村12号", f"堂邑镇{SECRET}", "许营镇李庄村", "", "阳光小区3号楼", "堂邑镇"])  # fmt: skip
def test_an_address_without_a_sure_village_is_doubtful(book, address):
    match = find_address(book, address)
    assert match.precision == "doubtful"
    assert math.isnan(match.lon)


def test_an_address_is_parted_into_town_and_rest(book):
    assert split_address("山东省聊城市东昌府区堂邑镇李庄村", book) == ("堂邑", "李庄村")
    assert split_address("聊城市高新区许营镇李庄", book) == ("许营镇", "李庄")
    assert split_address("李庄村", book) == ("", "李庄村")


def test_the_local_geocoder_sends_nothing_and_answers_in_order(book):
    asker = LocalGeocoder(book)
    assert not asker.sends_addresses
    answers = asker.find(["沙镇李庄", "哪里都不是", "堂邑镇李庄"])
    assert [answer.precision for answer in answers] == ["village", "doubtful", "village"]
    assert answers[0].lon == 116.071534


def test_a_district_is_refused_addresses_and_reads_what_was_looked_up(county):
    with pytest.raises(InputError, match="personal"):
        read_district(county)
    found = geocode_county(county)
    assert [one.student_id for one in found.located] == ["p1"]
    assert [(one.student_id, one.row) for one in found.doubtful] == [("p2", 3), ("p3", 4)]
    assert "李庄 (沙镇" in found.doubtful[1].why.en
    write_locations(found, county / "locations.csv")
    (county / "county.toml").write_text('[columns]\ndrop = ["家庭住址"]\n', "utf-8")
    students = read_district(county).students
    assert students["placed"].tolist() == ["village", "given", "given", "given"]
    assert students.geometry.x[0] == 116.021534
    assert not any("住址" in column or "address" in column for column in students.columns)


def test_no_address_is_in_anything_that_is_written(county, tmp_path):
    declare(county, 'service = "nominatim"', 'url = "URL"', "may_leave = true")
    with serve(ok(NOMINATIM), ok([])) as server:
        text = (county / "county.toml").read_text("utf-8").replace("URL", server.url)
        (county / "county.toml").write_text(text, "utf-8")
        out = tmp_path / "out" / "places.csv"
        done = schoolbus("geocode", county, "--out", out)
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    written = "".join(path.read_text("utf-8-sig") for path in out.parent.iterdir())
    assert "p2,116.050000,36.450000,address,30" in written
    assert "p3,students.csv,4," in written
    for text in (said, written):
        assert SECRET not in text
        assert "5号" not in text


def test_only_addresses_that_are_not_found_here_leave_and_nothing_else_does(county):
    with serve(ok(NOMINATIM)) as server:
        declare(county, 'service = "nominatim"', f'url = "{server.url}"', "may_leave = true")
        geocode_county(county)
    assert [asked["q"][0] for asked in server.asked] == [f"堂邑镇{SECRET}", "李庄村5号"]
    assert {key for asked in server.asked for key in asked} == {"q", "format", "limit"}


@pytest.mark.parametrize("line", ["", "may_leave = false"])
def test_without_confirmation_nothing_leaves_and_the_refusal_says_what_would(county, line):
    with serve(ok(NOMINATIM)) as server:
        declare(county, 'service = "nominatim"', f'url = "{server.url}"', line)
        with pytest.raises(InputError) as error:
            geocode_county(county)
        assert server.asked == []
    for lang, words in (("en", ("2 address(es) of pupils", "127.0.0.1", "may_leave = true")),
                        ("zh", ("2个学生住址", "127.0.0.1", "may_leave = true"))):  # fmt: skip
        assert all(word in error.value.say(lang) for word in words)
    assert SECRET not in error.value.say("zh")


def test_a_geocoder_given_in_code_needs_the_confirmation_too(county):
    class Elsewhere:
        name, sends_addresses = "elsewhere", True

        def find(self, addresses):
            raise AssertionError(addresses)

    with pytest.raises(InputError, match="elsewhere"):
        geocode_county(county, geocoder=Elsewhere())


def test_local_asks_no_service(county):
    with serve(ok(NOMINATIM)) as server:
        declare(county, 'service = "nominatim"', f'url = "{server.url}"', "may_leave = true")
        assert len(geocode_county(county, local=True).located) == 1
        assert server.asked == []


def test_a_keyed_service_without_a_key_and_an_unknown_one_are_refused(county, monkeypatch):
    monkeypatch.delenv("MAP_KEY", raising=False)
    declare(county, 'service = "amap"', 'key_env = "MAP_KEY"', "may_leave = true")
    with pytest.raises(InputError, match="environment variable"):
        geocode_county(county)
    declare(county, 'service = "somebody"', "may_leave = true")
    with pytest.raises(InputError, match="nominatim, tianditu, amap"):
        geocode_county(county)


def test_a_key_is_sent_but_never_said(county, monkeypatch):
    monkeypatch.setenv("MAP_KEY", "top-secret-key")
    with serve((403, {}, b"no")) as server:
        declare(
            county,
            'service = "amap"',
            'key_env = "MAP_KEY"',
            f'url = "{server.url}"',
            "may_leave = true",
        )
        with pytest.raises(InputError) as error:
            geocode_county(county)
    assert server.asked[0]["key"] == ["top-secret-key"]
    assert "top-secret-key" not in error.value.say("en")
    assert "HTTP 403" in error.value.say("en")


def test_points_of_amap_are_turned_from_gcj02(county, monkeypatch):
    monkeypatch.setenv("MAP_KEY", "k")
    with serve(ok(AMAP)) as server:
        declare(
            county,
            'service = "amap"',
            'key_env = "MAP_KEY"',
            f'url = "{server.url}"',
            "may_leave = true",
        )
        found = geocode_county(county)
    place = next(one for one in found.located if one.student_id == "p2")
    assert place.precision == "address"
    # GCJ-02 stands about 500 m east of WGS-84 here
    assert 0.004 < 116.055975 - place.lon < 0.008
    assert abs(36.450183 - place.lat) < 0.002


def test_an_answer_outside_the_roads_or_of_a_town_alone_places_nobody(county):
    far = [{**NOMINATIM[0], "lon": "2.35", "lat": "48.85"}]
    town = [{**NOMINATIM[0], "place_rank": 16}]
    with serve(ok(far), ok(town)) as server:
        declare(county, 'service = "nominatim"', f'url = "{server.url}"', "may_leave = true")
        found = geocode_county(county)
    assert [one.student_id for one in found.located] == ["p1"]
    assert "outside the roads" in found.doubtful[0].why.en
    assert found.doubtful[1].why.en in {
        "nominatim finds the town alone",
        "nominatim does not find the address",
    }


def test_each_service_is_asked_and_read_in_its_own_way():
    (answer,), asked = ask("nominatim", ok(NOMINATIM))
    assert (answer.lon, answer.lat, answer.precision, answer.system) == (116.05, 36.45, "address", "WGS-84")  # fmt: skip
    assert asked[0]["q"] == ["a"]
    (answer,), asked = ask("tianditu", ok(TIANDITU))
    assert (answer.lon, answer.precision, answer.score, answer.system) == (116.05, "address", 95, "CGCS2000")  # fmt: skip
    assert json.loads(asked[0]["ds"][0]) == {"keyWord": "a"}
    assert asked[0]["tk"] == ["k"]
    (answer,), _ = ask("amap", ok(AMAP))
    assert (answer.lon, answer.precision, answer.system) == (116.055975, "address", "GCJ-02")


@pytest.mark.parametrize(
    ("service", "body"),
    [("nominatim", []), ("tianditu", {"status": "404", "msg": "无结果"}),
     ("amap", {"status": "1", "count": "0", "geocodes": []})],
)  # fmt: skip
def test_nothing_found_is_doubtful(service, body):
    (answer,), _ = ask(service, ok(body))
    assert answer.precision == "doubtful"
    assert answer.stopped is None


def test_the_same_address_is_asked_once_and_an_empty_one_never():
    answers, asked = ask("nominatim", ok(NOMINATIM), addresses=("a", "b", "a", " "))
    assert [one["q"] for one in asked] == [["a"], ["b"]]
    assert answers[0] == answers[2]
    assert answers[3].precision == "doubtful"


def test_nominatim_is_asked_once_a_second(monkeypatch):
    slept, now = [], [0.0]

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(geocoders.time, "sleep", sleep)
    monkeypatch.setattr(geocoders.time, "monotonic", lambda: now[0])
    with serve(ok(NOMINATIM)) as server:
        WebGeocoder(SERVICES["nominatim"], url=server.url).find(["a", "b", "c"])
    assert slept == [1.0, 1.0]
    assert SERVICES["nominatim"].pause_s == 1.0


def refused(service, *answers):
    with pytest.raises(InputError) as error:
        ask(service, *answers, addresses=(SECRET,))
    assert SECRET not in error.value.say("en") + error.value.say("zh")
    return error.value.say("en")


def test_a_busy_server_is_asked_three_times_and_then_named():
    busy = 429, {"Retry-After": "0"}, b""
    with serve(busy) as server:
        asker = WebGeocoder(SERVICES["nominatim"], url=server.url, pause_s=0.0)
        with pytest.raises(InputError, match="too often"):
            asker.find(["a"])
        assert len(server.asked) == 3
    (answer,), asked = ask("nominatim", busy, ok(NOMINATIM))
    assert answer.lon == 116.05
    assert len(asked) == 2


def test_quota_and_key_are_told_apart():
    over = {"status": "0", "info": "DAILY_QUERY_OVER_LIMIT", "infocode": "10003"}
    assert "quota" in refused("amap", ok(over))
    assert "does not accept the key" in refused("amap", ok({**over, "info": "INVALID_USER_KEY", "infocode": "10001"}))  # fmt: skip
    assert "does not accept the key" in refused("tianditu", ok({"code": 301003, "msg": "非法Key"}))
    assert "quota" in refused("tianditu", ok({"code": 301009, "msg": "配额超限"}))


@pytest.mark.parametrize(
    "body", [b"<html>sign in</html>", b"", b"[1]", b'{"a": 1}', b"x" * 2_000_000]
)
def test_an_answer_that_is_none_is_refused(body):
    assert "not understood" in refused("nominatim", (200, {}, body))


def test_no_redirect_is_followed():
    with serve(ok(NOMINATIM)) as other:
        assert "HTTP 302" in refused("nominatim", (302, {"Location": other.url}, b""))
        assert other.asked == []


def test_no_network_is_said_at_once():
    with serve(ok([])) as server:
        url = server.url
    with pytest.raises(InputError, match="cannot be reached") as error:
        WebGeocoder(SERVICES["nominatim"], url=url).find(["a"])
    assert "--local" in error.value.say("zh")


def test_without_encryption_only_this_machine_is_asked():
    asker = WebGeocoder(SERVICES["nominatim"], url="http://geocoder.invalid/search")
    with pytest.raises(InputError, match="encryption"):
        asker.find(["a"])
    assert all(service.url.startswith("https://") for service in SERVICES.values())


def test_what_was_found_before_the_quota_ended_is_kept(county, monkeypatch):
    monkeypatch.setenv("MAP_KEY", "k")
    over = {"status": "0", "info": "DAILY_QUERY_OVER_LIMIT", "infocode": "10003"}
    with serve(ok(AMAP), ok(over)) as server:
        declare(
            county,
            'service = "amap"',
            'key_env = "MAP_KEY"',
            f'url = "{server.url}"',
            "may_leave = true",
        )
        found = geocode_county(county)
    assert [one.student_id for one in found.located] == ["p1", "p2"]
    assert "was not asked" in found.doubtful[0].why.en
    assert "quota" in found.doubtful[0].why.en


def test_a_county_without_addresses_or_without_gaps_says_so(county):
    write_csv(county, "students", [{**one, "家庭住址": None} for one in STUDENTS])
    assert "no column of addresses" in geocode_county(county).notes[0].en
    write_csv(county, "students", [{**one, "lon": 116.05, "lat": 36.45} for one in STUDENTS])
    assert "nothing was looked up" in geocode_county(county).notes[0].en


def test_keys_that_look_like_formulas_are_written_as_text(county, tmp_path):
    found = geocode_county(county)
    odd = replace(found.located[0], student_id="=1+1")
    table, _ = write_locations(replace(found, located=(odd,)), tmp_path / "x.csv")
    assert "'=1+1," in table.read_text("utf-8-sig")
