"""How a process that handles commands treats its garbage."""

import gc


def spare_collections() -> None:
    """What was loaded stays, and a command leaves no cycles: looking for garbage after every 700 objects only costs."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
