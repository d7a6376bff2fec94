using ClosedXML.Excel;
using CommunityFund.Audits;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Meetings;
using CommunityFund.Grants.Registers;
using CommunityFund.Grants.Rounds;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.Tests.Statements;
using CommunityFund.TimeBank.Reports;
using CommunityFund.TimeBank.Units;
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
            (LineStage.ToDo, 3), (LineStage.Held, 1), (LineStage.Ignored, 2), (LineStage.Waiting, 1), (LineStage.Posted, 20),
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

    [Fact]
    public async Task The_demo_shows_the_whole_life_of_a_grant_and_one_departure_from_the_ranking()
    {
        await using FundDb db = await Open();
        long pilot = await db.Set<GrantRound>().MinAsync(row => row.GrantRoundId);
        List<GrantCase> cases = await db.Set<GrantCase>().Where(row => row.GrantRoundId != pilot).OrderBy(row => row.GrantId).ToListAsync();
        List<GrantRank> ranks = await db.Set<GrantRank>().ToListAsync();
        List<GrantDecision> decisions = await db.Set<GrantDecision>().ToListAsync();
        ranks.Where(rank => cases.Exists(row => row.GrantId == rank.GrantId)).OrderBy(rank => rank.Rank)
            .Select(rank => (cases.Single(row => row.GrantId == rank.GrantId), decisions.Single(row => row.GrantId == rank.GrantId)))
            .Select(pair => (pair.Item1.Title, pair.Item1.State, Amount.Fen(pair.Item2.Units), pair.Item2.Inverts)).ShouldBe(
            [
                ("童心绘本屋", GrantState.Active, Amount.Yuan(12_000), false), ("银龄手机课堂", GrantState.Active, Amount.Yuan(6_000), false),
                ("邻里议事亭", GrantState.Declined, Amount.Yuan(6_500), false), ("楼栋节日彩灯", GrantState.NotSelected, Amount.Fen(0), false),
                ("残障家庭互助小组", GrantState.Awarded, Amount.Yuan(5_000), true), ("老物件故事展", GrantState.PublicNotice, Amount.Yuan(4_500), false),
                ("阳台种菜小组", GrantState.Waitlisted, Amount.Yuan(3_800), false),
            ]);
        cases.Where(row => ranks.TrueForAll(rank => rank.GrantId != row.GrantId)).Select(row => row.State).ShouldBe(
            [
                GrantState.Ineligible, GrantState.UnderScreening, GrantState.Eligible, GrantState.Eligible, GrantState.Submitted, GrantState.Draft,
            ]);
        (await db.Set<GrantTranche>().Where(row => db.Set<GrantCase>().Any(of => of.GrantId == row.GrantId && of.GrantRoundId != pilot))
            .OrderBy(row => row.GrantId).ThenBy(row => row.No).Select(row => Amount.Fen(row.Units)).ToListAsync()).ShouldBe(
            [.. new decimal[] { 7_200, 4_800, 3_000, 2_000, 1_000, 3_000, 2_000 }.Select(Amount.Yuan)]);
        (await db.Set<GrantRecusal>().Select(row => row.Reason).ToListAsync()).ShouldBe(
            [RecusalReason.Family, RecusalReason.Team], ignoreOrder: true);
        (await db.Set<GrantBallotKeying>().CountAsync()).ShouldBe(8);
    }

    [Fact]
    public async Task The_demo_shows_money_given_out_spent_overdue_and_accounted_for()
    {
        await using FundDb db = await Open();
        List<GrantCase> cases = await db.Set<GrantCase>().OrderBy(row => row.GrantId).ToListAsync();
        (await db.Set<Tranche>().Where(row => row.No == 1).OrderBy(row => row.GrantId).ToListAsync())
            .Select(row => (cases.Single(of => of.GrantId == row.GrantId).Title, cases.Single(of => of.GrantId == row.GrantId).State, row.State)).ShouldBe(
            [
                ("楼道花架", GrantState.Closed, TrancheState.Settled), ("银发合唱伴奏", GrantState.Suspended, TrancheState.AwaitingAcquittal),
                ("周末修理角", GrantState.Suspended, TrancheState.AwaitingAcquittal), ("午后棋牌角", GrantState.Active, TrancheState.AwaitingAcquittal),
                ("共享桌椅", GrantState.Active, TrancheState.Settled), ("楼道应急灯", GrantState.Active, TrancheState.Paid),
                ("旧衣改造课", GrantState.Closed, TrancheState.ClawedBack),
                ("童心绘本屋", GrantState.Active, TrancheState.AwaitingAcquittal), ("银龄手机课堂", GrantState.Active, TrancheState.Checked),
            ]);
        (await db.Set<GrantCertificate>().CountAsync()).ShouldBe(1);
        (await db.Set<GrantReceipt>().CountAsync(row => row.State == GrantReceiptState.Ready && row.PhotoId == null)).ShouldBe(1);
        AdvanceAgeingView ages = await (await Demo()).SessionOf(1, 1).Ask(new AdvanceAgeing(new RegisterFilter(), AgeingBy.Project));
        ages.Total.ShouldBe(4);
    }

    [Fact]
    public async Task The_demo_shows_goods_that_are_kept_a_purchase_that_is_paid_to_its_supplier_and_money_that_came_after_a_write_off()
    {
        await using FundDb db = await Open();
        Dictionary<string, long> grants = await db.Set<GrantCase>().ToDictionaryAsync(row => row.Title, row => row.GrantId);
        FundSession accountant = (await Demo()).SessionOf(1, 1);

        // Six tables and twenty-four chairs lie in the store, and are no cost yet.
        long store = await db.Set<StockPlace>().Where(row => row.Name == "清河社区物资库").Select(row => row.StockPlaceId).SingleAsync();
        (await accountant.Ask(new StockChoices())).Lots.Where(lot => lot.Place == store && lot.Unit is "张" or "把")
            .Select(lot => (lot.Unit, lot.OnHand)).Order().ShouldBe([("张", 6), ("把", 24)]);
        AuditTable audit = (await accountant.Ask(new ClosingPage(grants["共享桌椅"]))).Audit;
        audit.Ends.Funds.Single().Kept.ShouldBe(Amount.Yuan(1_200));
        audit.Differences.ShouldBeEmpty();

        TranchePage lamps = new(await db.Set<Tranche>().Where(row => row.GrantId == grants["楼道应急灯"] && row.No == 1).Select(row => row.TrancheId).SingleAsync());
        (await accountant.Ask(lamps)).Request!.IsPurchase.ShouldBeTrue();
        (await db.Set<TrancheReport>().SingleAsync()).ShouldSatisfyAllConditions(
            report => report.TrancheId.ShouldBe(lamps.Tranche), report => report.Accepted.ShouldBeNull());

        WriteOffShown writeOff = (await accountant.Ask(new GrantEndingPage(grants["旧衣改造课"]))).WriteOffs.Single();
        (writeOff.Amount, writeOff.Lost).ShouldBe((Amount.Yuan(1_500), Amount.Yuan(0)));
        writeOff.Late.Select(late => (late.Amount, late.State)).ShouldBe(
            [(Amount.Yuan(600), LateRecoveryState.Came), (Amount.Yuan(400), LateRecoveryState.Awaited)]);
    }

    [Fact]
    public async Task The_demo_shows_a_sample_of_a_closed_month_with_one_remark_settled_and_one_that_waits()
    {
        FundSession officer = (await Demo()).SessionOf(3, 1);
        SampleRow sample = (await officer.Ask(new SampleList())).Samples.Single();
        (sample.Class, sample.Remarks, sample.OpenRemarks).ShouldBe((SampleClass.CashOut, 2, 1));
        SampleSheetView sheet = await officer.Ask(new SampleSheet(sample.Id));
        (sheet.Lines, sheet.Total).ShouldBe((11, Amount.Yuan(39_484.50m)));
        (await officer.Ask(new RedoSample(sample.Id))).IsSame.ShouldBeTrue();
        RemarkListView remarks = await officer.Ask(new RemarkList());
        (remarks.Open, remarks.Answered, remarks.Closed, remarks.Remarks.Single().Kind).ShouldBe((1, 0, 1, RemarkKind.Finding));
        (await officer.Ask(new RemarkPage((await officer.Ask(new RemarkList(RemarkState.Closed))).Remarks.Single().Id))).Steps
            .Select(step => (step.Move, step.Papers.Count)).ShouldBe([(RemarkMove.Raised, 0), (RemarkMove.Answered, 1), (RemarkMove.Closed, 0)]);
    }

    [Fact]
    public async Task Each_month_of_the_demo_time_bank_agrees_between_register_ledger_and_workbook()
    {
        await using FundDb db = await Open();
        FundSession accountant = (await Demo()).SessionOf(1, 1);
        List<LocalDate> months = [.. (await db.Set<UnitPaper>().Join(db.Entries, paper => paper.VoucherId, entry => entry.VoucherId, (_, entry) => entry.OccurredOn)
            .ToListAsync()).Select(day => new LocalDate(day.Year, day.Month, 1)).Distinct().Order()];
        months.ShouldNotBeEmpty();
        foreach (LocalDate month in months)
        {
            TimeBankMonthView view = await accountant.Ask(new TimeBankMonth(Month: month));
            view.Figures.Where(row => !row.Agrees).ShouldBeEmpty($"{month}");
            view.Agrees.ShouldBeTrue($"{month}");
            using MemoryStream stream = new(TimeBankWorkbook.Draw(view, StatementBooks.Words));
            using XLWorkbook book = new(stream);
            IXLWorksheet sheet = book.Worksheet(1);
            sheet.RowsUsed().Count(row => row.Cell(4).GetString() == "一致").ShouldBe(view.Figures.Count + 1);
            sheet.CellsUsed().ShouldNotContain(cell => cell.GetString().StartsWith('差'));
        }
    }

    private static async Task<FundDb> Open() => (await Demo()).Open();

    private static async Task<Foundation> Demo() =>
        new((await TestCluster.CloneDemo()).Connections.Books, SystemClock.Instance, TestBody.LogKey);
}
