using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Donations;
using CommunityFund.Funds;
using CommunityFund.Funds.Purposes;
using CommunityFund.Ledger;
using CommunityFund.Lots;
using CommunityFund.Tests.Checks;
using CommunityFund.Tests.Periods;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Funds;

/// <summary>变更捐赠用途: who consents changes, who is silent does not, and every trace follows.</summary>
public sealed class PurposeChangeTests
{
    [Theory]
    [InlineData(2025)]
    [InlineData(2026)]
    public async Task Only_what_donors_consented_to_serves_the_new_purpose_and_the_trace_follows_it(int year)
    {
        await using TestBody body = year == 2026 ? await TestBody.New() : await TestBody.New2004();
        long clause = await body.Accountant.Run(new AddClause(TestBody.Key, TestBody.Children, ClauseKind.Purpose, "只用于儿童画室", "协议 8 号", null, null,
            null, ["children"]));
        long[] lots =
        [
            await Gift(body, "张三", 100, new LocalDate(year, 2, 3), clause), await Gift(body, "李四", 50, new LocalDate(year, 2, 4), clause),
            await Gift(body, "王五", 30, new LocalDate(year, 3, 5), clause), await Gift(body, "", 20, new LocalDate(year, 3, 6), clause),
        ];
        (await No(Spend(body, 20, "elderly"))).ShouldBe("database.lots-against-purpose");
        await body.Review(await Spend(body, 10, "children"));
        long change = await body.Accountant.Run(Change(lots));
        (await No(body.Reviewer.Run(Change(lots)))).ShouldBe("database.purpose-lot-taken");
        (await No(body.Reviewer.Run(new AgreePurposeChange(TestBody.Key, change)))).ShouldBe("database.purpose-nobody-agreed");
        (await No(Note(body, change, lots[1], ConsentAnswer.Part, 51))).ShouldBe(NoteConsent.BadPart);
        await Note(body, change, lots[0], ConsentAnswer.No);
        await Note(body, change, lots[0], ConsentAnswer.Yes); // thought better of it: the last word counts
        await Note(body, change, lots[1], ConsentAnswer.Part, 20);
        await Note(body, change, lots[2], ConsentAnswer.No);
        (await No(body.Accountant.Run(new AgreePurposeChange(TestBody.Key, change)))).ShouldBe(AgreePurposeChange.OwnCase);
        await body.Reviewer.Run(new AgreePurposeChange(TestBody.Key, change));
        (await No(Note(body, change, lots[3], ConsentAnswer.Yes))).ShouldBe(PurposeChange.OutOfTurn);
        (await No(body.Accountant.Run(new Overreach(TestBody.Key, change, lots[2])))).ShouldBe("database.purpose-beyond-consent");
        IReadOnlyList<(string Donor, long Units)> before = await Left(body);
        long voucher = await body.Accountant.Run(new PreparePurposeChange(TestBody.Key, change));
        await body.Review(voucher);
        (await Left(body)).ShouldBe(before, "each donor's money is what it was");
        PurposeChangeView view = await body.Accountant.Ask(new PurposeChangePage(change));
        view.State.ShouldBe(PurposeChangeState.Posted);
        view.Gifts.Select(gift => gift.Changes.Units).ShouldBe([9000, 2000, 0, 0]);
        (await No(Spend(body, 110.01m, "elderly"))).ShouldBe("database.lots-against-purpose");
        long spent = await Spend(body, 110, "elderly");
        await body.Review(spent);
        await body.Review(await Spend(body, 80, "children"));
        (await body.Accountant.Ask(new LotTrace(lots[0]))).Trace.Ends.Select(end => end.Amount).ShouldBe([Amount.Yuan(10), Amount.Yuan(90)], ignoreOrder: true);
        (await body.Accountant.Ask(new LotTrace(lots[1]))).Trace.Ends.Single(end => end.VoucherId == spent).Amount.ShouldBe(Amount.Yuan(20));
        (await body.Accountant.Ask(new FundHistory(TestBody.Children))).ShouldContain(happened => happened.Kind == FundEventKind.PurposeChanged);
        await CheckedBody.IsClean(body);
        if (year == 2026)
        {
            // Gifts of March changed before March was closed: net assets were below them for a while, and nobody minds.
            body.Clock.Now = Instant.FromUtc(2026, 4, 2, 2, 0);
            await body.Close(202601, 202602, 202603);
            await CheckedBody.IsClean(body);
        }
    }

    [Fact]
    public async Task What_came_into_force_since_the_gift_does_not_bind_the_money_whose_donor_consented_to_something_else()
    {
        await using TestBody body = await TestBody.New();
        long lot = await Gift(body, "张三", 100, new LocalDate(2026, 1, 5));
        await body.Accountant.Run(ForAll("二月起只用于儿童", new LocalDate(2026, 2, 1)));
        long change = await body.Accountant.Run(Change([lot]));
        await Note(body, change, lot, ConsentAnswer.Yes);
        await body.Reviewer.Run(new AgreePurposeChange(TestBody.Key, change));
        (await No(body.Accountant.Run(ForAll("四月起只用于儿童", new LocalDate(2026, 4, 1))))).ShouldBe("database.purpose-waits");
        await body.Review(await body.Accountant.Run(new PreparePurposeChange(TestBody.Key, change)));
        (await No(Spend(body, 10, "children"))).ShouldBe("database.lots-against-purpose");
        await body.Review(await Spend(body, 40, "elderly"));
        await CheckedBody.IsClean(body);
    }

    [Fact]
    public async Task A_plan_filed_anew_binds_every_gift_of_its_appeal_and_a_case_reversed_in_red_leaves_all_as_it_was()
    {
        await using TestBody body = await TestBody.New();
        long appeal = await body.Accountant.Run(new ProposeCampaign(
            TestBody.Key, "画室募捐", "53330300MJ000001A26001", new LocalDate(2025, 12, 1), false, "为画室募捐", null, TestBody.Children, TestBody.Bank,
            new LocalDate(2026, 1, 1), new LocalDate(2026, 6, 30), []));
        await body.Reviewer.Run(new ConfirmCampaign(TestBody.Key, appeal));
        long first = await Gift(body, "张三", 100, new LocalDate(2026, 1, 5), appeal: appeal), second = await Gift(body, "", 40, new LocalDate(2026, 3, 6), appeal: appeal);
        long agreed = await Gift(body, "王五", 10, new LocalDate(2026, 1, 6));
        (await No(body.Accountant.Run(Change([first]) with { Basis = PurposeBasis.Refiling }))).ShouldBe(OpenPurposeChange.NotFiled);
        OpenPurposeChange refiled = Change([first, second]) with
        {
            Basis = PurposeBasis.Refiling,
            FilingNumber = "53330300MJ000001A26001",
            FiledOn = new LocalDate(2026, 3, 10),
        };
        (await No(body.Accountant.Run(refiled with { Key = TestBody.Key, Lots = [first, agreed] }))).ShouldBe("database.purpose-not-of-plan");
        long change = await body.Accountant.Run(refiled);
        await body.Reviewer.Run(new AgreePurposeChange(TestBody.Key, change));
        long voucher = await body.Accountant.Run(new PreparePurposeChange(TestBody.Key, change));
        await body.SecondReviewer.Run(new RejectVoucher(TestBody.Key, voucher, "附同意书"));
        voucher = await body.Accountant.Run(new PreparePurposeChange(TestBody.Key, change));
        await body.Review(voucher);
        (await body.Accountant.Ask(new FundExplained(TestBody.Children))).Lots.Items.Where(lot => !lot.Left.IsZero)
            .Select(lot => (lot.Clause, lot.Left.Units))
            .ShouldBe([("改用于为老服务", 4000L), ("改用于为老服务", 10000L), ("仅用于社区儿童活动", 1000L)], ignoreOrder: true);
        await body.Review(await body.Reverse(voucher, new LocalDate(2026, 3, 20)));
        (await body.Accountant.Ask(new PurposeChangePage(change))).State.ShouldBe(PurposeChangeState.Reversed);
        await body.Review(await Spend(body, 150, "children"));
        await CheckedBody.IsClean(body);
    }

    private static OpenPurposeChange Change(IReadOnlyList<long> lots) => new(TestBody.Key, TestBody.Children, "画室已停办", PurposeBasis.Consent, "", null, lots,
        [new NewWords(ClauseKind.Purpose, "改用于为老服务", Classes: ["elderly"])]);

    private static AddClause ForAll(string words, LocalDate from) =>
        new(TestBody.Key, TestBody.Children, ClauseKind.Purpose, words, "章程", null, null, from, ["children"]);

    private static Task<long> Note(TestBody body, long change, long lot, ConsentAnswer answer, decimal? yuan = null) => body.Accountant.Run(new NoteConsent(
        TestBody.Key, change, lot, answer, yuan is { } part ? Amount.Yuan(part) : null, Day(body, 15), ConsentWay.Letter, "同意书，档案盒 2"));

    private static async Task<long> Gift(TestBody body, string donor, decimal yuan, LocalDate day, long? clause = null, long? appeal = null)
    {
        await body.Review(await body.Accountant.Run(new RecordDonation(
            TestBody.Key, TestBody.Children, donor, PersonKind.Person, Amount.Yuan(yuan), day, TestBody.Bank, Restriction.Restricted, "", "捐赠", null,
            Clauses: clause is { } named ? [named] : null, Terms: new GiftTerms(Campaign: appeal))));
        await using FundDb db = body.Db();
        return await db.Set<GiftLot>().MaxAsync(lot => lot.LotId);
    }

    private static Task<long> Spend(TestBody body, decimal yuan, string projectClass) => body.Accountant.Run(new RecordExpense(
        TestBody.Key, TestBody.Children, Account.Keys.ProgrammeCost, Amount.Yuan(yuan), Day(body, 18), TestBody.Bank, Restriction.Restricted,
        CashFlow.PurchasesPaid.Key, "", PersonKind.Person, "活动", null, ProjectClass: projectClass));

    private static LocalDate Day(TestBody body, int day) => new(body.Clock.Now.InUtc().Year, 3, day);

    /// <summary>What is left of restricted gifts, donor by donor.</summary>
    private static async Task<IReadOnlyList<(string Donor, long Units)>> Left(TestBody body)
    {
        await using FundDb db = body.Db();
        return
        [
            .. (await db.Set<GiftLot>().Where(lot => lot.Restriction == Restriction.Restricted).ToListAsync())
                .GroupBy(lot => $"{lot.CounterpartyId}").Select(group => (group.Key, group.Sum(lot => lot.Units - lot.Used)))
                .OrderBy(pair => pair.Key, StringComparer.Ordinal),
        ];
    }

    private static async Task<string> No(Task act) => (await Should.ThrowAsync<RefusedException>(() => act)).Refusal.Code;

    /// <summary>A voucher for the case that takes a gift whose donor said no, past every check of the program.</summary>
    private sealed record Overreach(Guid Key, long Change, long Lot) : Command<long>(Key)
    {
        internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Person);

        internal override async Task<long> Apply(Work work, CancellationToken ct)
        {
            PurposeChange change = await PurposeChange.Lock(work, Change, ct, PurposeChangeState.Agreed);
            GiftLot lot = await work.Db.Set<GiftLot>().SingleAsync(row => row.LotId == Lot, ct);
            return await PurposeVoucher.Prepare(work, change, [new ConsentedPart(Lot, lot.CounterpartyId, 1)], null, ct);
        }
    }
}
