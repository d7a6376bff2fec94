using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using CommunityFund.Lots;
using CommunityFund.Tests.Checks;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Lots;

/// <summary>Every inflow is a lot, and whoever asks what it paid for is told to the voucher and the fen.</summary>
public sealed class TracingTests
{
    [Theory]
    [InlineData(2026, 1)]
    [InlineData(2026, 2)]
    [InlineData(2026, 3)]
    [InlineData(2025, 4)]
    [InlineData(2025, 5)]
    [InlineData(2025, 6)]
    public async Task Lots_consumed_are_what_was_spent_at_every_entry_whatever_happens(int year, int seed)
    {
        await using TestBody body = year == 2026 ? await TestBody.New() : await TestBody.New2004();
        Random random = new(seed);
        List<long> posted = [];
        HashSet<long> undone = [];
        for (int step = 0; step < 45; step++)
        {
            int fund = random.Next(3) switch { 0 => TestBody.General, 1 => TestBody.Community, _ => TestBody.Children };
            Restriction restriction = fund == TestBody.Children && random.Next(4) > 0 ? Restriction.Restricted : Restriction.Unrestricted;
            decimal yuan = random.Next(1, 40000) / 100m;
            LocalDate day = new(year, 3, random.Next(1, 20));
            try
            {
                switch (random.Next(7))
                {
                    case 0 or 1 or 2:
                        posted.Add(await body.Gift(fund, yuan, restriction, day));
                        break;
                    case 3 or 4 or 5:
                        long spent = await body.Accountant.Run(new RecordExpense(
                            TestBody.Key, fund, Account.Keys.ProgrammeCost, Amount.Yuan(yuan), day, TestBody.Bank, restriction, CashFlow.PurchasesPaid.Key,
                            "", PersonKind.Person, "活动物资", null));
                        await body.Review(spent);
                        posted.Add(spent);
                        break;
                    case 6 when posted.Count > 0:
                        long wrong = posted[random.Next(posted.Count)];
                        if (undone.Add(wrong))
                        {
                            await body.Review(await body.Reverse(wrong, new LocalDate(year, 3, 20)));
                        }

                        break;
                }
            }
            catch (RefusedException refused)
            {
                refused.Refusal.Code.ShouldBeOneOf(
                    ConstraintRefusal.HoldAboveAvailable, ConstraintRefusal.LotsNotEnough, ConstraintRefusal.LotAlreadyUsed,
                    ConstraintRefusal.OwnCashFloor, "expense.fund-cannot-bear", "expense.lots-cannot-bear");
            }
        }

        await ConsumedIsSpent(body, $"{year}, seed {seed}");
        await TracesAddUp(body, year, $"{year}, seed {seed}");
        CheckReport report = await CheckedBody.Check(body);
        report.IsClean.ShouldBeTrue(string.Join('\n', CheckedBody.Said(report)));
    }

    [Fact]
    public async Task A_gift_is_followed_through_release_and_transfer_to_the_voucher_it_paid_for()
    {
        await using TestBody body = await TestBody.New2004();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, new LocalDate(2025, 2, 3));
        await body.Gift(TestBody.Children, 50, Restriction.Restricted, new LocalDate(2025, 2, 4));
        long spent = await body.Accountant.Run(new RecordExpense(
            TestBody.Key, TestBody.Children, Account.Keys.ProgrammeCost, Amount.Yuan(120), new LocalDate(2025, 3, 5), TestBody.Bank, Restriction.Restricted,
            CashFlow.PurchasesPaid.Key, "", PersonKind.Person, "六套画具", null, ProjectClass: "children"));
        await body.Review(spent);
        long[] lots = await LotIds(body, TestBody.Children);
        TracedLot first = await body.Accountant.Ask(new LotTrace(lots[0])), second = await body.Accountant.Ask(new LotTrace(lots[1]));
        first.Trace.Ends.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            end => end.VoucherId.ShouldBe(spent),
            end => end.Amount.ShouldBe(Amount.Yuan(100)),
            end => end.Narrative.ShouldBe("六套画具"),
            end => end.ProjectClass.ShouldBe("children"));
        second.Trace.Spent.ShouldBe(Amount.Yuan(20));
        second.Trace.Unspent.ShouldBe(Amount.Yuan(30));
        long before = second.Trace.KnownAt - 1;
        (await body.Accountant.Ask(new LotTrace(lots[1], KnownAt: before))).Trace.Unspent.ShouldBe(Amount.Yuan(50));
        (await body.Accountant.Ask(new LotTrace(lots[1], Day: new LocalDate(2025, 3, 4)))).Trace.Unspent.ShouldBe(Amount.Yuan(50));
        await body.Review(await body.Reverse(spent, new LocalDate(2025, 3, 20)));
        (await body.Accountant.Ask(new LotTrace(lots[0]))).Trace.Unspent.ShouldBe(Amount.Yuan(100));
        (await body.Accountant.Ask(new LotTrace(lots[0], KnownAt: second.Trace.KnownAt))).Trace.Spent.ShouldBe(Amount.Yuan(100));
    }

    [Fact]
    public async Task A_gift_booked_anew_still_knows_what_it_had_paid_for()
    {
        await using TestBody body = await TestBody.New();
        foreach ((int fund, Restriction restriction) in new[]
        {
            (TestBody.Community, Restriction.Unrestricted), (TestBody.Children, Restriction.Restricted),
        })
        {
            long gift = await body.Gift(fund, 100, restriction);
            long spent = await body.PrepareExpense(fund, 40);
            await body.Review(spent);
            VoucherRow[] rows = await body.RowsOf(gift);
            await body.Review(await body.Correct(gift, [.. rows.Select(row => row with { Amount = Amount.Yuan(90) })]));
            long[] lots = await LotIds(body, fund);
            TraceView anew = (await body.Accountant.Ask(new LotTrace(lots[^1]))).Trace;
            anew.Ends.ShouldHaveSingleItem().VoucherId.ShouldBe(spent);
            anew.Spent.ShouldBe(Amount.Yuan(40));
            anew.Unspent.ShouldBe(Amount.Yuan(50));
            TraceView before = (await body.Accountant.Ask(new LotTrace(lots[0]))).Trace;
            before.Undone.ShouldBe(Amount.Yuan(60));

            // What it had paid for is undone: the gift that stands now has it back, not the one that is gone.
            await body.Review(await body.Reverse(spent));
            (await body.Accountant.Ask(new LotTrace(lots[^1]))).Trace.Unspent.ShouldBe(Amount.Yuan(90), $"{restriction}");
        }

        (await CheckedBody.Check(body)).IsClean.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_spent_beyond_every_lot_is_a_gap_and_gone_when_it_is_undone()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.General, 100, Restriction.Unrestricted);
        long accrued = await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 5), "计提折旧",
        [
            new VoucherRow("management-expense", TestBody.General, Side.Debit, Amount.Yuan(130)),
            new VoucherRow("accumulated-depreciation", TestBody.General, Side.Credit, Amount.Yuan(130)),
        ]));
        await body.Review(accrued);
        await using (FundDb db = body.Db())
        {
            (await db.Set<LotGap>().SingleAsync()).Units.ShouldBe(3000);
        }

        await body.Review(await body.Reverse(accrued));
        await using FundDb after = body.Db();
        (await after.Set<LotGap>().SumAsync(gap => gap.Units)).ShouldBe(0);
        (await after.FreeLots().SingleAsync()).Used.ShouldBe(0);
        (await CheckedBody.Check(body)).IsClean.ShouldBeTrue();
    }

    private static async Task<long[]> LotIds(TestBody body, int fund)
    {
        await using FundDb db = body.Db();
        return await db.Database.SqlQuery<long>(
            $"""
            select g.lot_id as "Value" from gift_lot g join posting p using (book_id, entry_no, line_no)
              join fund f on f.book_id = g.book_id and f.fund_id = g.fund_id
             where g.fund_id = {fund} and p.movement = 'ordinary' and g.restriction = f.default_restriction order by 1
            """).ToArrayAsync();
    }

    /// <summary>At every entry: what came less what lots gave less what was spent beyond them is what the journal says is left.</summary>
    private static async Task ConsumedIsSpent(TestBody body, string when)
    {
        await using FundDb db = body.Db();
        List<string> wrong = await db.Database.SqlQuery<string>(
            $"""
            with known as (select entry_no from journal_entry where book_id = 1),
            fund_side as (select f.fund_id, r.restriction from fund f cross join (values ('U'), ('R')) r(restriction) where f.book_id = 1),
            told as (
              select k.entry_no, s.fund_id, s.restriction,
                     coalesce((select sum(g.units) from gift_lot g where g.fund_id = s.fund_id and g.restriction = s.restriction and g.entry_no <= k.entry_no), 0)
                     - coalesce((select sum(m.units) from lot_move m join gift_lot g using (book_id, lot_id) join voucher v using (book_id, voucher_id)
                                  where g.fund_id = s.fund_id and g.restriction = s.restriction and m.state = 'used' and v.entry_no <= k.entry_no), 0)
                     - coalesce((select sum(x.units) from lot_gap x join voucher v using (book_id, voucher_id)
                                  where s.restriction = 'U' and x.fund_id = s.fund_id and v.entry_no <= k.entry_no), 0) as by_lots,
                     coalesce((select sum(case p.side when 'C' then p.units else -p.units end) from posting p join account a using (book_id, account_id)
                                where p.fund_id = s.fund_id and (p.restriction = 'R') = (s.restriction = 'R') and a.class in ('income', 'expense', 'net-assets')
                                  and p.entry_no <= k.entry_no), 0) as by_journal
                from known k cross join fund_side s)
            select format('entry %s, fund %s %s: lots %s, journal %s', entry_no, fund_id, restriction, by_lots, by_journal) as "Value"
              from told where by_lots <> by_journal order by entry_no
            """).ToListAsync();
        wrong.ShouldBeEmpty(when);
    }

    private static async Task TracesAddUp(TestBody body, int year, string when)
    {
        await using FundDb db = body.Db();
        long[] lots = await db.Set<GiftLot>().OrderBy(lot => lot.LotId).Select(lot => lot.LotId).ToArrayAsync();
        long last = await db.Entries.MaxAsync(entry => entry.EntryNo);
        foreach (long known in new[] { last / 2, last })
        {
            foreach (long lot in lots)
            {
                TraceView trace = (await body.Accountant.Ask(new LotTrace(lot, new LocalDate(year, 12, 31), known))).Trace;
                (trace.Spent + trace.Returned + trace.Unspent + trace.Undone).ShouldBe(
                    trace.Came - trace.Ends.Where(end => end.Kind == TraceEndKind.Undone).Aggregate(Amount.Fen(0), (sum, end) => sum + end.Amount),
                    $"{when}, lot {lot} at {known}");
            }
        }
    }
}
