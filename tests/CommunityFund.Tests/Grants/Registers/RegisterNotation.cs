using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Life;
using CommunityFund.Tests.Grants.Tranches;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Registers;

/// <summary>Running grants whose money has moved, day by day.</summary>
internal sealed class RegisterNotation(AwardNotation grants)
{
    public AwardNotation Grants { get; } = grants;

    public TestBody Body => Grants.Body;

    public LocalDate Today => Body.Clock.Now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;

    public static async Task<RegisterNotation> Of(TestBody body) => new(await AwardNotation.Of(body));

    public Task<long> Started() => PlanTests.Started(Grants);

    public async Task<IReadOnlyList<Tranche>> Plan(long grant)
    {
        await using FundDb db = Body.Db();
        return await db.Set<Tranche>().AsNoTracking().Where(row => row.GrantId == grant).OrderBy(row => row.No).ToListAsync();
    }

    /// <summary>Money of the children's and the community fund, in yuan, today.</summary>
    public Task<long> Move(long grant, long tranche, MoneyMove move, decimal children = 0, decimal community = 0) =>
        Body.Operator.Run(new MoveMoney(TestBody.Key, grant, tranche, move,
            [
                .. new[] { (Grants.Children, children), (Grants.Community, community) }.Where(part => part.Item2 != 0)
                    .Select(part => new FundUnits(part.Item1, (long)(part.Item2 * 100))),
            ],
            Today, Grants.Id("l1"), Grants.Id("l2")));

    /// <summary>Puts a tranche where the money is already, as its steps would.</summary>
    public Task Stands(long tranche, TrancheState state, LocalDate? due = null, GrantMoverAs? held = null) => Body.Superuser($"""
        insert into tranche_log (book_id, tranche_id, state_version, move, from_state, to_state, mover, actor_id, at, reason, facts, vouchers)
          select book_id, tranche_id, state_version + 1, '{held?.Move ?? "await-acquittal"}', state, '{Codes.Kebab(state)}', '{held?.Mover ?? "voucher"}',
                 {held?.Person.ToString() ?? "null"}, '{Body.Clock.Now}', '{held?.Reason}', '{"{}"}', '{"{}"}' from tranche where tranche_id = {tranche};
        update tranche set state = '{Codes.Kebab(state)}', state_version = state_version + 1, paid_on = coalesce(paid_on, '{Today:uuuu-MM-dd}'),
          held_by = {(held is null || state != TrancheState.Held ? "null" : $"'{held.Mover}'")}, report_due_on = coalesce({(due is { } day ? $"date '{day:uuuu-MM-dd}'" : "null")}, report_due_on)
         where tranche_id = {tranche}
        """);

    public Task Aged(params IReadOnlyList<int> late) => Grants.Aged(Today, late);
}

/// <summary>Who holds a tranche, as the log has it.</summary>
internal sealed record GrantMoverAs(string Mover, string Move, long Person, string Reason);
