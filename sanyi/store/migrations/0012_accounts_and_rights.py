"""Accounts with rights that count their changes, a second factor, passwords that do not come again; one person is one administrator at most."""
import unicodedata

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from sanyi.store.table_laws import append_only


def _name_persons(apps, schema_editor) -> None:
    """Whose account each is, as the code says it from now on."""
    for account in apps.get_model("store", "Account").objects.all():
        account.person_key = "".join(unicodedata.normalize("NFKC", account.person or account.name).split()).casefold()
        account.save(update_fields=["person_key"])


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0011_organisation'),
    ]

    operations = [
        migrations.CreateModel(
            name='PasswordBefore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('used_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='account',
            name='factor_invitation',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AddField(
            model_name='account',
            name='factor_nonce',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AddField(
            model_name='account',
            name='factor_step',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='account',
            name='must_change',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='account',
            name='password_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='account',
            name='person_key',
            field=models.CharField(default='', editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name='account',
            name='resident',
            field=models.CharField(blank=True, default='', max_length=100),
        ),
        migrations.AddField(
            model_name='account',
            name='rights',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='account',
            name='staff',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='store.staff'),
        ),
        migrations.RunPython(_name_persons, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.UniqueConstraint(condition=models.Q(('role__in', ('system_admin', 'security_admin', 'audit_admin'))), fields=('person_key',), name='one_administrator_a_person'),
        ),
        migrations.AddField(
            model_name='passwordbefore',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passwords_before', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recoverycode',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recovery_codes', to=settings.AUTH_USER_MODEL),
        ),
        append_only("store_passwordbefore"),
    ]
