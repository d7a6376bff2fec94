using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>What changed the net assets or the own cash of a fund; positive is more of them.</summary>
/// <param name="Month">YYYYMM, or 0 for all that lies before the first day; with December stands the adjusting period.</param>
/// <param name="Key">Key of the account, of its top level where the foundation has divided it.</param>
internal sealed record MoneyCell(int FundId, int Month, string Class, string Key, string Movement, string ProjectClass, long Units)
{
    private const string Income = "income", Expense = "expense", NetAssets = "net-assets";

    public bool IsBefore => Month == 0;

    public bool IsCash => Class is not (Income or Expense or NetAssets);

    /// <summary>Income and expense of the days; what closing moved into net assets is counted where it came from.</summary>
    public bool IsIncome => Class == Income && Movement != "close";

    public bool IsExpense => Class == Expense && Movement != "close";

    public bool IsTransfer => Class == NetAssets && Movement == "transfer";

    public bool IsChange => Class == NetAssets && Movement is not ("close" or "transfer");

    public MoneyEnd Use => Key switch
    {
        Account.Keys.ProgrammeCost => new MoneyEnd(MoneyEndKind.Programmes, ProjectClass),
        Account.Keys.ManagementExpense => new MoneyEnd(MoneyEndKind.Management),
        Account.Keys.FundraisingExpense => new MoneyEnd(MoneyEndKind.Fundraising),
        _ => new MoneyEnd(MoneyEndKind.OtherCosts),
    };
}

/// <summary>Income of a fund by month and by whom it came from.</summary>
internal sealed record SourceCell(int FundId, int Month, string Source, long Units);

/// <summary>
/// Kept balances, less what came after the position or lies outside the days, in one question; only who gave is read off the lines,
/// for balances do not keep it.
/// </summary>
internal static class MoneyCube
{
    public static Task<List<MoneyCell>> Of(MoneyScope scope, bool byMonth, CancellationToken ct)
    {
        (int book, long known, bool isPast) = (scope.Work.Book, scope.Head.KnownAt, scope.Head.IsPast);
        (int from, int to, int[] funds) = (scope.FromPeriod, scope.ToPeriod, scope.Ids);
        (DateOnly first, DateOnly last) = (scope.Head.From.ToDateOnly(), scope.Head.To.ToDateOnly());
        return scope.Work.Db.Database.SqlQuery<MoneyCell>(
            $"""
            select m.fund_id as "FundId",
                   case when m.period < {from} then 0 when not {byMonth} then {from}
                        else m.period / 100 * 100 + greatest(1, least(12, m.period % 100)) end as "Month",
                   a.class as "Class", split_part(a.key, '.', 1) as "Key", case when a.class = 'asset' then '' else m.movement end as "Movement",
                   case a.class when 'expense' then m.project_class else '' end as "ProjectClass",
                   sum(case a.class when 'asset' then -m.units else m.units end)::bigint as "Units"
              from (select b.account_id, b.fund_id, b.movement, b.project_class, b.period, b.credit - b.debit as units
                      from balance b
                     where b.book_id = {book} and b.period <= {to} and b.commodity = 'CNY' and b.fund_id = any ({funds})
                    union all
                    select p.account_id, p.fund_id, p.movement, p.project_class, p.period, signed(p.side, p.units)
                      from posting p
                     where {isPast} and p.book_id = {book} and p.entry_no > {known} and p.period <= {to} and p.commodity = 'CNY'
                       and p.fund_id = any ({funds})
                    union all
                    select p.account_id, p.fund_id, p.movement, p.project_class, p.period, signed(p.side, p.units)
                      from account c join posting p on p.book_id = c.book_id and p.account_id = c.account_id
                     where {scope.CutsLast} and c.book_id = {book} and p.period = {to} and p.occurred_on > {last} and p.entry_no <= {known}
                       and p.commodity = 'CNY' and p.fund_id = any ({funds})
                    union all
                    select p.account_id, p.fund_id, p.movement, p.project_class, x.period, x.sign * signed(p.side, p.units)
                      from account c join posting p on p.book_id = c.book_id and p.account_id = c.account_id
                     cross join (values ({from}, 1), (0, -1)) x(period, sign)
                     where {scope.CutsFirst} and c.book_id = {book} and p.period = {from} and p.occurred_on < {first} and p.entry_no <= {known}
                       and p.commodity = 'CNY' and p.fund_id = any ({funds})) m
              join account a on a.book_id = {book} and a.account_id = m.account_id
             where a.class in ('income', 'expense', 'net-assets') or a.role = 'own-cash'
             group by 1, 2, 3, 4, 5, 6 having sum(m.units) <> 0
            """).ToListAsync(ct);
    }

    public static async Task<IReadOnlyList<(int FundId, int Month, MoneyEnd Source, long Units)>> Sources(MoneyScope scope, CancellationToken ct)
    {
        List<SourceCell> cells = await scope.Work.Db.Database.SqlQuery<SourceCell>(
            $"""
            select p.fund_id as "FundId", p.period / 100 * 100 + greatest(1, least(12, p.period % 100)) as "Month",
                   case when p.enterprise_id is not null then 'enterprises'
                        else case split_part(a.key, '.', 1)
                               when 'donation-income'
                                 then case w.kind when 'person' then 'persons' when 'organisation' then 'organisations' else 'nameless' end
                               when 'government-grant-income' then 'government'
                               when 'service-income' then 'services'
                               when 'sales-income' then 'sales'
                               when 'dues-income' then 'dues'
                               when 'investment-income' then 'investments'
                               else 'others' end end as "Source",
                   -sum(signed(p.side, p.units))::bigint as "Units"
              from account a
              join posting p on p.book_id = a.book_id and p.account_id = a.account_id
              left join person w on w.person_id = p.counterparty_id
             where a.book_id = {scope.Work.Book} and a.class = 'income' and p.period between {scope.FromPeriod} and {scope.ToPeriod}
               and p.occurred_on between {scope.Head.From.ToDateOnly()} and {scope.Head.To.ToDateOnly()} and p.entry_no <= {scope.Head.KnownAt}
               and p.movement <> 'close' and p.commodity = 'CNY' and p.fund_id = any ({scope.Ids})
             group by 1, 2, 3
            """).ToListAsync(ct);
        return [.. cells.Select(cell => (cell.FundId, cell.Month, new MoneyEnd(Books.Codes.Parse<MoneyEndKind>(cell.Source)), cell.Units))];
    }
}
