using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.DemoFoundation;

public sealed class DemoStoryTests
{
    [Fact]
    public async Task The_demo_bank_account_stands_where_the_sample_statement_of_March_begins()
    {
        await using FundDb db = await Open();
        long bank = await db.Database.SqlQuery<long>(
            $"""
            select sum(net)::bigint as "Value" from fund_position join account using (book_id, account_id) where key = 'bank.01'
            """).SingleAsync();
        Amount.Fen(bank).ShouldBe(Amount.Yuan(386250.00m));
        (await db.Entries.CountAsync(entry => entry.Period == 202603)).ShouldBe(0);
    }

    [Fact]
    public async Task The_demo_has_six_living_community_funds_none_of_them_below_zero_and_two_vouchers_that_wait()
    {
        await using FundDb db = await Open();
        List<Fund> funds = await db.Funds.ToListAsync();
        funds.Count(fund => fund.IsOwn && fund.Kind != FundKind.General && fund.State != FundState.Closed).ShouldBe(6);
        foreach (Fund fund in funds)
        {
            (await db.Database.SqlQuery<long>($"select fund_available(1, {fund.FundId}) as \"Value\"").SingleAsync())
                .ShouldBeGreaterThanOrEqualTo(0, fund.Name);
        }

        (await db.Vouchers.CountAsync(voucher => voucher.State == VoucherState.Prepared)).ShouldBe(2);
    }

    [Fact]
    public async Task The_demo_shows_a_statement_half_done_with_something_of_every_kind()
    {
        FundSession accountant = (await Demo()).SessionOf(1, 1);
        BankLineItems lines = await accountant.Ask(new BankLineList(null, 2, "", 1));
        lines.Counts.OrderBy(count => count.Key).Select(count => (count.Key, count.Value)).ShouldBe(
        [
            (LineStage.ToDo, 3), (LineStage.Held, 1), (LineStage.Ignored, 2), (LineStage.Waiting, 1), (LineStage.Posted, 9),
        ]);
        foreach (BankLineItem expected in lines.Items.Where(line => line.Amount.Units is 3000000 or -98000))
        {
            (await accountant.Ask(new LineCandidates(expected.BankLineId)))[0].ShouldSatisfyAllConditions(
                first => first.Source.ShouldBe(CandidateSource.Expected), first => first.Fits.ShouldBeTrue(),
                first => first.Reasons.ShouldContain(reason => reason.Because == Because.Code));
        }
    }

    [Fact]
    public async Task Every_demo_entry_was_made_by_one_and_reviewed_by_another_on_the_days_it_tells_of()
    {
        await using FundDb db = await Open();
        List<PostedEntry> entries = await db.Entries.OrderBy(entry => entry.EntryNo).ToListAsync();
        entries.ShouldAllBe(entry => entry.MakerId != entry.ReviewerId);
        entries.Select(entry => entry.PostedAt).ShouldBeInOrder();
        entries.Select(entry => entry.EntryNo).ShouldBe(Enumerable.Range(1, entries.Count).Select(number => (long)number));
    }

    private static async Task<FundDb> Open() => (await Demo()).Open();

    private static async Task<Foundation> Demo() =>
        new((await TestCluster.CloneDemo()).Connections.Books, SystemClock.Instance, TestBody.LogKey);
}
