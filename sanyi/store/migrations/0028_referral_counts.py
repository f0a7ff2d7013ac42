"""Counting referrals by state fetches no row on PostgreSQL, though its policies ask whose each is."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0027_consultation_share")]

    operations = [
        migrations.RemoveIndex("referral", "referral_in_state"),
        migrations.RemoveIndex("referral", "referral_out_state"),
        migrations.AddIndex("referral", models.Index(fields=["receiver", "state", "submitted_at"], include=["institution", "origin", "person"], name="referral_in_state")),
        migrations.AddIndex("referral", models.Index(fields=["institution", "state"], include=["receiver", "origin", "person"], name="referral_out_state")),
    ]
