using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Statements;

/// <summary>Enters income and net assets of a year that the books do not have in whole; another person confirms them.</summary>
/// <param name="Income">收入合计 of the year.</param>
/// <param name="Barred">Restricted income of it that was not to be used in that year.</param>
/// <param name="Freed">Net assets freed of a time limit in that year.</param>
/// <param name="NetAssets">At the end of the year.</param>
/// <param name="Source">The audited report or annual report that says so.</param>
public sealed record EnterLawBase(
    Guid Key, int Year, Amount Income, Amount Barred, Amount Freed, Amount NetAssets, string Source) : Command<long>(Key)
{
    /// <summary>The books have the year themselves.</summary>
    public const string YearInBooks = "law.year-in-books";

    /// <summary>No such year, or less than nothing was excluded.</summary>
    public const string Unlikely = "law.base-unlikely";

    internal static readonly Role[] Entering = [Role.Accountant];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Entering).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Book book = await work.Db.Books.SingleAsync(row => row.BookId == work.Book, ct);
        if (RatioYear.FirstWhole(book.OpeningDay) <= Year)
        {
            throw new RefusedException(YearInBooks, ("year", Year), ("day", book.OpeningDay));
        }

        if (Year < 1990 || Barred.IsNegative || Freed.IsNegative || Income.IsNegative || Barred > Income)
        {
            throw new RefusedException(Unlikely, ("year", Year));
        }

        LawBase entered = new()
        {
            BookId = work.Book,
            Year = Year,
            Income = Income.Units,
            Barred = Barred.Units,
            Freed = Freed.Units,
            NetAssets = NetAssets.Units,
            Source = SetBodyProfile.Said(Source),
            EnteredBy = work.ActorId,
            EnteredAt = work.Now,
        };
        work.Db.Add(entered);
        await work.Db.SaveChangesAsync(ct);
        return entered.LawBaseId;
    }
}
