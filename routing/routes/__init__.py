"""Which bus routes are driven: every school, morning and afternoon each in its own direction."""

from routing.routes.answer import Answer as Answer
from routing.routes.answer import drop_routes as drop_routes
from routing.routes.build import build_routes as build_routes
