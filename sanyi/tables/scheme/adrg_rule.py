"""What each basic group asks of a case; several rows for one group are alternatives."""
from sanyi.tables.scheme.conditions import CONDITIONS
from sanyi.tables.table import Table, flag, text, whole

ADRG_RULE = Table("adrg_rule", "ADRG 入组条件", "Predicates of the basic groups", key=("mdc", "adrg", "seq"), columns=(
    text("mdc", "主要诊断大类", "major category"), whole("seq", "次序", "order", minimum=0),
    text("adrg", "核心疾病诊断相关组", "basic group"),
    flag("pdx_in", "主要诊断在诊断表 0", "principal diagnosis in diagnosis list 0"),
    flag("any_dx_in", "任一诊断在诊断表 0", "any diagnosis in diagnosis list 0"),
    flag("main_proc_in", "主要操作在操作表 0", "main operation in operation list 0"),
    flag("any_proc_in0", "任一操作在操作表 0", "any operation in operation list 0"),
    flag("any_proc_in1", "任一操作在操作表 1", "any operation in operation list 1"),
    flag("main_proc_valid", "主要操作为有效手术", "main operation is valid"),
    flag("no_valid_proc", "没有有效手术", "no operation is valid"),
    flag("any_proc_valid", "任一操作为有效手术", "any operation is valid", nullable=True),
    text("tag_dnf", "操作标签组合，如 1+2;1+3+4", "tags of operations: 1+2;1+3+4 reads 1 and 2, or 1 and 3 and 4", nullable=True),
    flag("tags_apart", "同一组合的标签须来自不同操作", "the tags of one combination come from different operations", nullable=True),
    text("dx_lists", "各诊断表中各有一个诊断，如 1+2", "a diagnosis, principal included, from each of these lists", nullable=True),
    text("sdx_lists", "各诊断表中各有一个次要诊断", "a secondary diagnosis from each of these lists", nullable=True),
    text("proc_lists", "各操作表中各有一个操作", "an operation from each of these lists", nullable=True),
    *CONDITIONS))
