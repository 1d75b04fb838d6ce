"""A command frame of her phone, whichever door brought it: from the frame to its answer, on disk."""

from service.house import House
from service.journey.turn import Answer
from service.people.model import Traveller
from service.people.pressing import Meanwhile, act_of, ask_company, cry, given, press
from service.people.refusals import invalid
from service.people.rerouting import divert, reroute

from . import wire


def is_cry(frame: wire.FromPhone) -> bool:
    """What is heard in a flood, and spoken before it is on disk where the store does not answer."""
    return isinstance(frame, wire.Sos) or (isinstance(frame, wire.AnswerPrompt) and frame.what == "help")


async def obeyed(
    house: House, account: Traveller, door: str, frame: wire.FromPhone, meanwhile: Meanwhile | None = None
) -> Answer:
    """Does what `frame` says. `door` is the device it came from: only that one waits after a wrong PIN.
    `meanwhile` as in `press`.

    Raises Refused for a frame that is no command.
    """
    given_at = given(house, getattr(frame, "waited_s", None))
    match frame:
        case wire.Sos():
            return await cry(house, account, command=frame.id)
        case wire.AnswerPrompt() if frame.what == "help":
            return await cry(house, account, command=frame.id)
        case wire.AnswerPrompt():
            act = act_of("answer", prompt=frame.prompt, answer=frame.what, minutes=frame.minutes, given_at=given_at)
        case wire.Extend():
            act = act_of("extend", minutes=frame.minutes, given_at=given_at)
        case wire.LegTap():
            act = act_of("leg", to=frame.to, given_at=given_at)
        case wire.Arrived() | wire.End():
            act = act_of("end", given_at=given_at)
        case wire.SosCancel():
            act = act_of("sos_cancel", given_at=given_at)
        case wire.Divert():
            return await divert(house, account, frame.haven, command=frame.id, door=door, given_at=given_at)
        case wire.NewRoute():
            return await reroute(
                house,
                account,
                frame.format,
                frame.data,
                command=frame.id,
                door=door,
                pin=frame.pin,
                given_at=given_at,
                meanwhile=meanwhile,
            )
        case wire.Company():
            return await ask_company(house, account, frame.who, command=frame.id, door=door)
        case wire.CompanyEnd():
            return await press(house, account, act_of("company_end"), command=frame.id, door=door)
        case _:
            raise invalid("type", "expected a command")
    return await press(house, account, act, command=frame.id, door=door, pin=frame.pin, meanwhile=meanwhile)
