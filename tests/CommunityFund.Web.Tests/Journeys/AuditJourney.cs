using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Demo;
using CommunityFund.Exports;
using CommunityFund.Verification;
using CommunityFund.Web.Tests.Verification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>The finance officer takes the package of a closed month and proves it, draws a sample and finds a fault with one of its vouchers; the
/// accountant answers on a phone with a paper, and the officer settles it.</summary>
public sealed class AuditJourney : IDisposable
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("AUDIT_SHOTS");
    private static readonly Words Words = Words.From([typeof(Words).Assembly]);

    private readonly string _directory = Directory.CreateTempSubdirectory("audit-journey-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_package_is_proved_a_sample_drawn_and_a_finding_raised_answered_and_settled()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        await using Site site = new();
        await site.InitializeAsync();
        site.Listen();
        await site.Services.GetRequiredService<MonthShelf>().MakeNext(
            site.Services.GetRequiredService<Foundation>().Operator(1), TestContext.Current.CancellationToken);
        Browsing officer = await Browsing.SignIn(site, "wangjian", 1280, 900);
        await Prove(site, await Unpacked(officer));
        string remark = await Find(officer, await Draw(officer));

        Browsing accountant = await Browsing.SignIn(site, "chenjing", 390, 844);
        await Answer(accountant, remark);
        await Settle(officer, remark);

        // What is settled stays so, and the voucher tells of it.
        await accountant.Go(remark);
        await accountant.Sees("已销号");
        await Assertions.Expect(accountant.Page.Locator("main form textarea")).ToHaveCountAsync(0);
        await accountant.Click(accountant.Page.Locator("main dl a[href*='/Vouchers/Show']"));
        await accountant.Sees("没有看到验收单，请补上。");
        await accountant.Close();
        await officer.Close();
    }

    /// <summary>From the notice on the first page to the unpacked parts, whose file had the hash that the page said.</summary>
    private async Task<string> Unpacked(Browsing officer)
    {
        await officer.Sees("的审计包已经生成");
        await officer.Shot(Shots, "home-package");
        await officer.Click(officer.Page.Locator(".to-do a[href='/Exports']"));
        ILocator month = officer.Page.Locator("#months li").Filter(new LocatorFilterOptions { HasText = "SHA-256" }).First;
        string said = Regex.Match(await month.InnerTextAsync(), "SHA-256 (?<hash>[0-9a-f ]+)").Groups["hash"].Value;
        await officer.Shot(Shots, "months");
        IDownload taken = await officer.Page.RunAndWaitForDownloadAsync(() =>
            month.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "下载" }).ClickAsync());
        string file = Path.Combine(_directory, "package.zip"), into = Path.Combine(_directory, "package");
        await taken.SaveAsAsync(file);
        taken.SuggestedFilename.ShouldEndWith("-audit.zip");
        Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file))).ShouldBe(said.Replace(" ", "", StringComparison.Ordinal).Trim());
        ZipFile.ExtractToDirectory(file, into);
        foreach (string line in await File.ReadAllLinesAsync(Path.Combine(into, "SHA256SUMS")))
        {
            Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(into, line[66..])))).ShouldBe(line[..64], line);
        }

        // What was taken is told of no more.
        await officer.Go("/");
        await Assertions.Expect(officer.Page.GetByText("的审计包已经生成")).ToHaveCountAsync(0);
        return into;
    }

    /// <summary>The command and the page that lies in the package come to the same.</summary>
    private static async Task Prove(Site site, string package)
    {
        string workbook = Directory.GetFiles(package, "*.xlsx").Single();
        VerifyReport report = VerifyWorkbook.Run(() => File.OpenRead(workbook), Words);
        report.Findings.ShouldBeEmpty();
        report.Checkpoint.ShouldNotBeNull();
        IPage page = await site.Open(1280, 900);
        await page.GotoAsync(new Uri(Path.Combine(package, "verify.html")).AbsoluteUri);
        await page.FillAsync("#key", report.Key);
        await VerifyPageTests.Proves(page, workbook, "没有改动");
        await Assertions.Expect(page.Locator("#result [data-test=signature].good, #result [data-test=journal].good, #result [data-test=checkpoint].good"))
            .ToHaveCountAsync(3);
        await page.Context.CloseAsync();
    }

    private static async Task<string> Draw(Browsing officer)
    {
        await officer.Go("/Audits/Samples");
        await officer.Sees("一月已结账，抽查付款凭证");
        await officer.Click(officer.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "抽样", Exact = true }).First);
        await officer.Page.FillAsync("[name=From]", "2026-02-01");
        await officer.Page.FillAsync("[name=To]", "2026-02-28");
        await officer.Page.FillAsync("[name=Size]", "5");
        await officer.Page.FillAsync("[name=Reason]", "二月付款抽查");
        await officer.Press("抽样");
        await officer.Sees("请填写种子");
        (await officer.Page.InputValueAsync("[name=Reason]")).ShouldBe("二月付款抽查");
        await officer.Shot(Shots, "draw-refused");
        await officer.Page.FillAsync("[name=Seed]", "掷骰 6 2 5");
        await officer.Press("抽样");
        await officer.NoRefusal();
        await officer.Sees("掷骰 6 2 5");
        string sheet = officer.Page.Url;
        await officer.Click(officer.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "重抽核对" }));
        await officer.Sees("与留存的完全一致");
        await officer.Shot(Shots, "worksheet");
        (await Bytes(officer, $"{sheet}&handler=Workbook"))[..2].ShouldBe(Encoding.ASCII.GetBytes("PK"));
        (await Bytes(officer, $"{sheet}&handler=Pdf"))[..4].ShouldBe(Encoding.ASCII.GetBytes("%PDF"));
        return sheet;
    }

    private static async Task<string> Find(Browsing officer, string sheet)
    {
        await officer.Go(sheet);
        await officer.Click(officer.Page.Locator("main a[href*='/Audits/Raise']").First);
        await officer.Page.SelectOptionAsync("[name=Kind]", "Finding");
        await officer.Page.SelectOptionAsync("[name=Severity]", "Serious");
        await officer.Page.FillAsync("[name=Words]", "没有看到验收单，请补上。");
        await officer.Page.FillAsync("[name=Days]", "");
        await officer.Press("提出");
        await officer.Sees("整改意见必须有期限");
        (await officer.Page.InputValueAsync("[name=Words]")).ShouldBe("没有看到验收单，请补上。");
        await officer.Shot(Shots, "raise-refused");
        await officer.Page.FillAsync("[name=Days]", "5");
        await officer.Press("提出");
        await officer.Sees("已提出");
        await officer.Sees("严重");
        string remark = Regex.Replace(officer.Page.Url, "^https?://[^/]+", "");
        await officer.Go(sheet);
        await officer.Sees("1 条，1 条未销号");
        return remark;
    }

    private static async Task Answer(Browsing accountant, string remark)
    {
        await accountant.Sees("2 条监督意见等您答复");
        await accountant.Go("/Audits");
        await accountant.Shot(Shots, "remarks-phone");
        await accountant.Click(accountant.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "没有看到验收单，请补上。" }));
        accountant.Page.Url.ShouldEndWith(remark);
        await accountant.Page.FillAsync("[name=Words]", "验收单补上，两人签字。");
        await accountant.Page.SetInputFilesAsync("#enclosed-files", new FilePayload
        {
            Name = "验收单.pdf",
            MimeType = "application/pdf",
            Buffer = DemoPaper.Pdf("验收单", "二月"),
        });
        await accountant.Press("答复");
        await accountant.Sees("已答复，等监督人员销号");
        await accountant.Sees("验收单.pdf");
        await Assertions.Expect(accountant.Page.Locator("[formaction*='handler=Close']")).ToHaveCountAsync(0);
        await accountant.Shot(Shots, "answered-phone");
    }

    private static async Task Settle(Browsing officer, string remark)
    {
        await officer.Go("/");
        await officer.Sees("1 条监督意见已答复，等您销号");
        await officer.Go(remark);
        (await Bytes(officer, (await officer.Page.Locator("main a[href*='/Audits/Paper']").GetAttributeAsync("href"))!))[..4]
            .ShouldBe(Encoding.ASCII.GetBytes("%PDF"));
        await officer.Press("退回重答");
        await officer.Sees("请写明内容");
        await officer.Page.FillAsync("[name=Words]", "看过原件，齐了。");
        await officer.Press("销号");
        await officer.NoRefusal();
        await officer.Sees("看过原件，齐了。");
        await officer.Shot(Shots, "settled");
    }

    private static async Task<byte[]> Bytes(Browsing person, string path)
    {
        IAPIResponse answer = await person.Page.APIRequest.GetAsync(path);
        answer.Status.ShouldBe(200, path);
        return await answer.BodyAsync();
    }
}
