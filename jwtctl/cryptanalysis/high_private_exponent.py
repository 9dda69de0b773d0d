"""An RSA key from the upper three quarters of its private exponent, as a file that is cut short leaves them.

The upper half says nothing that e and n do not, but reveals k in g·(e·d - 1) = k·φ(n). What follows gives φ(n), and so
p + q, and so p, as far as it reaches; Coppersmith's method finds the last quarter.

Source: Boneh, Durfee and Frankel, An attack on RSA given a small fraction of the private key bits, 1998, theorem 4.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.coppersmith import coppersmith_reach, divisor_in_residue_class
from jwtctl.cryptanalysis.factoring import never
from jwtctl.cryptanalysis.low_private_exponent import private_exponent_multiples

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_PAIRS = 256
_SLACK = 6


def high_private_exponent_reach(n_bits: int) -> int:
    """How many low bits of d may be unknown: somewhat less than a quarter of n, if d is about as long as n."""
    return coppersmith_reach(n_bits) - _SLACK


def factor_from_high_private_exponent(
    n: int, e: int, high: int, unknown_bits: int, stop: Callable[[], bool] = never
) -> tuple[int, ...]:
    """The two factors of an odd n, descending, from d = high·2^unknown_bits + x with 0 ≤ x < 2^unknown_bits.

    The primes must have equal length, and |p - q| must be at least a sixteenth of p. Every x of
    `high_private_exponent_reach` bits is found, for e up to 2^20 and d reduced modulo φ(n), or modulo λ(n) as
    `private_exponent_multiples` has it; for each bit that d is shorter than n, one bit more must be known.
    Mostly one lattice. An empty tuple if nothing is found, too few bits are known, or `stop()` turns true.

    Raises:
        MissingExtraError: if python-flint is needed and not installed.
    """
    # Without n.bit_length() / 2 bits, k is not known, and every k would need its own search.
    if n < 9 or n % 2 == 0 or e < 3 or high < 1 or not 0 <= unknown_bits <= n.bit_length() // 4:
        return ()
    least = mpz(high) << unknown_bits
    most = least + (mpz(1) << unknown_bits) - 1
    length = max(n.bit_length(), int(most).bit_length())
    mask = ((1 << length) - 1) >> unknown_bits << unknown_bits
    for k, g in islice(private_exponent_multiples(n, e, (mask, int(least)), stop), _MAX_PAIRS):
        if stop():
            return ()
        # As d grows, φ does, and p + q falls.
        sums = [n + 1 - g * (e * d - 1) // k for d in (most, least)]
        first, last = _larger_prime(n, sums[0]), _larger_prime(n, sums[1] + 1)
        if last and (factors := divisor_in_residue_class(n, 0, 1, max(first, 2), last + 2, stop)):
            return factors
    return ()


def _larger_prime(n: int, total: mpz) -> int:
    """The larger of two numbers with this sum and the product n, rounded down; about √n if the sum is too small."""
    if total <= 0:
        return 0
    square = total * total - 4 * n
    return int((total + gmpy2.isqrt(square)) // 2 if square >= 0 else gmpy2.isqrt(n))
