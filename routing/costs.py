"""What a bus costs: a year of one bus, and a year of one kilometre a day. An estimate.

The model is the policy's: purchase spread over the service life, insurance, upkeep, one
driver and the attendants the law asks for, fuel, and an overhead on all of it. A bus
type that states its own yearly cost or its own cost per kilometre is taken at its word.
"""

from typing import TYPE_CHECKING

from routing.policy import Policy

if TYPE_CHECKING:
    import pandas as pd

MODEL_SEATS = 36
"""Seats of the bus whose price and fuel ``Policy`` states."""


def bus_costs(bus_types: "pd.DataFrame", policy: Policy) -> "pd.DataFrame":
    """Return what one bus of each type costs, and how many students it may carry.

    Parameters
    ----------
    bus_types
        Needs ``bus_type_id`` and ``seats``; uses ``pupil_seats``,
        ``fixed_yuan_per_year`` and ``yuan_per_km`` where they are there and not empty.
    policy
        Uses the rules of money and of attendants.

    Returns
    -------
    costs
        Same rows, same order, same index: ``bus_type_id``; ``fixed_yuan`` (yuan per
        year for one bus with its crew, overhead included); ``yuan_per_km_year`` (yuan
        per year for one kilometre driven every school day, overhead included);
        ``pupil_seats`` (students, never above what the law leaves: ``legal_seats``).
    """
    import pandas as pd

    seats = pd.to_numeric(bus_types["seats"]).astype("int64")
    stated = _numbers(bus_types, "fixed_yuan_per_year")
    running = _numbers(bus_types, "yuan_per_km")
    overhead = 1 + policy.overhead_share
    without_crew = stated.fillna(seats.map(lambda n: yearly_bus_yuan(int(n), policy)))
    crew = seats.map(lambda n: yearly_crew_yuan(int(n), policy))
    fuel_yuan_per_km = policy.fuel_l_per_100km / 100 * policy.fuel_yuan_per_l
    legal = seats.map(lambda n: legal_seats(int(n), policy))
    given = _numbers(bus_types, "pupil_seats").fillna(legal)
    return pd.DataFrame(
        {
            "bus_type_id": bus_types["bus_type_id"],
            "fixed_yuan": (without_crew + crew).astype("float64") * overhead,
            "yuan_per_km_year": running.fillna(fuel_yuan_per_km) * (policy.school_days * overhead),
            "pupil_seats": given.clip(upper=legal).astype("int64"),
        },
        index=bus_types.index,
    )


def legal_seats(seats: int, policy: Policy) -> int:
    """Return the most students a bus may carry: seats less driver and attendants.

    Decree 617 arts. 34, 38 and 40: never above the approved number, an attendant all
    the way, and nobody else aboard.
    """
    return max(seats - 1 - policy.n_attendants(seats), 0)


def yearly_bus_yuan(seats: int, policy: Policy) -> float:
    """Return a bus's purchase, insurance and upkeep for a year, without crew (yuan)."""
    price = policy.price_yuan * (1 + policy.price_share_per_seat * (seats - MODEL_SEATS))
    purchase = max(price, 0) * (1 - policy.residual_share) / policy.life_years
    return purchase + policy.insurance_yuan + policy.upkeep_yuan


def yearly_crew_yuan(seats: int, policy: Policy) -> float:
    """Return the pay of a bus's driver and attendants for a year (yuan)."""
    return policy.driver_yuan + policy.n_attendants(seats) * policy.attendant_yuan


def _numbers(bus_types: "pd.DataFrame", column: str) -> "pd.Series[float]":
    import pandas as pd

    if column not in bus_types.columns:
        return pd.Series(float("nan"), index=bus_types.index, dtype="float64")
    return pd.to_numeric(bus_types[column]).astype("Float64").astype("float64")
