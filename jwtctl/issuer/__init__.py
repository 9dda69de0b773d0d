"""An issuer to develop and test against: keys from a store, tokens by OAuth 2.0 and OpenID Connect, faults on demand."""
