"""What runs have published: audit cases, notices of results, and the run each part was last published from."""
import django.db.models.deletion
from django.db import migrations, models

from sanyi.store.row_security import row_security
from sanyi.store.table_laws import nothing_leaves
from sanyi.store.tenancy import MONEY


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0023_alerts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan', models.CharField(max_length=100)),
                ('year', models.PositiveIntegerField()),
                ('part', models.CharField(max_length=20)),
                ('run', models.CharField(max_length=64)),
                ('run_finished_at', models.DateTimeField()),
                ('is_whole', models.BooleanField(default=False)),
                ('counts', models.JSONField(default=dict)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'year', 'part'), name='publication_once')],
            },
        ),
        migrations.CreateModel(
            name='AuditCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField(default=1)),
                ('due', models.DateField(null=True)),
                ('done_by', models.CharField(blank=True, default='', max_length=150)),
                ('done_at', models.DateTimeField(null=True)),
                ('plan', models.CharField(max_length=100)),
                ('year', models.PositiveIntegerField()),
                ('part', models.CharField(max_length=20)),
                ('row_key', models.CharField(max_length=200)),
                ('run', models.CharField(max_length=64)),
                ('clause', models.TextField(blank=True, default='')),
                ('institution', models.CharField(max_length=100)),
                ('amount_fen', models.BigIntegerField(null=True)),
                ('rows', models.JSONField(default=list)),
                ('digest', models.CharField(max_length=64)),
                ('answer_days', models.PositiveSmallIntegerField()),
                ('answer', models.TextField(blank=True, default='')),
                ('finding', models.TextField(blank=True, default='')),
                ('opened_by', models.CharField(max_length=150)),
                ('opened_at', models.DateTimeField()),
                ('encounter', models.CharField(max_length=100)),
                ('rule', models.CharField(max_length=20)),
                ('appeal_days', models.PositiveSmallIntegerField()),
                ('appeal', models.TextField(blank=True, default='')),
                ('agreed_fen', models.BigIntegerField(null=True)),
                ('booked', models.CharField(blank=True, default='', max_length=100)),
                ('follows', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='store.auditcase')),
            ],
            options={
                'indexes': [models.Index(fields=['plan', 'year', 'part', 'row_key'], name='audit_case_row'), models.Index(fields=['institution', 'state', '-id'], name='audit_case_where'), models.Index(fields=['state', 'due'], name='audit_case_due'), models.Index(fields=['encounter'], name='audit_case_encounter')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('found', 'notified', 'answered', 'withdrawn'))), fields=('plan', 'year', 'part', 'row_key'), name='audit_case_one_undecided'), models.CheckConstraint(condition=models.Q(('agreed_fen', None), models.Q(('agreed_fen__gte', 0), ('agreed_fen__lte', models.F('amount_fen'))), _connector='OR'), name='audit_case_agreed_within')],
            },
        ),
        migrations.CreateModel(
            name='ResultNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField(default=1)),
                ('due', models.DateField(null=True)),
                ('done_by', models.CharField(blank=True, default='', max_length=150)),
                ('done_at', models.DateTimeField(null=True)),
                ('plan', models.CharField(max_length=100)),
                ('year', models.PositiveIntegerField()),
                ('part', models.CharField(max_length=20)),
                ('row_key', models.CharField(max_length=200)),
                ('run', models.CharField(max_length=64)),
                ('clause', models.TextField(blank=True, default='')),
                ('institution', models.CharField(max_length=100)),
                ('amount_fen', models.BigIntegerField(null=True)),
                ('rows', models.JSONField(default=list)),
                ('digest', models.CharField(max_length=64)),
                ('answer_days', models.PositiveSmallIntegerField()),
                ('answer', models.TextField(blank=True, default='')),
                ('finding', models.TextField(blank=True, default='')),
                ('opened_by', models.CharField(max_length=150)),
                ('opened_at', models.DateTimeField()),
                ('answerer', models.CharField(max_length=20)),
                ('follows', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='store.resultnotice')),
            ],
            options={
                'indexes': [models.Index(fields=['plan', 'year', 'part', 'row_key'], name='result_notice_row'), models.Index(fields=['institution', 'state', '-id'], name='result_notice_where'), models.Index(fields=['state', 'due'], name='result_notice_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('issued', 'objected', 'withdrawn'))), fields=('plan', 'year', 'part', 'row_key'), name='result_notice_one_undecided')],
            },
        ),
        nothing_leaves("store_publication", "store_auditcase", "store_resultnotice"),
        *(row_security(f"store_{table}", "institution", reach=MONEY) for table in ("auditcase", "resultnotice")),
    ]
