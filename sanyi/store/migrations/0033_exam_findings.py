"""Devices, images, curves and measured values of examinations, the way of a pathological specimen, teaching cases."""
import django.db.models.deletion
from django.db import migrations, models

from sanyi.store.row_security import OWN_UNITS, row_security
from sanyi.store.table_laws import append_only, nothing_leaves


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0032_audit_documents'),
    ]

    operations = [
        migrations.AddField(
            model_name='exam',
            name='blocks_count',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='exam',
            name='fixed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='exam',
            name='lapsed_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='exam',
            name='sectioned_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='exam',
            name='slides_count',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.CharField(max_length=100)),
                ('code', models.CharField(max_length=100)),
                ('name', models.CharField(max_length=100)),
                ('kind', models.CharField(max_length=20)),
                ('serial', models.CharField(max_length=100)),
                ('sender', models.CharField(blank=True, default='', max_length=150)),
                ('calibrated_on', models.DateField(null=True)),
                ('calibrated_until', models.DateField(null=True)),
                ('certificate', models.CharField(blank=True, default='', max_length=100)),
                ('is_retired', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='store.department')),
            ],
        ),
        migrations.AddField(
            model_name='exam',
            name='device',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exams', to='store.device'),
        ),
        migrations.CreateModel(
            name='DeviceControl',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('analyte', models.CharField(max_length=100)),
                ('material', models.CharField(max_length=100)),
                ('value_e3', models.BigIntegerField()),
                ('target_e3', models.BigIntegerField()),
                ('deviation_e3', models.BigIntegerField()),
                ('rule', models.CharField(blank=True, default='', max_length=20)),
                ('note', models.TextField(blank=True, default='')),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='controls', to='store.device')),
            ],
        ),
        migrations.CreateModel(
            name='ExamFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=255)),
                ('view', models.CharField(blank=True, default='', max_length=100)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('institution', models.CharField(max_length=100)),
                ('version', models.PositiveIntegerField(default=1)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('aside_by', models.CharField(blank=True, default='', max_length=150)),
                ('aside_at', models.DateTimeField(null=True)),
                ('aside_reason', models.CharField(blank=True, default='', max_length=20)),
                ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='store.device')),
                ('exam', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='store.exam')),
            ],
        ),
        migrations.CreateModel(
            name='ExamMeasureSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveIntegerField()),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='measured', to='store.device')),
                ('exam', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measured', to='store.exam')),
            ],
        ),
        migrations.CreateModel(
            name='ExamMeasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('analyte', models.CharField(max_length=100)),
                ('value_e3', models.BigIntegerField()),
                ('unit', models.CharField(blank=True, default='', max_length=20)),
                ('low_e3', models.BigIntegerField(null=True)),
                ('high_e3', models.BigIntegerField(null=True)),
                ('flag', models.CharField(blank=True, default='', max_length=2)),
                ('measured', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='values', to='store.exammeasureset')),
            ],
        ),
        migrations.CreateModel(
            name='TeachingCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.CharField(max_length=100)),
                ('state', models.CharField(default='draft', max_length=20)),
                ('kind', models.CharField(max_length=20)),
                ('topic', models.CharField(max_length=100)),
                ('title', models.CharField(max_length=100)),
                ('story', models.TextField(blank=True, default='')),
                ('findings', models.TextField()),
                ('lesson', models.TextField()),
                ('sex', models.CharField(blank=True, default='', max_length=20)),
                ('age_band', models.CharField(blank=True, default='', max_length=20)),
                ('published_by', models.CharField(blank=True, default='', max_length=150)),
                ('published_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_by', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['institution', 'state', 'topic'], name='teaching_topic')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(models.Q(('published_by', ''), _negated=True), models.Q(('published_by', models.F('created_by')), _negated=True)), _connector='OR'), name='teaching_published_by_another')],
            },
        ),
        migrations.CreateModel(
            name='TeachingImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(max_length=20)),
                ('sha256', models.CharField(max_length=64)),
                ('position', models.PositiveIntegerField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='images', to='store.teachingcase')),
            ],
        ),
        migrations.CreateModel(
            name='TeachingReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.CharField(max_length=100)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='store.teachingcase')),
            ],
        ),
        migrations.CreateModel(
            name='TeachingSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='source', to='store.teachingcase')),
                ('exam', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taught', to='store.exam')),
            ],
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(fields=('institution', 'code'), name='device_code_once'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(condition=models.Q(('is_retired', False)), fields=('kind', 'serial'), name='device_serial_once'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(('calibrated_on', None), ('calibrated_until__gte', models.F('calibrated_on')), _connector='OR'), name='device_calibrated_in_order'),
        ),
        migrations.AddIndex(
            model_name='devicecontrol',
            index=models.Index(fields=['device', 'analyte', 'material', '-id'], name='device_control_last'),
        ),
        migrations.AddConstraint(
            model_name='devicecontrol',
            constraint=models.CheckConstraint(condition=models.Q(('deviation_e3__gt', 0)), name='device_control_has_deviation'),
        ),
        migrations.AddIndex(
            model_name='examfile',
            index=models.Index(fields=['sha256'], name='exam_file_digest'),
        ),
        migrations.AddConstraint(
            model_name='examfile',
            constraint=models.UniqueConstraint(condition=models.Q(('aside_at', None)), fields=('exam', 'sha256'), name='exam_file_once'),
        ),
        migrations.AddConstraint(
            model_name='examfile',
            constraint=models.CheckConstraint(condition=models.Q(('aside_at', None), models.Q(models.Q(('aside_by', ''), _negated=True), models.Q(('aside_reason', ''), _negated=True)), _connector='OR'), name='exam_file_aside_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='exammeasure',
            constraint=models.UniqueConstraint(fields=('measured', 'analyte'), name='exam_measure_once'),
        ),
        migrations.AddConstraint(
            model_name='teachingreading',
            constraint=models.UniqueConstraint(fields=('case', 'by'), name='teaching_read_once'),
        ),
        append_only("store_devicecontrol", "store_exammeasureset", "store_exammeasure", "store_teachingsource", "store_teachingimage", "store_teachingreading"),
        nothing_leaves("store_device", "store_examfile", "store_teachingcase"),
        row_security("store_examfile", of=(("exam_id", "store_exam"),)),
        row_security("store_exammeasureset", of=(("exam_id", "store_exam"),)),
        row_security("store_exammeasure", of=(("measured_id", "store_exammeasureset"),)),
        row_security("store_teachingcase", "institution", also=("store_teachingcase.state = 'published'",)),
        row_security("store_teachingsource", of=(("exam_id", "store_exam"),)),
        row_security("store_teachingimage", of=(("case_id", "store_teachingcase"),)),
        row_security("store_teachingreading", "institution",
                     also=(f"EXISTS (SELECT 1 FROM store_teachingcase c WHERE c.id = store_teachingreading.case_id AND c.institution = {OWN_UNITS})",)),
    ]
