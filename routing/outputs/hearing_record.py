"""What a hearing is made of: plans, scenarios, their comparison, and what may be said of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from routing.compare import Comparison
from routing.compare.small import HIDDEN as NOT_TOLD
from routing.outputs.hearing_tables import HIDDEN, Shown
from routing.outputs.masking import Mask
from routing.records import Plan
from routing.scenario import Scenario
from routing.words import Lang

if TYPE_CHECKING:
    from routing.closures.records import Choices


@dataclass(frozen=True, eq=False)
class Hearing:
    """What a hearing is made of.

    Parameters
    ----------
    plans
        By name, the present first.
    scenarios
        Of the alternatives, by the same names.
    comparison
        Of the plans.
    mask
        What may be said.
    lang
        "en" or "zh".
    choices
        From ``consolidate``, where the alternatives come from there.
    """

    plans: Mapping[str, Plan]
    scenarios: Mapping[str, Scenario]
    comparison: Comparison
    mask: Mask
    lang: Lang
    choices: "Choices | None" = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the plans, the present first."""
        return self.comparison.names


def shown_as(value: Any) -> Shown:
    """Return a cell of the lists of ``routing.compare`` as a cell of ours."""
    if isinstance(value, str):
        return Shown(HIDDEN if value == NOT_TOLD else value)
    number = float(value)
    if not np.isfinite(number):
        return Shown(HIDDEN)
    return Shown(f"{number:,.0f}" if number.is_integer() else f"{number:,}", number)
