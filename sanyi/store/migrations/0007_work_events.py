"""The log of the people's work; roles are words of the code, not of the database."""
from django.db import migrations, models

from sanyi.store.table_laws import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0006_special_reviews'),
    ]

    operations = [
        migrations.AlterField(
            model_name='account',
            name='role',
            field=models.CharField(default='reader', max_length=20),
        ),
        migrations.CreateModel(
            name='WorkEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=150)),
                ('persons', models.TextField(blank=True, default='')),
                ('subject', models.CharField(max_length=30)),
                ('subject_id', models.BigIntegerField()),
                ('step', models.CharField(max_length=30)),
                ('before', models.CharField(blank=True, max_length=20)),
                ('after', models.CharField(blank=True, max_length=20)),
                ('version', models.PositiveIntegerField()),
                ('given', models.JSONField(default=dict)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject', 'subject_id', 'version'), name='work_event_each_version')],
            },
        ),
        append_only("store_workevent"),
    ]
