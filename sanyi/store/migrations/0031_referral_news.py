"""A draft of a referral blocks nobody but its own institution's second one; what came of a request is news to its sender."""
from django.db import migrations, models

DRAFTS, SENT = ("draft", "consented"), ("submitted", "filing_asked", "certified", "accepted", "recorded", "arrived", "treated", "down_offered", "taken_over")


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0030_book_rows"),
    ]

    operations = [
        migrations.AddField("referral", "news_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("referral", "referral_open_once"),
        migrations.AddConstraint("referral", models.UniqueConstraint(fields=("person", "receiver", "reason"), condition=models.Q(state__in=SENT), name="referral_open_once")),
        migrations.AddConstraint("referral", models.UniqueConstraint(fields=("person", "institution", "receiver", "reason"), condition=models.Q(state__in=DRAFTS, submitted_at=None),
                                                                     name="referral_draft_once")),
        migrations.AddIndex("referral", models.Index(fields=["institution", "news_at"], condition=models.Q(news_at__isnull=False), name="referral_news")),
    ]
