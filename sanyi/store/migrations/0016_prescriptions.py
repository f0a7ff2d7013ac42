"""Prescriptions; what was given out stays, and two supplies of one ingredient share no day unless a reason says so."""
import django.db.models.deletion
from django.db import migrations, models

from sanyi.store.table_laws import append_only, no_overlap, nothing_leaves


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0016_appointments'),
    ]

    operations = [
        migrations.CreateModel(
            name='Formulary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan', models.CharField(max_length=100)),
                ('digest', models.CharField(max_length=64)),
                ('book', models.JSONField()),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Drug',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=100, unique=True)),
                ('zh', models.CharField(max_length=150)),
                ('en', models.CharField(max_length=150)),
                ('drug_class', models.CharField(max_length=30)),
                ('unit', models.CharField(max_length=30)),
                ('contents', models.JSONField()),
                ('contents_key', models.CharField(max_length=150)),
                ('is_current', models.BooleanField(default=True)),
            ],
            options={
                'indexes': [models.Index(fields=['contents_key', 'unit'], name='drug_contents')],
            },
        ),
        migrations.CreateModel(
            name='Prescription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField(default=1)),
                ('due', models.DateField(null=True)),
                ('done_by', models.CharField(blank=True, default='', max_length=150)),
                ('done_at', models.DateTimeField(null=True)),
                ('institution', models.CharField(max_length=100)),
                ('kind', models.CharField(max_length=30)),
                ('diagnosis', models.CharField(max_length=100)),
                ('is_assessed', models.BooleanField(default=False)),
                ('is_pregnant', models.BooleanField(null=True)),
                ('overlap_reason', models.CharField(blank=True, default='', max_length=30)),
                ('upper', models.CharField(blank=True, default='', max_length=100)),
                ('encounter', models.CharField(blank=True, default='', max_length=100)),
                ('prescribed_on', models.DateField()),
                ('valid_to', models.DateField()),
                ('pharmacy', models.CharField(blank=True, default='', max_length=100)),
                ('round', models.PositiveIntegerField(default=0)),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
                ('formulary', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.formulary')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prescriptions', to='store.person')),
                ('renews', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='store.prescription')),
            ],
        ),
        migrations.CreateModel(
            name='DeliveryOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField(default=1)),
                ('due', models.DateField(null=True)),
                ('done_by', models.CharField(blank=True, default='', max_length=150)),
                ('done_at', models.DateTimeField(null=True)),
                ('institution', models.CharField(max_length=100)),
                ('place', models.CharField(max_length=150)),
                ('carrier', models.CharField(blank=True, default='', max_length=100)),
                ('waybill', models.CharField(blank=True, default='', max_length=100)),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
                ('prescription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='store.prescription')),
            ],
        ),
        migrations.CreateModel(
            name='PrescriptionFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveSmallIntegerField()),
                ('rule', models.CharField(max_length=100)),
                ('kind', models.CharField(max_length=30)),
                ('severity', models.CharField(max_length=30)),
                ('zh', models.TextField()),
                ('en', models.TextField()),
                ('source', models.CharField(max_length=150)),
                ('is_verified', models.BooleanField()),
                ('prescription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='store.prescription')),
            ],
        ),
        migrations.CreateModel(
            name='PrescriptionLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('quantity', models.PositiveIntegerField()),
                ('daily_e3', models.PositiveIntegerField()),
                ('days', models.PositiveIntegerField()),
                ('from_on', models.DateField()),
                ('may_substitute', models.BooleanField(default=True)),
                ('use', models.CharField(blank=True, default='', max_length=150)),
                ('dispensed', models.PositiveIntegerField(default=0)),
                ('drug', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='store.drug')),
                ('prescription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='store.prescription')),
            ],
        ),
        migrations.CreateModel(
            name='Dispensing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('batch', models.CharField(max_length=100)),
                ('reason', models.CharField(blank=True, default='', max_length=30)),
                ('institution', models.CharField(max_length=100)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('drug', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.drug')),
                ('prescription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispensings', to='store.prescription')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispensings', to='store.prescriptionline')),
            ],
        ),
        migrations.CreateModel(
            name='PrescriptionReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.CharField(max_length=100)),
                ('outcome', models.CharField(max_length=30)),
                ('reason', models.CharField(blank=True, default='', max_length=30)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('prescription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='store.prescription')),
            ],
        ),
        migrations.CreateModel(
            name='Presented',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.CharField(max_length=100)),
                ('round', models.PositiveIntegerField()),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('prescription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='presented', to='store.prescription')),
            ],
        ),
        migrations.CreateModel(
            name='Supply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.CharField(max_length=100)),
                ('ingredient', models.CharField(max_length=100)),
                ('from_on', models.DateField()),
                ('to_on', models.DateField()),
                ('is_live', models.BooleanField(default=True)),
                ('reason', models.CharField(blank=True, default='', max_length=30)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supplies', to='store.prescriptionline')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supplies', to='store.person')),
            ],
        ),
        migrations.CreateModel(
            name='Allergy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ingredient', models.CharField(max_length=100)),
                ('is_there', models.BooleanField(default=True)),
                ('institution', models.CharField(max_length=100)),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drug_allergies', to='store.person')),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'ingredient', 'id'], name='allergy_of')],
            },
        ),
        migrations.AddIndex(
            model_name='prescription',
            index=models.Index(fields=['institution', 'state', '-id'], name='prescription_state'),
        ),
        migrations.AddIndex(
            model_name='prescription',
            index=models.Index(fields=['pharmacy', 'state'], name='prescription_pharmacy'),
        ),
        migrations.AddIndex(
            model_name='prescription',
            index=models.Index(fields=['person', '-id'], name='prescription_person'),
        ),
        migrations.AddIndex(
            model_name='prescription',
            index=models.Index(fields=['state', 'valid_to'], name='prescription_valid'),
        ),
        migrations.AddIndex(
            model_name='deliveryorder',
            index=models.Index(fields=['institution', 'state'], name='delivery_state'),
        ),
        migrations.AddConstraint(
            model_name='deliveryorder',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('ordered', 'packed', 'handed_over', 'delivered'))), fields=('prescription',), name='delivery_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='prescriptionline',
            constraint=models.UniqueConstraint(fields=('prescription', 'position'), name='prescription_line_once'),
        ),
        migrations.AddConstraint(
            model_name='prescriptionline',
            constraint=models.CheckConstraint(condition=models.Q(('daily_e3__gt', 0), ('days__gt', 0), ('quantity__gt', 0)), name='prescription_line_is_something'),
        ),
        migrations.AddConstraint(
            model_name='prescriptionline',
            constraint=models.CheckConstraint(condition=models.Q(('dispensed__lte', models.F('quantity'))), name='prescription_line_never_below_zero'),
        ),
        migrations.AddConstraint(
            model_name='dispensing',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='dispensing_is_something'),
        ),
        migrations.AddIndex(
            model_name='prescriptionreview',
            index=models.Index(fields=['at', 'institution'], name='prescription_review_at'),
        ),
        migrations.AddConstraint(
            model_name='presented',
            constraint=models.UniqueConstraint(fields=('prescription', 'institution', 'round'), name='presented_once'),
        ),
        migrations.AddIndex(
            model_name='supply',
            index=models.Index(fields=['person', 'ingredient', 'to_on'], name='supply_of'),
        ),
        migrations.AddIndex(
            model_name='supply',
            index=models.Index(fields=['is_live', 'to_on'], name='supply_live'),
        ),
        migrations.AddConstraint(
            model_name='supply',
            constraint=models.UniqueConstraint(fields=('line', 'ingredient'), name='supply_once'),
        ),
        migrations.AddConstraint(
            model_name='supply',
            constraint=models.CheckConstraint(condition=models.Q(('to_on__gte', models.F('from_on'))), name='supply_days_in_order'),
        ),
        append_only("store_dispensing", "store_presented", "store_prescriptionreview", "store_prescriptionfinding", "store_formulary"),
        nothing_leaves("store_allergy", "store_drug", "store_prescription", "store_prescriptionline", "store_supply", "store_deliveryorder"),
        no_overlap("store_supply", "person_id", "ingredient", where="{row}.is_live AND {row}.reason = ''"),
    ]
