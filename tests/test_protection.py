"""What is signed or closed refuses every change, whoever asks: here plain SQL asks.

A table that is newly protected needs a line in ROWS; without one the first test fails.
"""

import pytest
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations import Migration
from django.db.models.signals import pre_migrate
from django.utils import timezone

from billing.models import Claim
from consent.models import Kind, Notice, Signing
from emr import protection
from emr.models import AuditEntry, Document
from emr.rules.notice_states import NoticeState
from notes.models import Addendum, Needling, Note
from tests import factories

pytestmark = pytest.mark.django_db


def never_changing(make):
    """Rows that are closed from the beginning."""
    return lambda: ([make().pk], [])


def of_somebody(make):
    return lambda: make(patient=factories.make_patient())


def notes():
    kept = [factories.make_signed_note().pk, factories.make_discarded_note().pk]
    return kept, [factories.make_note().pk]


def part_of_a_note(make):
    def rows():
        signed, discarded, draft = (factories.make_note() for _ in range(3))
        pks = [make(note=note).pk for note in (signed, discarded, draft)]
        factories.sign(signed)
        factories.discard(discarded)
        return pks[:2], pks[2:]

    return rows


def addenda():
    note = factories.make_signed_note()
    signed = factories.make_addendum(note=note, signed_at=timezone.now())
    return [signed.pk], [factories.make_addendum(note=note).pk]


def parts_of_addenda():
    note = factories.make_signed_note()
    signed, unsigned = (factories.make_addendum(note=note) for _ in range(2))
    pks = [factories.make_addendum_needling(addendum=each).pk for each in (signed, unsigned)]
    signed.signed_at = timezone.now()
    signed.save()
    return pks[:1], pks[1:]


def two_consent_forms(**fields):
    """A published one and a draft."""
    return [factories.make_consent_form(published=done, **fields) for done in (True, False)]


def consent_forms():
    published, draft = two_consent_forms(languages=[])
    return [published.pk], [draft.pk]


def consent_texts():
    kept, free = (form.texts.get().pk for form in two_consent_forms(languages=["en"]))
    return [kept], [free]


def notices():
    """An issued one, and a draft that nobody took a step with yet."""
    issued = factories.make_notice(state=NoticeState.ISSUED)
    draft = Notice.objects.create(
        patient=issued.patient,
        provider=issued.provider,
        drafted_by=issued.drafted_by,
        drafted_at=timezone.now(),
        kind=Kind.ABN,
    )
    return [issued.pk], [draft.pk]


def notice_lines():
    issued, draft = (factories.make_notice(state=state) for state in ("issued", "draft"))
    return [issued.lines.get().pk], [draft.lines.get().pk]


def determinations():
    decided = {"decision": "denied", "decided_on": factories.SOME_DAY}
    made = [factories.make_determination(**fields) for fields in (decided, {})]
    return [made[0].pk], [made[1].pk]


def signings():
    ended = {"ended_at": timezone.now(), "outcome": Signing.Outcome.CANCELLED}
    made = [factories.make_signing(**fields) for fields in (ended, {})]
    return [made[0].pk], [made[1].pk]


def overrides():
    """One that was ended, and one that stands."""
    ended = {"ended_at": timezone.now(), "ended_by": factories.make_user()}
    provider = factories.make_provider()
    made = [factories.make_override(provider=provider, **fields) for fields in (ended, {})]
    return [made[0].pk], [made[1].pk]


def follow_up_calls():
    reached = factories.make_follow_up(closed_at=timezone.now(), closed_by=factories.make_user())
    return [reached.pk], [factories.make_follow_up().pk]


def claims():
    """One that was sent, and one that is about to be opened."""
    sent = factories.make_claim(sent_at=timezone.now())
    fields = {name: getattr(sent, name) for name in ("note", "coverage", "sheet", "opened_by")}
    new = Claim.objects.create(control_number="HL8", opened_at=timezone.now(), **fields)
    return [sent.pk], [new.pk]


def maintenance_series():
    """One that was ended, and one that goes on."""
    ended = {"ended_at": timezone.now(), "ended_by": factories.make_user(), "end_reason": "Moved"}
    made = [factories.make_series(**fields) for fields in (ended, {})]
    return [made[0].pk], [made[1].pk]


def remittance_files():
    posted = {"posted_at": timezone.now(), "posted_by": factories.make_user()}
    made = [factories.make_remittance_file(**fields) for fields in (posted, {})]
    return [made[0].pk], [made[1].pk]


# Table → a function that makes rows of it: those that are kept for good, and those that are not.
ROWS = {
    "billing_charge": never_changing(factories.make_charge),
    "billing_chargesheet": never_changing(factories.make_charge_sheet),
    "billing_claim": claims,
    "billing_claimfile": never_changing(factories.make_claim_file),
    "billing_claimstep": never_changing(factories.make_claim_step),
    "billing_adjustment": never_changing(factories.make_adjustment),
    "billing_collectiondecision": never_changing(factories.make_collection_decision),
    "billing_maintenanceseries": maintenance_series,
    "billing_paperclaim": never_changing(factories.make_paper_claim),
    "billing_payment": never_changing(factories.make_payment),
    "billing_posting": never_changing(factories.make_posting),
    "billing_refund": never_changing(factories.make_refund),
    "billing_seriesvisit": never_changing(factories.make_series_visit),
    "billing_superbill": never_changing(factories.make_superbill),
    "billing_provideradjustment": never_changing(factories.make_provider_adjustment),
    "billing_remark": never_changing(factories.make_remark),
    "billing_remittance": never_changing(factories.make_remittance),
    "billing_remittanceclaim": never_changing(factories.make_remitted_claim),
    "billing_remittancefile": remittance_files,
    "billing_remittanceline": never_changing(factories.make_remitted_line),
    "billing_remittancematch": never_changing(factories.make_remittance_match),
    "consent_abnwording": never_changing(factories.make_abn_wording),
    "consent_consent": never_changing(of_somebody(factories.make_signed_consent)),
    "consent_consentform": consent_forms,
    "consent_consenttext": consent_texts,
    "consent_consentwithdrawal": never_changing(
        lambda: factories.make_withdrawal(consent=of_somebody(factories.make_consent)())
    ),
    "consent_notice": notices,
    "consent_noticeannotation": never_changing(factories.make_annotation),
    "consent_noticeline": notice_lines,
    "consent_noticestep": never_changing(lambda: factories.make_notice().steps.get()),
    "consent_organizationdetermination": determinations,
    "consent_patientsignature": never_changing(of_somebody(factories.make_signature)),
    "consent_scan": never_changing(of_somebody(factories.make_scan)),
    "consent_signing": signings,
    "emr_auditentry": never_changing(factories.make_audit_entry),
    "emr_dayclose": never_changing(factories.make_day_close),
    "emr_dayclosereason": never_changing(factories.make_day_close_reason),
    "emr_document": never_changing(factories.make_document),
    "emr_documentevent": never_changing(factories.make_document_event),
    "emr_formeridentity": never_changing(factories.make_former_identity),
    "emr_scopeoverride": overrides,
    "emr_verification": never_changing(factories.make_verification),
    "notes_addendum": addenda,
    "notes_addendumneedling": parts_of_addenda,
    "notes_adversereaction": part_of_a_note(factories.make_reaction),
    "notes_callattempt": never_changing(
        lambda: factories.make_call_attempt(call=factories.make_follow_up())
    ),
    "notes_followupcall": follow_up_calls,
    "notes_injection": part_of_a_note(factories.make_injection),
    "notes_measure": part_of_a_note(factories.make_measure),
    "notes_needling": part_of_a_note(factories.make_needling),
    "notes_note": notes,
    "notes_notediagnosis": part_of_a_note(factories.make_note_diagnosis),
    "notes_otherservice": part_of_a_note(factories.make_service),
    "notes_supersededdraft": never_changing(
        lambda: factories.make_superseded_draft(note=factories.make_note())
    ),
}
NAMES = [name.removeprefix(protection.PREFIX) for name in protection.expected(connection.vendor)]
TABLES_BY_EVENT = {
    event: sorted(name.removesuffix(f"_{event}") for name in NAMES if name.endswith(f"_{event}"))
    for event in ("insert", "update", "delete", "truncate")
}
ALWAYS_CLOSED = {
    "billing_charge",
    "billing_chargesheet",
    "billing_claimstep",
    "billing_claimfile",
    "billing_adjustment",
    "billing_collectiondecision",
    "billing_paperclaim",
    "billing_payment",
    "billing_posting",
    "billing_refund",
    "billing_seriesvisit",
    "billing_superbill",
    "billing_provideradjustment",
    "billing_remark",
    "billing_remittance",
    "billing_remittanceclaim",
    "billing_remittanceline",
    "billing_remittancematch",
    "consent_abnwording",
    "consent_consent",
    "consent_consentwithdrawal",
    "consent_noticeannotation",
    "consent_noticestep",
    "consent_patientsignature",
    "consent_scan",
    "emr_auditentry",
    "emr_dayclose",
    "emr_dayclosereason",
    "emr_document",
    "emr_documentevent",
    "emr_formeridentity",
    "emr_verification",
    "notes_supersededdraft",
    "notes_callattempt",
}
# The column by which a part belongs to its record, where that is no note.
PARENTS = {
    "consent_consenttext": "form_id",
    "consent_noticeline": "notice_id",
    "notes_addendumneedling": "addendum_id",
}
WITH_OPEN_ROWS = sorted(set(ROWS) - ALWAYS_CLOSED)


@pytest.mark.parametrize("column", ["patient_id", "provider_id", "start"])
def test_a_signed_note_moves_to_no_other_patient_therapist_or_time(column):
    signed, draft = factories.make_signed_note(), factories.make_note()
    other = factories.make_visit(start=factories.at(15, 15))
    sql = f"UPDATE emr_visit SET {column} = (SELECT {column} FROM emr_visit WHERE id = %s) WHERE id = %s"

    with pytest.raises(IntegrityError, match=protection.REFUSAL):
        execute(sql, other.pk, signed.visit_id)
    assert execute(sql, other.pk, draft.visit_id) == 1


def test_a_visit_with_a_signed_note_may_still_change_its_state():
    signed = factories.make_signed_note()

    assert execute("UPDATE emr_visit SET state = 'done' WHERE id = %s", signed.visit_id) == 1


FIXED = {
    "patient_id": "(SELECT max(id) FROM emr_patient)",
    "form_id": "1",
    "notice_id": "NULL",
    "method": "'paper'",
    "snapshot": "'[]'",
    "snapshot_sha256": "'0'",
    "token_sha256": "'0'",
    "code": "'H7KQ-2M4T-9XWC'",
}


@pytest.mark.parametrize(("column", "value"), FIXED.items(), ids=FIXED)
def test_what_is_put_before_a_patient_does_not_change_while_it_waits(column, value):
    waiting = factories.make_signing()
    factories.make_patient()

    sql = f"UPDATE consent_signing SET {column} = {value} WHERE id = %s"
    assert_refused("consent_signing", sql, waiting.pk)


def test_a_signing_that_waits_is_opened_darkened_and_ended():
    waiting = factories.make_signing()
    changes = "tries = 1, opened_at = %s, blanked_at = %s, ended_at = %s, outcome = 'cancelled'"
    now = timezone.now()

    sql = f"UPDATE consent_signing SET {changes} WHERE id = %s"

    assert execute(sql, now, now, now, waiting.pk) == 1


STEP = (
    "INSERT INTO consent_noticestep (notice_id, before, after, at, by_id, transcribed, witness, reason,"
    " snapshot_sha256) VALUES (%s, %s, %s, %s, %s, %s, '', 'Written by hand', '')"
)


@pytest.mark.parametrize("state", [NoticeState.ISSUED, NoticeState.CHOSEN, NoticeState.GIVEN])
def test_no_step_of_a_notice_follows_a_state_that_it_never_had(state):
    notice = factories.make_notice()

    with pytest.raises(IntegrityError, match=protection.REFUSAL):
        execute(STEP, notice.pk, state, "void", timezone.now(), notice.drafted_by_id, False)

    values = (notice.pk, "draft", "void", timezone.now(), notice.drafted_by_id, False)
    assert execute(STEP, *values) == 1


@pytest.mark.parametrize(
    ("kind", "after"),
    [(Kind.ABN, "given"), (Kind.AGREEMENT, "given"), (Kind.VOLUNTARY_ABN, "refused")],
)
def test_a_notice_takes_no_step_of_another_kind(kind, after):
    notice = factories.make_notice(kind=kind, state="issued")

    with pytest.raises(IntegrityError, match=protection.REFUSAL):
        execute(STEP, notice.pk, "issued", after, timezone.now(), notice.drafted_by_id, False)

    assert notice.steps.last().after == "issued"


def test_a_notice_is_not_answered_by_the_signature_of_another_patient():
    notice = factories.make_notice(state="issued")
    others = factories.make_signature(patient=factories.make_patient())

    with pytest.raises(IntegrityError, match=protection.REFUSAL), transaction.atomic():
        factories.make_notice_step(notice=notice, before="issued", after="chosen", signature=others)

    factories.make_notice_step(notice=notice, before="issued", after="chosen")
    assert notice.steps.last().after == "chosen"


@pytest.mark.parametrize("column", ["provider_id", "state", "about", "reason", "starts_on"])
def test_an_override_is_ended_and_never_rewritten(column):
    override = factories.make_override(provider=factories.make_provider())
    values = {"provider_id": factories.make_provider().pk, "state": "UT", "starts_on": "2020-01-01"}

    assert_refused(
        "emr_scopeoverride",
        f'UPDATE emr_scopeoverride SET "{column}" = %s WHERE id = %s',
        values.get(column, "scope"),
        override.pk,
    )


@pytest.mark.parametrize("column", ["note_id", "coverage_id", "control_number", "replaces_id"])
def test_what_a_claim_is_of_stays_from_the_beginning(column):
    claim, other = factories.make_claim(), factories.make_claim()
    value = other.pk if column == "replaces_id" else f"{getattr(other, column)}9"

    assert_refused(
        "billing_claim",
        f'UPDATE billing_claim SET "{column}" = %s WHERE id = %s',
        value,
        claim.pk,
    )


def test_no_line_is_added_to_a_claim_that_was_sent():
    claim = factories.make_claim()
    factories.make_charge(sheet=claim.sheet, position=1)
    Claim.objects.filter(pk=claim.pk).update(sent_at=timezone.now())

    with pytest.raises(IntegrityError, match=protection.REFUSAL), transaction.atomic():
        factories.make_charge(sheet=claim.sheet, position=2)


@pytest.mark.parametrize("column", ["patient_id", "visits", "every_days", "price", "discharged_on"])
def test_what_was_agreed_of_a_series_stays(column):
    series = factories.make_series()
    values = {"patient_id": factories.make_patient().pk, "discharged_on": "2020-01-01"}

    assert_refused(
        "billing_maintenanceseries",
        f'UPDATE billing_maintenanceseries SET "{column}" = %s WHERE id = %s',
        values.get(column, 3),
        series.pk,
    )


def test_no_more_is_given_back_than_came_in():
    payment = factories.make_payment()
    factories.make_refund(payment=payment, amount="60.00")

    with pytest.raises(IntegrityError, match=protection.REFUSAL), transaction.atomic():
        factories.make_refund(payment=payment, amount="5.01")

    assert factories.make_refund(payment=payment, amount="5.00").pk


@pytest.mark.parametrize("fields", [{"amount": "-64.99"}, {"amount": "-65.00", "party": "payer"}])
def test_an_entry_is_taken_back_whole_from_its_own_account(fields):
    entry = factories.make_posting()
    taken_back = {"kind": "reversal", "patient": entry.patient, "reverses": entry}

    with pytest.raises(IntegrityError, match=protection.REFUSAL), transaction.atomic():
        factories.make_posting(**taken_back | fields)

    assert factories.make_posting(**taken_back, amount="-65.00").pk


POLICY = {
    "payer_id": "(SELECT max(id) FROM emr_payer)",
    "plan": "'Gold'",
    "needling": "'excluded'",
    "unit_rule": "'ama'",
    "needling_with_97140": "'59'",
    "plan_modifier": "'GP'",
    "notice_modifier": "'GX'",
    "waiver_allowed": "TRUE",
    "waiver_form": "'Another'",
    "limit_visits": "4",
    "limit_days": "30",
    "limit_per_region": "TRUE",
    "conservative_weeks": "6",
    "needs_improvement": "TRUE",
    "url": "'https://policies.example'",
    "source": "'Another'",
    "starts_on": "'2025-03-05'",
}


@pytest.mark.parametrize(("column", "value"), POLICY.items(), ids=POLICY)
def test_what_a_payer_said_is_not_rewritten(column, value):
    policy = factories.make_policy()
    factories.make_payer()

    sql = f"UPDATE emr_payerpolicy SET {column} = {value} WHERE id = %s"
    assert_refused("emr_payerpolicy", sql, policy.pk)


def test_a_policy_may_still_end():
    policy = factories.make_policy()

    sql = "UPDATE emr_payerpolicy SET ends_on = '2026-01-01' WHERE id = %s"

    assert execute(sql, policy.pk) == 1


ALONE = ("_anchor", "_chain", "_fixed")

each_table = pytest.mark.parametrize("table", sorted(ROWS))


def execute(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def content(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" ORDER BY id')
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in r) for r in cursor]


def columns_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" WHERE id IS NULL')
        return [name for name, *_ in cursor.description]


def assert_refused(table, sql, *parameters):
    before = content(table)
    with pytest.raises(IntegrityError, match=protection.REFUSAL):
        execute(sql, *parameters)
    assert content(table) == before


def definitions():
    """Each of our triggers as the database itself describes it."""
    query = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, tgenabled::text || pg_get_triggerdef(t.oid) || prosrc"
        " FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name: text for name, text in cursor if name.startswith(protection.PREFIX)}


def test_every_protected_table_has_its_rows_here():
    assert TABLES_BY_EVENT["update"] == sorted(ROWS)
    assert TABLES_BY_EVENT["delete"] == sorted(ROWS)
    assert TABLES_BY_EVENT["truncate"] == (
        sorted(ROWS) if connection.vendor == "postgresql" else []
    )
    alone = [name for name in NAMES if name.endswith(ALONE) or "_fits_" in name]
    assert sorted(alone) == [
        "billing_adjustment_fits_unmatched",
        "billing_charge_fits_unsent",
        "billing_claim_fixed",
        "billing_claimstep_fits_follows",
        "billing_maintenanceseries_fixed",
        "billing_posting_fits_opposite",
        "billing_provideradjustment_fits_unanswered",
        "billing_refund_fits_within",
        "billing_remark_fits_unmatched",
        "billing_remittanceclaim_fits_unmatched",
        "billing_remittanceline_fits_unmatched",
        "consent_noticestep_chain",
        "consent_noticestep_fits_kind",
        "consent_noticestep_fits_patient",
        "consent_signing_fixed",
        "emr_payerpolicy_fixed",
        "emr_scopeoverride_fixed",
        "emr_visit_anchor",
    ]
    assert len(NAMES) == len(alone) + sum(map(len, TABLES_BY_EVENT.values()))


def test_the_database_has_the_triggers_of_the_list_and_no_others():
    found = definitions()
    protection.make(connection)

    assert set(found) == set(protection.expected(connection.vendor))
    assert found == definitions()


@each_table
def test_no_column_of_a_closed_row_can_be_changed(table):
    kept, _ = ROWS[table]()

    for pk in kept:
        for column in columns_of(table):
            value = "id + 1000" if column == "id" else "NULL"
            assert_refused(table, f'UPDATE "{table}" SET "{column}" = {value} WHERE id = %s', pk)


@each_table
def test_a_closed_row_cannot_be_deleted(table):
    kept, _ = ROWS[table]()

    for pk in kept:
        assert_refused(table, f'DELETE FROM "{table}" WHERE id = %s', pk)


@each_table
def test_a_closed_row_cannot_be_replaced_by_another_of_its_number(table):
    kept, _ = ROWS[table]()
    replace = {
        "sqlite": f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}" WHERE id = %s',
        "postgresql": f'INSERT INTO "{table}" OVERRIDING SYSTEM VALUE SELECT * FROM "{table}"'
        " WHERE id = %s ON CONFLICT (id) DO UPDATE SET id = excluded.id",
    }[connection.vendor]

    for pk in kept:
        assert_refused(table, replace, pk)


@pytest.mark.parametrize("table", TABLES_BY_EVENT["insert"])
def test_nothing_can_be_added_to_a_closed_record(table):
    kept, _ = ROWS[table]()
    columns = ", ".join(f'"{column}"' for column in columns_of(table) if column != "id")

    for pk in kept:
        assert_refused(
            table,
            f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM "{table}" WHERE id = %s',
            pk,
        )


@pytest.mark.parametrize("table", TABLES_BY_EVENT["insert"])
def test_nothing_can_be_moved_into_or_out_of_a_closed_record(table):
    kept, (free,) = ROWS[table]()
    key = PARENTS.get(table, "note_id")
    move = f'UPDATE "{table}" SET "{key}" = (SELECT "{key}" FROM "{table}" WHERE id = %s) WHERE id = %s'

    for pk in kept:
        assert_refused(table, move, pk, free)
        assert_refused(table, move, free, pk)


@each_table
def test_a_protected_table_cannot_be_emptied(table):
    ROWS[table]()
    connection.check_constraints()  # deferred ones would keep any table from being emptied
    empty = {"sqlite": f'DELETE FROM "{table}"', "postgresql": f'TRUNCATE "{table}" CASCADE'}

    assert_refused(table, empty[connection.vendor])


@pytest.mark.parametrize("table", WITH_OPEN_ROWS)
def test_a_row_that_is_still_open_may_be_changed_and_deleted(table):
    _, (free,) = ROWS[table]()

    assert execute(f'UPDATE "{table}" SET id = id WHERE id = %s', free) == 1
    assert execute(f'DELETE FROM "{table}" WHERE id = %s', free) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda note: Note.objects.filter(pk=note.pk).update(revision=7),
        lambda note: Note.objects.bulk_update([note], ["revision"]),
        lambda note: note.save(),
        lambda note: Note.objects.filter(pk=note.pk)._raw_delete("default"),
        lambda note: note.needlings.update(needles=9),
        lambda note: note.needlings.all().delete(),
        lambda note: factories.make_needling(note=note, side="left"),
        lambda note: Needling.objects.bulk_create([Needling(note=note, name="Soleus", needles=1)]),
        lambda note: Document.objects.filter(pk=note.document_id).update(content=b""),
        lambda note: note.document.delete(),
    ],
)
def test_a_signed_note_refuses_django_as_well(change):
    note = factories.make_signed_note()

    with pytest.raises((IntegrityError, models.ProtectedError)), transaction.atomic():
        change(note)

    assert [(n.name, n.side, n.needles) for n in Needling.objects.all()] == [
        ("Trapezius, upper", "right", 2)
    ]
    assert Note.objects.signed().get().revision == 0


def test_a_refusal_says_why():
    entry = factories.make_audit_entry()

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(actor="Nobody")

    assert str(refused.value).splitlines()[0] == (
        "This record is signed or closed and never changes."
    )


def test_a_draft_is_saved_as_often_as_its_author_types():
    note = factories.make_note()

    for revision in (1, 2, 3):
        assert Note.objects.filter(pk=note.pk).update(revision=revision) == 1


def test_an_addendum_does_not_touch_the_note_it_belongs_to():
    note = factories.make_signed_note()
    before = content("notes_note")

    factories.make_addendum(note=note, signed_at=timezone.now())

    assert content("notes_note") == before
    assert Addendum.objects.signed().count() == 1


@pytest.fixture
def seen_before_migrating():
    """Which triggers are there when migrations are about to run."""
    seen = []

    def look(**_):
        seen.append(protection.present(connection))

    pre_migrate.connect(look)
    yield seen
    pre_migrate.disconnect(look)


def test_protection_stays_up_when_there_is_nothing_to_migrate(
    transactional_db, seen_before_migrating
):
    before = definitions()

    call_command("migrate", verbosity=0)

    assert set.intersection(*seen_before_migrating) == set(before)
    assert definitions() == before


def test_protection_is_down_while_migrations_run_and_goes_and_comes_with_its_tables(
    transactional_db, seen_before_migrating
):
    before = definitions()

    call_command("migrate", "notes", "zero", verbosity=0)
    without_notes = definitions()
    call_command("migrate", verbosity=0)

    assert set.union(*seen_before_migrating) == set()
    gone = ("_notes_", "_billing_")  # billing stands on notes
    assert without_notes == {k: v for k, v in before.items() if not any(each in k for each in gone)}
    assert definitions() == before


def test_a_table_that_a_migration_makes_anew_is_protected_as_before(transactional_db):
    note = factories.make_signed_note()
    before = definitions()
    narrow = Note._meta.get_field("revision")
    wide = models.BigIntegerField(default=0)
    wide.set_attributes_from_name("revision")
    wide.model = Note
    plan = [(Migration("9999_widen", "notes"), False)]

    emit_pre_migrate_signal(verbosity=0, interactive=False, db="default", plan=plan)
    with connection.schema_editor() as editor:
        editor.alter_field(Note, narrow, wide)
    with connection.schema_editor() as editor:
        editor.alter_field(Note, wide, narrow)
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")

    assert definitions() == before
    assert_refused("notes_note", "UPDATE notes_note SET revision = 7 WHERE id = %s", note.pk)
