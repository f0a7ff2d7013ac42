"""A consultation keeps the experts' share as it was when it was asked for; older ones have none and take the plan's of the day they close."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0026_lists"),
    ]

    operations = [
        migrations.AddField(model_name="consultation", name="experts_share_ppm", field=models.PositiveIntegerField(null=True)),
    ]
