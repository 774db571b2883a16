import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from emr import prices
from emr.actions import Refused
from emr.models import AuditEntry, CashPrice, Fee
from emr.price_forms import CashPriceForm, FeeForm, MoneyField
from emr.price_list import laid_out
from tests.factories import ZONE, make_cash_price, make_fee, make_payer, today

PAGE = reverse("emr:prices")
SET_FEE = reverse("emr:set-fee")
SET_CASH = reverse("emr:set-cash-price")
SPRING = date(2025, 3, 4)
SUMMER = date(2025, 7, 1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_the_practices_zone():
    with timezone.override(ZONE):
        yield


def days_of(model):
    """The amounts with their days, the oldest first."""
    found = model.objects.order_by("starts_on")
    return [(str(price.amount), price.starts_on, price.ends_on) for price in found]


def log():
    return [(entry.verb, entry.details) for entry in AuditEntry.objects.order_by("pk")]


# What something costs


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (SPRING - DAY, None),
        (SPRING, Decimal("65.00")),
        (SUMMER - DAY, Decimal("65.00")),
        (SUMMER, Decimal("70.00")),
        (date(2025, 12, 31), Decimal("70.00")),
        (date(2026, 1, 1), None),
    ],
)
def test_a_fee_holds_from_its_first_day_to_its_last(db, day, amount):
    make_fee(starts_on=SPRING, ends_on=SUMMER - DAY)
    make_fee(starts_on=SUMMER, ends_on=date(2025, 12, 31), amount="70.00")

    assert prices.fee_for("20560", day=day) == amount


def test_a_payers_own_fee_goes_before_the_practices(db):
    bluegate, sunward = make_payer(), make_payer()
    make_fee(amount="65.00", starts_on=SUMMER)
    make_fee(amount="48.00", payer=bluegate, starts_on=SPRING)

    assert prices.fee_for("20560", day=SUMMER, payer=bluegate) == Decimal("48.00")
    assert prices.fee_for("20560", day=SUMMER, payer=sunward) == Decimal("65.00")
    assert prices.fee_for("20560", day=SUMMER) == Decimal("65.00")
    assert prices.fee_for("20561", day=SUMMER, payer=bluegate) is None


@pytest.mark.parametrize("more", [1, 3])
def test_all_fees_of_a_day_are_one_question(db, django_assert_num_queries, more):
    payer = make_payer()
    codes = ["20560", "20561", "97110", "97140"][: more + 1]
    for code in codes:
        make_fee(code=code)
        make_fee(code=code, payer=payer, amount="40.00")

    with django_assert_num_queries(1):
        fees = prices.fees_on(SUMMER, payer=payer)

    assert fees == dict.fromkeys(codes, Decimal("40.00"))


def test_a_code_without_a_cash_price_costs_that_of_a_visit(db):
    make_cash_price(amount="50.00")
    make_cash_price(code="20561", amount="80.00")

    assert prices.cash_price_for("20561", day=SUMMER) == Decimal("80.00")
    assert prices.cash_price_for("20560", day=SUMMER) == Decimal("50.00")
    assert prices.cash_price_for("20560", day=SPRING - DAY) is None


def test_the_price_of_a_visit_comes_first_and_codes_in_order(db):
    for code in ("97110", "20560", ""):
        make_cash_price(code=code)
    make_cash_price(code="97140", ends_on=SPRING)

    assert [price.code for price in prices.cash_prices_on(SUMMER)] == ["", "20560", "97110"]


# Setting and ending


SOON = today() + 30 * DAY
NEW_YEAR = date(today().year, 1, 1)


def set_fee(olive, amount="70.00", starts_on=SOON, **fields):
    fields = {"code": "20560", "amount": Decimal(amount), "starts_on": starts_on} | fields
    return prices.set_fee(by=olive, **fields)


def test_a_new_fee_ends_the_one_before_it_the_day_before(olive):
    payer = make_payer()
    make_fee(amount="65.00", starts_on=SPRING)
    make_fee(amount="1.00", starts_on=SPRING, code="20561")
    make_fee(amount="2.00", starts_on=SPRING, payer=payer)

    set_fee(olive)

    assert prices.fees_on(SOON - DAY) == {"20560": Decimal(65), "20561": Decimal(1)}
    assert prices.fees_on(SOON) == {"20560": Decimal(70), "20561": Decimal(1)}
    assert prices.fee_for("20560", day=SOON, payer=payer) == Decimal(2)
    [past, *_] = laid_out(Fee.objects.filter(code="20560", payer=None), day=SOON).past
    assert (past.amount, past.until) == (Decimal(65), SOON - DAY)
    assert log() == [("fee set", {"code": "20560", "starts_on": SOON.isoformat()})]


def test_a_payers_fee_leaves_the_practices_alone(olive):
    payer = make_payer()
    make_fee(amount="65.00", starts_on=SPRING)

    set_fee(olive, payer=payer)

    assert days_of(Fee) == [("65.00", SPRING, None), ("70.00", SOON, None)]
    assert prices.fee_for("20560", day=SOON) == Decimal(65)
    assert log() == [
        ("fee set", {"code": "20560", "starts_on": SOON.isoformat(), "payer": payer.pk}),
    ]


@pytest.mark.parametrize("ends_on", [date(2025, 4, 1), SOON - DAY, SOON + DAY])
def test_a_last_day_that_was_said_is_kept_and_comes_back_when_the_next_price_is_taken_back(
    olive, ends_on
):
    make_fee(amount="65.00", starts_on=SPRING, ends_on=ends_on)
    days = [SPRING, ends_on, ends_on + DAY, SOON, SOON + 2 * DAY]
    before = [prices.fee_for("20560", day=day) for day in days]
    fee = set_fee(olive)
    assert {prices.fee_for("20560", day=day) for day in (SOON, SOON + 2 * DAY)} == {Decimal(70)}

    prices.take_back_fee(fee=fee, by=olive)

    assert [prices.fee_for("20560", day=day) for day in days] == before
    assert days_of(Fee) == [("65.00", SPRING, ends_on)]


def test_a_price_does_not_come_back_when_the_one_after_it_ends(db):
    make_fee(amount="65.00", starts_on=SPRING)
    make_fee(amount="70.00", starts_on=SUMMER, ends_on=SUMMER + DAY)

    found = [prices.fee_for("20560", day=SUMMER + ahead * DAY) for ahead in (-1, 0, 1, 2)]

    assert found == [Decimal(65), Decimal(70), Decimal(70), None]


@pytest.mark.parametrize("starts_on", [SUMMER, SUMMER - DAY, SPRING - DAY, today() - DAY])
@pytest.mark.parametrize("ended", [None, today() - 9 * DAY])
def test_what_a_past_day_cost_is_never_changed(olive, starts_on, ended):
    payer = make_payer()
    make_fee(amount="65.00", starts_on=SPRING)
    make_fee(amount="70.00", starts_on=SUMMER, ends_on=ended)
    make_cash_price(starts_on=SPRING, ends_on=ended)
    before = days_of(Fee), days_of(CashPrice)

    for act in (
        lambda: set_fee(olive, amount="9.00", starts_on=starts_on),
        # A payer without a fee of its own was charged the practice's, a code the price of a visit.
        lambda: set_fee(olive, amount="9.00", starts_on=starts_on, payer=payer),
        lambda: prices.set_cash_price(
            amount=Decimal(9), starts_on=starts_on, label="Exercise", code="97110", by=olive
        ),
    ):
        with pytest.raises(Refused, match="Past visits keep what they cost"):
            act()

    assert (days_of(Fee), days_of(CashPrice)) == before
    assert log() == []


@pytest.mark.parametrize(
    ("starts_on", "taken"), [(NEW_YEAR, True), (today(), True), (NEW_YEAR - DAY, False)]
)
def test_only_the_first_price_of_all_reaches_back_and_within_this_year(olive, starts_on, taken):
    make_fee(code="20561", starts_on=SPRING)

    if taken:
        set_fee(olive, starts_on=starts_on)
    else:
        with pytest.raises(Refused, match="the first of January of this year"):
            set_fee(olive, starts_on=starts_on)

    assert Fee.objects.filter(code="20560").exists() is taken


def test_a_price_before_one_that_is_announced_is_refused(olive):
    make_fee(amount="70.00", starts_on=SOON)

    with pytest.raises(Refused, match=f"Another price is set from {SOON} on"):
        set_fee(olive, starts_on=SOON - DAY)

    assert days_of(Fee) == [("70.00", SOON, None)]


@pytest.mark.parametrize("ahead", [0, 30])
def test_a_slip_of_today_or_of_a_day_to_come_is_mended(olive, ahead):
    day = today() + ahead * DAY
    make_fee(amount="65.00", starts_on=SPRING)
    slip = make_fee(amount="700.00", starts_on=day)

    set_fee(olive, amount="70.00", starts_on=day)

    assert days_of(Fee) == [("65.00", SPRING, None), ("70.00", day, None)]
    assert Fee.objects.get(starts_on=day).pk == slip.pk


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"amount": "-1.00"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"amount": "1000000.00"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"code": "2056"}, "code"),
        ({"code": ""}, "code"),
    ],
)
def test_what_is_no_price_is_refused_by_the_action_too(olive, fields, field):
    with pytest.raises(ValidationError) as refused:
        set_fee(olive, **fields)

    assert list(refused.value.message_dict) == [field]
    assert (Fee.objects.count(), log()) == (0, [])


def test_a_fee_ends_once_and_not_before_it_begins(olive):
    fee, coming = make_fee(starts_on=SPRING), make_fee(starts_on=SOON, code="20561")

    with pytest.raises(Refused, match="cannot end before its first day"):
        prices.end_fee(fee=coming, ends_on=SOON - DAY, by=olive)
    prices.end_fee(fee=fee, ends_on=today(), by=olive)
    with pytest.raises(Refused, match=f"already ends on {today()}"):
        prices.end_fee(fee=fee, ends_on=SOON, by=olive)

    assert days_of(Fee) == [("65.00", SPRING, today()), ("65.00", SOON, None)]
    assert log() == [("fee ended", {"code": "20560", "ends_on": today().isoformat()})]


@pytest.mark.parametrize(("ago", "taken"), [(0, True), (1, True), (2, False), (90, False)])
def test_a_price_that_was_charged_ends_yesterday_at_the_earliest(olive, ago, taken):
    fee, ends_on = make_fee(starts_on=SPRING), today() - ago * DAY

    if taken:
        prices.end_fee(fee=fee, ends_on=ends_on, by=olive)
    else:
        with pytest.raises(Refused, match="Past visits keep what they cost"):
            prices.end_fee(fee=fee, ends_on=ends_on, by=olive)

    assert days_of(Fee) == [("65.00", SPRING, ends_on if taken else None)]


def test_a_fee_that_has_not_begun_is_taken_back_and_the_one_before_goes_on(olive):
    make_fee(amount="65.00", starts_on=SPRING)
    fee = make_fee(amount="70.00", starts_on=SOON)

    prices.take_back_fee(fee=fee, by=olive)

    assert prices.fee_for("20560", day=SOON) == Decimal(65)
    assert log() == [("fee taken back", {"code": "20560", "starts_on": SOON.isoformat()})]
    with pytest.raises(Refused, match="taken back already"):
        prices.take_back_fee(fee=fee, by=olive)


def test_a_price_that_has_begun_is_not_taken_back(olive):
    fee = make_fee(starts_on=today())
    price = make_cash_price(starts_on=today())

    with pytest.raises(Refused, match="has begun"):
        prices.take_back_fee(fee=fee, by=olive)
    with pytest.raises(Refused, match="has begun"):
        prices.take_back_cash_price(price=price, by=olive)

    assert (Fee.objects.count(), CashPrice.objects.count()) == (1, 1)


def test_a_cash_price_is_set_ended_and_taken_back_alike(olive):
    fields = {"label": "One visit", "by": olive}
    prices.set_cash_price(amount=Decimal("50"), starts_on=NEW_YEAR, **fields)
    later = prices.set_cash_price(amount=Decimal("55"), starts_on=SOON, **fields)
    of_code = prices.set_cash_price(code="97110", amount=Decimal("30"), starts_on=today(), **fields)

    prices.take_back_cash_price(price=later, by=olive)
    prices.end_cash_price(price=of_code, ends_on=SOON, by=olive)

    assert days_of(CashPrice) == [("50.00", NEW_YEAR, None), ("30.00", today(), SOON)]
    assert [verb for verb, _ in log()] == [
        "cash price set",
        "cash price set",
        "cash price set",
        "cash price taken back",
        "cash price ended",
    ]


# The forms


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("65", "65"),
        ("65.5", "65.5"),
        (" $ 1,250.00 ", "1250.00"),
        ("999,999.99", "999999.99"),
        ("0", "0"),
        (".50", "0.50"),
        ("12.", "12"),
    ],
)
def test_money_is_read_as_people_write_it(typed, amount):
    assert MoneyField().clean(typed) == Decimal(amount)


NO_SUM = "Give dollars and cents in digits, such as 65 or 65.50."
TOO_MUCH = "This is more than a price can be: at most $999,999.99."


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "This field is required."),
        ("$", "This field is required."),
        ("-1", NO_SUM),
        ("1e9", NO_SUM),
        ("NaN", NO_SUM),
        ("Infinity", NO_SUM),
        ("65,50", NO_SUM),
        ("1,2500", NO_SUM),
        ("1 250", NO_SUM),
        ("٦٥", NO_SUM),
        ("65\n70", NO_SUM),
        ("1.005", "Cents have two places, such as 65.50."),
        ("1000000", TOO_MUCH),
        ("123456789.00", TOO_MUCH),
        ("9" * 5000, TOO_MUCH),
    ],
)
def test_what_is_no_sum_of_money_is_refused(typed, message):
    with pytest.raises(ValidationError) as refused:
        MoneyField().clean(typed)

    assert refused.value.messages == [message]


@pytest.mark.parametrize(
    ("posted", "label"),
    [
        ({"code": "", "label": ""}, "One visit of dry needling"),
        ({"code": "20560", "label": ""}, "Dry needling, 1-2 muscles"),
        ({"code": "g0283", "label": "Current"}, "Current"),
    ],
)
def test_a_cash_price_is_called_by_our_words_if_by_no_others(posted, label):
    form = CashPriceForm({"amount": "50", "starts_on": "2025-03-04"} | posted)

    assert form.is_valid()
    assert form.cleaned_data["label"] == label


@pytest.mark.parametrize(
    ("posted", "errors"),
    [
        ({"code": "99999", "label": ""}, {"label": ["We have no words for this code: say what it is."]}),
        ({"code": "2056"}, {"code": ["Give a code of five signs, such as 20561, G0283 or 0213T."]}),
        ({"starts_on": "1999-12-31"}, {"starts_on": ["Check the year: from 2000 to two years ahead."]}),
        ({"starts_on": "2225-01-01"}, {"starts_on": ["Check the year: from 2000 to two years ahead."]}),
    ],
)  # fmt: skip
def test_what_a_cash_price_lacks_is_said_at_its_field(posted, errors):
    form = CashPriceForm({"code": "", "amount": "50", "starts_on": "2025-03-04"} | posted)

    assert form.errors == errors


def test_payers_of_former_times_get_no_fees(db):
    make_payer(name="Bluegate PPO", active=False)
    make_payer(name="Sunward PPO")

    assert [str(payer) for payer in FeeForm().fields["payer"].queryset] == ["Sunward PPO"]


# The pages

NEW_FEE = {"payer": "", "code": "20560", "amount": "$65", "starts_on": today().isoformat()}


def test_an_owner_sets_a_fee_and_sees_it(olive_client):
    response = olive_client.post(SET_FEE, NEW_FEE, follow=True)

    assertRedirects(response, PAGE)
    assertContains(response, "The price is set.")
    assertContains(response, "<strong>$65.00</strong>", html=True)
    assertContains(response, "Dry needling, 1-2 muscles")


def test_a_link_to_a_new_price_knows_what_it_is_of(olive_client):
    payer = make_payer(name="Sunward PPO")
    make_fee(payer=payer)
    page = olive_client.get(PAGE).content.decode()
    [link] = re.findall(r'href="([^"]+code=20560[^"]*)"', page)

    form = olive_client.get(link.replace("&amp;", "&")).context["form"]

    assert (form["payer"].value(), form["code"].value()) == (str(payer.pk), "20560")
    assert form["starts_on"].value() == today()


def test_a_price_that_clashes_is_refused_with_what_was_typed(olive_client):
    make_fee(starts_on=SOON)

    response = olive_client.post(SET_FEE, NEW_FEE)

    assertContains(response, f"Another price is set from {SOON} on.", status_code=409)
    assertContains(response, 'value="$65"', status_code=409)
    assert Fee.objects.count() == 1


def test_what_is_no_price_is_said_at_its_field_and_nothing_is_set(olive_client):
    response = olive_client.post(SET_FEE, NEW_FEE | {"amount": "1e9"})

    assertContains(response, NO_SUM, status_code=422)
    assert Fee.objects.count() == 0


def test_a_cash_price_is_set_ended_and_taken_back_on_the_page(olive_client):
    make_cash_price(amount="45", starts_on=SPRING)
    for day in (today(), SOON):
        olive_client.post(SET_CASH, {"code": "", "amount": "50", "starts_on": day.isoformat()})
    _, first, second = CashPrice.objects.order_by("starts_on")

    back = reverse("emr:take-back-cash-price", args=[second.pk])
    assertRedirects(olive_client.post(back), PAGE)
    end = reverse("emr:end-cash-price", args=[first.pk])
    assertRedirects(olive_client.post(end, {"ends_on": SOON.isoformat()}), PAGE)

    assert days_of(CashPrice) == [("45.00", SPRING, None), ("50.00", today(), SOON)]
    page = olive_client.get(PAGE)
    assertContains(page, "Earlier prices (1)")
    assert [price.until for price in page.context["cash"].past] == [today() - DAY]
    assertContains(
        olive_client.post(end, {"ends_on": SOON.isoformat()}), "already ends", status_code=409
    )


def test_a_last_day_long_past_is_refused_where_it_was_typed(olive_client):
    fee = make_fee(starts_on=SPRING)

    response = olive_client.post(
        reverse("emr:end-fee", args=[fee.pk]), {"ends_on": SUMMER.isoformat()}
    )

    assertContains(response, "Past visits keep what they cost", status_code=422)
    assert days_of(Fee) == [("65.00", SPRING, None)]


@pytest.mark.parametrize(("make", "kind"), [(make_fee, "fee"), (make_cash_price, "cash-price")])
def test_a_last_day_before_the_first_is_refused_where_it_was_typed(olive_client, make, kind):
    price = make(starts_on=SUMMER)
    end = reverse(f"emr:end-{kind}", args=[price.pk])

    response = olive_client.post(end, {"ends_on": "2025-06-30"})

    assertContains(response, "It cannot end before its first day.", status_code=422)
    price.refresh_from_db()
    assert price.ends_on is None


def test_what_has_begun_is_not_taken_back_on_the_page(olive_client):
    fee = make_fee()

    response = olive_client.post(reverse("emr:take-back-fee", args=[fee.pk]))

    assertContains(response, "This price has begun", status_code=409)


@pytest.mark.parametrize("name", ["dana", "fran", "bo", "cora"])
def test_others_read_prices_and_change_none(request, name):
    client = request.getfixturevalue(f"{name}_client")
    make_fee()

    response = client.get(PAGE)

    assertContains(response, "$65.00")
    assertNotContains(response, "New price")
    assertNotContains(response, "Set a fee")
    assert client.post(SET_FEE, NEW_FEE).status_code == 404
    assert Fee.objects.count() == 1


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_asks_the_same_questions_however_many_prices_there_are(
    olive_client, django_assert_num_queries, more
):
    for code in ["20560", "20561", "97110"][:more]:
        make_fee(code=code)
        make_fee(code=code, payer=make_payer())
        make_cash_price(code=code)
    olive_client.get(PAGE)  # the first look of a minute renews the session, too

    # session, user, practice, roles, cash prices, fees with payers, provider of the one who looks
    with django_assert_num_queries(7):
        olive_client.get(PAGE)


def test_a_page_without_prices_says_what_is_missing(olive_client):
    response = olive_client.get(PAGE)

    assertContains(response, "No cash price yet")
    assertContains(response, "No fee yet")
    assertNotContains(response, "Wall sign</a>")
