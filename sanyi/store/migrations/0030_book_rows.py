"""PostgreSQL shows an institution its own lines of the books, and the entries and batches that have any of them. Source: R38."""
from django.db import migrations

from sanyi.store.row_security import row_security
from sanyi.store.tenancy import MONEY

OWN_LINE = "EXISTS (SELECT 1 FROM store_entryline l WHERE l.group_id = store_entrygroup.id)"  # of the lines that are shown
OWN_SHEET = "EXISTS (SELECT 1 FROM store_batchsheet s WHERE s.batch_id = store_settlementbatch.id)"


class Migration(migrations.Migration):

    dependencies = [("store", "0029_passport_countries")]

    operations = [
        *(row_security(f"store_{part}", "party", reach=MONEY) for part in ("batchline", "entryline", "bookbalance")),
        row_security("store_entrygroup", also=(OWN_LINE,), reach=MONEY),
        row_security("store_settlementbatch", also=(OWN_SHEET,), reach=MONEY),
    ]
