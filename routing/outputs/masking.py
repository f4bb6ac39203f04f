"""What may be said of a small group: nothing under the policy's ``min_cell`` in public.

A number that can be worked out from those beside it is hidden with it: where the
unserved of a school are "<5", its served are "at least"; where one stop of a route is
"<5", the load of the route is a span.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from routing.errors import RoutingError
from routing.words import Text

Privacy = Literal["public", "internal"]


@dataclass(frozen=True)
class Mask:
    """How counts of students are shown.

    Parameters
    ----------
    min_cell
        Groups of 1 to ``min_cell - 1`` students are not counted out (students).
    privacy
        "public" masks them; "internal" shows every number.
    """

    min_cell: int
    privacy: Privacy = "public"

    def __post_init__(self) -> None:
        """Refuse a word that is neither."""
        if self.privacy not in {"public", "internal"}:
            raise RoutingError(Text(
                f"privacy is '{self.privacy}'; use 'public' or 'internal'.",
                f"公开程度“{self.privacy}”无效；请用public或internal。",
            ))  # fmt: skip

    def hides(self, n: int) -> bool:
        """Say whether a count must not be shown."""
        return self.privacy == "public" and 0 < n < self.min_cell

    def shown(self, n: int) -> str:
        """Return a count as it may be shown: "12", or "<5"."""
        return f"<{self.min_cell}" if self.hides(n) else str(n)

    def shown_split(self, total: int, part: int) -> tuple[str, str]:
        """Return a part and the rest of a total, where all three are shown together.

        Where one of the two is hidden, the other must not give it away as a difference:
        it is then "at least" the total less the largest number that may be hidden.
        """
        rest = total - part
        at_least = f"≥{max(0, total - self.min_cell + 1)}"
        if self.hides(total) or self.hides(part) == self.hides(rest):
            return self.shown(part), self.shown(rest)
        if self.hides(part):
            return self.shown(part), at_least if rest else "0"
        return at_least if part else "0", self.shown(rest)

    def shown_sum(self, parts: Sequence[int], limit: int) -> str:
        """Return the sum of counts that are shown one by one.

        Parameters
        ----------
        parts
            The counts; those that are hidden make the sum a span.
        limit
            What the sum cannot exceed, e.g. the seats.
        """
        n_hidden = sum(self.hides(part) for part in parts)
        if not n_hidden:
            return str(sum(parts))
        known = sum(part for part in parts if not self.hides(part))
        low = known + n_hidden
        high = known + n_hidden * (self.min_cell - 1)
        return f"{low}–{max(low, min(high, limit))}"
