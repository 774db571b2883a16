"""The pages of the rules: each source leads to its heading, and nothing else of the disk is shown."""

import re

import pytest
from django.template import Context, Template
from django.urls import reverse
from pytest_django.asserts import assertContains

from emr import rule_pages
from emr.rule_pages import PATHS, anchor_of, rule_page, source_of
from emr.settings import BASE_DIR
from emr.templatetags.sources import source_link

A_SOURCE = re.compile(r"docs/rules/[a-z_]+\.md#[a-z0-9-]+")


def sources_in_the_code():
    files = [
        path
        for app in ("emr", "consent", "notes", "billing")
        for kind in ("*.py", "*.csv")
        for path in (BASE_DIR / app).rglob(kind)
    ]
    return sorted({each for path in files for each in A_SOURCE.findall(path.read_text("utf-8"))})


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(PATHS))
def test_each_page_of_the_rules_can_be_read(dana_client, name):
    response = dana_client.get(reverse("emr:rule-page", args=[name]))

    assertContains(response, f"<h1>{rule_page(name).title}</h1>", html=True)


@pytest.mark.parametrize("source", sources_in_the_code())
def test_each_source_leads_to_its_heading(source):
    page, anchor = source.removeprefix("docs/rules/").split(".md#")

    found = source_of(source)

    assert found.url == f"/rules/{page}/#{anchor}"
    assert f'id="{anchor}"' in rule_page(page).html


@pytest.mark.parametrize("name", sorted(PATHS))
def test_no_link_of_a_page_is_broken(name):
    for page, anchor in re.findall(
        r'href="/rules/([a-z_]+)/(?:#([a-z0-9-]+))?"', rule_page(name).html
    ):
        assert page in PATHS
        assert not anchor or f'id="{anchor}"' in rule_page(page).html
    assert ".md" not in "".join(re.findall(r'href="([^"]*)"', rule_page(name).html))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["..", "../../README", "%2e%2e%2fclaims", "README", "modifiers.md", "Modifiers", "a b"]
)
def test_nothing_else_of_the_disk_is_shown(dana_client, name):
    assert dana_client.get(f"/rules/{name}/").status_code == 404


def test_what_is_html_in_a_page_stays_text(tmp_path, monkeypatch):
    path = tmp_path / "odd.md"
    path.write_text(
        "# Odd\n\n## A <b>heading</b>\n\n<script>alert(1)</script> [here](javascript:alert(1))"
        " [there](abn.md#findings) [up](../../etc/passwd) ![x](https://example.org/x.png)\n\n"
        "| a | b |\n|---|--:|\n| 1 | 2 |\n",
        encoding="utf-8",
    )
    monkeypatch.setitem(rule_pages.PATHS, "odd", path)

    page = rule_pages.rule_page.__wrapped__("odd")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.html
    assert re.findall(r'href="([^"]*)"', page.html) == ["/rules/abn/#findings"]
    for never in ("<script", 'javascript:alert(1)"', "<img", "style="):
        assert never not in page.html


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("docs/rules/modifiers.md#liability", "Modifiers · Liability"),
        ("docs/rules/denials.md#qmb", "Denials: what the patient may be asked for · QMB"),
        ("docs/rules/modifiers.md#gone", "Modifiers"),
        ("docs/rules/modifiers.md", "Modifiers"),
    ],
)
def test_a_source_is_told_by_the_title_of_its_page_and_heading(source, words):
    assert source_of(source).words == words


@pytest.mark.parametrize(
    "source", ["", "docs/claims.md#states", "docs/rules/none.md", "42 CFR 410.21 <b>", None]
)
def test_another_source_stands_as_it_is(source):
    shown = Template("{% load sources %}{{ source|source_link|default:'none' }}").render(
        Context({"source": source})
    )

    assert "<a" not in shown
    assert "<b>" not in shown


def test_a_source_opens_beside_the_page():
    assert source_link("docs/rules/drugs.md#valid-days").startswith(
        '<a class="source" href="/rules/drugs/#valid-days" target="_blank" rel="noopener">'
    )


def test_a_link_is_told_by_the_title_of_its_page():
    assert (
        '<a href="/rules/abn/#who-pays">The ABN and its neighbours</a>' in rule_page("payers").html
    )
    assert not re.search(r">[a-z_]+\.md<", "".join(rule_page(each).html for each in PATHS))


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Low-back benefit", "low-back-benefit"),
        ("What the guide says, and what we do", "what-the-guide-says-and-what-we-do"),
        ("The app's own cautions", "the-apps-own-cautions"),
    ],
)
def test_an_anchor_is_made_as_sources_name_it(heading, anchor):
    assert anchor_of(heading) == anchor
