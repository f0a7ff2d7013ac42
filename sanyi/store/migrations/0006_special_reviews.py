"""Special reviews; an application stays as it was made, and what is frozen into a batch stays as it is."""
import django.db.models.deletion
from django.db import migrations, models

from sanyi.store.by_hand import ByHand

TABLE = "store_specialreview"
FIXED = ("book_id", "encounter", "unit", "method", "reason", "text", "cost_fen", "opened_by", "opened_at")


def _guard(schema_editor) -> None:
    vendor = schema_editor.connection.vendor
    differs = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}[vendor]
    changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in FIXED)
    for name, verb, law, why in (("no_delete", "DELETE", "", "only ever added to"), ("fixed", "UPDATE", changed, "what it says is fixed"),
                                 ("frozen", "UPDATE", "OLD.state = 'frozen'", "a frozen decision stays as it is")):
        when = f" WHEN ({law})" if law else ""
        said = (f"CREATE TRIGGER {TABLE}_{name} BEFORE {verb} ON {TABLE}{when} BEGIN SELECT RAISE(ABORT, '{TABLE}: {why}'); END" if vendor == "sqlite"
                else f"CREATE TRIGGER {TABLE}_{name} BEFORE {verb} ON {TABLE} FOR EACH ROW{when} EXECUTE FUNCTION store_refuse('{why}')")
        schema_editor.execute(said, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0005_clearing_guards'),
    ]

    operations = [
        migrations.AlterField(
            model_name='account',
            name='role',
            field=models.CharField(choices=[('office', 'reform office'), ('lead', 'lead unit'), ('bureau', 'insurance bureau'), ('hospital', 'medical institution'), ('expert', 'expert reviewer'), ('reader', 'reader')], default='reader', max_length=10),
        ),
        migrations.CreateModel(
            name='SpecialReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField(default=1)),
                ('due', models.DateField(null=True)),
                ('done_by', models.CharField(blank=True, default='', max_length=150)),
                ('done_at', models.DateTimeField(null=True)),
                ('encounter', models.CharField(max_length=100)),
                ('unit', models.CharField(max_length=100)),
                ('method', models.CharField(max_length=20)),
                ('reason', models.CharField(max_length=20)),
                ('text', models.TextField()),
                ('cost_fen', models.BigIntegerField()),
                ('outcome', models.CharField(blank=True, default='', max_length=20)),
                ('amount_fen', models.BigIntegerField(null=True)),
                ('group', models.CharField(blank=True, default='', max_length=100)),
                ('batch', models.CharField(blank=True, default='', max_length=100)),
                ('round', models.PositiveIntegerField(default=1)),
                ('opened_by', models.CharField(max_length=150)),
                ('opened_at', models.DateTimeField()),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.book')),
            ],
            options={
                'indexes': [models.Index(fields=['book', 'unit', 'state'], name='special_review_of')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('withdrawn', 'rejected')), _negated=True), fields=('book', 'encounter'), name='special_review_once')],
            },
        ),
        ByHand(_guard),
    ]
