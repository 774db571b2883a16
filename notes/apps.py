from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "notes"

    def ready(self) -> None:
        from emr import chips, needled_visits, protection
        from notes import desk
        from notes.needled_visits import needled_visits_of
        from notes.worklists import note_chips

        chips.register("Note", note_chips, order=40)
        desk.register()
        needled_visits.register(needled_visits_of)
        closed = ("signed_at", "discarded_at")
        protection.register(protection.Frozen("notes_note", closed))
        for table in (
            "needling",
            "injection",
            "notediagnosis",
            "measure",
            "adversereaction",
            "otherservice",
        ):
            protection.register(protection.Part(f"notes_{table}", "notes_note", "note_id", closed))
        protection.register(
            protection.Anchor(
                "emr_visit",
                ("id", "patient_id", "provider_id", "start"),
                child="notes_note",
                key="visit_id",
                column="signed_at",
            )
        )
        protection.register(protection.Frozen("notes_supersededdraft"))
        protection.register(protection.Frozen("notes_callattempt"))
        protection.register(protection.Frozen("notes_followupcall", ("closed_at",)))
        protection.register(protection.Frozen("notes_addendum", ("signed_at",)))
        protection.register(
            protection.Part(
                "notes_addendumneedling", "notes_addendum", "addendum_id", ("signed_at",)
            )
        )
