using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Amendments;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Documents;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Life;
using NodaTime;

namespace CommunityFund.Tests.Grants.Acquittals;

/// <summary>What of receipts and accounts is refused to hostile and clumsy people, and what they are told.</summary>
public sealed class ReceiptRefusalTests
{
    private const string Invoice = "26332000000012345678";

    [Fact]
    public async Task A_folder_takes_own_papers_once_and_an_account_what_they_prove()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body);
        FundSession fin = paid.Grants.FinLead;
        long tranche = (await paid.Tranche(1)).TrancheId, other = await paid.Grants.Ranked(2, "童趣课堂", 4000);
        AddReceipt good = new(TestBody.Key, paid.Grant, null, GrantReceiptKind.Invoice, Invoice, paid.Today, "幸福菜场", PersonKind.Organisation,
            Amount.Yuan(100), 1, Spending.Meals, "老人助餐食材");
        await fin.Run(good with { Photo = await Photo(fin, 501) });

        // The same invoice however it is typed, and the same picture under another number.
        const string wide = "２６３３２０００　００００１２３４５６７８", spaced = " 26332-0000 000\u00a012345678 ";
        IReadOnlyList<Enclosure> foreign = await Photo(paid.Grants.Lead, 502);
        await paid.Gives("l1", Role.FinLead);
        foreach ((FundSession by, AddReceipt bad, string code) in new[]
        {
            (fin, good with { Number = wide }, "database.grant-receipt-number-once"), (fin, good with { Number = spaced }, "database.grant-receipt-number-once"),
            (fin, good with { Number = "", Kind = GrantReceiptKind.Receipt, Photo = await Photo(fin, 501) }, "database.grant-receipt-photo-once"),
            (fin, good with { Number = "1234567a" }, ReceiptText.BadNumber), (fin, good with { Number = "" }, ReceiptText.BadNumber),
            (fin, good with { Number = "12345678", Photo = foreign }, FiledDocument.Missing),
            (fin, good with { Number = "12345678", What = " " }, ReceiptText.BadWhat),
            (fin, good with { Number = "12345678", What = new string('菜', 101) }, ReceiptText.BadWhat),
            (fin, good with { Number = "12345678", SellerKind = PersonKind.Person, Seller = "丁采购", What = "给丁采购的补贴" }, ReceiptText.SellerInWhat),
            (fin, good with { Number = "12345678", Amount = Amount.Yuan(0) }, ReceiptText.BadAmount),
            (fin, good with { Number = "12345678", Amount = Amount.Yuan(-5) }, ReceiptText.BadAmount),
            (fin, good with { Number = "12345678", Amount = Amount.Fen(long.MaxValue) }, ReceiptText.BadAmount),
            (fin, good with { Number = "12345678", Amount = Amount.Of(5, Commodity.Hour) }, ReceiptText.BadAmount),
            (fin, good with { Number = "12345678", Tranche = 9999 }, Tranche.Unknown), (fin, good with { Grant = 9999 }, GrantCase.Unknown),
            (paid.Grants.L1, good with { Number = "12345678" }, GrantCase.Unknown), (paid.Grants.Desk, good with { Number = "12345678" }, Need.Missing),
            (fin, good with { Grant = other, Number = "12345678" }, ReceiptWriting.GrantOver),
        })
        {
            (await paid.Refused(() => by.Run(bad with { Key = TestBody.Key }))).Code.ShouldBe(code);
        }

        (await paid.Refused(() => fin.Ask(new ReceiptFolder(other)))).Code.ShouldBe(BudgetUse.NoAgreement);

        // What came back of it keeps the payment where it is, and it was paid once.
        await paid.Announce(1, 100);
        await body.Review(await paid.Came(100));
        (await paid.Refused(() => body.Accountant.Run(new StepTranche(TestBody.Key, tranche, TrancheMove.UndoPaid)))).Code.ShouldBe(TrancheNeeds.AccountedAlready);
        (await paid.Refused(() => body.Accountant.Run(new StaysPaidAfterAll(TestBody.Key, tranche, 1)))).Code.ShouldBe(TrancheUnpaid.PaidAgain);

        // A receipt of another project is not handed in, nor told of.
        long first = await paid.Receipt(300), second = await paid.Receipt(200), over = await paid.Receipt(11000), more = await paid.Receipt(1001, line: 2);
        long theirs = (long)(await paid.Grants.Sql($"""
            alter table grant_receipt disable trigger user;
            insert into grant_receipt (book_id, grant_id, kind, issued_on, units, spending, line_no, what, state, added_by, added_at)
              values (1, {other}, 'receipt', '2026-04-10', 100, 'meals', 1, '别家的秘密', 'ready', {paid.Grants.Id("lead")}, now());
            alter table grant_receipt enable trigger user;
            select max(grant_receipt_id) from grant_receipt
            """))!;
        foreach (long stray in new[] { theirs, 9999 })
        {
            Refusal refusal = await paid.Refused(() => paid.Submit(1, (stray, 1)));
            refusal.ShouldSay(SubmitAcquittal.NotReady, $"#{stray}", $"#{stray}");
        }

        (await paid.Refused(() => paid.Submit(1, (over, 11000), (more, 1001)))).Code.ShouldBe(SubmitAcquittal.OverBudget);
        (await paid.Refused(() => paid.Submit(1, (first, 0)))).Code.ShouldBe(SubmitAcquittal.BeyondReceipt);
        (await paid.Refused(() => paid.Submit(1, (first, -300)))).Code.ShouldBe(SubmitAcquittal.BeyondReceipt);
        Tranche row = await paid.Tranche(1);
        (await paid.Refused(() => fin.Run(new SubmitAcquittal(TestBody.Key, tranche, row.StateVersion, new string('丁', 300), "方邻居",
            [new AcquittalClaim(first, Amount.Yuan(1))])))).Code.ShouldBe(Counterparty.BadName);
        await paid.Submit(1, (first, 300), (second, 200));
        (await paid.Refused(() => paid.Submit(1, (more, 1)))).Code.ShouldBe("workflow.not-in-table");

        // Not settled by a part, and what was accepted does not go back with the rest.
        (await paid.Refused(() => body.Accountant.Run(new StepTranche(TestBody.Key, tranche, TrancheMove.AcceptAll)))).Code.ShouldBe(TrancheNeeds.StillOpen);
        row = await paid.Tranche(1);
        await paid.Grants.Desk.Run(new ReviewAcquittalLines(TestBody.Key, tranche, row.StateVersion, [new LineDecision(1, true)]));
        (await paid.Refused(() => paid.Grants.Desk.Run(new StepTranche(TestBody.Key, tranche, TrancheMove.ReturnAcquittal)))).Code.ShouldBe(TrancheNeeds.SomeAccepted);
        (await paid.Refused(() => paid.Grants.Desk.Run(new ReviewAcquittalLines(TestBody.Key, tranche, row.StateVersion, [new LineDecision(7, true)]))))
            .Code.ShouldBe(ReviewAcquittalLines.NotOpen);
        await paid.Grants.ShouldBeClean();

        // A folder ends somewhere.
        await paid.Grants.Sql($"""
            alter table grant_receipt disable trigger user;
            insert into grant_receipt (book_id, grant_id, kind, issued_on, units, spending, line_no, what, state, added_by, added_at)
              select 1, {paid.Grant}, 'receipt', '2026-04-10', 100, 'meals', 1, '食材', 'dropped', {paid.Grants.Id("lead")}, now() from generate_series(1, 1000);
            alter table grant_receipt enable trigger user
            """);
        (await paid.Refused(() => fin.Run(good with { Key = TestBody.Key, Number = "12345678" }))).Code.ShouldBe(AddReceipt.TooMany);
    }

    [Fact]
    public async Task What_was_amended_is_what_is_asked_for_and_accounted_for()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body);
        AwardNotation grants = paid.Grants;
        await Amend(paid, 1, new RequestAmendment(TestBody.Key, paid.Grant, 0, AmendmentKind.Shift, "添一辆推车",
            [new(1, "", Amount.Yuan(8000)), new(2, "", Amount.Yuan(3000)), new(0, "推车", Amount.Yuan(1000))]));
        await Amend(paid, 2, new RequestAmendment(TestBody.Key, paid.Grant, 0, AmendmentKind.Extend, "场地装修", null,
            [new(1, Amount.Fen(0), new LocalDate(2026, 4, 10), new LocalDate(2026, 12, 15), "")], new LocalDate(2026, 11, 30)));
        TrancheView second = await grants.Lead.Ask(new TranchePage((await paid.Tranche(2)).TrancheId));
        second.Budget.Select(bar => (bar.Line, bar.What, bar.Units)).ShouldBe([((short)1, "餐费", 800_000L), ((short)2, "餐具", 300_000L), ((short)3, "推车", 100_000L)]);
        body.Clock.Now = Instant.FromUtc(2026, 10, 15, 2, 0);
        long cart = await paid.Receipt(1100, line: 3), dishes = await paid.Receipt(2900, line: 2), late = await paid.Receipt(0.01m, line: 3);
        (await paid.Refused(() => paid.Submit(1, (cart, 1100), (late, 0.01m)))).Code.ShouldBe(SubmitAcquittal.OverLine);
        await paid.Submit(1, (cart, 1100), (dishes, 2900));
        (await grants.FinLead.Ask(new ReceiptFolder(paid.Grant))).Budget.Lines.Single(line => line.No == 3).Pending.ShouldBe(110_000);
    }

    private static async Task Amend(PaidNotation paid, int no, RequestAmendment form)
    {
        await paid.Grants.Lead.Run(form with { Version = await paid.Grants.Version(paid.Grant) });
        await paid.Grants.Desk.Run(new ApproveAmendment(TestBody.Key, paid.Grant, no));
        (await paid.Grants.L1.Run(new ApproveAmendment(TestBody.Key, paid.Grant, no))).Happened.ShouldBeTrue();
    }

    private static async Task<IReadOnlyList<Enclosure>> Photo(FundSession by, int picture) =>
        [new Enclosure(await by.Run(new UploadDocument(TestBody.Key, "票据.png", Samples.Png(picture))))];
}
