using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// A grant that was paid and half accounted for is suspended, its lead heard, and ended by two; what is open is demanded, paid back in part by
/// instalments, the rest written off by resolution; the lead sees on a phone what to pay where, and that there is nothing to apply for now.
/// </summary>
public sealed class EndingJourney
{
    private const string Lead = "石小磊";

    private static readonly string? Shots = Environment.GetEnvironmentVariable("ENDING_SHOTS");

    private Site _site = null!;
    private RunningGrant _grant = null!;
    private Browsing _accountant = null!, _approver = null!, _desk = null!, _steer = null!;
    private string _page = "";

    [Fact]
    public async Task A_paid_grant_is_suspended_ended_demanded_paid_back_in_part_written_off_and_square()
    {
        await using Site site = _site = new Site();
        await site.InitializeAsync();
        LocalDate today = RunningGrant.Today;
        _grant = await RunningGrant.Begin(site, "银发合唱团", new AgreementTerms(today.PlusDays(-15), today.PlusDays(60),
            [
                new TrancheTerm(Amount.Yuan(300), today.PlusDays(-10), "协议签订", today.PlusDays(30)),
                new TrancheTerm(Amount.Yuan(200), today.PlusDays(35), "前一期核销满八成", today.PlusDays(70)),
            ],
            [new BudgetTerm("乐谱和场地", Amount.Yuan(500), Amount.Fen(0))], [new IndicatorTerm("每周排练老人", "0 人", "30 人")], "不得用于吃请",
            "结束后十五日内退回"));

        // Papers of vouchers are not what this is about.
        await _grant.Body.Reviewer.Run(new SetDocumentRule(TestBody.Key, VoucherKind.Ordinary, Evidence.None, new LocalDate(2026, 11, 1)));

        // Whom a ban is for is said by name, and the demo has another of that name.
        await _grant.Grants.Sql($"update person set name = '{Lead}' where person_id = {_grant.Grants.Id("lead")}");
        await _grant.Pay(1, 300);
        await _grant.Acquit(1, 100);
        _page = $"/Endings/Show?id={_grant.Id}";
        site.Listen();
        _desk = await Browsing.SignIn(site, "award-desk", 1280, 900);
        _steer = await Browsing.SignIn(site, "award-steer", 1280, 900);
        _approver = await Browsing.SignIn(site, "award-l2", 1280, 900);
        _accountant = await Browsing.SignIn(site, "chenjing", 1280, 900);
        await Suspend(today);
        await Terminate();
        await Demand(today);
        await PayBack();
        await Ban(today);
        foreach (Browsing person in new[] { _accountant, _approver, _desk, _steer })
        {
            await person.Close();
        }

        (await _grant.Grants.State(_grant.Id)).ShouldBe(GrantState.Closed);
        (await _grant.Tranche(1)).State.ShouldBe(TrancheState.ClawedBack);
        (await _grant.Tranche(2)).State.ShouldBe(TrancheState.Cancelled);
        (await _grant.Body.Accountant.Ask(new CheckBooks())).Checks.SelectMany(check => check.Faults).Select(fault => fault.Code).ShouldBeEmpty();
    }

    private async Task Suspend(LocalDate today)
    {
        await _desk.Go("/Endings");
        await _desk.Shot(Shots, "list");
        await _desk.Go(_page);
        await _desk.Unfold("暂停执行");
        await _desk.Press("暂停执行");
        await _desk.Sees("要写明理由");
        await _desk.Unfold("暂停执行");
        await In(_desk, "Suspend", "Reason").FillAsync("报告逾期，活动停办");
        await _desk.Press("暂停执行");
        await _desk.Sees("已办理");
        await _desk.Unfold("登记听取负责人意见");
        await _desk.Page.FillAsync("[name=ToldOn]", Iso(today.PlusDays(-6)));
        await _desk.Page.FillAsync("[name=HeardOn]", Iso(today.PlusDays(-1)));
        await _desk.Page.FillAsync("[name=Summary]", "负责人承认把排练费用在别处");
        await _desk.Press("登记听取负责人意见");
        await _desk.Sees("已登记");
        await _desk.Unfold("提议终止");
        await _desk.Choose("Ends", "违约");
        await In(_desk, "Propose", "Reason").FillAsync("资金挪作他用");
        await _desk.Press("提议终止");
        await _desk.Sees("已登记");
        await _desk.Shot(Shots, "suspended");
    }

    private async Task Terminate()
    {
        foreach (Browsing signer in new[] { _steer, _approver })
        {
            await signer.Go(_page);
            await signer.Unfold("终止资助");
            await In(signer, "Terminate", "Reason").FillAsync("资金挪作他用");
            await In(signer, "Terminate", "Resolution").FillAsync("决议〔2026〕15号");
            await signer.Press("终止资助");
            await signer.Sees(signer == _approver ? "已办理" : "等其他人签");
        }

        (await _grant.Grants.State(_grant.Id)).ShouldBe(GrantState.Terminated);

        // The days for the final account go by.
        await _grant.Grants.Sql($"""
            alter table grant_log disable trigger user;
            update grant_log set at = at - interval '32 days' where grant_id = {_grant.Id} and move = 'terminate';
            alter table grant_log enable trigger user
            """);
    }

    private async Task Demand(LocalDate today)
    {
        await _accountant.Go(_page);
        await _accountant.Unfold("拟写追缴通知");
        await In(_accountant, "Draft", "DueOn").FillAsync(Iso(today.PlusDays(20)));
        await In(_accountant, "Draft", "Reason").FillAsync("终止后未核销的资金");
        await _accountant.Press("拟写追缴通知");
        await _accountant.Sees("已登记");
        await _approver.Go(_page);
        await _approver.Press("签发");
        await _approver.Sees("已登记");
        await _accountant.Go(_page);
        await _accountant.Press("写追缴凭证");
        await _accountant.NoRefusal();
        await Post();
        (await _grant.Grants.State(_grant.Id)).ShouldBe(GrantState.Recovering);
        await _desk.Go(_page);
        foreach (var (second, says) in new[] { (60, "合计要等于未缴的"), (50, "已登记") })
        {
            await _desk.Unfold("提出分期缴还");
            await _desk.Page.FillAsync("[name=Plan]", $"{Iso(today.PlusDays(20))} 150\n{Iso(today.PlusDays(50))} {second}");
            await In(_desk, "Plan", "Reason").FillAsync("分两次退回");
            await _desk.Press("提出分期缴还");
            await _desk.Sees(says);
        }

        await _approver.Go(_page);
        await _approver.Press("同意分期");
        await _approver.Sees("已登记");
        await _approver.Shot(Shots, "agreed");
        Browsing lead = await Browsing.SignIn(_site, "award-lead", 390, 844);
        await lead.Go(_page);
        await lead.Sees("汇款附言");
        await lead.Sees("缴入账户");
        await lead.Sees("150.00");
        await lead.Shot(Shots, "lead");
        await lead.Speak("en");
        await lead.Go(_page);
        await lead.Sees("Still to pay");
        await lead.Shot(Shots, "lead-en");
        IAPIResponse letter = await lead.Page.Context.APIRequest.GetAsync(
            $"{_site.Address}{_page}&handler=Letter&demand={await _grant.Grants.Sql("select max(grant_demand_id) from grant_demand")}");
        letter.Headers["content-type"].ShouldBe("application/pdf");
        if (Shots is { Length: > 0 })
        {
            await File.WriteAllBytesAsync(Path.Combine(Shots, "letter.pdf"), await letter.BodyAsync());
        }

        await lead.Close();
    }

    /// <summary>The first instalment comes by the bank; the second is written off by resolution, and two close the case.</summary>
    private async Task PayBack()
    {
        string code = $"{await _grant.Grants.Sql($"select number from grant_case where grant_id = {_grant.Id}")}-ZJ1";
        await _accountant.Import(_grant.Statement(150, code), lines: 1);
        await _accountant.Accept(code);
        await Post();
        await _accountant.Go(_page);
        await _accountant.Unfold("拟写核销");
        await In(_accountant, "WriteOff", "Reason").FillAsync("负责人离开本市，无力缴还");
        await In(_accountant, "WriteOff", "Disclosure").FillAsync("损失 50 元由社区基金承担");
        await _accountant.Press("拟写核销");
        await _accountant.Sees("已登记");
        await _steer.Go(_page);
        await _steer.Press("决议核销");
        await _steer.Sees("没有决议编号");
        await In(_steer, "Resolve", "Resolution").FillAsync("决议〔2026〕16号");
        await _steer.Press("决议核销");
        await _steer.Sees("已登记");
        await _accountant.Go(_page);
        await _accountant.Press("写核销凭证");
        await _accountant.NoRefusal();
        await Post();
        foreach (Browsing signer in new[] { _accountant, _approver })
        {
            await signer.Go(_page);
            await signer.Unfold("追缴完毕，结项");
            if (await In(signer, "SettleRecovery", "Reason").CountAsync() > 0)
            {
                await In(signer, "SettleRecovery", "Reason").FillAsync("已缴 150 元，50 元核销");
            }

            await signer.Press("追缴完毕，结项");
            await signer.Sees(signer == _approver ? "已办理" : "等其他人签");
        }

        await _approver.Shot(Shots, "settled");
    }

    private async Task Ban(LocalDate today)
    {
        await _steer.Go(_page);
        await _steer.Sees("限制申请");
        await _steer.Go("/Grants/Bans");
        await _steer.Page.FillAsync("[name='Form.Name']", Lead);
        await _steer.Page.FillAsync("[name='Form.From']", Iso(today));
        await _steer.Page.FillAsync("[name='Form.Until']", Iso(today.PlusYears(1)));
        await _steer.Page.FillAsync("[name='Form.Clause']", "资助协议第九条");
        await _steer.Page.FillAsync("[name='Form.Evidence']", "200 元没有用在项目上，追缴 150 元，核销 50 元。");
        await _steer.Page.FillAsync("[name='Form.Resolution']", "决议〔2026〕17号");
        await _steer.Press("限制申请");
        await _steer.Sees("已登记");
        await _steer.Shot(Shots, "ban");
        Browsing lead = await Browsing.SignIn(_site, "award-lead", 390, 844);
        await lead.Go("/Grants/Start");
        await lead.Page.FillAsync("[name=ProjectTitle]", "银发合唱团第二季");
        await lead.Page.FillAsync("[name=Community]", "幸福里社区");
        await lead.Press("开始填写申请书");
        await lead.Sees("资助协议第九条");
        await lead.Shot(Shots, "banned");
        await lead.Close();
    }

    /// <summary>Another than its maker posts what was written last.</summary>
    private async Task Post() =>
        await _grant.Body.Review((long)(await _grant.Grants.Sql("select max(voucher_id) from voucher where state = 'prepared'"))!);

    private static ILocator In(Browsing person, string handler, string field) =>
        person.Page.Locator($"form:has(button[formaction$='handler={handler}']) [name={field}]");

    private static string Iso(LocalDate day) => day.ToString("uuuu-MM-dd", null);
}
