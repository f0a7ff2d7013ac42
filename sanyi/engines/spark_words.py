"""What an expression says on Spark; compiling needs neither Spark nor Java, so every machine can check it."""
import ibis
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.pyspark import compiler

from sanyi.engines.duck import as_promised
from sanyi.tables.table import Table


def spark_words(expression: ibis.Table, table: Table) -> str:
    """Compile an expression to Spark's words, with exactly the columns and types the table promises."""
    return compiler.to_sqlglot(as_promised(expression, table)).transform(_as_spark_says).sql(dialect=compiler.dialect)


def _as_spark_says(node: sge.Expression) -> sge.Expression:
    """Bring sums back to 64 bits (sanyi.tables.money): Spark's own are, and raise beyond; bracket a membership that is compared."""
    if isinstance(node, sge.Anonymous) and str(node.this).lower() == "whole":
        return sge.cast(node.expressions[0], "bigint")
    if isinstance(node, sge.In) and isinstance(node.parent, sge.Binary) and not isinstance(node.parent, sge.Connector):
        return sge.Paren(this=node)
    return node
