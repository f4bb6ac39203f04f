"""The rules of the service: every number a planner may argue about, with unit and source.

How well a source is known is said at its end: "(law)" was read in full, "(excerpt)" in
part, "(assumed)" has no legal force and is ours.
"""

import math
from dataclasses import dataclass, field
from typing import Any

from routing.errors import InputError
from routing.policy.limits import find_faults


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


@dataclass(frozen=True, kw_only=True)
class TimeFactors:
    """What driving times are multiplied by, for each class of road.

    1 until the buses' own traces say more (``schoolbus calibrate``).
    """

    motorway: float = 1.0
    trunk: float = 1.0
    primary: float = 1.0
    secondary: float = 1.0
    tertiary: float = 1.0
    unclassified: float = 1.0
    residential: float = 1.0
    living_street: float = 1.0
    service: float = 1.0
    track: float = 1.0


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

    # fmt: off
    name: str = "national"

    # who is entitled
    ride_beyond_m: int | None = _rule(2_000, "m", "Dongchangfu plan 2023, item 11: all day pupils over 2 km (law)", 100, 20_000)
    distance_measure: str = _rule("walk", "walk, straight or drive", "the plans do not say how; walking network (assumed)")
    merged_entitled: bool = _rule(True, "flag", "Anqiu plan 2023, item 4: school bus for pupils of merged schools (law)")
    kindergarten_by_bus: bool = _rule(False, "flag", "Decree 617 art. 60; Shandong preschool rules art. 33 (law)")

    # time
    max_ride_s: ByGrade = _rule(ByGrade(1_800, 2_400, 2_700), "s", "grades 1-3: half an hour, State Council office 2018-27 (excerpt); others (assumed)", 300, 10_800)
    max_door_to_door_s: ByGrade = _rule(ByGrade(1_800, 2_400, 2_700), "s", "grades 1-3: half an hour, State Council office 2018-27 (excerpt); others (assumed)", 300, 14_400)
    door_to_door_kept: str = _rule("moved", "never, moved or all", "whose way door to door the plan itself keeps within the limit: nobody's, of pupils moved by a scenario, or everybody's; others' is measured and told (assumed)")
    earliest_pickup_s: int = _rule(25_200, "s after midnight", "07:00, from the sleep rule of 2021-11 (derived)", 14_400, 36_000)
    arrive_before_min_s: int = _rule(600, "s", "arrive at least 10 minutes before the bell, US practice (excerpt)", 0, 7_200)
    arrive_before_max_s: int = _rule(1_800, "s", "arrive at most 30 minutes before the bell, US practice (excerpt)", 0, 7_200)
    leave_after_min_s: int = _rule(300, "s", "leave at least 5 minutes after dismissal, Bellingham procedure 6600 (excerpt)", 0, 7_200)
    leave_after_max_s: int = _rule(1_800, "s", "leave at most 30 minutes after dismissal, Bellingham procedure 6600 (excerpt)", 0, 7_200)
    move_bells_max_s: int = _rule(0, "s", "bells of a school may move so far, earlier or later; 0: no bell moves until the county agrees (assumed)", 0, 7_200)
    move_bells_step_s: int = _rule(300, "s", "bells move in whole steps of five minutes (assumed)", 60, 3_600)
    move_bells_yuan: int = _rule(5_000, "yuan per year", "moving the bells of one school must save this much: notices, staff, families (assumed)", 0, 1_000_000)
    bell_primary_from_s: int = _rule(30_000, "s after midnight", "no bell moves to before 08:20 where primary pupils learn, ministry's sleep notice 2021-11 (excerpt)", 0, 43_200)
    bell_junior_from_s: int = _rule(28_800, "s after midnight", "no bell of a junior school moves to before 08:00, ministry's sleep notice 2021-11 (excerpt)", 0, 43_200)

    # stops
    max_walk_to_stop_m: ByGrade = _rule(ByGrade(500, 800, 1_000), "m", "US practice is 400 to 1,100 m (assumed)", 0, 5_000)
    walk_m_per_s: ByGrade = _rule(ByGrade(1.0, 1.1, 1.2), "m/s", "between measured preschool and adult design speeds (assumed)", 0.3, 2.5)
    right_hand_traffic: bool = _rule(True, "flag", "pupils board at the right-hand roadside, Decree 617 art. 33 (law)")
    stop_worth_student_m: int = _rule(2_000, "student-metres", "a further stop must save this much walking: 10 students 200 m each (assumed)", 0, 100_000)
    stops_with_routes: bool = _rule(False, "flag", "stops are chosen with the routes in mind, in a fifth of the time; not yet shown to pay on whole counties (assumed)")
    stop_gap_m: int = _rule(250, "m", "places for a stop are looked for along the roads at this spacing (assumed)", 20, 2_000)
    stop_s: int = _rule(30, "s", "dwell at a stop: fixed part; BiRD 30 s, belts and head count (assumed)", 0, 300)
    board_s: int = _rule(4, "s per student", "dwell at a stop: per student; BiRD 5 s, Park 2.6 s (assumed)", 0, 60)
    handover_s: int = _rule(5, "s per student", "handing grades 1-2 to an adult in the afternoon (assumed)", 0, 120)
    handover_last_grade: int = _rule(2, "grade", "Shandong school safety rules 2018 art. 40: grades 1 and 2 (law)", 0, 9)
    school_stop_s: int = _rule(29, "s", "unloading at school: fixed part, Park benchmark (excerpt)", 0, 600)
    school_alight_s: int = _rule(2, "s per student", "unloading at school: per student, Park benchmark 1.9 s rounded up (excerpt)", 0, 60)
    max_home_to_road_m: int = _rule(500, "m", "a home further from any road is reported, not moved (assumed)", 10, 5_000)
    moved_far_m: int = _rule(100, "m", "a home moved further than this to a road is listed for review (assumed)", 1, 5_000)

    # buses
    attendants: int = _rule(1, "persons", "Decree 617 art. 38: an attendant all the way (law)", 1, 4)
    second_attendant_above_seats: int = _rule(40, "seats", "GB 24407-2009; the 2012 edition was not seen (excerpt)", 7, 60)
    mixed_loads: str = _rule("never", "never, same_kind or any", "pupils of several schools on one bus: never, of schools of one kind, or of any but kindergartens; no law read forbids it (assumed)")
    stay_close_m: int = _rule(0, "m", "planning on from an earlier plan: a way between two stops that it does not drive counts as so much longer; 0: no wish to keep routes (assumed)", 0, 20_000)
    min_riders: int = _rule(7, "students", "a line with fewer is listed for review; Guiyang practice 2023 (excerpt)", 0, 60)

    bus_length_m: float = _rule(9.0, "m", "of a bus whose type does not say; about 36 seats (assumed)", 3, 12)
    bus_width_m: float = _rule(2.5, "m", "of a bus whose type does not say; GB 1589 allows 2.55 (recalled)", 1.5, 2.6)
    bus_height_m: float = _rule(3.7, "m", "of a bus whose type does not say; the most GB 24407-2012 allows (excerpt)", 1.5, 4)
    bus_weight_t: float = _rule(12.0, "t", "laden, of a bus whose type does not say; about 36 seats (assumed)", 1, 20)
    height_margin_m: float = _rule(0.1, "m", "room wanted above the bus under a bridge or frame (assumed)", 0, 1)
    width_margin_m: float = _rule(0.3, "m", "room wanted beside the bus, both sides together (assumed)", 0, 2)
    soft_road_length_m: float = _rule(7.0, "m", "a longer bus does not take earth, mud or sand; 0: no bus does (assumed)", 0, 12)
    three_point_length_m: float = _rule(0.0, "m", "a bus up to this length may turn by reversing at any dead end; 0: none may (assumed)", 0, 12)
    turn_at_school: bool = _rule(True, "flag", "a bus may turn round at a school's gate, on its forecourt (assumed)")
    cross_from: str = _rule("tertiary", "class of road", "pupils may cross roads of this class and smaller, as far as cross_lanes allows; none: never (assumed)")
    cross_lanes: int = _rule(2, "lanes", "both directions together: pupils cross no road with more; one lane each way (assumed)", 1, 8)

    # turns
    turn_near_s: int = _rule(2, "s", "turning to the side one drives on, right in China; OSRM's car profile at 90 degrees (recalled)", 0, 120)
    turn_across_s: int = _rule(5, "s", "turning across the other traffic; OSRM's car profile at 90 degrees (recalled)", 0, 120)
    turn_sharp_s: int = _rule(7, "s", "turning back by more than 135 degrees; OSRM's car profile (recalled)", 0, 120)
    turn_back_s: int = _rule(20, "s", "turning round at a turning place; OSRM's car profile (recalled)", 0, 600)
    signal_s: int = _rule(2, "s", "passing a traffic signal; OSRM's car profile (recalled)", 0, 120)

    # speed
    run_speed_kmh: RunSpeeds = _rule(RunSpeeds(), "km/h", "free flow by class of road (assumed)", 3, 80)
    time_factor: float = _rule(1.0, "times", "all driving times are multiplied by it; set it from the bus recorders (assumed)", 0.5, 4)
    time_factors: TimeFactors = _rule(TimeFactors(), "times", "driving times by class of road, on top of time_factor; schoolbus calibrate finds them (assumed)", 0.3, 5)
    signed_share: float = _rule(0.8, "share", "of a signed limit that a bus drives on average; OSRM's car profile (recalled)", 0.3, 1)
    signed_gain_max: float = _rule(1.5, "times", "a sign raises the speed of its class at most so far: it is a limit, not a promise (assumed)", 1, 5)
    cap_motorway_kmh: int = _rule(80, "km/h", "loaded school bus, Decree 617 art. 35 (law)", 20, 80)
    cap_other_kmh: int = _rule(60, "km/h", "loaded school bus, Decree 617 art. 35 (law)", 20, 60)
    cap_single_urban_kmh: int = _rule(50, "km/h", "one lane each way in a town, road traffic rules art. 45 (law)", 10, 60)
    cap_no_centreline_rural_kmh: int = _rule(40, "km/h", "road without centre line, road traffic rules art. 45 (law)", 10, 60)
    cap_no_centreline_urban_kmh: int = _rule(30, "km/h", "road without centre line in a town, road traffic rules art. 45 (law)", 10, 60)
    cap_narrow_kmh: int = _rule(20, "km/h", "narrow road, Decree 617 art. 35(3) (law); what is narrow: narrow_below_m", 5, 60)
    narrow_below_m: float = _rule(4.0, "m", "carriageway under this width, or one lane for both ways, is narrow (assumed)", 2, 7)
    cap_unpaved_kmh: int = _rule(30, "km/h", "unsealed road; OSRM's car profile (excerpt)", 5, 60)
    cap_hazard_kmh: int = _rule(20, "km/h", "sharp bend, steep or snowbound road, poor sight, Decree 617 art. 35(3) (law); where: the next four", 5, 60)
    bend_radius_m: float = _rule(30.0, "m", "a bend is sharp under this radius; least radius of a 30 km/h road, JTG D20 (recalled); 0: none is", 0, 200)
    steep_pct: float = _rule(8.0, "percent", "a road is steep from this slope on; steepest of a 30 km/h road, JTG D20 (recalled)", 1, 50)
    slow_by_water: bool = _rule(True, "flag", "road within 10 m of open water or a cliff is a hazard; Decree 617 art. 28 (law), distance (assumed)")
    bad_weather: bool = _rule(False, "flag", "fog, rain, snow or ice: no road faster than cap_hazard_kmh, Decree 617 art. 35(3) (law)")
    motorways_loaded: bool = _rule(False, "flag", "a bus with pupils aboard may use motorways; lawful to 80 km/h, avoided here (assumed)")
    cap_empty_motorway_kmh: int = _rule(100, "km/h", "bus without pupils on a motorway, road traffic rules art. 78 (recalled)", 20, 100)
    cap_empty_other_kmh: int = _rule(70, "km/h", "bus without pupils elsewhere, one lane each way, road traffic rules art. 45 (law)", 20, 80)
    ferries: bool = _rule(False, "flag", "a school bus does not take a ferry unless the planner says so (assumed)")

    # money: an estimate, model of 2025, 36 seats
    school_days: int = _rule(195, "days per year", "39 weeks of 5 days (assumed)", 1, 366)
    price_yuan: int = _rule(300_000, "yuan", "purchase of a 36-seat bus; other sizes in proportion to price_share_per_seat (assumed)", 0, 3_000_000)
    price_share_per_seat: float = _rule(0.015, "share per seat", "a seat more or less than 36 changes the price by this share (assumed)", 0, 0.1)
    life_years: int = _rule(15, "years", "service life, scrapping rules 2012 (recalled)", 1, 30)
    residual_share: float = _rule(0.05, "share", "of the price left at the end (assumed)", 0, 1)
    driver_yuan: int = _rule(72_000, "yuan per year", "one driver (assumed)", 0, 500_000)
    attendant_yuan: int = _rule(24_000, "yuan per year", "one attendant (assumed)", 0, 500_000)
    insurance_yuan: int = _rule(10_000, "yuan per year", "carrier's liability and vehicle (assumed)", 0, 500_000)
    upkeep_yuan: int = _rule(12_000, "yuan per year", "maintenance and inspections (assumed)", 0, 500_000)
    fuel_l_per_100km: float = _rule(22.0, "l per 100 km", "36 seats (assumed)", 0, 100)
    fuel_yuan_per_l: float = _rule(7.6, "yuan per l", "diesel 2025 (assumed)", 0, 50)
    overhead_share: float = _rule(0.08, "share", "management on top of all (assumed)", 0, 1)
    cost_range_share: float = _rule(0.2, "share", "the estimate is shown with this range (assumed)", 0, 1)

    # ways to school
    transit: bool = _rule(True, "flag", "public bus before boarding before school bus, Shandong order 295 art. 4 (excerpt); without a timetable nothing changes")
    transit_from_grade: int = _rule(4, "grade", "younger pupils do not ride public buses by themselves (assumed)", 0, 9)
    transit_max_wait_s: int = _rule(900, "s", "longest wait on the platform, Zhejiang opinion 2016 (excerpt)", 0, 3_600)
    boarding: str = _rule("given", "given, when_needed or before_bus", "who boards: those given; also those no bus brings within the limits; or all far ones before the school bus, Shandong order 295 art. 4 (excerpt)")
    board_from_grade: int = _rule(4, "grade", "grades 1-3 do not board, State Council office 2018-27 (excerpt)", 1, 9)
    board_beyond_m: int = _rule(5_000, "m", "with before_bus, those further from school than this board while beds last (assumed)", 0, 100_000)

    # closing schools
    small_below: int = _rule(100, "students", "a rural school is small under this, State Council office 2018-27 (excerpt)", 0, 2_000)
    no_new_small: bool = _rule(True, "flag", "no change makes another school small, Dongchangfu plan 2023 item 7 (law)")
    keep_town_junior: bool = _rule(True, "flag", "a town keeps a junior school, State Council office 2012-48 (excerpt)")
    cross_town: bool = _rule(True, "flag", "merged pupils may go to a school of another town (assumed)")
    most_school_students: int = _rule(2_000, "students", "no school above, balanced compulsory education standard 2017-6 (recalled)", 100, 10_000)
    worse_off_max_s: int = _rule(1_800, "s", "no pupil's way gets longer than this by a closure, door to door (assumed)", 0, 14_400)
    meals_secured: bool = _rule(True, "flag", "merged pupils who ride have a canteen meal, Dongchangfu plan 2023 item 9 (law)")
    publicity_days: int = _rule(30, "days", "a plan to close is made public for so long, Hebei (excerpt)", 0, 365)

    # school money
    school_upkeep_yuan: int = _rule(60_000, "yuan per year", "fixed upkeep that closing a small school releases; teachers move, they are not saved (assumed)", 0, 10_000_000)
    funds_primary_yuan: int = _rule(710, "yuan per student and year", "public funds, primary, Shandong 2017, Xinhua (excerpt)", 0, 100_000)
    funds_junior_yuan: int = _rule(910, "yuan per student and year", "public funds, junior, Shandong 2017, Xinhua (excerpt)", 0, 100_000)
    funding_floor_students: int = _rule(100, "students", "a smaller school is funded as if it had so many, Qinghai (excerpt), national (recalled)", 0, 1_000)
    boarder_funds_yuan: int = _rule(200, "yuan per boarder and year", "public funds on top for a boarder, Shandong 2017, Xinhua (excerpt)", 0, 100_000)
    boarder_yuan: int = _rule(2_500, "yuan per boarder and year", "staff, water, heating and subsidy of a boarder on top of funds (assumed)", 0, 100_000)
    meal_yuan: int = _rule(8, "yuan per meal", "a canteen lunch of a pupil who cannot go home for it (assumed)", 0, 100)

    # privacy
    min_cell: int = _rule(5, "students", "smaller groups are not shown in public outputs (assumed)", 1, 100)
    # fmt: on

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        faults = find_faults(self)
        if faults:
            raise InputError(faults)

    @classmethod
    def preset(cls, name: str) -> "Policy":
        """Return a named set of rules: national, dongchangfu or anqiu.

        Raises
        ------
        InputError
            When there is no such preset.
        """
        from routing.policy.reading import read_preset

        return read_preset(name)

    def n_attendants(self, seats: int) -> int:
        """Return how many attendants a bus of an approved number must carry."""
        return self.attendants + (1 if seats > self.second_attendant_above_seats else 0)
