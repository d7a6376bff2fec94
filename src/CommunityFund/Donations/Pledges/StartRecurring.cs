using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Pledges;

/// <summary>Somebody means to give the same every month: the gifts of the next months are waited for.</summary>
/// <param name="Clause">The donor's words where they narrow the fund's own purpose; empty takes the fund's.</param>
public sealed record StartRecurring(
    Guid Key, [property: Personal] string Donor, PersonKind DonorKind, int Fund, Amount Amount, int DayOfMonth, LocalDate BeginsOn,
    Restriction Restriction, [property: Personal] string Clause) : Command<long>(Key)
{
    /// <summary>The day is none that every month has.</summary>
    public const string BadDay = "recurring.bad-day";

    /// <summary>It begins too long ago or too far ahead.</summary>
    public const string BadBegin = "recurring.bad-begin";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        if (DayOfMonth is < 1 or > 28)
        {
            throw new RefusedException(BadDay, ("day", DayOfMonth));
        }

        if (BeginsOn < work.Today.PlusMonths(-1) || BeginsOn > work.Today.PlusMonths(12))
        {
            throw new RefusedException(BadBegin, ("day", BeginsOn));
        }

        RecurringGift gift = new()
        {
            BookId = work.Book,
            DonorId = await Counterparty.FindOrAdd(work, DonorKind, Donor, ct) ?? throw new RefusedException(NotePledge.DonorMissing),
            FundId = Fund,
            Units = Amount.IsPositive ? Amount.Units : throw new RefusedException(NotePledge.BadInstalments, ("limit", NotePledge.Most)),
            DayOfMonth = (short)DayOfMonth,
            BeginsOn = BeginsOn,
            Restriction = Restriction,
            Clause = await AwaitGift.Clause(work, Fund, Restriction, Clause, ct),
            NotedBy = work.ActorId,
            NotedAt = work.Now,
        };
        work.Db.Add(gift);
        await work.Db.SaveChangesAsync(ct);
        await PlanRecurring.Plan(work, gift, ct);
        return gift.RecurringGiftId;
    }
}

/// <summary>Gifts of monthly givers are waited for some months ahead; what is waited for already stays as it is.</summary>
public sealed record PlanRecurring(Guid Key) : Command<int>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    /// <returns>How many gifts are waited for beside those before.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from recurring_gift where book_id = {work.Book} order by recurring_gift_id for no key update", ct);
        int planned = 0;
        foreach (RecurringGift gift in await work.Db.Set<RecurringGift>().Where(row => row.BookId == work.Book && row.EndedAt == null)
            .OrderBy(row => row.RecurringGiftId).ToListAsync(ct))
        {
            planned += (await work.FundById(gift.FundId, ct)).State == FundState.Closed ? 0 : await Plan(work, gift, ct);
        }

        return planned;
    }

    internal static async Task<int> Plan(Work work, RecurringGift gift, CancellationToken ct)
    {
        List<LocalDate> there = await work.Db.Set<ExpectedGift>().Where(row => row.BookId == work.Book && row.RecurringGiftId == gift.RecurringGiftId)
            .Select(row => row.DueOn).ToListAsync(ct);
        LocalDate[] missing = [.. gift.Dues(work.Today).Except(there)];
        foreach (LocalDate due in missing)
        {
            await AwaitGift.Write(work,
                new ExpectedGift { BookId = work.Book, RecurringGiftId = gift.RecurringGiftId, DueOn = due, Units = gift.Units },
                gift.DonorId, gift.FundId, gift.Restriction, gift.Clause, "月捐", RecurringGift.CodeOf(gift.RecurringGiftId), ct);
        }

        return missing.Length;
    }
}
