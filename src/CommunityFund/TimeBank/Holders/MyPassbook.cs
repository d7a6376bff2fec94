using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>存折: what a holder has, the lots that points stand in, and what moved in one month.</summary>
/// <param name="Month">The month shown: the one asked for, else the last in which something moved.</param>
/// <param name="Earlier">The month before in which something moved.</param>
public sealed record PassbookView(
    LocalDate Today, HolderSums Sums, IReadOnlyList<LotRow> Lots, PeriodNumber Month, PeriodNumber? Earlier, PeriodNumber? Later,
    IReadOnlyList<HolderMove> Moves)
{
    /// <summary>Points that expire within 60 days, the most urgent first.</summary>
    public IReadOnlyList<LotRow> Warned => [.. Lots.Where(lot => lot.Warning != LotWarning.None)];

    internal static async Task<PassbookView> Of(Work work, int programme, long person, int? month, CancellationToken ct)
    {
        HolderBook book = new(work, programme, person);
        int shown = month is { } asked && asked % 100 is >= 1 and <= 12 ? asked : AccountingPeriod.Of(work.Today);
        (int? earlier, int? later) = await book.Around(shown, ct);
        IReadOnlyList<HolderMove> moves = await book.Moves(shown, shown, ct);
        if (moves.Count == 0 && month is null && earlier is { } last)
        {
            shown = last;
            (earlier, later) = await book.Around(shown, ct);
            moves = await book.Moves(shown, shown, ct);
        }

        return new PassbookView(work.Today, await book.Sums(ct), await book.Lots(ct), new PeriodNumber(shown),
            earlier is { } before ? new PeriodNumber(before) : null, later is { } after ? new PeriodNumber(after) : null, moves);
    }
}

/// <summary>The holder's own passbook.</summary>
/// <param name="Month">YYYYMM; null for the last in which something moved.</param>
public sealed record MyPassbook(MemberPass Pass, int? Month = null) : Query<PassbookView>
{
    internal override Need Needs => Need.Anybody;

    internal override async Task<PassbookView> Answer(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        PassbookView mine = await PassbookView.Of(work.In(me.BookId), me.FundId, me.PersonId, Month, ct);
        return mine with { Moves = [.. mine.Moves.Select(move => move with { Slip = null })] };
    }
}
