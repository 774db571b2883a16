import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0001_initial"),
        ("emr", "0005_keep_prices_copies_and_closes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Scan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.FileField(upload_to="scans/%Y/%m/")),
                (
                    "kind",
                    models.CharField(help_text="By its content: pdf, jpeg or png.", max_length=4),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("pages", models.PositiveSmallIntegerField()),
                ("uploaded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-uploaded_at"],
            },
        ),
        migrations.CreateModel(
            name="Signing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("kiosk", "On the clinic's tablet"),
                            ("phone", "On their own phone"),
                            ("paper", "On paper, scanned"),
                        ],
                        max_length=5,
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=120)),
                ("snapshot", models.TextField(help_text="What is shown, as canonical JSON.")),
                ("snapshot_sha256", models.CharField(max_length=64)),
                (
                    "token_sha256",
                    models.CharField(blank=True, help_text="Of a phone's link.", max_length=64),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="Printed on a paper form.", max_length=14
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField(help_text="When the link was used.", null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("blanked_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("signed", "Signed"),
                            ("declined", "Declined"),
                            ("cancelled", "Taken back"),
                            ("overtaken", "Answered elsewhere"),
                            ("locked", "Too many wrong tries"),
                        ],
                        max_length=9,
                    ),
                ),
            ],
            options={
                "ordering": ["-started_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="consent",
            name="declined_reason",
            field=models.CharField(blank=True, max_length=240),
        ),
        migrations.AddField(
            model_name="consent",
            name="document",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="emr.document",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="language",
            field=models.CharField(
                choices=[("en", "English"), ("es", "Español")], default="en", max_length=2
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="outcome",
            field=models.CharField(
                choices=[("signed", "Signed"), ("declined", "Declined")],
                default="signed",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="snapshot",
            field=models.TextField(
                blank=True, help_text="The text and who signed it, as canonical JSON."
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="snapshot_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.CreateModel(
            name="AbnWording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "edition_expires",
                    models.DateField(help_text="The expiry that is printed on the form."),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Español")], default="en", max_length=2
                    ),
                ),
                ("parts", models.JSONField()),
                ("is_demonstration", models.BooleanField(default=False)),
                (
                    "pdf",
                    models.FileField(
                        blank=True, help_text="The form as CMS publishes it.", upload_to="abn/"
                    ),
                ),
                ("pdf_sha256", models.CharField(blank=True, max_length=64)),
                (
                    "sha256",
                    models.CharField(help_text="Of the parts as canonical JSON.", max_length=64),
                ),
                ("installed_at", models.DateTimeField()),
                (
                    "installed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-edition_expires", "-installed_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ConsentForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(unique=True)),
                (
                    "must_renew",
                    models.BooleanField(
                        default=False,
                        help_text="Whoever signed an earlier version signs this one before the next visit.",
                        verbose_name="earlier consents must be signed again",
                    ),
                ),
                ("drafted_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "published_on",
                    models.DateField(
                        blank=True,
                        help_text="The day at the practice on which it came into use.",
                        null=True,
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-version"],
            },
        ),
        migrations.AddField(
            model_name="consent",
            name="form",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="consent.consentform",
            ),
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("es", "Español")], max_length=2),
                ),
                ("title", models.CharField(max_length=120)),
                ("sections", models.JSONField()),
                (
                    "reading_level",
                    models.CharField(
                        help_text="As measured: such as US grade 7 (Flesch-Kincaid).", max_length=60
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="texts",
                        to="consent.consentform",
                    ),
                ),
            ],
            options={
                "ordering": ["language"],
            },
        ),
        migrations.CreateModel(
            name="ConsentWithdrawal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("withdrawn_on", models.DateField()),
                ("reason", models.CharField(max_length=240)),
                ("recorded_at", models.DateTimeField()),
                (
                    "consent",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="consent.consent",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-withdrawn_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("abn", "ABN"),
                            ("voluntary_abn", "Voluntary ABN"),
                            ("estimate", "Good-faith estimate"),
                            ("agreement", "Agreement to pay"),
                        ],
                        max_length=13,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Español")], default="en", max_length=2
                    ),
                ),
                (
                    "identification",
                    models.CharField(
                        blank=True,
                        help_text="Blank C: our own number, never Medicare's.",
                        max_length=40,
                    ),
                ),
                (
                    "service_word",
                    models.CharField(
                        blank=True,
                        help_text="The word over blank D, such as dry needling.",
                        max_length=80,
                    ),
                ),
                (
                    "repetitive",
                    models.BooleanField(default=False, verbose_name="covers a course of visits"),
                ),
                (
                    "frequency",
                    models.CharField(blank=True, help_text="Such as once a week.", max_length=80),
                ),
                (
                    "duration",
                    models.CharField(blank=True, help_text="Such as eight weeks.", max_length=80),
                ),
                (
                    "visits",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                (
                    "ends_on",
                    models.DateField(blank=True, null=True, verbose_name="last day of the course"),
                ),
                (
                    "additional",
                    models.TextField(
                        blank=True, max_length=1200, verbose_name="additional information (H)"
                    ),
                ),
                ("drafted_at", models.DateTimeField()),
                ("issued_at", models.DateTimeField(null=True)),
                ("issued_on", models.DateField(help_text="The day at the practice.", null=True)),
                (
                    "snapshot",
                    models.TextField(blank=True, help_text="All that it says, as canonical JSON."),
                ),
                ("snapshot_sha256", models.CharField(blank=True, max_length=64)),
                (
                    "coverage",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="emr.coverage",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="emr.patient",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="emr.provider",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        blank=True,
                        help_text="The first visit that it was made for.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="emr.visit",
                    ),
                ),
                (
                    "wording",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.abnwording",
                    ),
                ),
            ],
            options={
                "ordering": ["-drafted_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="NoticeAnnotation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=400)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annotations",
                        to="consent.notice",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="NoticeLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.CharField(blank=True, max_length=5)),
                ("service", models.CharField(help_text="In plain words.", max_length=160)),
                ("reason", models.CharField(blank=True, max_length=400)),
                (
                    "estimate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="consent.notice",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="OrganizationDetermination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("service", models.CharField(max_length=160)),
                ("requested_on", models.DateField()),
                ("reference", models.CharField(blank=True, max_length=60)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "No answer yet"),
                            ("denied", "Denied"),
                            ("approved", "Approved"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("decided_on", models.DateField(blank=True, null=True)),
                (
                    "notice_on",
                    models.DateField(
                        blank=True,
                        help_text="Form CMS-10003.",
                        null=True,
                        verbose_name="date of the plan's denial notice",
                    ),
                ),
                (
                    "holds_until",
                    models.DateField(blank=True, help_text="If the plan says so.", null=True),
                ),
                ("recorded_at", models.DateTimeField()),
                (
                    "coverage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="emr.coverage",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="emr.patient",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="PatientSignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("kiosk", "On the clinic's tablet"),
                            ("phone", "On their own phone"),
                            ("paper", "On paper, scanned"),
                        ],
                        max_length=5,
                    ),
                ),
                (
                    "mark",
                    models.CharField(
                        choices=[
                            ("drawn", "Drawn"),
                            ("typed", "Typed name"),
                            ("on paper", "By hand on paper"),
                        ],
                        max_length=8,
                    ),
                ),
                ("ink", models.JSONField(null=True)),
                ("typed_name", models.CharField(blank=True, max_length=160)),
                ("signer_name", models.CharField(max_length=160)),
                (
                    "relation",
                    models.CharField(
                        blank=True,
                        help_text="Of a representative; empty for the patient.",
                        max_length=80,
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        help_text="Why they may sign: parent, guardian, power of attorney.",
                        max_length=160,
                    ),
                ),
                ("interpreter", models.CharField(blank=True, max_length=160)),
                ("witness", models.CharField(blank=True, max_length=160)),
                (
                    "intent",
                    models.CharField(
                        help_text="The words beside the mark, as shown.", max_length=300
                    ),
                ),
                ("signed_at", models.DateTimeField()),
                ("place", models.CharField(blank=True, max_length=120)),
                (
                    "device",
                    models.CharField(
                        blank=True, help_text="As the browser names itself.", max_length=200
                    ),
                ),
                ("address", models.GenericIPAddressField(null=True)),
                (
                    "attended_by",
                    models.ForeignKey(
                        help_text="Who handed it over, sent it or brought it in.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="emr.patient",
                    ),
                ),
            ],
            options={
                "ordering": ["-signed_at"],
            },
        ),
        migrations.CreateModel(
            name="NoticeStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "Draft"),
                            ("issued", "Waiting for the patient"),
                            ("chosen", "Option chosen"),
                            ("refused", "Refused to sign"),
                            ("given", "Given"),
                            ("agreed", "Agreed"),
                            ("declined", "Declined"),
                            ("superseded", "Replaced"),
                            ("void", "Void"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("issued", "Waiting for the patient"),
                            ("chosen", "Option chosen"),
                            ("refused", "Refused to sign"),
                            ("given", "Given"),
                            ("agreed", "Agreed"),
                            ("declined", "Declined"),
                            ("superseded", "Replaced"),
                            ("void", "Void"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "answered_on",
                    models.DateField(help_text="The day on which the patient answered.", null=True),
                ),
                ("option", models.PositiveSmallIntegerField(null=True)),
                (
                    "transcribed",
                    models.BooleanField(
                        default=False, help_text="The option was keyed in from paper by staff."
                    ),
                ),
                ("witness", models.CharField(blank=True, max_length=160)),
                ("reason", models.CharField(blank=True, max_length=400)),
                ("snapshot_sha256", models.CharField(blank=True, max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        help_text="Who did it, or attended while the patient did.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="emr.document",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="consent.notice",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.notice",
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_step",
                        to="consent.patientsignature",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="consent",
            name="signature",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consent",
                to="consent.patientsignature",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["signed", "declined"])),
                name="consent_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("document", None),
                        ("form", None),
                        ("signature", None),
                        ("snapshot", ""),
                        ("snapshot_sha256", ""),
                    ),
                    models.Q(
                        ("document__isnull", False),
                        ("form__isnull", False),
                        ("signature__isnull", False),
                        models.Q(("snapshot", ""), _negated=True),
                        models.Q(("snapshot_sha256", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="consent_signed_whole_or_by_hand",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("declined_reason", ""), ("outcome", "declined"), _connector="OR"
                ),
                name="consent_reason_only_when_declined",
            ),
        ),
        migrations.AddField(
            model_name="scan",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="emr.patient"
            ),
        ),
        migrations.AddField(
            model_name="scan",
            name="uploaded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="patientsignature",
            name="scan",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="consent.scan",
            ),
        ),
        migrations.AddField(
            model_name="organizationdetermination",
            name="scan",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="consent.scan",
            ),
        ),
        migrations.AddField(
            model_name="signing",
            name="consent",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signing",
                to="consent.consent",
            ),
        ),
        migrations.AddField(
            model_name="signing",
            name="form",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="consent.consentform",
            ),
        ),
        migrations.AddField(
            model_name="signing",
            name="notice",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signings",
                to="consent.notice",
            ),
        ),
        migrations.AddField(
            model_name="signing",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="emr.patient"
            ),
        ),
        migrations.AddField(
            model_name="signing",
            name="started_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="signing",
            name="step",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signing",
                to="consent.noticestep",
            ),
        ),
        migrations.AddConstraint(
            model_name="abnwording",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["en", "es"])),
                name="abn_wording_language_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentform",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("published_at", None), ("published_by", None), ("published_on", None)
                    ),
                    models.Q(
                        ("published_at__isnull", False),
                        ("published_by__isnull", False),
                        ("published_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="consent_form_published_has_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.UniqueConstraint(
                fields=("form", "language"), name="consent_text_once_a_language"
            ),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["en", "es"])),
                name="consent_text_language_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentwithdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="consent_withdrawal_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["abn", "voluntary_abn", "estimate", "agreement"])),
                name="notice_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("issued_at", None),
                        ("issued_on", None),
                        ("snapshot", ""),
                        ("snapshot_sha256", ""),
                    ),
                    models.Q(
                        ("issued_at__isnull", False),
                        ("issued_on__isnull", False),
                        models.Q(("snapshot", ""), _negated=True),
                        models.Q(("snapshot_sha256", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="notice_issued_whole_or_not_at_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("issued_at", None),
                    models.Q(("kind__in", ["abn", "voluntary_abn"]), ("wording__isnull", False)),
                    models.Q(("kind__in", ["estimate", "agreement"]), ("wording", None)),
                    _connector="OR",
                ),
                name="notice_issued_as_abn_has_its_wording",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeline",
            constraint=models.UniqueConstraint(
                fields=("notice", "position"), name="notice_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeline",
            constraint=models.CheckConstraint(
                condition=models.Q(("estimate", None), ("estimate__gte", 0), _connector="OR"),
                name="notice_line_estimate_is_no_debt",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("after", "draft"), ("before", "")),
                    models.Q(("after", "superseded"), ("before", "agreed")),
                    models.Q(("after", "void"), ("before", "agreed")),
                    models.Q(("after", "superseded"), ("before", "chosen")),
                    models.Q(("after", "void"), ("before", "chosen")),
                    models.Q(("after", "superseded"), ("before", "declined")),
                    models.Q(("after", "void"), ("before", "declined")),
                    models.Q(("after", "issued"), ("before", "draft")),
                    models.Q(("after", "void"), ("before", "draft")),
                    models.Q(("after", "agreed"), ("before", "given")),
                    models.Q(("after", "superseded"), ("before", "given")),
                    models.Q(("after", "void"), ("before", "given")),
                    models.Q(("after", "agreed"), ("before", "issued")),
                    models.Q(("after", "chosen"), ("before", "issued")),
                    models.Q(("after", "declined"), ("before", "issued")),
                    models.Q(("after", "given"), ("before", "issued")),
                    models.Q(("after", "refused"), ("before", "issued")),
                    models.Q(("after", "superseded"), ("before", "issued")),
                    models.Q(("after", "void"), ("before", "issued")),
                    models.Q(("after", "superseded"), ("before", "refused")),
                    models.Q(("after", "void"), ("before", "refused")),
                    _connector="OR",
                ),
                name="notice_step_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticestep",
            constraint=models.UniqueConstraint(
                fields=("notice", "before"), name="notice_leaves_a_state_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticestep",
            constraint=models.UniqueConstraint(
                fields=("notice", "after"), name="notice_enters_a_state_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("after", "chosen"), ("option__in", [1, 2, 3]), ("signature__isnull", False)
                    ),
                    models.Q(models.Q(("after", "chosen"), _negated=True), ("option", None)),
                    _connector="OR",
                ),
                name="notice_option_goes_with_its_signature",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("after__in", ["agreed", "declined"]), _negated=True),
                    ("signature__isnull", False),
                    _connector="OR",
                ),
                name="notice_agreement_goes_with_its_signature",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("after", "refused"),
                        models.Q(("witness", ""), _negated=True),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(models.Q(("after", "refused"), _negated=True), ("witness", "")),
                    _connector="OR",
                ),
                name="notice_refusal_has_a_witness_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("after", "void"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="notice_void_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("after", "superseded"), ("replaced_by__isnull", False)),
                    models.Q(
                        models.Q(("after", "superseded"), _negated=True), ("replaced_by", None)
                    ),
                    _connector="OR",
                ),
                name="notice_replaced_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("after__in", ["chosen", "refused", "given", "agreed", "declined"]),
                        ("answered_on__isnull", False),
                        ("document__isnull", False),
                    ),
                    models.Q(
                        models.Q(
                            ("after__in", ["chosen", "refused", "given", "agreed", "declined"]),
                            _negated=True,
                        ),
                        ("answered_on", None),
                        ("document", None),
                    ),
                    _connector="OR",
                ),
                name="notice_answer_has_its_day_and_document",
            ),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["pdf", "jpeg", "png"])), name="scan_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="patientsignature",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["kiosk", "phone", "paper"])),
                name="signature_method_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientsignature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ink__isnull", False),
                        ("mark", "drawn"),
                        ("scan", None),
                        ("typed_name", ""),
                        models.Q(("method", "paper"), _negated=True),
                    ),
                    models.Q(
                        ("ink", None),
                        ("mark", "typed"),
                        ("scan", None),
                        models.Q(("typed_name", ""), _negated=True),
                        models.Q(("method", "paper"), _negated=True),
                    ),
                    models.Q(
                        ("ink", None),
                        ("mark", "on paper"),
                        ("method", "paper"),
                        ("scan__isnull", False),
                        ("typed_name", ""),
                    ),
                    _connector="OR",
                ),
                name="signature_mark_is_there",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientsignature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ground", ""), ("relation", "")),
                    models.Q(
                        models.Q(("relation", ""), _negated=True),
                        models.Q(("ground", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="signature_representative_has_relation_and_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientsignature",
            constraint=models.CheckConstraint(
                condition=models.Q(("signer_name", ""), _negated=True),
                name="signature_names_its_signer",
            ),
        ),
        migrations.AddConstraint(
            model_name="organizationdetermination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_on", None), ("decision", "")),
                    models.Q(
                        ("decided_on__isnull", False), ("decision__in", ["denied", "approved"])
                    ),
                    _connector="OR",
                ),
                name="determination_decided_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="organizationdetermination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_on", None),
                    ("decided_on__gte", models.F("requested_on")),
                    _connector="OR",
                ),
                name="determination_decided_after_it_was_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="signing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("form__isnull", False), ("notice", None)),
                    models.Q(("form", None), ("notice__isnull", False)),
                    _connector="OR",
                ),
                name="signing_is_of_one_document",
            ),
        ),
        migrations.AddConstraint(
            model_name="signing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code", ""), ("method", "kiosk"), ("token_sha256", "")),
                    models.Q(
                        ("code", ""),
                        ("expires_at__isnull", False),
                        ("method", "phone"),
                        models.Q(("token_sha256", ""), _negated=True),
                    ),
                    models.Q(
                        ("method", "paper"),
                        ("token_sha256", ""),
                        models.Q(("code", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="signing_method_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="signing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("token_sha256", ""), _negated=True),
                fields=("token_sha256",),
                name="signing_token_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="signing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True),
                fields=("code",),
                name="signing_code_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="signing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("consent", None), ("ended_at", None), ("outcome", ""), ("step", None)
                    ),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("outcome__in", ["signed", "declined", "cancelled", "overtaken", "locked"]),
                    ),
                    _connector="OR",
                ),
                name="signing_ended_goes_with_outcome",
            ),
        ),
    ]
