using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Tests.Statements;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Papers of holders: certificates say what the records say and are found genuine; passbook and statement add up.</summary>
public sealed class CertificateTests
{
    private static readonly LocalDate From = new(2026, 1, 1), Until = new(2026, 3, 20);

    [Fact]
    public async Task A_certificate_says_what_was_confirmed_by_grade_and_anybody_who_holds_it_sees_that_it_is_genuine()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹"), idle = await bank.Volunteer("李大伯");
        long activity = await bank.Served("09:00", "11:30", one);
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        FundSession visitor = body.Foundation.Visitor();
        MemberPass pass = await bank.Card(one);
        long id = await visitor.Run(new IssueMyCertificate(TestBody.Key, pass, From, Until));
        CertificateView view = await visitor.Ask(new MyCertificate(pass, id));
        view.Says.Works.Single().ShouldBe(new CertifiedWork("敬老服务", "服务", EvidenceGrade.TwoParty, 1, 150));
        (view.Name, view.IsStill, view.From, view.Until).ShouldBe(("王小妹", true, From, Until));
        (await visitor.Ask(new MyCertificates(pass))).Single().Number.ShouldBe(view.Number);
        (await bank.First.Ask(new HolderPage(one))).Certificates.Single().Id.ShouldBe(id);
        (await bank.First.Ask(new HolderCertificate(id))).Digest.ShouldBe(view.Digest);

        CertificateView seen = await visitor.Ask(new CheckCertificate($" {view.Number} ", view.Code.ToLowerInvariant()));
        (seen.Says.Minutes, seen.Digest, seen.Name).ShouldBe((150, view.Digest, "王小妹"));
        string otherCode = view.Code[..7] + (view.Code[7] == 'A' ? 'B' : 'A');
        (await RefusalOf(() => visitor.Ask(new CheckCertificate(view.Number, otherCode)))).Code.ShouldBe(CheckCertificate.Unknown);
        (await RefusalOf(() => visitor.Ask(new CheckCertificate("2026-00000000", view.Code)))).Code.ShouldBe(CheckCertificate.Unknown);
        MemberPass idles = await bank.Card(idle);
        (await RefusalOf(() => visitor.Ask(new MyCertificate(idles, id)))).Code.ShouldBe(CheckCertificate.Unknown);
        (await Refused(idles, From, Until)).ShouldBe(IssueCertificate.Nothing);
        (await Refused(pass, Until, From)).ShouldBe(IssueCertificate.BadDays);
        (await Refused(pass, From, Until.PlusDays(1))).ShouldBe(IssueCertificate.BadDays);
        (await Refused(pass, From, Until.PlusDays(-1))).ShouldBe(IssueCertificate.Nothing);

        await using PdfPress press = new();
        byte[] pdf = await press.Print(ServiceCertificatePaper.Of(view, "https://time.example.org/", StatementBooks.Words), StatementBooks.Words);
        (await Pdf.Pages(pdf)).ShouldBe(1);
        string text = await Pdf.Text(pdf);
        foreach (string said in new[] { "志愿服务记录证明", "王小妹", "2:30", "双方", "敬老服务", view.Number, view.Code[..4], "第67号", "测试慈善会" })
        {
            text.ShouldContain(said);
        }

        ServiceCertificatePaper.Address("https://time.example.org/", view)
            .ShouldBe($"https://time.example.org/Passbook/Certificate?no={view.Number}&code={view.Code}");

        async Task<string> Refused(MemberPass who, LocalDate from, LocalDate until) =>
            (await RefusalOf(() => visitor.Run(new IssueMyCertificate(TestBody.Key, who, from, until)))).Code;
    }

    [Fact]
    public async Task Help_among_neighbours_is_certified_until_it_is_taken_back()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        long kept = await exchange.Served("9:00", "11:00"), wrong = await exchange.Served("13:00", "14:00");
        await exchange.Confirm(exchange.Mother, kept);
        await exchange.Confirm(exchange.Mother, wrong);
        FundSession visitor = body.Foundation.Visitor();
        MemberPass pass = await exchange.Card(exchange.Helper);
        CertificateView view = await Issued();
        view.Says.Works.ShouldBe([new CertifiedWork("邻里互助", "服务", EvidenceGrade.TwoParty, 2, 180)]);
        await exchange.Bank.First.Run(new ProposeServiceCorrection(TestBody.Key, wrong, "没来"));
        await exchange.Bank.Second.Run(new AgreeServiceCorrection(TestBody.Key, wrong, true));
        (await visitor.Ask(new CheckCertificate(view.Number, view.Code))).IsStill.ShouldBeFalse();
        (await Issued()).Says.Minutes.ShouldBe(120);

        async Task<CertificateView> Issued() => await visitor.Ask(new MyCertificate(
            pass, await visitor.Run(new IssueMyCertificate(TestBody.Key, pass, From, Until))));
    }

    [Fact]
    public async Task A_certificate_stays_as_it_was_and_tells_when_the_records_were_corrected_since()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        long activity = await bank.Served("09:00", "11:30", one);
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        long id = await bank.First.Run(new IssueCertificate(TestBody.Key, one, From, Until));
        CertificateView issued = await bank.First.Ask(new HolderCertificate(id));
        ServiceRecord record = await bank.RecordOf(activity, one);
        long correction = await bank.First.Run(new ProposeCorrection(TestBody.Key, record.ServiceRecordId, 90, "提前离开"));
        await bank.Second.Run(new DecideCorrection(TestBody.Key, correction, Agrees: true));
        CertificateView after = await bank.First.Ask(new HolderCertificate(id));
        (after.Says.Minutes, after.Digest, after.IsStill).ShouldBe((150, issued.Digest, false));
        long next = await bank.First.Run(new IssueCertificate(TestBody.Key, one, From, Until));
        CertificateView now = await bank.First.Ask(new HolderCertificate(next));
        (now.Says.Minutes, now.IsStill).ShouldBe((90, true));
        await using FundDb db = body.Db();
        (await db.Set<ServiceCertificate>().AsNoTracking().ToListAsync(TestContext.Current.CancellationToken))
            .ShouldAllBe(row => !row.Content.Contains("王小妹", StringComparison.Ordinal));
        (await bank.First.Ask(new HolderPage(one))).Book.Moves.Select(move => (move.Kind, move.IsRed, move.Hours.Units, move.What)).ShouldContain(
            (UnitKind.HoursEarned, false, 150L, "敬老服务"));
    }

    [Fact]
    public async Task A_passbook_on_paper_carries_lots_and_running_balances_and_a_statement_one_month()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹"), elder = await bank.Elder();
        await bank.Post(UnitKind.HoursEarned, 150, one, null, new LocalDate(2026, 2, 3));
        await bank.Post(UnitKind.PointsEarned, 25, one, null, new LocalDate(2026, 2, 3));
        await bank.Gives(one, elder, 45);
        MemberPass pass = await bank.Card(one);
        FundSession visitor = body.Foundation.Visitor();
        StatementOfHolder march = await visitor.Ask(new MyStatement(pass, 202603, 202603));
        (march.Opening.Hours.Units, march.Closing.Hours.Units, march.Opening.Points, march.Moves.Single().Hours.Units).ShouldBe((150, 105, 25, 105));
        StatementOfHolder all = await bank.First.Ask(new HolderStatement(one, 200001, 202603));
        all.Moves.Select(row => (row.Hours.Units, row.Points)).ShouldBe([(150, 0), (150, 25), (105, 25)]);
        (await RefusalOf(() => visitor.Ask(new MyStatement(pass, 202603, 202602)))).Code.ShouldBe(StatementOfHolder.BadMonths);
        (await RefusalOf(() => visitor.Ask(new MyStatement(pass, 202613, 202614)))).Code.ShouldBe(StatementOfHolder.BadMonths);
        await using PdfPress press = new();
        string book = await Pdf.Text(await press.Print(HolderPaper.Passbook(all, StatementBooks.Words), StatementBooks.Words));
        foreach (string said in new[] { "爱心存折", "王小妹", "不能买卖", "2029-02-03", "2:30", "-0:45", "1:45", "转赠时间" })
        {
            book.ShouldContain(said);
        }

        book.Replace(" ", "", StringComparison.Ordinal).ShouldContain("第1页共1页");
        string month = await Pdf.Text(await press.Print(HolderPaper.Statement(march, StatementBooks.Words), StatementBooks.Words));
        foreach (string said in new[] { "月结单", "期初", "期末", "2:30", "1:45" })
        {
            month.ShouldContain(said);
        }

        month.ShouldNotContain("积分批次");
    }
}
