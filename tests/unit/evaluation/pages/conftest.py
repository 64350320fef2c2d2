"""Texts that try to become markup, and what a page consists of."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evaluation.pages import markup

TEMPLATES = Path(markup.__file__).parent / "templates"
SOURCES = [path.read_text() for path in TEMPLATES.glob("*.jinja")]
TAGS = {tag for text in SOURCES for tag in re.findall(r"<(\w+)", text)}
ATTRIBUTES = {name for text in SOURCES for name in re.findall(r" ([\w-]+)=", text)}
ENDLESS = {"meta", "br", "wbr", "img"}


class Reader(HTMLParser):
    """Reads a page and refuses what no template writes."""

    def __init__(self):
        super().__init__()
        self.open, self.texts = [], []

    def handle_starttag(self, tag, attributes):
        assert tag in TAGS, tag
        assert {name for name, _ in attributes} <= ATTRIBUTES, attributes
        self.texts += [f" {value} " for _, value in attributes]
        if tag not in ENDLESS:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture(scope="session")
def hostile():
    """A text with a name in it that breaks out of wherever it is not escaped."""
    return lambda name: f"""{name}"'></style></p><script src=x>alert('&{name}')</script>"""


@pytest.fixture(scope="session")
def content():
    """What can be read on a page, whose tags are closed and are those of the templates."""

    def content(page):
        reader = Reader()
        reader.feed(page)
        reader.close()
        assert reader.open == []
        return "".join(reader.texts)

    return content
