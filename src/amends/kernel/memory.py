"""How our processes treat their garbage: what a command leaves is no cycle, so looking for some after every 700 objects only costs.

A look goes through everything young, and a batch under way holds more than 50,000 objects: looking after so many was a tenth of what a
worker did, and found nothing.
"""

import gc

_SELDOM = (200_000, 20, 50)


def seldom_look_for_garbage() -> None:
    """To be said first: loading makes nothing but what stays, and four hundred looks at it were a quarter of a second."""
    gc.set_threshold(*_SELDOM)


def spare_collections() -> None:
    """To be said once all is loaded: what stands now stays, and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
