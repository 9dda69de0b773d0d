"""One of the many services of the reversed scheme: it verifies offline, with the key that the issuer handed out.

python service.py FOLDER TOKEN   says who is logged in, or refuses
"""

import base64
import json
import sys
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


def decode(text):
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def logged_in(folder, token):
    key = json.loads((folder / "service-key.jwk").read_text())
    verifying = rsa.RSAPublicNumbers(decode(key["d"]), decode(key["n"])).public_key()
    return jwt.decode(token, verifying, algorithms=["RS256"], options={"require": ["exp", "sub"]})


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        claims = logged_in(Path(sys.argv[1]), sys.argv[2])
    except jwt.PyJWTError as err:
        sys.exit(f"refused: {err}")
    print(f"welcome, {claims['sub']}" + (f" ({claims['role']})" if "role" in claims else ""))
