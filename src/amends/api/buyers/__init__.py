"""Buyers: how they are let in, what is held of them, withdrawal without an account, and being forgotten."""
