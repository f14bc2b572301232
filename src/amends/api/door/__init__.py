"""One call from its first byte to its last, and what every operation needs on the way: callers, limits, places, words, refusals."""
