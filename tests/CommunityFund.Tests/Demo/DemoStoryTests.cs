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
        (await db.Entries.MaxAsync(entry => entry.OccurredOn)).ShouldBe(new LocalDate(2026, 2, 27));
    }

    [Fact]
    public async Task The_demo_has_six_living_community_funds_none_of_them_below_zero_and_one_voucher_that_waits()
    {
        await using FundDb db = await Open();
        List<Fund> funds = await db.Funds.ToListAsync();
        funds.Count(fund => fund.IsOwn && fund.Kind != FundKind.General && fund.State != FundState.Closed).ShouldBe(6);
        foreach (Fund fund in funds)
        {
            (await db.Database.SqlQuery<long>($"select fund_available(1, {fund.FundId}) as \"Value\"").SingleAsync())
                .ShouldBeGreaterThanOrEqualTo(0, fund.Name);
        }

        (await db.Vouchers.CountAsync(voucher => voucher.State == VoucherState.Prepared)).ShouldBe(1);
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

    private static async Task<FundDb> Open() =>
        new Foundation((await TestCluster.CloneDemo()).Connections.Books, SystemClock.Instance, TestBody.LogKey).Open();
}
