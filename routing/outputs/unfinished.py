"""What is kept of a run until it has ended: finished plans, without the roads they share."""

import logging
from pathlib import Path

from routing.errors import InputError, RoutingError
from routing.outputs.store import load_plan, save_plan
from routing.records import Plan
from routing.roads.network import Roads

log = logging.getLogger(__name__)


class PlanJournal:
    """Finished plans in a folder each, whole or not there (routing.closures.journal).

    Parameters
    ----------
    folder
        Made with the first plan.
    roads
        Of all plans: they are not saved again.
    """

    def __init__(self, folder: Path, roads: Roads) -> None:
        self.folder = folder
        self.roads = roads

    def recall(self, name: str) -> Plan | None:
        """Return the plan of a name; None where there is none that is whole."""
        try:
            return load_plan(self.folder / name, roads=self.roads)
        except InputError:
            return None

    def keep(self, name: str, plan: Plan) -> None:
        """Keep a finished plan; a disk that refuses costs the note, never the run."""
        try:
            save_plan(plan, self.folder / name, with_roads=False)
        except RoutingError as error:
            log.warning("%s", error)
