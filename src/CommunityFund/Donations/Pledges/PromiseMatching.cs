using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Pledges;

/// <summary>A partner has promised to match what others give to a fund within a time. Only a note; nothing is booked.</summary>
/// <param name="PerHundred">Yuan for every 100 yuan that others give.</param>
public sealed record PromiseMatching(
    Guid Key, [property: Personal] string Partner, PersonKind PartnerKind, int Fund, int PerHundred, Amount Cap,
    LocalDate FromDay, LocalDate UntilDay, Restriction Restriction, [property: Personal] string Clause,
    [property: Personal] string About) : Command<long>(Key)
{
    /// <summary>The rate is nothing or more than tenfold, or the cap is nothing.</summary>
    public const string BadRate = "matching.bad-rate";

    /// <summary>It ends before it begins.</summary>
    public const string BadDays = "matching.bad-days";

    /// <summary>Where the promise stands is missing or too long.</summary>
    public const string AboutMissing = "matching.about-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        if (PerHundred is < 1 or > 1000 || !Cap.IsPositive)
        {
            throw new RefusedException(BadRate, ("rate", PerHundred));
        }

        if (UntilDay < FromDay)
        {
            throw new RefusedException(BadDays, ("from", FromDay), ("until", UntilDay));
        }

        MatchingPromise promise = new()
        {
            BookId = work.Book,
            PartnerId = await Counterparty.FindOrAdd(work, PartnerKind, Partner, ct) ?? throw new RefusedException(NotePledge.DonorMissing),
            FundId = Fund,
            PerHundred = PerHundred,
            CapUnits = Cap.Units,
            FromDay = FromDay,
            UntilDay = UntilDay,
            Restriction = Restriction,
            Clause = await AwaitGift.Clause(work, Fund, Restriction, Clause, ct),
            About = PlainText.Of(About) is { Length: > 0 and <= 200 } about ? about : throw new RefusedException(AboutMissing, ("limit", 200)),
            NotedBy = work.ActorId,
            NotedAt = work.Now,
        };
        work.Db.Add(promise);
        await work.Db.SaveChangesAsync(ct);
        return promise.MatchingPromiseId;
    }
}

/// <summary>What a partner owes by the gifts so far, and was not asked for yet, is asked for: the bank's line is waited for.</summary>
public sealed record ClaimMatching(Guid Key, long Matching, LocalDate DueOn) : Command<Amount>(Key)
{
    /// <summary>Nothing is due beyond what is waited for or has come.</summary>
    public const string NothingDue = "matching.nothing-due";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Role.Accountant).For(
        await work.Db.Set<MatchingPromise>().Where(row => row.BookId == work.Book && row.MatchingPromiseId == Matching)
            .Select(row => row.FundId).ToListAsync(ct));

    internal override async Task<Amount> Apply(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select pg_advisory_xact_lock(hashtext('matching_promise'), {(int)(Matching % int.MaxValue)})", ct);
        MatchingPromise promise = await work.Db.Set<MatchingPromise>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.MatchingPromiseId == Matching, ct)
            ?? throw new RefusedException(MatchingPromise.Unknown);
        (Amount given, Amount asked) = await SoFar(work, promise, ct);
        Amount due = promise.DueFor(given) - asked;
        if (!due.IsPositive)
        {
            throw new RefusedException(NothingDue, ("given", given), ("asked", asked), ("cap", Amount.Fen(promise.CapUnits)));
        }

        await AwaitGift.Write(work, new ExpectedGift { BookId = work.Book, MatchingPromiseId = Matching, DueOn = DueOn, Units = due.Units },
            promise.PartnerId, promise.FundId, promise.Restriction, promise.Clause, "配捐", MatchingPromise.CodeOf(Matching), ct);
        return due;
    }

    /// <summary>What others gave to the fund in the time, and what the partner was asked for or gave for it.</summary>
    internal static async Task<(Amount Given, Amount Asked)> SoFar(Work work, MatchingPromise promise, CancellationToken ct)
    {
        IQueryable<Donation> gifts = work.Db.Set<Donation>().Where(gift => gift.BookId == work.Book && gift.FundId == promise.FundId
            && gift.State == DonationState.Accepted && gift.ReceivedOn >= promise.FromDay && gift.ReceivedOn <= promise.UntilDay
            && gift.DonorId != promise.PartnerId && gift.Channel != GiftChannel.InKind
            && !work.Db.Set<ExpectedGift>().Any(other => other.BookId == gift.BookId && other.DonationId == gift.DonationId
                && other.MatchingPromiseId != null));
        long given = await gifts.SumAsync(gift => gift.Units, ct) - await (await GivenBack.Of(work, ct)).SumOf(gifts, ct);
        long asked = await (
            from awaited in work.Db.Set<ExpectedGift>()
            join expectation in work.Db.Set<Expectation>() on new { awaited.BookId, Id = awaited.ExpectationId } equals
                new { expectation.BookId, Id = (long?)expectation.ExpectationId }
            where awaited.BookId == work.Book && awaited.MatchingPromiseId == promise.MatchingPromiseId && expectation.ClosedAt == null
            select awaited.Units).SumAsync(ct);
        return (Amount.Fen(given), Amount.Fen(asked));
    }
}
