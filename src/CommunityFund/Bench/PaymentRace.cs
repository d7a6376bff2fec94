using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>How long payments of grants waited that were all reviewed at the same moment, in milliseconds.</summary>
/// <param name="Median">Half of them were answered by then.</param>
/// <param name="Slowest">All of them were.</param>
/// <param name="Alone">Half of those that came before them, one after another, were answered by then: a site that has been at work.</param>
/// <param name="Available">What the fund has available afterwards, in fen; as before, if nothing was held or paid twice.</param>
public sealed record PaymentReading(int Payments, decimal Median, decimal Slowest, decimal Alone, long Available)
{
    /// <summary>Nobody waits longer than this.</summary>
    public const decimal OwedMilliseconds = 2000;

    public bool Met => Slowest < OwedMilliseconds && Available == PaymentRace.Left;
}

/// <summary>So many tranches of as many grants, promised by one fund, whose vouchers are reviewed at once.</summary>
public sealed class PaymentRace(BenchGround ground, int payments = 50)
{
    /// <summary>What the fund has beside what it has promised, in fen.</summary>
    public const long Left = 320_000;

    private const long Each = 10_000;
    private const int Before = 25;
    private readonly BenchBook _book = ground.Books[^1];

    public async Task<PaymentReading> Run(CancellationToken ct)
    {
        int all = payments + Before, fund = _book.Funds[1];
        FundSession maker = ground.Foundation.SessionOf(_book.Maker, _book.Book), reviewer = ground.Foundation.SessionOf(_book.Reviewer, _book.Book);
        LocalDate today = ground.Now.InUtc().Date;
        long gift = await maker.Run(new RecordDonation(Guid.NewGuid(), fund, "", PersonKind.Person, Amount.Fen((all * Each) + Left), today, "bank.01",
            Restriction.Unrestricted, "", "捐赠", null), ct);
        await reviewer.Run(new ReviewVoucher(Guid.NewGuid(), gift), ct);
        await Fill(fund, all, ct);
        IReadOnlyList<long> waiting = await maker.Run(new PreparePayments(Guid.NewGuid(), fund, _book.Reviewer, Each), ct);
        List<decimal> before = [];
        foreach (long voucher in waiting.Take(Before))
        {
            before.Add(await Review(reviewer, voucher, ct));
        }

        decimal[] took = await Task.WhenAll(waiting.Skip(Before).Select(voucher => Review(reviewer, voucher, ct)));
        await using FundDb db = ground.Foundation.Open();
        long available = await db.Database.SqlQuery<long>($"select fund_available({_book.Book}, {fund}) as \"Value\"").SingleAsync(ct);
        return new PaymentReading(payments, took.ToList().Median(), took.Max(), before.Median(), available);
    }

    private static async Task<decimal> Review(FundSession reviewer, long voucher, CancellationToken ct)
    {
        Stopwatch watch = Stopwatch.StartNew();
        await reviewer.Run(new ReviewVoucher(Guid.NewGuid(), voucher), ct);
        return watch.Elapsed.Milliseconds();
    }

    /// <summary>Grants whose first tranche is in a batch: how they come there is another story, so the walls of that way are not asked.</summary>
    private async Task Fill(int fund, int grants, CancellationToken ct)
    {
        await using NpgsqlConnection superuser = new(ground.Superuser);
        await superuser.OpenAsync(ct);
        await using NpgsqlCommand fill = new($"""
            set session_replication_role = replica;
            insert into grant_round (book_id, code, title, survey, who_may, forbidden, guide, opens_on, closes_on, cap_units, own_basis, policy,
                screening_days, correction_days, notice_days, agreement_days, state, proposed_by, proposed_at)
              values ({_book.Book}, 'PAY', 'bench', 'x', 'x', 'x', '', '2026-01-01', '2026-12-31', 2000000, 0, 'advance-then-acquit', 10, 5, 7, 15,
                'waiting', {_book.Maker}, now());
            insert into project (book_id, code, name, fund_id, project_class, community, opened_on)
              select {_book.Book}, 'PAY' || i, 'bench ' || i, {fund}, '', '', '2026-01-01' from generate_series(1, {grants}) i;
            insert into grant_case (book_id, grant_round_id, number, title, community, lead_id, filled_by, state, state_version, requested,
                created_at)
              select {_book.Book}, (select max(grant_round_id) from grant_round), 'PAY' || i, 'bench ' || i, 'x',
                {_book.Maker}, {_book.Maker}, 'active', 20, {Each}, now() from generate_series(1, {grants}) i;
            insert into grant_award (book_id, grant_id, award_no, decision_version, project_id, units, resolution, signed_by, confirmed_by,
                awarded_on, awarded_at, agreement_due, voucher_id)
              select c.book_id, c.grant_id, 1, 1, p.project_id, {Each}, 'x', {_book.Maker}, {_book.Reviewer}, '2026-01-02', now(), '2026-02-02',
                1000000 + c.grant_id
                from grant_case c join project p on p.book_id = c.book_id and p.code = c.number where c.book_id = {_book.Book};
            insert into tranche (book_id, grant_id, award_no, no, units, earliest_on, condition, report_due_on, state, state_version, asked, tier,
                request_no)
              select book_id, grant_id, 1, 1, {Each}, '2026-01-02', 'x', '2026-12-31', 'scheduled', 5, {Each}, 'first', 1 from grant_case
               where book_id = {_book.Book};
            insert into tranche_fund (book_id, tranche_id, fund_id, place, planned) select book_id, tranche_id, {fund}, 1, {Each} from tranche;
            insert into grant_fund (book_id, grant_id, fund_id, committed) select book_id, grant_id, {fund}, {Each} from tranche;
            set session_replication_role = origin;
            analyze
            """, superuser);
        await fill.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What all of them are promised stands in the books, and each payment has its vouchers, as the bank's line would bring them.</summary>
    private sealed record PreparePayments(Guid Key, int Fund, long Second, long Units) : Command<IReadOnlyList<long>>(Key)
    {
        internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

        internal override async Task<IReadOnlyList<long>> Apply(Work work, CancellationToken ct)
        {
            Chart chart = await work.ChartOn(work.Today, ct);
            Fund fund = await work.FundById(Fund, ct);
            List<Tranche> tranches = await work.Db.Set<Tranche>().Where(row => row.BookId == work.Book).OrderBy(row => row.TrancheId)
                .ToListAsync(ct);
            Amount whole = Amount.Fen(Units * tranches.Count), one = Amount.Fen(Units);
            await SignedCommitment.Post(work, JournalEntry.On(work.Today, "批准资助").Debit(chart["commitments"], fund.Code, whole)
                .Credit(chart["commitments-contra"], fund.Code, whole).Balanced(), work.ActorId, Second, _ => Task.CompletedTask, ct);
            List<long> vouchers = [];
            foreach (Tranche row in tranches)
            {
                long project = await work.Db.Set<Grants.Awards.GrantAward>().Where(each => each.BookId == work.Book && each.GrantId == row.GrantId)
                    .Select(each => each.ProjectId).SingleAsync(ct);
                Tags tags = new(Project: project);
                row.ExpectationId = await new Expected(ExpectationKind.Grant, -one, "拨付项目资金", work.Today,
                    [
                        new ExpectedLine(chart["project-advances"], fund, Side.Debit, one, CashFlow.GrantsPaid, tags),
                        new ExpectedLine(chart["commitments-contra"], fund, Side.Debit, one, null, tags),
                        new ExpectedLine(chart["commitments"], fund, Side.Credit, one, null, tags),
                    ], AwaitedPayment.CodeOf(row.TrancheId), Then: new TranchePaid(row.TrancheId)).Write(work, ct);
                await work.Db.SaveChangesAsync(ct);
                long[] met = [row.ExpectationId.Value];
                long money = (await work.PrepareTogether(
                    [
                        new Draft(JournalEntry.On(work.Today, "拨付项目资金").Debit(chart["project-advances"], fund.Code, one, tags)
                            .Credit(chart["bank.01"], fund.Code, one, new Tags(CashFlow: CashFlow.GrantsPaid)).Balanced(),
                            Then: new ExpectationsMet(met)),
                        new Draft(JournalEntry.On(work.Today, "拨付项目资金").Debit(chart["commitments-contra"], fund.Code, one, tags)
                            .Credit(chart["commitments"], fund.Code, one, tags).Balanced()),
                    ], ct))[0];
                (await work.Db.Set<Expectation>().SingleAsync(each => each.BookId == work.Book && each.ExpectationId == met[0], ct))
                    .VoucherId = money;
                await work.Db.SaveChangesAsync(ct);
                vouchers.Add(money);
            }

            return vouchers;
        }
    }
}
