"""How our processes treat their garbage: what a command leaves is no cycle, so looking for some after every 700 objects only costs."""

import gc

_SELDOM = (50_000, 20, 50)


def seldom_look_for_garbage() -> None:
    """To be said first: loading makes nothing but what stays, and four hundred looks at it were a quarter of a second."""
    gc.set_threshold(*_SELDOM)


def spare_collections() -> None:
    """To be said once all is loaded: what stands now stays, and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
