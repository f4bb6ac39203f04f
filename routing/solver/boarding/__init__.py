"""Stops and routes chosen together: whole numbers in, whole numbers out.

Nothing compiled is loaded before ``search_boarding`` is imported from its own module.
"""

from routing.solver.boarding.judge import confirm_boarding as confirm_boarding
from routing.solver.boarding.problem import BoardingProblem as BoardingProblem
from routing.solver.boarding.problem import BoardingRoute as BoardingRoute
from routing.solver.boarding.problem import BoardingSolution as BoardingSolution
