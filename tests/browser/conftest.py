"""Pages in a real browser: Debian's Chromium against a live server.

A test fails for anything that goes wrong behind the page, too: see Watch.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

# The second is the whole browser, with windows and tabs that nobody sees: it takes twice the time.
CHROMIUM = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HERE = Path(__file__).parent
expect.set_options(timeout=15_000)  # a review sets a PDF, and the machine may be busy


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items):
    """Browser tests are marked as such, run last (see `browser`), and are tried once more.

    A browser, a server and a PDF share two cores with the rest of the run: what fails twice is broken.
    The run counts what it had to try again.
    """
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))
    outcome = yield
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    return outcome


@dataclass
class Watch:
    """What went wrong behind the pages of one test; anything that was not expected fails it."""

    troubles: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, words: str) -> None:
        """Trouble with these words in it is part of the test, such as "422" or "ERR_INTERNET"."""
        self.expected.append(words)

    def unexpected(self) -> list[str]:
        return [t for t in self.troubles if not any(words in t for words in self.expected)]

    def look_at(self, context: BrowserContext, host: str) -> None:
        def note(trouble: str) -> None:
            self.troubles.append(trouble)

        def see_request(request) -> None:
            url = urlsplit(request.url)
            if url.scheme in ("http", "https", "ws", "wss") and url.netloc != host:
                note(f"request to another host: {url.netloc}")

        def see_response(response) -> None:
            if response.status >= 400:
                path = urlsplit(response.url).path
                note(f"status {response.status}: {response.request.method} {path}")

        def see_console(message) -> None:
            # Chromium tells of refused content here as well. Bare statuses are seen above.
            if message.type == "error" and "responded with a status of" not in message.text:
                note(f"console: {message.text}")

        context.on("request", see_request)
        context.on("response", see_response)
        context.on("console", see_console)
        context.on("weberror", lambda error: note(f"script: {error.error}"))


class Site:
    """The running application."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.host = urlsplit(url).netloc

    def at(self, name: str, *args, **kwargs) -> str:
        """The whole address of a view, by the view's name."""
        return self.url + reverse(name, args=args, kwargs=kwargs)

    def sign_in(self, page: Page, user) -> None:
        """As after the sign-in form, whose own test fills it in."""
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests.

    Playwright keeps an event loop running in this thread, which Django takes for asynchronous code
    and `asyncio.run` refuses to run beside. So Django is told that it is not, and tests without a
    browser come first. A browser test signs on the page, in the server's thread.
    """
    executable = next((path for path in CHROMIUM if path.exists()), None)
    if not executable:
        pytest.fail("There is no Chromium: `make setup` installs it, or apt-get install chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server, practice):
    return Site(live_server.url)


@pytest.fixture
def watch():
    """What may go wrong in this test: `watch.expect("422")`."""
    return Watch()


@pytest.fixture
def new_page(browser, site, watch):
    """Opens a page of a browser of its own, with its own cookies: `new_page(width=820, …)`."""
    contexts = []

    def new_page(*, width: int = 1280, height: int = 800, touch: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=touch,
            base_url=site.url,
            locale="en-US",
            timezone_id="America/Denver",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        watch.look_at(context, site.host)
        contexts.append(context)
        return context.new_page()

    yield new_page
    for context in contexts:
        context.close()
    if watch.unexpected():
        pytest.fail("Behind the page:\n" + "\n".join(watch.unexpected()))


@pytest.fixture
def page(new_page) -> Page:
    """A laptop."""
    return new_page()


@pytest.fixture
def tablet(new_page) -> Page:
    return new_page(width=820, height=1180, touch=True)


@pytest.fixture(scope="session")
def assert_accessible():
    """`assert_accessible(page)`: axe finds nothing. Says which rule and which element, never words
    of the page."""
    axe = Axe()

    def assert_accessible(page: Page) -> None:
        violations = axe.run(page).response["violations"]
        found = [
            f"{each['id']} ({each['impact']}): {each['help']}: {' '.join(map(str, node['target']))}"
            for each in violations
            for node in each["nodes"]
        ]
        if found:
            pytest.fail("Not accessible:\n" + "\n".join(found))

    return assert_accessible
