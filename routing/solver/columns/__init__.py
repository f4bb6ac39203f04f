"""How cheap could any answer be? Column generation over tours, to a proven bound."""
