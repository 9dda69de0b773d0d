"""Tokens that carry personal data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.claim_values import plain, values
from jwtctl.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class _Kind(NamedTuple):
    words: str
    severity: Severity
    names: str


_EMAIL = _Kind("an e-mail address", Severity.MEDIUM, "email mail emailaddress")
_PHONE = _Kind("a phone number", Severity.MEDIUM, "phonenumber phone mobile mobilephone telephone msisdn")
_CARD = _Kind("a payment card number", Severity.HIGH, "cardnumber creditcard creditcardnumber pan ccnumber")
_IBAN = _Kind("a bank account (IBAN)", Severity.HIGH, "iban")
_NATIONAL_ID = _Kind(
    "a national identification number",
    Severity.HIGH,
    "ssn socialsecuritynumber nationalid nationalidentifier nationalidnumber personnummer passportnumber passport"
    " taxid taxidentifier nino nhsnumber aadhaar bsn cpf dni nif pesel codicefiscale driverslicense",
)
_OTHERS = (
    _Kind("a date of birth", Severity.MEDIUM, "birthdate birthday dateofbirth dob"),
    _Kind("a postal address", Severity.MEDIUM, "address streetaddress postaladdress homeaddress"),
    _Kind("the name of a person", Severity.LOW, "givenname familyname firstname lastname fullname surname"),
    _Kind(
        "data of a special category (GDPR article 9)",
        Severity.HIGH,
        "ethnicity race religion politicalparty healthstatus diagnosis disability sexualorientation bloodtype",
    ),
)
_BY_NAME = {
    name: kind for kind in (_EMAIL, _PHONE, _CARD, _IBAN, _NATIONAL_ID, *_OTHERS) for name in kind.names.split()
}

STANDARD = frozenset({"email", "phonenumber", "address", "streetaddress", "birthdate", "givenname", "familyname"})
"""Claims that an ID token has when its client asked for them (OpenID Connect Core 1.0 section 5.1), spelt plainly."""
LONGEST = 320
"""Characters of the longest e-mail address (RFC 5321 section 4.5.3.1)."""

_EMAIL_FORM = re.compile(r"""[^\s@<>"(),:;]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}""")
_PHONE_FORM = re.compile(r"\+[1-9][0-9 ().-]{5,18}[0-9]")
_CARD_FORM = re.compile(
    r"4\d{15}|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}|6(?:011|5\d\d)\d{12}|35\d{14}"
)
_IBAN_FORM = re.compile(r"[A-Z]{2}\d\d[A-Z0-9]{11,30}")
_SSN_FORM = re.compile(r"(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}")
# Members that hold identifiers: one number in ten passes the check digit of a card.
_IDENTIFIER = re.compile(r".*id|sub|jti|nonce|sid|ath|jkt|.*hash")


class TokenPii(TokenCheck):
    """A token carries personal data.

    Why it matters:
        A signed token is not encrypted: whoever holds it reads it, and logs, browsers and every service on its way keep
        it. Access tokens go to services that need no more than an identifier (RFC 9068 section 6). What an ID token tells
        the client that asked for it is meant to be there, and is only noted.

    What to do:
        Put a stable identifier in sub, and let the services that need more ask for it (userinfo). Or encrypt the token.
        What was found is told by its kind and place only; by name or form alone it may be a harmless value.
    """

    id = "token-pii"
    severity = Severity.MEDIUM
    cites = ("RFC 7519 section 12", "RFC 9068 section 6")
    proof = "none: a heuristic"

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return bool(token.claims)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        found: dict[_Kind, list[tuple[str, bool]]] = {}
        for value in values(token.claims):
            if (kind := _kind(value.name, value.value)) is not None:
                found.setdefault(kind, []).append((value.at, plain(value.name) in STANDARD))
        profile = audit.profile_of(token)
        for kind, places in found.items():
            severity = kind.severity
            if all(is_standard for _, is_standard in places):
                # Without a profile it may be an ID token, in which the client asked for it.
                severity = min(severity, {"id-token": Severity.INFO, "": Severity.LOW}.get(profile, severity))
            more = f", in {len(places):,} places" if len(places) > 1 else ""
            message = f"it carries what looks like {kind.words}{more}"
            yield self.finding(
                token, message, at=places[0][0], severity=severity, confidence=Confidence.HEURISTIC, of=kind.words
            )


def _kind(name: str, value: Any) -> _Kind | None:
    if value is None or isinstance(value, bool) or value in ("", [], {}):
        return None
    named = _BY_NAME.get(plain(name))
    if named is not None:
        return named
    if isinstance(value, dict | list):
        return None
    text = str(value) if isinstance(value, str) or (isinstance(value, int) and abs(value) < 10**19) else ""
    return _by_form(plain(name), text) if 7 <= len(text) <= LONGEST else None


def _by_form(name: str, text: str) -> _Kind | None:
    if "@" in text:
        is_address = _EMAIL_FORM.fullmatch(text) and not text.endswith(".gserviceaccount.com")
        return _EMAIL if is_address else None
    if _PHONE_FORM.fullmatch(text):
        return _PHONE
    if _SSN_FORM.fullmatch(text):
        return _NATIONAL_ID
    if _IDENTIFIER.fullmatch(name):
        return None
    squeezed = text.replace(" ", "").replace("-", "")
    if _CARD_FORM.fullmatch(squeezed) and squeezed.isascii() and _luhn(squeezed):
        return _CARD
    if _IBAN_FORM.fullmatch(squeezed) and squeezed.isascii() and _is_iban(squeezed):
        return _IBAN
    return None


def _luhn(digits: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812-1)."""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    """Whether the check digits are right (ISO 13616-1, ISO/IEC 7064 MOD 97-10)."""
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1
