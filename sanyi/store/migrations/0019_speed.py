"""Indexes that answer a list's counts by themselves."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0018_health'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='referral', name='referral_in'),
        migrations.RemoveIndex(model_name='referral', name='referral_in_state'),
        migrations.AddIndex(model_name='referral', index=models.Index(fields=['receiver', 'due_at', '-id', 'submitted_at'], name='referral_in')),
        migrations.AddIndex(model_name='referral', index=models.Index(fields=['receiver', 'state', 'submitted_at'], name='referral_in_state')),
    ]
