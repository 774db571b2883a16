from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "consent"

    def ready(self) -> None:
        from consent.worklists import consent_chips  # noqa: PLC0415 -- models must be ready
        from emr import chips  # noqa: PLC0415

        chips.register("Consent", consent_chips, order=10)
