"""The front desk brings its patients along: file, preview, progress, and what was left over."""

from datetime import date

from playwright.sync_api import expect

from emr.models import ImportFile, Patient
from tests import factories

ROWS = [
    "Surname;First name;DOB;MRN;Phone;Insurance",
    "Marlow;Odette;3/8/1951;HL-10117;970-555-9999;Medicare",
    "Fennimore;Ajax;1988-01-15;;970-555-0188;",
    "Quill;Henrietta;6/2/48;;;",
    *(f"Vega;Ines {n};{1950 + n % 40}-01-{n % 28 + 1:02};;;" for n in range(600)),
]


def choose(page, rows):
    content = "\r\n".join(rows).encode("utf-8-sig")
    page.set_input_files(
        "#id_file", {"name": "clinic.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Look at what will change").click()


def test_patients_are_looked_at_written_with_progress_and_the_rest_fetched(
    tablet, site, fran, patient, assert_accessible
):
    site.sign_in(tablet, fran)
    tablet.goto(site.at("emr:patients"))
    tablet.get_by_role("link", name="Import from CSV").click()
    tablet.locator("summary", has_text="patients").click()
    expect(tablet.get_by_text("Surname, Family name").first).to_be_visible()
    assert_accessible(tablet)

    choose(tablet, ROWS)

    expect(tablet.get_by_text("UTF-8, semicolons")).to_be_visible()
    expect(tablet.get_by_text("Not read: Insurance.")).to_be_visible()
    expect(tablet.get_by_text("Write the year with four digits.")).to_be_visible()
    assert_accessible(tablet)
    tablet.get_by_role("link", name="1 to change").click()
    expect(tablet.locator(".change")).to_have_text("Phone: 970-555-0117 → becomes 970-555-9999")
    assert_accessible(tablet)
    tablet.get_by_role("link", name="601 new").click()
    tablet.get_by_role("link", name="Next rows").click()
    expect(tablet.get_by_text("51–100 of 601")).to_be_visible()
    assert Patient.objects.count() == 1

    seen = []
    tablet.on("response", lambda answer: seen.append(answer.request.method + answer.url[-7:]))
    tablet.get_by_role("button", name="Write 602 rows").click()

    expect(tablet.get_by_text("Written, but for 1 row.")).to_be_visible(timeout=60_000)
    assert seen.count("POST/write/") == 4  # two hundred rows at a time
    assert Patient.objects.count() == 602
    assert_accessible(tablet)
    with tablet.expect_download() as fetched:
        tablet.get_by_role("link", name="Download refused rows").click()
    assert fetched.value.path().read_text("utf-8-sig").splitlines()[1] == (
        "4;Birth date: Write the year with four digits.;Quill;Henrietta;6/2/48;;;"
    )
    tablet.get_by_role("button", name="Finish").click()
    expect(tablet.get_by_text("The file is forgotten")).to_be_visible()
    assert_accessible(tablet)
    assert ImportFile.objects.values_list("content", "verdicts").get() == ("", "")


def test_an_import_goes_on_where_a_closed_browser_left_it(
    page, new_page, site, watch, fran, patient
):
    watch.expect("ERR_FAILED")
    watch.expect("htmx:")
    site.sign_in(page, fran)
    page.goto(site.at("emr:imports"))
    choose(page, ROWS[:3])
    page.route("**/write/", lambda route: route.abort())  # the connection is lost
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Write 2 rows").click()
    expect(page.get_by_text("0 of 2")).to_be_visible()
    page.close()

    another = new_page()
    site.sign_in(another, fran)
    another.goto(site.at("emr:imports"))
    another.get_by_role("link", name="Continue").click()

    expect(another.get_by_text("what it said is on record")).to_be_visible()
    patient.refresh_from_db()
    assert patient.phone == "970-555-9999"
    assert Patient.objects.count() == 2


def test_a_file_that_cannot_be_read_says_so_beside_it(page, site, watch, fran, assert_accessible):
    watch.expect("status 422")
    site.sign_in(page, fran)
    page.goto(site.at("emr:imports"))

    choose(page, ["Nom;Prénom", "Vega;Ines"])

    expect(page.get_by_role("alert")).to_contain_text("no name in it is one that we know")
    expect(page.get_by_text("Surname, Family name").first).to_be_visible()
    assert_accessible(page)


def test_a_schedule_is_looked_at_and_stands_on_the_day(
    page, site, fran, dana, patient, assert_accessible
):
    factories.make_patient(
        last_name="Vega", first_name="Ines", birth_date=date(1970, 4, 5), record_number="X-1"
    )
    day = factories.today().isoformat()
    site.sign_in(page, fran)
    page.goto(site.at("emr:imports"))
    page.get_by_label("Schedule").check()

    choose(
        page,
        [
            "MRN,Date,Time,Therapist,Room",
            f"HL-10117,{day},2:05 pm,dana,Room 2",
            f"X-1,{day},14:50,Dana Whitlock,Room 3",
            f"HL-9,{day},16:00,dana,",
        ],
    )
    expect(page.get_by_text("No such patient is on record.")).to_be_visible()
    page.get_by_role("link", name="2 new").click()
    expect(page.get_by_text(f"{day} 14:05 · Dana Whitlock · Room 2")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Write 2 rows").click()
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("main").get_by_role("link", name="Today").click()

    expect(page.get_by_role("row").filter(has_text="Vega, Ines")).to_contain_text("14:50")
