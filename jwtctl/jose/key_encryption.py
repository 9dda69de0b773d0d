"""Passphrase encryption of key files: PBES2 and PKCS#12 (RFC 8018, RFC 7292), legacy PEM, OpenSSH, PBES2 of JOSE.

The ciphers and key derivations are those of `cryptography`, `hashlib` and `bcrypt`. Putting them together here keeps
two promises that loading the file with a library cannot: the work an attacker's file asks for is bounded before it is
done, and a broken key inside can still be read.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from typing import TYPE_CHECKING, Any

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import base64url, der, json_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jwtctl.jose.der import Element

MAX_WORK = 10_000_000
"""Rounds of key derivation for one file, all its parts together: some seconds. Real files ask for 2,048 to 1,000,000."""
MAX_P2C = 1_200_000
"""Largest `p2c` of a JWE; twice what OWASP asks for the slowest hash, and the header is the sender's to choose."""
MAX_RECIPIENTS = 16
"""Of a JWE; for each the header that they share is put together anew, and it may be large."""
MAX_SCRYPT_MEMORY = 256 * 1024 * 1024
PBKDF2_ROUNDS = 600_000
"""Rounds for PBKDF2-HMAC-SHA256 that we write (OWASP Password Storage Cheat Sheet, 2023)."""
JWE_ROUNDS = 210_000
"""Rounds for PBKDF2-HMAC-SHA512 that we write (same source)."""
BCRYPT_ROUNDS = 24
"""Rounds of bcrypt-pbkdf that we write: the default of ssh-keygen since OpenSSH 9.4."""

_PBES2, _PBKDF2, _SCRYPT = "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12", "1.3.6.1.4.1.11591.4.11"
_HMAC_SHA256, _AES_256_CBC = "1.2.840.113549.2.9", "2.16.840.1.101.3.4.1.42"
_PRFS = {
    "1.2.840.113549.2.7": "sha1",
    "1.2.840.113549.2.8": "sha224",
    _HMAC_SHA256: "sha256",
    "1.2.840.113549.2.10": "sha384",
    "1.2.840.113549.2.11": "sha512",
}
_CIPHERS = {
    "2.16.840.1.101.3.4.1.2": ("AES", 16),
    "2.16.840.1.101.3.4.1.22": ("AES", 24),
    _AES_256_CBC: ("AES", 32),
    "1.2.840.113549.3.7": ("TripleDES", 24),
}
_PKCS12_TRIPLE_DES = {"1.2.840.113549.1.12.1.3": 24, "1.2.840.113549.1.12.1.4": 16}
_RC2 = {"1.2.840.113549.1.12.1.5", "1.2.840.113549.1.12.1.6"}
_PEM_CIPHERS = {
    "AES-128-CBC": ("AES", 16),
    "AES-192-CBC": ("AES", 24),
    "AES-256-CBC": ("AES", 32),
    "DES-EDE3-CBC": ("TripleDES", 24),
}
_SSH_CIPHERS = {
    **{f"aes{bits}-{mode}": (bits // 8, 16) for bits in (128, 192, 256) for mode in ("ctr", "cbc")},
    **{f"aes{bits}-gcm@openssh.com": (bits // 8, 12) for bits in (128, 256)},
    "chacha20-poly1305@openssh.com": (64, 0),
    "3des-cbc": (24, 8),
}
"""Octets of key and of initialization vector of each cipher that ssh-keygen -Z takes."""
_JWE_PARTS = ("protected", "encrypted_key", "iv", "ciphertext", "tag")
_JWE_ALGORITHMS = {
    "PBES2-HS256+A128KW": ("sha256", 16),
    "PBES2-HS384+A192KW": ("sha384", 24),
    "PBES2-HS512+A256KW": ("sha512", 32),
}


class UnsupportedCipherError(KeyMaterialError):
    """A part of a file is encrypted in a way that is too weak or too rare to be supported."""


class WrongPassphraseError(KeyMaterialError):
    """What a passphrase decrypts to is no key."""

    def __init__(self, what: str) -> None:
        super().__init__(f"wrong passphrase, or {what} is damaged", hint="try the passphrase again")


class Unlocker:
    """The passphrase of one file, asked for when the first encrypted part needs it, and the work left for it.

    Args:
        passphrase: the passphrase, a function that gives it (called at most once; None if there is none), or None.
    """

    def __init__(self, passphrase: Callable[[], bytes | None] | bytes | None) -> None:
        self._source = passphrase
        self._work = MAX_WORK

    def passphrase(self, what: str) -> bytes:
        """The passphrase; KeyMaterialError naming what is encrypted if there is none."""
        if callable(self._source):
            self._source = self._source()
        if self._source is None:
            raise KeyMaterialError(f"{what} is encrypted", hint="pass --passphrase-file FILE")
        return self._source

    def optional_passphrase(self) -> bytes:
        """The passphrase, empty if there is none: a PKCS#12 file without a password is encrypted with the empty one."""
        if callable(self._source):
            self._source = self._source()
        return self._source or b""

    def spend(self, rounds: int) -> int:
        """Take rounds of key derivation from what is left; KeyMaterialError if the file asks for too much."""
        if rounds < 1 or rounds > self._work:
            raise KeyMaterialError(
                f"asks for {rounds} rounds of key derivation, beyond the limit of {MAX_WORK} for one file",
                hint="openssl pkcs8 -topk8 -iter 600000 -in FILE encrypts it anew",
            )
        self._work -= rounds
        return rounds


def decrypt_pkcs8(algorithm: Element, ciphertext: bytes, passphrase: bytes, unlocker: Unlocker) -> bytes:
    """Undo PBES2 or the Triple DES schemes of PKCS#12, as used for PKCS#8 keys and in PKCS#12 files.

    Args:
        algorithm: the AlgorithmIdentifier.
        ciphertext: what it was applied to.
        passphrase: in UTF-8.
        unlocker: where the rounds are taken from.

    Raises:
        WrongPassphraseError, KeyMaterialError: work beyond the limit.
        UnsupportedCipherError: a scheme that is not supported.
        DerError: malformed parameters.
    """
    parts = algorithm.children()
    scheme = parts[0].oid()
    if scheme in _RC2:
        raise UnsupportedCipherError(
            "encrypted with RC2, which nothing current reads",
            hint="openssl pkcs12 -legacy -in FILE -nodes writes what is inside as PEM",
        )
    if len(parts) != 2:
        raise der.DerError("an encryption scheme without parameters")
    if scheme in _PKCS12_TRIPLE_DES:
        salt, rounds = parts[1].children()
        password = _bmp(passphrase)
        # Two SHA-1 outputs for the key and one for the IV.
        unlocker.spend(3 * rounds.unsigned())
        key = pkcs12_kdf(password, salt.octets(), 1, rounds.unsigned(), _PKCS12_TRIPLE_DES[scheme])
        # Of two keys the first is used again: `cryptography` wants all three.
        key += key[: 24 - len(key)]
        iv = pkcs12_kdf(password, salt.octets(), 2, rounds.unsigned(), 8)
        return _unpadded(_cbc("TripleDES", key, iv, ciphertext), 8)
    if scheme != _PBES2:
        raise UnsupportedCipherError(
            f"encrypted with a scheme that is not supported ({scheme})",
            hint="openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE encrypts it anew",
        )
    derivation, encryption = (part.children() for part in parts[1].children()[:2])
    cipher = encryption[0].oid()
    if cipher not in _CIPHERS:
        raise UnsupportedCipherError(f"encrypted with a cipher that is not supported ({cipher})")
    name, length = _CIPHERS[cipher]
    key = _derived(derivation, passphrase, length, unlocker)
    return _unpadded(_cbc(name, key, encryption[1].octets(), ciphertext), 16 if name == "AES" else 8)


def encrypt_pkcs8(info: bytes, passphrase: bytes) -> bytes:
    """Encrypt a PrivateKeyInfo with PBES2: PBKDF2-HMAC-SHA256 and AES-256-CBC, which every current tool reads.

    Returns:
        DER of EncryptedPrivateKeyInfo.
    """
    salt, iv = os.urandom(16), os.urandom(16)
    key = hashlib.pbkdf2_hmac("sha256", passphrase, salt, PBKDF2_ROUNDS, 32)
    padding = 16 - len(info) % 16
    encryptor = _cipher("AES", key, iv).encryptor()
    ciphertext = encryptor.update(info + bytes([padding]) * padding) + encryptor.finalize()
    null = der.encode(der.NULL)
    prf = der.encode(der.SEQUENCE, der.encode_oid(_HMAC_SHA256), null)
    rounds = der.encode_integer(PBKDF2_ROUNDS)
    derivation = der.encode(der.SEQUENCE, der.encode(der.OCTET_STRING, salt), rounds, prf)
    scheme = der.encode(
        der.SEQUENCE,
        der.encode(der.SEQUENCE, der.encode_oid(_PBKDF2), derivation),
        der.encode(der.SEQUENCE, der.encode_oid(_AES_256_CBC), der.encode(der.OCTET_STRING, iv)),
    )
    algorithm = der.encode(der.SEQUENCE, der.encode_oid(_PBES2), scheme)
    return der.encode(der.SEQUENCE, algorithm, der.encode(der.OCTET_STRING, ciphertext))


def decrypt_legacy_pem(dek_info: str, ciphertext: bytes, passphrase: bytes) -> bytes:
    """Undo the encryption of a PEM block with Proc-Type and DEK-Info headers (RFC 1421 section 4.6.1.3).

    Raises:
        WrongPassphraseError, KeyMaterialError: malformed header.
        UnsupportedCipherError: a cipher that is not supported.
    """
    name, _, iv_text = (part.strip() for part in dek_info.partition(","))
    if name.upper() not in _PEM_CIPHERS:
        raise UnsupportedCipherError(
            f"encrypted with {name!r}, which is not supported",
            hint="openssl pkcs8 -topk8 -in FILE encrypts it anew (older ciphers need -provider legacy)",
        )
    cipher, length = _PEM_CIPHERS[name.upper()]
    block = 16 if cipher == "AES" else 8
    try:
        iv = bytes.fromhex(iv_text)
    except ValueError as err:
        raise KeyMaterialError("a DEK-Info header without a hexadecimal IV") from err
    if len(iv) != block:
        raise KeyMaterialError(f"a DEK-Info header with an IV of {len(iv)} octets, not {block}")
    key = digest = b""
    while len(key) < length:
        # EVP_BytesToKey of OpenSSL: MD5 is what the format fixes.
        digest = hashlib.md5(digest + passphrase + iv[:8], usedforsecurity=False).digest()
        key += digest
    return _unpadded(_cbc(cipher, key[:length], iv, ciphertext), block)


def decrypt_openssh(
    cipher: str, salt: bytes, rounds: int, ciphertext: bytes, tag: bytes, *, unlocker: Unlocker
) -> bytes:
    """Undo the bcrypt-pbkdf encryption of an OpenSSH private key (PROTOCOL.key of OpenSSH).

    With a cipher of no tag the result is not authenticated: the caller compares the two check numbers at its start.

    Args:
        cipher: its name.
        salt: of bcrypt-pbkdf.
        rounds: of bcrypt-pbkdf.
        ciphertext: the encrypted section, of whole blocks.
        tag: what follows it, 16 octets with GCM and Poly1305 and else nothing.
        unlocker: knows the passphrase.

    Raises:
        KeyMaterialError: no passphrase, or work beyond the limit.
        WrongPassphraseError: a tag that does not fit.
        UnsupportedCipherError: a cipher that is not supported.
    """
    if cipher not in _SSH_CIPHERS:
        raise UnsupportedCipherError(
            f"encrypted with {cipher!r}, which is not supported", hint="ssh-keygen -p -Z aes256-ctr -f FILE"
        )
    # One round costs about 4 ms, as much as 10,000 rounds of PBKDF2.
    unlocker.spend(rounds * 10_000)
    passphrase = unlocker.passphrase("this OpenSSH key")
    length, iv_length = _SSH_CIPHERS[cipher]
    derived = _bcrypt_kdf(passphrase, salt, length + iv_length, rounds)
    key, iv = derived[:length], derived[length:]
    if cipher.endswith("@openssh.com"):
        from cryptography.exceptions import InvalidSignature, InvalidTag

        try:
            return (_ssh_chacha20 if iv == b"" else _ssh_gcm)(key, iv, ciphertext, tag)
        except (InvalidTag, InvalidSignature) as err:
            raise WrongPassphraseError("this OpenSSH key") from err
    if cipher.endswith("-cbc"):
        return _cbc("TripleDES" if cipher == "3des-cbc" else "AES", key, iv, ciphertext)
    decryptor = _aes_ctr(key, iv).decryptor()
    plain: bytes = decryptor.update(ciphertext) + decryptor.finalize()
    return plain


def encrypt_openssh(plain: bytes, passphrase: bytes) -> tuple[str, bytes, int, bytes]:
    """Encrypt the private section of an OpenSSH key, already padded to 16 octets.

    Returns:
        Cipher name, salt, rounds and ciphertext.
    """
    cipher, salt = "aes256-ctr", os.urandom(16)
    derived = _bcrypt_kdf(passphrase, salt, 48, BCRYPT_ROUNDS)
    encryptor = _aes_ctr(derived[:32], derived[32:]).encryptor()
    return cipher, salt, BCRYPT_ROUNDS, encryptor.update(plain) + encryptor.finalize()


def decrypt_jwe(jwe: str | Mapping[str, Any], unlocker: Unlocker) -> bytes:
    """Decrypt a password-encrypted JWE (RFC 7517 section 7, RFC 7518 section 4.8).

    `p2c` is capped before any work is done; `zip` is refused, since nobody compresses a key.

    Args:
        jwe: compact serialization, or the object of a JSON serialization, of which the first recipient counts that a
            password opens.
        unlocker: knows the passphrase.

    Raises:
        KeyMaterialError: malformed, another kind of JWE, too many rounds, or wrong passphrase.
    """
    stated = dict(zip(_JWE_PARTS, jwe.split("."), strict=False)) if isinstance(jwe, str) else jwe
    try:
        stated, header = _recipient(stated)
        wrapped, iv, ciphertext, tag = (base64url.decode(_text(stated, name)) for name in _JWE_PARTS[1:])
        salt = base64url.decode(_text(header, "p2s"))
        aad = _text(stated, "protected") + ("." + _text(stated, "aad") if "aad" in stated else "")
    except ValueError as err:
        raise KeyMaterialError(f"a malformed JWE: {err}") from err
    alg, enc, rounds = (header.get(name) for name in ("alg", "enc", "p2c"))
    if not isinstance(alg, str) or alg not in _JWE_ALGORITHMS:
        raise KeyMaterialError(
            f"this is a JWE encrypted with {alg!r}, not a key file", hint="jwtctl decrypt --key KEY FILE decrypts it"
        )
    if "zip" in header or "crit" in header or not isinstance(enc, str) or not salt:
        raise KeyMaterialError("a JWE-wrapped key with a header that is not acceptable")
    if not isinstance(rounds, int) or isinstance(rounds, bool) or not 1 <= rounds <= MAX_P2C:
        raise KeyMaterialError(f"a JWE-wrapped key with p2c {rounds!r}, beyond the limit of {MAX_P2C}")
    passphrase = unlocker.passphrase("this JWE-wrapped key")
    kek = _jwe_kek(alg, passphrase, salt, unlocker.spend(rounds))
    return _jwe_content(enc, kek, wrapped, aad.encode(), (iv, ciphertext, tag))


def encrypt_jwe(plain: bytes, passphrase: bytes, cty: str) -> str:
    """Encrypt a JWK or JWK Set with PBES2-HS512+A256KW and A256GCM, compact serialization.

    Args:
        plain: the JSON text.
        passphrase: in UTF-8.
        cty: `jwk+json` or `jwk-set+json` (RFC 7517 section 7).
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.keywrap import aes_key_wrap

    alg, salt, iv = "PBES2-HS512+A256KW", os.urandom(16), os.urandom(12)
    header: Mapping[str, Any] = {
        "alg": alg,
        "enc": "A256GCM",
        "p2s": base64url.encode(salt),
        "p2c": JWE_ROUNDS,
        "cty": cty,
    }
    protected = base64url.encode(json_object.encode(header))
    cek = os.urandom(32)
    sealed = AESGCM(cek).encrypt(iv, plain, protected.encode())
    wrapped = aes_key_wrap(_jwe_kek(alg, passphrase, salt, JWE_ROUNDS), cek)
    return ".".join((protected, *map(base64url.encode, (wrapped, iv, sealed[:-16], sealed[-16:]))))


def pkcs12_kdf(password: bytes, salt: bytes, purpose: int, rounds: int, length: int) -> bytes:
    """Key derivation of PKCS#12 with SHA-1 (RFC 7292 appendix B.2).

    Args:
        password: as `_bmp` gives it: UTF-16 big-endian with two zero octets at the end.
        salt: from the file.
        purpose: 1 for a key, 2 for an IV.
        rounds: number of hash applications.
        length: octets wanted.
    """
    width = 64
    diversifier = bytes([purpose]) * width
    block = _filled(salt, width) + _filled(password, width)
    output = b""
    while len(output) < length:
        digest = hashlib.sha1(diversifier + block, usedforsecurity=False).digest()
        for _ in range(rounds - 1):
            digest = hashlib.sha1(digest, usedforsecurity=False).digest()
        output += digest
        addend = int.from_bytes(_filled(digest, width), "big") + 1
        block = b"".join(
            ((int.from_bytes(block[start : start + width], "big") + addend) % (1 << 8 * width)).to_bytes(width, "big")
            for start in range(0, len(block), width)
        )
    return output[:length]


def _derived(derivation: tuple[Element, ...], passphrase: bytes, length: int, unlocker: Unlocker) -> bytes:
    function = derivation[0].oid()
    parameters = derivation[1].children()
    if function == _PBKDF2:
        prf = next((part.children()[0].oid() for part in parameters[2:] if part.tag == der.SEQUENCE), None)
        hash_name = "sha1" if prf is None else _PRFS.get(prf)
        if hash_name is None:
            raise UnsupportedCipherError(f"encrypted with a hash that is not supported ({prf})")
        salt, rounds = parameters[0].octets(), unlocker.spend(parameters[1].unsigned())
        return hashlib.pbkdf2_hmac(hash_name, passphrase, salt, rounds, length)
    if function == _SCRYPT:
        salt = parameters[0].octets()
        n, r, p = (part.unsigned() for part in parameters[1:4])
        if 128 * n * r > MAX_SCRYPT_MEMORY or p > 64:
            raise KeyMaterialError(f"asks scrypt for more than {MAX_SCRYPT_MEMORY // 2**20} MiB")
        # One mixing step costs about what 4 rounds of PBKDF2 do; it is done 2·n·r·p times.
        unlocker.spend(n * r * p)
        try:
            return hashlib.scrypt(passphrase, salt=salt, n=n, r=r, p=p, maxmem=MAX_SCRYPT_MEMORY + 2**24, dklen=length)
        except ValueError as err:
            raise KeyMaterialError("asks scrypt for parameters that it does not have") from err
    raise UnsupportedCipherError(f"encrypted with a key derivation that is not supported ({function})")


def _cipher(name: str, key: bytes, iv: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    if name == "AES":
        return Cipher(algorithms.AES(key), modes.CBC(iv))
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES

    return Cipher(TripleDES(key), modes.CBC(iv))


def _cbc(name: str, key: bytes, iv: bytes, ciphertext: bytes) -> bytes:
    try:
        decryptor = _cipher(name, key, iv).decryptor()
        plain: bytes = decryptor.update(ciphertext) + decryptor.finalize()
    except ValueError as err:
        raise KeyMaterialError("encrypted, and damaged or cut short") from err
    return plain


def _unpadded(plain: bytes, block: int) -> bytes:
    count = plain[-1] if plain else 0
    if not 1 <= count <= block or plain[-count:] != bytes([count]) * count:
        raise WrongPassphraseError("this key")
    return plain[:-count]


def _ssh_gcm(key: bytes, iv: bytes, ciphertext: bytes, tag: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key).decrypt(iv, ciphertext + tag, None)


def _ssh_chacha20(key: bytes, _iv: bytes, ciphertext: bytes, tag: bytes) -> bytes:
    """PROTOCOL.chacha20poly1305 of OpenSSH, for packet 0 of no additional data: the second half of the key is unused."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
    from cryptography.hazmat.primitives.poly1305 import Poly1305

    def stream(block: int) -> Any:
        return Cipher(algorithms.ChaCha20(key[:32], block.to_bytes(16, "little")), None).decryptor()

    Poly1305.verify_tag(stream(0).update(bytes(32)), ciphertext, tag)
    plain: bytes = stream(1).update(ciphertext)
    return plain


def _aes_ctr(key: bytes, iv: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    return Cipher(algorithms.AES(key), modes.CTR(iv))


def _bcrypt_kdf(passphrase: bytes, salt: bytes, length: int, rounds: int) -> bytes:
    import bcrypt

    if not passphrase or not salt:
        raise WrongPassphraseError("this OpenSSH key")
    with warnings.catch_warnings():
        # It advises on the number of rounds, which the file has already fixed.
        warnings.simplefilter("ignore")
        return bcrypt.kdf(passphrase, salt, length, rounds, ignore_few_rounds=True)


def _jwe_kek(alg: str, passphrase: bytes, salt: bytes, rounds: int) -> bytes:
    hash_name, length = _JWE_ALGORITHMS[alg]
    return hashlib.pbkdf2_hmac(hash_name, passphrase, alg.encode() + b"\0" + salt, rounds, length)


def _recipient(jwe: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """A JWE as flattened JSON has it (RFC 7516 section 7.2.2), and its JOSE header, of three parts that share no name.

    Raises:
        ValueError: saying what is malformed.
    """
    recipients = jwe.get("recipients", [{}])
    if not isinstance(recipients, list) or not recipients or not all(isinstance(each, dict) for each in recipients):
        raise ValueError("recipients is no array of objects")
    if len(recipients) > MAX_RECIPIENTS:
        raise ValueError(f"more than {MAX_RECIPIENTS} recipients")
    encoded = _text(jwe, "protected")
    protected, repeated = json_object.parse_object(base64url.decode(encoded)) if encoded else ({}, ())
    if repeated:
        raise ValueError(f"header parameter {repeated[0]!r} stands twice")
    found = []
    for recipient in recipients:
        whole = {**jwe, **recipient}
        parts = [protected, *(whole.get(name, {}) for name in ("unprotected", "header"))]
        if not all(isinstance(part, dict) for part in parts):
            raise ValueError("a header that is no object")
        header = {name: value for part in parts for name, value in part.items()}
        if len(header) != sum(map(len, parts)):
            raise ValueError("a header parameter stands in two headers")
        found.append((whole, header))
    return next((each for each in found if str(each[1].get("alg")) in _JWE_ALGORITHMS), found[0])


def _text(members: Mapping[str, Any], name: str) -> str:
    value = members.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name} is no string")  # noqa: TRY004 - one error kind
    return value


def _jwe_content(enc: str, kek: bytes, wrapped: bytes, aad: bytes, sealed: tuple[bytes, bytes, bytes]) -> bytes:
    from cryptography.exceptions import InvalidSignature, InvalidTag
    from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
    from jwcrypto.common import JWException
    from jwcrypto.jwa import JWA

    try:
        plain: bytes = JWA.encryption_alg(enc).decrypt(aes_key_unwrap(kek, wrapped), aad, *sealed)
    except InvalidUnwrap as err:
        raise WrongPassphraseError("this JWE-wrapped key") from err
    except (InvalidSignature, InvalidTag, JWException, ValueError, KeyError, TypeError) as err:
        raise KeyMaterialError("a damaged JWE, or one with an unknown enc") from err
    return plain


def _bmp(passphrase: bytes) -> bytes:
    try:
        return passphrase.decode("utf-8").encode("utf-16-be") + b"\0\0"
    except UnicodeDecodeError as err:
        raise KeyMaterialError("the passphrase is not UTF-8, as PKCS#12 requires") from err


def _filled(octets: bytes, width: int) -> bytes:
    length = -(-len(octets) // width) * width
    return (octets * (length // len(octets) + 1))[:length] if octets else b""
