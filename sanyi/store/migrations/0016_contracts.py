"""Family-doctor signing; no two contracts of one person share a day, and what was written down stays."""
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from sanyi.store.table_laws import append_only, no_overlap, nothing_leaves

HOLDING = "('signed', 'active', 'renewed', 'transferred', 'ended', 'expired')"


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0015_exams'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContractTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan', models.CharField(max_length=100)),
                ('values', models.JSONField()),
                ('taken_by', models.CharField(max_length=150)),
                ('taken_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='PackageItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=100)),
                ('name', models.CharField(max_length=150)),
                ('times_a_year', models.PositiveIntegerField()),
                ('weight_e4', models.PositiveIntegerField(default=10000)),
            ],
        ),
        migrations.CreateModel(
            name='Succession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.CharField(max_length=100)),
                ('heir', models.CharField(max_length=100)),
                ('on', models.DateField()),
                ('note', models.TextField()),
                ('contract_count', models.PositiveIntegerField()),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='DoctorTeam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('to_on', models.DateField(null=True)),
                ('origin', models.CharField(default='hand', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('code', models.CharField(max_length=100, unique=True)),
                ('name', models.CharField(max_length=150)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='store.institution')),
            ],
        ),
        migrations.CreateModel(
            name='Contract',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField(default=1)),
                ('due', models.DateField(null=True)),
                ('done_by', models.CharField(blank=True, default='', max_length=150)),
                ('done_at', models.DateTimeField(null=True)),
                ('institution', models.CharField(max_length=100)),
                ('entry', models.CharField(default='first', max_length=20)),
                ('years', models.PositiveIntegerField(default=1)),
                ('from_on', models.DateField()),
                ('to_on', models.DateField()),
                ('term_on', models.DateField()),
                ('signed_on', models.DateField(null=True)),
                ('witness', models.CharField(blank=True, default='', max_length=100)),
                ('end_reason', models.CharField(blank=True, default='', max_length=20)),
                ('told_at', models.DateTimeField(null=True)),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
                ('city', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.institution')),
                ('district', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.institution')),
                ('earlier', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='later', to='store.contract')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='store.person')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='store.doctorteam')),
            ],
        ),
        migrations.CreateModel(
            name='GivenCare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_on', models.DateField()),
                ('staff', models.CharField(max_length=100)),
                ('note', models.TextField(blank=True, default='')),
                ('institution', models.CharField(max_length=100)),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='store.contract')),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='store.givencare')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.packageitem')),
            ],
        ),
        migrations.CreateModel(
            name='CarePackage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('to_on', models.DateField(null=True)),
                ('origin', models.CharField(default='hand', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('code', models.CharField(max_length=100, unique=True)),
                ('name', models.CharField(max_length=150)),
                ('kind', models.CharField(max_length=20)),
                ('group', models.CharField(blank=True, default='', max_length=20)),
                ('record_code', models.CharField(default='basic', max_length=20)),
                ('price_fen', models.BigIntegerField()),
                ('insurance_fund_fen', models.BigIntegerField(default=0)),
                ('public_health_fen', models.BigIntegerField(default=0)),
                ('resident_fen', models.BigIntegerField(default=0)),
                ('account_fen', models.BigIntegerField(default=0)),
                ('treasury_fen', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('to_on', None), ('to_on__gte', models.F('from_on')), _connector='OR'), name='carepackage_days_in_order'), models.CheckConstraint(condition=models.Q(('price_fen', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('insurance_fund_fen'), '+', models.F('public_health_fen')), '+', models.F('resident_fen')), '+', models.F('account_fen')), '+', models.F('treasury_fen')))), name='package_fees_sum_to_price'), models.CheckConstraint(condition=models.Q(('account_fen__gte', 0), ('insurance_fund_fen__gte', 0), ('price_fen__gte', 0), ('public_health_fen__gte', 0), ('resident_fen__gte', 0), ('treasury_fen__gte', 0)), name='package_fees_not_negative')],
            },
        ),
        migrations.AddField(
            model_name='packageitem',
            name='package',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='store.carepackage'),
        ),
        migrations.AddField(
            model_name='contract',
            name='package',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='store.carepackage'),
        ),
        migrations.CreateModel(
            name='SigningCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('until', models.DateTimeField()),
                ('wrong_count', models.PositiveIntegerField(default=0)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='store.contract')),
            ],
        ),
        migrations.AddField(
            model_name='contract',
            name='succession',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='store.succession'),
        ),
        migrations.CreateModel(
            name='TeamMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('to_on', models.DateField(null=True)),
                ('origin', models.CharField(default='hand', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('part', models.CharField(max_length=20)),
                ('is_leader', models.BooleanField(default=False)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='store.staff')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='store.doctorteam')),
            ],
        ),
        migrations.CreateModel(
            name='ContractEvaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.PositiveSmallIntegerField()),
                ('text', models.TextField(blank=True, default='')),
                ('institution', models.CharField(max_length=100)),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
                ('contract', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='evaluation', to='store.contract')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('score__gte', 1), ('score__lte', 5)), name='evaluation_one_to_five')],
            },
        ),
        migrations.CreateModel(
            name='ContractGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=20)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='store.contract')),
            ],
            options={
                'indexes': [models.Index(fields=['group'], name='contractgroup_group')],
                'constraints': [models.UniqueConstraint(fields=('contract', 'group'), name='contractgroup_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='doctorteam',
            constraint=models.CheckConstraint(condition=models.Q(('to_on', None), ('to_on__gte', models.F('from_on')), _connector='OR'), name='doctorteam_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='packageitem',
            constraint=models.UniqueConstraint(fields=('package', 'code'), name='packageitem_once'),
        ),
        migrations.AddConstraint(
            model_name='packageitem',
            constraint=models.CheckConstraint(condition=models.Q(('times_a_year__gte', 1), ('times_a_year__lte', 366)), name='packageitem_times'),
        ),
        migrations.AddIndex(
            model_name='contract',
            index=models.Index(fields=['institution', 'state', 'id'], name='contract_where'),
        ),
        migrations.AddIndex(
            model_name='contract',
            index=models.Index(fields=['person', 'from_on'], name='contract_whose'),
        ),
        migrations.AddIndex(
            model_name='contract',
            index=models.Index(fields=['team', 'state', 'to_on'], name='contract_of_team'),
        ),
        migrations.AddIndex(
            model_name='contract',
            index=models.Index(fields=['state', 'due'], name='contract_due'),
        ),
        migrations.AddIndex(
            model_name='contract',
            index=models.Index(fields=['from_on', 'to_on', 'state', 'team'], name='contract_on_day'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(('term_on__gte', models.F('to_on')), ('to_on__gte', models.F('from_on'))), name='contract_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('drafted', 'offered', 'withdrawn')), ('signed_on__isnull', False), _connector='OR'), name='contract_held_is_signed'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('person',), name='contract_one_active'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('signed', 'active', 'renewed', 'transferred', 'ended', 'expired')), ('earlier__isnull', False)), fields=('earlier',), name='contract_passes_on_once'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('drafted', 'offered'))), fields=('person', 'team'), name='contract_asked_once'),
        ),
        migrations.AddConstraint(
            model_name='teammember',
            constraint=models.CheckConstraint(condition=models.Q(('to_on', None), ('to_on__gte', models.F('from_on')), _connector='OR'), name='teammember_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='teammember',
            constraint=models.UniqueConstraint(condition=models.Q(('to_on', None)), fields=('team', 'staff', 'part'), name='teammember_open_once'),
        ),
        migrations.AddConstraint(
            model_name='teammember',
            constraint=models.UniqueConstraint(condition=models.Q(('is_leader', True), ('to_on', None)), fields=('team',), name='teammember_one_leader'),
        ),
        no_overlap("store_contract", "person_id", where="{row}.state IN " + HOLDING, name="one_team_a_day"),
        append_only("store_contractterms", "store_packageitem", "store_succession", "store_givencare", "store_contractevaluation", "store_contractgroup"),
        nothing_leaves("store_contract", "store_doctorteam", "store_teammember", "store_carepackage", "store_signingcode"),
    ]
