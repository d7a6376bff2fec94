using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Registers;

/// <summary>What the money of a grant did, in the funds that the reader's role reaches.</summary>
/// <param name="Awarded">Promised by award and amendments.</param>
/// <param name="Cancelled">Given up unpaid.</param>
public sealed record GrantFigures(
    Amount Awarded, Amount Cancelled, Amount Paid, Amount Acquitted, Amount Returned, Amount Demanded, Amount Recovered, Amount WrittenOff)
{
    /// <summary>Promised and not paid: what 9101 holds for it.</summary>
    public Amount Promised => Awarded - Cancelled - Paid;

    /// <summary>Paid and not accounted for.</summary>
    public Amount Advance => Paid - Acquitted - Returned - Demanded;

    /// <summary>Claimed back and not settled.</summary>
    public Amount Claim => Demanded - Recovered - WrittenOff;

    internal static GrantFigures Of(ISummed row) => new(Amount.Fen(row.Committed), Amount.Fen(row.Cancelled), Amount.Fen(row.Paid),
        Amount.Fen(row.Acquitted), Amount.Fen(row.Returned), Amount.Fen(row.Demanded), Amount.Fen(row.Recovered), Amount.Fen(row.WrittenOff));

    internal interface ISummed
    {
        long Committed { get; }

        long Cancelled { get; }

        long Paid { get; }

        long Acquitted { get; }

        long Returned { get; }

        long Demanded { get; }

        long Recovered { get; }

        long WrittenOff { get; }
    }
}

/// <summary>A grant in the register.</summary>
public sealed record GrantRegisterRow(
    long Grant, string Number, string Title, string Community, string Lead, string FinLead, string Round, GrantState State,
    IReadOnlyList<string> Funds, GrantFigures Figures, long? Voucher);

/// <summary>A page of the register of grants and the sums of all of it.</summary>
public sealed record GrantRegisterView(RegisterHead Head, IReadOnlyList<GrantRegisterRow> Rows, int Total, GrantFigures Sums);

/// <summary>资助项目登记簿: every grant that was ever awarded, newest first, with what its money did.</summary>
public sealed record GrantRegister(RegisterFilter Of) : Query<GrantRegisterView>
{
    internal override Need Needs => Need.Any(RegisterReaders.All);

    internal override async Task<GrantRegisterView> Answer(Work work, CancellationToken ct)
    {
        RegisterScope scope = await RegisterScope.Of(work, Of, ct);
        string? state = Of.State is { } asked ? Codes.Kebab(asked) : null;
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select c.grant_id as "Grant", c.number as "Number", c.title as "Title", c.community as "Community", c.lead_id as "Lead",
                   c.fin_lead_id as "FinLead", r.title as "Round", c.state as "State", s.funds as "Funds", s.committed as "Committed",
                   s.cancelled as "Cancelled", s.paid as "Paid", s.acquitted as "Acquitted", s.returned as "Returned", s.demanded as "Demanded",
                   s.recovered as "Recovered", s.written_off as "WrittenOff",
                   (select max(a.voucher_id) from grant_award a where a.book_id = c.book_id and a.grant_id = c.grant_id) as "Voucher"
              from (select x.grant_id, array_agg(x.fund_id order by x.fund_id) as funds, sum(x.committed)::bigint as committed,
                           sum(x.cancelled)::bigint as cancelled, sum(x.paid)::bigint as paid, sum(x.acquitted)::bigint as acquitted,
                           sum(x.returned)::bigint as returned, sum(x.demanded)::bigint as demanded, sum(x.recovered)::bigint as recovered,
                           sum(x.written_off)::bigint as written_off
                      from grant_sums({work.Book}, {scope.Funds}, {scope.SumDay}) x group by x.grant_id) s
              join grant_case c on c.book_id = {work.Book} and c.grant_id = s.grant_id
              join grant_round r on r.book_id = c.book_id and r.grant_round_id = c.grant_round_id
             where ({Of.Round}::bigint is null or c.grant_round_id = {Of.Round}) and ({state}::text is null or c.state = {state})
               and ({Of.Person}::bigint is null or c.lead_id = {Of.Person} or c.fin_lead_id = {Of.Person})
               and ({Of.Grant}::bigint is null or c.grant_id = {Of.Grant})
             order by c.grant_id desc offset {Of.Skipped} limit {Of.Size}
            """).ToListAsync(ct);
        Sum sums = await work.Db.Database.SqlQuery<Sum>(
            $"""
            select count(distinct s.grant_id)::int as "Rows", coalesce(sum(s.committed), 0)::bigint as "Committed",
                   coalesce(sum(s.cancelled), 0)::bigint as "Cancelled", coalesce(sum(s.paid), 0)::bigint as "Paid",
                   coalesce(sum(s.acquitted), 0)::bigint as "Acquitted", coalesce(sum(s.returned), 0)::bigint as "Returned",
                   coalesce(sum(s.demanded), 0)::bigint as "Demanded", coalesce(sum(s.recovered), 0)::bigint as "Recovered",
                   coalesce(sum(s.written_off), 0)::bigint as "WrittenOff"
              from grant_sums({work.Book}, {scope.Funds}, {scope.SumDay}) s
             where ({Of.Round}::bigint is null and {state}::text is null and {Of.Person}::bigint is null and {Of.Grant}::bigint is null)
                or exists (select 1 from grant_case c where c.book_id = {work.Book} and c.grant_id = s.grant_id
                              and ({Of.Round}::bigint is null or c.grant_round_id = {Of.Round}) and ({state}::text is null or c.state = {state})
                              and ({Of.Person}::bigint is null or c.lead_id = {Of.Person} or c.fin_lead_id = {Of.Person})
                              and ({Of.Grant}::bigint is null or c.grant_id = {Of.Grant}))
            """).SingleAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.SelectMany(row => new[] { row.Lead, row.FinLead }), ct);
        Dictionary<long, string> funds = scope.Head.Funds.ToDictionary(fund => fund.Id, fund => fund.Text);
        return new GrantRegisterView(scope.Head,
            [
                .. rows.Select(row => new GrantRegisterRow(row.Grant, row.Number, row.Title, row.Community, Name(row.Lead), Name(row.FinLead),
                    row.Round, Codes.Parse<GrantState>(row.State), [.. row.Funds.Select(fund => funds[fund])], GrantFigures.Of(row), row.Voucher)),
            ],
            sums.Rows, GrantFigures.Of(sums));

        string Name(long? person) => person is { } id ? names.GetValueOrDefault(id, "") : "";
    }

    private sealed record Row(
        long Grant, string Number, string Title, string Community, long? Lead, long? FinLead, string Round, string State, int[] Funds,
        long Committed, long Cancelled, long Paid, long Acquitted, long Returned, long Demanded, long Recovered, long WrittenOff, long? Voucher)
        : GrantFigures.ISummed;

    private sealed record Sum(
        int Rows, long Committed, long Cancelled, long Paid, long Acquitted, long Returned, long Demanded, long Recovered, long WrittenOff)
        : GrantFigures.ISummed;
}
