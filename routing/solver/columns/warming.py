"""Compiling ahead: a proof in a hurry should not wait for the compiler."""

import numpy as np

from routing.solver.columns.node import Duals, Node
from routing.solver.columns.pricing import Field, list_tours, price_tours
from routing.solver.columns.terms import MICROS, make_terms, pack_sets
from routing.solver.outward import Outward


def try_pricing() -> None:
    """Price and list the tours of two stops: after that all kernels are compiled.

    Their compiled form is read from disk in about a second; where it is not there yet the
    compiler takes about a quarter of a minute.
    """
    step = [[0, 1, 2], [0, 0, 1], [0, 1, 0]]
    view = Outward(
        step_s=step, step_m=step, load=[0, 1, 1], max_ride_s=[9, 9, 9], seats=(2,),
        fixed_yuan=(1,), yuan_per_km=(1,), n_available=(None,), to_school=False, stops=(1, 2),
        n_chairs=[0, 0, 0], chair_places=(0,), fits=[1, 1, 1], apart=frozenset(),
    )  # fmt: skip
    terms = make_terms(view, 4)
    near = pack_sets(3, [(1, 1), (2, 2)])
    field = Field(terms, Node((0, 0, 0), (2, 2, 4)), near, ())
    worth = np.array([0, 2, 2], dtype=np.int64) * MICROS
    duals = Duals(worth, np.zeros(3, dtype=np.int64), np.zeros(0, dtype=np.int64))
    price_tours(field, duals, 0, 100)
    list_tours(field, duals, MICROS, 100)
