"""Every page of Lamplit in one place: fill a view, render it, send it with `PAGE_HEADERS`."""

from .console import (
    ConsolePage,
    IncidentRow,
    JourneyRow,
    LoginPage,
    SignedOutPage,
    Timer,
    render_console,
    render_login,
    render_signed_out,
)
from .contact import (
    ContactPage,
    ContactPinDonePage,
    ContactPinPage,
    ContactState,
    LinkGonePage,
    PolicePage,
    PoliceScript,
    render_contact,
    render_contact_pin,
    render_contact_pin_done,
    render_link_gone,
    render_police,
)
from .errors import ErrorPage, ExitPage, render_error, render_exit
from .front import FrontPage, ReadyLogin, render_front
from .render import EXIT_HEADERS, PAGE_HEADERS, STATIC_DIR, Badge, Choice, Frame, LastSeen, Page, Tone
from .sandbox import Bubble, Call, Part, PhoneRow, SandboxPage, ThreadPage, parts_of, render_sandbox, render_thread
from .try_it import (
    ContactStatus,
    HerPinPage,
    JourneyPage,
    NamedContact,
    Prompt,
    Sos,
    Step,
    Told,
    TryPage,
    Way,
    render_her_pin,
    render_journey,
    render_try,
)

__all__ = [
    "EXIT_HEADERS", "PAGE_HEADERS", "STATIC_DIR", "Badge", "Bubble", "Call", "Choice", "ConsolePage", "ContactPage",
    "ContactPinDonePage", "ContactPinPage", "ContactState", "ContactStatus", "ErrorPage", "ExitPage", "Frame",
    "FrontPage", "HerPinPage", "IncidentRow", "JourneyPage", "JourneyRow", "LastSeen", "LinkGonePage", "LoginPage",
    "NamedContact", "Page", "Part", "PhoneRow", "PolicePage", "PoliceScript", "Prompt", "ReadyLogin", "SandboxPage",
    "SignedOutPage", "Sos", "Step", "ThreadPage", "Timer", "Told", "Tone", "TryPage", "Way", "parts_of",
    "render_console", "render_contact", "render_contact_pin", "render_contact_pin_done", "render_error", "render_exit",
    "render_front", "render_her_pin", "render_journey", "render_link_gone", "render_login", "render_police",
    "render_sandbox", "render_signed_out", "render_thread", "render_try",
]  # fmt: skip
