"""The page behind the question whether an e-mail address is a contact's own."""

from dataclasses import dataclass

from .render import Frame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPage:
    """`GET {here}` = `/m/{token}`: what would come here, and when. Reading it changes nothing.

    POST `{here}/yes` with `digits` (the last of his number) proves the address, POST `{here}/stop` ends it again.
    her: her name as she gave it. address: enough of it to know it by. sender: where mail comes from. worn_out: too many
    wrong digits were keyed.
    """

    frame: Frame
    here: str
    her: str
    address: str
    sender: str
    proved: bool = False
    stopped: bool = False
    worn_out: bool = False
    problem: str = ""


def render_mail(page: MailPage) -> str:
    return render("mail.html", page)
