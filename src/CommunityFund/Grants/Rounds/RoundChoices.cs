using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Rounds;

/// <summary>A fund that may put money into a pool.</summary>
/// <param name="Available">What may still be promised out of it.</param>
public sealed record PoolChoice(int Fund, string Code, string Name, Amount Available);

/// <summary>What the form for a round offers.</summary>
/// <param name="Code">The next free code of the year.</param>
public sealed record RoundChoicesView(IReadOnlyList<PoolChoice> Funds, string Code, LocalDate Today, RoundDays Days);

/// <summary>Funds and first values for a new round.</summary>
public sealed record RoundChoices : Query<RoundChoicesView>
{
    internal override Need Needs => Need.Any(GrantRoles.Calling);

    internal override async Task<RoundChoicesView> Answer(Work work, CancellationToken ct)
    {
        Dictionary<int, long> available = await work.Db.Database.SqlQuery<Money>(
            $"""select fund_id as "Fund", fund_available(book_id, fund_id) as "Available" from fund where book_id = {work.Book} and state = 'open'""")
            .ToDictionaryAsync(row => row.Fund, row => row.Available, ct);
        string year = $"{work.Today.Year}-";
        HashSet<string> taken = [.. await work.Db.Set<GrantRound>().Where(row => row.BookId == work.Book && row.Code.StartsWith(year))
            .Select(row => row.Code).ToListAsync(ct)];
        return new RoundChoicesView(
            [
                .. (await work.Funds(ct)).Where(fund => fund.IsOwn && available.ContainsKey(fund.FundId)
                        && work.Rights.Reaches(GrantRoles.Calling, fund.FundId))
                    .Select(fund => new PoolChoice(fund.FundId, fund.Code, fund.Name, Amount.Fen(available[fund.FundId]))),
            ],
            Enumerable.Range(1, taken.Count + 1).Select(number => $"{year}{number}").First(code => !taken.Contains(code)),
            work.Today, new RoundDays());
    }

    private sealed record Money(int Fund, long Available);
}
