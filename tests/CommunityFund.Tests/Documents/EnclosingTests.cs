using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Documents;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Tests.Banking;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Documents;

/// <summary>Documents and their vouchers: what is needed, what serves once, and who reads it.</summary>
public sealed class EnclosingTests
{
    [Fact]
    public async Task A_voucher_without_its_document_waits_until_it_has_one()
    {
        await using TestBody body = await Body();
        long voucher = await body.PrepareExpense(TestBody.Community, 20);

        (await Refused(() => body.Review(voucher))).ShouldBe(ConstraintRefusal.VoucherNeedsDocument);
        (await body.Accountant.Ask(new VoucherPage(voucher))).LacksDocument.ShouldBeTrue();
        await body.Accountant.Run(new EncloseDocuments(TestBody.Key, voucher, [await Upload(body, Samples.Pdf(), "发票.pdf")]));

        (await body.Review(voucher)).Number.ShouldBe(2);
        VoucherView seen = await body.FinanceOfficer.Ask(new VoucherPage(voucher));
        seen.Documents.Single().Name.ShouldBe("发票.pdf");
        seen.Attachments.ShouldBe(1);
    }

    [Fact]
    public async Task The_leaf_covers_the_documents_in_their_order()
    {
        await using TestBody body = await Body();
        Enclosure photo = await Upload(body, Samples.Png(), "照片.png"), paper = await body.Paper(3);
        long voucher = await Prepare(body, 20, photo);
        await body.Accountant.Run(new EncloseDocuments(TestBody.Key, voucher, [paper]));
        PostedNumber posted = await body.Review(voucher);

        await using FundDb db = body.Db();
        PostedEntry entry = await db.Entries.SingleAsync(row => row.EntryNo == posted.EntryNo);
        entry.DocumentHashes.Select(Convert.ToHexStringLower).ShouldBe([photo.Sha256, paper.Sha256]);
        (await body.Accountant.Ask(new VoucherPage(voucher))).Attachments.ShouldBe(4);
        (await body.Accountant.Ask(new CheckBooks())).IsClean.ShouldBeTrue();
    }

    [Fact]
    public async Task For_money_that_came_in_the_banks_own_line_is_enough()
    {
        await using TestBody body = await Body();
        long came = await body.Line("03-05,300.00,,10000.00,张三,捐赠"), went = await body.Line("03-05,,40.00,9960.00,文具店,活动物资");
        (await body.Review(await body.Accountant.Run(BankNotation.Donation(came, TestBody.General, 300)))).Series.ShouldBe("记");

        long paid = await body.Accountant.Run(BankNotation.Expense(went, TestBody.General, 40));
        (await Refused(() => body.Review(paid))).ShouldBe(ConstraintRefusal.VoucherNeedsDocument);
        await body.Reviewer.Run(new SetDocumentRule(TestBody.Key, VoucherKind.Ordinary, Evidence.BankLine, new LocalDate(2026, 1, 1)));
        (await body.Review(paid)).Series.ShouldBe("记");
    }

    [Fact]
    public async Task An_error_of_an_earlier_year_is_no_way_to_pay_without_a_document()
    {
        await using TestBody body = await Body();
        long rent = await Prepare(body, 20, await Upload(body, Samples.Pdf(), "发票.pdf"));
        await body.Review(rent);
        body.Clock.Now = Instant.FromUtc(2027, 2, 10, 2, 0);
        long blue = await body.Accountant.Run(new CorrectEarlierYear(TestBody.Key, rent, new LocalDate(2027, 2, 10), "少付五元",
        [
            new(Account.Keys.PriorYearAdjustment, TestBody.Community, Side.Debit, Amount.Yuan(5)),
            new(TestBody.Bank, TestBody.Community, Side.Credit, Amount.Yuan(5), CashFlow: CashFlow.OtherPaid.Key),
        ]));
        (await Refused(() => body.Review(blue))).ShouldBe(ConstraintRefusal.VoucherNeedsDocument);
    }

    [Fact]
    public async Task A_new_rule_is_asked_of_what_already_waits()
    {
        await using TestBody body = await Body();
        await body.Reviewer.Run(new SetDocumentRule(TestBody.Key, VoucherKind.Ordinary, Evidence.None, new LocalDate(2026, 1, 1)));
        long waits = await body.PrepareExpense(TestBody.Community, 20);
        await body.Reviewer.Run(new SetDocumentRule(TestBody.Key, VoucherKind.Ordinary, Evidence.Document, new LocalDate(2026, 3, 1)));

        (await Refused(() => body.Review(waits))).ShouldBe(ConstraintRefusal.VoucherNeedsDocument);
    }

    [Fact]
    public async Task Reversals_corrections_and_openings_need_none_and_a_blue_voucher_carries_the_documents_on()
    {
        await using TestBody body = await Body();
        await body.Review(await body.Accountant.Run(new EnterOpening(TestBody.Key,
        [
            new OpeningRow(TestBody.Bank, TestBody.General, Side.Debit, Amount.Yuan(10)),
            new OpeningRow(Account.Keys.UnrestrictedNetAssets, TestBody.General, Side.Credit, Amount.Yuan(10)),
        ])));
        Enclosure invoice = await Upload(body, Samples.Ofd(), "发票.ofd");
        long wrong = await Prepare(body, 20, invoice);
        await body.Review(wrong);
        long blue = await body.Accountant.Run(new CorrectVoucher(TestBody.Key, wrong, new LocalDate(2026, 3, 6), "金额看错", Rows(21)));
        await body.Review(blue);

        EnclosedDocument carried = (await body.Accountant.Ask(new VoucherPage(blue))).Documents.Single();
        (carried.Sha256, carried.InvoiceNumber, carried.SharedWith).ShouldBe((invoice.Sha256, Samples.InvoiceNumber, wrong));
        DocumentView seen = await body.Accountant.Ask(new DocumentPage(invoice.Sha256));
        seen.Uses.Select(use => (use.VoucherId, use.IsReversed, use.IsFirst)).ShouldBe([(wrong, true, true), (blue, false, false)]);
        (await body.Accountant.Ask(new CheckBooks())).IsClean.ShouldBeTrue();
    }

    [Fact]
    public async Task The_same_document_is_not_booked_twice_unless_both_say_so()
    {
        await using TestBody body = await Body();
        long first = await Prepare(body, 20, await Upload(body, Samples.Pdf(), "发票.pdf"));
        await body.Review(first);
        Enclosure again = await Upload(body, Samples.Pdf(), "另一个名字.pdf");

        WaitingUpload waiting = (await body.Accountant.Ask(new WaitingUploads([again.Sha256]))).Single();
        waiting.UsedBy.ShouldBe("2026-03 记-2");
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => Prepare(body, 20, again));
        no.Refusal.Code.ShouldBe(ConstraintRefusal.DocumentUsedAlready);
        no.Refusal.Facts["other"].ShouldBe("2026-03 记-2");

        long second = await Prepare(body, 20, again with { Shared = true });
        (await body.Accountant.Ask(new VoucherPage(second))).Documents.Single().SharedWith.ShouldBe(first);
    }

    [Fact]
    public async Task An_invoice_number_serves_once_whatever_file_it_comes_in()
    {
        await using TestBody body = await Body();
        await Prepare(body, 20, await Upload(body, Samples.Ofd(), "发票.ofd"));

        Enclosure data = await Upload(body, Samples.Xml, "发票.xml");
        (await Refused(() => Prepare(body, 20, data))).ShouldBe(ConstraintRefusal.DocumentUsedAlready);
        Enclosure photo = await Upload(body, Samples.Png(), "发票.png", "2633 2000 0001 2345 6789");
        (await Refused(() => Prepare(body, 20, photo))).ShouldBe(ConstraintRefusal.DocumentUsedAlready);
        (await Refused(() => Upload(body, Samples.Xml, "发票.xml", "26332000000000000001"))).ShouldBe(UploadDocument.OtherInvoiceNumber);
        (await Refused(() => Upload(body, Samples.Pdf("b"), "发票.pdf", "123"))).ShouldBe(UploadDocument.BadInvoiceNumber);
    }

    [Fact]
    public async Task Two_at_once_with_the_same_document_are_one()
    {
        await using TestBody body = await Body();
        FundSession other = await SecondAccountant(body);
        Enclosure mine = await Upload(body, Samples.Pdf(), "发票.pdf");
        await other.Run(new UploadDocument(TestBody.Key, "发票.pdf", Samples.Pdf()));

        string?[] outcomes = await Task.WhenAll(new[] { body.Accountant, other }.Select(who => Task.Run(async () =>
        {
            try
            {
                await Prepare(body, 20, mine, who);
                return null;
            }
            catch (RefusedException refused)
            {
                return refused.Refusal.Code;
            }
        })));
        outcomes.Order().ShouldBe([null, ConstraintRefusal.DocumentUsedAlready]);
    }

    [Fact]
    public async Task What_was_sent_back_gives_its_documents_to_the_voucher_written_anew()
    {
        await using TestBody body = await Body();
        Enclosure invoice = await Upload(body, Samples.Pdf(), "发票.pdf");
        long dropped = await Prepare(body, 20, invoice);
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, dropped, "金额不对"));

        (await body.Accountant.Ask(new WaitingUploads([invoice.Sha256]))).Single().Name.ShouldBe("发票.pdf");
        await body.Review(await Prepare(body, 21, invoice));
        (await Refused(() => Prepare(body, 22, invoice))).ShouldBe(ConstraintRefusal.DocumentUsedAlready);
    }

    [Fact]
    public async Task Only_its_maker_adds_documents_and_only_while_it_waits()
    {
        await using TestBody body = await Body();
        FundSession other = await SecondAccountant(body);
        long voucher = await Prepare(body, 20, await body.Paper());
        string hash = await other.Run(new UploadDocument(TestBody.Key, "发票.pdf", Samples.Pdf()));

        (await Refused(() => other.Run(new EncloseDocuments(TestBody.Key, voucher, [new Enclosure(hash)])))).ShouldBe("database.document-by-maker");
        (await Refused(() => body.Accountant.Run(new EncloseDocuments(TestBody.Key, voucher, [new Enclosure(hash)]))))
            .ShouldBe(ConstraintRefusal.DocumentUploadGone, "another person's upload");
        (await Refused(() => body.Accountant.Run(new EncloseDocuments(TestBody.Key, voucher, [new Enclosure("../../etc/passwd")]))))
            .ShouldBe(ConstraintRefusal.DocumentUploadGone);
        (await Refused(() => body.Accountant.Run(new EncloseDocuments(TestBody.Key, voucher, [])))).ShouldBe(EncloseDocuments.NothingChosen);
        (await Refused(() => body.Reviewer.Run(new EncloseDocuments(TestBody.Key, voucher, [new Enclosure(hash)])))).ShouldBe(Need.Missing);
        await body.Review(voucher);
        Enclosure late = await body.Paper();
        (await Refused(() => body.Accountant.Run(new EncloseDocuments(TestBody.Key, voucher, [late])))).ShouldBe("database.document-too-late");
    }

    [Fact]
    public async Task Who_reads_none_of_its_vouchers_reads_no_document()
    {
        await using TestBody body = await Body();
        Enclosure invoice = await Upload(body, Samples.Pdf(), "发票.pdf");
        FundSession limited = await SecondAccountant(body, TestBody.Children);
        (await Refused(() => body.Accountant.Ask(new DocumentFile(invoice.Sha256)))).ShouldBe(DocumentFile.Unknown, "not enclosed yet");
        await Prepare(body, 20, invoice);

        (await body.FinanceOfficer.Ask(new DocumentFile(invoice.Sha256))).Content.ShouldBe(Samples.Pdf());
        (await Refused(() => limited.Ask(new DocumentFile(invoice.Sha256)))).ShouldBe(DocumentFile.Unknown);
        (await Refused(() => limited.Ask(new DocumentPage(invoice.Sha256)))).ShouldBe(DocumentFile.Unknown);
        (await Refused(() => body.Accountant.Ask(new DocumentFile("x")))).ShouldBe(DocumentFile.Unknown);
        (await Refused(() => body.Foundation.SessionOf(1, 2).Ask(new DocumentFile(invoice.Sha256)))).ShouldBe(Need.Missing, "another book");
    }

    [Fact]
    public async Task Too_many_documents_are_refused_and_none_of_them_stays()
    {
        await using TestBody body = await Body();
        List<Enclosure> papers = [];
        for (int i = 0; i < 21; i++)
        {
            papers.Add(await body.Paper());
        }

        (await Refused(() => Prepare(body, 20, body.Accountant, [.. papers]))).ShouldBe("database.document-too-many");
        await using FundDb db = body.Db();
        (await db.Set<Document>().CountAsync()).ShouldBe(0);
        (await db.Set<DocumentUpload>().CountAsync()).ShouldBe(21);
    }

    [Fact]
    public async Task An_upload_lasts_a_day_and_the_log_keeps_its_hash_alone()
    {
        await using TestBody body = await Body();
        Enclosure forgotten = await Upload(body, Samples.Pdf(), "王小明病历.pdf");
        body.Clock.Now += Duration.FromHours(25);
        await body.Paper();

        await using FundDb db = body.Db();
        (await db.Set<DocumentUpload>().Select(row => row.Format).ToListAsync()).ShouldBe([FileKind.Paper]);
        string log = await db.Database.SqlQuery<string>($"""
            select input::text as "Value" from command_log where name = 'UploadDocument'
            """).SingleAsync();
        log.ShouldContain(forgotten.Sha256);
        log.ShouldNotContain("王小明");
        log.Length.ShouldBeLessThan(500);
    }

    [Fact]
    public async Task The_rule_is_the_administrators_and_earlier_ones_stay_to_be_seen()
    {
        await using TestBody body = await Body();
        (await Refused(() => body.FinanceOfficer.Run(
            new SetDocumentRule(TestBody.Key, VoucherKind.Ordinary, Evidence.None, new LocalDate(2026, 1, 1))))).ShouldBe(Need.Missing);
        await body.Reviewer.Run(new SetDocumentRule(TestBody.Key, VoucherKind.Close, Evidence.Document, new LocalDate(2026, 3, 1)));
        (await body.FinanceOfficer.Ask(new DocumentRules())).Where(rule => rule.Kind == VoucherKind.Close)
            .Select(rule => (rule.Evidence, rule.SetBy)).ShouldBe([(Evidence.None, null), (Evidence.Document, "吴审核")]);
    }

    internal static async Task<TestBody> Body()
    {
        TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.DemandDocuments();
        body.Clock.Now += Duration.FromMinutes(1);
        return body;
    }

    internal static async Task<Enclosure> Upload(TestBody body, byte[] content, string name, string invoice = "") =>
        new(await body.Accountant.Run(new UploadDocument(TestBody.Key, name, content, invoice)));

    internal static Task<long> Prepare(TestBody body, decimal yuan, Enclosure document, FundSession? by = null) =>
        Prepare(body, yuan, by ?? body.Accountant, [document]);

    internal static IReadOnlyList<VoucherRow> Rows(decimal yuan) =>
    [
        new VoucherRow("programme-cost", TestBody.Community, Side.Debit, Amount.Yuan(yuan)),
        new VoucherRow(TestBody.Bank, TestBody.Community, Side.Credit, Amount.Yuan(yuan), CashFlow: CashFlow.PurchasesPaid.Key),
    ];

    private static Task<long> Prepare(TestBody body, decimal yuan, FundSession by, IReadOnlyList<Enclosure> documents) =>
        by.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 5), "活动物资", Rows(yuan), documents));

    private static async Task<FundSession> SecondAccountant(TestBody body, int? fund = null)
    {
        long person = await body.Reviewer.Run(new AddLogin(TestBody.Key, new NewLogin("钱会计", "qian", TestBody.Password), MustChange: false));
        await body.Operator.Run(new GrantRole(TestBody.Key, person, Role.Accountant, fund, new LocalDate(2026, 1, 1), null));
        return body.Foundation.SessionOf(person, body.Book);
    }

    internal static async Task<string> Refused(Func<Task> work) => (await Should.ThrowAsync<RefusedException>(work)).Refusal.Code;
}
