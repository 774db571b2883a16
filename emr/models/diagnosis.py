from django.db import models

from emr.search import fold, words_of


class DiagnosisQuerySet(models.QuerySet["Diagnosis"]):
    def billable(self):
        return self.filter(billable=True)

    def search(self, query: str):
        """Billable codes for what was typed: the beginning of a code, or beginnings of words.

        A header's code ("M79.1") so offers its leaves. Those common in needling come first.
        """
        words = words_of(query)
        code = fold(query).upper()
        if code[:1].isalpha() and code[1:2].isdigit():
            return self.billable().filter(plain_code__starts=code).order_by("rank", "plain_code")
        found = self.billable()
        for word in words:
            found = found.filter(
                pk__in=DiagnosisWord.objects.filter(word__starts=word).values("diagnosis")
            )
        return found.order_by("rank", "plain_code") if words else self.none()


class Diagnosis(models.Model):
    """A code of the installed ICD-10-CM release, leaf or header."""

    code = models.CharField(max_length=8, primary_key=True, help_text="With the dot: M54.2")
    plain_code = models.CharField(max_length=7, unique=True, help_text="Without the dot: M542")
    label = models.CharField(max_length=300)
    billable = models.BooleanField()
    rank = models.PositiveSmallIntegerField(
        help_text="Lower comes first in a search: common, musculoskeletal, the rest."
    )

    objects = DiagnosisQuerySet.as_manager()

    class Meta:
        ordering = ["plain_code"]
        verbose_name_plural = "diagnoses"

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class DiagnosisWord(models.Model):
    """One word of a billable code's label, folded, so that search is a look-up in an index."""

    diagnosis = models.ForeignKey(Diagnosis, models.CASCADE, related_name="+")
    word = models.CharField(max_length=40, db_index=True)

    def __str__(self) -> str:
        return self.word
