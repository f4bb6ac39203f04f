"""The rules of the service: every number a planner may argue about, with unit and source.

How well a source is known is said at its end: "(law)" was read in full, "(excerpt)" in
part, "(assumed)" has no legal force and is ours.
"""

import difflib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from routing.errors import Fault, InputError
from routing.words import Text

PRESETS = ("national", "dongchangfu", "anqiu")


@dataclass(frozen=True)
class ByGrade:
    """One number for each band of grades; kindergarten counts as grades 1 to 3.

    Parameters
    ----------
    g1_3, g4_6, g7_9
        For grades 1 to 3, 4 to 6 and 7 to 9.
    """

    g1_3: float
    g4_6: float
    g7_9: float

    def at(self, grade: int) -> float:
        """Return the number for a grade."""
        if grade <= 3:
            return self.g1_3
        return self.g4_6 if grade <= 6 else self.g7_9


@dataclass(frozen=True, kw_only=True)
class RunSpeeds:
    """Planned free-flow speed of a bus by class of road, km/h, stops not included.

    For roads without a signed limit. All assumed (rules for rural Shandong; calibrate
    with the bus recorders' traces before trusting ride times).
    """

    motorway: int = 70
    trunk: int = 45
    primary: int = 42
    secondary: int = 38
    tertiary: int = 32
    unclassified: int = 24
    residential: int = 18
    living_street: int = 10
    service: int = 12
    track: int = 10
    ferry: int = 15


def _rule(default: Any, unit: str, source: str, low: float = 0, high: float = math.inf) -> Any:
    return field(
        default=default,
        metadata={"unit": unit, "source": source, "low": low, "high": high},
    )


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The rules of the service.

    ``None`` is allowed only for ``ride_beyond_m``: no distance rule. Use
    ``Policy.preset`` for a named set, ``read_policy`` for a TOML file and
    ``dataclasses.replace`` to change a number. Each field carries its unit, source and
    allowed range in its metadata; docs/policy.md lists them.
    """

    name: str = "national"

    # who is entitled
    ride_beyond_m: int | None = _rule(
        2_000,
        "m",
        "Dongchangfu plan 2023, item 11: all day pupils over 2 km (law)",
        100,
        20_000,
    )
    distance_measure: str = _rule(
        "walk",
        "walk, straight or drive",
        "the plans do not say how; walking network (assumed)",
    )
    merged_entitled: bool = _rule(
        True,
        "flag",
        "Anqiu plan 2023, item 4: school bus for pupils of merged schools (law)",
    )
    kindergarten_by_bus: bool = _rule(
        False, "flag", "Decree 617 art. 60; Shandong preschool rules art. 33 (law)"
    )

    # time
    max_ride_s: ByGrade = _rule(
        ByGrade(1_800, 2_400, 2_700),
        "s",
        "grades 1-3: half an hour, State Council office 2018-27 (excerpt); others (assumed)",
        300,
        10_800,
    )
    max_door_to_door_s: ByGrade = _rule(
        ByGrade(1_800, 2_400, 2_700),
        "s",
        "grades 1-3: half an hour, State Council office 2018-27 (excerpt); others (assumed)",
        300,
        14_400,
    )
    earliest_pickup_s: int = _rule(
        25_200,
        "s after midnight",
        "07:00, from the sleep rule of 2021-11 (derived)",
        14_400,
        36_000,
    )
    arrive_before_min_s: int = _rule(
        600,
        "s",
        "arrive at least 10 minutes before the bell, US practice (excerpt)",
        0,
        7_200,
    )
    arrive_before_max_s: int = _rule(
        1_800,
        "s",
        "arrive at most 30 minutes before the bell, US practice (excerpt)",
        0,
        7_200,
    )
    leave_after_min_s: int = _rule(
        300,
        "s",
        "leave at least 5 minutes after dismissal, Bellingham procedure 6600 (excerpt)",
        0,
        7_200,
    )
    leave_after_max_s: int = _rule(
        1_800,
        "s",
        "leave at most 30 minutes after dismissal, Bellingham procedure 6600 (excerpt)",
        0,
        7_200,
    )

    # stops
    max_walk_to_stop_m: ByGrade = _rule(
        ByGrade(500, 800, 1_000),
        "m",
        "US practice is 400 to 1,100 m (assumed)",
        0,
        5_000,
    )
    walk_m_per_s: ByGrade = _rule(
        ByGrade(1.0, 1.1, 1.2),
        "m/s",
        "between measured preschool and adult design speeds (assumed)",
        0.3,
        2.5,
    )
    stop_worth_student_m: int = _rule(
        2_000,
        "student-metres",
        "a further stop must save this much walking: 10 students 200 m each (assumed)",
        0,
        100_000,
    )
    stop_gap_m: int = _rule(
        250,
        "m",
        "places for a stop are looked for along the roads at this spacing (assumed)",
        20,
        2_000,
    )
    stop_s: int = _rule(
        30,
        "s",
        "dwell at a stop: fixed part; BiRD 30 s, belts and head count (assumed)",
        0,
        300,
    )
    board_s: int = _rule(
        4,
        "s per student",
        "dwell at a stop: per student; BiRD 5 s, Park 2.6 s (assumed)",
        0,
        60,
    )
    handover_s: int = _rule(
        5,
        "s per student",
        "handing grades 1-2 to an adult in the afternoon (assumed)",
        0,
        120,
    )
    handover_last_grade: int = _rule(
        2,
        "grade",
        "Shandong school safety rules 2018 art. 40: grades 1 and 2 (law)",
        0,
        9,
    )
    school_stop_s: int = _rule(
        29, "s", "unloading at school: fixed part, Park benchmark (excerpt)", 0, 600
    )
    school_alight_s: int = _rule(
        2,
        "s per student",
        "unloading at school: per student, Park benchmark 1.9 s rounded up (excerpt)",
        0,
        60,
    )
    max_home_to_road_m: int = _rule(
        500,
        "m",
        "a home further from any road is reported, not moved (assumed)",
        10,
        5_000,
    )
    moved_far_m: int = _rule(
        100,
        "m",
        "a home moved further than this to a road is listed for review (assumed)",
        1,
        5_000,
    )

    # buses
    attendants: int = _rule(
        1, "persons", "Decree 617 art. 38: an attendant all the way (law)", 1, 4
    )
    second_attendant_above_seats: int = _rule(
        40, "seats", "GB 24407-2009; the 2012 edition was not seen (excerpt)", 7, 60
    )
    min_riders: int = _rule(
        7,
        "students",
        "a line with fewer is listed for review; Guiyang practice 2023 (excerpt)",
        0,
        60,
    )

    # speed
    run_speed_kmh: RunSpeeds = _rule(
        RunSpeeds(), "km/h", "free flow by class of road (assumed)", 3, 80
    )
    time_factor: float = _rule(
        1.0,
        "times",
        "all driving times are multiplied by it; set it from the bus recorders (assumed)",
        0.5,
        4,
    )
    signed_share: float = _rule(
        0.8,
        "share",
        "of a signed limit that a bus drives on average; OSRM's car profile (recalled)",
        0.3,
        1,
    )
    signed_gain_max: float = _rule(
        1.5,
        "times",
        "a sign raises the speed of its class at most so far: it is a limit, not a promise (assumed)",
        1,
        5,
    )
    cap_motorway_kmh: int = _rule(80, "km/h", "loaded school bus, Decree 617 art. 35 (law)", 20, 80)
    cap_other_kmh: int = _rule(60, "km/h", "loaded school bus, Decree 617 art. 35 (law)", 20, 60)
    cap_single_urban_kmh: int = _rule(
        50,
        "km/h",
        "one lane each way in a town, road traffic rules art. 45 (law)",
        10,
        60,
    )
    cap_no_centreline_rural_kmh: int = _rule(
        40, "km/h", "road without centre line, road traffic rules art. 45 (law)", 10, 60
    )
    cap_no_centreline_urban_kmh: int = _rule(
        30,
        "km/h",
        "road without centre line in a town, road traffic rules art. 45 (law)",
        10,
        60,
    )
    cap_narrow_kmh: int = _rule(
        20,
        "km/h",
        "narrow road, Decree 617 art. 35(3) (law); what is narrow: narrow_below_m",
        5,
        60,
    )
    narrow_below_m: float = _rule(
        4.0,
        "m",
        "carriageway under this width, or one lane for both ways, is narrow (assumed)",
        2,
        7,
    )
    ferries: bool = _rule(
        False,
        "flag",
        "a school bus does not take a ferry unless the planner says so (assumed)",
    )

    # money: an estimate, model of 2025, 36 seats
    school_days: int = _rule(195, "days per year", "39 weeks of 5 days (assumed)", 1, 366)
    price_yuan: int = _rule(
        300_000,
        "yuan",
        "purchase of a 36-seat bus; other sizes in proportion to price_share_per_seat (assumed)",
        0,
        3_000_000,
    )
    price_share_per_seat: float = _rule(
        0.015,
        "share per seat",
        "a seat more or less than 36 changes the price by this share (assumed)",
        0,
        0.1,
    )
    life_years: int = _rule(15, "years", "service life, scrapping rules 2012 (recalled)", 1, 30)
    residual_share: float = _rule(0.05, "share", "of the price left at the end (assumed)", 0, 1)
    driver_yuan: int = _rule(72_000, "yuan per year", "one driver (assumed)", 0, 500_000)
    attendant_yuan: int = _rule(24_000, "yuan per year", "one attendant (assumed)", 0, 500_000)
    insurance_yuan: int = _rule(
        10_000, "yuan per year", "carrier's liability and vehicle (assumed)", 0, 500_000
    )
    upkeep_yuan: int = _rule(
        12_000, "yuan per year", "maintenance and inspections (assumed)", 0, 500_000
    )
    fuel_l_per_100km: float = _rule(22.0, "l per 100 km", "36 seats (assumed)", 0, 100)
    fuel_yuan_per_l: float = _rule(7.6, "yuan per l", "diesel 2025 (assumed)", 0, 50)
    overhead_share: float = _rule(0.08, "share", "management on top of all (assumed)", 0, 1)
    cost_range_share: float = _rule(
        0.2, "share", "the estimate is shown with this range (assumed)", 0, 1
    )

    # privacy
    min_cell: int = _rule(
        5,
        "students",
        "smaller groups are not shown in public outputs (assumed)",
        1,
        100,
    )

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        faults = list(_faults(self))
        if faults:
            raise InputError(faults)

    @classmethod
    def preset(cls, name: str) -> Self:
        """Return a named set of rules: national, dongchangfu or anqiu.

        Raises
        ------
        InputError
            When there is no such preset.
        """
        if name not in PRESETS:
            raise InputError([Fault(
                "policy", Text(f"there is no preset '{name}'.", f"没有名为“{name}”的预设。"),
                Text(f"Use one of {', '.join(PRESETS)}.", f"可用：{'、'.join(PRESETS)}。"),
            )])  # fmt: skip
        text = (files("routing") / "policies" / f"{name}.toml").read_text("utf-8")
        return cls(**_values(tomllib.loads(text), f"{name}.toml"))

    def n_attendants(self, seats: int) -> int:
        """Return how many attendants a bus of an approved number must carry."""
        return self.attendants + (1 if seats > self.second_attendant_above_seats else 0)


def read_policy(path: Path | str, base: Policy | None = None) -> Policy:
    """Read a TOML file of rules.

    A key ``preset`` names the set it starts from; every other key is a field of
    ``Policy``. A distance rule is switched off by ``ride_beyond_m = "none"``.

    Parameters
    ----------
    path
        The TOML file; a byte-order mark is allowed.
    base
        The rules it starts from where it names no preset; default national.

    Raises
    ------
    InputError
        Unknown key, wrong type or a number out of range; every fault is listed.
    """
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([Fault(
            path.name, Text(f"cannot be read: {error}.", f"无法读取：{error}。"),
            Text("Mend the file; it is TOML in UTF-8.", "请修正文件；须为UTF-8编码的TOML。"),
        )]) from error  # fmt: skip
    preset = data.pop("preset", None)
    start = Policy.preset(str(preset)) if preset else base or Policy.preset("national")
    return replace(start, **_values(data, path.name))


_NESTED = {"run_speed_kmh": RunSpeeds, **dict.fromkeys(("max_ride_s", "max_door_to_door_s", "max_walk_to_stop_m", "walk_m_per_s"), ByGrade)}  # fmt: skip


def _values(data: Mapping[str, Any], file: str) -> dict[str, Any]:
    known = {rule.name: rule for rule in fields(Policy)}
    faults: list[Fault] = []
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in known:
            faults.append(_unknown(key, value, file, tuple(known)))
        elif key in _NESTED:
            parts = {part.name for part in fields(_NESTED[key])}
            if not isinstance(value, dict):
                values[key] = value
                continue
            extra = set(value) - parts
            faults += [_unknown(f"{key}.{part}", value[part], file, tuple(f"{key}.{p}" for p in parts)) for part in sorted(extra)]  # fmt: skip
            if not extra:
                start = getattr(Policy(), key)
                values[key] = replace(start, **value)
        else:
            values[key] = None if key == "ride_beyond_m" and value == "none" else value
    probe = {**values}
    try:
        Policy(**probe)
    except InputError as error:
        faults += [replace(fault, file=file) for fault in error.faults]
    if faults:
        raise InputError(faults)
    return values


def _unknown(key: str, value: object, file: str, known: tuple[str, ...]) -> Fault:
    stem = key.rsplit("_", 1)[0] if key.rsplit("_", 1)[-1] in {"km", "min", "h"} else key
    near = [name for name in known if name.rsplit("_", 1)[0] == stem] or difflib.get_close_matches(key, known, 1, 0.5)  # fmt: skip
    if near:
        unit, span = _described(near[0])
        remedy = Text(f"Did you mean '{near[0]}' ({unit}, {span})?", f"是否应为“{near[0]}”（{unit}，{span}）？")  # fmt: skip
    else:
        remedy = Text("Remove it, or see docs/policy.md for the names.", "请删除，或在docs/policy.md中查找名称。")  # fmt: skip
    return Fault(file, Text("there is no such rule.", "没有这条规则。"), remedy, column=key, value=str(value))  # fmt: skip


def _described(key: str) -> tuple[str, str]:
    meta = next(rule.metadata for rule in fields(Policy) if rule.name == key.split(".", maxsplit=1)[0])
    if not meta:
        return "text", "any"
    low, high = meta["low"], meta["high"]
    return meta["unit"], f"{low:g} to {high:g}" if math.isfinite(high) else f"{low:g} or more"


def _faults(policy: Policy) -> list[Fault]:
    found = []
    for rule in fields(policy):
        if not rule.metadata:
            continue
        value = getattr(policy, rule.name)
        parts = {rule.name: value}
        kind = _NESTED.get(rule.name)
        if kind and isinstance(value, kind):
            parts = {f"{rule.name}.{p.name}": getattr(value, p.name) for p in fields(value)}
        for key, part in parts.items():
            if not _allowed(rule, part):
                unit, span = _described(rule.name)
                found.append(Fault(
                    "policy", Text("is not allowed.", "不允许。"),
                    Text(f"Give a value in {unit}, {span}.", f"请给出单位为{unit}、范围{span}的值。"),
                    column=key, value=str(part),
                ))  # fmt: skip
    if not found:
        found += _order_faults(policy)
    return found


def _allowed(rule: Any, value: Any) -> bool:
    default = rule.default
    if rule.name == "distance_measure":
        return value in {"walk", "straight", "drive"}
    if rule.name == "ride_beyond_m" and value is None:
        return True
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if isinstance(default, int) and not isinstance(value, int):
        return False
    return bool(rule.metadata["low"] <= value <= rule.metadata["high"])


def _order_faults(policy: Policy) -> list[Fault]:
    found = []
    for low, high in (("arrive_before_min_s", "arrive_before_max_s"), ("leave_after_min_s", "leave_after_max_s")):  # fmt: skip
        if getattr(policy, low) > getattr(policy, high):
            found.append(Fault(
                "policy", Text(f"is over '{high}' ({getattr(policy, high)}).", f"大于“{high}”（{getattr(policy, high)}）。"),
                Text("Make it smaller, or the other larger.", "请减小此值或增大另一值。"),
                column=low, value=str(getattr(policy, low)),
            ))  # fmt: skip
    return found
