"""What a terminal shows: delivered text as it is, whatever a terminal library takes for markup."""

from pipelines import report
from pipelines.operations.dry_run import DryRun


def test_delivered_text_is_not_taken_for_markup() -> None:
    refused = [("[/台账]", 3, "诉求来源", "只能填写热线", "[bold]热线[/备注]")]
    with report._CONSOLE.capture() as capture:
        report.dry_run(DryRun("rejected", "工作表“[/备注]”没有表头", 1, 0, 1, ("[/提示]",), refused, []))
    shown = "".join(capture.get().split())
    assert "“[/备注]”" in shown
    assert "[/提示]" in shown
    assert "[/台账]" in shown
    assert "[bold]热线[/备注]" in shown
