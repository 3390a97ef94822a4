"""A few appeals, delivered as a district would."""

from pipelines.home import Home

HEADER = "诉求编号,受理时间,诉求来源,诉求类别,办理时限,满意度"


def appeal(number: int, source: str = "热线") -> str:
    return f"A{number:03},2025-02-28 09:00,{source},噪音,2025-03-31,5"


def land(home: Home, name: str, *lines: str, district: str = "440303") -> None:
    path = home.landing / "district" / district / "appeals" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join((HEADER, *lines)), "utf-8")
