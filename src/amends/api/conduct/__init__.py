"""A shop's scores and the appeals against them."""
