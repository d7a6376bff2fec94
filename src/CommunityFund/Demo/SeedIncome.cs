using System.Text;
using CommunityFund.Agency;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Donations;
using CommunityFund.Enterprises;
using CommunityFund.Ledger;
using CommunityFund.PublicMoney;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>
/// Where the demo's other income comes from: a shop that shares its profit (one quarter late, one received), a subsidy, a street
/// contract of
/// purchased services that is accepted in part, and relief money that passes through. All money moves in late April on the
/// second account.
/// </summary>
internal sealed class SeedIncome(FundSession accountant, FundSession reviewer, DemoClock clock, IReadOnlyDictionary<string,
    int> funds)
{
    private const string Street = "清河街道办事处";

    private const string Statement =
        $"""
        账号：{DemoStory.SecondAccount}
        交易日期,收入,支出,余额,对方户名,摘要,附言,流水号
        2026-04-20,820.00,,37086.00,幸福里便民小店有限公司,转账存入,SQ2 一季度反哺,GH04200010
        2026-04-21,12000.00,,49086.00,{Street},转账存入,ZF1-1 助老补助,GH04210011
        2026-04-22,18000.00,,67086.00,{Street},转账存入,ZF2-1 调解服务首款,GH04220012
        2026-04-23,5000.00,,72086.00,清河区总工会,转账存入,困难职工救助款,GH04230013
        2026-04-24,,3000.00,69086.00,清河区困难职工帮扶中心,转账支取,救助款转付,GH04240014
        2026-04-27,20000.00,,89086.00,和顺物业服务有限公司,转账存入,助老协议 2026 年首期,GH04270015
        2026-04-28,,2600.00,86486.00,清河养老服务中心,转账支取,助老上门服务 四月,GH04280016
        """;

    private long _enterprise;

    private static Guid Key() => Guid.NewGuid();

    /// <summary>What is agreed and declared in March: nothing of it moves money.</summary>
    public async Task March(CancellationToken ct)
    {
        clock.Turn(new LocalDate(2026, 3, 4), 9, 0);
        _enterprise = await accountant.Run(new ProposeTerm(Key(), null, "幸福里便民小店有限公司", new TermForm(
            new LocalDate(2025, 10, 1), "幸福里社区", 0, Influence.None, "", ShareKind.Profit, 100_000, Amount.Fen(0), Amount.Fen(0),
                Amount.Yuan(20000), 2, 30,
            funds["F01"], Restriction.Unrestricted, "", "反哺协议 SQ-2025-10"), [await Keep("反哺协议 SQ-2025-10.pdf", "利润反哺协议",
                "每季度利润的 10%", ct)]), ct);
        EnterpriseView enterprise = await reviewer.Ask(new EnterprisePage(_enterprise), ct);
        await reviewer.Run(new AgreeTerm(Key(), enterprise.Terms[0].Id), ct);
        await Declare(new LocalDate(2025, 10, 1), 41_500, 6_430, new LocalDate(2026, 3, 5), ct);
    }

    /// <summary>What comes in after the first half of April.</summary>
    /// <param name="agreement">The agreement for the elderly, under which a gift comes.</param>
    /// <param name="project">The project of help at home.</param>
    public async Task April(int account, long agreement, long project, CancellationToken ct)
    {
        await Declare(new LocalDate(2026, 1, 1), 52_000, 8_200, new LocalDate(2026, 4, 16), ct);
        long subsidy = await Contract("清街办〔2026〕12 号", "2026 年社区助老服务补助", 12_000, "F04", Restriction.Restricted, isExchange: false,
            [new(Amount.Yuan(12_000), new LocalDate(2026, 4, 20))], ct);
        long services = await Contract("QHJD-FW-2026-03", "邻里调解服务采购", 36_000, "F00", Restriction.Unrestricted, isExchange: true,
            [new(Amount.Yuan(18_000), new LocalDate(2026, 4, 20)), new(Amount.Yuan(18_000), new LocalDate(2026, 10, 20))], ct);
        await Agree(subsidy, services, ct);
        (long matter, long recipient) = await Matter(ct);

        clock.Turn(new LocalDate(2026, 4, 28), 9, 0);
        await accountant.Run(new ImportStatement(Key(),
            await accountant.Run(new UploadStatement(Key(), "工行一般户 2026-04-28.csv", Encoding.UTF8.GetBytes(Statement)), ct),
                null), ct);
        IReadOnlyList<BankLineItem> lines = (await accountant.Ask(new BankLineList(null, account, "", 1), ct)).Items;
        foreach (long units in new[] { 82_000L, 1_200_000L, 1_800_000L })
        {
            long line = lines.Single(each => each.Amount.Units == units).BankLineId;
            long expected = (await accountant.Ask(new LineCandidates(line), ct)).First(each =>
                each.Source == CandidateSource.Expected).Id;
            await Review(await accountant.Run(new MatchExpectations(Key(), [line], [expected]), ct), ct);
        }

        BankLineItem came = lines.Single(each => each.Amount.Units == 500_000), went = lines.Single(each =>
            each.Amount.Units == -300_000);
        RecordAgencyMove comes = new(Key(), matter, recipient, AgencyWay.MoneyIn, Amount.Yuan(5000), came.OccurredOn, "bank.02",
            came.BankLineId);
        await Review(await accountant.Run(comes, ct), ct);
        await Review(await accountant.Run(comes with
        {
            Key = Key(),
            Way = AgencyWay.MoneyOut,
            Amount = Amount.Yuan(3000),
            On = went.OccurredOn,
            BankLine = went.BankLineId,
            Documents = [await Keep("签收单 救助款.pdf", "救助款签收单", "清河区困难职工帮扶中心收到 3,000.00", ct)],
        }, ct), ct);
        await Review(await accountant.Run(new RecordAcceptance(Key(), services, Amount.Yuan(9000), new LocalDate(2026, 4, 24),
            [await Keep("验收单 调解服务 一季度.pdf", "服务验收单", "邻里调解服务一季度，金额 9,000.00", ct)]), ct), ct);
        await Elderly(lines, agreement, project, ct);
    }

    /// <summary>A first part under the agreement for the elderly, and what help at home cost in April.</summary>
    private async Task Elderly(IReadOnlyList<BankLineItem> lines, long agreement, long project, CancellationToken ct)
    {
        BankLineItem came = lines.Single(each => each.Amount.Units == 2_000_000), went = lines.Single(each => each.Amount.Units == -260_000);
        await Review(await accountant.Run(new RecordDonation(Key(), funds["F04"], came.CounterpartyName, PersonKind.Organisation, came.Amount,
            came.OccurredOn, "bank.02", Restriction.Restricted, "", "助老协议 2026 年首期捐赠", came.BankLineId,
            Terms: new GiftTerms(agreement, Channel: GiftChannel.Bank, WantsReceipt: true)), ct), ct);
        await Review(await accountant.Run(new RecordExpense(Key(), funds["F04"], Account.Keys.ProgrammeCost, -went.Amount, went.OccurredOn, "bank.02",
            Restriction.Restricted, CashFlow.PurchasesPaid.Key, went.CounterpartyName, PersonKind.Organisation, "助老上门服务 四月", went.BankLineId,
            Documents: [await Keep("发票 助老上门服务 四月.pdf", "电子发票（普通发票）", "助老上门服务 四月，价税合计 2,600.00", ct)],
            ProjectClass: "elderly", Project: project), ct), ct);
    }

    private async Task Declare(LocalDate from, decimal turnover, decimal profit, LocalDate on, CancellationToken ct)
    {
        clock.Turn(on, 9, 30);
        long declaration = await accountant.Run(new DeclarePeriod(Key(), _enterprise, DeclaredSpan.Quarter, from,
            Amount.Yuan(turnover), Amount.Yuan(profit),
            GivenFor.Nothing, ByStake: false, Papers: [await Keep($"便民小店利润表 {from.Year}年{from.Month}月起.pdf", "利润表",
                $"利润总额 {profit:0.00}", ct)]), ct);
        clock.Turn(on, 16, 0);
        await reviewer.Run(new VerifyDeclaration(Key(), declaration), ct);
    }

    private async Task<long> Contract(string number, string title, decimal yuan, string fund, Restriction restriction,
        bool isExchange,
        IReadOnlyList<InstalmentForm> instalments, CancellationToken ct)
    {
        clock.Turn(new LocalDate(2026, 4, 17), 10, 0);
        return await accountant.Run(new ProposeContract(Key(), Street, number, title, new LocalDate(2026, 4, 10),
            Amount.Yuan(yuan), funds[fund], restriction,
            restriction == Restriction.Restricted ? "仅用于社区老年人助餐、助浴服务" : "", PublicReceiver.Residents, isExchange, MayChoose: true,
                MayChange: true,
            ReturnDuty: true, [new ConditionForm(isExchange ? "每季度提交服务记录" : "2026 年内服务老人不少于 200 人次", new LocalDate(2026, 12,
                31))],
            instalments, [await Keep($"{title}.pdf", title, $"文号 {number}", ct)]), ct);
    }

    private async Task Agree(long subsidy, long services, CancellationToken ct)
    {
        clock.Turn(new LocalDate(2026, 4, 17), 15, 0);
        await reviewer.Run(new AgreeContract(Key(), subsidy), ct);
        await reviewer.Run(new AgreeContract(Key(), services), ct);
    }

    private async Task<(long Matter, long Recipient)> Matter(CancellationToken ct)
    {
        clock.Turn(new LocalDate(2026, 4, 17), 16, 0);
        long matter = await accountant.Run(new ProposeMatter(Key(), "清河区总工会", PersonKind.Organisation, "困难职工春季救助款",
            ByAgreement: true,
            DutyOnReceipt: true, OnlyBetween: true, PrincipalNamed: true, "转赠协议 ZG-2026-02",
            [new RecipientForm("清河区困难职工帮扶中心", PersonKind.Organisation, Amount.Yuan(5000))],
            [await Keep("转赠协议 ZG-2026-02.pdf", "转赠协议", "转给清河区困难职工帮扶中心", ct)]), ct);
        await reviewer.Run(new AgreeMatter(Key(), matter), ct);
        return (matter, (await accountant.Ask(new AgencyMatterPage(matter), ct)).Row.Recipients[0].PersonId);
    }

    private async Task<Enclosure> Keep(string name, string title, string line, CancellationToken ct) =>
        new(await accountant.Run(new UploadDocument(Key(), name, DemoPaper.Pdf(title, line, "清河慈善会"), ""), ct));

    private async Task Review(long voucher, CancellationToken ct) => await reviewer.Run(new ReviewVoucher(Key(), voucher), ct);
}
