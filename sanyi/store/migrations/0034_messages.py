"""Messages to residents, and who wants none; idle equipment; an examination says by which referral its patient goes first."""
import django.db.models.deletion
from django.db import migrations, models

from sanyi.store.row_security import row_security
from sanyi.store.table_laws import nothing_leaves, of_active_person


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0033_exam_findings'),
    ]

    operations = [
        migrations.AddField(
            model_name='exam',
            name='referral',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.referral'),
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.CharField(max_length=100)),
                ('kind', models.CharField(max_length=20)),
                ('about', models.CharField(max_length=100)),
                ('when', models.DateTimeField(null=True)),
                ('until', models.DateTimeField(null=True)),
                ('secret_cipher', models.CharField(blank=True, default='', max_length=1000)),
                ('state', models.CharField(default='waiting', max_length=20)),
                ('reason', models.CharField(blank=True, default='', max_length=20)),
                ('attempt_count', models.PositiveIntegerField(default=0)),
                ('next_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='store.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('waiting', 'sending'))), fields=['next_at', 'id'], name='message_due'), models.Index(fields=['institution', '-id'], name='message_where'), models.Index(fields=['person', '-id'], name='message_whose')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'about'), name='message_once'), models.CheckConstraint(condition=models.Q(('secret_cipher', ''), ('state__in', ('waiting', 'sending')), _connector='OR'), name='message_keeps_no_secret'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='message_sent_at')],
            },
        ),
        migrations.CreateModel(
            name='MessageWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wants', models.BooleanField()),
                ('institution', models.CharField(blank=True, default='', max_length=100)),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='message_wishes', to='store.person')),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-id'], name='messagewish_whose')],
            },
        ),
        migrations.CreateModel(
            name='Equipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField(default=1)),
                ('due', models.DateField(null=True)),
                ('done_by', models.CharField(blank=True, default='', max_length=150)),
                ('done_at', models.DateTimeField(null=True)),
                ('institution', models.CharField(max_length=100)),
                ('tag', models.CharField(max_length=100)),
                ('name', models.CharField(max_length=150)),
                ('note', models.TextField(blank=True, default='')),
                ('way', models.CharField(max_length=20)),
                ('asker', models.CharField(blank=True, default='', max_length=100)),
                ('need', models.TextField(blank=True, default='')),
                ('leave', models.TextField(blank=True, default='')),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'id'], name='equipment_state'), models.Index(fields=['institution', '-id'], name='equipment_whose'), models.Index(fields=['asker', '-id'], name='equipment_where')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('idle', 'asked', 'agreed', 'approved', 'handed', 'held'))), fields=('institution', 'tag'), name='equipment_once'), models.CheckConstraint(condition=models.Q(('asker', models.F('institution')), _negated=True), name='equipment_between_two')],
            },
        ),
        of_active_person("store_message"),
        of_active_person("store_messagewish"),
        nothing_leaves("store_message", "store_messagewish", "store_equipment"),
        row_security("store_message", "institution", person="person_id"),
        row_security("store_messagewish", "institution", person="person_id"),
    ]
