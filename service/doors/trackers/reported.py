"""What a tracker app reported, whichever app it is: units converted, nothing judged yet."""

import msgspec


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One fix as its app recorded it. `at` is the app's own clock, seconds since 1970 UTC; None: the app gave none, and
    when it came is all there is. `ident` is the same when the app sends the same fix again; `named`: by a name of its own,
    which no other fix of it bears. `pinged`: the app only says that it is there, with a place that it knew, or of a time
    that cannot be read: it is alive, and where she is now nobody has measured.
    """

    ident: str
    named: bool = False
    at: float | None
    lat: float
    lon: float
    accuracy_m: float | None = None
    speed_mps: float | None = None
    course_deg: float | None = None
    altitude_m: float | None = None
    battery_pct: int | None = None
    mock: bool = False
    entered: bool = False
    pinged: bool = False


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One request of a tracker app, read whole. Everything may be empty: then it only says that the phone is there.

    `sos`: her alarm button was pressed (Traccar Client says so once and never again). `heartbeat_s` is how often the
    app says it speaks when still, where it says so. `unread` names what could not be read, one short sentence each,
    with no value in it: it is counted and never refused, or the app would send it for ever. `encrypted`: it was locked
    with a secret of hers that we do not have.
    """

    device: str
    places: tuple[Place, ...] = ()
    sos: bool = False
    battery_pct: int | None = None
    heartbeat_s: float | None = None
    unread: tuple[str, ...] = ()
    encrypted: bool = False
