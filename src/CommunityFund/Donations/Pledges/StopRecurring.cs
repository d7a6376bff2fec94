using CommunityFund.Books;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations.Pledges;

/// <summary>Somebody gives no more every month: what is still waited for is waited for no more.</summary>
public sealed record StopRecurring(Guid Key, long Recurring, [property: Personal] string Reason) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Role.Accountant).For(
        await work.Db.Set<RecurringGift>().Where(row => row.BookId == work.Book && row.RecurringGiftId == Recurring)
            .Select(row => row.FundId).ToListAsync(ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from recurring_gift where book_id = {work.Book} and recurring_gift_id = {Recurring} for no key update", ct);
        RecurringGift gift = await work.Db.Set<RecurringGift>().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.RecurringGiftId == Recurring && row.EndedAt == null, ct) ?? throw new RefusedException(RecurringGift.NotRunning);
        (gift.EndedBy, gift.EndedAt, gift.Reason) = (work.ActorId, work.Now, ReceiptKeeping.Reason(Reason));
        await CloseExpectedGift.Close(work, row => row.RecurringGiftId == Recurring, ct);
        return Done.It;
    }
}

/// <summary>One gift that was waited for will not come, such as the one of a month that a monthly giver left out.</summary>
public sealed record CloseExpectedGift(Guid Key, long ExpectedGift) : Command<Done>(Key)
{
    /// <summary>It came, or is waited for no more.</summary>
    public const string NotOpen = "recurring.not-open";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Role.Accountant).For(
        await (from awaited in work.Db.Set<ExpectedGift>()
               join line in work.Db.Set<ExpectationLine>() on new { awaited.BookId, Id = awaited.ExpectationId } equals
                   new { line.BookId, Id = (long?)line.ExpectationId }
               where awaited.BookId == work.Book && awaited.ExpectedGiftId == ExpectedGift
               select line.FundId).Distinct().ToListAsync(ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct) =>
        await Close(work, row => row.ExpectedGiftId == ExpectedGift, ct) > 0 ? Done.It : throw new RefusedException(NotOpen);

    /// <returns>How many were open.</returns>
    internal static async Task<int> Close(
        Work work, System.Linq.Expressions.Expression<Func<ExpectedGift, bool>> which, CancellationToken ct)
    {
        List<Expectation> open = await (
            from awaited in work.Db.Set<ExpectedGift>().Where(row => row.BookId == work.Book).Where(which)
            join expectation in work.Db.Set<Expectation>() on new { awaited.BookId, Id = awaited.ExpectationId } equals
                new { expectation.BookId, Id = (long?)expectation.ExpectationId }
            where expectation.VoucherId == null && expectation.ClosedAt == null
            select expectation).ToListAsync(ct);
        open.ForEach(row => (row.ClosedBy, row.ClosedAt) = (work.ActorId, work.Now));
        return open.Count;
    }
}
