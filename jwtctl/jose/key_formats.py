"""Reading a key file of any format, told by its content and never by its name.

Reading judges syntax alone: a broken key is read as the numbers that stand there, so that an audit can say what is
wrong with it. What cannot be used is named for what it is. Plain PEM and DER load no cryptographic package; encrypted
files load the ciphers that they need.
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import base64url, der, json_object, key_der
from jwtctl.jose.key import complete_public, from_jwk, from_jwks
from jwtctl.model import Key, KeyProblem, KeySet, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jwtctl.jose.key_encryption import Unlocker

MAX_OCTETS = 16 * 1024 * 1024
"""Size at which a file is refused."""
MAX_BLOCKS = 10_000
"""PEM blocks or OpenSSH lines of one file."""

_Part: TypeAlias = "tuple[Key | key_der.Certificate | KeyMaterialError, int | None]"

_MARKER = re.compile(r"-----(BEGIN|END) ([^\r\n-]{1,64})-----")
_COMPACT_JWS = r"(?i:Bearer\s+)?[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*"
_LABELS = {
    "RSA PRIVATE KEY": "PKCS#1 RSA private key",
    "RSA PUBLIC KEY": "PKCS#1 RSA public key",
    "EC PRIVATE KEY": "SEC1 EC private key",
    "PRIVATE KEY": "PKCS#8 private key",
    "PUBLIC KEY": "SPKI public key",
}
_SECRET_HINT = "a raw HMAC secret is passed with --secret-file FILE"  # noqa: S105 - names an option
_UNUSABLE_LABELS = {
    "DH PARAMETERS": "Diffie-Hellman parameters",
    "X9.42 DH PARAMETERS": "Diffie-Hellman parameters",
    "DSA PARAMETERS": "DSA parameters",
    "DSA PRIVATE KEY": "a DSA private key, which JOSE does not have",
    "ATTRIBUTE CERTIFICATE": "an attribute certificate, which holds no key",
    "SSH SIGNATURE": "an SSH signature",
    "AGE ENCRYPTED FILE": "a file encrypted with age",
}
_MAGICS = (
    (b"\x1f\x8b", "gzip data", "gunzip it first"),
    (b"PK\x03\x04", "a zip archive", "unpack it first"),
    (b"BZh", "bzip2 data", "bunzip2 it first"),
    (b"\xfd7zXZ", "xz data", "unxz it first"),
    (
        b"\xfe\xed\xfe\xed",
        "a Java keystore (JKS)",
        "keytool -importkeystore -srckeystore FILE -destkeystore key.p12 -deststoretype pkcs12",
    ),
    (b"\xce\xce\xce\xce", "a Java keystore (JCEKS)", "keytool -importkeystore … -deststoretype pkcs12 converts it"),
    (b"%PDF", "a PDF document", "give the key file itself"),
)
_TEXTS = (
    (
        "putty-user-key-file-",
        "a PuTTY private key (.ppk)",
        "puttygen FILE -O private-openssh -o key.pem converts it",
    ),
    ("---- begin ssh2", "an SSH2 public key (RFC 4716)", "ssh-keygen -i -f FILE converts it"),
    ("age-secret-key-", "an age secret key", key_der.USABLE),
    ("# created: ", "an age key file", key_der.USABLE),
    ("age1", "an age recipient", key_der.USABLE),
    ("age-encryption.org/", "a file encrypted with age", "age --decrypt FILE gives what is inside"),
    ("<!doctype html", "an HTML page", "look at it: it may be a login or error page saved instead of the key"),
    ("<html", "an HTML page", "look at it: it may be a login or error page saved instead of the key"),
    ("<rsakeyvalue", "an XML key of .NET (RSAKeyValue)", "rsa.ExportPkcs8PrivateKeyPem() in .NET writes PEM"),
    ("<", "XML", "give the key or certificate inside it"),
    ("certificate:", "what openssl -text prints", "leave -text out, or give the PEM block"),
    ("private-key:", "what openssl -text prints", "leave -text out, or give the PEM block"),
    ("rsa private-key:", "what openssl -text prints", "leave -text out, or give the PEM block"),
    ("modulus=", "what openssl -modulus prints", "openssl rsa -in FILE -pubout writes the public key"),
)


def read(octets: bytes, source: str, *, passphrase: Callable[[], bytes | None] | bytes | None = None) -> KeySet:
    """Read the keys of one file.

    A certificate becomes its public key, with its chain in `certificates`; a certificate of a private key that stands
    in the same file is attached to that key. A part that cannot be used becomes a problem if there are other keys.

    Args:
        octets: the content.
        source: where it came from, for messages and places.
        passphrase: for encrypted files, UTF-8; a function is called when it is first needed, and at most once.

    Returns:
        At least one key or problem; `is_jwks` tells a JWK Set from a single JWK.

    Raises:
        KeyMaterialError: saying what the content is, if there is no key in it that can be used; too large; wrong
            passphrase.
    """
    try:
        return _Reader(source, len(octets), passphrase).read(octets)
    except KeyMaterialError as err:
        prefix = f"{source!r}"
        message = err.message if err.message.startswith(prefix) else f"{prefix}: {err.message}"
        raise KeyMaterialError(message, hint=err.hint) from err


class _Reader:
    def __init__(self, source: str, size: int, passphrase: Callable[[], bytes | None] | bytes | None) -> None:
        self.source = source
        self.size = size
        self.passphrase = passphrase
        self.defects: list[str] = []
        self.wrapping = ""
        self._unlocker: Unlocker | None = None

    @property
    def unlocker(self) -> Unlocker:
        if self._unlocker is None:
            from jwtctl.jose.key_encryption import Unlocker

            self._unlocker = Unlocker(self.passphrase)
        return self._unlocker

    def read(self, octets: bytes) -> KeySet:
        if self.size > MAX_OCTETS:
            raise KeyMaterialError(f"{self.size} octets, more than the {MAX_OCTETS} of the largest sensible key file")
        if octets.startswith(b"\xef\xbb\xbf"):
            self.defects.append("a byte order mark at the start")
            octets = octets[3:]
        if not octets.strip():
            raise KeyMaterialError("the file is empty" if not octets else "nothing but white space")
        _refuse_known_binary(octets)
        if _looks_like_der(octets):
            return self._assembled((part, None) for part in self._der(octets, ""))
        start = octets.lstrip()[:1]
        if start == b"{" or (start == b"[" and b"-----BEGIN " not in octets):
            return self._json(octets)
        return self._text(octets)

    def _text(self, octets: bytes) -> KeySet:
        text = octets.decode("utf-8", "replace")
        bare = text.strip().strip("\"'")
        if "-----BEGIN " in text or "-----END " in text:
            return self._assembled(self._pem(text))
        _refuse_known_text(bare)
        if bare.count(".") == 4 and bare.startswith("eyJ"):
            return self._jwe("".join(bare.split()))
        if re.fullmatch(_COMPACT_JWS, bare):
            raise KeyMaterialError("this is a JWT, not a key", hint="jwtctl decode shows what is in it")
        from jwtctl.jose.openssh import PUBLIC_LINE

        if PUBLIC_LINE.search(text) or bare.startswith(("ssh-", "ecdsa-sha2-", "sk-")):
            return self._assembled(self._ssh_lines(text))
        try:
            inner = base64url.decode_lenient(bare) if len(bare) >= 32 else b""
        except ValueError:
            inner = b""
        if _looks_like_der(inner) or inner.lstrip()[:1] == b"{" or b"-----BEGIN " in inner:
            self.wrapping = "base64-wrapped "
            return self.read(inner)
        if _mostly_text(octets):
            raise KeyMaterialError("this is text, but no key of any known format", hint=_SECRET_HINT)
        raise KeyMaterialError("these octets are no key of any known format", hint=_SECRET_HINT)

    def _pem(self, text: str) -> Iterator[_Part]:
        begin: re.Match[str] | None = None
        line, counted, blocks = 1, 0, 0
        begin_line = 0
        for marker in _MARKER.finditer(text):
            line += text.count("\n", counted, marker.start())
            counted = marker.start()
            if marker[1] == "BEGIN":
                if begin is not None:
                    yield _unended(begin[2]), begin_line
                begin, begin_line = marker, line
                blocks += 1
                if blocks > MAX_BLOCKS:
                    raise KeyMaterialError(f"more than {MAX_BLOCKS} PEM blocks")
                continue
            if begin is None:
                yield KeyMaterialError(f"a PEM END {marker[2]} without its BEGIN"), line
            elif begin[2] != marker[2]:
                yield KeyMaterialError(f"a PEM block that begins as {begin[2]} and ends as {marker[2]}"), begin_line
            else:
                body = text[begin.end() : marker.start()]
                for part in self._pem_block(marker[2], body, begin_line):
                    yield part, begin_line
            begin = None
        if begin is not None:
            yield _unended(begin[2]), begin_line
        if not blocks:
            line = text.count("\n", 0, max(text.find("-----BEGIN"), 0)) + 1
            yield KeyMaterialError("a PEM block cut short in its first line"), line

    def _pem_block(self, label: str, body: str, line: int) -> Iterable[Key | key_der.Certificate | KeyMaterialError]:
        from_one_line = "\\n" in body
        if from_one_line:
            # A value that was escaped twice, as JSON within JSON, has two backslashes.
            body = body.replace("\\\\", "\\").replace("\\r", "").replace("\\n", "\n")
        if label == "EC PARAMETERS":
            return ()
        try:
            _refuse_label(label)
            headers, octets = _decoded_body(body, 0 if from_one_line else line)
            if "dek-info" in headers:
                octets = self._legacy(headers["dek-info"], octets)
            if label == "OPENSSH PRIVATE KEY":
                from jwtctl.jose.openssh import read_private

                return (read_private(octets, self.unlocker)._replace(container="OpenSSH private key"),)
            if label == "TRUSTED CERTIFICATE":
                octets = _first_der(octets)
            return tuple(_labelled(part, label) for part in self._der(octets, "PEM "))
        except KeyMaterialError as err:
            if _is_final(err):
                raise KeyMaterialError(f"line {line}: {err.message}", hint=err.hint) from err
            return (err,)

    def _legacy(self, dek_info: str, octets: bytes) -> bytes:
        from jwtctl.jose.key_encryption import WrongPassphraseError, decrypt_legacy_pem

        plain = decrypt_legacy_pem(dek_info, octets, self.unlocker.passphrase("this PEM key"))
        try:
            der.read_one(plain)
        except der.DerError as err:
            raise WrongPassphraseError("this PEM key") from err
        return plain

    def _der(self, octets: bytes, prefix: str) -> Iterator[Key | key_der.Certificate | KeyMaterialError]:
        prefix = prefix or "DER "
        found = key_der.read(octets)
        if isinstance(found, Key):
            yield found._replace(container=prefix + found.container)
        elif isinstance(found, key_der.EncryptedKey):
            yield self._encrypted_pkcs8(found, prefix)
        elif isinstance(found, key_der.Bundle):
            from jwtctl.jose import pkcs12

            for part in pkcs12.read(found.pfx, self.unlocker):
                yield part._replace(container="PKCS#12 private key") if isinstance(part, Key) else part
        else:
            yield found

    def _encrypted_pkcs8(self, sealed: key_der.EncryptedKey, prefix: str) -> Key:
        from jwtctl.jose.key_encryption import WrongPassphraseError, decrypt_pkcs8

        passphrase = self.unlocker.passphrase("this PKCS#8 key")
        try:
            plain = decrypt_pkcs8(sealed.algorithm, sealed.ciphertext, passphrase, self.unlocker)
        except (der.DerError, IndexError, ValueError) as err:
            raise KeyMaterialError(f"a malformed encrypted PKCS#8 key: {err}") from err
        try:
            key = key_der.read_private_info(der.read_one(plain))
        except der.DerError as err:
            raise WrongPassphraseError("this PKCS#8 key") from err
        return key._replace(container=f"{prefix}encrypted PKCS#8 private key")

    def _ssh_lines(self, text: str) -> Iterator[_Part]:
        from jwtctl.jose.openssh import PUBLIC_LINE, read_public

        count = 0
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            count += 1
            if count > MAX_BLOCKS:
                raise KeyMaterialError(f"more than {MAX_BLOCKS} lines of OpenSSH keys")
            match = PUBLIC_LINE.search(line)
            if match is None:
                yield KeyMaterialError("a line that is no OpenSSH public key, or one cut short"), number
                continue
            try:
                yield read_public(match[1], match[2]), number
            except KeyMaterialError as err:
                yield err, number

    def _jwe(self, token: str | dict[str, Any]) -> KeySet:
        from jwtctl.jose.key_encryption import decrypt_jwe

        if self.size > 1024 * 1024:
            raise KeyMaterialError("a JWE of more than 1 MiB, which is no wrapped key")
        plain = decrypt_jwe(token, self.unlocker)
        self.wrapping = "JWE-wrapped "
        return self._json(plain)

    def _json(self, octets: bytes) -> KeySet:
        try:
            value, repeated = json_object.parse(octets)
        except ValueError as err:
            raise KeyMaterialError(str(err)) from err
        defects = (*self.defects, *(f"duplicate member {name!r}" for name in repeated))
        if isinstance(value, dict):
            if "kty" in value:
                key = from_jwk(value, Place(self.source), defects=defects)
                key = key._replace(container=f"{self.wrapping}JWK")
                return KeySet(self.source, (key,), octets=self.size, defects=tuple(self.defects))
            if "keys" in value:
                return self._jwks(value, defects)
            if "ciphertext" in value and not repeated and not self.wrapping:
                return self._jwe(value)
            if value.get("schema") == "jwtctl.leak/1":
                from jwtctl.jose.leak import key_of, parse_leak

                key = key_of(parse_leak(value, Place(self.source)))._replace(defects=defects)
                return KeySet(self.source, (key,), octets=self.size, defects=tuple(self.defects))
        raise _unusable_json(value)

    def _jwks(self, document: dict[str, Any], defects: tuple[str, ...]) -> KeySet:
        keys = from_jwks(document, self.source, octets=self.size, defects=defects)
        if not self.wrapping:
            return keys
        return keys._replace(keys=tuple(key._replace(container=f"{self.wrapping}JWK") for key in keys.keys))

    def _assembled(self, parts: Iterable[_Part]) -> KeySet:
        entries = _with_certificates(list(parts))
        if not any(isinstance(entry, Key) for entry, _ in entries):
            for entry, line in entries:
                if isinstance(entry, KeyMaterialError):
                    where = f"line {line}: " if line and not self.wrapping else ""
                    raise KeyMaterialError(f"{where}{entry.message}", hint=entry.hint) from entry
            raise KeyMaterialError("there is no key in this file", hint=key_der.USABLE)
        keys: list[Key] = []
        problems: list[KeyProblem] = []
        for index, (entry, line) in enumerate(entries):
            place = Place(self.source, index if len(entries) > 1 else None, None if self.wrapping else line)
            if isinstance(entry, Key):
                keys.append(
                    entry._replace(
                        container=self.wrapping + entry.container,
                        place=place,
                        defects=(*self.defects, *entry.defects),
                    )
                )
            else:
                message = f"{entry.message} ({entry.hint})" if entry.hint else entry.message
                problems.append(KeyProblem(place, message))
        return KeySet(self.source, tuple(keys), tuple(problems), octets=self.size, defects=tuple(self.defects))


def _with_certificates(parts: list[_Part]) -> list[tuple[Key | KeyMaterialError, int | None]]:
    """Join each chain of certificates, leaf first, and attach it to the private key of its leaf if that is there."""
    entries: list[tuple[Key | KeyMaterialError, int | None]] = []
    chains: list[tuple[int, key_der.Certificate, list[bytes]]] = []
    previous: key_der.Certificate | None = None
    for part, line in parts:
        if not isinstance(part, key_der.Certificate):
            entries.append((part, line))
            previous = None
        elif previous is not None and previous.issuer == part.subject != previous.subject:
            chains[-1][2].append(part.encoding)
            previous = part
        else:
            chains.append((len(entries), part, [part.encoding]))
            entries.append((part.key._replace(container="X.509 certificate"), line))
            previous = part
    if not chains:
        return entries
    owners = {
        _identity(entry): position
        for position, (entry, _) in enumerate(entries)
        if isinstance(entry, Key) and entry.is_private
    }
    attached: set[int] = set()
    for position, certificate, chain in chains:
        owner = owners.get(_identity(certificate.key))
        target = position if owner is None else owner
        key, line = entries[target]
        if isinstance(key, Key):
            entries[target] = (key._replace(certificates=(*key.certificates, *chain)), line)
        if owner is not None:
            attached.add(position)
    return [entry for position, entry in enumerate(entries) if position not in attached]


def _identity(key: Key) -> tuple[Any, ...]:
    try:
        key = complete_public(key)
    except KeyMaterialError:
        return (id(key),)
    numbers = tuple(key.numbers.get(name) for name in (("n",) if key.kty == "RSA" else ("x", "y")))
    return (
        key.kty,
        key.crv,
        key.alg if key.kty == "AKP" else None,
        numbers,
        key.octets.get("x"),
        key.octets.get("pub"),
    )


def _labelled(
    part: Key | key_der.Certificate | KeyMaterialError, label: str
) -> Key | key_der.Certificate | KeyMaterialError:
    expected = _LABELS.get(label)
    if isinstance(part, Key) and expected and part.container != f"PEM {expected}":
        return part._replace(defects=(*part.defects, f"labelled {label} in PEM"))
    return part


def _decoded_body(body: str, line: int) -> tuple[dict[str, str], bytes]:
    """The RFC 1421 headers, names in lower case, and the octets of a PEM block; `line` is that of its BEGIN."""
    headers: dict[str, str] = {}
    lines = body.splitlines()
    if ":" in body:
        for count, text in enumerate(lines):
            name, colon, value = text.partition(":")
            if colon:
                headers[name.strip().lower()] = value.strip()
            elif text.strip() and not text.startswith((" ", "\t")):
                lines[:count] = [""] * count
                break
    squeezed = "".join("".join(lines).split())
    try:
        octets = binascii.a2b_base64(squeezed, strict_mode=True)
    except ValueError as err:
        for count, text in enumerate(lines):
            if not re.fullmatch(r"\s*[A-Za-z0-9+/\s]*={0,2}\s*", text):
                where = f"line {line + count}" if line else "a line"
                raise KeyMaterialError(f"{where} of this PEM block is not base64") from err
        raise KeyMaterialError(
            "this PEM block is cut short: its base64 does not come out even", hint="copy the whole block again"
        ) from err
    if not octets:
        raise KeyMaterialError("this PEM block is empty")
    return headers, octets


def _first_der(octets: bytes) -> bytes:
    try:
        return der.read_first(octets)[0].encoding
    except der.DerError as err:
        raise KeyMaterialError(f"not DER: {err}") from err


def _is_final(err: KeyMaterialError) -> bool:
    from jwtctl.jose.key_encryption import WrongPassphraseError

    return isinstance(err, WrongPassphraseError)


def _unended(label: str) -> KeyMaterialError:
    return KeyMaterialError(
        f"this PEM block has no END {label} line: the file is cut short", hint="copy the whole file again"
    )


def _looks_like_der(octets: bytes) -> bool:
    # "0" is also the octet of a SEQUENCE: text that starts with it does not go on like this.
    if len(octets) < 3 or octets[0] != der.SEQUENCE:
        return False
    return octets[1] >= 0x80 or octets[1] == len(octets) - 2 or octets[2] in {der.INTEGER, der.OID}


def _mostly_text(octets: bytes) -> bool:
    start = octets[:1024]
    return sum(octet >= 0x20 or octet in b"\t\r\n" for octet in start) > 0.95 * len(start)


def _refuse_known_binary(octets: bytes) -> None:
    for magic, what, hint in _MAGICS:
        if octets.startswith(magic):
            raise KeyMaterialError(f"this is {what}, not a key", hint=hint)
    if not octets.strip(b"\0"):
        raise KeyMaterialError(f"nothing but {len(octets)} octets of zero")
    little = octets.startswith(b"\xff\xfe") or octets[1:4:2] == b"\0\0"
    if little or octets.startswith(b"\xfe\xff") or (octets[0:3:2] == b"\0\0" and octets[1:2].isascii()):
        kind = "UTF-16LE" if little else "UTF-16BE"
        raise KeyMaterialError(
            "this is UTF-16 text, as Windows tools write it; key files are UTF-8",
            hint=f"iconv -f {kind} -t UTF-8 FILE converts it",
        )


def _refuse_known_text(bare: str) -> None:
    start = bare[:256].lower()
    for beginning, what, hint in _TEXTS:
        if start.startswith(beginning):
            raise KeyMaterialError(f"this is {what}, not a usable key", hint=hint)


def _refuse_label(label: str) -> None:
    if label.startswith("PGP "):
        raise KeyMaterialError(
            "this is a PGP block, which JOSE does not have",
            hint="gpg --export-ssh-key KEY-ID writes the public key in a form that can be read",
        )
    if label in _UNUSABLE_LABELS:
        raise KeyMaterialError(f"this is {_UNUSABLE_LABELS[label]}, not a usable key", hint=key_der.USABLE)


def _unusable_json(value: Any) -> KeyMaterialError:
    if isinstance(value, list):
        if value and isinstance(value[0], dict) and "kty" in value[0]:
            return KeyMaterialError("this is a bare array of JWKs", hint='a JWK Set is {"keys": [ … ]}')
        return KeyMaterialError("this is a JSON array, not a key", hint='a JWK Set is {"keys": [ … ]}')
    if not isinstance(value, dict):
        return KeyMaterialError(f"this is a JSON {json_object.kind_of(value)}, not a key", hint=_SECRET_HINT)
    names = set(value)
    pem = [name for name, member in value.items() if isinstance(member, str) and "-----BEGIN " in member]
    for members, what, hint in (
        ({"jwks_uri"}, "a discovery document", "jwtctl jwks fetch ISSUER gets the key set that it names"),
        ({"access_token"}, "a token response of an OAuth server", "jwtctl decode shows what is in a token"),
        ({"id_token"}, "a token response of an OAuth server", "jwtctl decode shows what is in a token"),
        ({"ciphertext"}, "a JWE in JSON serialization", "a wrapped key is encrypted once, and names no member twice"),
        ({"payload", "signatures"}, "a JWS in JSON serialization", "give the key that signed it"),
        ({"payload", "signature"}, "a JWS in JSON serialization", "give the key that signed it"),
        ({"jwk"}, "JSON around a JWK", "jq .jwk FILE writes the key alone"),
        ({"jwks"}, "JSON around a JWK Set", "jq .jwks FILE writes the set alone"),
    ):
        if members <= names:
            return KeyMaterialError(f"this is {what}, not a key", hint=hint)
    if "private_key" in pem and value.get("type") == "service_account":
        return KeyMaterialError(
            "this is a Google service account file with a key inside",
            hint="jq -r .private_key FILE > key.pem writes the key alone",
        )
    if pem:
        return KeyMaterialError("this is JSON with PEM inside", hint="jq -r '.[\"NAME\"]' FILE writes the PEM alone")
    listed = ", ".join(sorted(map(repr, names))[:6]) or "none"
    return KeyMaterialError(
        f"this is JSON, but no JWK and no JWK Set; its members: {listed[:200]}",
        hint='a JWK has a "kty" member, a JWK Set a "keys" member',
    )
