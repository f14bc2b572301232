"""Several payments shared out over several payees so that both sides come out to the last unit."""

from collections.abc import Sequence

from amends.kernel.money import split


def spread(amounts: Sequence[int], weights: Sequence[int]) -> list[list[int]]:
    """Share out each amount by weight (largest remainder): one row an amount, one column a weight.

    Every row sums to its amount, and every column to what the sum of all amounts would give it, so that payments that equal
    the total leave each payee with exactly their own: single roundings never add up to a difference.
    """
    left = split(sum(amounts), weights)
    shared = []
    for amount in amounts:
        row = split(amount, left) if any(left) else [0] * len(left)
        left = [have - share for have, share in zip(left, row, strict=True)]
        shared.append(row)
    return shared
