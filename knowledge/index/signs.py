"""Vectors shortened to one bit a number, to look through very many of them.

A vector is turned (random signs, then Hadamard's matrix, which spreads what each number says over
all of them) and only the signs are kept: the share of signs that two vectors have in common tells
their angle (Charikar 2002, "Similarity estimation techniques from rounding algorithms"). The best few
by that are then compared number by number. Turning is what makes the signs tell: without it a few
strong numbers say most, and have one bit each like all others. How many of the nearest are found so
is measured by ``python -m benchmarks scale``.
"""

from functools import cache
from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors

Signs = NDArray[np.uint64]
_BITS = 64
_BLOCK = 8_192
"""So many rows at a time stay in the processor's cache while their columns are read."""


def signs_of(vectors: Vectors) -> Signs:
    """The signs of vectors, (vectors, dimensions): 64 in each number of a row, zeros at the end."""
    rows, dimensions = vectors.shape
    flips = _flips(dimensions)
    padded = np.zeros((rows, len(flips)), dtype=np.float32)
    padded[:, :dimensions] = vectors * flips[:dimensions]
    turned = _turn(padded)[:, : words_of(dimensions) * _BITS]
    return np.packbits(turned > 0, axis=1).view(np.uint64)


def words_of(dimensions: int) -> int:
    """How many numbers of 64 bits the signs of a vector take."""
    return -(-dimensions // _BITS)


def differing(signs: Signs, own: Signs) -> NDArray[np.uint16]:
    """In how many signs each row differs from one row of signs."""
    count = np.zeros(len(signs), dtype=np.uint16)
    for start in range(0, len(signs), _BLOCK):
        block, counted = signs[start : start + _BLOCK], count[start : start + _BLOCK]
        for word, mine in zip(block.T, own, strict=True):
            counted += np.bitwise_count(word ^ mine)
    return count


def _turn(vectors: Vectors) -> Vectors:
    """Multiply each row by Hadamard's matrix, as the product of two small ones."""
    rows, size = vectors.shape
    left = 2 ** (size.bit_length() // 2)
    right = size // left
    half = vectors.reshape(rows * left, right) @ _hadamard(right)
    other = half.reshape(rows, left, right).transpose(0, 2, 1).reshape(rows * right, left)
    return (other @ _hadamard(left)).reshape(rows, size).astype(np.float32, copy=False)


@cache
def _hadamard(size: int) -> Vectors:
    """Sylvester's construction, for powers of two."""
    if size == 1:
        return np.ones((1, 1), dtype=np.float32)
    half = _hadamard(size // 2)
    return np.block([[half, half], [half, -half]]).astype(np.float32)


@cache
def _flips(dimensions: int) -> Vectors:
    """A random sign for each number, the same for ever: signs of many years ago must still fit."""
    size = max(2 ** (dimensions - 1).bit_length(), _BITS)
    bits = np.frombuffer(shake_256(b"relevo").digest(size // 8), dtype=np.uint8)
    return np.where(np.unpackbits(bits), np.float32(1), np.float32(-1))
