"""Logging in and out, the second factor, joining by an invitation, and who one is."""
