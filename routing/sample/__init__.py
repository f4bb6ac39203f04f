"""A county that is made: towns, villages, roads, schools and pupils; nobody is real."""

from routing.sample.writing import make_sample as make_sample

__all__ = ["make_sample"]
