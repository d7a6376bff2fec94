using System.Text;
using CommunityFund.Checks;
using CommunityFund.Demo;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// One grant from its first request to its certificate, all through pages: asked for on a phone, checked, approved, paid in a batch that another lets
/// go, shown by the bank; receipts photographed, one sent back and put right, booked; the rest given back; a tranche held; reported, assessed, closed.
/// </summary>
public sealed class WholeGrantJourney
{
    private const string Title = "老人助餐点";

    private static readonly string? Shots = Environment.GetEnvironmentVariable("GRANT_SHOTS");

    private Site _site = null!;
    private RunningGrant _grant = null!;
    private Browsing _lead = null!, _desk = null!, _accountant = null!, _reviewer = null!;

    [Fact]
    public async Task A_grant_goes_from_its_first_request_to_its_certificate()
    {
        await using Site site = _site = new Site();
        await site.InitializeAsync();
        LocalDate today = RunningGrant.Today;
        _grant = await RunningGrant.Begin(site, Title, new AgreementTerms(today.PlusDays(-15), today.PlusDays(60),
            [
                new TrancheTerm(Amount.Yuan(360), today.PlusDays(-10), "协议签订", today.PlusDays(30)),
                new TrancheTerm(Amount.Yuan(240), today, "前一期核销满八成", today.PlusDays(70)),
            ],
            [new BudgetTerm("餐费", Amount.Yuan(400), Amount.Fen(0)), new BudgetTerm("餐具", Amount.Yuan(200), Amount.Yuan(50))],
            [new IndicatorTerm("每周用餐老人", "0 人", "40 人")], "不得用于吃请", "结束后十五日内退回"));
        site.Listen();
        Tranche first = await _grant.Tranche(1);
        _lead = await Browsing.SignIn(site, "award-lead", 390, 844);
        _desk = await Browsing.SignIn(site, "award-desk", 1280, 900);
        await Ask(first.TrancheId);
        await Agree(first.TrancheId);
        _accountant = await Browsing.SignIn(site, "chenjing", 1280, 900);
        _reviewer = await Browsing.SignIn(site, "liwen", 390, 844);
        await Pay(AwaitedPayment.CodeOf(first.TrancheId));
        await Account(first.TrancheId);
        await GiveBack(first.TrancheId);
        (await _grant.Tranche(1)).State.ShouldBe(TrancheState.Settled);
        await Hold((await _grant.Tranche(2)).TrancheId);
        await Report();
        await Close();
        await Tell();
        foreach (Browsing person in new[] { _lead, _desk, _accountant, _reviewer })
        {
            await person.Close();
        }
    }

    private async Task Ask(long tranche)
    {
        await _lead.Go("/Tranches");
        await _lead.Sees("可申请");
        await _lead.Shot(Shots, "cards");
        await _lead.Go($"/Tranches/Ask?id={tranche}");
        await _lead.Page.FillAsync("#line-1", "260");
        await _lead.Page.FillAsync("#line-2", "100");
        await _lead.Page.FillAsync("[name=Total]", "350");
        await _lead.Page.FillAsync("[name=Purpose]", "三个月的餐费和餐具");
        await _lead.Page.SetInputFilesAsync("#enclosed-files", Picture("报价单", 7031));
        await _lead.Press("提交用款申请");
        await _lead.Sees("两者要相等");
        (await _lead.Page.InputValueAsync("#line-1")).ShouldBe("260");
        await _lead.Shot(Shots, "ask-refused");
        await _lead.Page.FillAsync("[name=Total]", "360");
        await _lead.Press("提交用款申请");
        await _lead.Sees("已提交用款申请");
    }

    private async Task Agree(long tranche)
    {
        await _desk.Go("/Tranches/Waiting");
        await _desk.Sees(Title);
        await _desk.Shot(Shots, "waiting");
        await _desk.Go($"/Tranches/Show?id={tranche}");
        await _desk.Page.CheckAsync("[name=UseOk]");
        await _desk.Press("核对通过");
        await _desk.Sees("核对表没有全部勾完");
        await _desk.Page.CheckAsync("[name=PapersOk]");
        await _desk.Page.CheckAsync("[name=ProgressOk]");
        await _desk.Press("核对通过");
        await _desk.Sees("已核对，等审批");
        Browsing approver = await Browsing.SignIn(_site, "award-l1", 390, 844);
        await approver.Go($"/Tranches/Show?id={tranche}");
        await approver.Shot(Shots, "approver");
        await approver.Press("审批通过");
        await approver.Sees("待付款");
        await approver.Close();
    }

    private async Task Pay(string code)
    {
        await _accountant.Go("/Payments");
        await _accountant.Page.CheckAsync($"#tick-{code}");
        await _accountant.Choose("From", "工商银行");
        await _accountant.Page.FillAsync("[name=Count]", "1");
        await _accountant.Page.FillAsync("[name=Total]", "360.00");
        await _accountant.Press("编成一批");
        await _accountant.Sees("已编成一批");
        string batch = _accountant.Page.Url;
        await _reviewer.Go(batch);
        await _reviewer.Press("放行");
        await _reviewer.Sees("已放行");
        await _accountant.Go(batch);
        await _accountant.Page.SelectOptionAsync("[name=Format]", "csv");
        await _accountant.Page.RunAndWaitForDownloadAsync(
            () => _accountant.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "下载付款文件" }).ClickAsync());
        await _accountant.Go(batch);
        await _accountant.Page.SetInputFilesAsync("[name=Answer]", new FilePayload
        {
            Name = "处理结果.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes($"收款账号,金额,处理状态,失败原因\n{RunningGrant.Account},360.00,成功,\n"),
        });
        await _accountant.Press("读取结果");
        await _accountant.Sees("读了 1 行：成功 1，失败 0，对不上 0");
        await _accountant.Shot(Shots, "batch");
        await Bank(-360, $"{code} 拨付");
        await _lead.Go($"/Tranches?grant={_grant.Id}");
        await _lead.Sees("待核销");
        await _lead.Shot(Shots, "paid");
    }

    /// <summary>The bank shows a line, the accountant finds it expected, and another posts what was written of it.</summary>
    private async Task Bank(decimal yuan, string words)
    {
        await _accountant.Import(_grant.Statement(yuan, words), lines: 1);
        await _accountant.Accept(words);
        await _reviewer.PostNewest();
    }

    private async Task Account(long tranche)
    {
        string folder = $"/Acquittals/Folder?id={_grant.Id}";
        await _lead.Go(folder);
        await _lead.Sees("票据夹是空的");
        await Receipt("210", "助餐食材", "26332000000012345678", "餐费");
        await Receipt("100", "碗筷", "", "餐具");
        await Receipt("50", "又一张", "26332000000012345678", "餐费", "只能用一次");
        (await _lead.Page.InputValueAsync("[name=What]")).ShouldBe("又一张");
        await _lead.Sees("照片已收到");
        await _lead.Shot(Shots, "receipt-twice");
        Browsing fin = await Browsing.SignIn(_site, "award-fin", 390, 844);
        await HandIn(fin, tranche);
        await _desk.Go("/Acquittals");
        await _desk.Sees("待审核");
        await _desk.Shot(Shots, "desk-acquittals");
        await _desk.Go($"/Acquittals/Review?id={tranche}");
        await _desk.Page.CheckAsync("[name='Choice[1]'][value=accept]");
        await _desk.Page.CheckAsync("[name='Choice[2]'][value=return]");
        await _desk.Press("保存审核结果");
        await _desk.Sees("要写明原因");
        (await _desk.Page.IsCheckedAsync("[name='Choice[2]'][value=return]")).ShouldBeTrue();
        await _desk.Page.FillAsync("[name='Why[2]']", "收据上没有日期");
        await _desk.Shot(Shots, "review");
        await _desk.Press("保存审核结果");
        await _desk.Sees("审核结果已保存");
        await Book(tranche);

        await _lead.Go(folder);
        await _lead.Sees("收据上没有日期");
        await _lead.Shot(Shots, "folder-returned");
        await _lead.Click(_lead.Page.Locator($".acq-receipts a[href*='/Acquittals/Receipt?id={_grant.Id}&receipt=']").First);
        await _lead.Sees("收据上没有日期");
        await _lead.Page.SetInputFilesAsync("[name=Photo]", Picture("收据 补日期", 7077));
        await _lead.Press("放入票据夹");
        await _lead.Sees("票据已放入票据夹");
        await HandIn(fin, tranche);
        await fin.Close();
        await _desk.Go($"/Acquittals/Review?id={tranche}");
        await _desk.Page.CheckAsync("[name='Choice[1]'][value=accept]");
        await _desk.Press("保存审核结果");
        await _desk.Sees("审核结果已保存");
        await Book(tranche);
    }

    private async Task Receipt(string yuan, string what, string number, string line, string says = "票据已放入票据夹")
    {
        await _lead.Go($"/Acquittals/Receipt?id={_grant.Id}");
        await _lead.Page.SetInputFilesAsync("[name=Photo]", Picture(what, 7075 + int.Parse(yuan, null)));
        await _lead.Page.FillAsync("[name=Yuan]", yuan);
        await _lead.Choose("Line", $". {line}");
        await _lead.Page.FillAsync("[name=What]", what);
        await _lead.Page.FillAsync("[name=Number]", number);
        await _lead.Page.FillAsync("[name=Seller]", "幸福菜场");
        await _lead.Choose("Kind", number.Length > 0 ? "发票" : "收据");
        await _lead.Press("放入票据夹");
        await _lead.Sees(says);
    }

    private static async Task HandIn(Browsing fin, long tranche)
    {
        await fin.Go($"/Acquittals/HandIn?id={tranche}");
        await fin.Page.FillAsync("[name=Handler]", "丁采购");
        await fin.Page.FillAsync("[name=Witness]", "");
        await fin.Press("提交核销");
        await fin.Sees("经手人和证明人两个不同的人");
        await fin.Page.FillAsync("[name=Witness]", "方邻居");
        await fin.Shot(Shots, "hand-in");
        await fin.Press("提交核销");
        await fin.Sees("核销已提交");
    }

    private async Task Book(long tranche)
    {
        await _accountant.Go($"/Acquittals/Review?id={tranche}");
        await _accountant.Press("制作核销凭证");
        await _accountant.NoRefusal();
        await _reviewer.PostNewest();
    }

    private async Task GiveBack(long tranche)
    {
        (await _grant.Tranche(1)).State.ShouldBe(TrancheState.PartlyAcquitted);
        await _lead.Go($"/Acquittals/Rest?id={tranche}");
        await _lead.Page.FillAsync("[name=Yuan]", "50");
        await _lead.Press("登记退回");
        await _lead.Sees("已登记");
        await _lead.Shot(Shots, "rest");
        string reference = await _lead.Page.Locator(".acq-account strong").InnerTextAsync();
        await Bank(50, reference);
    }

    /// <summary>The second tranche is held and never asked for: what was promised for it is free once the grant closes.</summary>
    private async Task Hold(long tranche)
    {
        await _desk.Go($"/Tranches/Show?id={tranche}");
        await _desk.Unfold("暂缓拨付");
        await _desk.Page.Locator("details[open] [name=Reason]").First.FillAsync("居民反映送餐车占了消防通道");
        await _desk.Page.Locator("details[open] [name=Cure]").First.FillAsync("消防通道清出来，拍照给项目协调组");
        await _desk.Press("暂缓拨付");
        await _desk.Sees("已暂缓");
        await _lead.Go("/Tranches");
        await _lead.Sees("消防通道清出来");
        await _lead.Shot(Shots, "held");
    }

    private async Task Report()
    {
        string closing = $"/Closings/Show?id={_grant.Id}", report = $"/Closings/Report?id={_grant.Id}";
        await _lead.Go(closing);
        await _lead.Page.CheckAsync("[name=Agreed]");
        await _lead.Press("申请结项");
        await _lead.Sees("请在期限内交齐材料");
        await _lead.Go(report);
        await _lead.Press("提交");
        await _lead.Sees("不能提交");
        await _lead.Page.FillAsync("[name='Reached[0].Reached']", "43 人");
        await _lead.Page.FillAsync("[name=People]", "120");
        await _lead.Page.FillAsync("[name=Activities]", "每周五天助餐，共一百二十次。");
        await _lead.Page.FillAsync("[name=Problems]", "雨天送餐困难，已添推车。");
        await _lead.Page.FillAsync("[name=Self]", "比预期多三位老人。");
        await _lead.Page.FillAsync("[name=Asked]", "60");
        await _lead.Page.FillAsync("[name=Satisfied]", "57");
        await _lead.Page.CheckAsync("[name=NoGoods]");
        await _lead.Press("保存");
        await _lead.Sees("已保存");
        await _lead.Go(closing);
        await _lead.Page.SetInputFilesAsync("#papers input[type=file] >> nth=0", Picture("助餐", 7090));
        await _lead.Click(_lead.Page.Locator("#papers form[enctype] button[type=submit]"));
        await _lead.Sees("要有照片里的人");
        await _lead.Page.CheckAsync("[name=Consent]");
        await _lead.Click(_lead.Page.Locator("#papers form[enctype] button[type=submit]"));
        await _lead.Sees("已上传");
        await _lead.Go(report);
        await _lead.Press("提交");
        await _lead.Sees("二十个工作日内答复");
        await _desk.Go(closing);
        await _desk.Unfold("退回报告");
        await _desk.Page.FillAsync("[name='Remarks[1].Words']", "请说明怎样统计");
        await _desk.Click(_desk.Page.Locator("button[formaction*='handler=Return']"));
        await _desk.Sees("报告已退回");
        await _lead.Go(report);
        await _lead.Sees("请说明怎样统计");
        await _lead.Shot(Shots, "report-returned");
        await _lead.Press("提交");
        await _lead.Sees("二十个工作日内答复");
        await _desk.Go(closing);
        await _desk.Press("报告通过");
        await _desk.Sees("报告已通过");
    }

    private async Task Close()
    {
        string closing = $"/Closings/Show?id={_grant.Id}";
        Browsing panel = await Browsing.SignIn(_site, "award-panel", 1280, 900);
        await panel.Go(closing);
        await panel.Page.FillAsync("[name=Words]", "指标达成，账目清楚。");
        await panel.Press("写评估");
        await panel.Sees("评估已保存");
        await panel.Unfold("提出问题");
        await panel.Page.FillAsync("[name=Found]", "两张签到表缺日期。");
        await panel.Page.CheckAsync("[name=Blocks]");
        await panel.Press("提出问题");
        await panel.Sees("问题已提出");
        await panel.Shot(Shots, "panel");
        await _desk.Go(closing);
        await _desk.Sees("1 个阻断的监审问题");
        await _lead.Go(closing);
        await _lead.Page.FillAsync("[name=Answer]", "已补上日期。");
        await _lead.Press("提交答复");
        await _lead.Sees("答复已提交");
        await panel.Go(closing);
        await panel.Page.FillAsync("[name=Answer]", "核对无误。");
        await panel.Press("了结");
        await panel.Sees("问题已了结");
        await _desk.Go(closing);
        await _desk.Press("准予结项");
        await _desk.Sees("等另一位签字");
        await panel.Go(closing);
        await panel.Press("准予结项");
        await panel.Sees("证书已签发");
        await panel.Shot(Shots, "closed");
        await panel.Close();
        (await _grant.Grants.State(_grant.Id)).ShouldBe(GrantState.Closed);
        (await _grant.Tranche(2)).State.ShouldBe(TrancheState.Cancelled);
    }

    /// <summary>What the grant's page tells afterwards, the papers of it, and that books and registers agree.</summary>
    private async Task Tell()
    {
        await _lead.Go($"/Grants/Show?id={_grant.Id}");
        await _lead.Shot(Shots, "story");
        string[] sums = [.. (await _lead.Page.Locator(".story-sums dd").AllInnerTextsAsync()).Select(text => text.Trim())];
        sums.ShouldBe(["600.00 元", "240.00 元", "360.00 元", "310.00 元", "50.00 元", "0.00 元", "0.00 元", "0.00 元"]);
        await _lead.Speak("en");
        await _lead.Go($"/Grants/Show?id={_grant.Id}");
        await _lead.Sees("Closed");
        await _lead.Shot(Shots, "story-en");
        foreach (string what in new[] { "Report", "Audit", "Assessment", "Certificate" })
        {
            IAPIResponse answer = await _lead.Page.APIRequest.GetAsync($"{_site.Address}/Closings/Show?id={_grant.Id}&handler=Print&what={what}");
            answer.Headers["content-type"].ShouldBe("application/pdf", what);
            if (Shots is { Length: > 0 })
            {
                await File.WriteAllBytesAsync(Path.Combine(Shots, $"{what}.pdf"), await answer.BodyAsync());
            }
        }

        (await _grant.Body.Accountant.Ask(new CheckBooks())).Checks.SelectMany(check => check.Faults).Select(fault => fault.Code).ShouldBeEmpty();
    }

    private static FilePayload Picture(string name, int seed) =>
        new() { Name = $"{name}.png", MimeType = "image/png", Buffer = DemoPaper.Picture(seed) };
}
