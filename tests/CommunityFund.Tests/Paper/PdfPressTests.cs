using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CommunityFund.Books;
using CommunityFund.Checkpoints;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Tests.Periods;
using CommunityFund.Tests.Statements;
using CommunityFund.Vouchers;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace CommunityFund.Tests.Paper;

/// <summary>Sheets as other programs read them: the same figures, selectable, nothing missing on another machine.</summary>
public sealed class PdfPressTests : IClassFixture<PdfPressTests.Warm>
{
    private const string Hostile = "<script>document.title='x'</script>\"}</style><b>基金</b>";

    private static readonly Words Words = StatementBooks.Words;

    private readonly PdfPress _press;

    public PdfPressTests(Warm warm)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        _press = warm.Press;
    }

    [Theory]
    [InlineData("zh-CN", "科目余额表", "第 {0} 页 共 {1} 页", "单位负责人")]
    [InlineData("en", "Trial balance", "Page {0} of {1}", "Head of organisation")]
    public async Task The_trial_balance_on_paper_has_every_figure_of_the_view_and_its_fonts_in_it(
        string language, string title, string numbered, string signs)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        TrialBalanceView view = await body.Accountant.Ask(new TrialBalance(202601, 202603, Level: 2, ByFund: true, ShowZero: true));
        PaperSheet sheet = TrialBalancePaper.Of(view, Words);
        byte[] pdf = await _press.Print(sheet, Words);
        string text = await Pdf.Text(pdf);
        string[] read = text.Split([' ', '\n', '\f'], StringSplitOptions.RemoveEmptyEntries);
        foreach (string figure in view.Rows.Select(row => row.Figures).Append(view.Totals).SelectMany(row => row.Columns)
            .Where(amount => !amount.IsZero).Select(Figures.Of))
        {
            read.ShouldContain(figure);
        }

        int pages = await Pdf.Pages(pdf);
        pages.ShouldBeGreaterThan(1);
        text.Split('\f')[..pages].Select((page, at) => Close(page).Contains(
            Close(string.Format(CultureInfo.InvariantCulture, numbered, at + 1, pages)), StringComparison.Ordinal)).ShouldAllBe(found => found);
        text.Split('\f')[1].ShouldContain(Words["statement.code"], customMessage: "the head of the table is repeated");
        text.ShouldContain(signs);
        sheet.FileName.ShouldStartWith(title.Replace(' ', '-'));
        string info = await Pdf.Info(pdf);
        info.ShouldContain(title);
        info.ShouldContain("Tagged:          yes");
        info.ShouldContain("841.92 x 594.96 pts (A4)");
        IReadOnlyList<string> fonts = await Pdf.Fonts(pdf);
        fonts.ShouldContain(font => font.Contains("NotoSansSC", StringComparison.Ordinal));
        fonts.ShouldAllBe(font => font.Contains("CID TrueType", StringComparison.Ordinal) && font.Contains(" yes yes yes ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("zh-CN", "人民币")]
    [InlineData("en", "CNY ")]
    public async Task The_three_forms_and_the_notice_of_a_fund_are_one_page_each_and_say_what_the_view_says(string language, string money)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        FormView notice = await body.FinanceOfficer.Ask(new Statement("fund", 202601, 202603, TestBody.Children));
        FormView[] views = [.. await body.FinanceOfficer.Ask(new ThreeForms(202601, 202603)), notice];
        foreach (FormView view in views)
        {
            byte[] pdf = await _press.Print(FormPaper.Of(view, Words), Words);
            string text = await Pdf.Text(pdf), close = Close(text);
            (await Pdf.Pages(pdf)).ShouldBe(1, view.Layout.Key);
            string[] read = text.Split([' ', '\n', '\f'], StringSplitOptions.RemoveEmptyEntries);
            foreach (string figure in view.Rows.SelectMany(row => row.Figures ?? []).OfType<Amount>().Where(amount => !amount.IsZero)
                .Select(Figures.Of))
            {
                read.ShouldContain(figure, view.Layout.Key);
            }

            close.ShouldContain(Close(Words["paper.sign.finance"]));
            close.ShouldContain(Close(view.Layout.Title.ToString()));
            if (view == notice)
            {
                close.ShouldContain(Close(money));
                close.ShouldContain(Close(Words["paper.body-stamp"]), customMessage: "nothing of the notice is cut off");
            }
        }
    }

    [Fact]
    public async Task The_notices_of_several_funds_are_a_page_each_of_one_file()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        FormView children = await body.FinanceOfficer.Ask(new Statement("fund", 202601, 202603, TestBody.Children)),
            community = await body.FinanceOfficer.Ask(new Statement("fund", 202601, 202603, TestBody.Community));
        PaperSheet both = FormPaper.Notices([community, children], Words), one = FormPaper.Notices([children], Words);
        both.FileName.ShouldBe(FormPaper.Of(community, Words).FileName.Replace(
            $"-{community.Head.Funds.Root!.Code}-", $"-{community.Head.Funds.Root.Code}-{children.Head.Funds.Root!.Code}-", StringComparison.Ordinal));
        one.FileName.ShouldBe(FormPaper.Of(children, Words).FileName);
        byte[] pdf = await _press.Print(both, Words);
        (await Pdf.Pages(pdf)).ShouldBe(2);
        string[] pages = (await Pdf.Text(pdf)).Split('\f');
        foreach (var (page, view) in new[] { (pages[0], community), (pages[1], children) })
        {
            Close(page).ShouldStartWith(Close(view.Head.Funds.Root!.Name));
            Close(page).ShouldContain(Close(Words["paper.body-stamp"]), customMessage: "nothing is cut off");
            page.ShouldContain(Figures.Of(view.Rows.Single(row => row.Key == "closing").Figures![^1]!));
        }
    }

    [Theory]
    [InlineData("zh-CN", "结账封签", "平时封签")]
    [InlineData("en", "Seal of the close of 2026-01", "Between closes")]
    public async Task The_notice_of_a_closed_month_bears_the_seal_of_its_close_and_the_list_of_seals_has_it_too(string language, string seal, string between)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        Statement january = new("fund", 202601, 202601, TestBody.Children);
        (await body.FinanceOfficer.Ask(january)).Seal.ShouldBeNull("the month is open");
        await body.Close(202601);
        await body.Gift(TestBody.Community, 3, Restriction.Unrestricted);
        await body.FinanceOfficer.Run(new SealLog(TestBody.Key));
        FormView notice = await body.FinanceOfficer.Ask(january);
        string root = HashText.Groups(notice.Seal!.Root);
        byte[] pdf = await _press.Print(FormPaper.Of(notice, Words), Words);
        string close = Close(await Pdf.Text(pdf));
        (await Pdf.Pages(pdf)).ShouldBe(1);
        close.ShouldContain(Close(seal));
        close.ShouldContain(Close(root));
        close.ShouldContain(Close(LogPublicKey.ShownOf(notice.Seal.KeyFingerprint)));
        close.ShouldContain(Close(Words["paper.body-stamp"]), customMessage: "nothing of the notice is cut off");

        (await body.FinanceOfficer.Ask(new Statement("fund", 202601, 202602, TestBody.Children))).Seal.ShouldBeNull("its last month is open");
        (await body.FinanceOfficer.Ask(january with { Known = 1 })).Seal.ShouldBeNull("at that entry nobody had closed it");
        (await body.FinanceOfficer.Ask(january with { AsOf = new NodaTime.LocalDate(2026, 1, 15) })).Seal.ShouldBeNull("it is not the whole month");
        (await body.FinanceOfficer.Ask(new ThreeForms(202601, 202601))).ShouldAllBe(form => form.Seal == null);

        SealsView view = await body.FinanceOfficer.Ask(new CheckpointList());
        close = Close(await Pdf.Text(await _press.Print(CheckpointPaper.Of(view, Words), Words)));
        close.ShouldContain(Close(root));
        close.ShouldContain(Close(between));
        close.ShouldContain(Close(view.Key.Shown));
        view.Lines.ShouldAllBe(line => close.Contains(Close(HashText.Groups(line.Checkpoint.Says.Root)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Vouchers_stand_two_to_a_sheet_with_the_total_in_capitals_and_names_stay_text()
    {
        await using TestBody body = await TestBody.New();
        int fund = await body.Accountant.Run(new CreateFund(
            TestBody.Key, "X1", Hostile, FundKind.Micro, null, Restriction.Unrestricted, ""));
        long[] vouchers = [await body.Gift(fund, 1_234.05m, Restriction.Unrestricted), await body.Gift(TestBody.General, 60, Restriction.Unrestricted),
            await body.Gift(TestBody.General, 70, Restriction.Unrestricted)];
        PrintedVouchers found = await body.Accountant.Ask(new VouchersToPrint(null, 202603, "", null, null));
        PaperSheet sheet = VoucherPaper.Of(found.Vouchers, Hostile, Words);
        byte[] pdf = await _press.Print(sheet, Words);
        string text = await Pdf.Text(pdf), close = Close(text);
        (await Pdf.Pages(pdf)).ShouldBe((vouchers.Length + 1) / 2);
        text.ShouldContain("人民币壹仟贰佰叁拾肆元零伍分");
        close.ShouldContain(Close(Hostile), customMessage: "the fund's name and the body's are words, whatever they say");
        sheet.FileName.ShouldNotContain("<");
        byte[] ledger = await _press.Print(TrialBalancePaper.Of(
            (await body.Accountant.Ask(new TrialBalance(202601, 202603, Level: 2, ByFund: true, ShowZero: true))) with { Body = Hostile }, Words), Words);
        Close((await Pdf.Text(ledger)).Split('\f')[1]).ShouldContain(Close(Hostile), customMessage: "in the margin too, where a style sheet writes it");
    }

    [Fact]
    public async Task Nothing_that_a_sheet_asks_for_is_fetched_and_no_script_runs()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        byte[] pdf = await _press.Print(Sheet<Greedy>(((IPEndPoint)listener.LocalEndpoint).Port), Words);
        (await Pdf.Text(pdf)).ShouldContain("before");
        listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task Many_at_once_get_each_their_own_and_a_browser_that_is_killed_is_started_again()
    {
        await using PdfPress press = new();
        byte[][] pdfs = await Task.WhenAll(Enumerable.Range(0, 5).Select(number => press.Print(Sheet<Numbered>(number), Words)));
        (await Task.WhenAll(pdfs.Select(Pdf.Text))).Select((text, number) => text.Contains($"no {number}!", StringComparison.Ordinal))
            .ShouldAllBe(own => own);
        string first = press.Directory!;
        Kill(first);
        (await Pdf.Text(await press.Print(Sheet<Numbered>(9), Words))).ShouldContain("no 9!");
        press.Directory.ShouldNotBe(first);
        Directory.Exists(first).ShouldBeFalse();
        string second = press.Directory!;
        await press.DisposeAsync();
        Directory.Exists(second).ShouldBeFalse("nothing is left when the program ends");
    }

    [Fact]
    public async Task Without_a_browser_or_with_too_many_rows_the_answer_says_what_to_do()
    {
        await using PdfPress none = new("/nowhere/chromium");
        (await Should.ThrowAsync<RefusedException>(() => none.Print(Sheet<Numbered>(1), Words))).Refusal.Code.ShouldBe(PdfPress.NoBrowser);
        (await Should.ThrowAsync<RefusedException>(() => none.Print(Sheet<Numbered>(1) with { Rows = PaperSheet.MostRows + 1 }, Words)))
            .Refusal.Code.ShouldBe(PaperSheet.TooLong);
    }

    private static PaperSheet Sheet<T>(int number)
        where T : IComponent =>
        new("试印", "慈善会", "file", PaperSide.Upright, typeof(T), new Dictionary<string, object?> { ["Number"] = number }, "statement-print");

    private static string Close(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    /// <summary>As the kernel would for want of memory.</summary>
    private static void Kill(string directory)
    {
        foreach (string process in Directory.GetDirectories("/proc").Where(name => int.TryParse(Path.GetFileName(name), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(process, "environ")).Contains($"HOME={directory}\0", StringComparison.Ordinal))
                {
                    Process.GetProcessById(int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture)).Kill();
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
            {
                // Ended meanwhile, or somebody else's.
            }
        }
    }

    /// <summary>One browser for all that do not end it.</summary>
    public sealed class Warm : IAsyncDisposable
    {
        public PdfPress Press { get; } = new();

        public ValueTask DisposeAsync() => Press.DisposeAsync();
    }

    private sealed class Numbered : ComponentBase
    {
        [Parameter]
        public int Number { get; set; }

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, $"no {Number}!");
    }

    private sealed class Greedy : ComponentBase
    {
        [Parameter]
        public int Number { get; set; }

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddMarkupContent(0, $"""
            <p id="a">before</p><img src="http://127.0.0.1:{Number}/i"><iframe src="http://127.0.0.1:{Number}/f"></iframe>
            <link rel="stylesheet" href="http://127.0.0.1:{Number}/c"><script>document.getElementById('a').textContent = 'after'</script>
            """);
    }
}
