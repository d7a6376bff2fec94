using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Registers;

/// <summary>How long ago the account of an advance was due.</summary>
public enum AdvanceAge
{
    /// <summary>未到期: due today or later.</summary>
    NotDue,

    /// <summary>逾期 1-30 天.</summary>
    To30,

    /// <summary>逾期 31-60 天.</summary>
    To60,

    /// <summary>逾期 61-90 天.</summary>
    To90,

    /// <summary>逾期 90 天以上.</summary>
    Over90,
}

/// <summary>Ages.</summary>
public static class AdvanceAges
{
    /// <param name="late">Days after the day on which the account was due.</param>
    public static AdvanceAge Of(int late) => late switch
    {
        <= 0 => AdvanceAge.NotDue,
        <= 30 => AdvanceAge.To30,
        <= 60 => AdvanceAge.To60,
        <= 90 => AdvanceAge.To90,
        _ => AdvanceAge.Over90,
    };

    /// <summary>The days that an age spans, both included; null has no end.</summary>
    internal static (int? From, int? To) Days(AdvanceAge? age) => age switch
    {
        AdvanceAge.NotDue => (null, 0),
        AdvanceAge.To30 => (1, 30),
        AdvanceAge.To60 => (31, 60),
        AdvanceAge.To90 => (61, 90),
        AdvanceAge.Over90 => (91, null),
        _ => (null, null),
    };
}

/// <summary>Advances by their age.</summary>
public sealed record AdvanceFigures(int Count, Amount NotDue, Amount To30, Amount To60, Amount To90, Amount Over90)
{
    public Amount Late => To30 + To60 + To90 + Over90;

    public Amount All => NotDue + Late;

    /// <summary>In the order of the ages.</summary>
    public IReadOnlyList<Amount> Each => [NotDue, To30, To60, To90, Over90];
}

/// <summary>An advance that is not accounted for.</summary>
/// <param name="Late">Days after the day on which its account was due; zero or less before.</param>
/// <param name="Voucher">The payment's.</param>
public sealed record AdvanceRow(
    long Tranche, long Grant, string Number, string Title, short No, long LeadId, string Lead, long? FinLeadId, string FinLead, TrancheState State,
    LocalDate? PaidOn, LocalDate DueOn, int Late, Amount Amount, long? Voucher)
{
    public AdvanceAge Age => AdvanceAges.Of(Late);
}

/// <summary>A page of advances, the oldest first, and the sums of all of them.</summary>
public sealed record AdvanceRegisterView(RegisterHead Head, IReadOnlyList<AdvanceRow> Rows, int Total, AdvanceFigures Sums);

/// <summary>项目预拨款登记簿: what is paid to projects and not accounted for, by age.</summary>
/// <param name="Age">Only those of this age; the sums stay those of all.</param>
public sealed record AdvanceRegister(RegisterFilter Of, AdvanceAge? Age = null) : Query<AdvanceRegisterView>
{
    internal override Need Needs => Need.Any(RegisterReaders.All);

    internal override async Task<AdvanceRegisterView> Answer(Work work, CancellationToken ct)
    {
        RegisterScope scope = await RegisterScope.Of(work, Of, ct);
        DateOnly day = scope.Day.ToDateOnly();
        bool isFree = Of is { Round: null, Person: null, State: null, Grant: null };
        string? state = Of.State is { } asked ? Codes.Kebab(asked) : null;
        (int? from, int? to) = AdvanceAges.Days(Age);
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select p.tranche_id as "Tranche", p.grant_id as "Grant", c.number as "Number", c.title as "Title", p.no as "No", c.lead_id as "Lead",
                   c.fin_lead_id as "FinLead", p.state as "State", p.paid_on as "PaidOn", p.report_due_on as "DueOn", p.advance as "Units",
                   (select max(m.voucher_id) from grant_money m where m.book_id = c.book_id and m.grant_id = c.grant_id
                       and m.tranche_id = p.tranche_id and m.move = 'paid' and m.units > 0) as "Voucher"
              from (select t.tranche_id, t.grant_id, t.no, t.state, t.paid_on, t.report_due_on, sum(x.units)::bigint as advance
                      from advances_open({work.Book}, {scope.Funds}, {scope.SumDay}) x
                      join tranche t on t.book_id = {work.Book} and t.tranche_id = x.tranche_id
                     where ({scope.Head.IsPast} or t.state not in ('settled', 'clawed-back'))
                       and ({from}::int is null or {day} - t.report_due_on >= {from}) and ({to}::int is null or {day} - t.report_due_on <= {to})
                       and ({isFree} or t.grant_id in (
                              select c.grant_id from grant_case c where c.book_id = {work.Book}
                                 and ({Of.Round}::bigint is null or c.grant_round_id = {Of.Round}) and ({state}::text is null or c.state = {state})
                                 and ({Of.Person}::bigint is null or c.lead_id = {Of.Person} or c.fin_lead_id = {Of.Person})
                                 and ({Of.Grant}::bigint is null or c.grant_id = {Of.Grant})))
                     group by t.tranche_id, t.grant_id, t.no, t.state, t.paid_on, t.report_due_on
                     order by t.report_due_on, t.tranche_id offset {Of.Skipped} limit {Of.Size}) p
              join grant_case c on c.book_id = {work.Book} and c.grant_id = p.grant_id
             order by p.report_due_on, p.tranche_id
            """).ToListAsync(ct);
        List<AgeSum> sums = await work.Db.Database.SqlQuery<AgeSum>(
            $"""
            select case when {day} - t.report_due_on <= 0 then 0 when {day} - t.report_due_on <= 30 then 1 when {day} - t.report_due_on <= 60 then 2
                        when {day} - t.report_due_on <= 90 then 3 else 4 end as "Age",
                   count(distinct x.tranche_id)::int as "Rows", sum(x.units)::bigint as "Units"
              from advances_open({work.Book}, {scope.Funds}, {scope.SumDay}) x
              join tranche t on t.book_id = {work.Book} and t.tranche_id = x.tranche_id
             where ({scope.Head.IsPast} or t.state not in ('settled', 'clawed-back'))
               and ({isFree} or t.grant_id in (
                      select c.grant_id from grant_case c where c.book_id = {work.Book}
                         and ({Of.Round}::bigint is null or c.grant_round_id = {Of.Round}) and ({state}::text is null or c.state = {state})
                         and ({Of.Person}::bigint is null or c.lead_id = {Of.Person} or c.fin_lead_id = {Of.Person})
                         and ({Of.Grant}::bigint is null or c.grant_id = {Of.Grant})))
             group by 1
            """).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.SelectMany(row => new[] { row.Lead, row.FinLead }), ct);
        return new AdvanceRegisterView(scope.Head,
            [
                .. rows.Select(row => new AdvanceRow(row.Tranche, row.Grant, row.Number, row.Title, row.No, row.Lead!.Value, Name(row.Lead),
                    row.FinLead, Name(row.FinLead), Codes.Parse<TrancheState>(row.State),
                    row.PaidOn is { } paid ? LocalDate.FromDateOnly(paid) : null, LocalDate.FromDateOnly(row.DueOn),
                    day.DayNumber - row.DueOn.DayNumber, Amount.Fen(row.Units), row.Voucher)),
            ],
            sums.Where(sum => Age is null || sum.Age == (int)Age).Sum(sum => sum.Rows),
            new AdvanceFigures(sums.Sum(sum => sum.Rows), Sum(AdvanceAge.NotDue), Sum(AdvanceAge.To30), Sum(AdvanceAge.To60), Sum(AdvanceAge.To90),
                Sum(AdvanceAge.Over90)));

        string Name(long? person) => person is { } id ? names.GetValueOrDefault(id, "") : "";
        Amount Sum(AdvanceAge age) => Amount.Fen(sums.Where(sum => sum.Age == (int)age).Sum(sum => sum.Units));
    }

    private sealed record Row(
        long Tranche, long Grant, string Number, string Title, short No, long? Lead, long? FinLead, string State, DateOnly? PaidOn, DateOnly DueOn,
        long Units, long? Voucher);

    private sealed record AgeSum(int Age, int Rows, long Units);
}
