using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>What decides a fund's part of the bank's interest.</summary>
public enum InterestKey
{
    /// <summary>What the fund held on average over the days that the interest is for.</summary>
    Average,

    /// <summary>What the fund held on the last of these days.</summary>
    Closing,

    /// <summary>The general fund takes it all.</summary>
    General,
}

/// <summary>One fund's part of the interest.</summary>
/// <param name="Held">Its own cash, on average or on the last day; never below zero.</param>
public sealed record FundInterest(int FundId, string Code, string Name, Amount Held, Amount Share);

/// <summary>How interest would be shared out, before anything is prepared.</summary>
public sealed record InterestShare(Amount Amount, InterestKey By, LocalDate From, LocalDate Until)
    : Query<IReadOnlyList<FundInterest>>
{
    /// <summary>The days run backwards, or are more than a year.</summary>
    public const string BadDays = "interest.bad-days";

    internal override Need Needs => Need.Any(BankLineList.Readers).ForWholeBook();

    internal override Task<IReadOnlyList<FundInterest>> Answer(Work work, CancellationToken ct) =>
        Of(work, Amount, By, From, Until, ct);

    /// <summary>Funds that get something, by code; what does not divide goes to the first ones.</summary>
    internal static async Task<IReadOnlyList<FundInterest>> Of(Work work, Amount amount, InterestKey by, LocalDate from,
        LocalDate until,
        CancellationToken ct)
    {
        int days = Period.DaysBetween(from, until) + 1;
        if (days is < 1 or > 366)
        {
            throw new RefusedException(BadDays, ("from", from), ("until", until));
        }

        Fund[] funds = [.. (await work.Funds(ct)).Where(fund => fund.IsOwn && fund.State != FundState.Closed)];
        Dictionary<int, Held> held = by == InterestKey.General ? [] : (await Cash(work, from, until, ct))
            .ToDictionary(row => row.FundId);
        long[] weights = [.. funds.Select(fund => held.TryGetValue(fund.FundId, out Held? row)
            ? Math.Max(0, by == InterestKey.Average ? row.DayUnits : row.Closing) : 0)];
        if (weights.All(weight => weight == 0))
        {
            weights = [.. funds.Select(fund => fund.Kind == FundKind.General ? 1L : 0)];
        }

        IReadOnlyList<Amount> shares = amount.SplitBy(weights);
        return
        [
            .. funds.Select((fund, at) => new FundInterest(fund.FundId, fund.Code, fund.Name,
                Amount.Fen(by == InterestKey.Average ? weights[at] / days : weights[at]), shares[at]))
                    .Where(row => !row.Share.IsZero),
        ];
    }

    /// <summary>Own cash of each fund: months before come from the balances, days from the lines.</summary>
    private static Task<List<Held>> Cash(Work work, LocalDate from, LocalDate until, CancellationToken ct)
    {
        int month = AccountingPeriod.Of(from);
        DateOnly first = new(from.Year, from.Month, from.Day), last = new(until.Year, until.Month, until.Day);
        return work.Db.Database.SqlQuery<Held>(
            $"""
            select x.fund_id as "FundId", sum(x.units * (({last} - greatest(x.day, {first})) + 1))::bigint as "DayUnits",
                sum(x.units)::bigint as "Closing"
              from (select b.fund_id, {first} as day, sum(b.debit - b.credit) as units
                      from balance b join account a using (book_id, account_id)
                     where b.book_id = {work.Book} and a.role = 'own-cash' and b.period < {month} group by b.fund_id
                    union all
                    select p.fund_id, p.occurred_on, sum(case p.side when 'D' then p.units else -p.units end)
                      from account a join posting p on p.book_id = a.book_id and p.account_id = a.account_id
                     where a.book_id = {work.Book} and a.role = 'own-cash' and p.period >= {month} and p.occurred_on <= {last}
                     group by p.fund_id, p.occurred_on) x
             group by x.fund_id
            """).ToListAsync(ct);
    }

    private sealed record Held(int FundId, long DayUnits, long Closing);
}
