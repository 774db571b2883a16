from django.db import models


class AuditEntry(models.Model):
    """Who did what to which record, when and from where. Only ever added to.

    No foreign keys, so that the log neither blocks nor follows what it tells of; labels name
    records by number, never a patient by name.
    """

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(db_index=True)
    actor = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    patient_id = models.BigIntegerField(null=True, db_index=True)
    address = models.GenericIPAddressField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.actor}: {self.verb} {self.subject_type} {self.subject_id}"
