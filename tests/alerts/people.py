"""A ladder with Beth and Dad in the first tier and Chloe in the second, as tests of `alerts` need it."""

from alerts.contact import Recipient
from alerts.ladder import Ladder, advance, raised
from alerts.notice import Notice
from alerts.rungs import Alarm, LadderTimings

BETH = Recipient(id="beth")
DAD = Recipient(id="dad", primary=True)
CHLOE = Recipient(id="chloe", tier=2, on_sos_list=False)


def begun(
    alarm: Alarm = Alarm.OVERDUE, people: tuple[Recipient, ...] = (BETH, DAD, CHLOE), *, second_sender: bool = False
) -> tuple[Ladder, list[Notice]]:
    """Raised at 0, with its first step taken."""
    timings = LadderTimings(second_sender=second_sender)
    ladder = raised(journey="anna-1", incident="i1", alarm=alarm, people=people, now=0.0, timings=timings)
    return advance(ladder, 0.0)


def rows(notices: list[Notice]) -> list[tuple[str, str, str]]:
    """To, kind, channel."""
    return [(n.to, n.kind.value, n.channel.value) for n in notices]
