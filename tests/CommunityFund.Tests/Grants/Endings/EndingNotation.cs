using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Money;
using CommunityFund.Ledger;
using CommunityFund.Tests.Grants.Awards;
using NodaTime;

namespace CommunityFund.Tests.Grants.Endings;

/// <summary>
/// A running grant whose first tranche was paid and partly acquitted: the vouchers are posted as any, and the tables' owner writes down where the
/// tranche came to by them, for how it came there is not what these tests are about.
/// </summary>
internal sealed class EndingNotation
{
    private EndingNotation(TestBody body, AwardNotation grants, long grant) => (Body, Grants, Grant) = (body, grants, grant);

    public TestBody Body { get; }

    public AwardNotation Grants { get; }

    public long Grant { get; }

    /// <summary>The fund that pays.</summary>
    public int Fund { get; private init; } = TestBody.Children;

    /// <summary>The account that it pays from.</summary>
    public string Bank { get; private init; } = TestBody.Bank;

    public static Guid Key => TestBody.Key;

    /// <summary>A grant that one fund pays, also of another foundation.</summary>
    public static EndingNotation On(AwardNotation grants, long grant, int fund, string bank) => new(grants.Body, grants, grant) { Fund = fund, Bank = bank };

    public async Task Pay(decimal yuan, bool isExpensed = false)
    {
        IReadOnlyList<long> vouchers = await Body.Accountant.Run(new PayTranche(Key, Grant, Amount.Yuan(yuan), isExpensed, Fund, Bank));
        await Body.Review(vouchers[0]);
        await Register(1, isExpensed ? ["paid", "acquitted"] : ["paid"], yuan, vouchers[0]);

        await Came(1, isExpensed ? "paid" : "awaiting-acquittal");
    }

    public async Task Acquit(decimal yuan, string state = "partly-acquitted")
    {
        long voucher = await Body.Accountant.Run(new AcquitTranche(Key, Grant, Amount.Yuan(yuan), Fund));
        await Body.Review(voucher);
        await Register(1, ["acquitted"], yuan, voucher);
        await Came(1, state);
    }

    /// <summary>The lead was heard and the desk proposes the end.</summary>
    public async Task Heard(TerminationCause cause = TerminationCause.Breach)
    {
        LocalDate today = Body.Clock.Now.InUtc().Date;
        await Grants.Desk.Run(new RecordHearing(Key, Grant, today.PlusDays(-6), today.PlusDays(-1), true, "说明活动已停办"));
        await Grants.Panel.Run(new ProposeTermination(Key, Grant, cause, "场地收回，活动停办"));
    }

    public async Task Terminate()
    {
        await Grants.Steer.Run(new TerminateGrant(Key, Grant, await Version(), "活动停办", "决议〔2026〕15号"));
        (await Grants.L2.Run(new TerminateGrant(Key, Grant, await Version(), "活动停办", "决议〔2026〕15号"))).Happened.ShouldBeTrue();
    }

    public async Task<long> Signed()
    {
        LocalDate today = Body.Clock.Now.InUtc().Date;
        long demand = await Body.Accountant.Run(new DraftDemand(Key, Grant, await Version(), today.PlusDays(15), "终止后应退回的资金"));
        await Grants.L2.Run(new SignDemand(Key, demand));
        return demand;
    }

    public async Task<long> Demanded()
    {
        long demand = await Signed();
        await Body.Review(await Body.Accountant.Run(new PrepareDemand(Key, demand)));
        return demand;
    }

    public Task<int> Version() => Grants.Version(Grant);

    public Task<GrantState> State() => Grants.State(Grant);

    public async Task<long> Tranche(int no = 1) => (long)(await Grants.Sql($"select tranche_id from tranche where grant_id = {Grant} and no = {no}"))!;

    public async Task<string> TrancheState(int no) => (string)(await Grants.Sql($"select state from tranche where grant_id = {Grant} and no = {no}"))!;

    /// <summary>What an account says of a fund, in yuan.</summary>
    public async Task<decimal> Net(string account, int fund) => (decimal)(await Grants.Sql(
        $"select coalesce(sum(signed(l.side, l.units)), 0) / 100.0 from posting l join account a using (book_id, account_id) where split_part(a.key, '.', 1) = '{account}' and l.fund_id = {fund}"))!;

    private Task Register(int tranche, string[] moves, decimal yuan, long voucher) => Grants.Sql(
        $"""
        insert into grant_money (book_id, grant_id, tranche_id, fund_id, move, units, voucher_id, occurred_on, at)
          select book_id, grant_id, tranche_id, {Fund}, move, {Amount.Yuan(yuan).Units}, {voucher}, '2026-04-20', now()
            from tranche cross join unnest(array['{string.Join("','", moves)}']) with ordinality m(move, place)
           where grant_id = {Grant} and no = {tranche} order by place
        """);

    private Task Came(int tranche, string state) => Grants.Sql(
        $"""
        alter table tranche disable trigger user;
        update tranche set state = '{state}', state_version = state_version + 1 where grant_id = {Grant} and no = {tranche};
        alter table tranche enable trigger user;
        alter table tranche_log disable trigger user;
        insert into tranche_log select book_id, tranche_id, state_version, 'await-acquittal', 'paid', state, 'voucher', null, now(), '', jsonb_build_object(), array[]::bigint[]
          from tranche where grant_id = {Grant} and no = {tranche};
        alter table tranche_log enable trigger user
        """);
}

/// <summary>A payment of the first tranche as the payment desk books it: the money, and the promise it fulfils.</summary>
internal sealed record PayTranche(Guid Key, long Grant, Amount Amount, bool IsExpensed, int From, string Bank) : Command<IReadOnlyList<long>>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    internal override async Task<IReadOnlyList<long>> Apply(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        GrantDebtor debtor = await GrantDebtor.Of(work, Grant, ct);
        Fund fund = await work.FundById(From, ct);
        EntryDraft draft = JournalEntry.On(work.Today, "拨付项目款");
        IReadOnlyList<LotDraw> lots = [];
        if (IsExpensed)
        {
            lots = await DemandLines.Cost(work, chart, draft, fund, Grant, debtor, Amount, work.Today, ct);
        }
        else
        {
            draft.Debit(chart[DemandLines.Advances], fund.Code, Amount, debtor.Tags);
        }

        draft.Credit(chart[Bank], fund.Code, Amount, new Tags(CashFlow: CashFlow.GrantsPaid));
        JournalEntry promise = await CommitmentEntry.Of(work, work.Today, "拨付，冲回承诺", debtor.Project, [new FundUnits(fund.FundId, Amount.Units)], isEnd: true, ct);
        return await work.PrepareTogether([new Draft(draft.Balanced(), Lots: lots.Count > 0 ? lots : null), new Draft(promise)], ct);
    }
}

/// <summary>An acquittal of the first tranche as it is booked.</summary>
internal sealed record AcquitTranche(Guid Key, long Grant, Amount Amount, int From) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        GrantDebtor debtor = await GrantDebtor.Of(work, Grant, ct);
        Fund fund = await work.FundById(From, ct);
        EntryDraft draft = JournalEntry.On(work.Today, "核销项目支出");
        IReadOnlyList<LotDraw> lots = await DemandLines.Cost(work, chart, draft, fund, Grant, debtor, Amount, work.Today, ct);
        draft.Credit(chart[DemandLines.Advances], fund.Code, Amount, debtor.Tags);
        return await work.Prepare(new Draft(draft.Balanced(), Lots: lots.Count > 0 ? lots : null), ct);
    }
}
