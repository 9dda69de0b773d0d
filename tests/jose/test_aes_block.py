from jwtctl.jose.aes_block import encrypt_block


def test_the_examples_of_fips_197():
    block = bytes.fromhex("00112233445566778899aabbccddeeff")
    for octets, expected in ((16, "69c4e0d86a7b0430d8cdb78070b4c55a"), (32, "8ea2b7ca516745bfeafc49904b496089")):
        assert encrypt_block(bytes(range(octets)), block).hex() == expected
