"""The search, sealed: whole numbers in, whole numbers out."""

from routing.solver.chains import solve_chains as solve_chains
from routing.solver.cover import solve_cover as solve_cover
from routing.solver.judge import confirm_chains as confirm_chains
from routing.solver.judge import confirm_cover as confirm_cover
from routing.solver.judge import confirm_routes as confirm_routes
from routing.solver.problem import Chain as Chain
from routing.solver.problem import ChainProblem as ChainProblem
from routing.solver.problem import ChainSolution as ChainSolution
from routing.solver.problem import CoverProblem as CoverProblem
from routing.solver.problem import CoverSolution as CoverSolution
from routing.solver.problem import Route as Route
from routing.solver.problem import RouteProblem as RouteProblem
from routing.solver.problem import RouteSolution as RouteSolution
from routing.solver.routes import solve_many as solve_many
from routing.solver.routes import solve_routes as solve_routes
