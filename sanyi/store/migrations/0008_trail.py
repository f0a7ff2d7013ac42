"""The audit trail; the database itself refuses every change of it."""
import django.db.models.deletion
from django.db import migrations, models

from sanyi.store.by_hand import ByHand

TABLES = ("store_auditevent", "store_auditnamed", "store_auditseal", "store_auditlink")


def _guard(schema_editor) -> None:
    vendor = schema_editor.connection.vendor
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            body = (f"BEGIN SELECT RAISE(ABORT, '{table}: only ever added to'); END" if vendor == "sqlite"
                    else "FOR EACH ROW EXECUTE FUNCTION store_refuse('only ever added to')")
            schema_editor.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {body}", params=None)
        if vendor == "postgresql":
            schema_editor.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
                                  " FOR EACH STATEMENT EXECUTE FUNCTION store_refuse('only ever added to')", params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0007_work_events'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('first', models.BigIntegerField(unique=True)),
                ('count', models.PositiveIntegerField()),
                ('size', models.BigIntegerField()),
                ('algorithm', models.CharField(max_length=10)),
                ('at', models.DateTimeField()),
                ('hash', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('account', models.CharField(blank=True, max_length=150)),
                ('persons', models.TextField(blank=True, default='')),
                ('role', models.CharField(blank=True, max_length=30)),
                ('institution', models.CharField(blank=True, max_length=100)),
                ('action', models.CharField(max_length=30)),
                ('step', models.CharField(blank=True, default='', max_length=30)),
                ('subject', models.CharField(blank=True, default='', max_length=30)),
                ('subject_id', models.CharField(blank=True, default='', max_length=100)),
                ('resident', models.CharField(blank=True, default='', max_length=100)),
                ('institutions', models.TextField(blank=True, default='')),
                ('purpose', models.CharField(blank=True, default='', max_length=100)),
                ('outcome', models.CharField(max_length=10)),
                ('reason', models.CharField(blank=True, default='', max_length=30)),
                ('before', models.CharField(blank=True, default='', max_length=30)),
                ('after', models.CharField(blank=True, default='', max_length=30)),
                ('version', models.PositiveIntegerField(null=True)),
                ('given', models.JSONField(default=dict)),
                ('request', models.CharField(blank=True, default='', max_length=32)),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'subject_id'], name='audit_subject'), models.Index(fields=['account', 'id'], name='audit_account'), models.Index(condition=models.Q(('resident', ''), _negated=True), fields=['resident', 'id'], name='audit_resident'), models.Index(fields=['at'], name='audit_at')],
            },
        ),
        migrations.CreateModel(
            name='AuditLink',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                ('mark', models.CharField(max_length=16)),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='link', to='store.auditevent')),
            ],
        ),
        migrations.CreateModel(
            name='AuditNamed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('resident', models.CharField(max_length=100)),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='named', to='store.auditevent')),
            ],
            options={
                'indexes': [models.Index(fields=['resident', 'event'], name='audit_named')],
            },
        ),
        ByHand(_guard),
    ]
