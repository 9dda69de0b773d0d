#!/bin/sh
# A gate for a pipeline: make a key, sign, verify, publish, and audit everything that is about to be deployed.
#   gate.sh FOLDER    FOLDER holds the keys and key sets to audit; a scratch folder is made and removed
set -eu
folder=${1:?usage: gate.sh FOLDER}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# 1. The tool chain works: a fresh key signs a token that its published half verifies.
jwtctl keygen ES256 --to jwks -o "$scratch/issuer.json" --public-out "$scratch/jwks.json" --quiet
jwtctl sign --key "$scratch/issuer.json" --iss https://ci.example --sub gate --aud gate --exp 5m > "$scratch/token"
jwtctl verify "@$scratch/token" --jwks "$scratch/jwks.json" --iss https://ci.example --aud gate --require exp,sub

# 2. Nothing that verifiers get is weak, broken or private.
jwtctl audit-keys "$folder" --role verifier --fail-on medium --format "${JWTCTL_FORMAT:-text}"
