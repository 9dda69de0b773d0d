"""The identity server of the reversed scheme, as somebody would build it. Do not.

It makes an RSA key pair the ordinary way and then swaps the roles: it signs with e, which it keeps to itself, and
hands the "private" key (n, d) to every service, which verifies with it.

    python issuer.py setup FOLDER [E]       makes FOLDER/issuer-secret.json and FOLDER/service-key.jwk; E is 65537 or 3
    python issuer.py token FOLDER SUBJECT   mints a token that lives an hour
"""

import base64
import json
import sys
import time
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


def encode(number):
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


def setup(folder, exponent=65537):
    key = rsa.generate_private_key(public_exponent=exponent, key_size=2048).private_numbers()
    n, e, d = key.public_numbers.n, key.public_numbers.e, key.d
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "issuer-secret.json"
    secret.touch(mode=0o600)
    secret.write_text(json.dumps({"n": n, "signs_with": e, "services_verify_with": d, "p": key.p, "q": key.q}))
    service_key = {"kty": "RSA", "kid": "sso-1", "n": encode(n), "d": encode(d)}
    (folder / "service-key.jwk").write_text(json.dumps(service_key) + "\n")


def token(folder, subject):
    secret = json.loads((folder / "issuer-secret.json").read_text())
    p, q, e = secret["p"], secret["q"], secret["signs_with"]
    # The swap: to the library, e is the private exponent and d the public one.
    public = rsa.RSAPublicNumbers(secret["services_verify_with"], secret["n"])
    swapped = rsa.RSAPrivateNumbers(p, q, e, e % (p - 1), e % (q - 1), pow(q, -1, p), public)
    claims = {"iss": "https://sso.example", "sub": subject, "exp": int(time.time()) + 3600}
    return jwt.encode(claims, swapped.private_key(), algorithm="RS256", headers={"kid": "sso-1"})


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["setup", folder]:
            setup(Path(folder))
        case ["setup", folder, "3" | "65537" as exponent]:
            setup(Path(folder), int(exponent))
        case ["token", folder, subject]:
            print(token(Path(folder), subject))
        case _:
            sys.exit(__doc__)
