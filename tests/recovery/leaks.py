"""One RSA key, and leak documents of what is known of it."""

import json

from jwtctl.jose.leak import SCHEMA, Leak, parse_leak
from jwtctl.model import Place
from tests.cryptanalysis.weak_keys import Maker

PLACE = Place("leak.json")
MAKER = Maker("fragments")
BITS = 1024
PRIMES = MAKER.primes(BITS)
MADE = MAKER.key(PRIMES, e=65537)
P, Q = MADE.primes
ALL = {
    "n": MADE.n,
    "e": MADE.e,
    "d": MADE.d,
    "p": P,
    "q": Q,
    "dp": MADE.d % (P - 1),
    "dq": MADE.d % (Q - 1),
    "qi": pow(Q, -1, P),
}
NOTHING = Leak({}, PLACE)


def leak(*names, key=ALL, **other):
    """A leak document of some numbers of a key, and of other members as they are."""
    document = {"schema": SCHEMA, **{name: hex(key[name]) for name in names}, **other}
    return parse_leak(json.loads(json.dumps(document)), PLACE)


def high(number, bits):
    length = number.bit_length()
    return {"value": hex(number >> (length - bits)), "bits": bits}


def low(number, bits):
    return {"value": hex(number % (1 << bits)), "bits": bits}


def masked(number, mask):
    return {"mask": hex(mask), "value": hex(number & mask)}


OTHER = MAKER.key(MAKER.primes(BITS), e=65537)
