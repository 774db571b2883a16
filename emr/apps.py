from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class EmrConfig(AppConfig):
    name = "emr"
    verbose_name = "Filiform"

    def ready(self) -> None:
        from emr import checks, protection, search  # noqa: F401 -- they register themselves

        for table in FROZEN:
            protection.register(protection.Frozen(table))
        pre_migrate.connect(protection.take_down, dispatch_uid="protection-down")
        post_migrate.connect(protection.put_up, dispatch_uid="protection-up")


FROZEN = [
    "emr_document",
    "emr_documentevent",
    "emr_auditentry",
    "emr_formeridentity",
    "emr_dayclose",
    "emr_dayclosereason",
]
