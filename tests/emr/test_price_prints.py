import re
import subprocess
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader
from pytest_django.asserts import assertContains, assertRedirects

from emr.models import AuditEntry
from tests.factories import make_cash_price, today
from tests.notes.prints import text_of

WALL_SIGN = reverse("emr:wall-sign")
SHEET = reverse("emr:price-sheet")
CODES = ["20560", "20561", "97110", "97140", "97161", "97530"]
LONG = "Up to forty minutes with your therapist: looking at what is wrong, needling, and advice"


def printed(client, address) -> str:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert tells(response.content, "Tagged") == "yes"
    return text_of(response.content)


def tells(pdf: bytes, what: str) -> str:
    """What other people's software says about the PDF."""
    told = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout
    return re.search(rf"^{what}: +(.*)$", told.decode(), re.MULTILINE)[1]


def test_the_wall_sign_says_the_price_what_it_is_and_the_right_to_an_estimate(
    fran_client, practice
):
    practice.tty = "711"
    practice.save()
    make_cash_price(amount="65.00", label="One visit: exam, needles, advice")

    text = printed(fran_client, WALL_SIGN)

    for words in (
        "Harbour Lane Physical Therapy",
        "$65 a visit",
        "One visit: exam, needles, advice",
        "One price, however many muscles are treated.",
        "good-faith estimate",
        "$400 or more",
        "970-555-0142, TTY 711",
    ):
        assert words in text
    assert "$65.00" not in text


def test_the_wall_sign_speaks_spanish(fran_client):
    make_cash_price(amount="62.50")

    response = fran_client.get(WALL_SIGN, {"language": "es"})

    text = text_of(response.content)
    assert "$62.50" in text
    assert "por visita" in text
    assert "presupuesto de buena fe" in text
    assert "good-faith" not in text
    assert PdfFileReader(BytesIO(response.content)).root["/Lang"] == "es"
    assert 'filename="wall-sign-es.pdf"' in response["Content-Disposition"]


def test_codes_with_a_price_of_their_own_stand_under_that_of_a_visit(fran_client):
    make_cash_price()
    make_cash_price(code="97161", label="First evaluation", amount="120.00")

    text = printed(fran_client, WALL_SIGN)

    assert "These have a price of their own First evaluation $120" in text
    assert "however many muscles" not in text


def test_without_a_price_of_a_visit_the_codes_are_the_sign(fran_client):
    make_cash_price(code="20560", label="One or two muscles", amount="45.00")

    text = printed(fran_client, WALL_SIGN)

    assert "Each visit, by what is done One or two muscles $45" in text
    assert "a visit" not in text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("amount", ["5.00", "125.00", "1250.50"])
@pytest.mark.parametrize(("count", "label"), [(0, "One visit"), (1, LONG), (6, "Short"), (6, LONG)])
def test_the_wall_sign_is_one_page_whatever_is_on_it(fran_client, language, amount, count, label):
    make_cash_price(amount=amount, label=label)
    for code in CODES[:count]:
        make_cash_price(code=code, label=label)

    pdf = fran_client.get(WALL_SIGN, {"language": language}).content

    assert tells(pdf, "Pages") == "1"


def test_what_finds_no_room_on_the_wall_is_on_the_sheet(fran_client):
    for code in CODES:
        make_cash_price(code=code, label=f"Service {code}")

    wall, sheet = printed(fran_client, WALL_SIGN), printed(fran_client, SHEET)

    assert re.findall(r"Service (\d{5})", wall) == CODES[:5]
    assert "ask for the price sheet" in wall
    assert re.findall(r"Service (\d{5})", sheet) == CODES


def test_the_price_sheet_tells_prices_with_their_days(fran_client):
    soon = today() + timedelta(days=1)
    make_cash_price(code="20560", label="One or two muscles", amount="45.00", ends_on=today())
    make_cash_price(code="20560", label="One or two muscles", amount="1050.00", starts_on=soon)
    make_cash_price(code="97110", label="Long gone", ends_on=today() - timedelta(days=1))

    text = printed(fran_client, SHEET)

    assert "20560 One or two muscles 4 Mar 2025 – " in text
    assert "$45.00" in text
    assert f"from {soon.day} {soon:%b %Y} $1,050.00" in text
    assert "Long gone" not in text
    assert "Your right to a good-faith estimate" in text


@pytest.mark.parametrize("address", [WALL_SIGN, SHEET])
def test_without_a_price_there_is_nothing_to_print_and_the_page_says_so(olive_client, address):
    response = olive_client.get(address, follow=True)

    assertRedirects(response, reverse("emr:prices"))
    assertContains(response, "No cash price holds yet, so there is nothing to print.")
    assert AuditEntry.objects.count() == 0


def test_a_price_to_come_is_on_the_sheet_and_not_yet_on_the_wall(fran_client):
    make_cash_price(starts_on=today() + timedelta(days=1))

    assert fran_client.get(WALL_SIGN).status_code == 302
    assert "One visit of dry needling" in printed(fran_client, SHEET)
