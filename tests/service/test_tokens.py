"""Secrets that open doors."""

import stat
from pathlib import Path

import pytest

from service.tokens import (
    ID_ALPHABET,
    Sealer,
    new_id,
    new_passcode,
    new_reference,
    new_token,
    same,
    secret_in,
    token_hash,
)

SEALER = Sealer(b"sixteen bytes and some")


def test_ids_hold_nothing_that_a_key_is_cut_at() -> None:
    """A traveller's id is the part of a row's key before `-`; a token is 256 bits; a code has six digits."""
    assert all(set(new_id()) <= set(ID_ALPHABET) for _ in range(50))
    assert not set(ID_ALPHABET) & set("-/|01iloIOL")
    assert len(new_token()) == 43
    assert all(len(code) == 6 and code.isdecimal() for code in (new_passcode() for _ in range(50)))
    assert all(ref[0].isalpha() and ref[1:].isdecimal() and len(ref) == 4 for ref in (new_reference(),))


def test_a_token_is_kept_as_its_hash() -> None:
    """The same token, the same 32 bytes; compared in constant time."""
    token = new_token()
    assert same(token_hash(token), token_hash(token))
    assert not same(token_hash(token), token_hash(token + "x"))
    assert len(token_hash(token)) == 32


def test_a_link_is_the_same_every_time_and_another_one_for_everybody() -> None:
    """It is made from the journey and the contact, so a late text can carry it; 132 bits."""
    links = [SEALER.link_token(j, c) for j in ("anna-1", "anna-2") for c in ("beth", "dad")]
    assert len(set(links)) == 4
    assert SEALER.link_token("anna-1", "beth") == links[0]
    assert {len(link) for link in links} == {22}


def test_an_invitation_is_no_journeys_link() -> None:
    """Made likewise, and never the same as one of those."""
    assert SEALER.invite_token("anna", "beth") == SEALER.invite_token("anna", "beth")
    assert len({SEALER.invite_token(a, c) for a in ("anna", "eve") for c in ("beth", "dad")}) == 4
    assert SEALER.invite_token("anna", "beth") != SEALER.link_token("anna", "beth")


def test_an_addresss_token_is_another_one_for_another_address() -> None:
    """Whoever was mailed at the old one has nothing in his hand."""
    assert SEALER.mail_token("anna", "dad", "m1") == SEALER.mail_token("anna", "dad", "m1")
    assert SEALER.mail_token("anna", "dad", "m1") != SEALER.mail_token("anna", "dad", "m2")
    assert SEALER.mail_token("anna", "dad", "m1") != SEALER.invite_token("anna", "dad")


def test_a_seal_is_of_its_parts_in_their_order() -> None:
    """Parts cannot be run together, and another deployment's seal is none."""
    seal = SEALER.seal("notice", "1")
    assert SEALER.sealed(seal, "notice", "1")
    assert not any(SEALER.sealed(seal, *parts) for parts in (("notice1",), ("1", "notice"), ("notice", "1", "")))
    assert not Sealer(b"sixteen other bytes!").sealed(seal, "notice", "1")


def test_one_purpose_never_makes_what_another_one_needs() -> None:
    """The blind name of a number in one book says nothing about the next."""
    assert SEALER.blind("number", "+447700900101") != SEALER.blind("stop", "+447700900101")


def test_a_short_secret_is_refused() -> None:
    """Fifteen bytes are too few."""
    with pytest.raises(ValueError, match="expected 16 bytes or more, got 15"):
        Sealer(b"x" * 15)


def test_the_deployments_secret_is_drawn_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    """The second start finds the first one's."""
    first = secret_in(tmp_path / "data")
    assert secret_in(tmp_path / "data") == first
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600
