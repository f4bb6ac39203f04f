"""Which bus drives which routes, in which order, and from which yard."""

from routing.fleet.assign import Fleet as Fleet
from routing.fleet.assign import assign_buses as assign_buses
