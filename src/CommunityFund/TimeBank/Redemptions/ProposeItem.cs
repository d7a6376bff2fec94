using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>Where a piece comes from, as the form says it; what belongs to another source stays empty.</summary>
/// <param name="Fund">Whose goods they are, or who owes the merchant.</param>
/// <param name="Item">Goods: what lies on the shelf.</param>
/// <param name="Place">Goods: where it lies.</param>
/// <param name="Merchant">The merchant's or sponsor's name.</param>
/// <param name="Cost">What a merchant gets for a piece.</param>
/// <param name="Quota">Pieces that a merchant or sponsor promised.</param>
/// <param name="Project">The project whose cost it is.</param>
public sealed record CatalogueSupply(
    CatalogueSource Source, int? Fund = null, long? Item = null, long? Place = null, [property: Personal] string Merchant = "", Amount? Cost = null,
    int? Quota = null, long? Project = null);

/// <summary>One person writes what may be had for how many points; another agrees to it, since that decides what points cost.</summary>
/// <param name="MonthLimit">Pieces that one person may have in a month.</param>
public sealed record ProposeItem(
    Guid Key, int Programme, string Name, int Points, CatalogueSupply Supply, int? MonthLimit, LocalDate ValidFrom, LocalDate? ValidUntil = null)
        : Command<long>(Key)
{
    /// <summary>A word or figure is missing or out of its range.</summary>
    public const string BadTerms = "catalogue.bad-terms";

    /// <summary>The last day comes before the first.</summary>
    public const string EndsFirst = "catalogue.ends-first";

    /// <summary>The fund that is to pay is none of the foundation's own, or closed.</summary>
    public const string PayingFund = "catalogue.paying-fund";

    private const int LongestName = 60;

    internal static readonly Role[] Deciders = [Role.Coordinator, Role.Accountant];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Deciders).For(Programme));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund programme = await Programmes.Programme.Of(work, Programme, ct);
        string name = PlainText.Of(Name);
        RefuseBadTerms(name);
        bool isGoods = Supply.Source == CatalogueSource.Goods, isMerchant = Supply.Source == CatalogueSource.Merchant;
        if (Supply.Source != CatalogueSource.Sponsor)
        {
            await Paying(work, ct);
            await Books.Project.Tagged(work, "", Supply.Project, ct);
        }

        if (isGoods)
        {
            await StockPlace.Find(work, Supply.Place ?? 0, ct);
            if (!await work.Db.Set<StockItem>().AnyAsync(row => row.BookId == work.Book && row.StockItemId == Supply.Item, ct))
            {
                throw new RefusedException(StockItem.Unknown);
            }
        }

        CatalogueItem item = new()
        {
            BookId = work.Book,
            FundId = programme.FundId,
            Name = name,
            Points = Points,
            Source = Supply.Source,
            PayingFundId = Supply.Source == CatalogueSource.Sponsor ? null : Supply.Fund,
            StockItemId = isGoods ? Supply.Item : null,
            StockPlaceId = isGoods ? Supply.Place : null,
            MerchantId = isGoods ? null : await Counterparty.FindOrAdd(work, PersonKind.Organisation, Supply.Merchant, ct),
            PieceUnits = isMerchant ? Supply.Cost!.Units : null,
            Quota = isGoods ? null : Supply.Quota,
            MonthLimit = (short?)MonthLimit,
            ProjectId = Supply.Source == CatalogueSource.Sponsor ? null : Supply.Project,
            ValidFrom = ValidFrom,
            ValidUntil = ValidUntil,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(item);
        await work.Db.SaveChangesAsync(ct);
        return item.CatalogueItemId;
    }

    private async Task Paying(Work work, CancellationToken ct)
    {
        Fund? paying = (await work.Funds(ct)).FirstOrDefault(fund => fund.FundId == Supply.Fund);
        if (paying is not { IsOwn: true } || paying.State == FundState.Closed)
        {
            throw new RefusedException(PayingFund);
        }
    }

    private void RefuseBadTerms(string name)
    {
        bool isGoods = Supply.Source == CatalogueSource.Goods;
        (string What, bool IsFine)[] terms =
        [
            ("source", Enum.IsDefined(Supply.Source)), ("name", name.Length is > 0 and <= LongestName), ("points", Points is >= 1 and <= 1_000_000),
            ("month-limit", MonthLimit is null or (>= 1 and <= 1000)),
            ("merchant", isGoods || PlainText.Of(Supply.Merchant).Length > 0), ("quota", isGoods || Supply.Quota is >= 1 and <= 1_000_000),
            ("cost", Supply.Source != CatalogueSource.Merchant
                || Supply.Cost is { Units: >= 1 and <= 100_000_000 } cost && cost.Commodity == Commodity.Cny),
        ];
        foreach ((string what, _) in terms.Where(term => !term.IsFine))
        {
            throw new RefusedException(BadTerms, ("what", new Term($"catalogue.term.{what}")));
        }

        if (ValidUntil < ValidFrom)
        {
            throw new RefusedException(EndsFirst, ("from", ValidFrom), ("until", ValidUntil));
        }
    }
}

/// <summary>
/// Another person agrees to an item, or it is dropped, by whoever proposed it too. Where a fund is to pay for it, the fund's accountant agrees:
/// points never oblige money that those who keep it have not seen.
/// </summary>
public sealed record DecideItem(Guid Key, long Item, bool Agrees) : Command<Done>(Key)
{
    /// <summary>Who wrote it does not agree to it.</summary>
    public const string Own = "catalogue.own-item";

    /// <summary>It is not there, or stands otherwise by now.</summary>
    public const string Gone = "catalogue.gone";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct)
    {
        CatalogueItem? item = await CatalogueItem.Find(work, Item, ct);
        return (Agrees && item?.PayingFundId is { } paying ? Need.Any(Role.Accountant).For(paying)
            : Need.Any(ProposeItem.Deciders).For(item?.FundId ?? 0)).Proved();
    }

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        CatalogueItem item = await CatalogueItem.Lock(work, Item, ct) is { } row ? row : throw new RefusedException(Gone);
        await work.Db.Entry(item).ReloadAsync(ct);
        if (item.State != CatalogueState.Waiting)
        {
            throw new RefusedException(Gone);
        }

        if (Agrees && item.ProposedBy == work.ActorId)
        {
            throw new RefusedException(Own);
        }

        (item.State, item.DecidedBy, item.DecidedAt) = (Agrees ? CatalogueState.Open : CatalogueState.Dropped, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>An item is offered no more; what is reserved of it is still handed out.</summary>
public sealed record EndItem(Guid Key, long Item) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(ProposeItem.Deciders).For((await CatalogueItem.Find(work, Item, ct))?.FundId ?? 0);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        CatalogueItem item = await CatalogueItem.Lock(work, Item, ct) is { } row ? row : throw new RefusedException(DecideItem.Gone);
        await work.Db.Entry(item).ReloadAsync(ct);
        if (item.State != CatalogueState.Open)
        {
            throw new RefusedException(DecideItem.Gone);
        }

        (item.State, item.EndedBy, item.EndedAt) = (CatalogueState.Ended, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
