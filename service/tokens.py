"""Secrets that open doors: opaque tokens, of which only hashes are kept, and MACs on addresses we hand out."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path

ID_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
REFERENCE_LETTERS = "ABCDEFGHJKLMNPRSTVWXYZ"
SHORTEST_SECRET = 16
# Phones end a link in a text before a dash or an underscore that stands last.
_WITHIN_A_LINK = str.maketrans("-_", "xy")


class WeakSecret(ValueError):
    """A deployment's secret that is too short to keep anything closed."""


def new_token() -> str:
    """256 random bits, for a device or an operator's session."""
    return secrets.token_urlsafe(32)


def new_id(length: int = 16) -> str:
    """A random identifier without look-alike characters (about 4.9 bits a character); holds no `-`."""
    return "".join(secrets.choice(ID_ALPHABET) for _ in range(length))


def new_reference() -> str:
    """What people say on the telephone: a letter and three digits. Not a credential."""
    return secrets.choice(REFERENCE_LETTERS) + "".join(secrets.choice("0123456789") for _ in range(3))


def new_passcode() -> str:
    """Six digits sent by SMS."""
    return f"{secrets.randbelow(1_000_000):06d}"


def token_hash(token: str) -> bytes:
    """What is kept of a token. Tokens are random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def same(a: bytes | str, b: bytes | str) -> bool:
    """Comparison in constant time."""
    left, right = (x.encode() if isinstance(x, str) else x for x in (a, b))
    return hmac.compare_digest(left, right)


class Sealer:
    """Makes and checks what only this deployment can make: contact links, MACs on callback addresses, blind names."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise WeakSecret(f"secret is too short: expected {SHORTEST_SECRET} bytes or more, got {len(secret)}")
        self._secret = secret

    def link_token(self, journey: str, contact: str) -> str:
        """The token of a contact's page: 130 bits, the same every time, so it can be written into a late text."""
        return self._mac("link", f"{journey}/{contact}").translate(_WITHIN_A_LINK)[:22]

    def invite_token(self, traveller: str, contact: str) -> str:
        """The token of an invitation's page, likewise: she may be shown it again."""
        return self._mac("invite", f"{traveller}/{contact}").translate(_WITHIN_A_LINK)[:22]

    def mail_token(self, traveller: str, contact: str, mail: str) -> str:
        """The token of the page behind the question whether an e-mail address is a contact's own, likewise."""
        return self._mac("mail", f"{traveller}/{contact}/{mail}").translate(_WITHIN_A_LINK)[:22]

    def seal(self, *parts: str) -> str:
        """A short MAC on an address of ours."""
        return self._mac("address", "\x00".join(parts))[:16]

    def sealed(self, mac: str, *parts: str) -> bool:
        return same(self.seal(*parts), mac)

    def blind(self, book: str, name: str) -> str:
        """A directory name that does not give away the number or token it stands for."""
        return self._mac(book, name)[:27]

    def _mac(self, purpose: str, text: str) -> str:
        digest = hmac.digest(self._secret, f"lamplit/{purpose}/{text}".encode(), "sha256")
        return urlsafe_b64encode(digest).decode().rstrip("=")


def secret_in(data_dir: Path) -> bytes:
    """The deployment's secret, drawn at the first start and kept in the data directory (mode 0600).

    Two processes that start together agree on one: the link is made once, and whoever comes second reads it.
    """
    path = data_dir / "secret"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh = data_dir / f"secret.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32))
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text().strip().encode()
