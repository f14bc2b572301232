"""What a rule change would do: proved over every possible case, replayed over every past one. Nothing here decides anything."""
