using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Periods;

/// <summary>What a close answers: the vouchers that it posted, fund by fund.</summary>
public sealed record ClosedMonth(int Period, IReadOnlyList<PostedNumber> Vouchers);

/// <summary>
/// 结账: what stands in the way is looked for, income and expense of every fund go into net assets, and nothing is booked in the month any
/// more, ever. The rule that two people approved reviews the vouchers; the database proves each of them, and that nothing is left. Last the
/// log of the books is sealed.
/// </summary>
/// <param name="Period">YYYYMM, or YYYY13 for the adjusting period.</param>
/// <param name="HeldReason">Why bank lines that were set aside stay so.</param>
/// <param name="SuspenseReason">Why money received before the month is still nobody's.</param>
/// <param name="Approval">For the adjusting period, how the annual report was approved.</param>
public sealed record CloseMonth(
    Guid Key, int Period, [property: Personal] string HeldReason = "", [property: Personal] string SuspenseReason = "",
    [property: Personal] string Approval = "") : Command<ClosedMonth>(Key)
{
    /// <summary>Something stands in the way; the facts list it.</summary>
    public const string NotReady = "period.not-ready";

    internal static readonly Role[] Closers = [Role.Accountant, Role.VoucherReviewer];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Closers).ForWholeBook().Proved());

    internal override async Task<ClosedMonth> Apply(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync($"select lock_for_closing({work.Book}, {Period})", ct);
        AccountingPeriod month = await work.Db.Set<AccountingPeriod>().AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.Number == Period, ct);
        IReadOnlyDictionary<string, string> reasons = await ClosingReason.Given(work, Period,
            [(ClosingReason.HeldLines, HeldReason), (ClosingReason.Suspense, SuspenseReason), (ClosingReason.AnnualReport, Approval)], ct);
        IReadOnlyList<ClosingCheck> blocking =
            [.. (await ClosingChecks.Of(work, month, ct)).Where(check => check.Blocks && !reasons.ContainsKey(check.Reason))];
        if (blocking.Count > 0)
        {
            throw new RefusedException(NotReady, ("period", new PeriodNumber(Period)), ("count", blocking.Count),
                ("blockers", blocking.Select((check, place) =>
                    Sentence.Of("closing.numbered", ("number", place + 1), ("what", check.Says))).ToArray()));
        }

        await work.Db.SaveChangesAsync(ct);
        IReadOnlyList<PostedNumber> posted = await Carry(work, month, ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"select close_period({work.Book}, {Period}, {work.ActorId}, {work.Now.ToDateTimeUtc()})", ct);
        await Checkpoint.SealClose(work, Period, ct);
        return new ClosedMonth(Period, posted);
    }

    private static async Task<IReadOnlyList<PostedNumber>> Carry(Work work, AccountingPeriod month, CancellationToken ct)
    {
        IReadOnlyList<Draft> drafts = [.. (await ClosingEntries.Of(work, month, ct)).Select(closing =>
            new Draft(closing.Entry, VoucherKind.Close, IsAdjusting: month.Number % 100 == 13))];
        if (drafts.Count == 0)
        {
            return [];
        }

        IReadOnlyList<long> vouchers = await new VoucherWriter(work).WriteClosing(drafts, ct);
        return await new PostingDoor(work.Db).PostByRule(work.Book, vouchers, ReviewRule.MonthClose, work.Now, ct);
    }
}
