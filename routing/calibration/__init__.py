"""How fast do the buses really drive? Recorders' traces become factors of driving time."""

from routing.calibration.factors import Calibration as Calibration
from routing.calibration.factors import calibrate_speeds as calibrate_speeds
from routing.calibration.factors import count_calibration as count_calibration
from routing.calibration.reading import Traces as Traces
from routing.calibration.reading import read_traces as read_traces
from routing.calibration.words import format_fragment as format_fragment
from routing.calibration.words import format_table as format_table
