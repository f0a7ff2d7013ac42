"""Institutions, consortia, departments, staff and postings: ended, never deleted; no two alike at one time."""
import django.db.models.deletion
from django.db import migrations, models

from sanyi.store.table_laws import no_overlap, nothing_leaves


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0010_background_jobs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Consortium',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('to_on', models.DateField(null=True)),
                ('origin', models.CharField(default='hand', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('code', models.CharField(max_length=100, unique=True)),
                ('name', models.CharField(max_length=150)),
                ('kind', models.CharField(max_length=20)),
                ('region', models.CharField(blank=True, default='', max_length=100)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('to_on', None), ('to_on__gte', models.F('from_on')), _connector='OR'), name='consortium_days_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Institution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('to_on', models.DateField(null=True)),
                ('origin', models.CharField(default='hand', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('code', models.CharField(max_length=100, unique=True)),
                ('name', models.CharField(max_length=150)),
                ('level', models.CharField(blank=True, default='', max_length=20)),
                ('kind', models.CharField(max_length=20)),
                ('ownership', models.CharField(max_length=20)),
                ('region', models.CharField(blank=True, default='', max_length=100)),
                ('is_in_area', models.BooleanField(default=True)),
            ],
            options={
                'indexes': [models.Index(fields=['name'], name='institution_name')],
                'constraints': [models.CheckConstraint(condition=models.Q(('to_on', None), ('to_on__gte', models.F('from_on')), _connector='OR'), name='institution_days_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('to_on', models.DateField(null=True)),
                ('origin', models.CharField(default='hand', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('code', models.CharField(max_length=100)),
                ('name', models.CharField(max_length=150)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='departments', to='store.institution')),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('to_on', models.DateField(null=True)),
                ('origin', models.CharField(default='hand', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('part', models.CharField(max_length=20)),
                ('has_full_finance', models.BooleanField(default=False)),
                ('is_independent', models.BooleanField(default=False)),
                ('consortium', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='store.consortium')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='store.institution')),
            ],
        ),
        migrations.CreateModel(
            name='Staff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('to_on', models.DateField(null=True)),
                ('origin', models.CharField(default='hand', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('code', models.CharField(max_length=100, unique=True)),
                ('name', models.CharField(blank=True, default='', max_length=150)),
                ('profession', models.CharField(max_length=30)),
                ('title', models.CharField(blank=True, default='', max_length=20)),
            ],
            options={
                'indexes': [models.Index(fields=['name'], name='staff_name')],
                'constraints': [models.CheckConstraint(condition=models.Q(('to_on', None), ('to_on__gte', models.F('from_on')), _connector='OR'), name='staff_days_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('to_on', models.DateField(null=True)),
                ('origin', models.CharField(default='hand', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('role', models.CharField(max_length=20)),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='store.department')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='store.institution')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='store.staff')),
            ],
        ),
        migrations.AddConstraint(
            model_name='department',
            constraint=models.CheckConstraint(condition=models.Q(('to_on', None), ('to_on__gte', models.F('from_on')), _connector='OR'), name='department_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='department',
            constraint=models.UniqueConstraint(fields=('institution', 'code'), name='department_once'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('to_on', None), ('to_on__gte', models.F('from_on')), _connector='OR'), name='membership_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('consortium', 'institution', 'from_on'), name='membership_once'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('is_independent', True), ('part', 'lead'), _negated=True), name='membership_lead_is_not_independent'),
        ),
        migrations.AddIndex(
            model_name='posting',
            index=models.Index(fields=['institution', 'role'], name='posting_where'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.CheckConstraint(condition=models.Q(('to_on', None), ('to_on__gte', models.F('from_on')), _connector='OR'), name='posting_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.UniqueConstraint(condition=models.Q(('to_on', None)), fields=('staff', 'institution', 'role'), name='posting_open_once'),
        ),
        nothing_leaves("store_institution", "store_consortium", "store_membership", "store_department", "store_staff", "store_posting"),
        no_overlap("store_membership", "consortium_id", "institution_id"),
        no_overlap("store_membership", "consortium_id", where="{row}.part = 'lead'", name="one_lead"),
        no_overlap("store_posting", "staff_id", "institution_id", "role"),
    ]
