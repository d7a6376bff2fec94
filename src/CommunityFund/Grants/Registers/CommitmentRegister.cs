using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Registers;

/// <summary>What a fund has promised, and what the books say of it.</summary>
/// <param name="Ledger">Balance of 9101 已批资助.</param>
public sealed record CommitmentRow(int FundId, string Fund, int Grants, Amount Awarded, Amount Cancelled, Amount Paid, Amount Ledger)
{
    /// <summary>Awarded, less what was given up and paid.</summary>
    public Amount Open => Awarded - Cancelled - Paid;

    /// <summary>Zero while register and books agree.</summary>
    public Amount Difference => Open - Ledger;
}

/// <summary>Promises of the funds.</summary>
public sealed record CommitmentRegisterView(RegisterHead Head, IReadOnlyList<CommitmentRow> Rows, CommitmentRow Sums)
{
    public bool Agrees => Rows.All(row => row.Difference.IsZero);
}

/// <summary>资助承诺登记簿: per fund, committed = awarded - cancelled - paid, beside the balance of 9101. Only fund and day narrow it, for the books
/// know nothing else of a promise.</summary>
public sealed record CommitmentRegister(RegisterFilter Of) : Query<CommitmentRegisterView>
{
    internal override Need Needs => Need.Any(RegisterReaders.All);

    internal override async Task<CommitmentRegisterView> Answer(Work work, CancellationToken ct)
    {
        RegisterScope scope = await RegisterScope.Of(work, Of with { Round = null, Person = null, State = null, Grant = null }, ct);
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            with said as (
              select s.fund_id, count(*) filter (where s.committed - s.cancelled - s.paid <> 0)::int as grants, sum(s.committed)::bigint as awarded,
                     sum(s.cancelled)::bigint as cancelled, sum(s.paid)::bigint as paid
                from grant_sums({work.Book}, {scope.Funds}, {scope.SumDay}) s group by s.fund_id),
            booked as (
              select b.fund_id, sum(b.debit - b.credit)::bigint as units from balance b join account a using (book_id, account_id)
               where {scope.SumDay}::date is null and b.book_id = {work.Book} and a.key = 'commitments' and b.fund_id = any ({scope.Funds})
               group by b.fund_id
              union all
              select p.fund_id, sum(case p.side when 'D' then p.units else -p.units end)::bigint
                from account a join posting p on p.book_id = a.book_id and p.account_id = a.account_id
                join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
               where {scope.SumDay}::date is not null and a.book_id = {work.Book} and a.key = 'commitments' and p.fund_id = any ({scope.Funds})
                 and j.occurred_on <= {scope.SumDay}::date
               group by p.fund_id)
            select f.fund_id as "FundId", coalesce(s.grants, 0) as "Grants", coalesce(s.awarded, 0) as "Awarded",
                   coalesce(s.cancelled, 0) as "Cancelled",
                   coalesce(s.paid, 0) as "Paid", coalesce(b.units, 0) as "Ledger"
              from fund f left join said s using (fund_id) left join booked b using (fund_id)
             where f.book_id = {work.Book} and (s.fund_id is not null or coalesce(b.units, 0) <> 0) order by f.code
            """).ToListAsync(ct);
        Dictionary<long, string> funds = scope.Head.Funds.ToDictionary(fund => fund.Id, fund => fund.Text);
        CommitmentRow[] shown = [.. rows.Select(row => Shown(row, funds[row.FundId]))];
        return new CommitmentRegisterView(scope.Head, shown, Shown(new Row(0, rows.Sum(row => row.Grants), rows.Sum(row => row.Awarded),
            rows.Sum(row => row.Cancelled), rows.Sum(row => row.Paid), rows.Sum(row => row.Ledger)), ""));
    }

    private static CommitmentRow Shown(Row row, string fund) => new(row.FundId, fund, row.Grants, Amount.Fen(row.Awarded), Amount.Fen(row.Cancelled),
        Amount.Fen(row.Paid), Amount.Fen(row.Ledger));

    private sealed record Row(int FundId, int Grants, long Awarded, long Cancelled, long Paid, long Ledger);
}
