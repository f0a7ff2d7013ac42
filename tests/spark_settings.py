"""How tests ask for Spark."""
# Tiny tables: one task a stage, nothing generated, no second compiler; a query takes a tenth of a second, not two.
SMALL_SPARK = {"spark.sql.shuffle.partitions": "1", "spark.sql.adaptive.enabled": "false", "spark.sql.codegen.wholeStage": "false",
               "spark.sql.codegen.factoryMode": "NO_CODEGEN", "spark.sql.constraintPropagation.enabled": "false",
               "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
