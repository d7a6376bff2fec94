using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Registers;

/// <summary>A tranche in the register.</summary>
/// <param name="Planned">In the funds that the reader's role reaches.</param>
/// <param name="Voucher">The payment's.</param>
public sealed record TrancheRegisterRow(
    long Tranche, long Grant, string Number, string Title, short No, TrancheState State, GrantMover? HeldBy, LocalDate EarliestOn,
    LocalDate ReportDueOn, LocalDate? PaidOn, Amount Planned, Amount Cancelled, Amount Paid, Amount Acquitted, Amount Returned, Amount Carried,
    Amount Demanded, long? Voucher)
{
    /// <summary>代付: whether what is asked for, or was paid, is for the foundation's own purchase from a supplier.</summary>
    public bool IsPurchase { get; init; }

    /// <summary>Who sells; empty until the desk has named an account.</summary>
    public string Supplier { get; init; } = "";

    public Amount Promised => Planned - Cancelled - Paid;

    public Amount Advance => Paid + Carried - Acquitted - Returned - Demanded;
}

/// <summary>Sums of tranches.</summary>
public sealed record TrancheSums(Amount Planned, Amount Cancelled, Amount Paid, Amount Acquitted, Amount Returned, Amount Carried, Amount Demanded)
{
    public Amount Promised => Planned - Cancelled - Paid;

    public Amount Advance => Paid + Carried - Acquitted - Returned - Demanded;
}

/// <summary>A page of tranches and the sums of all of them.</summary>
public sealed record TrancheRegisterView(RegisterHead Head, IReadOnlyList<TrancheRegisterRow> Rows, int Total, TrancheSums Sums);

/// <summary>拨付期登记簿: every tranche of every grant that began, the newest grant first, as it stands now.</summary>
public sealed record TrancheRegister(RegisterFilter Of, TrancheState? Tranche = null) : Query<TrancheRegisterView>
{
    internal override Need Needs => Need.Any(RegisterReaders.All);

    internal override async Task<TrancheRegisterView> Answer(Work work, CancellationToken ct)
    {
        RegisterScope scope = await RegisterScope.Of(work, Of with { AsOf = null }, ct);
        string? grant = Of.State is { } asked ? Codes.Kebab(asked) : null, state = Tranche is { } wanted ? Codes.Kebab(wanted) : null;
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select t.tranche_id as "Tranche", t.grant_id as "Grant", c.number as "Number", c.title as "Title", t.no as "No", t.state as "State",
                   t.held_by as "HeldBy", t.earliest_on as "EarliestOn", t.report_due_on as "ReportDueOn", t.paid_on as "PaidOn",
                   s.planned as "Planned", s.cancelled as "Cancelled", s.paid as "Paid", s.acquitted as "Acquitted", s.returned as "Returned",
                   s.carried as "Carried", s.demanded as "Demanded",
                   (select max(m.voucher_id) from grant_money m where m.book_id = t.book_id and m.grant_id = t.grant_id
                       and m.tranche_id = t.tranche_id and m.move = 'paid' and m.units > 0) as "Voucher",
                   q.tranche_id is not null as "IsPurchase", a.payee_id as "Supplier"
              from tranche t join grant_case c using (book_id, grant_id)
              left join tranche_request q on q.book_id = t.book_id and q.tranche_id = t.tranche_id and q.request_no = t.request_no and q.is_purchase
                   and t.state not in ('planned', 'eligible', 'held', 'declined', 'cancelled', 'expired')
              left join tranche_check k on k.book_id = q.book_id and k.tranche_id = q.tranche_id and k.request_no = q.request_no
              left join payee_account a on a.book_id = k.book_id and a.payee_account_id = k.supplier_account_id
              join lateral (select count(*) as funds, sum(f.planned)::bigint as planned, sum(f.cancelled)::bigint as cancelled,
                                   sum(f.paid)::bigint as paid, sum(f.acquitted)::bigint as acquitted, sum(f.returned)::bigint as returned,
                                   sum(f.carried)::bigint as carried, sum(f.demanded)::bigint as demanded
                              from tranche_fund f where f.book_id = t.book_id and f.tranche_id = t.tranche_id and f.fund_id = any ({scope.Funds})) s
                on s.funds > 0
             where t.book_id = {work.Book} and ({state}::text is null or t.state = {state}) and ({grant}::text is null or c.state = {grant})
               and ({Of.Round}::bigint is null or c.grant_round_id = {Of.Round}) and ({Of.Grant}::bigint is null or t.grant_id = {Of.Grant})
               and ({Of.Person}::bigint is null or c.lead_id = {Of.Person} or c.fin_lead_id = {Of.Person})
             order by t.grant_id desc, t.award_no, t.no offset {Of.Skipped} limit {Of.Size}
            """).ToListAsync(ct);
        Sum sums = await work.Db.Database.SqlQuery<Sum>(
            $"""
            select count(distinct f.tranche_id)::int as "Rows", coalesce(sum(f.planned), 0)::bigint as "Planned",
                   coalesce(sum(f.cancelled), 0)::bigint as "Cancelled", coalesce(sum(f.paid), 0)::bigint as "Paid",
                   coalesce(sum(f.acquitted), 0)::bigint as "Acquitted", coalesce(sum(f.returned), 0)::bigint as "Returned",
                   coalesce(sum(f.carried), 0)::bigint as "Carried", coalesce(sum(f.demanded), 0)::bigint as "Demanded"
              from tranche_fund f join tranche t using (book_id, tranche_id) join grant_case c using (book_id, grant_id)
             where f.book_id = {work.Book} and f.fund_id = any ({scope.Funds}) and ({state}::text is null or t.state = {state})
               and ({grant}::text is null or c.state = {grant}) and ({Of.Round}::bigint is null or c.grant_round_id = {Of.Round})
               and ({Of.Grant}::bigint is null or t.grant_id = {Of.Grant})
               and ({Of.Person}::bigint is null or c.lead_id = {Of.Person} or c.fin_lead_id = {Of.Person})
            """).SingleAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.Select(row => row.Supplier), ct);
        return new TrancheRegisterView(scope.Head,
            [
                .. rows.Select(row => new TrancheRegisterRow(row.Tranche, row.Grant, row.Number, row.Title, row.No,
                    Codes.Parse<TrancheState>(row.State), row.HeldBy is { } by ? Codes.Parse<GrantMover>(by) : null,
                    LocalDate.FromDateOnly(row.EarliestOn), LocalDate.FromDateOnly(row.ReportDueOn),
                    row.PaidOn is { } paid ? LocalDate.FromDateOnly(paid) : null, Amount.Fen(row.Planned), Amount.Fen(row.Cancelled),
                    Amount.Fen(row.Paid), Amount.Fen(row.Acquitted), Amount.Fen(row.Returned), Amount.Fen(row.Carried), Amount.Fen(row.Demanded),
                    row.Voucher)
                {
                    IsPurchase = row.IsPurchase,
                    Supplier = row.Supplier is { } supplier ? names.GetValueOrDefault(supplier, "") : "",
                }),
            ],
            sums.Rows, new TrancheSums(Amount.Fen(sums.Planned), Amount.Fen(sums.Cancelled), Amount.Fen(sums.Paid), Amount.Fen(sums.Acquitted),
                Amount.Fen(sums.Returned), Amount.Fen(sums.Carried), Amount.Fen(sums.Demanded)));
    }

    private sealed record Row(
        long Tranche, long Grant, string Number, string Title, short No, string State, string? HeldBy, DateOnly EarliestOn, DateOnly ReportDueOn,
        DateOnly? PaidOn, long Planned, long Cancelled, long Paid, long Acquitted, long Returned, long Carried, long Demanded, long? Voucher,
        bool IsPurchase, long? Supplier);

    private sealed record Sum(
        int Rows, long Planned, long Cancelled, long Paid, long Acquitted, long Returned, long Carried, long Demanded);
}
