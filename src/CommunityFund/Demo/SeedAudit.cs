using CommunityFund.Audits;
using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>
/// The finance officer drew a sample of January's payments: the list that one voucher lacked came and was found in order, and the finding about
/// another waits for its answer.
/// </summary>
internal static class SeedAudit
{
    /// <param name="today">The day on which the demo is filled in; what waits is due after it.</param>
    public static async Task Run(FundSession officer, FundSession accountant, DemoClock clock, LocalDate today, CancellationToken ct)
    {
        clock.Turn(today.PlusDays(-6), 10, 0);
        long sample = await officer.Run(new DrawSample(GrantCast.Key(), SampleClass.CashOut, new LocalDate(2026, 1, 1), new LocalDate(2026, 1, 31),
            6, "现场掷骰 4 2 6 1 3 5", "一月已结账，抽查付款凭证"), ct);

        // Both are larger than the interval, so every seed draws them.
        IReadOnlyList<SampleSheetRow> drawn = (await officer.Ask(new SampleSheet(sample), ct)).Rows;
        long gifts = drawn.Single(row => row.Narrative == "春节慰问高龄老人").Voucher, visits = drawn.Single(row => row.Narrative == "助老上门服务 一月").Voucher;
        long asked = await officer.Run(new RaiseRemark(GrantCast.Key(), gifts, RemarkKind.Question,
            "只附了采购发票，看不出慰问金发给了哪些老人。请附发放名单。", new RemarkDue(WorkingDays: 5), Sample: sample), ct);
        await officer.Run(new RaiseRemark(GrantCast.Key(), visits, RemarkKind.Finding,
            "付了 7,500 元服务费，没有附上门服务记录。请补上记录和老人签字，以后每月随发票一起附。",
            new RemarkDue(WorkingDays: 15), RemarkSeverity.Ordinary, sample), ct);

        clock.Turn(today.PlusDays(-5), 15, 0);
        await accountant.Run(new AnswerRemark(GrantCast.Key(), asked, 1, "名单附上：62 位老人，每人 200 元，合计 12,400 元，社区盖章。",
            [await GrantCast.Keep(accountant, "发放名单 春节慰问.pdf", "春节慰问发放名单", "62 人，每人 200.00 元，合计 12,400.00 元，签收齐全", ct)]), ct);
        clock.Turn(today.PlusDays(-4), 9, 30);
        await officer.Run(new CloseRemark(GrantCast.Key(), asked, 2, "名单与金额相符，上门问了两户，都收到了。"), ct);
    }
}
