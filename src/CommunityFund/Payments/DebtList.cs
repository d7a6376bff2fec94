using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>A claim or bill in a list.</summary>
/// <param name="IsForMe">Whether the reader is the one to move it on.</param>
public sealed record DebtItem(
    long Id, string Code, DebtKind Kind, string Title, string Payee, Amount Amount, LocalDate DueOn, Instant SubmittedAt, DebtState State,
    bool IsMine, bool IsForMe);

/// <summary>Claims and bills: one's own, and those whose funds the reader's role reaches; those that wait for the reader first.</summary>
public sealed record DebtList : Query<IReadOnlyList<DebtItem>>
{
    /// <summary>At most so many are listed.</summary>
    public const int Shown = 200;

    internal override Need Needs => Need.Any(Paying.Claiming);

    internal override async Task<IReadOnlyList<DebtItem>> Answer(Work work, CancellationToken ct)
    {
        List<Debt> rows = await Visible(work).AsNoTracking()
            .OrderBy(row => row.State == DebtState.Paid || row.State == DebtState.Withdrawn ? 1 : 0)
            .ThenByDescending(row => row.DebtId).Take(Shown).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.DebtId)];
        var sums = (await work.Db.Set<DebtLine>().AsNoTracking().Where(line => line.BookId == work.Book && ids.Contains(line.DebtId))
            .GroupBy(line => new { line.DebtId, line.Version }).Select(group => new { group.Key, Units = group.Sum(line => line.Units) })
            .ToListAsync(ct)).ToDictionary(group => (group.Key.DebtId, group.Key.Version), group => group.Units);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.Select(row => (long?)row.CreditorId), ct);
        return
        [
            .. rows.Select(row => new DebtItem(
                row.DebtId, Debt.CodeOf(row.Kind, row.DebtId), row.Kind, row.Title, names[row.CreditorId],
                Amount.Fen(sums.GetValueOrDefault((row.DebtId, row.Version))), row.DueOn, row.SubmittedAt, row.State,
                row.SubmittedBy == work.Actor, IsFor(work, row)))
                .OrderBy(item => item.IsForMe ? 0 : 1),
        ];
    }

    /// <summary>One's own, and those of which the role reaches every fund: like a voucher, a debt is seen whole or not at all.</summary>
    internal static IQueryable<Debt> Visible(Work work)
    {
        int[] reached = [.. work.Rights.FundsOf(Paying.Readers)];
        long me = work.Actor ?? 0;
        return work.Db.Set<Debt>().Where(row => row.BookId == work.Book && (row.SubmittedBy == me || row.CreditorId == me
            || !work.Db.Set<DebtLine>().Any(line => line.BookId == row.BookId && line.DebtId == row.DebtId && line.Version == row.Version
                && !reached.Contains(line.FundId))));
    }

    /// <summary>Whether it waits for the reader; nobody approves what one asked for.</summary>
    internal static bool IsFor(Work work, Debt row) => row.State switch
    {
        DebtState.Submitted => work.Rights.Holds(Paying.Approving) && row.SubmittedBy != work.Actor && row.CreditorId != work.Actor,
        DebtState.Approved => work.Rights.Holds(Role.Accountant),
        DebtState.Returned => row.SubmittedBy == work.Actor,
        _ => false,
    };
}
