"""The number of the document that a decision about an audit case stands in; cases that were there have none."""
from django.db import migrations, models

COLUMN = "ALTER TABLE store_auditcase ADD COLUMN document varchar(100) NOT NULL DEFAULT ''"  # added as it is: to draw the table anew would drop what the database keeps of it


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0031_referral_news"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState([migrations.RunSQL(COLUMN, migrations.RunSQL.noop)],
                                            [migrations.AddField("auditcase", "document", models.CharField(blank=True, default="", max_length=100))]),
    ]
