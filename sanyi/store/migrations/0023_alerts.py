"""Alerts are found among all events without reading them all."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0022_person_merges"),
    ]

    operations = [
        migrations.AddIndex(model_name="auditevent", index=models.Index(condition=models.Q(("action", "alert")), fields=["id"], name="audit_alert")),
    ]
