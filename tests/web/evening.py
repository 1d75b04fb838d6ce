"""One evening: Anna walks home; Beth, Dad and Chloe are her contacts."""

from service.web.pages import Frame, LastSeen

SANDBOX = Frame(sandbox=True, nonce="n0nce", clock="House clock 23:52:10 BST, 20 × as fast as yours")
REAL = Frame(nonce="n0nce")
HOUSE = "http://127.0.0.1:8080"
HER_NUMBER = "07700 900123"
HIGH_ST = LastSeen(
    place="near High St, Rochester",
    clock="23:28",
    age="24 min ago",
    accuracy="within 12 m",
    latitude=51.38912,
    longitude=0.50441,
)
OVERDUE_TEXT = (
    "Anna has NOT arrived. Due 23:30, as of 23:42 no answer. Last seen 23:28 near High St, Rochester, battery 14%. "
    "Ring her 07700900123. No answer and you fear for her: dial 999, say she is MISSING. We have NOT called police. "
    f"Reply 42 = you are on it. {HOUSE}/c/Vt7kQ2mXw9"
)
SENTENCE = (
    "Not home by 23:35: we text and ring Beth and Dad. If neither answers, we go on to Chloe, and then nobody else."
)
