"""Hints from the words of a header and the form of a cell. A hint can be wrong; cells count more than headers."""

import re


def _words(*words: str, before: str = "", after: str = "") -> re.Pattern[str]:
    return re.compile(f"{before}(?:{'|'.join(words)}){after}", re.IGNORECASE)


QUESTION = _words("是否", "^有无", "^能否", "^可否", "^已")
DATE = _words(
    "日期", "时间", "时限", "期限", "年月日", "(?:日|时|起|止)$", "_(?:on|at|date|since)$", "^(?:date|since)"
)  # fmt: skip
CODE = _words(
    "编号", "编码", "代码", "号码", "邮编", "(?<!序)号", "^id", "_id", "_no", "_code", after=r"(?:\(.*\))?$"
)  # fmt: skip
DECIMAL = _words(
    r"\([万亿]?元\)", "金额", "资金", "单价", "费用?$", "平方米", "㎡", "率", "比例", "得分", "分数", "评分", "经度",
    "纬度", "小时", "hours", "amount",
)  # fmt: skip
PHONE = _words("电话", "手机", "联系方式", "热线", "传真", "phone", "mobile", "tel")
RESIDENT_ID = _words("身份证", "证件号", "id_?card")
CREDIT_CODE = _words("统一社会信用代码$", "uscc$")
KIND = _words(
    "类", "类别", "类型", "种类", "级别", "层级", "等级", "来源", "渠道", "状态", "状况", "结果",
    "结论", "进度", "方式", "形式", "性质", "领域", "性别", "民族", "学历", "面貌", "kind", "type",
    "category", "class", "level", "status", after="$",
)  # fmt: skip
"""Each cell is one of a few words."""

PLACE = _words(
    "街道", "社区", "镇", "乡", "村", "省", "市$", "区$", "县", "地址", "地点", "单位", "部门", "机构", "名称", "学院",
    "院系", "班级", "科室",
)  # fmt: skip
"""The cells are names, of which there may be more tomorrow."""

ORGANISATION = _words(
    "单位", "企业", "机构", "公司", "组织", "项目", "场所", "小区", "学校", "医院", "网点", "站点", "注册",
    "经营", "办公",
)  # fmt: skip
NOT_YET = _words(
    "时限", "期限", "截止", "到期", "有效期", "计划", "预计", "预定", "拟", "应", "开始", "结束", "起始", "终止",
    "due", "deadline", "planned", "starts", "ends", "until", "expir",
)  # fmt: skip
"""The date is a limit, a plan or a term, and may lie in the future."""

EVENTS = _words(
    "记录", "明细", "流水", "成绩", "活动", "场次", "事件", "日志",
    "(?:events|records|visits|sessions|results|services|reviews)$",
)  # fmt: skip
FOLLOWED_UP = _words(
    "办结", "完成", "结案", "关闭", "完结", "销案", "更新", "closed", "completed", "finished", "done", "updated"
)  # fmt: skip
"""A date by which a row changes after it was first delivered."""

DIGIT = "[0-9０-９]"
DIGITS = rf"{DIGIT}+"
LEADING_ZERO = "0[0-9]+"
ASCII_WORD = r"[A-Za-z0-9_./-]+"
ANSWERS = (("是", "否"), ("有", "无"), ("√", "×"), ("Y", "N"), ("TRUE", "FALSE"), ("true", "false"), ("1", "0"))
YES_OR_NO = "是|否|有|无|没有|√|×|✓|Y|N|TRUE|FALSE|true|false"
MOBILE = "1[3-9][0-9]{9}"
EIGHTEEN_DIGITS = "[1-9][0-9]{16}[0-9Xx]"

# The hundred commonest family names cover some 85 of a hundred people in China (Ministry of Public Security, 2020).
_FAMILY_NAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许"
    "傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆"
    "郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施"
    "陶洪翟安颜倪严"
)
_HANZI = "\u4e00-\u9fff·"
PERSON = rf"[{_FAMILY_NAMES}][{_HANZI}]{{1,3}}"
RUN_OF_HANZI = rf"[{_HANZI}]+"
