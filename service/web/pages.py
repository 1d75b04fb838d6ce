"""Every page of Lamplit in one place: fill a view, render it, send it with `PAGE_HEADERS`."""

from .console import (
    Account,
    ConsolePage,
    IncidentRow,
    JourneyRow,
    LoginPage,
    LookPage,
    ReasonedLook,
    ShiftPage,
    SignedOutPage,
    Timer,
    render_console,
    render_login,
    render_look,
    render_shift,
    render_signed_out,
)
from .contact import (
    ContactPage,
    ContactPinDonePage,
    ContactPinPage,
    ContactState,
    LinkGonePage,
    PolicePage,
    Where,
    render_contact,
    render_contact_pin,
    render_contact_pin_done,
    render_link_gone,
    render_police,
)
from .drawn import Drawn, Key, Picture
from .errors import ErrorPage, ExitPage, render_error, render_exit
from .front import FrontPage, ReadyLogin, render_front
from .handover import HandoverPage, Line, Moment, Spot, render_handover
from .hers import (
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
from .incident import (
    ClosePage,
    IncidentPage,
    LogPage,
    ToldPerson,
    render_incident,
    render_incident_close,
    render_incident_log,
)
from .invite import (
    InviteCodePage,
    InviteDonePage,
    InvitePage,
    render_invite,
    render_invite_code,
    render_invite_done,
)
from .mail import MailPage, render_mail
from .render import EXIT_HEADERS, PAGE_HEADERS, STATIC_DIR, Badge, Choice, Frame, LastSeen, Page, Tone
from .sandbox import Bubble, Call, Part, PhoneRow, SandboxPage, ThreadPage, parts_of, render_sandbox, render_thread
from .script import Script
from .try_it import (
    Aside,
    ContactStatus,
    HerPinPage,
    JourneyPage,
    NamedContact,
    Prompt,
    Sos,
    Step,
    Told,
    TryPage,
    Waiting,
    Way,
    render_her_pin,
    render_journey,
    render_try,
)
from .way_out import WayOutDonePage, WayOutPage, render_way_out, render_way_out_done

__all__ = [
    "EXIT_HEADERS", "PAGE_HEADERS", "STATIC_DIR", "Account", "Aside", "Badge", "Bubble", "Call", "CardField", "CardPage",
    "Choice", "ClosePage", "Companion", "ConsolePage", "ContactPage", "ContactPinDonePage", "ContactPinPage",
    "ContactState", "ContactStatus", "Drawn", "ErrorPage", "ExitPage", "Frame", "FrontPage", "HandoverPage", "HerPinPage",
    "Hers", "HistoryPage", "IncidentPage", "IncidentRow", "InviteCodePage", "InviteDonePage", "InvitePage",
    "InviteSomebodyPage", "Invited", "JourneyPage", "JourneyRow", "Key", "LastSeen", "Line", "LinkGonePage", "LogPage",
    "LoginPage", "LookPage", "MailPage", "Moment", "NamedContact", "OnList", "Page", "Part", "Past", "PhoneRow", "Picture", "PolicePage",
    "Prompt", "ReadyLogin", "ReasonedLook", "SandboxPage", "Script", "SeenBy", "ShiftPage", "SignedOutPage", "Sos",
    "Spot", "Step", "Tested", "ThreadPage", "Timer", "Told", "ToldPerson", "Tone", "TryPage", "Waiting", "Way",
    "WayOutDonePage", "WayOutPage", "Where", "parts_of", "render_card", "render_console", "render_contact",
    "render_contact_pin", "render_contact_pin_done", "render_error", "render_exit", "render_front", "render_handover",
    "render_her_pin", "render_history", "render_incident", "render_incident_close", "render_incident_log",
    "render_invite", "render_invite_code", "render_invite_done", "render_invite_somebody", "render_journey",
    "render_link_gone", "render_login", "render_look", "render_mail", "render_police", "render_sandbox", "render_shift",
    "render_signed_out", "render_thread", "render_try", "render_way_out", "render_way_out_done",
]  # fmt: skip
