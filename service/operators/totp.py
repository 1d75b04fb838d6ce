"""The second factor of an operator: six digits from an authenticator app, new every 30 s (RFC 6238).

Dry: the instant is an argument. A code counts in its own half minute and the ones beside it; that a code is used only
once is the caller's part.
"""

import pyotp

from service.tokens import same

STEP_S = 30
AROUND = (0, -1, 1)
ISSUER = "Lamplit"


def new_secret() -> str:
    """160 random bits, as authenticator apps take them."""
    return pyotp.random_base32()


def address(name: str, secret: str) -> str:
    """The `otpauth://` address that an authenticator app reads, typed or as a QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER))


def step_at(at: float) -> int:
    """Which half minute since 1970 this is."""
    return int(at // STEP_S)


def code_at(secret: str, at: float) -> str:
    """What the app shows then."""
    return str(pyotp.TOTP(secret).generate_otp(step_at(at)))


def steps_of(secret: str, code: str, at: float) -> tuple[int, ...]:
    """The half minutes around `at` whose code this is; empty for a wrong one. The same work whatever was typed."""
    typed, now = "".join(code.split()), step_at(at)
    shown = pyotp.TOTP(secret)
    fits = [same(str(shown.generate_otp(now + beside)), typed) for beside in AROUND]
    return tuple(now + beside for beside, fit in zip(AROUND, fits, strict=True) if fit)
