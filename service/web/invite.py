"""An invitation's page: for somebody whose friend has just sent a link, and who has never heard of Lamplit."""

from dataclasses import dataclass

from .render import Frame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitePage:
    """`GET {here}` = `/i/{token}`: who asks, what for, who sees what and when, how to leave. Reading it changes nothing.

    POST `{here}/number` with `number` (none where `ending` is set: she has given it) texts a code.
    her: her name as she gave it. ours: the number that YES can be texted to, as it is written; shown only where a number
    is known to be asked. problem: what was wrong with the number, at its field. mail: enough of the e-mail address that
    she gave, too, to know it by.
    """

    frame: Frame
    here: str
    her: str
    ours: str
    number: str = ""
    ending: str = ""
    problem: str = ""
    yes_counts: bool = False
    mail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteCodePage:
    """The code is on its way. POST `{here}/code` with `code` and `what` = yes or never.

    ending: the last two digits of the number it went to. another: whether another number may be keyed.
    """

    frame: Frame
    here: str
    her: str
    ours: str
    ending: str
    another: bool = True
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteDonePage:
    """The answer was taken; the link has ended with it."""

    frame: Frame
    her: str
    ours: str
    agreed: bool


def render_invite(page: InvitePage) -> str:
    return render("invite.html", page)


def render_invite_code(page: InviteCodePage) -> str:
    return render("invite_code.html", page)


def render_invite_done(page: InviteDonePage) -> str:
    return render("invite_done.html", page)
