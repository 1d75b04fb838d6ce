"""A map as pages have it: every layer there is."""

from service.web.drawn import Drawn, Key, Picture


def picture(words: str) -> Picture:
    """A small one; `words` are what somebody named a street and what stands in for the drawing."""
    return Picture(
        view="0 0 1600 1200",
        said=words,
        streets=(("lit", "M0 0l9 9"), ("unlit", "M5 5l9 9")),
        lamps="M2 2h0",
        way="M1 1l9 9",
        way_lit=(("lit", "M1 1l9 9"),),
        ends=((1, 1), (10, 10)),
        havens="M3 3h0",
        open_places="M4 4h0",
        reported="M8 8l2 2m-2 0l2 -2",
        far=((100, 100, words),),
        track="M6 6h0",
        last=(7, 7),
        ring=40,
        names=((100, 100, words),),
        bar="M1 9h9",
        scale=(20, 9, "100 m"),
    )


def drawn(words: str, *, live: str = "") -> Drawn:
    """The same on a page, with what a script is told where there is one."""
    return Drawn(
        picture=picture(words),
        words="Your way: all of it lit.",
        keys=tuple(Key(drawn=one, words=one) for one in ("way", "lit", "haven", "open-place", "fix", "track")),
        script="/static/basemap/v/map.js" if live else "",
        tools="/static/basemap/v/pmtiles.js" if live else "",
        live=live,
    )
