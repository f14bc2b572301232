"""Policy to read and to try: the rules in force, terms, situations, and a shop's own rules."""
