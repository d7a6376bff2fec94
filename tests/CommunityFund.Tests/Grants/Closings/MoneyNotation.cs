using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Ledger;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests.Grants.Closings;

/// <summary>What a grant's money did, written down with its vouchers and its rows; where tranches stand is said by the owner of the tables, for
/// the way there is not what these tests are about.</summary>
internal sealed class MoneyNotation(AwardNotation grants, long grant)
{
    /// <summary>Example A of grants.md 5.5: 12,000 in two tranches, 10,850 spent, 1,150 back.</summary>
    public async Task ExampleA()
    {
        await Pay(1, 7200, 0);
        await Acquit(1, 6950, 0);
        await Carry(1, 2, 250);
        await Stand(1, "settled");
        await Pay(2, 2800, 2000);
        await Acquit(2, 3050, 850);
        await Return(2, 0, 1150);
        await Stand(2, "settled");
    }

    public async Task Pay(int no, decimal children, decimal community)
    {
        await Book(MoneyMove.Paid, no, children, community);
        await Stand(no, "awaiting-acquittal");
    }

    public Task Acquit(int no, decimal children, decimal community) => Book(MoneyMove.Acquitted, no, children, community);

    public Task Return(int no, decimal children, decimal community) => Book(MoneyMove.Returned, no, children, community);

    public Task Carry(int from, int to, decimal children) => grants.Body.Accountant.Run(new CarryOver(AwardNotation.Key, grant, from, to,
        grants.Children, Amount.Yuan(children)));

    /// <summary>As the owner says it, past the table of steps.</summary>
    public Task Stand(int no, string state) => grants.Sql($"""
        alter table tranche disable trigger user;
        alter table tranche_log disable trigger user;
        insert into tranche_log select book_id, tranche_id, state_version + 1, 'await-acquittal', state, '{state}', 'voucher', null, now(), '', '{"{}"}', '{"{}"}'
          from tranche where grant_id = {grant} and no = {no};
        update tranche set state = '{state}', state_version = state_version + 1 where grant_id = {grant} and no = {no};
        alter table tranche_log enable trigger user;
        alter table tranche enable trigger user
        """);

    private async Task Book(MoneyMove move, int no, decimal children, decimal community)
    {
        FundUnits[] parts = [.. new[] { new FundUnits(grants.Children, Amount.Yuan(children).Units), new FundUnits(grants.Community,
            Amount.Yuan(community).Units) }.Where(part => part.Units > 0)];

        // The books know its state before the row of the register does, so that the last step stands when all is written.
        if (move == MoneyMove.Paid)
        {
            await Stand(no, "scheduled");
        }

        IReadOnlyList<long> vouchers = await grants.Body.Accountant.Run(new WriteMoney(AwardNotation.Key, grant, move, parts));
        await grants.Body.Reviewer.Run(new ReviewVoucher(AwardNotation.Key, vouchers[0]));
        await grants.Body.Accountant.Run(new NoteMoney(AwardNotation.Key, grant, no, move, parts, vouchers[0]));
    }
}

/// <summary>The voucher of a payment with its relief of the promise, of an account, or of money that came back.</summary>
internal sealed record WriteMoney(Guid Key, long Grant, MoneyMove Move, IReadOnlyList<FundUnits> Parts) : Command<IReadOnlyList<long>>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    internal override async Task<IReadOnlyList<long>> Apply(Work work, CancellationToken ct)
    {
        GrantAward award = (await GrantAward.Open(work, Grant, ct))!;
        Chart chart = await work.ChartOn(work.Today, ct);
        long payee = await (from named in work.Db.Set<GrantPayee>()
                            where named.BookId == work.Book && named.GrantId == Grant
                            select named.NamedBy).FirstAsync(ct);
        EntryDraft entry = JournalEntry.On(work.Today, "项目款");
        List<LotDraw> lots = [];
        foreach (FundUnits part in Parts)
        {
            Fund fund = await work.FundById(part.Fund, ct);
            Amount amount = Amount.Fen(part.Units);
            Tags advance = new(Project: award.ProjectId, Counterparty: payee);
            Restriction restriction = fund.FundId == TestBody.Children ? Restriction.Restricted : Restriction.Unrestricted;
            entry = Move switch
            {
                MoneyMove.Paid => entry.Debit(chart["project-advances"], fund.Code, amount, advance)
                    .Credit(chart[TestBody.Bank], fund.Code, amount, new Tags(CashFlow: CashFlow.GrantsPaid)),
                MoneyMove.Acquitted => entry.Debit(chart[Account.Keys.ProgrammeCost], fund.Code, amount, new Tags(restriction, Project: award.ProjectId))
                    .Credit(chart["project-advances"], fund.Code, amount, advance),
                _ => entry.Debit(chart[TestBody.Bank], fund.Code, amount, new Tags(CashFlow: CashFlow.OtherReceived))
                    .Credit(chart["project-advances"], fund.Code, amount, advance),
            };
            if (Move == MoneyMove.Acquitted && restriction == Restriction.Restricted)
            {
                lots.AddRange((await work.Db.Set<GrantLot>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == Grant
                    && row.Units > 0).ToListAsync(ct)).Select(row => new LotDraw(row.LotId, amount, Spends: true)).Take(1));
            }
        }

        List<Draft> drafts = [new Draft(entry.Balanced(), Lots: lots.Count > 0 ? lots : null)];
        if (Move == MoneyMove.Paid)
        {
            drafts.Add(new Draft(await CommitmentEntry.Of(work, work.Today, "拨付", award.ProjectId, Parts, isEnd: true, ct)));
        }

        return await work.PrepareTogether(drafts, ct);
    }
}

/// <summary>What the voucher did, in the register.</summary>
internal sealed record NoteMoney(Guid Key, long Grant, int No, MoneyMove Move, IReadOnlyList<FundUnits> Parts, long Voucher) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await MoneyRegister.Note(work, Grant, await CarryOver.Tranche(work, Grant, No, ct), Move, Parts, Voucher, work.Today, ct);
        return Done.It;
    }
}

/// <summary>An advance that goes on with the next tranche.</summary>
internal sealed record CarryOver(Guid Key, long Grant, int From, int To, int Fund, Amount Amount) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await MoneyRegister.Note(work, Grant, await Tranche(work, Grant, From, ct), MoneyMove.Carried, [new FundUnits(Fund, -Amount.Units)], null,
            work.Today, ct);
        await MoneyRegister.Note(work, Grant, await Tranche(work, Grant, To, ct), MoneyMove.Carried, [new FundUnits(Fund, Amount.Units)], null,
            work.Today, ct);
        return Done.It;
    }

    internal static Task<long> Tranche(Work work, long grant, int no, CancellationToken ct) => work.Db.Set<CommunityFund.Grants.Tranches.Tranche>()
        .Where(row => row.BookId == work.Book && row.GrantId == grant && row.No == no).Select(row => row.TrancheId).SingleAsync(ct);
}
