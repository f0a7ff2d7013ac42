"""The person index; nobody leaves it, and its names stand in the order of their bytes."""
import django.db.models.deletion
from django.db import migrations, models

from sanyi.store.table_laws import in_byte_order, nothing_leaves


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0012_accounts_and_rights'),
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, default='', max_length=150)),
                ('name_key', models.CharField(blank=True, default='', max_length=150)),
                ('pinyin', models.CharField(blank=True, default='', max_length=150)),
                ('initials', models.CharField(blank=True, default='', max_length=100)),
                ('sex', models.CharField(blank=True, default='', max_length=20)),
                ('born_on', models.DateField(null=True)),
                ('died_on', models.DateField(null=True)),
                ('identity_kind', models.CharField(default='none', max_length=20)),
                ('identity_cipher', models.CharField(blank=True, default='', max_length=1000)),
                ('identity_digest', models.CharField(blank=True, default='', max_length=64)),
                ('identity_masked', models.CharField(blank=True, default='', max_length=40)),
                ('phone_cipher', models.CharField(blank=True, default='', max_length=1000)),
                ('phone_digest', models.CharField(blank=True, default='', max_length=64)),
                ('phone_masked', models.CharField(blank=True, default='', max_length=40)),
                ('address_cipher', models.CharField(blank=True, default='', max_length=1000)),
                ('region', models.CharField(blank=True, default='', max_length=100)),
                ('resident_id', models.CharField(blank=True, default='', max_length=100)),
                ('identity_hash', models.CharField(blank=True, default='', max_length=100)),
                ('birth_order', models.PositiveSmallIntegerField(null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('origin', models.CharField(default='hand', max_length=10)),
                ('institution', models.CharField(blank=True, default='', max_length=100)),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='store.person')),
                ('mother', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='store.person')),
            ],
            options={
                'indexes': [models.Index(fields=['name_key', 'id'], name='person_name'), models.Index(fields=['pinyin', 'id'], name='person_pinyin'), models.Index(fields=['initials', 'id'], name='person_initials'), models.Index(fields=['identity_digest', 'id'], name='person_identity'), models.Index(fields=['phone_digest', 'id'], name='person_phone'), models.Index(fields=['identity_hash', 'id'], name='person_record'), models.Index(fields=['born_on', 'sex', 'id'], name='person_born'), models.Index(fields=['region', 'pinyin', 'id'], name='person_region')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_active', True), models.Q(('identity_digest', ''), _negated=True)), fields=('identity_digest',), name='person_identity_once'), models.UniqueConstraint(condition=models.Q(('resident_id', ''), _negated=True), fields=('resident_id',), name='person_resident_once'), models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('mother', 'born_on', 'birth_order'), name='person_newborn_once'), models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('is_active', False), models.Q(('merged_into', models.F('id')), _negated=True)), _connector='OR'), name='person_merged_is_not_active')],
            },
        ),
        in_byte_order("store_person", "name_key", "pinyin", "initials"),
        nothing_leaves("store_person"),
    ]
