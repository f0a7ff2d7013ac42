"""How a case that waits is put right, by why it waits."""
Words = tuple[str, str]
MENDING: dict[str, Words] = {
    "no_principal_diagnosis": ("请机构补填主要诊断后重新上传结算清单", "the institution adds the principal diagnosis and sends the settlement list again"),
    "two_principal_diagnoses": ("请机构只留一个主要诊断（本次住院主要治疗的疾病），其余改为其他诊断，重新上传结算清单；系统不代为取舍",
                                "the institution leaves one principal diagnosis (what the stay was mainly for), makes the others other diagnoses, and sends the settlement list again; none is picked for it"),
    "unknown_diagnosis": ("请机构按现行医保版编码更正主要诊断后重新上传", "the institution corrects the principal diagnosis to a code in force and sends the list again"),
    "invalid_principal": ("该编码不能作主要诊断：请机构改填本次住院的病因诊断后重新上传", "the code may not be a principal diagnosis: the institution gives the cause of the stay instead and sends the list again"),
    "no_bill": ("请机构补传结算单；费用未知不按零处理", "the institution sends the bill; a cost that is not known is not taken for 0"),
    "no_history": ("该综合病种没有历史费用：可申请特例单议，由经办机构核定", "the comprehensive group has no history: apply for a special review, and the bureau decides"),
    "unknown_sex": ("请机构更正性别后重新上传", "the institution corrects the sex and sends the list again"),
    "no_age": ("请机构补填年龄后重新上传", "the institution adds the age and sends the list again"),
    "no_age_in_days": ("请机构补填日龄后重新上传", "the institution adds the age in days and sends the list again"),
    "no_birth_weight": ("请机构补填新生儿体重后重新上传", "the institution adds the birth weight and sends the list again"),
    "unknown_operation": ("请机构按现行医保版编码更正手术操作后重新上传", "the institution corrects the operation to a code in force and sends the list again"),
}


def with_mending(said: Words, status: str, reason: str | None) -> Words:
    """What is said of a case, and, while it waits for correction, what is to be done and by whom."""
    if status != "pending" or reason not in MENDING:
        return said
    zh, en = MENDING[reason]
    return f"{said[0]}更正办法：{zh}。", f"{said[1]} To put it right: {en}."
