from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from emr.rules.code_labels import label_of
from notes.models import Note


class ChargeSheet(models.Model):
    """The lines that were charged for a signed note, beside those that the rules suggested.

    It never changes: other lines are the next version. `suggestion` keeps the suggested lines with the
    reason for each code, unit and modifier as they were on that day; `facts_sha256` names the state of
    the note that they were made from, so that a later addendum shows.
    """

    note = models.ForeignKey(Note, models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    facts_sha256 = models.CharField(max_length=64)
    suggestion = models.JSONField()
    diagnoses = models.JSONField(help_text="Codes in the order in which a claim lists them.")
    reason = models.CharField(
        max_length=400, blank=True, help_text="Why other lines than those suggested were chosen."
    )
    claim_requested = models.BooleanField(
        default=False,
        help_text="The patient asks that Medicare be billed for what it never pays, for a denial.",
    )
    set_aside = models.JSONField(
        default=list,
        blank=True,
        help_text="Stops of the signed note that do not hold: code, subject and reason.",
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["note", "version"]
        constraints = [
            models.UniqueConstraint(
                name="charge_sheet_version_once_a_note", fields=["note", "version"]
            ),
            models.CheckConstraint(
                name="charge_sheet_counts_versions_from_one", condition=Q(version__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"Charges of note {self.note_id}, version {self.version}"


class Charge(models.Model):
    """One line: a code, its units and modifiers, and what it costs. It never changes."""

    sheet = models.ForeignKey(ChargeSheet, models.PROTECT, related_name="charges")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=5)
    units = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    modifiers = models.CharField(max_length=11, blank=True, help_text="At most four: GA GP.")
    pointers = models.CharField(
        max_length=11, blank=True, help_text="At most four places of twelve: 9 10 11 12."
    )
    fee = models.DecimalField(max_digits=8, decimal_places=2, help_text="For one unit.")
    flat = models.BooleanField(
        default=False,
        help_text="Within the one price of a visit, which stands on one line, whatever its units.",
    )
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    to_patient = models.BooleanField(
        default=False, help_text="On no claim: the patient's account holds it from the beginning."
    )
    suggested = models.BooleanField(help_text="Just as the rules suggested it.")

    class Meta:
        ordering = ["sheet", "position"]
        constraints = [
            models.UniqueConstraint(name="charge_position_once", fields=["sheet", "position"]),
            models.CheckConstraint(name="charge_has_units", condition=Q(units__gte=1)),
            models.CheckConstraint(name="charge_fee_is_no_debt", condition=Q(fee__gte=0)),
            models.CheckConstraint(
                name="charge_amount_is_fee_times_units",
                condition=Q(flat=False, amount=Round(F("fee") * F("units"), precision=2))
                | Q(flat=True, amount=F("fee")),
            ),
        ]

    def __str__(self) -> str:
        return " ".join([self.code, *self.modifiers.split()])

    @property
    def label(self) -> str:
        """Our own words for the code; empty for one that we have none for."""
        return label_of(self.code)
