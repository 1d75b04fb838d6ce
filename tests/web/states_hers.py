"""What is folded on Anna's phone, and the pages behind it."""

from collections.abc import Iterator
from dataclasses import replace

from service.web.pages import (
    CardField,
    CardPage,
    Companion,
    Hers,
    HistoryPage,
    Invited,
    InviteSomebodyPage,
    OnList,
    Past,
    SeenBy,
    Tested,
    render_card,
    render_history,
    render_invite_somebody,
)

from .evening import SANDBOX

QUESTION = "Could this person be, or tell, someone who hurts you? Then untick the SOS list."
PINS = "In this sandbox the PIN is 2580, the duress PIN 1470."


def folded(contact: str, words: str) -> Hers:
    """Beth walks with her; an operator has looked for a reason; Ella was sent a link."""
    return Hers(
        companions=(
            Companion(id="b1", name=contact, looks_on=True),
            Companion(id="operators", name="The operators", looks_on=False),
        ),
        sees_now=contact,
        looks=(
            SeenBy(who="An operator", what="looked at where you were", clock="23:16", why=words),
            SeenBy(who=contact, what="asked if you are on your way", clock="23:02"),
        ),
        tests=(Tested(id="b1", name=contact, how="Text: arrived after 2.1 s, answered after 48 s"),),
        lists=(OnList(id="b1", name=contact, on=True), OnList(id="c1", name="Chloe", on=False)),
        question=QUESTION,
        card=(("Full name", words), ("May be a danger", "written, and never shown here")),
        invited=(
            Invited(name="Ella", link="/i/Vt7kQ2mXw9", number="07700 900104", phone="+447700900104"),
            Invited(name="Dad"),
        ),
    )


def hers_states(her: str, contact: str, words: str) -> Iterator[tuple[str, str]]:
    """(name of the state, HTML)."""
    card = CardPage(
        frame=SANDBOX,
        fields=(
            CardField(name="full_name", label="Full name", value=words),
            CardField(name="medical", label="Health", value=words, long=True),
            CardField(name="danger", label="Who may be a danger to you", hint="Never shown again.", long=True),
        ),
        hint=PINS,
    )
    yield "her-card", render_card(card)
    yield "her-card-again", render_card(replace(card, problems={"pin": "That is not it.", "medical": "Too long."}))
    invite = InviteSomebodyPage(
        frame=SANDBOX, question=QUESTION, sees=(("While nothing is wrong", "nothing"),), hint=PINS
    )
    yield "her-invite", render_invite_somebody(invite)
    again = replace(invite, name=contact, problems={"pin": "That is not it.", "name": "Expected a name."})
    yield "her-invite-again", render_invite_somebody(again)
    past = Past(
        title="Saturday 21 November 2026, 23:05",
        about="K742, home, due 23:35, ended with your PIN at 23:51.",
        looks=(SeenBy(who=contact, what="looked at where you were", clock="23:44–23:46", why=words),),
        story=(("23:05:00", f"{her} set off, due 23:35"), ("23:51:00", "Ended with her PIN")),
    )
    quiet = replace(past, looks=(), story=())
    yield "her-history", render_history(HistoryPage(frame=SANDBOX, name=her, journeys=(past, quiet)))
    yield "her-history-empty", render_history(HistoryPage(frame=SANDBOX, name=her, journeys=()))
