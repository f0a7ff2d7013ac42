"""What a box of referrals is searched and filtered by stands in the index it is read in; what is watched of an account's reads is found by itself."""
from django.db import migrations, models

SEARCHED = ["reason", "department", "urgency", "direction", "state", "created_at"]
WATCHED = models.Q(action__in=("unmask", "break_glass", "export", "refuse", "alert")) | models.Q(models.Q(action="read"), ~models.Q(resident=""))


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0025_contract_requests"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="referral", name="referral_out"), migrations.RemoveIndex(model_name="referral", name="referral_in"),
        migrations.AddIndex(model_name="referral", index=models.Index(fields=["receiver", "due_at", "-id", "submitted_at", "institution", *SEARCHED], name="referral_in")),
        migrations.AddIndex(model_name="referral", index=models.Index(fields=["institution", "due_at", "-id", "receiver", *SEARCHED], name="referral_out")),
        migrations.AddIndex(model_name="auditevent", index=models.Index(condition=WATCHED, fields=["account", "at", "action", "resident", "step"], name="audit_watched")),
    ]
