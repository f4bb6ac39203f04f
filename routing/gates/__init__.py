"""The gates of closing schools: each met, not met, or for people to decide."""

from routing.gates.judging import Gate as Gate
from routing.gates.judging import find_gates as find_gates
