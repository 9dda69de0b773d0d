"""Keys and tokens: the only room that imports cryptography, jwt and jwcrypto."""
