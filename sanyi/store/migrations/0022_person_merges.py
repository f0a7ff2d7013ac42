from django.db import migrations, models

from sanyi.store.table_laws import of_active_person

CARE = ("contract", "referral", "appointment", "waiting", "exam", "recognitioncheck", "consultation", "allergy", "prescription", "supply", "visit", "breakglass",
        "recordconsent", "evaluation", "accountcode")


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0021_row_security'),
    ]

    operations = [
        migrations.AddField(
            model_name='mergemove',
            name='stayed',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='personmatch',
            name='evidence',
            field=models.JSONField(default=list),
        ),
        *(of_active_person(f"store_{table}") for table in CARE),
    ]
