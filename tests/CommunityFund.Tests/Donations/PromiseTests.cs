using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests;

/// <summary>What donor and foundation agree binds the gifts that name it, and nothing else.</summary>
public sealed class PromiseTests
{
    private static readonly LocalDate Signed = new(2026, 3, 5);

    [Fact]
    public async Task An_agreement_binds_once_another_has_confirmed_it_and_its_clauses_are_the_gifts_own()
    {
        await using TestBody body = await TestBody.New();
        long agreement = await body.Accountant.Run(Agreement());
        (await No(body.Accountant.Run(Gift(agreement)))).ShouldBe("database.gift-of-unconfirmed");
        (await No(body.Accountant.Run(new ConfirmAgreement(TestBody.Key, agreement)))).ShouldBe(ConstraintRefusal.PromiseSamePerson);
        await body.Reviewer.Run(new ConfirmAgreement(TestBody.Key, agreement));
        (await No(body.Reviewer.Run(new DropAgreement(TestBody.Key, agreement, "")))).ShouldBe(ConstraintRefusal.PromiseOutOfTurn);

        await body.Review(await body.Accountant.Run(Gift(agreement)));
        await body.Gift(TestBody.Community, 50, Restriction.Unrestricted);
        await using FundDb db = body.Db();
        FundClause[] clauses = await db.Set<FundClause>().Where(row => row.Source == "QH-2026-05").OrderBy(row => row.FundClauseId).ToArrayAsync();
        clauses.Select(row => (row.Kind, row.ForAll)).ShouldBe([(ClauseKind.Purpose, false), (ClauseKind.Period, false), (ClauseKind.Area, false)]);
        clauses[0].Classes.ShouldBe(["children"]);
        clauses[2].Communities.ShouldBe(["幸福里"]);

        // The register names the gift's lot: the entry of its voucher and the line.
        Donation donation = await db.Set<Donation>().SingleAsync(row => row.GiftAgreementId == agreement);
        Voucher voucher = await db.Vouchers.SingleAsync(row => row.VoucherId == donation.VoucherId);
        GiftLot lot = await db.Set<GiftLot>().SingleAsync(row => row.EntryNo == voucher.EntryNo && row.LineNo == donation.LineNo);
        (lot.Units, lot.Restriction, lot.Clause).ShouldBe((100_00, Restriction.Restricted, "只用于儿童画室；八月底以前；幸福里"));
        (await db.Set<VoucherClause>().CountAsync(row => row.VoucherId == voucher.VoucherId)).ShouldBe(3);
        AgreementItem item = (await body.Accountant.Ask(new AgreementList())).ShouldHaveSingleItem();
        (item.Received, item.FeePercent, item.ReportDue).ShouldBe((Amount.Yuan(100), 2.5m, null));
    }

    [Theory]
    [InlineData("2026-03-04", "绿洲公司", TestBody.Community, true, "database.gift-before-agreement")]
    [InlineData("2026-03-06", "别的公司", TestBody.Community, true, "database.gift-of-other-agreement")]
    [InlineData("2026-03-06", "绿洲公司", TestBody.Children, true, RecordDonation.ClauseElsewhere)]
    [InlineData("2026-03-06", "绿洲公司", TestBody.Community, false, GiftTerms.Restricts)]
    public async Task A_gift_is_under_an_agreement_of_its_own_donor_fund_and_time(string day, string donor, int fund, bool restricted, string code)
    {
        await using TestBody body = await TestBody.New();
        long agreement = await body.Accountant.Run(Agreement());
        await body.Reviewer.Run(new ConfirmAgreement(TestBody.Key, agreement));
        RecordDonation gift = Gift(agreement) with
        {
            ReceivedOn = DayText.Read(day),
            Donor = donor,
            Fund = fund,
            Restriction = restricted ? Restriction.Restricted : Restriction.Unrestricted,
        };
        (await No(body.Accountant.Run(gift))).ShouldBe(code);
    }

    [Fact]
    public async Task What_an_agreement_limits_is_not_spent_on_another_class_of_project()
    {
        await using TestBody body = await TestBody.New();
        long agreement = await body.Accountant.Run(Agreement());
        await body.Reviewer.Run(new ConfirmAgreement(TestBody.Key, agreement));
        await body.Review(await body.Accountant.Run(Gift(agreement)));
        (await No(body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 10), "助老",
        [
            new VoucherRow(Account.Keys.ProgrammeCost, TestBody.Community, Side.Debit, Amount.Yuan(10), Restriction.Restricted, ProjectClass: "elderly"),
            new VoucherRow(TestBody.Bank, TestBody.Community, Side.Credit, Amount.Yuan(10), CashFlow: CashFlow.PurchasesPaid.Key),
        ])))).ShouldStartWith("database.lot");
    }

    [Fact]
    public async Task A_report_is_due_by_its_interval_until_it_was_sent()
    {
        await using TestBody body = await TestBody.New();
        long agreement = await body.Accountant.Run(Agreement() with
        {
            SignedOn = new LocalDate(2025, 12, 1),
            ReportEvery = ReportEvery.Quarter,
            ReportDays = 10,
            Clauses = [],
        });
        await body.Reviewer.Run(new ConfirmAgreement(TestBody.Key, agreement));
        LocalDate due = new(2026, 3, 11);
        AgreementItem open = (await body.Accountant.Ask(new AgreementList())).ShouldHaveSingleItem();
        (open.ReportDue, open.IsOverdue).ShouldBe((due, true));
        (await No(body.Accountant.Run(new NoteReport(TestBody.Key, agreement, due.PlusDays(1), due, "寄出")))).ShouldBe(NoteReport.NotDue);
        await body.Accountant.Run(new NoteReport(TestBody.Key, agreement, due, due, "寄出，底稿在协议夹"));
        (await body.Accountant.Ask(new AgreementList())).ShouldHaveSingleItem().ReportDue.ShouldBeNull();
        (await No(body.Accountant.Run(new NoteReport(TestBody.Key, agreement, due, due, "再寄")))).ShouldBe(NoteReport.NotDue);
    }

    [Theory]
    [InlineData("", "2026-03-01", false, ProposeCampaign.NotFiled)]
    [InlineData("慈备2026001", "2026-03-08", false, "database.campaign-filed-late")]
    [InlineData("慈备2026001", "2026-03-07", false, null)]
    [InlineData("慈备2026001", "2026-03-27", true, null)]
    [InlineData("慈备2026001", "2026-03-28", true, "database.campaign-filed-too-late")]
    public async Task An_appeal_is_filed_ten_days_before_it_begins_or_in_an_emergency_ten_days_after(
        string filing, string filed, bool emergency, string? code)
    {
        await using TestBody body = await TestBody.New();
        ProposeCampaign appeal = Appeal() with { FilingNumber = filing, FiledOn = DayText.Read(filed), IsEmergency = emergency };
        (await No(body.Accountant.Run(appeal))).ShouldBe(code ?? "");
    }

    [Fact]
    public async Task An_appeal_takes_gifts_within_its_days_and_tells_what_came_in()
    {
        await using TestBody body = await TestBody.New();
        long campaign = await body.Accountant.Run(Appeal());
        await body.Reviewer.Run(new ConfirmCampaign(TestBody.Key, campaign));
        RecordDonation gift = Gift(null) with { ReceivedOn = new LocalDate(2026, 3, 18), Terms = new GiftTerms(Campaign: campaign) };
        (await No(body.Accountant.Run(gift with { ReceivedOn = new LocalDate(2026, 3, 16) }))).ShouldBe("database.gift-outside-campaign");
        await body.Review(await body.Accountant.Run(gift with { Key = TestBody.Key }));
        await body.Accountant.Run(gift with { Key = TestBody.Key, Donor = "", Amount = Amount.Yuan(7) });
        CampaignView view = (await body.Accountant.Ask(new CampaignList(campaign))).ShouldHaveSingleItem();
        (view.Gifts, view.Received, view.Waiting, view.Percent, view.IsRunning).ShouldBe((1, Amount.Yuan(100), Amount.Yuan(7), 10, true));
        (await body.Accountant.Ask(new DonationList(Campaign: campaign))).Sum.ShouldBe(Amount.Yuan(107));
    }

    [Fact]
    public async Task A_preview_shows_the_very_entry_and_writes_nothing()
    {
        await using TestBody body = await TestBody.New();
        GiftPreview preview = await body.Accountant.Ask(new PreviewDonation(Gift(null) with { Clause = "只用于图书角", Terms = null }));
        preview.Lines.Select(line => (line.Side, line.Amount, line.Restriction))
            .ShouldBe([(Side.Debit, Amount.Yuan(100), null), (Side.Credit, Amount.Yuan(100), Restriction.Restricted)]);
        preview.Clause.ShouldBe("只用于图书角");
        await using FundDb db = body.Db();
        (await db.Vouchers.AnyAsync() || await db.People.AnyAsync(person => person.Name == "绿洲公司")).ShouldBeFalse();
    }

    internal static ProposeAgreement Agreement() => new(
        TestBody.Key, "QH-2026-05", "绿洲公司", PersonKind.Organisation, TestBody.Community, Signed, Amount.Yuan(1000), 2.5m, "", ReportEvery.None, 0,
        null, "",
        [
            new ClauseDraft(ClauseKind.Purpose, "只用于儿童画室", Classes: ["children"]),
            new ClauseDraft(ClauseKind.Period, "八月底以前", Until: new LocalDate(2026, 8, 31)),
            new ClauseDraft(ClauseKind.Area, "幸福里", Communities: ["幸福里"]),
        ]);

    private static ProposeCampaign Appeal() => new(
        TestBody.Key, "春季助学", "慈备2026001", new LocalDate(2026, 3, 7), false, "给困难家庭孩子买书", Amount.Yuan(1000), TestBody.Community, TestBody.Bank,
        new LocalDate(2026, 3, 17), new LocalDate(2026, 6, 30), [new ClauseDraft(ClauseKind.Purpose, "只用于助学")]);

    private static RecordDonation Gift(long? agreement) => new(
        TestBody.Key, TestBody.Community, "绿洲公司", PersonKind.Organisation, Amount.Yuan(100), new LocalDate(2026, 3, 6), TestBody.Bank,
        Restriction.Restricted, "", "捐赠", null, Terms: new GiftTerms(agreement));

    /// <summary>The refusal's code; empty if it was done.</summary>
    private static async Task<string> No(Task doing)
    {
        try
        {
            await doing;
            return "";
        }
        catch (RefusedException refused)
        {
            return refused.Refusal.Code;
        }
    }
}
