"""As much of a browser as a measurement needs: one kept connection, cookies, forms."""

import http.client
import time
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str
    statements: int
    milliseconds: float


class Browser:
    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"", {})

    def post(self, path: str, fields: Iterable[tuple[str, str]], *, htmx: bool = False) -> Answer:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": self.cookies["csrftoken"],
        }
        if htmx:
            headers["HX-Request"] = "true"
        return self._ask("POST", path, urlencode(list(fields)).encode(), headers)

    def sign_in(self, username: str, password: str) -> None:
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", [("login", username), ("password", password)])
        assert answer.status == 302, answer

    def hang_up(self) -> None:
        """The next request opens a new connection: the server has dropped one left idle."""
        self.connection.close()

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.perf_counter()
        self.connection.request(method, path, body or None, headers)
        response = self.connection.getresponse()
        content = response.read()
        took = time.perf_counter() - began
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(
            status=response.status,
            text=content.decode(errors="replace"),
            location=response.headers.get("Location", ""),
            statements=int(response.headers.get("Statements", 0)),
            milliseconds=took * 1000,
        )


def fields_of(page: str, form: str) -> list[tuple[str, str]]:
    """What a browser would send of the form with this id, buttons apart."""
    reader = _FormReader(form)
    reader.feed(page)
    return reader.fields


class _FormReader(HTMLParser):
    def __init__(self, form: str) -> None:
        super().__init__()
        self.form = form
        self.fields: list[tuple[str, str]] = []
        self.inside = False
        self.select: str | None = None
        self.text: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("id") == self.form
        name = given.get("name", "")
        ours = given["form"] == self.form if "form" in given else self.inside
        if tag == "option" and self.select and "selected" in given:
            self.fields.append((self.select, given.get("value", "")))
        if not ours or not name or "disabled" in given:
            return
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.text = (name, [])
        elif tag == "input" and given.get("type") not in ("submit", "button", "file"):
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                self.fields.append((name, given.get("value", "")))

    def handle_data(self, data):
        if self.text:
            self.text[1].append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.text:
            name, parts = self.text
            self.fields.append((name, "".join(parts).removeprefix("\n")))
            self.text = None
