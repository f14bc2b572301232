"""What operations look after: what waits for people, outages, how the worker keeps up, whether the process lives."""
