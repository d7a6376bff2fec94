using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Demo;
using CommunityFund.Documents;
using CommunityFund.Funds;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests;
using CommunityFund.Tests.Grants.Awards;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>A grant that runs in the demo, by the commands that bring it there: what came before is other journeys' matter.</summary>
internal sealed record RunningGrant(TestBody Body, AwardNotation Grants, long Id, int Fund)
{
    /// <summary>The account that the tranches are paid to.</summary>
    public const string Account = "33050161000000009999", Committee = "幸福里居委会";

    /// <summary>The demo's second bank account.</summary>
    public const string Bank = "1202020209100056789";

    // What the demo's statement of that account ends with.
    private decimal _balance = 41_506m;

    public static LocalDate Today => SystemClock.Instance.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;

    /// <param name="terms">What is agreed, told of the day on which it begins to run.</param>
    public static async Task<RunningGrant> Begin(Site site, string title, AgreementTerms terms)
    {
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        Instant now = SystemClock.Instance.GetCurrentInstant();
        body.Clock.Now = now - Duration.FromDays(20);
        IReadOnlyList<FundNumber> funds = await body.Accountant.Ask(new FundNumbers());
        FundNumber rich = funds.First(fund => fund is { IsOwn: true, DefaultRestriction: Restriction.Unrestricted } && fund.Available.Units > 300_000);
        AwardNotation grants = await AwardNotation.On(body, rich.FundId, funds.First(fund => fund.IsOwn && fund.FundId != rich.FundId).FundId);
        long grant = await grants.Awarded(1, 0, terms.Tranches.Sum(term => term.Amount.Units) / 100m, title);
        int version = await grants.Version(grant), paper = await grants.Desk.Run(new DraftAgreement(AwardNotation.Key, grant, version, terms));
        await grants.Lead.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Agreement, GrantSide.Lead));
        await grants.L1.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Agreement, GrantSide.Body));
        await grants.Lead.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Duty, GrantSide.Lead));
        await grants.FinLead.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Duty, GrantSide.FinLead));
        await grants.Desk.Run(new NamePayee(AwardNotation.Key, grant, version, await grants.Account(), PayeeKind.Committee));
        body.Clock.Now = now;
        await grants.Desk.Run(new ActivateGrant(AwardNotation.Key, grant, version));
        await grants.L1.Run(new ActivateGrant(AwardNotation.Key, grant, version));
        return new RunningGrant(body, grants, grant, rich.FundId);
    }

    public async Task<Tranche> Tranche(int no)
    {
        await using FundDb db = Body.Db();
        return await db.Set<Tranche>().AsNoTracking().SingleAsync(row => row.GrantId == Id && row.No == no);
    }

    /// <summary>A tranche is asked for, checked, approved and paid, without a page.</summary>
    public async Task Pay(int no, decimal yuan)
    {
        long id = (await Tranche(no)).TrancheId;
        await Grants.Lead.Run(new RequestTranche(TestBody.Key, id, (await Tranche(no)).StateVersion, Amount.Yuan(yuan),
            [new RequestLine(1, Amount.Yuan(yuan))], "第一批", await Photo(Grants.Lead, 7041)));
        await Grants.Desk.Run(new CheckTranche(TestBody.Key, id, (await Tranche(no)).StateVersion, true, true, true, ""));
        await Grants.L1.Run(new ApproveTranche(TestBody.Key, id, (await Tranche(no)).StateVersion, TrancheMove.Approve));
        string code = AwaitedPayment.CodeOf(id);
        long upload = await Body.Accountant.Run(new UploadStatement(TestBody.Key, "流水.csv", Statement(-yuan, code)));
        await Body.Accountant.Run(new ImportStatement(TestBody.Key, upload, null));
        long line = (await Body.Accountant.Ask(new BankLineList(LineStage.ToDo, null, code, 1))).Items.Single().BankLineId;
        await Body.Review(await Body.Accountant.Run(new MatchExpectations(TestBody.Key, [line], [(await Tranche(no)).ExpectationId!.Value])));
    }

    /// <summary>A receipt is handed in, accepted and booked, without a page.</summary>
    public async Task Acquit(int no, decimal yuan)
    {
        long id = (await Tranche(no)).TrancheId, receipt = await Grants.FinLead.Run(new AddReceipt(TestBody.Key, Id, null, GrantReceiptKind.Receipt,
            "", Today, "清河乐谱店", PersonKind.Organisation, Amount.Yuan(yuan), 1, Spending.Supplies, "乐谱", await Photo(Grants.FinLead, 7042)));
        await Grants.FinLead.Run(new SubmitAcquittal(TestBody.Key, id, (await Tranche(no)).StateVersion, "丁采购", "方邻居",
            [new AcquittalClaim(receipt, Amount.Yuan(yuan))]));
        await Grants.Desk.Run(new ReviewAcquittalLines(TestBody.Key, id, (await Tranche(no)).StateVersion, [new LineDecision(1, IsAccepted: true)]));
        await Body.Review(await Body.Accountant.Run(new BookAcquittal(TestBody.Key, id, (await Tranche(no)).StateVersion)));
    }

    private static async Task<IReadOnlyList<Enclosure>> Photo(FundSession by, int seed) =>
        [new Enclosure(await by.Run(new UploadDocument(TestBody.Key, "票据.png", DemoPaper.Picture(seed))))];

    /// <summary>The bank's statement of today with one line: in where it is positive.</summary>
    public byte[] Statement(decimal yuan, string words)
    {
        _balance += yuan;
        string day = Today.ToString("uuuu-MM-dd", null), bare = Figure(Math.Abs(yuan));
        return System.Text.Encoding.UTF8.GetBytes(
            $"账号：{Bank}\n交易日期,收入,支出,余额,对方户名,摘要,附言,流水号\n"
            + $"{day},{(yuan > 0 ? bare : "")},{(yuan < 0 ? bare : "")},{Figure(_balance)},{Committee},转账,{words},GH{Figure(_balance)}\n");
    }

    private static string Figure(decimal yuan) => yuan.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
}
