using CommunityFund.Tests.Grants.Awards;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Grants.Registers;

/// <summary>Running grants that are only written down: what is asked of them is their age, or how they look.</summary>
internal static class AgedGrants
{
    /// <summary>Grants with one open advance each, due so many days ago; written down, for it is only their age that matters.</summary>
    public static async Task Aged(this AwardNotation grants, LocalDate today, params IReadOnlyList<int> late)
    {
        foreach (int days in late)
        {
            await Plant(grants, $"""
                insert into grant_case (book_id, grant_round_id, number, title, community, lead_id, fin_lead_id, signer_id, filled_by, state, state_version,
                  requested, own_units, created_at, submitted_at)
                values (1, {grants.Round}, 'A-' || {days + 1000}, '预拨{days}', '幸福里', {grants.Id("lead")}, {grants.Id("fin")}, {grants.Id("signer")},
                  {grants.Id("lead")}, 'active', 1, 10000, 0, now(), now());
                insert into tranche (book_id, grant_id, award_no, no, units, earliest_on, condition, report_due_on, state, state_version)
                  select 1, max(grant_id), 1, 1, 10000, date '2025-01-01', '协议签订', date '{today.PlusDays(-days):uuuu-MM-dd}', 'awaiting-acquittal', 1
                    from grant_case;
                insert into tranche_fund (book_id, tranche_id, fund_id, place, planned, paid)
                  select 1, max(tranche_id), {grants.Community}, 1, {10000 + days}, {10000 + days} from tranche;
                insert into grant_fund (book_id, grant_id, fund_id, committed, paid)
                  select 1, max(grant_id), {grants.Community}, 10000 + {days}, 10000 + {days} from grant_case
                """);
        }
    }

    /// <summary>Gives an aged grant the story that its figures come from: an award, two tranches, the first paid and accounted for in part, the
    /// second held for it.</summary>
    public static async Task<long> Storied(this AwardNotation grants, LocalDate today, int late, string state = "active")
    {
        await grants.Aged(today, late);
        await Plant(grants, $"""
            update grant_case set title = '长者食堂和邻里修理铺', state = '{state}' where grant_id = (select max(grant_id) from grant_case);
            insert into tranche (book_id, grant_id, award_no, no, units, earliest_on, condition, report_due_on, state, state_version, held_by)
              select 1, max(grant_id), 1, 2, 480000, date '2026-07-01', '前一期核销满八成', date '2026-12-31', 'held', 2, 'calendar' from grant_case;
            insert into tranche_fund (book_id, tranche_id, fund_id, place, planned) select 1, max(tranche_id), {grants.Community}, 1, 480000 from tranche;
            update tranche set units = 720000, paid_on = date '2026-04-15' where no = 1 and grant_id = (select max(grant_id) from grant_case);
            update tranche_fund set planned = 720000, paid = 720000, acquitted = 400000, returned = 5050
             where tranche_id = (select max(tranche_id) - 1 from tranche);
            update grant_fund set committed = 1200000, paid = 720000, acquitted = 400000, returned = 5050
             where grant_id = (select max(grant_id) from grant_case);
            insert into grant_log (book_id, grant_id, state_version, move, from_state, to_state, actor_id, at, reason, clause, facts, vouchers)
              select 1, max(g.grant_id), x.v, x.move, null, x.state, {grants.Id("desk")}, now() - x.ago, x.reason, '', '{"{}"}', '{"{}"}'
                from grant_case g cross join (values (0, 'award', 'awarded', interval '200 days', ''), (1, 'activate', 'active', interval '190 days', ''))
                  x(v, move, state, ago, reason) group by x.v, x.move, x.state, x.ago, x.reason;
            insert into tranche_log (book_id, tranche_id, state_version, move, from_state, to_state, mover, actor_id, at, reason, facts, vouchers)
              select 1, t.tranche_id, x.v, x.move, x.was, x.state, x.mover, case x.mover when 'desk' then {grants.Id("desk")} when 'lead' then {grants.Id("lead")}
                       when 'approver-l1' then {grants.Id("l1")} end, now() - x.ago, x.reason, '{"{}"}', '{"{}"}'
                from tranche t join (values
                  (1, 1, 'meet-condition', 'planned', 'eligible', 'calendar', interval '189 days', ''),
                  (1, 2, 'request', 'eligible', 'requested', 'lead', interval '180 days', ''),
                  (1, 3, 'check', 'requested', 'checked', 'desk', interval '178 days', ''),
                  (1, 4, 'approve', 'checked', 'approved', 'approver-l1', interval '177 days', ''),
                  (1, 5, 'await-acquittal', 'paid', 'awaiting-acquittal', 'voucher', interval '170 days', ''),
                  (2, 2, 'hold-overdue', 'planned', 'held', 'calendar', interval '5 days', '')) x(no, v, move, was, state, mover, ago, reason)
                  on x.no = t.no where t.grant_id = (select max(grant_id) from grant_case);
            insert into grant_money (book_id, grant_id, tranche_id, fund_id, move, units, voucher_id, occurred_on, at)
              select 1, g.grant_id, case when x.no > 0 then (select tranche_id from tranche t where t.grant_id = g.grant_id and t.no = x.no) end,
                     {grants.Community}, x.move, x.units, (select min(voucher_id) + x.no from voucher), (now() - x.ago)::date, now() - x.ago
                from (select max(grant_id) as grant_id from grant_case) g
                cross join (values (0, 'committed', 1200000, interval '200 days'), (1, 'paid', 720000, interval '170 days'),
                  (1, 'acquitted', 400000, interval '90 days'), (1, 'returned', 5050, interval '80 days')) x(no, move, units, ago)
            """);
        return (long)(await grants.Sql("select max(grant_id) from grant_case"))!;
    }

    /// <summary>What an auditor finds of an aged grant beside its late advance: a shift that its lead put in force alone, a line of the budget that
    /// is over, and a suspension that one person began and ended.</summary>
    public static Task Handled(this AwardNotation grants, string title) => Plant(grants, $"""
        create temporary table g as select c.grant_id, t.tranche_id from grant_case c join tranche t using (book_id, grant_id)
          where c.title = '{title}';
        insert into grant_award (book_id, grant_id, award_no, decision_version, project_id, units, resolution, signed_by, confirmed_by, awarded_on, awarded_at,
          agreement_due, voucher_id)
          select 1, g.grant_id, 1, 1, 1, 1200000, '决议', {grants.Id("steer")}, {grants.Id("l2")}, now()::date, now(), now()::date, v.id
            from g cross join (select max(voucher_id) as id from voucher) v;
        insert into grant_amendment (book_id, grant_id, amendment_no, award_no, based_on, kind, state, reason, share, by_self, ends_on, lead_id, fin_lead_id,
          lead_before, fin_before, units, asked_by, asked_at, due_on, decided_by, decided_at)
          select 1, grant_id, 1, 1, 0, 'shift', 'in-force', '餐具涨价', 1000, true, now()::date, {grants.Id("lead")}, {grants.Id("fin")}, {grants.Id("lead")},
                 {grants.Id("fin")}, 0, {grants.Id("lead")}, now(), now()::date, {grants.Id("lead")}, now() from g;
        insert into grant_amended_line select 1, grant_id, 1, 1, '餐具', 200000, 0 from g;
        insert into grant_receipt (book_id, grant_id, kind, issued_on, units, spending, line_no, what, state, added_by, added_at)
          select 1, grant_id, 'receipt', now()::date, 210000, 'supplies', 1, '餐具三十套', 'accepted', {grants.Id("fin")}, now() from g;
        insert into grant_acquittal select 1, tranche_id, 1, {grants.Id("fin")}, {grants.Id("signer")}, {grants.Id("fin")}, now(), 'posted', v.id
          from g cross join (select min(voucher_id) as id from voucher) v;
        insert into grant_acquittal_line select 1, tranche_id, 1, 1, (select max(grant_receipt_id) from grant_receipt), 210000, true, '', {grants.Id("desk")}, now() from g;
        insert into grant_suspension select 1, grant_id, 2, 'complaint', now()::date from g;
        insert into grant_log (book_id, grant_id, state_version, move, from_state, to_state, actor_id, at, reason, clause, facts, vouchers)
          select 1, grant_id, x.v, x.move, null, x.state, {grants.Id("desk")}, now(), '居民投诉', '', '{"{}"}', '{"{}"}'
            from g cross join (values (2, 'suspend', 'suspended'), (3, 'resume', 'active')) x(v, move, state)
        """);

    private static async Task Plant(AwardNotation grants, string sql)
    {
        await using NpgsqlConnection superuser = new(
            new NpgsqlConnectionStringBuilder(grants.Body.Connections.Superuser) { Pooling = false }.ConnectionString);
        await superuser.OpenAsync();
        await using NpgsqlCommand command = new($"set session_replication_role = replica; {sql}", superuser);
        await command.ExecuteNonQueryAsync();
    }
}
