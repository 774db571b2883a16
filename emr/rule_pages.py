"""The pages of docs/rules/ as people read them here: why a rule says what it says.

Only these files are ever opened, by names that are listed once; nothing of an address is a path.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin

FOLDER = "docs/rules/"
PATHS = {path.stem: path for path in sorted((settings.BASE_DIR / FOLDER).glob("*.md"))}

A_SOURCE = re.compile(rf"{FOLDER}([a-z_]+)\.md(?:#([a-z0-9-]+))?", re.ASCII)
A_FILE = re.compile(r"([a-z_]+)\.md", re.ASCII)
A_LINK = re.compile(r"(?:([a-z_]+)\.md)?(?:#([a-z0-9-]+))?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class RulePage:
    """A page: its title, its headings by anchor, and the rest as HTML."""

    name: str
    title: str
    headings: dict[str, str]
    html: SafeString

    @property
    def url(self) -> str:
        return reverse("emr:rule-page", args=[self.name])


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a source is read: its address, and its words."""

    url: str
    words: str


def rule_pages() -> list[RulePage]:
    """All of them, by title."""
    return sorted(map(rule_page, PATHS), key=lambda page: page.title)


@cache
def rule_page(name: str) -> RulePage:
    """One page; it changes with the installation only. Raises KeyError."""
    text = PATHS[name].read_text(encoding="utf-8")
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.use(anchors_plugin, max_level=3, slug_func=anchor_of)
    tokens = reader.parse(text)
    _, title, _, *rest = tokens  # each page begins with its title
    headings = {
        str(start.attrs["id"]): words.content
        for start, words in pairwise(rest)
        if start.type == "heading_open"
    }
    _dress(rest, name)
    return RulePage(
        name=name,
        title=title.content,
        headings=headings,
        html=SafeString(reader.renderer.render(rest, reader.options, {})),
    )


def title_of(name: str) -> str:
    """The first line of a page, without its sign."""
    with PATHS[name].open(encoding="utf-8") as page:
        return page.readline().removeprefix("# ").strip()


def anchor_of(heading: str) -> str:
    """As sources name it, and as code hosts make it."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def source_of(source: str) -> Source | None:
    """The page behind a source such as docs/rules/abn.md#findings; None where it names none."""
    found = A_SOURCE.fullmatch(source)
    if found is None or found[1] not in PATHS:
        return None
    page = rule_page(found[1])
    heading = page.headings.get(found[2] or "", "")
    if not heading:
        return Source(url=page.url, words=page.title)
    return Source(url=f"{page.url}#{found[2]}", words=f"{page.title} · {heading}")


def _dress(tokens: list[Token], name: str) -> None:
    """Tables in our look, links to other pages as addresses here; no style stands in the page."""
    for token in tokens:
        token.attrs.pop("style", None)
        if token.type == "table_open":
            token.attrs["class"] = "table"
        if token.children:
            token.children = _with_links(token.children, name)


def _with_links(tokens: list[Token], name: str) -> list[Token]:
    """A link that leads nowhere here stays as its words; a file's name gives way to the page's title."""
    kept, opened = [], []
    for token in tokens:
        if token.type == "link_open":
            address = _address(str(token.attrs["href"]), name)
            opened.append(bool(address))
            if not address:
                continue
            token.attrs["href"] = address
            if not address.startswith("/"):
                token.attrs |= {"rel": "noopener noreferrer", "target": "_blank"}
        elif (token.type == "link_close" and not opened.pop()) or token.type == "image":
            continue
        if opened and (file := A_FILE.fullmatch(token.content)) and file[1] in PATHS:
            token.content = title_of(file[1])
        kept.append(token)
    return kept


def _address(href: str, name: str) -> str:
    if href.startswith("https://"):
        return href
    found = A_LINK.fullmatch(href)
    page = found and (found[1] or name)
    if page not in PATHS:
        return ""
    anchor = f"#{found[2]}" if found[2] else ""
    return f"{reverse('emr:rule-page', args=[page])}{anchor}"
