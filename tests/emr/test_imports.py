"""An import from upload to end: its pages, who sees them, and what stays of it."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from emr.imports import steps
from emr.models import AuditEntry, ImportFile, Patient
from tests import factories
from tests.notes.outcomes import at_once

IMPORTS = reverse("emr:imports")
HEADER = "Surname;First name;DOB;MRN;Phone;Insurance"
VEGA = "Vega;Ines;1970-04-05;X-1;970-555-0101;"
VALE = "Vale;Ada;1980-01-02;;;"
MARLOW = "Marlow;Odette;1951-03-08;HL-10117;970-555-9999;"
KNOWN = "Marlow;Odette;1951-03-08;HL-10117;;"
WRONG = "=Quill;Hetty;1/2/48;;+1 970 555 0103;"
HTMX = {"HX-Request": "true"}


def table(*rows, header=HEADER):
    return "\r\n".join([header, *rows]).encode("utf-8-sig")


def post(client, raw, kind="patients"):
    file = SimpleUploadedFile("clinic.csv", raw, content_type="text/csv")
    return client.post(IMPORTS, {"kind": kind, "file": file})


def upload(client, *rows):
    post(client, table(*rows))
    return ImportFile.objects.latest("pk")


def at(name, file):
    return reverse(f"emr:{name}", args=[file.pk])


def written(client, *rows):
    """An import with nothing refused, written to the end."""
    file = upload(client, *rows)
    client.post(at("confirm-import", file))
    client.post(at("write-import", file))
    file.refresh_from_db()
    return file


# Handing in


def test_the_page_shows_what_columns_may_be_called_and_the_patients_page_leads_there(fran_client):
    page = fran_client.get(IMPORTS)

    assertContains(fran_client.get(reverse("emr:patients")), f'href="{IMPORTS}"')
    assertContains(page, "Surname, Family name")
    assert page.context["form"]["kind"].value() == "patients"
    assert fran_client.get(f"{IMPORTS}?kind=schedule").context["form"]["kind"].value() == "schedule"


@pytest.mark.parametrize("who", ["bo", "cora"])
def test_who_only_reads_is_not_led_there(request, who, practice):
    client = request.getfixturevalue(f"{who}_client")

    assertNotContains(client.get(reverse("emr:patients")), IMPORTS)


@pytest.mark.parametrize("kind", ["patients", "schedule"])
def test_the_empty_table_can_be_read_again(fran_client, kind):
    response = fran_client.get(reverse("emr:import-template", args=[kind]))

    assert response.headers["Content-Disposition"] == f'attachment; filename="{kind}.csv"'
    sheet = steps.sheet_of(response.content.decode("utf-8-sig") + "x\r\n", kind)
    assert (sheet.ignored, len(sheet.rows)) == ((), 1)


def test_there_is_no_empty_table_of_something_else(fran_client):
    assert fran_client.get(reverse("emr:import-template", args=["claims"])).status_code == 404


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "This file is empty."),
        (b"PK\x03\x04", "This is not a CSV file."),
        (b"a" * 30_000_000, "larger than 10 MB"),
        (b"x," * 1_000_000, "more than 100 columns"),
        (table(header="Phone"), "There is no row"),
        (
            table("1", header="Phone"),
            "These columns are missing: Last name, First name, Birth date.",
        ),
        (table("Vega,1", header="Last name,DOB"), "These columns are missing: First name."),
        (table(VEGA + "x" * 3_000), "Line 2 has a cell of more than 2,000 letters."),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_whole(fran_client, raw, sentence):
    response = post(fran_client, raw)

    assert response.status_code == 422
    assertContains(response, sentence, status_code=422)
    assert not ImportFile.objects.exists()


def test_a_schedule_needs_a_therapist_and_a_time(fran_client):
    response = post(fran_client, table("X-1", header="MRN"), kind="schedule")

    assertContains(response, "missing: Date, Time, Therapist.", status_code=422)


# Looking


def test_the_preview_shows_all_groups_and_writes_nothing(fran_client, patient):
    file = upload(fran_client, VEGA, VALE, MARLOW, WRONG)
    patients = list(Patient.objects.values())

    page = fran_client.get(at("import", file))
    shown = {
        show: [
            each.line
            for each in fran_client.get(at("import", file), {"show": show}).context["page"]
        ]
        for show in ("new", "changed", "refused", "same", "nonsense")
    }

    assert (file.rows, file.new, file.changed, file.same, file.refused) == (4, 2, 1, 0, 1)
    # A group without rows, or none, shows what asks for a person first.
    assert shown == {"new": [2, 3], "changed": [4], "refused": [5], "same": [5], "nonsense": [5]}
    assertContains(page, "UTF-8, semicolons")
    assertContains(page, "Not read: Insurance.")
    assertContains(page, "Write the year with four digits.")
    assertContains(page, "Write 3 rows")
    assert list(Patient.objects.values()) == patients


def test_fifty_rows_a_page_and_the_rest_on_the_next(fran_client):
    file = upload(fran_client, *(f"Vega;Ines{n};1970-04-05;;;" for n in range(51)))

    first, second, beyond = (
        fran_client.get(at("import", file), {"page": page}).context["page"]
        for page in ("", "2", "99999999999999999999")
    )

    assert [len(first), len(second), beyond.number] == [50, 1, 2]


def test_a_cell_with_markup_is_shown_as_text(fran_client):
    file = upload(fran_client, "<script>alert(1)</script>;Ines;1970-04-05;;;")

    assertContains(fran_client.get(at("import", file)), "&lt;script&gt;")


def test_where_nothing_is_new_there_is_nothing_to_write(fran_client, patient):
    page = fran_client.get(at("import", upload(fran_client, KNOWN)))

    assertContains(page, "There is nothing to write.")
    assertNotContains(page, "confirm/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(
    fran_client, patient, django_assert_num_queries, count
):
    for n in range(count):
        factories.make_patient(record_number=f"HL-{n}", last_name="Vega", first_name=f"Ines{n}")
    file = upload(
        fran_client, *(f"Vega;Ines{n};1970-04-05;HL-{n};970-555-7;" for n in range(count))
    )

    # Session, user, roles, practice, provider for the bar on top, the file, the log.
    with django_assert_num_queries(7):
        page = fran_client.get(at("import", file))

    assert len({row.patient for row in page.context["page"]} - {None}) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_imports_asks_as_little_for_many(
    fran_client, patient, django_assert_num_queries, count
):
    for _ in range(count):
        upload(fran_client, VEGA)
        file = upload(fran_client, VEGA)
        fran_client.post(at("discard-import", file))

    # Session, user, roles, practice, provider for the bar on top, overdue, open and ended imports.
    with django_assert_num_queries(8):
        page = fran_client.get(IMPORTS)

    assert [len(page.context["open"]), len(page.context["ended"])] == [count, count]


# Writing


def test_what_was_confirmed_is_written_step_by_step(fran_client, monkeypatch):
    monkeypatch.setattr(steps, "WRITTEN_AT_ONCE", 2)
    file = upload(fran_client, VEGA, VALE, "Quill;Hetty;1948-06-02;;;")

    confirmed = fran_client.post(at("confirm-import", file))
    page = fran_client.get(at("import", file))
    half = fran_client.post(at("write-import", file), headers=HTMX)
    then = Patient.objects.count()
    end = fran_client.post(at("write-import", file), headers=HTMX)

    assertRedirects(confirmed, at("import", file))
    assertContains(page, 'value="0" max="3"')
    assertContains(half, 'value="2" max="3"')
    assertContains(half, 'hx-trigger="load, submit"')
    assert (then, Patient.objects.count()) == (2, 3)
    assert end.headers["HX-Redirect"] == at("import", file)
    assertContains(fran_client.get(at("import", file)), "Done.")


def test_writing_goes_on_without_script_and_after_the_browser_was_closed(fran_client, monkeypatch):
    monkeypatch.setattr(steps, "WRITTEN_AT_ONCE", 1)
    file = upload(fran_client, VEGA, VALE)
    fran_client.post(at("confirm-import", file))
    fran_client.post(at("write-import", file))

    assertContains(fran_client.get(IMPORTS), "1 of 2 handled")
    response = fran_client.post(at("write-import", file), follow=True)

    assertContains(response, "Done.")
    assert Patient.objects.count() == 2


def test_a_second_tab_writes_no_row_again(fran_client):
    file = upload(fran_client, VEGA, VALE)
    for step in ("confirm-import", "confirm-import", "write-import", "write-import"):
        fran_client.post(at(step, file))

    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "import uploaded",
        "import confirmed",
        "registered",
        "registered",
        "patients imported",
    ]


def test_nothing_is_written_before_it_is_confirmed(fran_client):
    file = upload(fran_client, VEGA)

    response = fran_client.post(at("write-import", file))

    assertRedirects(response, at("import", file))
    assert not Patient.objects.exists()


@pytest.mark.usefixtures("transactional_db")
def test_two_tabs_in_the_same_moment_write_each_row_once(fran, monkeypatch):
    monkeypatch.setattr(steps, "WRITTEN_AT_ONCE", 3)
    rows = [f"Vega;Ines{n};1970-04-05;;;" for n in range(12)]
    file = steps.upload_file(raw=table(*rows), kind="patients", by=fran)
    steps.confirm_import(file=file, by=fran)

    came = at_once(*[lambda: steps.write_next_rows(file=file, by=fran)] * 4)

    assert sorted(each.handled for each in came) == [3, 6, 9, 12]
    assert sorted(Patient.objects.values_list("first_name", flat=True)) == sorted(
        f"Ines{n}" for n in range(12)
    )


def test_a_piece_that_fails_is_written_whole_the_next_time(fran_client, monkeypatch):
    file = upload(fran_client, VEGA, VALE)
    fran_client.post(at("confirm-import", file))
    with monkeypatch.context() as patch:
        patch.setattr(steps, "_end_writing", None)  # the last thing that a piece does
        with pytest.raises(TypeError):
            fran_client.post(at("write-import", file))
    file.refresh_from_db()
    before = (file.handled, Patient.objects.count())

    fran_client.post(at("write-import", file))

    file.refresh_from_db()
    assert before == (0, 0)
    assert (file.state, Patient.objects.count()) == ("done", 2)


def test_an_owner_does_not_take_over_by_looking(fran_client, olive_client, olive):
    file = upload(fran_client, VEGA)
    fran_client.post(at("confirm-import", file))

    page = olive_client.get(at("import", file))
    olive_client.post(at("write-import", file))

    assertContains(page, "Fran Ibarra is writing this.")
    assertContains(page, 'hx-trigger="submit"')
    assert AuditEntry.objects.get(verb="registered").actor_id == olive.pk


# Refused rows


def test_refused_rows_come_back_as_they_were_with_the_reason_and_no_formula(fran_client, patient):
    file = upload(fran_client, VEGA, WRONG, "Vale;Ada;;;;")

    response = fran_client.get(at("refused-rows", file))

    assert response.content.decode() == (
        "\ufeffLine;Why refused;Surname;First name;DOB;MRN;Phone;Insurance\r\n"
        "3;Birth date: Write the year with four digits.;'=Quill;Hetty;1/2/48;;'+1 970 555 0103;\r\n"
        "4;Birth date: Give the record number, or last name, first name and birth date.;"
        "Vale;Ada;;;;\r\n"
    )
    assert response.headers["Cache-Control"] == "no-store"
    assert AuditEntry.objects.get(verb="refused rows downloaded").details == {"rows": 2}


def test_what_was_mended_is_imported_from_that_very_file(fran_client):
    file = upload(fran_client, WRONG)
    mended = fran_client.get(at("refused-rows", file)).content.replace(b"1/2/48", b"1/2/1948")

    post(fran_client, mended)

    file = ImportFile.objects.latest("pk")
    page = fran_client.get(at("import", file))
    assert (file.new, file.refused, page.context["ignored"]) == (1, 0, ("Insurance",))
    fran_client.post(at("confirm-import", file))
    fran_client.post(at("write-import", file))
    assert Patient.objects.values_list("last_name", "phone").get() == ("=Quill", "+1 970 555 0103")


def test_rows_that_were_refused_wait_to_be_fetched_until_somebody_finishes(fran_client):
    file = upload(fran_client, VEGA, WRONG)
    fran_client.post(at("confirm-import", file))
    fran_client.post(at("write-import", file))

    page = fran_client.get(at("import", file))
    fetched = fran_client.get(at("refused-rows", file))
    fran_client.post(at("finish-import", file))

    assertContains(page, "Written, but for 1 row.")
    assert fetched.status_code == 200
    assert fran_client.get(at("refused-rows", file)).status_code == 404
    assertContains(fran_client.get(at("import", file)), "Done.")


def test_where_nothing_was_refused_there_is_nothing_to_download(fran_client):
    assert fran_client.get(at("refused-rows", upload(fran_client, VEGA))).status_code == 404


# The end


def test_what_ended_keeps_who_when_and_counts_and_no_word_of_the_file(fran, fran_client):
    file = written(fran_client, VEGA, VALE)

    assert (file.state, file.content, file.verdicts) == ("done", "", "")
    assert (file.rows, file.handled, file.new) == (2, 2, 2)
    assert (file.uploaded_by, file.confirmed_by, file.ended_by) == (fran, fran, fran)


def test_a_discarded_file_wrote_nothing(fran_client):
    file = upload(fran_client, VEGA)

    page = fran_client.post(at("discard-import", file), follow=True)
    fran_client.post(at("confirm-import", file))
    fran_client.post(at("write-import", file))

    file.refresh_from_db()
    assertContains(page, "Nothing of it was written")
    assert (file.state, file.content, file.verdicts) == ("discarded", "", "")
    assert not Patient.objects.exists()


def test_stopping_in_the_middle_keeps_what_is_written_and_counts_only_that(
    fran_client, monkeypatch
):
    monkeypatch.setattr(steps, "WRITTEN_AT_ONCE", 1)
    file = upload(fran_client, VEGA, VALE, WRONG)
    fran_client.post(at("confirm-import", file))
    fran_client.post(at("write-import", file))

    page = fran_client.post(at("discard-import", file), follow=True)

    file.refresh_from_db()
    assertContains(page, "Stopped after 1 of 3 rows.")
    assert (file.handled, file.new, file.refused) == (1, 1, 0)
    assert Patient.objects.count() == 1


def test_finishing_and_discarding_do_nothing_out_of_turn(fran_client):
    waiting, done = upload(fran_client, VALE), written(fran_client, VEGA)
    fran_client.post(at("finish-import", waiting))
    fran_client.post(at("discard-import", done))

    waiting.refresh_from_db()
    done.refresh_from_db()
    assert (waiting.state, done.state) == ("preview", "done")


# Who sees it, and what the log says


@pytest.mark.parametrize("name", ["import", "refused-rows"])
def test_only_the_uploader_and_owners_find_an_import(fran_client, dana_client, olive_client, name):
    file = upload(fran_client, WRONG)

    answers = [client.get(at(name, file)).status_code for client in (dana_client, olive_client)]

    assert answers == [404, 200]


@pytest.mark.parametrize(
    "name", ["confirm-import", "write-import", "discard-import", "finish-import"]
)
def test_nobody_else_takes_a_step_of_it(fran_client, dana_client, name):
    file = upload(fran_client, VEGA)

    assert dana_client.post(at(name, file)).status_code == 404
    file.refresh_from_db()
    assert file.state == "preview"


def test_nobody_elses_import_is_listed(fran_client, dana_client, olive_client):
    upload(fran_client, VEGA)
    fran_client.post(at("discard-import", upload(fran_client, VEGA)))

    lists = [client.get(IMPORTS).context for client in (dana_client, olive_client)]

    assert [(len(each["open"]), len(each["ended"])) for each in lists] == [(0, 0), (1, 1)]


def test_the_log_has_counts_and_no_word_of_the_file(fran_client, patient):
    file = upload(fran_client, VEGA, MARLOW, WRONG)
    fran_client.get(at("import", file))
    for step in ("confirm-import", "write-import", "finish-import"):
        fran_client.post(at(step, file))

    entries = AuditEntry.objects.filter(subject_type="emr.ImportFile").order_by("pk")
    counts = {"rows": 3, "new": 1, "changed": 1, "same": 0, "refused": 1}
    assert [(each.verb, each.details) for each in entries] == [
        ("import uploaded", {"kind": "patients"} | counts),
        ("viewed import", {"rows": 1}),
        ("import confirmed", {"kind": "patients"} | counts),
        ("patients imported", counts),
        ("import finished", {"kind": "patients"} | counts),
    ]
    told = json.dumps(list(AuditEntry.objects.values("actor", "details")), default=str)
    assert [word for word in ("Vega", "Marlow", "970", "1951") if word in told] == []


@pytest.mark.parametrize("kind", ["patients", "schedule"])
def test_each_patient_on_record_whose_row_is_shown_is_named_in_the_log(
    fran, fran_client, dana, patient, kind
):
    other = factories.make_patient(record_number="HL-2")
    factories.make_visit(patient=other)
    day = factories.today().isoformat()
    rows = {
        "patients": table(VEGA, MARLOW, MARLOW, KNOWN),
        "schedule": table(
            f"HL-10117;{day};14:00;dana",
            f"HL-10117;{day};14:30;dana",
            "HL-2;2020-01-01;14:00;dana",
            header="MRN;Date;Time;Therapist",
        ),
    }
    post(fran_client, rows[kind], kind=kind)
    file = ImportFile.objects.get()
    for show in ("new", "changed", "same", "refused"):
        fran_client.get(at("import", file), {"show": show})
    fran_client.get(at("refused-rows", file))

    entries = AuditEntry.objects.filter(verb="viewed", subject_type="emr.ImportFile")
    seen = {(each.actor, each.patient_id, each.subject_id) for each in entries}
    patients = {"patients": {patient.pk}, "schedule": {patient.pk, other.pk}}[kind]
    assert seen == {(str(fran), each, str(file.pk)) for each in patients}
    assert {json.dumps(each.details) for each in entries} == {'{"part": "import"}'}


def aged(file, *, days):
    """As if all of it had been done so long ago."""
    file.refresh_from_db()
    past = timedelta(days=days)
    file.uploaded_at -= past
    file.confirmed_at = file.confirmed_at and file.confirmed_at - past
    file.save()
    return file


@pytest.mark.parametrize(
    ("rows", "written_too", "state", "counted"),
    [
        ([VEGA], False, "discarded", {"handled": 0, "new": 1, "refused": 0}),
        ([VEGA, WRONG], True, "done", {"new": 1, "refused": 1}),
    ],
)
def test_what_nobody_ends_is_forgotten_after_seven_days(
    fran, fran_client, dana_client, rows, written_too, state, counted
):
    file = written(fran_client, *rows) if written_too else upload(fran_client, *rows)
    open_before = aged(file, days=6).state
    dana_client.get(IMPORTS)
    file.refresh_from_db()
    assert (file.state, file.content == "") == (open_before, False)

    aged(file, days=1)
    dana_client.get(IMPORTS)

    file.refresh_from_db()
    assert (file.state, file.content, file.verdicts) == (state, "", "")
    assert file.ended_by == fran
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.actor) == ("import expired", str(fran))
    assert {key: entry.details[key] for key in counted} == counted


def test_an_import_that_stopped_in_the_middle_is_forgotten_and_what_is_written_stays(fran_client):
    file = upload(fran_client, *(f"Vega;Ines{n};1970-04-05;;;" for n in range(201)))
    fran_client.post(at("confirm-import", file))
    fran_client.post(at("write-import", file))
    aged(file, days=7)

    assert (steps.expire_imports(), steps.expire_imports()) == (1, 0)

    file.refresh_from_db()
    assert (file.state, file.new, file.content) == ("discarded", 200, "")
    assert Patient.objects.count() == 200


def test_a_schedule_is_imported_in_the_practices_own_time(fran_client, dana, patient):
    day = factories.today().isoformat()
    raw = table(f"HL-10117;{day};2:05 pm;dana", header="MRN;Date;Time;Therapist")
    post(fran_client, raw, kind="schedule")
    file = ImportFile.objects.get()

    preview = fran_client.get(at("import", file))
    fran_client.post(at("confirm-import", file))
    fran_client.post(at("write-import", file))

    assertContains(preview, f"{day} 14:05 · Dana Whitlock")
    assert patient.visits.get().start == factories.at(14, 5)
