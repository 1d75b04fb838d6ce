"""The books: found by number and SID, and what was said twice."""

from service.demo.provider.books import Books, Counted, Entry


def entry(sid: str, to: str, body: str = "x", channel: str = "sms") -> Entry:
    return Entry(sid=sid, channel=channel, to=to, sender="+1", body=body, at=0.0)


def test_entries_are_found_by_number_and_by_sid() -> None:
    """Also one that somebody put there by hand after the first look."""
    books = Books()
    books.entries.append(entry("SM1", "+44"))
    assert [one.sid for one in books.to("+44")] == ["SM1"]
    books.entries += [entry("SM2", "+45"), entry("SM3", "+44")]
    assert [one.sid for one in books.to("+44")] == ["SM1", "SM3"]
    assert [one.sid for one in books.newest("+44")] == ["SM3", "SM1"]
    assert [one.sid for one in books.newest(None)] == ["SM3", "SM2", "SM1"]
    assert (books.find("SM2"), books.find("SM9")) == (books.entries[1], None)
    assert books.to("+46") == []


def test_sids_are_told_apart_and_the_same_in_every_run() -> None:
    """34 characters, SM for texts and CA for calls."""
    books = Books()
    first = books.sid("sms")
    books.entries.append(entry(first, "+44"))
    assert (first[:2], len(first), books.sid("call")[:2]) == ("SM", 34, "CA")
    assert books.sid("sms") != first


def test_the_same_said_twice_is_counted_by_person_reference_and_opening() -> None:
    """An alert written anew a minute later is a duplicate; another rung, another person, an inbound call are not."""
    link = "https://lamplit.example/c/7hJq"
    books = Books()
    books.entries += [
        entry("SM1", "+44", f"Anna has NOT arrived. As of 23:41 no answer. {link}"),
        entry("SM2", "+44", f"Anna has NOT arrived. As of 23:42 no answer. {link}"),
        entry("SM3", "+44", f"Any news of Anna? {link}"),
        entry("SM4", "+45", f"Anna has NOT arrived. As of 23:41 no answer. {link}"),
        entry("SM5", "+44", "Anna has NOT arrived. As of 23:42 no answer. https://lamplit.example/c/8xyz"),
    ]
    assert books.duplicates() == {("sms", "+44", "7hJq", "Anna has NOT arrived. As of "): 2}


def test_a_text_is_dated_when_it_is_sent() -> None:
    """Its states are kept in the order in which it went through them."""
    one = entry("SM1", "+44")
    dates = []
    for at, state in enumerate(("sending", "sent", "delivered")):
        one.move(state, float(at))
        dates.append(one.sent_at)
    assert dates == [None, 1.0, 1.0]
    assert (one.state, one.states) == ("delivered", ["sending", "sent", "delivered"])


def test_answers_are_counted_by_their_hundreds() -> None:
    """2xx, 4xx, 5xx, and refusals by their error."""
    counted = Counted()
    for http in (201, 200, 429, 503):
        counted.answered(http)
    counted.refused(20429)
    counted.refused(20429)
    assert (counted.answers, counted.refusals) == ({"2xx": 2, "4xx": 1, "5xx": 1}, {"20429": 2})
