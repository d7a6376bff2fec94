using CommunityFund.Agency;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Donations.Pledges;
using CommunityFund.Donations.Receipts;
using CommunityFund.Enterprises;
using CommunityFund.Funds;
using CommunityFund.Funds.Fees;
using CommunityFund.Funds.Purposes;
using CommunityFund.Ledger;
using CommunityFund.PublicMoney;
using CommunityFund.Stock;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Donations;
using CommunityFund.Tests.Enterprises;
using CommunityFund.Tests.PublicMoney;
using CommunityFund.Tests.Stock;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Gifts;

/// <summary>The table of what income may not be, over one book in which there is something of everything.</summary>
internal static class IncomeRefusals
{
    private static readonly LocalDate Day = new(2026, 3, 10), January = new(2026, 1, 1);

    public static async Task<IReadOnlyList<IncomeRefusal>> All(TestBody body) =>
        [.. await Gifts(body), .. await Receipts(body), .. await Refunds(body), .. await Spending(body), .. await Purposes(body),
            .. await Government(body), .. await Enterprises(body), .. await ForOthers(body)];

    private static async Task<IncomeRefusal[]> Gifts(TestBody body)
    {
        long waiting = await body.Accountant.Run(PromiseTests.Agreement() with { Number = "QH-2026-06" });
        long agreed = await body.Accountant.Run(PromiseTests.Agreement() with
        {
            Clauses = [new ClauseDraft(ClauseKind.Period, "三月上旬", Until: new LocalDate(2026, 3, 8))],
        });
        await body.Reviewer.Run(new ConfirmAgreement(TestBody.Key, agreed));
        RecordDonation gift = new(TestBody.Key, TestBody.Community, "绿洲公司", PersonKind.Organisation, Amount.Yuan(100), new LocalDate(2026, 3, 6),
            TestBody.Bank, Restriction.Restricted, "", "捐赠", null, Terms: new GiftTerms(agreed));
        await body.Review(await body.Accountant.Run(gift with { Key = TestBody.Key, Terms = new GiftTerms(agreed, OrderNumber: "WX-1") }));
        long pledge = await body.Accountant.Run(new NotePledge(TestBody.Key, "绿洲公司", PersonKind.Organisation, TestBody.Community, PledgeForm.Public,
            false, January, "2026-01-01 社区公众号", [new Instalment(Day, Amount.Yuan(500))]));
        return
        [
            new("捐赠金额写成外币", Typed("USD 100"), AmountText.NotANumber, "typed"),
            new("捐赠金额写成零", Typed("0"), AmountText.NotPositive, "typed"),
            new("捐赠金额写成负数", Typed("-5.00"), AmountText.NotPositive, "typed"),
            new("捐赠早于协议签署", () => body.Accountant.Run(Of(gift) with { ReceivedOn = new LocalDate(2026, 3, 4) }),
                "database.gift-before-agreement", "number", "day", "signed"),
            new("捐赠晚于协议的使用期限", () => body.Accountant.Run(Of(gift) with { ReceivedOn = Day }), "database.gift-after-agreement",
                "number", "day", "until"),
            new("挂在没有第二个人确认的协议上", () => body.Accountant.Run(Of(gift) with { Terms = new GiftTerms(waiting) }),
                "database.gift-of-unconfirmed", "number"),
            new("登记协议的人自己确认", () => body.Accountant.Run(new ConfirmAgreement(TestBody.Key, waiting)), ConstraintRefusal.PromiseSamePerson),
            new("挂在别的捐赠人的协议上", () => body.Accountant.Run(Of(gift) with { Donor = "别的公司" }), "database.gift-of-other-agreement",
                "number", "fund"),
            new("按限定用途的协议收、记成非限定", () => body.Accountant.Run(Of(gift) with { Restriction = Restriction.Unrestricted }), GiftTerms.Restricts),
            new("限定性捐赠没写用途", () => body.Accountant.Run(Of(gift) with { Terms = null }), RecordDonation.ClauseMissing, "fund"),
            new("同一订单号再记一次", () => body.Accountant.Run(Of(gift) with { Terms = new GiftTerms(agreed, OrderNumber: "WX-1") }),
                "database.donation-order-once"),
            new("公开募捐没有备案", () => body.Accountant.Run(Appeal() with { FilingNumber = "" }), ProposeCampaign.NotFiled),
            new("募捐备案不满十天就开始", () => body.Accountant.Run(Appeal() with { FiledOn = Day }), "database.campaign-filed-late",
                "filed", "from", "earliest"),
            new("有约束力的承诺当作没有约束来免除", () => body.Accountant.Run(new ReleasePledge(TestBody.Key, pledge, PledgeRelease.NotBinding, Day, "不捐了")),
                ReleasePledge.Binds, "form"),
            new("受赠物资写了价值却没有依据", () => body.Accountant.Run(InKind(new InKindRow(InKindThing.Goods, "大米", "袋", 3, Amount.Yuan(90)))),
                ReceiveInKind.ProofMissing, "name"),
            new("受赠服务没有发票", () => body.Accountant.Run(InKind(new InKindRow(InKindThing.Service, "理发", "次", 3))),
                InKindRow.ServiceWithoutInvoice, "name"),
        ];
    }

    private static async Task<IncomeRefusal[]> Receipts(TestBody body)
    {
        long has = await body.GiftOf("林小满", 200), gift = await body.GiftOf("何秋菊", 500);
        await body.Accountant.Run(ReceiptTests.Receipt(has, 1, 200));
        await body.Given(TestBody.Children, 5, 60, "棉被");
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 5), "社区培训服务费",
        [
            new VoucherRow(TestBody.Bank, TestBody.General, Side.Debit, Amount.Yuan(300), CashFlow: CashFlow.ServicesReceived.Key),
            new VoucherRow("service-income", TestBody.General, Side.Credit, Amount.Yuan(300), Restriction.Unrestricted),
        ])));
        await using FundDb db = body.Db();
        long service = await db.Vouchers.MaxAsync(row => row.VoucherId);
        long partly = await body.GiftOf("李建国", 80);
        long lot = await db.Set<GiftLot>().MaxAsync(row => row.LotId);
        await body.Review(await body.Accountant.Run(await Refund(body, lot, 30)));
        return
        [
            new("同一票据号码登记两次", () => body.Accountant.Run(ReceiptTests.Receipt(gift, 1, 500)), RegisterReceipt.NumberTwice, "code", "number", "day"),
            new("票据号码不在领用的号段里", () => body.Accountant.Run(ReceiptTests.Receipt(gift, 101, 500)), RegisterReceipt.OutsideRanges, "code", "number"),
            new("票据金额与捐赠不符", () => body.Accountant.Run(ReceiptTests.Receipt(gift, 2, 499)), RegisterReceipt.OtherAmount, "receipt", "gift"),
            new("退过一部分的捐赠按全额开票", () => body.Accountant.Run(ReceiptTests.Receipt(partly, 2, 80)), RegisterReceipt.OtherAmount, "receipt", "gift"),
            new("票据早于捐赠", () => body.Accountant.Run(ReceiptTests.Receipt(gift, 2, 500) with { IssuedOn = new LocalDate(2026, 3, 4) }),
                RegisterReceipt.BeforeGift, "issued", "received"),
            new("票据写的是别人", () => body.Accountant.Run(ReceiptTests.Receipt(gift, 2, 500, "林小满")), RegisterReceipt.OtherPayer, "payer", "donor"),
            new("不作废就重开", () => body.Accountant.Run(ReceiptTests.Receipt(has, 2, 200)), RegisterReceipt.GiftHasOne, "code", "number", "day"),
            new("给服务收入开捐赠票据", () => body.Accountant.Run(ReceiptTests.Receipt(0, 2, 300) with { Donation = null, Voucher = service }),
                RegisterReceipt.NotAGift, "account"),
            new("说明一个没有缺的号码", () => body.Accountant.Run(new ExplainMissing(TestBody.Key, ReceiptTests.Code, "1", "1", "作废")),
                ExplainMissing.NoneMissing, "code"),
            new("票据没有作废就退还捐赠", async () => await body.Accountant.Run(await Refund(body, await LotOf(body, has), 50)),
                "database.gift-refund-receipt-stands"),
        ];
    }

    private static async Task<IncomeRefusal[]> Refunds(TestBody body)
    {
        await body.Gift(TestBody.Children, 1000, Restriction.Restricted);
        await using FundDb db = body.Db();
        long lot = await db.Set<GiftLot>().MaxAsync(row => row.LotId);
        long goods = await db.Set<GiftLot>().Where(row => row.InGoods).MinAsync(row => row.LotId);
        await body.Review(await body.Accountant.Run(await Refund(body, lot, 400)));
        return
        [
            new("退还超过没有花掉的部分", async () => await body.Accountant.Run(await Refund(body, lot, 601)),
                GiftRefundEntry.AboveUnspent, "used", "free", "asked"),
            new("受赠物资按钱退", async () => await body.Accountant.Run(await Refund(body, goods, 10)), GiftRefundEntry.IsGoods, "goods", "asked"),
            new("退还没有依据", async () => await body.Accountant.Run(await Refund(body, lot, 10) with { Basis = "" }), RefundGift.BasisMissing),
            new("退还没有文件", async () => await body.Accountant.Run(await Refund(body, lot, 10) with { Documents = [] }), RefundGift.ProofMissing),
        ];
    }

    private static async Task<IncomeRefusal[]> Spending(TestBody body)
    {
        int fund = await body.Accountant.Run(new CreateFund(TestBody.Key, "C07", "画室基金", FundKind.Special, null, Restriction.Restricted, "只用于儿童画室"));
        foreach ((ClauseKind kind, string words, string[] classes, string[] communities, LocalDate? until) in new[]
        {
            (ClauseKind.Purpose, "只用于儿童项目", new[] { "children" }, Array.Empty<string>(), (LocalDate?)null),
            (ClauseKind.Area, "仅限幸福里社区", [], ["幸福里"], null), (ClauseKind.Period, "三月中旬以前", [], [], new LocalDate(2026, 3, 15)),
        })
        {
            await body.Accountant.Run(new AddClause(TestBody.Key, fund, kind, words, "设立协议", null, until, January, classes, communities));
        }

        long there = await body.Accountant.Run(new OpenProject(TestBody.Key, "P9", "翠苑画室", fund, "children", "翠苑"));
        await body.Gift(fund, 100, Restriction.Restricted);
        long gift = await Newest(body), quilts = await ItemOf(body, "棉被");
        return
        [
            new("限定给儿童的钱用于为老项目", () => body.Accountant.Run(Spend(fund, "elderly", null)),
                ConstraintRefusal.LotsAgainstPurpose, "fund", "clause", "asked"),
            new("限定一个社区的钱用到别的社区", () => body.Accountant.Run(Spend(fund, null, there)), ConstraintRefusal.LotsAgainstPurpose, "clause"),
            new("过了使用期限才花", () => body.Accountant.Run(Spend(fund, null, null) with { PaidOn = new LocalDate(2026, 3, 16) }),
                ConstraintRefusal.LotsOutsidePeriod, "day", "fund", "asked", "missing"),
            new("发放比库存还多", () => body.Accountant.Run(StockNotation.Issue(TestBody.Children, quilts, 6)), GoodsOnShelf.NotEnough),
            new("没有约定就提管理费", () => body.Accountant.Run(new ChargeFee(TestBody.Key, fund, [gift], Amount.Yuan(5))),
                ChargeFee.NotAgreed, "fund", "day", "gift"),
        ];
    }

    private static async Task<IncomeRefusal[]> Purposes(TestBody body)
    {
        await body.Gift(TestBody.Children, 50, Restriction.Restricted);
        long lot = await Newest(body);
        long change = await body.Accountant.Run(new OpenPurposeChange(TestBody.Key, TestBody.Children, "画室停办", PurposeBasis.Consent, "", null, [lot],
            [new NewWords(ClauseKind.Purpose, "改用于为老服务")]));
        NoteConsent part = new(TestBody.Key, change, lot, ConsentAnswer.Part, Amount.Yuan(51), Day, ConsentWay.Letter, "同意书");
        return
        [
            new("捐赠人没有答复就变更用途", () => body.Reviewer.Run(new AgreePurposeChange(TestBody.Key, change)), "database.purpose-nobody-agreed"),
            new("同意的金额超过捐赠", () => body.Accountant.Run(part), NoteConsent.BadPart, "gift"),
            new("提出变更的人自己决定", () => body.Accountant.Run(new AgreePurposeChange(TestBody.Key, change)), AgreePurposeChange.OwnCase),
            new("重新备案没有备案号", () => body.Accountant.Run(new OpenPurposeChange(TestBody.Key, TestBody.Children, "画室停办", PurposeBasis.Refiling, "", null,
                [lot], [new NewWords(ClauseKind.Purpose, "改用于为老服务")])), OpenPurposeChange.NotFiled, "today"),
            new("同一笔捐赠放进两件变更", () => body.Accountant.Run(new OpenPurposeChange(
                TestBody.Key, TestBody.Children, "画室停办", PurposeBasis.Consent, "", null, [lot], [new NewWords(ClauseKind.Purpose, "改用于助学")])), "database.purpose-lot-taken", "day"),
        ];
    }

    private static async Task<IncomeRefusal[]> Government(TestBody body)
    {
        ProposeContract asked = await body.Asked(3000, TestBody.Community, PublicMoneyNotation.Services);
        long services = await body.Accountant.Run(await Named(1)), waits = await body.Accountant.Run(await Named(2));
        await body.Reviewer.Run(new AgreeContract(TestBody.Key, services));
        long subsidy = await body.Accountant.Run(
            await body.Asked(1000, TestBody.Community, restriction: Restriction.Restricted) with { Number = "QHJD-补-1" });
        await body.Reviewer.Run(new AgreeContract(TestBody.Key, subsidy));
        await body.Received(subsidy);
        OweBack back = new(TestBody.Key, subsidy, Amount.Yuan(1001), RefundReason.Own, "没有做完", Day, Day.PlusDays(10));
        return
        [
            new("政府购买服务的钱记成 4401 政府补助", () => body.Accountant.Run(
                new ReceiveInstalment(TestBody.Key, services, 1, PublicNature.Subsidy, Day, TestBody.Bank)),
                ReceiveInstalment.IsServices, "number", "nature", "asked"),
            new("判断没有第二个人同意就收款", () => body.Accountant.Run(
                new ReceiveInstalment(TestBody.Key, waits, 1, PublicNature.Services, Day, TestBody.Bank)), PublicContract.NotAgreed, "number"),
            new("回答的人自己同意", () => body.Accountant.Run(new AgreeContract(TestBody.Key, waits)), AgreeContract.OwnContract),
            new("购买服务的价款设成限定", () => body.Accountant.Run(asked with
            {
                Key = TestBody.Key, Number = "QHJD-购-3", Restriction = Restriction.Restricted, Clause = "只用于儿童",
            }), ProposeContract.NotRestricted, "nature"),
            new("政府资金退回超过没有用的部分", () => body.Accountant.Run(back), OweBack.AboveUnspent, "asked", "unspent"),
            new("补助当作服务来验收", () => body.Accountant.Run(new RecordAcceptance(TestBody.Key, subsidy, Amount.Yuan(10), Day)),
                RecordAcceptance.NotServices, "number"),
        ];

        async Task<ProposeContract> Named(int number) =>
            await body.Asked(3000, TestBody.Community, PublicMoneyNotation.Services) with { Number = $"QHJD-购-{number}" };
    }

    private static async Task<IncomeRefusal[]> Enterprises(TestBody body)
    {
        long enterprise = await body.Enterprise(EnterpriseNotation.Share(TestBody.Community, January));
        long january = await body.Declared(enterprise, January, 0, 5000),
            february = await body.Declared(enterprise, new LocalDate(2026, 2, 1), 0, 100);
        await body.Verify(january);
        await body.Accountant.Run(new ProposeWaiver(TestBody.Key, january, "理 2026-3", Day, "企业困难"));
        long other = await body.Enterprise(EnterpriseNotation.Share(TestBody.Community, January), "清河洗衣坊");
        OpenSalesPledge sales = new(TestBody.Key, enterprise, "每卖一箱捐一元", "每箱 1 元", TestBody.Community, "XS-1", new LocalDate(2026, 4, 2),
            new LocalDate(2026, 4, 1), new LocalDate(2026, 4, 30), [await body.Paper()]);
        return
        [
            new("录入申报的人自己核实", () => body.Accountant.Run(new VerifyDeclaration(TestBody.Key, february)), VerifyDeclaration.OwnDeclaration),
            new("申报不附报表", () => body.Accountant.Run(new DeclarePeriod(
                TestBody.Key, other, DeclaredSpan.Month, January, Amount.Yuan(0), Amount.Yuan(100), GivenFor.Nothing, false, null)), FiledDocument.Missing),
            new("录入免除决议的人自己同意", () => body.Accountant.Run(new AgreeWaiver(TestBody.Key, january)), AgreeWaiver.OwnWaiver),
            new("同一期间申报两次", () => body.Declared(enterprise, January, 0, 7), DeclarePeriod.Twice, "from", "until"),
            new("期间没有结束就申报", () => body.Declared(enterprise, new LocalDate(2026, 3, 1), 0, 7), DeclarePeriod.NotOver, "until"),
            new("没有持股却记成分红", () => body.Declared(other, January, 0, 0, byStake: true, stated: 9), NatureOf.NoStake),
            new("用政府的钱给企业投资", () => body.Accountant.Run(new GiveStartUpMoney(TestBody.Key, enterprise, FundingKind.Investment, Amount.Yuan(5000),
                TestBody.Community, Day, TestBody.Bank, Restriction.Unrestricted, "决议一", [new RecoveryStep(Day.PlusDays(30), Amount.Yuan(5000))])),
                "database.investment-not-free", "fund", "available", "asked"),
            new("销售承诺活动先开始、后签协议", () => body.Accountant.Run(sales), OpenSalesPledge.AgreementFirst, "starts", "agreed"),
        ];
    }

    private static async Task<IncomeRefusal[]> ForOthers(TestBody body)
    {
        (long matter, long recipient) = await body.Matter("市特困职工帮扶中心");
        RecordAgencyMove comes = new(TestBody.Key, matter, recipient, AgencyWay.MoneyIn, Amount.Yuan(300), Day, TestBody.Bank);
        await body.Review(await body.Accountant.Run(comes));
        ProposeMatter asked = await body.AskedMatter("市特困职工帮扶中心");
        return
        [
            new("三条判断缺一条，也没有转赠协议", () => body.Accountant.Run(asked with { OnlyBetween = false }), ProposeMatter.NotAgency),
            new("转付超过代管的钱", () => body.Accountant.Run(comes with { Key = TestBody.Key, Way = AgencyWay.MoneyOut, Amount = Amount.Yuan(301) }),
                RecordAgencyMove.MoreThanHeld, "title", "held", "asked"),
            new("转付给名单以外的人", () => body.Accountant.Run(comes with { Key = TestBody.Key, Recipient = 1 }), AgencyMatter.NotOnList, "title"),
            new("受托代理的费用从代管的钱里扣", () => body.Accountant.Run(new PayAgencyCost(
                TestBody.Key, matter, TestBody.Agency, Amount.Yuan(20), Day, TestBody.Bank, "运费")), PayAgencyCost.NotOwn),
        ];
    }

    private static Func<Task> Typed(string amount) => async () =>
    {
        await Task.CompletedTask;
        AmountText.ReadPositive(amount);
    };

    private static RecordDonation Of(RecordDonation gift) => gift with { Key = TestBody.Key };

    private static ProposeCampaign Appeal() => new(TestBody.Key, "春季助学", "慈备2026001", new LocalDate(2026, 3, 7), false, "给孩子买书", null,
        TestBody.Community, TestBody.Bank, new LocalDate(2026, 3, 17), new LocalDate(2026, 6, 30), []);

    private static ReceiveInKind InKind(InKindRow row) => new(
        TestBody.Key, TestBody.Community, "", PersonKind.Person, Day, Restriction.Unrestricted, "", "受赠", "社区仓库", [row]);

    private static RecordExpense Spend(int fund, string? kind, long? project) => new(
        TestBody.Key, fund, Account.Keys.ProgrammeCost, Amount.Yuan(60), Day, TestBody.Bank, Restriction.Restricted, CashFlow.PurchasesPaid.Key, "",
        PersonKind.Person, "活动物资", null, ProjectClass: kind ?? "", Project: project);

    private static async Task<RefundGift> Refund(TestBody body, long lot, decimal yuan) => new(
        TestBody.Key, lot, Amount.Yuan(yuan), GiftRefundCause.Outside, Day, "捐赠协议第八条", [await body.Paper()]);

    private static async Task<long> Newest(TestBody body)
    {
        await using FundDb db = body.Db();
        return await db.Set<GiftLot>().MaxAsync(row => row.LotId);
    }

    private static async Task<long> LotOf(TestBody body, long donation)
    {
        await using FundDb db = body.Db();
        return await (from gift in db.Set<Donation>()
                      join voucher in db.Vouchers on gift.VoucherId equals voucher.VoucherId
                      join lot in db.Set<GiftLot>() on voucher.EntryNo equals (long?)lot.EntryNo
                      where gift.DonationId == donation
                      select lot.LotId).SingleAsync();
    }

    private static async Task<long> ItemOf(TestBody body, string name) =>
        (await body.Accountant.Ask(new StockChoices())).Lots.First(row => row.Name == name).Item;
}
