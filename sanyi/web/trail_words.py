"""What the audit trail's codes are called: what an event was about, and which step it was."""
from collections.abc import Mapping
from functools import cache

from sanyi.store.jobs.kinds import job_kinds
from sanyi.store.one import NOT_STEPS
from sanyi.store.trail.watching import PATTERNS
from sanyi.workflows import workflows

Words = tuple[str, str]
# What is no workflow of its own; a list of something ends in `_list`.
OTHERS: Mapping[str, Words] = {
    "account": ("账户", "account"), "token": ("令牌", "token"), "delegation": ("授权办理", "delegation"), "page": ("页面", "page"), "today": ("今日待办", "work of today"),
    "background_job": ("后台任务", "background job"), "backup": ("备份", "backup"), "audit_trail": ("审计轨迹", "audit trail"), "access_history": ("调阅记录", "access history"),
    "person": ("人员", "person"), "person_index": ("人员主索引", "person index"), "person_search": ("人员查找", "search for a person"), "person_pick": ("选择人员", "choosing a person"),
    "health_record": ("健康档案", "health record"), "record_consent": ("调阅授权", "consent"), "visit": ("就诊登记", "visit"), "account_code": ("开户码", "account code"), "health_card": ("健康卡", "health card"), "team_member": ("团队成员", "member of a team"), "service_package": ("服务包", "package"), "recognition": ("结果互认", "recognition"), "diagnosis_rules": ("检查检验规则", "rules of examinations"), "ledger": ("台账", "ledger"), "evaluation": ("评价", "evaluation"),
    "organisation": ("机构与人员", "organisation"), "institution": ("机构", "institution"), "consortium": ("医联体", "consortium"), "membership": ("医联体成员", "membership"),
    "department": ("科室", "department"), "staff": ("人员（职工）", "member of staff"), "posting": ("任职", "posting"), "slot": ("号源", "slot"), "roster": ("排班", "roster"), "notice": ("告知", "notice"),
    "my_appointments": ("本人预约", "own appointments"), "appointment_day": ("当日预约", "appointments of the day"), "allergy": ("过敏史", "allergy"), "formulary": ("药品目录", "formulary"),
    "polypharmacy": ("多重用药", "polypharmacy"), "prescription_form": ("开方", "writing a prescription"), "exam_duty": ("值班", "duty"), "message": ("短信", "text message"), "message_wish": ("短信接收意愿", "wish about text messages"), "message_sender": ("短信通道", "sender of text messages"), "exam_file": ("检查图像与附件", "images of an examination"), "device": ("检查设备", "device"), "delivery": ("药品配送", "delivery"),
    "referral_offer": ("接收目录", "directory entry"), "evidence": ("证据", "evidence"), "publication": ("发布", "publishing"), "results": ("运行结果", "results of a run"), "record": ("标准记录", "record"),
    "table": ("数据表", "table"), "case": ("病例", "case"), "refused_rows": ("退回数据", "refused rows"), "audit_rule": ("审核规则", "audit rule"), "audit_hits": ("审核命中", "audit hits"),
    "benefit": ("待遇", "benefits"), "what_if": ("试算", "what-if"), "plan_draft": ("方案草稿", "draft of a plan"), "reading": ("指标值", "reading"), "ledger_item": ("台账事项", "ledger item"),
    "contract_work": ("标化工作量", "standardised workload"), "contract_terms": ("签约条款", "terms of contracts"), "contract_succession": ("机构合并转接", "succession"), "doctor_team": ("家庭医生团队", "doctor team"),
    "exam_measures": ("检验数值", "measured values"), "device_control": ("室内质控", "quality control"), "teaching_case": ("教学病例", "teaching case"), "teaching_reading": ("教学病例阅读", "reading of a teaching case"),
    "message": ("短信", "text message"), "message_wish": ("短信意愿", "wish about text messages"), "message_sender": ("短信发送设置", "sender of text messages"), "fhir": ("FHIR 接口", "FHIR"), "work": ("业务（接口）", "work, by a program")}
STEPS: Mapping[str, Words] = {
    "attach": ("上传", "attach"), "set_aside": ("撤下", "set aside"), "measure": ("录入数值", "measured"), "control": ("质控", "control"), "run": ("登记质控", "a run of a control"),
    "calibrate": ("登记校准", "calibrated"), "retire": ("停用", "retired"),
    "new": ("新建", "new"), "read": ("查阅", "read"), "add": ("新增", "add"), "change": ("更改", "change"), "end": ("终止", "end"), "begin": ("开始", "begin"), "open": ("登记", "open"), "close": ("关闭", "close"), "load": ("导入", "load"),
    "make": ("建立", "make"), "give": ("给予", "give"), "take": ("取用", "take"), "take_back": ("收回", "take back"), "withdraw": ("撤回", "withdraw"), "password": ("换新密码", "new password"),
    "own_password": ("本人改密码", "own password changed"), "rights": ("变更权限", "change rights"), "tell": ("告知", "tell"), "ask": ("发起", "ask"), "start_again": ("重新开始", "start again"),
    "unmask": ("查看明文", "unmask"), "break_glass": ("紧急调阅", "break the glass"), "present": ("出示", "present"), "evaluate": ("评价", "evaluate"), "record_death": ("登记死亡", "death recorded"), "undo_death": ("撤销死亡登记", "death taken back"), "confirm_death": ("区域记录确认死亡", "death confirmed by the region's record"), "correct": ("更正", "correct"), "register": ("登记", "register"), "note_allergy": ("登记过敏", "note an allergy"), "enter": ("列入", "entered"), "roll": ("登记名册", "roll loaded"), "use": ("使用", "use"), "keep": ("存入", "keep"), "check": ("核验", "check"), "accepted": ("采用", "accepted"), "declined": ("不采用", "declined"),
    "give_service": ("登记服务", "service given"), "weigh": ("测算待遇影响", "benefit effect"), "record_emergency": ("补登急诊", "emergency recorded"), "overbook": ("加号", "overbook"), "join": ("加入候补", "join"), "draft": ("起草", "draft"),
    "delegate": ("授权", "delegate"), "revoke": ("撤销", "revoke"), "restore": ("恢复", "restore"), "pass_on": ("转接", "pass on"), "publish": ("发布", "publish")}


@cache
def subjects() -> Mapping[str, Words]:
    """Every subject's words by its code, lists included."""
    known = {**OTHERS, **{each.name: (each.zh, each.en) for each in workflows()}}
    lists = {f"{name}_list": (f"{zh}列表", f"list: {en}") for name, (zh, en) in known.items()}
    return {**lists, **known}


@cache
def step_words(subject: str, step: str) -> Words:
    """A step's words as its workflow says them; else the common ones; else its own code."""
    if subject == "background_job":
        return next(((each.zh, each.en) for name, each in job_kinds().items() if name == step), STEPS.get(step, (step, step)))
    flow = next((each for each in workflows() if each.name == subject), None)
    own = next(((each.zh, each.en) for each in flow.steps if each.name == step), None) if flow else None
    return own or (STEPS.get(step) if subject != "reading" else None) or NOT_STEPS.get(step) or PATTERNS.get(step, (step, step))
