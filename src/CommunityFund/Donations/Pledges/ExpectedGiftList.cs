using CommunityFund.Books;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Pledges;

/// <summary>How a gift that is waited for stands.</summary>
public enum AwaitedState
{
    /// <summary>Its day has not come.</summary>
    Awaited,

    /// <summary>Its day has passed.</summary>
    Overdue,

    /// <summary>The bank's line was found; its voucher waits for review.</summary>
    Matched,

    /// <summary>It came.</summary>
    Came,

    /// <summary>It is waited for no more.</summary>
    Closed,
}

/// <summary>A gift of a monthly giver or matching partner.</summary>
public sealed record AwaitedItem(long Id, LocalDate DueOn, Amount Amount, AwaitedState State, long? Voucher);

/// <summary>A monthly giver.</summary>
/// <param name="Code">What the donor is asked to write beside the transfer.</param>
public sealed record RecurringItem(
    long Id, string Code, string Donor, string Fund, Amount Amount, int DayOfMonth, LocalDate BeginsOn, bool IsRunning, string Reason,
    IReadOnlyList<AwaitedItem> Gifts, bool MayKeep);

/// <summary>A partner who matches gifts.</summary>
/// <param name="Given">What others gave so far.</param>
/// <param name="Due">What that makes, within the cap.</param>
/// <param name="Asked">What of it was asked for or came.</param>
public sealed record MatchingItem(
    long Id, string Code, string Partner, string Fund, int PerHundred, Amount Cap, LocalDate FromDay, LocalDate UntilDay, string About, Amount Given,
    Amount Due, Amount Asked, IReadOnlyList<AwaitedItem> Gifts, bool MayKeep)
{
    public Amount ToAsk => Due - Asked;
}

/// <summary>Gifts that are waited for.</summary>
public sealed record ExpectedGifts(
    LocalDate Today, IReadOnlyList<RecurringItem> Recurring, IReadOnlyList<MatchingItem> Matching, IReadOnlyList<Fund> Funds,
    bool MayKeep, bool MayPlan);

/// <summary>Monthly givers and matching partners of the funds that the reader sees.</summary>
public sealed record ExpectedGiftList : Query<ExpectedGifts>
{
    internal override Need Needs => Need.Any(ReceiptKeeping.Readers);

    internal override async Task<ExpectedGifts> Answer(Work work, CancellationToken ct)
    {
        int[] seen = [.. work.Rights.FundsOf(ReceiptKeeping.Readers)];
        List<RecurringGift> recurring = await work.Db.Set<RecurringGift>().AsNoTracking()
            .Where(row => row.BookId == work.Book && seen.Contains(row.FundId))
            .OrderBy(row => row.EndedAt != null).ThenByDescending(row => row.RecurringGiftId).ToListAsync(ct);
        List<MatchingPromise> matching = await work.Db.Set<MatchingPromise>().AsNoTracking()
            .Where(row => row.BookId == work.Book && seen.Contains(row.FundId)).OrderByDescending(row => row.MatchingPromiseId).ToListAsync(ct);
        List<Awaited> gifts = await Awaiting(work, ct);
        var names = await PersonName.Of(work, recurring.Select(row => (long?)row.DonorId).Concat(matching.Select(row => (long?)row.PartnerId)), ct);
        IReadOnlyList<Fund> funds = await work.Funds(ct);
        Dictionary<int, string> called = funds.ToDictionary(fund => fund.FundId, fund => fund.Name);
        List<MatchingItem> partners = [];
        foreach (MatchingPromise row in matching)
        {
            (Amount given, Amount asked) = await ClaimMatching.SoFar(work, row, ct);
            partners.Add(new MatchingItem(
                row.MatchingPromiseId, MatchingPromise.CodeOf(row.MatchingPromiseId), names[row.PartnerId], called[row.FundId], row.PerHundred,
                Amount.Fen(row.CapUnits), row.FromDay, row.UntilDay, row.About, given, row.DueFor(given), asked,
                [.. gifts.Where(gift => gift.Matching == row.MatchingPromiseId).Select(gift => gift.Item)], Keeps(row.FundId)));
        }

        return new ExpectedGifts(
            work.Today,
            [
                .. recurring.Select(row => new RecurringItem(row.RecurringGiftId, RecurringGift.CodeOf(row.RecurringGiftId), names[row.DonorId],
                    called[row.FundId], Amount.Fen(row.Units), row.DayOfMonth, row.BeginsOn, row.EndedAt is null, row.Reason,
                    [.. gifts.Where(gift => gift.Recurring == row.RecurringGiftId).Select(gift => gift.Item)], Keeps(row.FundId))),
            ],
            partners, [.. funds.Where(fund => fund is { IsOwn: true, State: not FundState.Closed } && Keeps(fund.FundId))],
            work.Rights.Holds(Role.Accountant), work.Rights.ReachesAll(Role.Accountant));

        bool Keeps(int fund) => work.Rights.Reaches([Role.Accountant], fund);
    }

    private static async Task<List<Awaited>> Awaiting(Work work, CancellationToken ct) =>
    [
        .. (await (
            from row in work.Db.Set<ExpectedGift>().AsNoTracking()
            join expectation in work.Db.Set<Expectation>() on new { row.BookId, Id = row.ExpectationId } equals
                new { expectation.BookId, Id = (long?)expectation.ExpectationId }
            where row.BookId == work.Book
            orderby row.DueOn, row.ExpectedGiftId
            select new { Row = row, expectation.VoucherId, expectation.ClosedAt }).ToListAsync(ct))
            .Select(found => new Awaited(found.Row.RecurringGiftId, found.Row.MatchingPromiseId, new AwaitedItem(
                found.Row.ExpectedGiftId, found.Row.DueOn, Amount.Fen(found.Row.Units),
                found.Row.DonationId is not null ? AwaitedState.Came : found.ClosedAt is not null ? AwaitedState.Closed
                    : found.VoucherId is not null ? AwaitedState.Matched : found.Row.DueOn < work.Today ? AwaitedState.Overdue : AwaitedState.Awaited,
                found.VoucherId))),
    ];

    private sealed record Awaited(long? Recurring, long? Matching, AwaitedItem Item);
}
