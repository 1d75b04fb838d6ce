"""E-mail against a real SMTP server."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from alerts.contact import Channel
from alerts.gateway import GatewayError, MailAddress, Message, OutcomeUnknown
from alerts.mail_gateway import MailGateway
from tests.doubles.post_office import PASSWORD, USER, PostOffice, trusting

DAD = MailAddress("dad@house.example")
TO_DAD = Message(
    id="anna-1/i1/L2/dad/email/2",
    attempt=1,
    to=DAD,
    channel=Channel.EMAIL,
    text="Please read this.\n\nAnna <3 has NOT arrived.\n.\nOpen https://lamplit.example/c/7hJq?a=1&b=2 now.",
    callback_url="",
    valid_s=300.0,
    reference="7hJq",
    subject="Please read this now (K742)",
)


def gateway_to(office: PostOffice, **more: Any) -> MailGateway:
    given = {"starttls": False, "timeout_s": 5.0, **more}
    return MailGateway(
        host="localhost",
        port=office.port,
        sender="Lamplit <alerts@lamplit.example>",
        now=lambda: 1_795_000_000.0,
        tls=trusting(),
        **given,
    )


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with PostOffice() as office:
        yield office


async def test_a_mail_arrives_whole(office: PostOffice) -> None:
    """From us, to Dad, with its subject and its words, the full stop that stands alone in a line included."""
    handed = await gateway_to(office).send(TO_DAD)

    [mail] = office.inbox
    assert office.envelopes == [("alerts@lamplit.example", DAD)]
    assert (mail["From"], mail["To"], mail["Subject"]) == ("Lamplit <alerts@lamplit.example>", DAD, TO_DAD.subject)
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n").strip() == TO_DAD.text
    assert mail["Message-ID"] == f"<{handed.sid}>"
    assert mail["Auto-Submitted"] == "auto-generated"


async def test_the_page_in_a_mail_fetches_nothing(office: PostOffice) -> None:
    """No picture, no script, no style from elsewhere; what was written is escaped, and the link can be tapped."""
    await gateway_to(office).send(TO_DAD)

    page = office.inbox[0].get_body(("html",))
    assert page is not None
    html = page.get_content()
    assert '<a href="https://lamplit.example/c/7hJq?a=1&amp;b=2">' in html
    assert "Anna &lt;3" in html
    assert not any(word in html for word in ("<img", "<script", "<link", "src=", "url("))


async def test_a_mail_sent_again_is_known_as_a_copy(office: PostOffice) -> None:
    """Its Message-ID is the same whatever its words are by now; the next attempt has another, and neither tells of whom."""
    gateway = gateway_to(office)
    for message in (TO_DAD, replace(TO_DAD, text="as of later", attempt=2), replace(TO_DAD, id=f"{TO_DAD.id}2")):
        await gateway.send(message)

    first, copy, other = (str(mail["Message-ID"]) for mail in office.inbox)
    assert first == copy != other
    assert "anna" not in first
    assert await gateway.find(TO_DAD, 0.0) is None


@pytest.mark.parametrize(("starttls", "implicit_tls"), [(True, False), (False, True)])
async def test_the_line_is_encrypted_and_we_say_who_we_are(starttls: bool, implicit_tls: bool) -> None:
    """By STARTTLS, or from the first byte."""
    how = {"starttls": starttls, "implicit_tls": implicit_tls}
    async with PostOffice(passwords=True, starttls=starttls, implicit_tls=implicit_tls) as office:
        await gateway_to(office, **how, user=USER, password=PASSWORD).send(TO_DAD)

    assert office.encrypted == [True]


async def test_nothing_is_said_on_an_open_line(office: PostOffice) -> None:
    """A server that cannot encrypt, though it should, gets no mail: it is tried again later, for everybody."""
    with pytest.raises(GatewayError) as refusal:
        await gateway_to(office, starttls=True).send(TO_DAD)

    assert (refusal.value.permanent, refusal.value.everybody) == (False, True)
    assert office.inbox == []


async def test_a_certificate_of_somebody_else_is_not_believed() -> None:
    """Whoever sits in the line reads nothing."""
    async with PostOffice(starttls=True) as office:
        stranger = MailGateway(
            host="localhost", port=office.port, sender="alerts@lamplit.example", now=lambda: 0.0, timeout_s=5.0
        )
        with pytest.raises(GatewayError) as refusal:
            await stranger.send(TO_DAD)

    assert refusal.value.everybody
    assert office.inbox == []


async def test_a_wrong_password_is_everybodys_and_passes() -> None:
    """Credentials are mended by a person; no mail is given up for them, and they stand in no error."""
    async with PostOffice(passwords=True) as office:
        with pytest.raises(GatewayError) as refusal:
            await gateway_to(office, user=USER, password="old secret").send(TO_DAD)

    assert (refusal.value.permanent, refusal.value.everybody, refusal.value.code) == (False, True, 535)
    assert "old secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("where", "answer", "permanent", "everybody"),
    [
        ("on_mail", "451 not now", False, True),
        ("on_mail", "550 we do not know you", False, True),
        ("on_rcpt", "450 come back in five minutes", False, False),
        ("on_rcpt", "550 no such mailbox dad@house.example", True, False),
        ("on_rcpt", "421 going down", False, True),
        ("on_rcpt", "530 log in first", False, True),
        ("on_data", "452 mailbox full", False, False),
        ("on_data", "554 looks like spam", True, False),
    ],
)
async def test_what_the_server_refuses(
    office: PostOffice, where: str, answer: str, permanent: bool, everybody: bool
) -> None:
    """4xx is later and 5xx never, for this address; what is said of ourselves is nobody's fault. No address is repeated."""
    getattr(office, where).append(answer)

    with pytest.raises(GatewayError) as refusal:
        await gateway_to(office).send(TO_DAD)

    assert (refusal.value.permanent, refusal.value.everybody) == (permanent, everybody)
    assert refusal.value.code == int(answer[:3])
    assert "dad" not in str(refusal.value)


@pytest.mark.parametrize("answer", ["999 what", "hello?", "354 go on"])
async def test_what_is_no_answer_refuses_nobody(office: PostOffice, answer: str) -> None:
    """Something else speaks where the mail server should: Dad's address is as good as before. After the words it may be
    under way."""
    office.on_rcpt.append(answer)
    office.on_data.append(answer)

    with pytest.raises(GatewayError) as refusal:
        await gateway_to(office, timeout_s=0.3).send(TO_DAD)
    with pytest.raises(OutcomeUnknown):
        await gateway_to(office, timeout_s=0.3).send(TO_DAD)

    assert (refusal.value.permanent, refusal.value.everybody) == (False, True)


async def test_a_server_that_is_away_is_everybodys(office: PostOffice) -> None:
    """Nothing was sent, so nothing is unknown."""
    gateway = gateway_to(office)
    await office.shut()

    with pytest.raises(GatewayError) as refusal:
        await gateway.send(TO_DAD)

    assert (refusal.value.permanent, refusal.value.everybody) == (False, True)
    await office.open(office.port)


async def test_an_answer_that_is_lost_after_the_words_leaves_it_open(office: PostOffice) -> None:
    """The line goes dead once the words were said: it may be under way."""
    office.on_data.append("")

    with pytest.raises(OutcomeUnknown):
        await gateway_to(office).send(TO_DAD)


async def test_a_server_that_takes_the_words_and_says_nothing(office: PostOffice) -> None:
    """Our patience ends, and it may be under way all the same."""
    office.deaf = True

    with pytest.raises(OutcomeUnknown):
        await gateway_to(office, timeout_s=0.3).send(TO_DAD)

    assert len(office.inbox) == 1


async def test_an_address_that_smtp_cannot_say_is_refused_for_good(office: PostOffice) -> None:
    """And nobody else waits for it."""
    with pytest.raises(GatewayError) as refusal:
        await gateway_to(office).send(replace(TO_DAD, to=MailAddress("d\xe4d@house.example")))

    assert (refusal.value.permanent, refusal.value.everybody) == (True, False)


def test_an_address_never_shows_itself_whole() -> None:
    """Neither in a log nor in an error."""
    assert repr(DAD) == "MailAddress('d…@h….example')"
    assert MailAddress("nonsense").masked == "…"
