"""A passport's number is one country's: rows that were there keep none, which equals only itself."""
from django.db import migrations, models

COLUMN = "ALTER TABLE store_person ADD COLUMN identity_country varchar(3) NOT NULL DEFAULT ''"  # added as it is: to draw the table anew would drop what the database keeps of it


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0028_referral_counts"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState([migrations.RunSQL(COLUMN, migrations.RunSQL.noop)],
                                            [migrations.AddField("person", "identity_country", models.CharField(blank=True, default="", max_length=3))]),
        migrations.AddIndex("person", models.Index(fields=["identity_country"], condition=~models.Q(identity_country=""), name="person_country")),
    ]
