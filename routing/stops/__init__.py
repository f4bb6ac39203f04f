"""Where students board: few stops, near the homes, on roads where a bus may stand."""

from routing.stops.candidates import Candidates as Candidates
from routing.stops.candidates import find_candidates as find_candidates
from routing.stops.choice import place_stops as place_stops
from routing.stops.table import make_stops as make_stops
from routing.stops.table import stop_positions as stop_positions
