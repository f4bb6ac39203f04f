"""How big the made county is: the full one, and a small one for tests and notebooks."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Size:
    """What a made county holds; every number is ours, chosen to look like the plain.

    Parameters
    ----------
    width_m, height_m
        The box around the county (m).
    n_towns, n_villages
        Towns, the county seat among them, and villages.
    n_schools, n_juniors, n_nine_years, n_points
        All schools; of these the junior and the nine-year schools (one a town) and
        the teaching points. The rest are primary schools.
    n_pupils, n_far
        Pupils, and those of them who do not board and live beyond 2 km by road.
    n_boarders, n_wheelchairs, n_unknown, n_islanders
        Pupils who board, use a wheelchair, have no known home, live on the island.
    n_hamlet_rows
        Rows that stand for several pupils at the point of a village.
    n_merged_villages
        Villages whose school was closed; their primary pupils count as merged.
    n_bridges
        Places at which a road crosses the river.
    seat_rows, town_rows
        Streets in each direction of the seat and of a town (odd).
    """

    width_m: int
    height_m: int
    n_towns: int
    n_villages: int
    n_schools: int
    n_juniors: int
    n_nine_years: int
    n_points: int
    n_pupils: int
    n_far: int
    n_boarders: int
    n_wheelchairs: int
    n_unknown: int
    n_islanders: int
    n_hamlet_rows: int
    n_merged_villages: int
    n_bridges: int
    seat_rows: int
    town_rows: int


SIZES = {
    "county": Size(
        width_m=45_000,
        height_m=40_000,
        n_towns=12,
        n_villages=300,
        n_schools=60,
        n_juniors=8,
        n_nine_years=4,
        n_points=9,
        n_pupils=9_000,
        n_far=3_000,
        n_boarders=270,
        n_wheelchairs=10,
        n_unknown=3,
        n_islanders=6,
        n_hamlet_rows=30,
        n_merged_villages=24,
        n_bridges=5,
        seat_rows=9,
        town_rows=5,
    ),
    "small": Size(
        width_m=14_500,
        height_m=11_500,
        n_towns=2,
        n_villages=20,
        n_schools=6,
        n_juniors=1,
        n_nine_years=1,
        n_points=1,
        n_pupils=400,
        n_far=120,
        n_boarders=12,
        n_wheelchairs=2,
        n_unknown=1,
        n_islanders=3,
        n_hamlet_rows=4,
        n_merged_villages=2,
        n_bridges=2,
        seat_rows=5,
        town_rows=3,
    ),
}
