"""The ways to school: on foot, by public bus, boarding, by school bus."""

from routing.modes.choose import Modes as Modes
from routing.modes.choose import choose_modes as choose_modes
from routing.modes.joining import bus_riders as bus_riders
from routing.modes.joining import join_rides as join_rides
from routing.modes.retiming import find_retimings as find_retimings
