"""The account: who may use the API, from which numbers, and to whom.

Two tokens are valid while one replaces the other (https://www.twilio.com/docs/iam/api/secondary_authtoken). Callbacks
are signed with the newest. A Messaging Service is a pool of senders
(https://www.twilio.com/docs/messaging/services); with a sticky sender a person hears from the same number again.
"""

import hmac
import re
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from .refusals import Refused

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(slots=True)
class Service:
    """A Messaging Service."""

    sid: str
    senders: list[str]
    sticky: bool = True
    last: dict[str, str] = field(default_factory=dict)
    """From which of its numbers somebody was last texted."""


@dataclass(slots=True)
class Account:
    """`countries` are the prefixes it may text and ring, `verified` the numbers of a trial account, `senders` its own
    numbers; None: no limit."""

    sid: str
    tokens: list[str]
    countries: tuple[str, ...] | None = None
    verified: set[str] | None = None
    senders: set[str] | None = None
    services: dict[str, Service] = field(default_factory=dict)

    @property
    def newest(self) -> str:
        """The token that callbacks are signed with; empty when all were revoked."""
        return self.tokens[-1] if self.tokens else ""

    def rotate(self, token: str) -> None:
        """A second token is valid from now on, and signs."""
        self.tokens.append(token)

    def revoke(self, token: str) -> None:
        """`token` is not valid any more."""
        self.tokens = [one for one in self.tokens if one != token]

    def let_in(self, authorization: str, account_sid: str) -> None:
        """Raises Refused for whoever has none of the tokens."""
        known = [aiohttp.encode_basic_auth(self.sid, token) for token in self.tokens]
        if account_sid != self.sid or not any(hmac.compare_digest(authorization, one) for one in known):
            raise Refused(20003)

    def check_to(self, to: str, *, invalid: int, foreign: int, unverified: int) -> None:
        """Raises Refused with one of these numbers for somebody the account may not reach."""
        if not _E164.fullmatch(to):
            raise Refused(invalid)
        if self.countries is not None and not to.startswith(self.countries):
            raise Refused(foreign)
        if self.verified is not None and to not in self.verified:
            raise Refused(unverified)

    def check_sender(self, sender: str, code: int) -> None:
        """Raises Refused for a number that is not the account's."""
        if self.senders is not None and sender not in self.senders:
            raise Refused(code)

    def service(self, sid: str) -> Service:
        """Raises Refused for a service that is not the account's."""
        if sid not in self.services:
            raise Refused(21701)
        return self.services[sid]

    def service_of(self, sender: str) -> Service | None:
        """The service whose pool a number of ours is in."""
        return next((service for service in self.services.values() if sender in service.senders), None)
