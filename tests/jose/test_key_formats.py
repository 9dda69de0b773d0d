"""Every format that openssl, ssh-keygen and Java write, read back and compared by thumbprint."""

import base64
import functools
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.x448 import X448PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jwcrypto import jwe, jwk

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import der, key_der, key_encryption, key_formats, key_writing
from jwtctl.jose.algorithms import default_for, usable_with
from jwtctl.jose.key import thumbprint, to_jwk
from jwtctl.model import Key, KeySet

VECTORS = Path(__file__).parent.parent / "vectors" / "keys"
SECRET = b"correct horse"
SECRET_B64 = base64.urlsafe_b64encode(SECRET).rstrip(b"=").decode()


def tool(*argv, stdin=b"", cwd=None):
    done = subprocess.run([str(part) for part in argv], input=stdin, capture_output=True, check=False, cwd=cwd)
    assert done.returncode == 0, (argv, done.stderr.decode())
    return done.stdout


def one(octets, **options) -> Key:
    found = key_formats.read(octets, "FILE", **options)
    assert not found.problems
    (key,) = found.keys
    return key


def refused(octets, **options) -> str:
    with pytest.raises(KeyMaterialError) as caught:
        key_formats.read(octets, "FILE", **options)
    return f"{caught.value.message} | {caught.value.hint}"


@dataclass
class Made:
    """One key as openssl made it: PKCS#8 PEM, and the thumbprint of its public half by `cryptography`."""

    name: str
    kty: str
    pkcs8: bytes

    @functools.cached_property
    def public(self) -> bytes:
        return tool("openssl", "pkey", "-pubout", stdin=self.pkcs8)

    @functools.cached_property
    def thumbprint(self) -> str:
        """By jwcrypto, from the PEM: an opinion that shares no code with ours."""
        if self.name == "x448":
            # jwcrypto does not know it; RFC 8037 section 2 and RFC 7638 by hand.
            public = serialization.load_pem_public_key(self.public)
            assert isinstance(public, X448PublicKey)
            x = base64.urlsafe_b64encode(public.public_bytes_raw()).rstrip(b"=").decode()
            digest = hashlib.sha256(f'{{"crv":"X448","kty":"OKP","x":"{x}"}}'.encode()).digest()
            return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return jwk.JWK.from_pem(self.pkcs8).thumbprint()


KINDS = {
    "rsa": ("RSA", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
    "p256": ("EC", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    "p384": ("EC", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
    "p521": ("EC", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]),
    "secp256k1": ("EC", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"]),
    "ed25519": ("OKP", ["-algorithm", "ed25519"]),
    "ed448": ("OKP", ["-algorithm", "ed448"]),
    "x25519": ("OKP", ["-algorithm", "x25519"]),
    "x448": ("OKP", ["-algorithm", "x448"]),
}


@functools.cache
def made(name) -> Made:
    kty, options = KINDS[name]
    return Made(name, kty, tool("openssl", "genpkey", *options))


@functools.cache
def certificate(name, subject="/CN=leaf") -> bytes:
    path = _file(made(name).pkcs8)
    return tool("openssl", "req", "-x509", "-new", "-key", path, "-subj", subject, "-days", "30")


_directory: list[Path] = []


@pytest.fixture(scope="module", autouse=True)
def _temporary(tmp_path_factory):
    _directory.append(tmp_path_factory.mktemp("keys"))


def _file(octets: bytes) -> Path:
    path = _directory[-1] / hashlib.sha256(octets).hexdigest()[:16]
    path.write_bytes(octets)
    path.chmod(0o600)
    return path


def to_der(pem: bytes) -> bytes:
    return base64.b64decode("".join(line for line in pem.decode().splitlines() if not line.startswith("-----")))


# --- what openssl writes


@pytest.mark.parametrize("name", KINDS)
def test_pkcs8_and_spki_in_pem_and_der(name):
    key = made(name)
    private = one(key.pkcs8)
    assert (private.kty, private.container) == (key.kty, "PEM PKCS#8 private key")
    assert private.is_private
    public = one(key.public)
    assert public.container == "PEM SPKI public key"
    assert not public.is_private
    private_der, public_der = one(to_der(key.pkcs8)), one(to_der(key.public))
    assert private_der.container == "DER PKCS#8 private key"
    assert public_der.container == "DER SPKI public key"
    assert {thumbprint(k) for k in (private, public, private_der, public_der)} == {key.thumbprint}
    assert all(not k.defects for k in (private, public, private_der, public_der))


def test_pkcs1_rsa():
    key = made("rsa")
    private = tool("openssl", "rsa", "-traditional", stdin=key.pkcs8)
    public = tool("openssl", "rsa", "-RSAPublicKey_out", stdin=key.pkcs8)
    assert one(private).container == "PEM PKCS#1 RSA private key"
    assert one(public).container == "PEM PKCS#1 RSA public key"
    assert one(to_der(private)).container == "DER PKCS#1 RSA private key"
    assert thumbprint(one(private)) == thumbprint(one(public)) == thumbprint(one(to_der(public))) == key.thumbprint
    assert set(one(private).numbers) == {"n", "e", "d", "p", "q", "dp", "dq", "qi"}


def test_sec1_with_and_without_its_parameter_block():
    with_parameters = tool("openssl", "ecparam", "-name", "prime256v1", "-genkey")
    assert b"BEGIN EC PARAMETERS" in with_parameters
    expected = jwk.JWK.from_pem(with_parameters).thumbprint()
    bare = with_parameters[with_parameters.index(b"-----BEGIN EC PRIVATE") :]
    key = one(with_parameters)
    assert key.container == "PEM SEC1 EC private key"
    assert key.place.line == 4
    assert thumbprint(key) == thumbprint(one(bare)) == thumbprint(one(to_der(bare))) == expected


def test_compressed_points():
    key = made("p384")
    public = tool("openssl", "ec", "-pubout", "-conv_form", "compressed", stdin=key.pkcs8)
    assert thumbprint(one(public)) == key.thumbprint


@pytest.mark.parametrize(
    "options",
    [
        ["-v2", "aes-256-cbc"],
        ["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"],
        ["-v2", "des3"],
        ["-v1", "PBE-SHA1-3DES"],
        ["-scrypt"],
        ["-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA512", "-iter", "5"],
    ],
    ids=" ".join,
)
def test_encrypted_pkcs8(options):
    key = made("p256")
    sealed = tool("openssl", "pkcs8", "-topk8", *options, "-passout", "pass:correct horse", stdin=key.pkcs8)
    found = one(sealed, passphrase=SECRET)
    assert found.container == "PEM encrypted PKCS#8 private key"
    assert thumbprint(found) == thumbprint(one(to_der(sealed), passphrase=lambda: SECRET)) == key.thumbprint
    assert "wrong passphrase" in refused(sealed, passphrase=b"wrong")
    assert "encrypted | pass --passphrase-file FILE" in refused(sealed)
    assert "encrypted | pass --passphrase-file FILE" in refused(to_der(sealed), passphrase=lambda: None)


@pytest.mark.parametrize("cipher", ["aes256", "aes128", "des3"])
def test_legacy_encrypted_pem(cipher):
    key = made("rsa")
    sealed = tool("openssl", "rsa", "-traditional", f"-{cipher}", "-passout", "pass:correct horse", stdin=key.pkcs8)
    assert b"Proc-Type: 4,ENCRYPTED" in sealed
    assert thumbprint(one(sealed, passphrase=SECRET)) == key.thumbprint
    assert "wrong passphrase" in refused(sealed, passphrase=b"wrong")
    assert "pass --passphrase-file FILE" in refused(sealed)


def test_certificate_and_request():
    pem = certificate("rsa")
    key = one(pem)
    assert key.container == "X.509 certificate"
    assert key.certificates == (to_der(pem),)
    assert not key.is_private
    assert thumbprint(key) == made("rsa").thumbprint
    assert one(to_der(pem)).certificates == (to_der(pem),)
    request = tool("openssl", "req", "-new", "-key", _file(made("rsa").pkcs8), "-subj", "/CN=x")
    assert "this is a certificate request (PKCS#10)" in refused(request)
    assert "openssl req -in FILE -noout -pubkey" in refused(to_der(request))


@functools.cache
def chain() -> tuple[bytes, bytes]:
    root = certificate("p384", "/CN=root")
    request = tool("openssl", "req", "-new", "-key", _file(made("p256").pkcs8), "-subj", "/CN=leaf")
    leaf = tool(
        "openssl", "x509", "-req", "-CA", _file(root), "-CAkey", _file(made("p384").pkcs8), "-days", "9", stdin=request
    )
    return leaf, root


def test_a_chain_is_one_key_and_its_certificates_leaf_first():
    leaf, root = chain()
    key = one(leaf + root)
    assert thumbprint(key) == made("p256").thumbprint
    assert key.certificates == (to_der(leaf), to_der(root))
    unrelated = key_formats.read(certificate("rsa") + certificate("p256"), "FILE")
    assert [thumbprint(each) for each in unrelated.keys] == [made("rsa").thumbprint, made("p256").thumbprint]
    assert [each.place.index for each in unrelated.keys] == [0, 1]


@pytest.mark.parametrize("certificates_first", [True, False])
def test_a_private_key_takes_its_chain(certificates_first):
    leaf, root = chain()
    private = made("p256").pkcs8
    key = one(leaf + root + private if certificates_first else private + leaf + root)
    assert key.is_private
    assert key.container == "PEM PKCS#8 private key"
    assert key.certificates == (to_der(leaf), to_der(root))


@pytest.mark.parametrize("options", [[], ["-legacy"], ["-keypbe", "NONE", "-certpbe", "NONE", "-nomac"]], ids=str)
def test_pkcs12_with_a_password(options):
    leaf, root = chain()
    export = ["openssl", "pkcs12", "-export", "-inkey", _file(made("p256").pkcs8), "-in", _file(leaf + root)]
    sealed = tool(*export, *options, "-passout", "pass:correct horse")
    found = key_formats.read(sealed, "FILE", passphrase=SECRET)
    (key,) = (each for each in found.keys if each.is_private)
    assert (key.container, thumbprint(key)) == ("PKCS#12 private key", made("p256").thumbprint)
    if options == ["-legacy"]:
        assert "RC2" in found.problems[0].message
    else:
        assert key.certificates[0] == to_der(leaf)
    if "-nomac" not in options:
        assert "encrypted | pass --passphrase-file" in refused(sealed)
        assert "wrong passphrase" in refused(sealed, passphrase=b"wrong")


def test_pkcs12_without_a_password():
    sealed = tool("openssl", "pkcs12", "-export", "-nocerts", "-inkey", _file(made("rsa").pkcs8), "-passout", "pass:")
    assert thumbprint(one(sealed)) == made("rsa").thumbprint


def test_java_keystores_and_keys_without_public_exponent():
    keystore = (VECTORS / "java-keytool.p12").read_bytes()
    key = one(keystore, passphrase=b"secret")
    assert key.is_private
    assert len(key.certificates) == 1
    bare = one((VECTORS / "java-rsaprivatekeyspec.pem").read_bytes())
    assert set(bare.numbers) == {"n", "d"}
    assert bare.defects == ("written as zero, and so absent: e, p, q, dp, dq, qi",)


def test_rsa_keys_marked_for_pss():
    plain = tool("openssl", "genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:1024")
    assert one(plain).alg is None
    assert "only PS256" in one(plain).defects[0]
    assert usable_with(one(plain)) == ("PS256", "PS384", "PS512")
    assert default_for(one(plain)) == "PS256"
    fixed = tool(
        *("openssl", "genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:1024"),
        *("-pkeyopt", "rsa_pss_keygen_md:sha384", "-pkeyopt", "rsa_pss_keygen_mgf1_md:sha384"),
    )
    assert one(fixed).alg == "PS384"
    assert usable_with(one(fixed)) == ("PS384",)
    assert one(tool("openssl", "pkey", "-pubout", stdin=fixed)).alg == "PS384"


# --- what ssh-keygen writes


@functools.cache
def ssh_key(kind, *options) -> tuple[bytes, bytes]:
    path = _directory[-1] / ("ssh" + hashlib.sha256(repr((kind, options)).encode()).hexdigest()[:12])
    tool("ssh-keygen", "-q", "-t", kind, "-f", path, "-C", "somebody@example", *options)
    return path.read_bytes(), path.with_suffix(".pub").read_bytes()


SSH = [("rsa", "-b", "2048"), ("ecdsa", "-b", "256"), ("ecdsa", "-b", "521"), ("ed25519",)]


@pytest.mark.parametrize("kind", SSH, ids=" ".join)
def test_openssh(kind):
    private, public = ssh_key(*kind, "-N", "")
    assert one(private).container == "OpenSSH private key"
    assert one(public).container == "OpenSSH public key"
    assert one(private).is_private
    expected = jwk.JWK.from_pyca(serialization.load_ssh_public_key(public)).thumbprint()
    assert thumbprint(one(private)) == thumbprint(one(public)) == expected
    assert not one(private).defects


def test_openssh_in_pem_form():
    private, public = ssh_key("rsa", "-b", "2048", "-m", "PEM", "-N", "")
    assert one(private).container == "PEM PKCS#1 RSA private key"
    assert thumbprint(one(private)) == thumbprint(one(public))


@pytest.mark.parametrize(
    "cipher",
    [
        *("aes256-ctr", "aes192-ctr", "aes128-cbc", "3des-cbc"),
        *("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"),
    ],
)
def test_encrypted_openssh(cipher):
    private, public = ssh_key("ed25519", "-N", SECRET.decode(), "-Z", cipher, "-a", "2")
    assert thumbprint(one(private, passphrase=SECRET)) == thumbprint(one(public))
    assert "wrong passphrase" in refused(private, passphrase=b"wrong")
    assert "pass --passphrase-file" in refused(private)


def test_authorized_keys_and_known_hosts():
    _, rsa = ssh_key("rsa", "-b", "2048", "-N", "")
    _, ed25519 = ssh_key("ed25519", "-N", "")
    text = b"# ours\n\n" + b'from="10.0.0.0/8",command="echo \\"ssh-rsa AAAA\\"" ' + rsa + b"host.example " + ed25519
    found = key_formats.read(text, "FILE")
    assert [(key.kty, key.place.index, key.place.line) for key in found.keys] == [("RSA", 0, 3), ("OKP", 1, 4)]


def test_ssh_certificates_and_foreign_types_are_named():
    _, public = ssh_key("ed25519", "-N", "")
    path = _file(public).with_suffix(".pub")
    path.write_bytes(public)
    authority, _ = ssh_key("ecdsa", "-b", "256", "-N", "")
    tool("ssh-keygen", "-q", "-s", _file(authority), "-I", "id", path)
    assert "this is an SSH certificate" in refused(path.with_name(path.stem + "-cert.pub").read_bytes())
    token = b"sk-ssh-ed25519@openssh.com " + base64.b64encode(
        b"\x00\x00\x00\x1ask-ssh-ed25519@openssh.com" + b"\x00\x00\x00\x20" + bytes(32) + b"\0\0\0\4ssh:"
    )
    assert "kept in a security token" in refused(token)
    blob = b"\x00\x00\x00\x07ssh-dss" + b"\x00\x00\x00\x01\x05" * 4
    assert "DSA key" in refused(b"ssh-dss " + base64.b64encode(blob) + b" x\n")


# --- JWK, JWKS, JWE, leak


def test_jwk_and_jwks():
    members = to_jwk(one(made("p256").pkcs8), private=True)
    single = one(json.dumps(members).encode())
    assert (single.container, single.place.index) == ("JWK", None)
    jwks = key_formats.read(json.dumps({"keys": [members, {"kty": "new"}]}).encode(), "FILE")
    assert jwks.is_jwks
    assert (len(jwks.keys), jwks.problems[0].message) == (1, "unknown key type 'new'")
    assert not key_formats.read(json.dumps(members).encode(), "FILE").is_jwks


def test_duplicate_members_are_told():
    assert one(b'{"kty":"oct","k":"AAAA","k":"AQEB"}').defects == ("duplicate member 'k'",)


def _sealed(plain, alg="PBES2-HS256+A128KW", enc="A128CBC-HS256", **header):
    token = jwe.JWE(plain, json.dumps({"alg": alg, "enc": enc, "p2c": 4096, **header}))
    token.add_recipient(jwk.JWK(kty="oct", k=SECRET_B64))
    return token.serialize(compact=True).encode()


@pytest.mark.parametrize(("alg", "enc"), [("PBES2-HS256+A128KW", "A128CBC-HS256"), ("PBES2-HS512+A256KW", "A256GCM")])
def test_jwe_wrapped_keys_of_jwcrypto(alg, enc):
    members = json.dumps(to_jwk(one(made("p256").pkcs8), private=True))
    key = one(_sealed(members, alg, enc), passphrase=SECRET)
    assert (key.container, thumbprint(key)) == ("JWE-wrapped JWK", made("p256").thumbprint)
    jwks = key_formats.read(_sealed('{"keys":[' + members + "]}", alg, enc), "FILE", passphrase=SECRET)
    assert jwks.is_jwks
    assert jwks.keys[0].container == "JWE-wrapped JWK"
    assert "wrong passphrase" in refused(_sealed(members, alg, enc), passphrase=b"wrong")
    assert "pass --passphrase-file" in refused(_sealed(members, alg, enc))


def test_jwe_in_json_of_jwcrypto_with_several_recipients():
    token = jwe.JWE(
        json.dumps(to_jwk(one(made("p256").pkcs8), private=True)),
        protected={"enc": "A256GCM"}, unprotected={"cty": "jwk+json"}, aad="who asks",
    )  # fmt: skip
    token.add_recipient(jwk.JWK.from_pem(made("rsa").public), header={"alg": "RSA-OAEP"})
    token.add_recipient(jwk.JWK(kty="oct", k=SECRET_B64), header={"alg": "PBES2-HS256+A128KW", "p2c": 4096})
    general = token.serialize().encode()
    assert thumbprint(one(general, passphrase=SECRET)) == made("p256").thumbprint
    assert "wrong passphrase" in refused(general, passphrase=b"wrong")
    changed = json.loads(general)
    assert "a damaged JWE" in refused(json.dumps(changed | {"aad": "AAAA"}).encode(), passphrase=SECRET)
    changed["recipients"].pop()
    assert "JWE encrypted with 'RSA-OAEP'" in refused(json.dumps(changed).encode(), passphrase=SECRET)


@pytest.mark.skipif(shutil.which("jose") is None, reason="Debian's jose is not installed")
def test_jwe_in_json_of_jose(tmp_path):
    # It keeps alg and its settings outside of what is protected, and asks a terminal for the password: here it is a key.
    (tmp_path / "secret.jwk").write_text(json.dumps({"kty": "oct", "alg": "PBES2-HS256+A128KW", "k": SECRET_B64}))
    plain = json.dumps(to_jwk(one(made("p256").pkcs8), private=True)).encode()
    token = tool("jose", "jwe", "enc", "-I", "-", "-k", tmp_path / "secret.jwk", "-o", "-", stdin=plain)
    assert set(json.loads(token)) >= {"ciphertext", "encrypted_key", "iv", "tag"}
    assert thumbprint(one(token, passphrase=SECRET)) == made("p256").thumbprint


def test_a_published_jwe_wrapped_key():
    """RFC 7517 appendix C.9, with the passphrase and the plain key of the same appendix."""
    token = (VECTORS / "rfc7517-c9.jwe").read_bytes()
    key = one(token, passphrase=b"Thus from my lips, by yours, my sin is purged.")
    assert (key.kid, key.use, key.bits) == ("juliet@capulet.lit", "enc", 2048)


@pytest.mark.parametrize("rounds", [key_encryption.MAX_P2C + 1, 2**31, 0, -1, True, "4096", 1.5, 10**100])
def test_jwe_rounds_are_capped_before_work_is_done(rounds):
    header, *rest = _sealed(b"{}").decode().split(".")
    changed = json.loads(base64.urlsafe_b64decode(header + "=="))
    changed["p2c"] = rounds
    header = base64.urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b"=").decode()
    message = refused(".".join((header, *rest)).encode(), passphrase=lambda: pytest.fail("asked for a passphrase"))
    assert "beyond the limit of 1200000" in message


def test_other_jwe_and_tokens_are_named():
    token = jwe.JWE(b"x", '{"alg":"RSA-OAEP","enc":"A128GCM"}')
    token.add_recipient(jwk.JWK.from_pem(made("rsa").public))
    assert "JWE encrypted with 'RSA-OAEP'" in refused(token.serialize(compact=True).encode())
    assert "this is a JWT" in refused(b"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA\n")
    assert "not acceptable" in refused(_sealed("{}", zip="DEF"), passphrase=SECRET)


def test_leak_documents_are_keys():
    key = one(b'{"schema":"jwtctl.leak/1","n":"0xc1","d":"0x0b"}')
    assert (key.container, dict(key.numbers)) == ("leak JSON", {"n": 0xC1, "d": 11})
    assert "recover" in refused(b'{"schema":"jwtctl.leak/1","d":"0x0b"}')


# --- wrappings


def test_wrappings_of_pem():
    pem = made("p256").pkcs8
    expected = made("p256").thumbprint
    one_line = pem.replace(b"\n", b"\\n")
    for octets in (
        one_line,
        b'"' + one_line + b'"',
        one_line.replace(b"\\", b"\\\\"),
        b"KEY='" + one_line + b"'\n",
        b"[issuer]\nkey = " + one_line + b"\n",
        pem.replace(b"\n", b"\\r\\n"),
        pem.replace(b"\n", b" "),
        pem.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + pem,
        b"Bag Attributes\n    friendlyName: caf\xe9\nKey Attributes: <No Attributes>\n" + pem + b"the end",
        base64.b64encode(pem),
        base64.encodebytes(pem),
        b'"' + base64.b64encode(pem) + b'"',
        base64.urlsafe_b64encode(pem).rstrip(b"="),
        base64.b64encode(to_der(pem)),
        base64.b64encode(json.dumps(to_jwk(one(pem), private=True)).encode()),
    ):
        assert thumbprint(one(octets)) == expected
    assert one(base64.b64encode(pem)).container == "base64-wrapped PEM PKCS#8 private key"
    assert "no key of any known format" in refused(base64.b64encode(base64.b64encode(pem)))
    assert one(b"\xef\xbb\xbf" + pem).defects == ("a byte order mark at the start",)


def test_several_blocks_are_several_keys_with_their_lines():
    octets = b"intro\n" + made("rsa").pkcs8 + b"\n" + made("p256").public + made("ed25519").pkcs8
    found = key_formats.read(octets, "FILE")
    assert [key.kty for key in found.keys] == ["RSA", "EC", "OKP"]
    lines = octets.decode().splitlines()
    assert all("BEGIN" in lines[key.place.line - 1] for key in found.keys)
    assert [key.place.index for key in found.keys] == [0, 1, 2]


def test_an_unusable_part_beside_a_key_is_a_problem():
    sealed = tool("openssl", "pkcs8", "-topk8", "-passout", "pass:x", stdin=made("p256").pkcs8)
    found = key_formats.read(made("rsa").public + sealed, "FILE")
    assert len(found.keys) == 1
    assert found.problems[0].message == "this PKCS#8 key is encrypted (pass --passphrase-file FILE)"
    assert found.problems[0].place.line == len(made("rsa").public.splitlines()) + 1


def test_a_false_label_is_told():
    pem = made("rsa").pkcs8.replace(b"PRIVATE KEY", b"RSA PRIVATE KEY")
    assert one(pem).defects == ("labelled RSA PRIVATE KEY in PEM",)
    assert thumbprint(one(pem)) == made("rsa").thumbprint


def test_a_trusted_certificate_of_openssl():
    pem = tool("openssl", "x509", "-trustout", "-addtrust", "serverAuth", stdin=certificate("rsa"))
    assert b"BEGIN TRUSTED" in pem
    assert thumbprint(one(pem)) == made("rsa").thumbprint


# --- broken keys are read as they stand


def _rsa_pem(**changed) -> bytes:
    numbers = {**one(made("rsa").pkcs8).numbers, **changed}
    inner = der.encode(der.SEQUENCE, *(der.encode_integer(x) for x in (0, *(numbers[n] for n in key_der.RSA_MEMBERS))))
    return b"-----BEGIN RSA PRIVATE KEY-----\n" + base64.encodebytes(inner) + b"-----END RSA PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    "changed",
    [{"dp": 3}, {"n": 1 << 2047}, {"e": 2}, {"d": 0}, {"e": (1 << 4096) + 1}, {"p": 1, "q": 1}, {"n": 0}],
    ids=str,
)
def test_broken_rsa_keys_are_read(changed):
    key = one(_rsa_pem(**changed))
    assert changed.items() <= key.numbers.items()


@pytest.mark.parametrize("changed", [{"n": 1 << 2047}, {"e": 2}, {"d": 0}, {"n": 0}], ids=str)
def test_the_library_would_not_read_them(changed):
    with pytest.raises(ValueError, match=r"Invalid private key|must be|odd|Invalid key"):
        serialization.load_pem_private_key(_rsa_pem(**changed), None)


def test_zero_numbers_are_absent():
    key = one(_rsa_pem(e=0, p=0, q=0, dp=0, dq=0, qi=0))
    assert set(key.numbers) == {"n", "d"}


def test_a_broken_key_is_read_out_of_its_encryption():
    info = key_der.write_private(Key("RSA", numbers={**one(made("rsa").pkcs8).numbers, "dp": 7}))
    sealed = key_encryption.encrypt_pkcs8(info, SECRET)
    assert one(sealed, passphrase=SECRET).numbers["dp"] == 7


def test_a_modulus_without_sign_octet_is_read_as_it_was_meant():
    inner = der.encode(der.SEQUENCE, der.encode(der.INTEGER, b"\xf1\x01"), der.encode_integer(3))
    key = one(inner)
    assert (key.numbers["n"], key.defects) == (0xF101, ("n is written as a negative number",))


def test_points_off_their_curve_are_read():
    public = key_der.write_public(Key("EC", crv="P-256", numbers={"x": 1, "y": 1}))
    assert dict(one(public).numbers) == {"x": 1, "y": 1}


def test_ml_dsa_private_keys_in_all_three_forms():
    """RFC 9881 section 6: the seed, the expanded key, or both."""
    from cryptography.hazmat.primitives.asymmetric import mldsa

    private = mldsa.MLDSA44PrivateKey.generate()
    seed = private.private_bytes_raw()

    def info(inner):
        identifier = der.encode(der.SEQUENCE, der.encode_oid("2.16.840.1.101.3.4.3.17"))
        return der.encode(der.SEQUENCE, der.encode_integer(0), identifier, der.encode(der.OCTET_STRING, inner))

    expanded = der.encode(der.OCTET_STRING, bytes(2560))
    for inner in (
        der.encode(0x80, seed),
        der.encode(der.SEQUENCE, der.encode(der.OCTET_STRING, seed), expanded),
    ):
        key = one(info(inner))
        assert (key.kty, key.alg, key.octets) == ("AKP", "ML-DSA-44", {"priv": seed})
    assert "expanded form without its seed" in refused(info(expanded))
    assert "seed of 31 octets" in refused(info(der.encode(0x80, seed[1:])))


# --- what cannot be used is named


@functools.cache
def brainpool() -> bytes:
    return tool("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1")


@functools.cache
def explicit() -> bytes:
    return tool(
        *("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
        *("-pkeyopt", "ec_param_enc:explicit"),
    )


@functools.cache
def revocation_list() -> bytes:
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    name = x509.Name.from_rfc4514_string("CN=ca")
    time = datetime(2025, 1, 1, tzinfo=UTC)
    builder = x509.CertificateRevocationListBuilder(name, time, time.replace(year=2026))
    private = serialization.load_pem_private_key(made("p256").pkcs8, None)
    assert isinstance(private, EllipticCurvePrivateKey)
    return builder.sign(private, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\t", "nothing but white space"),
        (brainpool, "brainpoolP256r1"),
        (explicit, "explicit curve parameters"),
        (
            lambda: tool("openssl", "crl2pkcs7", "-nocrl", "-certfile", _file(certificate("rsa"))),
            "PKCS#7 / CMS (signed",
        ),
        (revocation_list, "certificate revocation list (CRL)"),
        (lambda: tool("openssl", "ecparam", "-name", "prime256v1"), "no key in this file"),
        (b"-----BEGIN DH PARAMETERS-----\nMAYCAQUCAQI=\n-----END DH PARAMETERS-----\n", "Diffie-Hellman parameters"),
        (b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ==\n-----END PGP PRIVATE KEY BLOCK-----\n", "PGP block"),
        (b"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "PuTTY private key"),
        (b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n", "SSH2 public key"),
        (b"AGE-SECRET-KEY-1QQQQQQ\n", "age secret key"),
        (b"# created: 2024-01-01T00:00:00Z\n# public key: age1x\nAGE-SECRET-KEY-1Q\n", "age key file"),
        (b"<!DOCTYPE html>\n<html><body>Log in</body></html>", "HTML page"),
        (b"<RSAKeyValue><Modulus>AA==</Modulus></RSAKeyValue>", "XML key of .NET"),
        (gzip.compress(b"x"), "gzip"),
        (b"PK\x03\x04rest", "zip"),
        (b"\xfe\xed\xfe\xed\0\0\0\2", "Java keystore"),
        ("-----BEGIN".encode("utf-16"), "UTF-16"),
        (bytes(100), "nothing but 100 octets of zero"),
        ("-----BEGIN".encode("utf-16-le"), "iconv -f UTF-16LE"),
        ("{}".encode("utf-16-be"), "iconv -f UTF-16BE"),
        (b"[]", "JSON array"),
        (b'[{"kty":"RSA"}]', "bare array of JWKs"),
        (b'{"a":1}', "its members: 'a'"),
        (b'{"keys":{}}', "keys member is object"),
        (b'{"jwks_uri":"https://x"}', "discovery document"),
        (b'{"access_token":"x"}', "token response"),
        (b'{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----"}', "Google service account"),
        (b'{"kid1":"-----BEGIN CERTIFICATE-----"}', "JSON with PEM inside"),
        (b'{"a":', "not JSON"),
        (b'{"kty":"RSA"}', "no n member"),
        (b"-----BEGIN PRIVATE KEY-----\nMIIE\n", "line 1: this PEM block has no END PRIVATE KEY line"),
        (b"\n\n-----BEGIN PRIVATE KEY-----\nAAAA\nA*AA\n-----END PRIVATE KEY-----\n", "line 5 of this PEM block"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAAA\n-----END PRIVATE KEY-----\n", "cut short"),
        (b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", "is empty"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "begins as PRIVATE KEY and ends as"),
        (b"-----END PUBLIC KEY-----\n", "without its BEGIN"),
        (b"-----BEGIN RSA PRIV", "cut short in its first line"),
        (b"Certificate:\n    Data:\n", "openssl -text"),
        (b"my secret passphrase", "--secret-file FILE"),
        (b"\x00\x01\x02" * 20, "--secret-file FILE"),
        (b"ssh-rsa", "cut short"),
    ],
    ids=range(43),
)
def test_what_cannot_be_used_is_named(octets, message):
    assert message in refused(octets() if callable(octets) else octets)


def test_dsa_keys_are_named():
    parameters = tool("openssl", "genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:1024")
    assert "DSA parameters" in refused(parameters)
    private = tool("openssl", "genpkey", "-paramfile", _file(parameters))
    assert "DSA private key" in refused(private)
    assert "DSA public key" in refused(tool("openssl", "pkey", "-pubout", stdin=private))
    assert "DSA private key" in refused(to_der(tool("openssl", "dsa", "-in", _file(private))))


def test_truncated_files_say_so():
    octets = to_der(made("rsa").pkcs8)
    assert "cut short: 100 octets are missing" in refused(octets[:-100])
    lines = made("rsa").pkcs8.splitlines(keepends=True)
    without_one = b"".join(lines[:5] + lines[6:])
    assert "line 1: cut short: 48 octets are missing" in refused(without_one)


def test_errors_name_the_source_once_and_keep_their_hint():
    with pytest.raises(KeyMaterialError, match=r"^'keys/a\.json': a key set whose keys"):
        key_formats.read(b'{"keys":1}', "keys/a.json")
    with pytest.raises(KeyMaterialError, match=r"^'a': the file is empty$"):
        key_formats.read(b"", "a")


# --- hostile input


def test_size_and_number_are_bounded():
    assert "more than the" in refused(b" " * (key_formats.MAX_OCTETS + 1))
    many = b"-----BEGIN X-----\n" * (key_formats.MAX_BLOCKS + 1)
    assert "PEM blocks" in refused(many)
    assert "lines of OpenSSH" in refused(b"ssh-rsa AAAA\n" * (key_formats.MAX_BLOCKS + 1))


@pytest.mark.parametrize(
    "octets",
    [
        b"-" * 4_000_000,
        b"-----BEGIN " * 400_000,
        b"ssh-rsa " * 400_000,
        b"A" * 4_000_000,
        b"A: b\n" * 800_000,
        b"-----BEGIN X-----\n" + b"A: b\n" * 800_000 + b"-----END X-----",
        b"\x30\x84\x00\x3d\x09\x00" + b"\x05\x00" * 2_000_000,
        b"eyJ" + b"A" * 4_000_000 + b"....",
    ],
    ids=range(8),
)
def test_large_nonsense_is_refused_without_much_ado(octets):
    refused(octets, passphrase=SECRET)


def test_costly_derivations_are_refused_before_they_start():
    def sealed(function, *parameters):
        derivation = der.encode(der.SEQUENCE, der.encode_oid(function), der.encode(der.SEQUENCE, *parameters))
        cipher = der.encode(
            der.SEQUENCE, der.encode_oid("2.16.840.1.101.3.4.1.42"), der.encode(der.OCTET_STRING, bytes(16))
        )
        scheme = der.encode(der.SEQUENCE, derivation, cipher)
        algorithm = der.encode(der.SEQUENCE, der.encode_oid("1.2.840.113549.1.5.13"), scheme)
        return der.encode(der.SEQUENCE, algorithm, der.encode(der.OCTET_STRING, bytes(32)))

    salt = der.encode(der.OCTET_STRING, bytes(8))
    many = sealed("1.2.840.113549.1.5.12", salt, der.encode_integer(1 << 31))
    assert "rounds of key derivation" in refused(many, passphrase=SECRET)
    wide = sealed("1.3.6.1.4.1.11591.4.11", salt, *map(der.encode_integer, (1 << 30, 8, 1)))
    assert "asks scrypt" in refused(wide, passphrase=SECRET)
    long = sealed("1.3.6.1.4.1.11591.4.11", salt, *map(der.encode_integer, (1 << 17, 8, 64)))
    assert "rounds of key derivation" in refused(long, passphrase=SECRET)


def test_the_work_of_all_parts_counts_together():
    info = to_der(made("p256").pkcs8)
    sealed = key_writing.pem("ENCRYPTED PRIVATE KEY", key_encryption.encrypt_pkcs8(info, SECRET), 64)
    unlocker = key_encryption.Unlocker(SECRET)
    unlocker.spend(key_encryption.MAX_WORK - key_encryption.PBKDF2_ROUNDS + 1)
    reader = key_formats._Reader("FILE", len(sealed), SECRET)
    reader._unlocker = unlocker
    with pytest.raises(KeyMaterialError, match="rounds of key derivation"):
        reader.read(sealed)


@functools.cache
def samples() -> list[bytes]:
    private, public = ssh_key("ed25519", "-N", "")
    sealed = tool(
        "openssl", "pkcs8", "-topk8", "-iter", "1", "-passout", "pass:correct horse", stdin=made("p256").pkcs8
    )
    bundle = tool(
        *("openssl", "pkcs12", "-export", "-inkey", _file(made("p256").pkcs8), "-in", _file(chain()[0])),
        *("-iter", "1", "-macalg", "sha256", "-passout", "pass:correct horse"),
    )
    jwks = json.dumps({"keys": [to_jwk(one(made("p256").pkcs8), private=True)]}).encode()
    return [
        *(made(name).pkcs8 for name in ("rsa", "p256", "ed25519")),
        *(to_der(made(name).pkcs8) for name in ("rsa", "p256", "ed25519")),
        *(to_der(made(name).public) for name in ("rsa", "p256", "ed25519")),
        to_der(tool("openssl", "ec", stdin=made("p256").pkcs8)),
        to_der(chain()[0]),
        chain()[0] + chain()[1],
        *(private, public, to_der(private), sealed, to_der(sealed), bundle, jwks, base64.b64encode(jwks)),
        _sealed(b"{}", p2c=1),
    ]


def _reads_or_refuses(octets):
    try:
        found = key_formats.read(octets, "FILE", passphrase=SECRET)
    except KeyMaterialError as err:
        assert "\n" not in err.message  # noqa: PT017 - the property is about the error
        return
    assert isinstance(found, KeySet)
    assert found.keys or found.problems or found.is_jwks
    for key in found.keys:
        thumbprint(key)


@given(st.binary(max_size=400))
def test_any_octets_are_read_or_refused(octets):
    _reads_or_refuses(octets)


@given(st.text(max_size=300).map(lambda text: "-----BEGIN PRIVATE KEY-----" + text + "-----END PRIVATE KEY-----"))
def test_any_pem_body_is_read_or_refused(text):
    _reads_or_refuses(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_changed_keys_are_read_or_refused(data):
    octets = bytearray(data.draw(st.sampled_from(samples())))
    for _ in range(data.draw(st.integers(1, 4))):
        where = data.draw(st.integers(0, len(octets) - 1))
        match data.draw(st.sampled_from(("set", "cut", "insert", "double"))):
            case "set":
                octets[where] = data.draw(st.integers(0, 255))
            case "cut":
                del octets[where : where + data.draw(st.integers(1, 8))]
            case "insert":
                octets[where:where] = data.draw(st.binary(min_size=1, max_size=4))
            case _:
                octets[where:where] = octets[: where // 2]
        if not octets:
            return
    _reads_or_refuses(bytes(octets))


def test_plain_keys_load_no_cryptographic_package():
    path = _file(made("rsa").pkcs8)
    code = (
        "import sys; from pathlib import Path; from jwtctl.jose import key_formats;"
        f"key_formats.read(Path({str(path)!r}).read_bytes(), 'FILE');"
        "print(*sorted({'cryptography', 'jwt', 'jwcrypto', 'bcrypt'} & {m.partition('.')[0] for m in sys.modules}))"
    )
    assert tool(sys.executable, "-c", code).strip() == b""
