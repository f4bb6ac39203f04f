"""What schools cost besides buses, as far as closing changes it.

Everything is taken as a difference to the present, whose cost is known: what closing
releases is never taken too small, what it adds never too large, so that the present's cost
and the differences together never exceed what a plan's cost table says.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.closures.candidates import JUNIOR
from routing.closures.county import County

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SchoolMoney:
    """The terms of a choice that schools bring.

    Parameters
    ----------
    upkeep_yuan
        Released by closing a school (yuan per year).
    floor
        Pupils that every open school is funded for at least.
    floor_yuan
        Per school: for each pupil missing to that (int64, yuan per year);
        0 where that has no one rate.
    released_yuan
        Of schools without a rate of their own: what they have above their pupils' funds.
    meals_yuan
        A year of lunches of one pupil, by row and school (float64, rows x schools): where
        the row is now unless it surely eats at home, elsewhere only if it surely cannot.
    """

    upkeep_yuan: int
    floor: int
    floor_yuan: Ints
    released_yuan: int
    meals_yuan: Floats


def measure_money(county: County) -> SchoolMoney:
    """Return the schools' terms.

    Of a school whose pupils are funded at two rates, or of which some are not funded, all
    that it has above its pupils' funds counts as released, whatever is decided.

    Parameters
    ----------
    county
        Uses the rules of school money, and who surely rides and eats at school.
    """
    policy, grade = county.policy, county.grade
    n_schools = len(county.district.schools)
    rates = np.where(grade >= JUNIOR, policy.funds_junior_yuan, policy.funds_primary_yuan)
    low = np.full(n_schools, np.iinfo(np.int64).max)
    high = np.zeros(n_schools, np.int64)
    np.minimum.at(low, county.school, np.where(grade > 0, rates, -1))
    np.maximum.at(high, county.school, rates)
    first = county.district.schools["first_grade"].to_numpy(np.int64)
    last = county.district.schools["last_grade"].to_numpy(np.int64)
    plain = (low == high) & (first > 0) & ((last < JUNIOR) | (first >= JUNIOR))
    n = np.bincount(county.school, county.n, n_schools).astype(np.int64)
    funded = np.bincount(county.school, county.n * (grade > 0), n_schools)
    missing = np.maximum(0, policy.funding_floor_students - funded) * high
    above = np.where(plain, 0, np.where(n > 0, missing, 0)).sum()
    own = np.arange(n_schools) == county.school[:, None]
    now = np.isin(county.mode, ["bus", "transit", "board", "mixed"])
    eats = np.where(own, now[:, None], county.eats)
    return SchoolMoney(
        policy.school_upkeep_yuan, policy.funding_floor_students,
        np.where(plain, high, 0).astype(np.int64), int(above),
        (eats * (policy.meal_yuan * policy.school_days)).astype(np.float64),
    )  # fmt: skip
