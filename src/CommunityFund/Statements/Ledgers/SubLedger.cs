using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Statements;

/// <summary>What a sub-ledger divides accounts by.</summary>
public enum SubLedgerBy
{
    /// <summary>基金.</summary>
    Fund,

    /// <summary>往来单位或个人.</summary>
    Counterparty,

    /// <summary>项目.</summary>
    Project,
}

/// <summary>辅助账: what each fund, counterparty or project had of each account, and has now.</summary>
/// <param name="Account">Key of an account; null for all, of counterparties only claims and debts (往来明细).</param>
/// <param name="Page">From 1.</param>
public sealed record SubLedger(
    SubLedgerBy By, LedgerDays Days, int? Fund = null, bool Below = true, long? Known = null, string? Account = null,
    int Page = 1, int Size = 200) : Query<SubLedgerView>
{
    internal override Need Needs => Need.Any(By == SubLedgerBy.Counterparty
        ? [.. StatementFunds.Readers.Where(role => role != Role.Steer)] : StatementFunds.Readers);

    internal override async Task<SubLedgerView> Answer(Work work, CancellationToken ct)
    {
        LedgerScope scope = await LedgerScope.Of(work, Days, Fund, Below, Known, ct);
        StatementAccount? account = string.IsNullOrEmpty(Account) ? null : scope.Account(Account);
        int[] accounts = account is null && By == SubLedgerBy.Counterparty
            ? [.. scope.Chart.Where(each => each.IsClaimOrDebt).Select(each => each.AccountId)] : scope.Ids(account);
        List<Part> parts = By == SubLedgerBy.Fund ? await OfFunds(scope, accounts, ct) : await OfTags(scope, accounts, ct);
        parts.RemoveAll(part => part is { Opening: 0, Debit: 0, Credit: 0 });
        var names = By == SubLedgerBy.Counterparty
            ? await PersonName.Of(work, parts.Select(part => (long?)part.Of), ct) : new Dictionary<long, string>();
        Dictionary<int, StatementFund> funds = scope.Head.Funds.Included.ToDictionary(fund => fund.FundId);
        Dictionary<long, int> order = scope.Head.Funds.Included.Select((fund, at) => (fund.FundId, at))
            .ToDictionary(pair => (long)pair.FundId, pair => pair.at);
        Dictionary<int, StatementAccount> chart = scope.Chart.ToDictionary(each => each.AccountId);
        SubLedgerRow[] rows =
        [
            .. parts.OrderBy(part => By == SubLedgerBy.Fund ? order[part.Of] : 0)
                .ThenBy(part => names.GetValueOrDefault(part.Of, ""), StringComparer.Ordinal).ThenBy(part => part.Of)
                .ThenBy(part => chart[part.AccountId].Code, StringComparer.Ordinal)
                .Select(part => new SubLedgerRow(
                    part.Of, By == SubLedgerBy.Fund ? funds[(int)part.Of].ToString() : names.GetValueOrDefault(part.Of),
                    chart[part.AccountId].Key, chart[part.AccountId].Named,
                    Amount.Fen(part.Opening), Amount.Fen(part.Debit), Amount.Fen(part.Credit))),
        ];
        int page = Math.Clamp(Page, 1, Math.Max(1, (rows.Length + Size - 1) / Size));
        return new SubLedgerView(
            scope.Head, By, account?.Named, [.. rows.Skip((page - 1) * Size).Take(Size)], rows.Length, page, Size);
    }

    private static Task<List<Part>> OfFunds(LedgerScope scope, int[] accounts, CancellationToken ct) =>
        scope.Work.Db.Database.SqlQuery<Part>(
            $"""
            select fund_id::bigint as "Of", account_id as "AccountId",
                   coalesce(sum(debit - credit) filter (where not in_range), 0)::bigint as "Opening",
                   coalesce(sum(debit) filter (where in_range), 0)::bigint as "Debit",
                   coalesce(sum(credit) filter (where in_range), 0)::bigint as "Credit"
              from turnover({scope.Work.Book}, {accounts}, {scope.Funds},
                            {scope.Range.FromPeriod}, {scope.Range.FromDay.ToDateOnly()},
                            {scope.Range.ToPeriod}, {scope.Range.ToDay.ToDateOnly()}, {scope.Known})
             group by fund_id, account_id
            """).ToListAsync(ct);

    /// <summary>Only lines that name somebody or something, which an index of their own holds.</summary>
    private Task<List<Part>> OfTags(LedgerScope scope, int[] accounts, CancellationToken ct)
    {
        LedgerRange range = scope.Range;
        IQueryable<LedgerLine> lines = LedgerLines.Known(scope, accounts);
        bool people = By == SubLedgerBy.Counterparty;
        return lines.Where(line => people ? line.CounterpartyId != null : line.ProjectId != null)
            .Select(line => new
            {
                Of = people ? line.CounterpartyId!.Value : line.ProjectId!.Value,
                line.AccountId,
                line.Debit,
                line.Credit,
                InRange = line.Period > range.FromPeriod
                    || (line.Period == range.FromPeriod && line.OccurredOn >= range.FromDay),
            })
            .GroupBy(line => new { line.Of, line.AccountId })
            .Select(group => new Part(
                group.Key.Of, group.Key.AccountId, group.Sum(line => line.InRange ? 0L : line.Debit - line.Credit),
                group.Sum(line => line.InRange ? line.Debit : 0L), group.Sum(line => line.InRange ? line.Credit : 0L)))
            .ToListAsync(ct);
    }

    private sealed record Part(long Of, int AccountId, long Opening, long Debit, long Credit);
}

/// <summary>One page of a sub-ledger.</summary>
/// <param name="Total">Rows of all pages.</param>
public sealed record SubLedgerView(
    LedgerHead Head, SubLedgerBy By, AccountCode? Account, IReadOnlyList<SubLedgerRow> Rows, int Total, int Page, int Size);

/// <summary>What one of them has of one account.</summary>
/// <param name="Id">Of the fund, counterparty or project.</param>
/// <param name="Name">Null for a project, which has only its number yet.</param>
/// <param name="Opening">Debits minus credits before the first day.</param>
public sealed record SubLedgerRow(
    long Id, string? Name, string AccountKey, AccountCode Account, Amount Opening, Amount Debit, Amount Credit)
{
    public Amount Closing => Opening + Debit - Credit;
}
