using CommunityFund.Books;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Registers;

/// <summary>What an auditor looks at first.</summary>
public enum GrantException
{
    /// <summary>预拨款逾期: its account was due and is not in.</summary>
    OverdueAdvance,

    /// <summary>暂缓拨付, by whom and since when.</summary>
    HeldTranche,

    /// <summary>退汇或拒付.</summary>
    ReturnedPayment,

    /// <summary>付款或核销凭证冲销.</summary>
    ReversedVoucher,

    /// <summary>重开: a grant that was closing, closed or terminated and runs again.</summary>
    ReopenedGrant,

    /// <summary>一人多手: one person took two steps of the same payment, account, claim or change, one of which decides.</summary>
    SameHands,

    /// <summary>超预算行核销: more is accounted for on a line of the budget than it has, within the tenth that is allowed.</summary>
    OverLine,

    /// <summary>核销后收回: money that is awaited, or came, after its claim was given up.</summary>
    LateRecovery,
}

/// <summary>Something out of the ordinary.</summary>
/// <param name="Day">Since when, or when it happened.</param>
/// <param name="By">Who did it; empty for the calendar.</param>
/// <param name="Mover">As what; null where nobody acted.</param>
/// <param name="Step">The step, or null.</param>
/// <param name="Other">The step that the same person took before, or null.</param>
/// <param name="Hand">What somebody did beside the steps of a request, or null.</param>
/// <param name="Before">What the same person did before it, or null.</param>
/// <param name="Waits">Whether what is over a line is still under review.</param>
public sealed record ExceptionRow(
    GrantException Kind, long Grant, string Number, string Title, short? No, LocalDate Day, string By, GrantMover? Mover, TrancheMove? Step,
    TrancheMove? Other, GrantMove? Move, int? Late, Amount? Amount, string Reason, long? Voucher)
{
    public GrantHand? Hand { get; init; }

    public GrantHand? Before { get; init; }

    public bool Waits { get; init; }

    /// <summary>Whether what was given up came after all, or is awaited; null of anything else.</summary>
    public LateRecoveryState? Recovery { get; init; }
}

/// <summary>How many there are of a kind.</summary>
public sealed record ExceptionCount(GrantException Kind, int Count);

/// <summary>A page of exceptions, the newest first.</summary>
public sealed record ExceptionRegisterView(
    RegisterHead Head, LocalDate Since, IReadOnlyList<ExceptionRow> Rows, IReadOnlyList<ExceptionCount> Counts, int Total);

/// <summary>异常事项登记簿: advances that are overdue, tranches that are held and lines that are over now; what came back, was reversed, was
/// reopened, went through one pair of hands or was paid after it was written off since a day.</summary>
/// <param name="Since">Null begins with the year before this one.</param>
public sealed record ExceptionRegister(RegisterFilter Of, GrantException? Kind = null, LocalDate? Since = null) : Query<ExceptionRegisterView>
{
    internal override Need Needs => Need.Any(RegisterReaders.All);

    internal override async Task<ExceptionRegisterView> Answer(Work work, CancellationToken ct)
    {
        RegisterScope scope = await RegisterScope.Of(work, Of with { AsOf = null }, ct);
        LocalDate since = Since ?? new LocalDate(work.Today.Year - 1, 1, 1);
        (DateOnly first, DateOnly day) = (since.ToDateOnly(), work.Today.ToDateOnly());
        string? state = Of.State is { } asked ? Codes.Kebab(asked) : null, kind = Kind is { } wanted ? Codes.Kebab(wanted) : null;
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            with steps as (
              select t.grant_id, t.tranche_id, t.no, l.move, l.mover, l.actor_id, l.at, l.reason, l.vouchers, l.state_version, t.asked
                from tranche_log l join tranche t using (book_id, tranche_id)
               where l.book_id = {work.Book} and (l.at at time zone 'Asia/Shanghai')::date >= {first}
                 and l.move in ('bank-reject', 'bank-return', 'undo-paid', 'undo-acquittal', 'approve', 'approve-l1', 'approve-l2',
                                'approve-l2-before-steer', 'approve-steer')),
            found as (
              select 'overdue-advance' as kind, t.grant_id, t.no, t.report_due_on as day, null::bigint as person, null::text as mover,
                     null::text as step, null::text as other, null::text as move, {day} - t.report_due_on as late,
                     (select sum(f.paid + f.carried - f.acquitted - f.returned - f.demanded)::bigint from tranche_fund f
                       where f.book_id = t.book_id and f.tranche_id = t.tranche_id and f.fund_id = any ({scope.Funds})) as units,
                     '' as reason, null::bigint as voucher
                from tranche t where t.book_id = {work.Book} and t.state in ('awaiting-acquittal', 'partly-acquitted') and t.report_due_on < {day}
              union all
              select 'held-tranche', t.grant_id, t.no, (l.at at time zone 'Asia/Shanghai')::date, l.actor_id, l.mover, l.move, null, null, null,
                     t.units, l.reason, null
                from tranche t
                join lateral (select x.* from tranche_log x where x.book_id = t.book_id and x.tranche_id = t.tranche_id and x.to_state = 'held'
                               order by x.state_version desc limit 1) l on true
               where t.book_id = {work.Book} and t.state = 'held'
              union all
              select case when s.move like 'bank-%' then 'returned-payment' else 'reversed-voucher' end, s.grant_id, s.no,
                     (s.at at time zone 'Asia/Shanghai')::date, s.actor_id, s.mover, s.move, null, null, null, s.asked, s.reason, s.vouchers[1]
                from steps s where s.move not like 'approve%'
              union all
              select 'reopened-grant', l.grant_id, null, (l.at at time zone 'Asia/Shanghai')::date, l.actor_id, null, null, null, l.move, null, null,
                     l.reason, null
                from grant_log l where l.book_id = {work.Book} and l.move in ('reopen-work', 'reopen-closed', 'appeal-termination')
                 and (l.at at time zone 'Asia/Shanghai')::date >= {first}
              union all
              select 'same-hands', s.grant_id, s.no, (s.at at time zone 'Asia/Shanghai')::date, s.actor_id, s.mover, s.move, b.move, null, null,
                     s.asked, s.reason, null
                from steps s
                join lateral (select x.move from tranche_log x
                               where x.book_id = {work.Book} and x.tranche_id = s.tranche_id and x.state_version < s.state_version
                                 and x.actor_id = s.actor_id
                                 and (x.move in ('request', 'check') or x.move like 'approve%')
                                 and not exists (select 1 from tranche_log r where r.book_id = {work.Book} and r.tranche_id = s.tranche_id
                                                    and r.state_version between x.state_version and s.state_version
                                                    and r.move in ('return-request', 'withdraw-request', 'release', 'release-by-panel',
                                                                   'release-cured'))
                               order by x.state_version desc limit 1) b on true
               where s.move like 'approve%'
              union all
              select 'same-hands', h.grant_id, h.no, (h.at at time zone 'Asia/Shanghai')::date, h.person, null, h.hand, h.before, null, null,
                     h.units, '', h.voucher
                from grant_same_hands({work.Book}, {first}) h
              union all
              select 'over-line', o.grant_id, o.no, (o.at at time zone 'Asia/Shanghai')::date, o.person, null, null, null,
                     case when o.waits then 'waits' end, null, o.units, o.what, o.voucher
                from grant_lines_over({work.Book}) o
              union all
              select 'late-recovery', w.grant_id, null, coalesce(m.occurred_on, (r.awaited_at at time zone 'Asia/Shanghai')::date), r.awaited_by,
                     null, null, null, r.state, null, r.units, r.note, case when r.state = 'came' then e.voucher_id end
                from grant_late_recovery r join grant_write_off w using (book_id, grant_write_off_id)
                join expectation e on e.book_id = r.book_id and e.expectation_id = r.expectation_id
                left join grant_money m on m.book_id = r.book_id and m.grant_id = w.grant_id and r.state = 'came'
                  and m.move = 'recovered-late' and m.units > 0 and m.voucher_id = e.voucher_id
               where r.book_id = {work.Book} and r.state <> 'dropped' and w.bearer_fund_id = any ({scope.Funds})
                 and (r.state = 'awaited' or m.occurred_on >= {first}))
            select f.kind as "Kind", f.grant_id as "Grant", c.number as "Number", c.title as "Title", f.no as "No", f.day as "Day",
                   f.person as "Person", f.mover as "Mover", f.step as "Step", f.other as "Other", f.move as "Move", f.late as "Late",
                   f.units as "Units", f.reason as "Reason", f.voucher as "Voucher"
              from found f join grant_case c on c.book_id = {work.Book} and c.grant_id = f.grant_id
             where exists (select 1 from grant_fund g where g.book_id = c.book_id and g.grant_id = c.grant_id and g.fund_id = any ({scope.Funds}))
               and ({Of.Round}::bigint is null or c.grant_round_id = {Of.Round}) and ({state}::text is null or c.state = {state})
               and ({Of.Person}::bigint is null or c.lead_id = {Of.Person} or c.fin_lead_id = {Of.Person})
               and ({Of.Grant}::bigint is null or c.grant_id = {Of.Grant})
             order by f.day desc, f.kind, f.grant_id desc, f.no limit {RegisterFilter.Most}
            """).ToListAsync(ct);
        List<Row> chosen = [.. rows.Where(row => kind is null || row.Kind == kind)];
        List<Row> shown = [.. chosen.Skip((int)Math.Min(Of.Skipped, int.MaxValue)).Take(Of.Size)];
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, shown.Select(row => row.Person), ct);
        return new ExceptionRegisterView(scope.Head, since, [.. shown.Select(row => Shown(row, names))],
            [
                .. Enum.GetValues<GrantException>().Select(each => new ExceptionCount(each, rows.Count(row => row.Kind == Codes.Kebab(each)))),
            ],
            chosen.Count);
    }

    private static ExceptionRow Shown(Row row, IReadOnlyDictionary<long, string> names)
    {
        if (row.Kind == Codes.Kebab(GrantException.OverLine))
        {
            return Plain(row with { Move = null }, names) with { Waits = row.Move is not null };
        }

        if (row.Kind == Codes.Kebab(GrantException.LateRecovery))
        {
            return Plain(row with { Move = null }, names) with { Recovery = Codes.Parse<LateRecoveryState>(row.Move!) };
        }

        // A step of a request by its own name; what else hands do by theirs.
        return row.Step is not null && Codes.Find<GrantHand>(row.Step) is { } hand
            ? Plain(row with { Step = null, Other = null }, names) with { Hand = hand, Before = Codes.Parse<GrantHand>(row.Other!) }
            : Plain(row, names);
    }

    private static ExceptionRow Plain(Row row, IReadOnlyDictionary<long, string> names) => new(
        Codes.Parse<GrantException>(row.Kind), row.Grant, row.Number, row.Title, row.No, LocalDate.FromDateOnly(row.Day),
        row.Person is { } person ? names.GetValueOrDefault(person, "") : "", row.Mover is { } mover ? Codes.Parse<GrantMover>(mover) : null,
        row.Step is { } step ? Codes.Parse<TrancheMove>(step) : null, row.Other is { } other ? Codes.Parse<TrancheMove>(other) : null,
        row.Move is { } move ? Codes.Parse<GrantMove>(move) : null, row.Late,
        row.Units is { } units ? Amount.Fen(units) : null, row.Reason, row.Voucher);

    private sealed record Row(
        string Kind, long Grant, string Number, string Title, short? No, DateOnly Day, long? Person, string? Mover, string? Step, string? Other,
        string? Move, int? Late, long? Units, string Reason, long? Voucher);
}
