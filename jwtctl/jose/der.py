"""A small strict DER reader and writer (ITU-T X.690): what key files need, without judging the numbers inside.

`cryptography` refuses a key whose numbers do not fit together; an audit has to see exactly those numbers. And a
command that signs with a PEM key should not pay for loading an X.509 library.
"""

# Without postponed annotations: typing would compile those of named tuples from their text, at every start.
from typing import NamedTuple

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
SEQUENCE, SET = 0x30, 0x31

MAX_DEPTH = 24
"""Nesting at which reading stops; a PKCS#12 file, the deepest kind of key file, needs about 12."""
MAX_CHILDREN = 4096
"""Elements of one sequence; a key has 10, a certificate some dozens."""


class DerError(ValueError):
    """Octets are no DER; the message says why and at which octet of the enclosing element.

    Attributes:
        missing: number of octets that are missing at the end, 0 if that is not the trouble.
    """

    def __init__(self, message: str, *, missing: int = 0) -> None:
        super().__init__(message)
        self.missing = missing


class Element(NamedTuple):
    """One tag-length-value.

    Attributes:
        tag: identifier octet, class and constructed bit included: 0x30 is SEQUENCE, 0xA0 a constructed [0].
        content: the value octets.
        encoding: the whole element, header included.
        depth: number of elements around it.
    """

    tag: int
    content: bytes
    encoding: bytes
    depth: int = 0

    def children(self) -> "tuple[Element, ...]":
        """The elements inside; DerError if it is primitive, malformed, or too deep or wide."""
        if not self.tag & 0x20:
            raise DerError(f"a {name_of(self.tag)} where a SEQUENCE is expected")
        return read_all(self.content, depth=self.depth + 1)

    def inside(self) -> "Element":
        """The one element that an OCTET STRING, BIT STRING or explicit tag wraps."""
        content = self.bits() if self.tag == BIT_STRING else self.content
        return read_one(content, depth=self.depth + 1)

    def unsigned(self) -> int:
        """The value of an INTEGER, taken as not negative whatever its sign octet says; see `integer_defect`."""
        if self.tag != INTEGER:
            raise DerError(f"a {name_of(self.tag)} where an INTEGER is expected")
        return int.from_bytes(self.content, "big")

    def integer_defect(self) -> str:
        """What DER forbids about an INTEGER's octets, in words, or an empty string."""
        if self.tag != INTEGER or not self.content:
            return "empty"
        if self.content[0] & 0x80:
            return "written as a negative number"
        if len(self.content) > 1 and self.content[0] == 0 and not self.content[1] & 0x80:
            return "padded with zero octets"
        return ""

    def octets(self) -> bytes:
        """The content of an OCTET STRING."""
        if self.tag != OCTET_STRING:
            raise DerError(f"a {name_of(self.tag)} where an OCTET STRING is expected")
        return self.content

    def bits(self) -> bytes:
        """The content of a BIT STRING of whole octets."""
        if self.tag not in {BIT_STRING, 0x81}:
            raise DerError(f"a {name_of(self.tag)} where a BIT STRING is expected")
        if not self.content or self.content[0] != 0:
            raise DerError("a BIT STRING that does not end on an octet")
        return self.content[1:]

    def oid(self) -> str:
        """The dotted form of an OBJECT IDENTIFIER."""
        if self.tag != OID:
            raise DerError(f"a {name_of(self.tag)} where an OBJECT IDENTIFIER is expected")
        if not self.content or self.content[-1] & 0x80 or len(self.content) > 64:
            raise DerError("a malformed OBJECT IDENTIFIER")
        arcs: list[int] = []
        value = 0
        for octet in self.content:
            value = value << 7 | octet & 0x7F
            if not octet & 0x80:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def read_one(octets: bytes, *, depth: int = 0) -> Element:
    """Read octets that are one element and nothing else.

    Raises:
        DerError: not DER, cut short, or followed by more octets.
    """
    element, end = _read(octets, 0, depth)
    if end != len(octets):
        raise DerError(f"{len(octets) - end} octets after the end of the DER")
    return element


def read_first(octets: bytes) -> tuple[Element, bytes]:
    """Read the first element of octets and give what follows it."""
    element, end = _read(octets, 0, 0)
    return element, octets[end:]


def read_all(octets: bytes, *, depth: int = 0) -> tuple[Element, ...]:
    """Read octets that are a run of elements; DerError as for `read_one`, or if there are more than MAX_CHILDREN."""
    elements: list[Element] = []
    position = 0
    while position < len(octets):
        if len(elements) == MAX_CHILDREN:
            raise DerError(f"more than {MAX_CHILDREN} elements in one sequence")
        element, position = _read(octets, position, depth)
        elements.append(element)
    return tuple(elements)


def encode(tag: int, *contents: bytes) -> bytes:
    """Write one element around the given octets."""
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def encode_integer(number: int) -> bytes:
    """Write a non-negative INTEGER."""
    return encode(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def encode_oid(dotted: str) -> bytes:
    """Write an OBJECT IDENTIFIER."""
    first, second, *rest = map(int, dotted.split("."))
    content = b""
    for arc in (40 * first + second, *rest):
        octets = [arc & 0x7F]
        while arc := arc >> 7:
            octets.append(arc & 0x7F | 0x80)
        content += bytes(reversed(octets))
    return encode(OID, content)


def name_of(tag: int) -> str:
    """The ASN.1 name of an identifier octet."""
    names = {
        BOOLEAN: "BOOLEAN",
        INTEGER: "INTEGER",
        BIT_STRING: "BIT STRING",
        OCTET_STRING: "OCTET STRING",
        NULL: "NULL",
        OID: "OBJECT IDENTIFIER",
        SEQUENCE: "SEQUENCE",
        SET: "SET",
    }
    return names.get(tag, f"tag 0x{tag:02x}")


def _read(octets: bytes, start: int, depth: int) -> tuple[Element, int]:
    if depth > MAX_DEPTH:
        raise DerError(f"DER nested deeper than {MAX_DEPTH}")
    if len(octets) - start < 2:
        raise DerError(f"DER cut short at octet {start}", missing=2 - len(octets) + start)
    tag, length = octets[start], octets[start + 1]
    if tag & 0x1F == 0x1F:
        raise DerError(f"a DER tag of more than one octet at octet {start}")
    position = start + 2
    if length == 0x80:
        raise DerError(f"BER with an indefinite length at octet {start}")
    if length > 0x80:
        count = length & 0x7F
        if count > 4:
            raise DerError(f"an impossible DER length at octet {start}")
        field = octets[position : position + count]
        if len(field) < count:
            raise DerError(f"DER cut short at octet {start}", missing=count - len(field))
        length = int.from_bytes(field, "big")
        if length < 0x80 or field[0] == 0:
            raise DerError(f"a DER length that is not the shortest at octet {start}")
        position += count
    end = position + length
    if end > len(octets):
        raise DerError(f"DER cut short at octet {start}", missing=end - len(octets))
    return Element(tag, octets[position:end], octets[start:end], depth), end
