"""The tables of cryptanalysis, computed again: `python -m tests.tables` writes them, in about four minutes.

Tests compute parts of them (tests/cryptanalysis/test_keypair_js.py and test_unseeded.py). The known primes are taken
from badkeys, which must be installed.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import gmpy2

from jwtctl.cryptanalysis import keypair_js, known_primes, unseeded
from jwtctl.jose.aes_block import encrypt_block

FOLDER = Path(keypair_js.__file__).parent
WIDTH = 112

KEYPAIR = '''\
"""The first 32 bits of each modulus that keypair made from an octet and 31 zeros, by length; see `keypair_js`.

Eight hexadecimal digits for each octet from 0 to 255. Written by `python -m tests.tables`.
"""

from __future__ import annotations

HEADS: dict[int, str] = {
'''

UNSEEDED = '''\
"""What makes each of `unseeded.guesses` a prime, by the length of the prime in bits.

Written by `python -m tests.tables`.
"""

from __future__ import annotations

OFFSETS: dict[int, tuple[int, ...]] = {
'''


def head(octet, bits):
    """The first bits of the modulus that comes from one octet, in hexadecimal."""
    p, q = keypair_js.regenerate(bytes([octet]) + bytes(keypair_js.SEED_OCTETS - 1), bits, encrypt_block)
    return f"{p * q >> (bits - keypair_js.HEAD_BITS):08x}"


def offset(guess):
    """What is between a number and the first prime that is not below it."""
    return int(gmpy2.next_prime(guess - 1)) - guess


def keypair_table(lengths=(1024, 2048, 3072, 4096)):
    """The text of keypair_js_table.py."""
    text = KEYPAIR
    for bits in lengths:
        digits = "".join(head(octet, bits) for octet in range(256))
        lines = "\n".join(f'        "{digits[i : i + WIDTH]}"' for i in range(0, len(digits), WIDTH))
        text += f"    {bits}: (\n{lines}\n    ),\n"
    return text + "}\n"


def unseeded_table(lengths=(512, 1024, 1536, 2048)):
    """The text of unseeded_table.py."""
    text = UNSEEDED
    for bits in lengths:
        numbers = [str(offset(guess)) for _, guess in unseeded.guesses(bits)]
        lines = "\n".join(f"        *({', '.join(numbers[i : i + 16])})," for i in range(0, len(numbers), 16))
        text += f"    {bits}: (\n{lines}\n    ),\n"
    return text + "}\n"


def known_primes_data():
    """The octets of known_primes.dat."""
    octets = b""
    for bits in known_primes.MODULUS_BITS:
        product = gmpy2.from_binary(files("badkeys.keydata").joinpath(f"primes{bits}.dat").read_bytes())
        number = int(product).to_bytes((product.bit_length() + 7) // 8, "big")
        octets += len(number).to_bytes(known_primes.LENGTH_OCTETS, "big") + number
    return octets


if __name__ == "__main__":
    (FOLDER / "keypair_js_table.py").write_text(keypair_table())
    (FOLDER / "unseeded_table.py").write_text(unseeded_table())
    (FOLDER / "known_primes.dat").write_bytes(known_primes_data())
