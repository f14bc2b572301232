"""Proof: uploads and their checks, kinds that count on application, and what was said in live rooms."""
