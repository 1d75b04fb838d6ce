"""Reads a rendered page as a browser without scripts would: its forms, fields, labels and addresses."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"input", "meta", "link", "img", "path", "circle", "br"}


@dataclass
class Form:
    """A form as it would be sent."""

    method: str
    action: str
    fields: list[str] = field(default_factory=list)
    buttons: int = 0


class Sheet(HTMLParser):
    """What a page consists of. `open_tags` is empty at the end when every tag was closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self.labels: set[str] = set()
        self.unlabelled: list[str] = []
        self.open_tags: list[str] = []
        self.crossed: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()
        self.ids = [given["id"] for _, given in self.tags if "id" in given]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag == "form":
            self.forms.append(Form(given.get("method", "get"), given.get("action", "")))
        if tag == "label" and "for" in given:
            self.labels.add(given["for"])
        if tag in ("input", "select", "button") and "form" in self.open_tags:
            self.forms[-1].fields.append(given.get("name", ""))
            self.forms[-1].buttons += tag == "button"
            if (
                tag != "button"
                and given.get("type") != "hidden"
                and "label" not in self.open_tags
                and given.get("id") not in self.labels
            ):
                self.unlabelled.append(given.get("name", ""))
        if tag not in _VOID:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags[-1] != tag:
            self.crossed.append(tag)
        else:
            self.open_tags.pop()

    def handle_data(self, data: str) -> None:
        self.words += data

    def given(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every such tag."""
        return [attributes for name, attributes in self.tags if name == tag]
