"""Pairs of the person index, what a merge moved, health cards and the use of their codes."""
import django.db.models.deletion
from django.db import migrations, models

from sanyi.store.table_laws import append_only, nothing_leaves, of_active_person


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0016_prescriptions'),
    ]

    operations = [
        migrations.CreateModel(
            name='HealthCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField(default=1)),
                ('due', models.DateField(null=True)),
                ('done_by', models.CharField(blank=True, default='', max_length=150)),
                ('done_at', models.DateTimeField(null=True)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('nonce', models.CharField(max_length=64)),
                ('institution', models.CharField(blank=True, default='', max_length=100)),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='health_cards', to='store.person')),
            ],
        ),
        migrations.CreateModel(
            name='CardUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True)),
                ('institution', models.CharField(blank=True, default='', max_length=100)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='store.healthcard')),
            ],
        ),
        migrations.CreateModel(
            name='PersonMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField(default=1)),
                ('due', models.DateField(null=True)),
                ('done_by', models.CharField(blank=True, default='', max_length=150)),
                ('done_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(max_length=20)),
                ('chance_ppm', models.PositiveIntegerField(null=True)),
                ('opened_by', models.CharField(max_length=150)),
                ('opened_at', models.DateTimeField()),
                ('gone', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='matches_gone', to='store.person')),
                ('kept', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='matches_kept', to='store.person')),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matches_as_one', to='store.person')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matches_as_other', to='store.person')),
            ],
        ),
        migrations.CreateModel(
            name='MergeMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('consequence', models.CharField(max_length=100)),
                ('moved', models.JSONField()),
                ('returned_at', models.DateTimeField(null=True)),
                ('match', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='store.personmatch')),
            ],
        ),
        migrations.AddConstraint(
            model_name='healthcard',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'in_use')), fields=('person',), name='health_card_in_use_once'),
        ),
        migrations.AddIndex(
            model_name='personmatch',
            index=models.Index(fields=['state', 'id'], name='person_match_state'),
        ),
        migrations.AddConstraint(
            model_name='personmatch',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'seconded', 'confirmed_same'])), fields=('one', 'other'), name='person_match_once'),
        ),
        migrations.AddConstraint(
            model_name='personmatch',
            constraint=models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='person_match_in_order'),
        ),
        migrations.AddConstraint(
            model_name='mergemove',
            constraint=models.UniqueConstraint(fields=('match', 'consequence'), name='merge_move_once'),
        ),
        append_only("store_carduse"),
        nothing_leaves("store_personmatch", "store_mergemove", "store_healthcard"),
        of_active_person("store_healthcard"),
    ]
