using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>A holder reserves a piece of the catalogue: points and piece are spoken for until it is collected.</summary>
public sealed record Reserve(Guid Key, MemberPass Pass, long Item) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    /// <returns>The reservation.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        return await new Reserving(work.In(me.BookId)).Write(me, Item, me.PersonId, ct);
    }
}

/// <summary>A coordinator reserves for somebody who cannot.</summary>
/// <param name="Number">Number of the holder's card.</param>
public sealed record ReserveFor(Guid Key, string Number, long Item) : Command<long>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For((await CatalogueItem.Find(work, Item, ct))?.FundId ?? 0);

    /// <returns>The reservation.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        string number = PlainText.Of(Number).Replace(" ", "", StringComparison.Ordinal);
        Member holder = await work.Db.Set<Member>().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.Number == number && row.LeftOn == null, ct) ?? throw new RefusedException(Member.Unknown);
        return await new Reserving(work).Write(holder, Item, work.ActorId, ct);
    }
}

/// <summary>What a holder has used of the limits of this month.</summary>
/// <param name="Points">Points of all that was reserved or collected this month.</param>
/// <param name="Pieces">Pieces of each item.</param>
internal sealed record MonthUse(long Points, IReadOnlyDictionary<long, int> Pieces)
{
    public static async Task<MonthUse> Of(Work work, long person, CancellationToken ct)
    {
        LocalDate first = new(work.Today.Year, work.Today.Month, 1);
        var used = await work.Db.Set<Redemption>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.PersonId == person && row.ReservedOn >= first && row.State != RedemptionState.Released)
            .GroupBy(row => row.CatalogueItemId)
            .Select(group => new { group.Key, Count = group.Count(), Points = group.Sum(row => (long)row.Points) })
            .ToListAsync(ct);
        return new MonthUse(used.Sum(row => row.Points), used.ToDictionary(row => row.Key, row => row.Count));
    }
}

/// <summary>Whether a piece may be reserved, in words; and its reservation.</summary>
internal sealed class Reserving(Work work)
{
    /// <summary>The item is not offered today.</summary>
    public const string NotOffered = "redemption.not-offered";

    /// <summary>All pieces are spoken for.</summary>
    public const string NoneLeft = "redemption.none-left";

    /// <summary>The holder has fewer points.</summary>
    public const string PointsShort = "redemption.points-short";

    /// <summary>The holder has had as many pieces this month as one person may.</summary>
    public const string MonthLimit = "redemption.month-limit";

    /// <summary>The month's points that one person may redeem would be exceeded.</summary>
    public const string MonthPoints = "redemption.month-points";

    /// <summary>Why not; null if it may be reserved.</summary>
    /// <param name="points">Points that the holder may use today.</param>
    /// <param name="free">Pieces that nobody has spoken for.</param>
    public static Refusal? WhyNot(CatalogueItem item, ProgrammeRule rule, MonthUse used, long points, long free, LocalDate today)
    {
        if (!item.IsOfferedOn(today))
        {
            return new Refusal(NotOffered, Facts(("item", item.Name), ("day", today)));
        }

        if (item.MonthLimit is { } limit && used.Pieces.GetValueOrDefault(item.CatalogueItemId) >= limit)
        {
            return new Refusal(MonthLimit, Facts(("item", item.Name), ("limit", limit)));
        }

        if (rule.MonthPoints is { } most && used.Points + item.Points > most)
        {
            return new Refusal(MonthPoints, Facts(("item", item.Name), ("limit", most), ("used", used.Points), ("points", item.Points)));
        }

        if (points < item.Points)
        {
            return new Refusal(PointsShort, Facts(("item", item.Name), ("points", item.Points), ("has", points)));
        }

        return free < 1 ? new Refusal(NoneLeft, Facts(("item", item.Name))) : null;
    }

    /// <summary>Points that are not reserved and may be used today.</summary>
    public static Task<long> Usable(Work work, int programme, long person, CancellationToken ct) => work.Db.Set<PointLot>()
        .Where(lot => lot.BookId == work.Book && lot.FundId == programme && lot.PersonId == person && lot.Free > 0 && lot.ExpiresOn >= work.Today)
        .SumAsync(lot => lot.Free, ct);

    public async Task<long> Write(Member holder, long asked, long maker, CancellationToken ct)
    {
        // The holder first: two phones with one card ask one after the other.
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from member where book_id = {work.Book} and person_id = {holder.PersonId} for no key update", ct);
        CatalogueItem? item = await CatalogueItem.Lock(work, asked, ct);
        if (item is not null)
        {
            await work.Db.Entry(item).ReloadAsync(ct);
        }

        if (item is null || item.FundId != holder.FundId)
        {
            throw new RefusedException(NotOffered, ("item", asked), ("day", work.Today));
        }

        Fund programme = await work.FundById(item.FundId, ct);
        ProgrammeRule rule = await ProgrammeRule.On(work, programme, work.Today, ct);
        if (item.PayingFundId is { } paying)
        {
            // Other items may lie on the same shelf or be paid by the same fund, and goods and money go out by other ways too.
            await work.Db.Database.ExecuteSqlAsync(
                $"select 1 from fund where book_id = {work.Book} and fund_id = {paying} for no key update", ct);
        }

        if (WhyNot(item, rule, await MonthUse.Of(work, holder.PersonId, ct), await Usable(work, item.FundId, holder.PersonId, ct),
            await item.Free(work, ct), work.Today) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        PostedNumber reserved = await PointEntries.Post(
            work, programme, UnitKind.PointsReserved, item.Points, holder.PersonId, null, isRed: false, maker, ct);
        Redemption row = new()
        {
            BookId = work.Book,
            CatalogueItemId = item.CatalogueItemId,
            FundId = item.FundId,
            PersonId = holder.PersonId,
            Points = item.Points,
            ReservedOn = work.Today,
            ExpiresOn = work.Today.PlusDays(rule.PickupDays),
            Salt = Redemption.NewSalt(),
            ReserveEntryNo = reserved.EntryNo,
            ReservedBy = maker,
            ReservedAt = work.Now,
        };
        work.Db.Add(row);
        await work.Db.SaveChangesAsync(ct);
        return row.RedemptionId;
    }

    private static Dictionary<string, object?> Facts(params (string Name, object? Value)[] facts) =>
        facts.ToDictionary(fact => fact.Name, fact => fact.Value);
}

/// <summary>The entries in points of a redemption; its 摘要 names nobody.</summary>
internal static class PointEntries
{
    public static async Task<PostedNumber> Post(
        Work work, Fund programme, UnitKind kind, int points, long person, long? of, bool isRed, long maker, CancellationToken ct) =>
        (await new UnitDoor(work, programme).PostByRule(
            [await Entry(work, programme, kind, points, person, of, isRed, ct)], ct, maker))[0];

    public static async Task<UnitEntry> Entry(
        Work work, Fund programme, UnitKind kind, int points, long person, long? of, bool isRed, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        Amount amount = Amount.OfUnits(points, Commodity.Point);
        Tags holder = new(Counterparty: person);
        (Account debit, Tags to, Account credit, string says) = kind == UnitKind.PointsReserved
            ? (chart["points-in-redemption"], holder, chart["points-held"], isRed ? "退回预约的积分" : "预约兑换")
            : (chart["points-redeemed"], Tags.None, chart["points-in-redemption"], "领取兑换");
        EntryDraft draft = JournalEntry.On(work.Today, says);
        JournalEntry entry = (isRed ? draft.RedDebit(debit, programme.Code, amount, to).RedCredit(credit, programme.Code, amount, holder)
            : draft.Debit(debit, programme.Code, amount, to).Credit(credit, programme.Code, amount, holder)).Balanced();
        return new UnitEntry(kind, entry, of);
    }
}
