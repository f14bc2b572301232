"""One file per thing that can be done to a case; each is a pure function `(file, command, rules, now) → Outcome`."""
