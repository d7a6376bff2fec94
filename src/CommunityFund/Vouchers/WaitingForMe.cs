using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>A voucher that somebody should look at.</summary>
public sealed record WaitingItem(long VoucherId, LocalDate OccurredOn, string Text, Amount Total, string Maker, string Reason);

/// <summary>Vouchers in one plight: how many, and the first five.</summary>
public sealed record WaitingItems(int Count, IReadOnlyList<WaitingItem> First)
{
    public static WaitingItems None { get; } = new(0, []);
}

/// <summary>What waits for a person among the vouchers; a bundle is one thing to decide and stands here once.</summary>
/// <param name="ToReview">Others' vouchers that the person may review, oldest first.</param>
/// <param name="OwnWaiting">The person's own, which others have still to review.</param>
/// <param name="SentBack">The person's own that were sent back during the last thirty days, newest first.</param>
/// <param name="HasOpening">Whether opening balances are posted or wait.</param>
public sealed record WaitingVouchers(WaitingItems ToReview, WaitingItems OwnWaiting, WaitingItems SentBack, bool HasOpening);

/// <summary>What waits for me among the vouchers.</summary>
public sealed record WaitingForMe : Query<WaitingVouchers>
{
    private const int Shown = 5;
    private static readonly Duration Recent = Duration.FromDays(30);

    internal override Need Needs => Need.Person;

    internal override async Task<WaitingVouchers> Answer(Work work, CancellationToken ct)
    {
        IQueryable<Voucher> vouchers = work.Db.Vouchers.AsNoTracking()
            .Where(voucher => voucher.BookId == work.Book && voucher.BundleId == null);
        IQueryable<Voucher> waiting = vouchers.Where(voucher => voucher.State == VoucherState.Prepared);
        Instant since = work.Now - Recent;
        bool reviews = work.Rights.Holds(Role.VoucherReviewer), keeps = work.Rights.Holds(Role.Accountant);
        return new WaitingVouchers(
            reviews ? await Items(work, Reviewable(work, waiting).OrderBy(voucher => voucher.PreparedAt), ct) : WaitingItems.None,
            keeps ? await Items(work, waiting.Where(voucher => voucher.MakerId == work.Actor)
                .OrderBy(voucher => voucher.PreparedAt), ct) : WaitingItems.None,
            keeps
                ? await Items(work,
                vouchers.Where(voucher => voucher.State == VoucherState.Rejected && voucher.MakerId == work.Actor
                    && voucher.DecidedAt >= since).OrderByDescending(voucher => voucher.DecidedAt), ct)
                : WaitingItems.None,
            await vouchers.AnyAsync(voucher => voucher.Kind == VoucherKind.Opening
                && (voucher.State == VoucherState.Prepared || voucher.State == VoucherState.Posted), ct));
    }

    private static IQueryable<Voucher> Reviewable(Work work, IQueryable<Voucher> waiting)
    {
        int[] funds = [.. work.Rights.FundsOf(Role.VoucherReviewer)];
        bool all = work.Rights.ReachesAll(Role.VoucherReviewer);
        return waiting.Where(voucher => voucher.MakerId != work.Actor
            && (all || !work.Db.VoucherLines.Any(line => line.BookId == voucher.BookId && line.VoucherId == voucher.VoucherId
                                                         && !funds.Contains(line.FundId))));
    }

    private static async Task<WaitingItems> Items(Work work, IOrderedQueryable<Voucher> vouchers, CancellationToken ct)
    {
        int count = await vouchers.CountAsync(ct);
        List<Voucher> first = count == 0 ? [] : await vouchers.ThenBy(voucher => voucher.VoucherId).Take(Shown).ToListAsync(ct);
        long[] texts = [.. first.Select(voucher => voucher.NarrativeId)];
        Dictionary<long, string?> words = await work.Db.Set<Narrative>()
            .Where(row => row.BookId == work.Book && texts.Contains(row.NarrativeId))
            .ToDictionaryAsync(row => row.NarrativeId, row => row.Text, ct);
        var names = await PersonName.Of(work, first.Select(voucher => (long?)voucher.MakerId), ct);
        return new WaitingItems(count,
        [
            .. first.Select(voucher => new WaitingItem(
                voucher.VoucherId, voucher.OccurredOn, words[voucher.NarrativeId] ?? "", Amount.Fen(voucher.Total),
                    names[voucher.MakerId], voucher.Reason)),
        ]);
    }
}
