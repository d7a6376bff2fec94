using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>A fund to choose.</summary>
/// <param name="Depth">How deep it stands in the tree, 0 at the root.</param>
public sealed record FundChoice(int FundId, string Code, string Name, int Depth)
{
    public override string ToString() => $"{Code} {Name}";
}

/// <summary>Years and funds to choose from.</summary>
/// <param name="Years">Newest first.</param>
/// <param name="Year">The newest in which anything was booked.</param>
public sealed record MoneyChoice(IReadOnlyList<int> Years, int Year, IReadOnlyList<FundChoice> Funds)
{
    /// <summary>What was typed is no position of the books.</summary>
    public const string UnknownPosition = TraceReader.UnknownPosition;

    /// <summary>The books have no such year.</summary>
    public const string UnknownYear = "money.unknown-year";
}

/// <summary>What a reader of the pictures of money can choose from.</summary>
public sealed record MoneyChoices : Query<MoneyChoice>
{
    internal override Need Needs => Need.Any(MoneyScope.Readers);

    internal override async Task<MoneyChoice> Answer(Work work, CancellationToken ct)
    {
        LocalDate day = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay).SingleAsync(ct);
        (int opened, int newest) = (day.Year, Math.Max(work.Today.Year, day.Year));
        int? booked = await work.Db.Set<Balance>().Where(row => row.BookId == work.Book && row.Period <= (newest * 100) + 13)
            .MaxAsync(row => (int?)row.Period, ct);
        ILookup<int?, Fund> byParent = (await work.Funds(ct)).ToLookup(fund => fund.ParentId);
        HashSet<int> reached = [.. work.Rights.FundsOf(MoneyScope.Readers)];
        return new MoneyChoice(
            [.. Enumerable.Range(opened, newest - opened + 1).Reverse()], booked / 100 ?? newest,
            [.. Below(null, 0).Where(fund => reached.Contains(fund.FundId))]);

        IEnumerable<FundChoice> Below(int? parent, int depth) => byParent[parent].Where(fund => fund.IsOwn).SelectMany(fund =>
            Below(fund.FundId, depth + 1).Prepend(new FundChoice(fund.FundId, fund.Code, fund.Name, depth)));
    }
}
