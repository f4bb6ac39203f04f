"""Many schools, one fleet: mixed loads, windows and chains of trips in one search."""
