"""What becomes of rows that are fees."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from emr import prices
from emr.imports import steps
from emr.models import AuditEntry, Fee, ImportFile, Role
from tests import factories

HEADER = "Payer,CPT,Fee,Effective date"
TODAY = factories.today()
SOON = TODAY + timedelta(days=30)
NEW_YEAR = date(TODAY.year, 1, 1)
PAST = "Past visits keep what they cost, and there was a fee for this before. Give a first day from today on."


@pytest.fixture(autouse=True)
def in_the_practices_zone():
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def bluegate(db):
    return factories.make_payer(name="Bluegate Health")


def table(*rows, header=HEADER):
    return "\r\n".join([header, *rows]).encode()


def upload(by, *rows):
    return steps.upload_file(raw=table(*rows), kind="fees", by=by)


def outcomes(by, *rows):
    return [each.outcome for each in steps.verdicts_of(upload(by, *rows))]


def reasons(by, *rows):
    return [each.reason for each in steps.verdicts_of(upload(by, *rows))]


def write(file, by):
    steps.confirm_import(file=file, by=by)
    while file.state in ("preview", "running"):
        file = steps.write_next_rows(file=file, by=by)
    return file


def fees():
    found = Fee.objects.order_by("code", F("payer").asc(nulls_first=True), "starts_on")
    return [(str(fee.payer or ""), fee.code, str(fee.amount), fee.starts_on) for fee in found]


# What a row comes to


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (f",20560,65.00,{TODAY}", "same"),
        (f",20560,$65,{SOON}", "same"),
        (",20560,65.00,2025-03-04", "same"),
        (f",20560,70,{TODAY}", "changed"),
        (f",20560,70,{SOON}", "changed"),
        (f",20561,95,{TODAY}", "new"),
        (f",20561,95,{NEW_YEAR}", "new"),
        (f"Bluegate Health,20560,65.00,{TODAY}", "new"),
        (f"BLUEGATE  health,20560,48,{TODAY}", "new"),
        (f",20560,70,{TODAY - timedelta(days=1)}", "refused"),
        (f"Bluegate Health,20560,48,{NEW_YEAR - timedelta(days=1)}", "refused"),
        (f",20561,95,{NEW_YEAR - timedelta(days=1)}", "refused"),
    ],
)
def test_a_fee_is_known_by_payer_code_and_first_day(olive, bluegate, row, outcome):
    factories.make_fee(code="20560", amount="65.00", starts_on=date(2025, 3, 4))

    assert outcomes(olive, row) == [outcome]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            f"Sunward,20560,65,{SOON}",
            "Payer: No payer has this name. Write it as on the payers page.",
        ),
        (f",2056,65,{SOON}", "Code: Give a code of five signs, such as 20561, G0283 or 0213T."),
        (f",20561.0,65,{SOON}", "Code: Give a code of five signs, such as 20561, G0283 or 0213T."),
        (f",9711X,65,{SOON}", "Code: Give a code of five signs, such as 20561, G0283 or 0213T."),
        (f",,65,{SOON}", "Code: Say which code it is."),
        (f",20560,,{SOON}", "Price: Say what it costs."),
        (
            f",20560,-65,{SOON}",
            "Price: Give dollars and cents in digits, such as 65 or 65.50.",
        ),
        (
            f",20560,sixty,{SOON}",
            "Price: Give dollars and cents in digits, such as 65 or 65.50.",
        ),
        (
            f",20560,NaN,{SOON}",
            "Price: Give dollars and cents in digits, such as 65 or 65.50.",
        ),
        (f",20560,65.005,{SOON}", "Price: Cents have two places, such as 65.50."),
        (
            f",20560,1000000,{SOON}",
            "Price: This is more than a price can be: at most $999,999.99.",
        ),
        (",20560,65,", "First day: Say from which day on it holds."),
        (",20560,65,soon", "First day: Write the date as 2026-01-31 or 1/31/2026."),
        (",20560,65,2099-01-01", "First day: Check the year: from 2000 to two years ahead."),
        (
            ",2056,-65,soon",
            "Code: Give a code of five signs, such as 20561, G0283 or 0213T."
            " Price: Give dollars and cents in digits, such as 65 or 65.50."
            " First day: Write the date as 2026-01-31 or 1/31/2026.",
        ),
        (
            f",20560,65,{SOON},more",
            "There are more cells than columns: put text with a separator in it into quotation marks.",
        ),
    ],
)
def test_a_bad_row_is_refused_with_all_its_reasons(olive, row, reason):
    assert reasons(olive, row) == [reason]


def test_a_past_day_that_had_a_fee_keeps_it(olive, bluegate):
    factories.make_fee(code="20560", starts_on=date(2025, 3, 4))

    yesterday = TODAY - timedelta(days=1)
    rows = (f",20560,70,{yesterday}", f"Bluegate Health,20560,48,{yesterday}")
    assert reasons(olive, *rows) == [f"First day: {PAST}"] * 2


def test_a_day_before_a_fee_that_is_set_already_is_refused(olive):
    factories.make_fee(code="20560", starts_on=SOON)

    assert reasons(olive, f",20560,70,{TODAY}") == [
        f"First day: Another fee is set from {SOON} on. Give a first day after that one, or take that"
        " one back first."
    ]


def test_a_payer_that_is_not_offered_any_more_is_unknown(olive):
    factories.make_payer(name="Sunward", active=False)

    assert outcomes(olive, f"Sunward,20560,65,{SOON}") == ["refused"]


def test_two_payers_of_one_name_without_accents_are_not_told_apart(olive):
    for name in ("Montana Vida", "Montaña Vida"):
        factories.make_payer(name=name)

    assert reasons(olive, f"Montana vida,20560,65,{SOON}") == [
        "Payer: Several payers have this name. Rename one of them first."
    ]


def test_a_fee_that_has_a_last_day_goes_on_by_a_new_one_of_the_same_amount(olive):
    factories.make_fee(code="20560", amount="65.00", starts_on=date(2025, 3, 4), ends_on=SOON)

    assert outcomes(olive, f",20560,65,{SOON}") == ["changed"]
    assert outcomes(olive, f",20560,65,{SOON + timedelta(days=1)}") == ["new"]


# Doubles in the file


def test_a_code_stands_once_for_a_payer(olive, bluegate):
    rows = [
        f",20560,65,{SOON}",
        f",20560,70,{SOON}",
        f",20560,65.00,{SOON}",
        f",20560,65,{SOON + timedelta(days=1)}",
        f"Bluegate Health,20560,48,{SOON}",
    ]

    assert outcomes(olive, *rows) == ["new", "refused", "same", "refused", "new"]
    assert reasons(olive, *rows)[1] == (
        "Line 2 is about the same fee and says something else. Keep one of them."
    )


def test_a_payers_fee_that_reaches_back_stands_before_that_of_everybody(olive, bluegate):
    own, all_ = f"Bluegate Health,20560,48,{NEW_YEAR}", f",20560,65,{NEW_YEAR}"
    own_later = f"Bluegate Health,20561,48,{TODAY}"

    assert outcomes(olive, all_, own, own_later) == ["new", "refused", "new"]
    write(upload(olive, own, all_, own_later), olive)

    assert len(fees()) == 3


# Writing


def test_what_the_preview_showed_is_written_and_the_same_file_changes_nothing(olive, bluegate):
    factories.make_fee(code="20560", amount="65.00", starts_on=date(2025, 3, 4))
    rows = [f",20560,70,{SOON}", f",20561,95,{TODAY}", f"Bluegate Health,20561,80.50,{TODAY}"]

    file = write(upload(olive, *rows), olive)

    assert (file.state, file.new, file.changed, file.refused) == ("done", 2, 1, 0)
    assert fees() == [
        ("", "20560", "65.00", date(2025, 3, 4)),
        ("", "20560", "70.00", SOON),
        ("", "20561", "95.00", TODAY),
        ("Bluegate Health", "20561", "80.50", TODAY),
    ]
    assert prices.fee_for("20561", day=TODAY, payer=bluegate) == Decimal("80.50")
    assert outcomes(olive, *rows) == ["same"] * 3
    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))[:6]
    assert verbs == [
        "import uploaded",
        "import confirmed",
        *["fee set"] * 3,
        "fees imported",
    ]


def test_a_fee_that_somebody_set_since_the_preview_refuses_the_row(olive):
    file = upload(olive, f",20560,70,{SOON}", f",20561,95,{SOON}")
    prices.set_fee(code="20560", amount=Decimal("68.00"), starts_on=TODAY, by=olive)

    file = write(file, olive)

    assert (file.state, file.new, file.refused) == ("left over", 1, 1)
    assert [each.reason for each in steps.verdicts_of(file, "refused")] == [steps.OVERTAKEN]
    assert fees() == [("", "20560", "68.00", TODAY), ("", "20561", "95.00", SOON)]


@pytest.mark.parametrize("count", [1, 3])
def test_judging_asks_as_little_for_many_rows(olive, bluegate, count):
    codes = ["20560", "20561", "97110"][:count]
    for code in codes:
        factories.make_fee(code=code)
    text = table(*(f"Bluegate Health,{code},48,{SOON}" for code in codes)).decode()

    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = steps.KINDS["fees"].judge(steps.sheet_of(text, "fees").rows, file=())

    assert ([each.outcome for each in found], len(asked)) == (["new"] * count, 2)


# The pages


def post(client, raw):
    file = SimpleUploadedFile("fees.csv", raw, content_type="text/csv")
    return client.post(reverse("emr:imports"), {"kind": "fees", "file": file})


def at(name, file):
    return reverse(f"emr:{name}", args=[file.pk])


def test_an_owner_finds_the_import_from_the_prices_and_the_empty_file(olive_client):
    page = olive_client.get(reverse("emr:imports"), {"kind": "fees"})
    template = olive_client.get(reverse("emr:import-template", args=["fees"]))

    address = f"{reverse('emr:imports')}?kind=fees"
    assertContains(olive_client.get(reverse("emr:prices")), address)
    assert page.context["form"]["kind"].value() == "fees"
    assert template.content.decode() == "\ufeffPayer,Code,Price,First day\r\n"


def test_the_desk_hands_in_no_fees(fran_client):
    page = fran_client.get(reverse("emr:imports"), {"kind": "fees"})
    template = fran_client.get(reverse("emr:import-template", args=["fees"]))

    assertNotContains(page, "Fee schedule")
    assertNotContains(fran_client.get(reverse("emr:prices")), "kind=fees")
    assert template.status_code == 404
    assert post(fran_client, table(f",20560,65,{SOON}")).status_code == 422
    assert not ImportFile.objects.exists()


def test_whoever_is_no_owner_any_more_writes_no_fees(olive_client, olive, fran):
    post(olive_client, table(f",20560,65,{SOON}"))
    file = ImportFile.objects.get()
    factories.make_user(Role.OWNER)
    olive.groups.set(fran.groups.all())

    assert olive_client.post(at("confirm-import", file)).status_code == 404
    assert olive_client.get(at("import", file)).status_code == 404


def test_the_preview_says_what_is_new_what_changes_and_what_is_refused(olive_client, bluegate):
    factories.make_fee(code="20560", amount="65.00", starts_on=date(2025, 3, 4))
    rows = [f",20560,70,{SOON}", f"Bluegate Health,20561,1250,{SOON}", f"Sunward,20560,1,{SOON}"]

    response = post(olive_client, table(*rows))
    file = ImportFile.objects.get()
    shown = {
        show: olive_client.get(at("import", file), {"show": show})
        for show in ("new", "changed", "refused")
    }

    assertRedirects(response, at("import", file), fetch_redirect_response=False)
    assertContains(shown["new"], "20561 · Bluegate Health")
    assertContains(shown["new"], f"$1,250.00 from {SOON}")
    assertContains(shown["changed"], "20560 · Everybody")
    assertContains(shown["changed"], "<del>$65.00 from 2025-03-04</del>")
    assertContains(shown["changed"], f"<ins>$70.00 from {SOON}</ins>")
    assertContains(shown["refused"], "No payer has this name.")


def test_refused_rows_come_back_and_the_end_leads_to_the_prices(olive_client):
    post(olive_client, table(f",20560,65,{SOON}", f"Sunward,20560,1,{SOON}"))
    file = ImportFile.objects.get()
    olive_client.post(at("confirm-import", file))
    olive_client.post(at("write-import", file))

    refused = olive_client.get(at("refused-rows", file))
    olive_client.post(at("finish-import", file))

    assert refused.content.decode() == (
        "\ufeffLine,Why refused,Payer,CPT,Fee,Effective date\r\n"
        f"3,Payer: No payer has this name. Write it as on the payers page.,Sunward,20560,1,{SOON}\r\n"
    )
    assertContains(olive_client.get(at("import", file)), reverse("emr:prices"))
    assert fees() == [("", "20560", "65.00", SOON)]
