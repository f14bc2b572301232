"""Cases: lists and their filters, one case with its log and costs, what may be done to it, and working on it together."""
