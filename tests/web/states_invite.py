"""An invitation's page, and that of an e-mail address, in every state: Beth and Dad have got a link from Anna."""

from collections.abc import Iterator
from dataclasses import replace

from service.web.pages import (
    InviteCodePage,
    InviteDonePage,
    InvitePage,
    MailPage,
    render_invite,
    render_invite_code,
    render_invite_done,
    render_mail,
)

from .evening import REAL, SANDBOX

HERE, OURS = "/i/Kq81mVt7kQ2Xw9", "07700 900000"


def invite_states(her: str) -> Iterator[tuple[str, str]]:
    """Asked, the code on its way, answered; and what can be wrong."""
    page = InvitePage(frame=REAL, here=HERE, her=her, ours=OURS)
    wrong = replace(page, number="07700 90012", problem="A mobile number, please, as you write it.")
    yield "invite", render_invite(page)
    yield "invite-wrong", render_invite(wrong)
    yield "invite-enough", render_invite(replace(wrong, problem="Enough for today.", yes_counts=True))
    yield "invite-known", render_invite(replace(page, ending="03"))
    yield "invite-mail", render_invite(replace(page, ending="03", mail="d…@h….example"))
    yield "invite-sandbox", render_invite(replace(page, frame=SANDBOX, ending="03"))
    code = InviteCodePage(frame=REAL, here=HERE, her=her, ours=OURS, ending="03")
    yield "invite-code", render_invite_code(code)
    yield "invite-code-wrong", render_invite_code(replace(code, problem="That is not it.", another=False))
    done = InviteDonePage(frame=replace(REAL, nonce=""), her=her, ours=OURS, agreed=True)
    yield "invite-yes", render_invite_done(done)
    yield "invite-never", render_invite_done(replace(done, agreed=False))


def mail_states(her: str) -> Iterator[tuple[str, str]]:
    """Whether an address is right: asked, answered wrongly, worn out, agreed, stopped."""
    page = MailPage(
        frame=REAL, here="/m/Zt3mVt7kQ2Xw9", her=her, address="d…@h….example", sender="alerts@lamplit.example"
    )
    yield "mail", render_mail(page)
    yield "mail-wrong", render_mail(replace(page, problem="That is not how your number ends."))
    yield "mail-worn", render_mail(replace(page, worn_out=True))
    yield "mail-yes", render_mail(replace(page, proved=True))
    yield "mail-stopped", render_mail(replace(page, stopped=True))
