using System.Globalization;
using System.Text;
using CommunityFund.Banking;
using CommunityFund.Banking.Reconciling;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Donations;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.People;
using CommunityFund.Periods;
using CommunityFund.Statements;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>Somebody who can sign in to the demo.</summary>
/// <param name="Body">The body whose books open first.</param>
public sealed record DemoPerson(string UserName, string Name, string Password, Term Part, string Body = "清河慈善会");

/// <summary>
/// Fills an empty installation with the demo foundation, through the same commands and the same two pairs of eyes as any
/// other; nothing is written past the door.
/// </summary>
public sealed class SeedDemo
{
    private const string Bank = "bank.01";

    // Promises of money follow what April has booked, and the calendar of the books ends with the year after the opening.
    private static readonly LocalDate Earliest = new(2026, 9, 1), Latest = new(2027, 12, 31);

    private readonly DemoClock _clock = new(Instant.FromUtc(2025, 12, 29, 1, 0));
    private readonly Foundation _foundation;
    private readonly Dictionary<string, int> _funds = new() { ["F00"] = 1 };
    private readonly Func<string> _password;
    private int _invoices;
    private FundSession _accountant = null!;
    private FundSession _reviewer = null!;

    private SeedDemo(string connection, byte[] logKey, Func<string> password)
    {
        _foundation = new Foundation(connection, _clock, logKey);
        _password = password;
    }

    /// <param name="connection">The app's login to a migrated, empty database.</param>
    /// <param name="logKey">The installation's key.</param>
    /// <param name="password">Makes a random password.</param>
    /// <param name="today">The day from which the days of grants are counted back; null for the first on which that story fits.</param>
    /// <returns>Who can sign in, with this installation's passwords.</returns>
    public static async Task<IReadOnlyList<DemoPerson>> Run(string connection, byte[] logKey, Func<string> password,
        LocalDate? today = null, CancellationToken ct = default)
    {
        SeedDemo demo = new(connection, logKey, password);
        IReadOnlyList<DemoPerson> people = await demo.AddPeople(ct);
        await demo.AddFunds(ct);
        await demo.Open(ct);
        await demo.Tell(month: 1, ct);
        await demo.Depreciate(new LocalDate(2026, 1, 31), review: true, ct);
        await demo.Reconcile(new LocalDate(2026, 1, 31), new LocalDate(2026, 2, 2), ct);
        await demo.Close(202601, new LocalDate(2026, 2, 2), ct);
        await demo.Tell(month: 2, ct);
        await demo.Decide(ct);
        await demo.Owe(officer: 3, ct);
        await demo.Depreciate(new LocalDate(2026, 2, 28), review: false, ct);
        await demo.Reconcile(new LocalDate(2026, 2, 28), new LocalDate(2026, 3, 2), ct);
        await demo.Describe(ct);
        long agreement = await DemoPromises.Tell(demo._accountant, demo._reviewer, fund => demo._funds[fund], ct);
        await SeedGiving.Run(demo._accountant, demo._funds, new LocalDate(2026, 3, 3), ct);
        SeedIncome income = new(demo._accountant, demo._reviewer, demo._clock, demo._funds);
        await income.March(ct);
        long[] projects = await DemoGoods.Projects(demo._accountant, demo._funds, ct);
        int bank = await demo.BeginApril(ct);
        await income.April(bank, agreement, projects[0], ct);
        await DemoChanges.Begin(demo._accountant, demo._reviewer, demo._funds["F03"], demo._funds["F04"], new LocalDate(2026, 4, 14), ct);
        await DemoGoods.Store(demo._accountant, demo._reviewer, demo._clock, demo._funds, projects[0], ct);
        LocalDate day = LocalDate.Min(Latest, LocalDate.Max(today ?? Earliest, Earliest));
        IReadOnlyList<DemoPerson> others =
            await SeedGrants.Run(demo._foundation, demo._accountant.Book, demo._clock, demo._funds, bank, day, demo._password, ct);
        await SeedAudit.Run(demo._foundation.SessionOf(3, demo._accountant.Book), demo._accountant, demo._clock, day, ct);
        IReadOnlyList<DemoPerson> coordinators = await SeedTimeBank.Run(demo._foundation, demo._accountant, demo._reviewer, demo._clock, day,
            projects[0], demo._funds["F01"], demo._password, ct);
        return [.. people, .. others, .. coordinators];
    }

    /// <summary>Both demo books: this one, and the one that changes over, which the finance office of this one reads too.</summary>
    /// <returns>Who can sign in, with this installation's passwords.</returns>
    public static async Task<IReadOnlyList<DemoPerson>> Both(string connection, byte[] logKey, Func<string> password,
        LocalDate? today = null, CancellationToken ct = default)
    {
        const long officer = 3;
        IReadOnlyList<DemoPerson> people = await Run(connection, logKey, password, today, ct);
        return [.. people, .. await SeedQinglan.Run(connection, logKey, password, officer, ct)];
    }

    private static Guid Key() => Guid.NewGuid();

    /// <summary>What the law's ratios need beside the books: what the body is, and the years before them; the oldest waits for its second
    /// person.</summary>
    private async Task Describe(CancellationToken ct)
    {
        _clock.Turn(new LocalDate(2026, 3, 3), 9, 0);
        await _accountant.Run(new SetBodyProfile(Key(), BodyKind.Foundation, RaisesPublicly: true, IsCharity: true,
            new LocalDate(2024, 6, 1), "慈善组织公开募捐资格证书 慈募证 QH-2024-031"), ct);
        foreach (DemoYear year in DemoStory.Years)
        {
            long entered = await _accountant.Run(new EnterLawBase(Key(), year.Year, Amount.Yuan(year.Income), Amount.Yuan(year.Barred),
                Amount.Yuan(year.Freed), Amount.Yuan(year.NetAssets), year.Report), ct);
            if (year.IsConfirmed)
            {
                await _reviewer.Run(new ConfirmLawBase(Key(), entered), ct);
            }
        }
    }

    private async Task<IReadOnlyList<DemoPerson>> AddPeople(CancellationToken ct)
    {
        DemoPerson accountant = new("chenjing", "陈静", _password(), Term.Of(Role.Accountant));
        DemoPerson reviewer = new("liwen", "李文", _password(), Term.Of(Role.VoucherReviewer));
        DemoPerson finance = new("wangjian", "王建", _password(), Term.Of(Role.FinanceOffice));
        int book = await _foundation.Operator().Run(new SetUpBook(
            Key(), "qinghe", "清河慈善会", "cn-npo-2026", DemoStory.OpeningDay,
            new NewLogin(accountant.Name, accountant.UserName, accountant.Password),
            new NewLogin(reviewer.Name, reviewer.UserName, reviewer.Password), SecondFactor: false), ct);
        _accountant = _foundation.SessionOf(1, book);
        _reviewer = _foundation.SessionOf(2, book);
        long officer = await _reviewer.Run(
            new AddLogin(Key(), new NewLogin(finance.Name, finance.UserName, finance.Password), MustChange: false), ct);
        long proposal = await _accountant.Run(
            new ProposeRole(Key(), officer, Role.FinanceOffice, null, new LocalDate(2026, 1, 1), null), ct);
        await _reviewer.Run(new ConfirmProposal(Key(), proposal), ct);
        return [accountant, reviewer, finance];
    }

    private async Task AddFunds(CancellationToken ct)
    {
        await _accountant.Run(new AddBankAccount(Key(), "33050161xxxx00001234", "中国建设银行", "01", "建行基本户", "CCB current account"),
            ct);
        foreach (DemoFund fund in DemoStory.Funds)
        {
            Restriction restriction = fund.Clause.Length > 0 ? Restriction.Restricted : Restriction.Unrestricted;
            _funds[fund.Code] = await _accountant.Run(new CreateFund(
                Key(), fund.Code, fund.Name, fund.Kind, fund.Parent is { } parent ? _funds[parent] : null, restriction,
                    fund.Clause), ct);
        }

        foreach (DemoClause clause in DemoStory.Clauses)
        {
            await _accountant.Run(new AddClause(Key(), _funds[clause.Fund], clause.Kind, clause.Words, clause.Source, clause.From,
                clause.Until, InForceFrom: clause.IsForAll ? DemoStory.OpeningDay : null), ct);
        }
    }

    /// <summary>What happens to funds beside gifts and expenses: a designation that stands and one that was lifted, a principal, a
    /// freeze, a close, one transfer done and one that waits for the receiving side.</summary>
    private async Task Decide(CancellationToken ct)
    {
        _clock.Turn(new LocalDate(2026, 2, 26), 10, 0);
        await _accountant.Run(new DesignateMoney(Key(), _funds["F01"], Amount.Yuan(10000), "留作 2026 年社区花园改造",
            "理事会 2026 年第 1 次会议决议三", new LocalDate(2026, 2, 25)), ct);
        long lifted = await _accountant.Run(new DesignateMoney(Key(), _funds["F02"], Amount.Yuan(5000), "社区图书角添书",
            "理事会 2026 年第 1 次会议决议五", new LocalDate(2026, 2, 25)), ct);
        await _accountant.Run(new SetPrincipal(Key(), _funds["F04"], Amount.Yuan(50000), "捐赠人约定留本，只用超出的部分",
            "捐赠协议第六条"), ct);
        await _accountant.Run(new CloseFund(Key(), _funds["F07"], "没有募得资金，防汛支出改由本级基金承担", "理事会 2026 年第 1 次会议决议六"), ct);
        FundRulesView closing = await _reviewer.Ask(new FundRules(_funds["F07"]), ct);
        await _reviewer.Run(new AgreeDecision(Key(), closing.Waiting!.Id), ct);
        long done = await _accountant.Run(new ProposeTransfer(Key(), From: 1, _funds["F01"], Amount.Yuan(3000),
            Restriction.Unrestricted, "补助元宵灯会", "理事会 2026 年第 1 次会议决议四"), ct);
        await _reviewer.Run(new AgreeTransfer(Key(), done), ct);
        await Review(await _accountant.Run(new PrepareTransfer(Key(), done), ct), new LocalDate(2026, 2, 26), ct);
        _clock.Turn(new LocalDate(2026, 2, 27), 18, 0);
        await _reviewer.Run(new ProposeTransfer(Key(), From: 1, _funds["F02"], Amount.Yuan(2000), Restriction.Unrestricted,
            "社区花园浇灌设备", ""), ct);
        await _accountant.Run(new RevokeDesignation(Key(), lifted, "理事会 2026 年第 2 次会议决议一", new LocalDate(2026, 2, 27)), ct);
        await _reviewer.Run(new FreezeFund(Key(), _funds["F06"], "冠名方正在更名，新的冠名协议签好以前暂停付款", "华联商贸 2 月 26 日来函"), ct);
    }

    /// <summary>The reviewer approves as well: a claim that waits for its voucher, and a supplier's bill that waits to be
    /// approved.</summary>
    private async Task Owe(long officer, CancellationToken ct)
    {
        _clock.Turn(new LocalDate(2026, 2, 27), 18, 30);
        long role = await _accountant.Run(new ProposeRole(Key(), 2, Role.ApproverL1, null, new LocalDate(2026, 2, 27), null), ct);
        await _foundation.SessionOf(officer, _accountant.Book).Run(new ConfirmProposal(Key(), role), ct);
        Enclosure ticket = await Keep("元宵灯会灯谜条.pdf", DemoPaper.Pdf("收据", "2026年2月25日", "灯谜条、彩纸", "金额 186.00"), "", ct);
        long claim = await _accountant.Run(new SubmitClaim(Key(), "元宵灯会灯谜条和彩纸",
            [new DebtRow(new LocalDate(2026, 2, 25), "灯谜条、彩纸", Amount.Yuan(186), _funds["F01"])],
            "6217001540012345678", "中国建设银行清河支行", [ticket]), ct);
        await _reviewer.Run(new ApproveDebt(Key(), claim), ct);
        long printer = await _accountant.Run(new SetPayeeAccount(
            Key(), "清河印务有限公司", PersonKind.Organisation, "1202020209900012345", "中国工商银行清河支行"), ct);
        await _accountant.Run(new RecordBill(Key(), printer, "儿童友好手册印刷", new LocalDate(2026, 3, 27),
            [new DebtRow(new LocalDate(2026, 2, 26), "儿童友好手册 300 册", Amount.Yuan(2400), _funds["F03"])],
            [await Keep("发票 儿童友好手册.pdf", DemoPaper.Pdf("电子发票（普通发票）", "购买方：清河慈善会", "儿童友好手册 300 册", "价税合计 2,400.00"), "", ct)]), ct);
    }

    /// <summary>A statement with half of its lines disposed of: one posted gift and a fee, a gift that waits for review, one line held, two
    /// that cancel out set aside, and three that are open, two of which were expected.</summary>
    /// <returns>The account.</returns>
    private async Task<int> BeginApril(CancellationToken ct)
    {
        _clock.Turn(new LocalDate(2026, 4, 1), 9, 0);
        int second = await _accountant.Run(
            new AddBankAccount(Key(), DemoStory.SecondAccount, "中国工商银行", "02", "工行一般户", "ICBC account"), ct);
        await _accountant.Run(new PlanTransfer(Key(), 1, second, Amount.Yuan(30000), new LocalDate(2026, 4, 1), "开立一般户"), ct);
        long bookkeeper = await _accountant.Run(new SetPayeeAccount(
            Key(), "诚信会计师事务所", PersonKind.Organisation, "3301040160009876543", "杭州银行清河支行"), ct);
        long bill = await _accountant.Run(new RecordBill(Key(), bookkeeper, "代理记账费 四月", new LocalDate(2026, 4, 10),
            [new DebtRow(new LocalDate(2026, 4, 1), "代理记账费", Amount.Yuan(980), 1, Account.Keys.ManagementExpense)],
            [await Keep("发票 代理记账费 四月.pdf", DemoPaper.Pdf("电子发票（普通发票）", "购买方：清河慈善会", "代理记账费 四月", "价税合计 980.00"), "", ct)]), ct);
        await _reviewer.Run(new ApproveDebt(Key(), bill), ct);
        await Review(await _accountant.Run(new PrepareDebt(Key(), bill), ct), new LocalDate(2026, 4, 1), ct);
        PayeeItem payee = (await _reviewer.Ask(new PayeeList(), ct)).Single(row => row.PayeeId == bookkeeper);
        await _reviewer.Run(new CheckPayeeAccount(Key(), payee.AccountId), ct);

        _clock.Turn(new LocalDate(2026, 4, 15), 9, 0);
        byte[] statement = Encoding.UTF8.GetBytes(DemoStory.April);
        await _accountant.Run(new ImportStatement(
            Key(), await _accountant.Run(new UploadStatement(Key(), "工行一般户 2026-04-15.csv", statement), ct), null), ct);
        IReadOnlyList<BankLineItem> lines = (await _accountant.Ask(new BankLineList(null, second, "", 1), ct)).Items;
        await Dispose(lines, ct);
        return second;
    }

    private async Task Dispose(IReadOnlyList<BankLineItem> lines, CancellationToken ct)
    {
        Enclosure slip = await Keep("回单 开户手续费.pdf", DemoPaper.Pdf("银行业务回单", "日期：2026年4月2日", "开户手续费", "金额 20.00"), "", ct);
        long fee = await _accountant.Run(new RecordFee(Key(), new BankRest([lines[1].BankLineId]), 1, "开户手续费", Documents: [slip]), ct);
        long gift = await _accountant.Run(GiftOf(lines[2], PersonKind.Person, "F01", Restriction.Unrestricted, "个人捐赠"), ct);
        await _accountant.Run(GiftOf(lines[3], PersonKind.Organisation, "F04", Restriction.Restricted, "义卖款 助老"), ct);
        await _accountant.Run(new HoldBankLine(Key(), lines[4].BankLineId, "等家委会的捐赠清单，看是不是指定用途"), ct);
        foreach (BankLineItem undone in lines.Skip(5).Take(2))
        {
            await _accountant.Run(new IgnoreBankLine(Key(), undone.BankLineId, "银行当日错扣又冲正，两笔相抵"), ct);
        }

        await Review(fee, new LocalDate(2026, 4, 15), ct);
        await Review(gift, new LocalDate(2026, 4, 15), ct);
    }

    private RecordDonation GiftOf(BankLineItem line, PersonKind donor, string fund, Restriction restriction, string words) => new(
        Key(), _funds[fund], line.CounterpartyName, donor, line.Amount, line.OccurredOn, "bank.02", restriction, "", words, line.BankLineId);

    private async Task Open(CancellationToken ct)
    {
        _clock.Turn(new LocalDate(2026, 1, 2), 9, 0);
        List<OpeningRow> rows =
        [
            new(Bank, 1, Side.Debit, Amount.Yuan(DemoStory.GeneralBank)),
            new(Account.Keys.Cash, 1, Side.Debit, Amount.Yuan(DemoStory.GeneralCash)),
            new("fixed-assets", 1, Side.Debit, Amount.Yuan(DemoStory.Equipment)),
            new("accumulated-depreciation", 1, Side.Credit, Amount.Yuan(DemoStory.Depreciated)),
            new("other-payables", 1, Side.Credit, Amount.Yuan(DemoStory.Owed)),
            new(Account.Keys.UnrestrictedNetAssets, 1, Side.Credit, Amount.Yuan(
                DemoStory.GeneralBank + DemoStory.GeneralCash + DemoStory.Equipment - DemoStory.Depreciated - DemoStory.Owed)),
        ];
        foreach (DemoFund fund in DemoStory.Funds.Where(fund => fund.OpeningYuan > 0))
        {
            string netAssets = fund.Clause.Length > 0 ? Account.Keys.RestrictedNetAssets : Account.Keys.UnrestrictedNetAssets;
            rows.Add(new(Bank, _funds[fund.Code], Side.Debit, Amount.Yuan(fund.OpeningYuan)));
            rows.Add(new(netAssets, _funds[fund.Code], Side.Credit, Amount.Yuan(fund.OpeningYuan)));
        }

        await Review(await _accountant.Run(new EnterOpening(Key(), rows), ct), new LocalDate(2026, 1, 2), ct);
    }

    private async Task Tell(int month, CancellationToken ct)
    {
        foreach (DemoEvent happened in DemoStory.Events.Where(happened => happened.Day.Month == month))
        {
            await Tell(happened, ct);
        }
    }

    private async Task Close(int period, LocalDate day, CancellationToken ct)
    {
        _clock.Turn(day, 9, 0);
        await _reviewer.Run(new CloseMonth(Key(), period), ct);
    }

    /// <summary>The statement of the month lay here on paper and showed all that was booked; two people signed for it.</summary>
    private async Task Reconcile(LocalDate day, LocalDate on, CancellationToken ct)
    {
        _clock.Turn(on, 8, 30);
        BankSheet sheet = (await _accountant.Ask(new WorkingSheet(1, day), ct)).Sheet;
        await _accountant.Run(new TickVouchers(Key(), 1, [.. sheet.Items.Select(item => item.Voucher).OfType<long>()], day), ct);
        long made = await _accountant.Run(new PrepareReconciliation(Key(), 1, day, sheet.Booked, FromPaper: true), ct);
        _clock.Turn(on, 8, 45);
        await _reviewer.Run(new ConfirmReconciliation(Key(), made), ct);
    }

    private async Task Tell(DemoEvent happened, CancellationToken ct)
    {
        _clock.Turn(happened.Day, 9, 30);
        int fund = _funds[happened.Fund];
        Restriction restriction = DemoStory.Funds.Any(row => row.Code == happened.Fund && row.Clause.Length > 0)
            ? Restriction.Restricted
            : Restriction.Unrestricted;
        Amount amount = Amount.Yuan(happened.Yuan);
        Enclosure[] documents = [await Proof(happened, amount, ct)];
        long voucher = happened.IsGift
            ? await _accountant.Run(new RecordDonation(
                Key(), fund, happened.Donor, happened.Donor.Length > 3 ? PersonKind.Organisation : PersonKind.Person, amount,
                    happened.Day, Bank,
                restriction, "", happened.Words, null, Documents: documents), ct)
            : await _accountant.Run(new PrepareVoucher(Key(), happened.Day, happened.Words,
            [
                new VoucherRow(happened.Account, fund, Side.Debit, amount, restriction,
                    ProjectClass: happened.Account == Account.Keys.ProgrammeCost ? DemoStory.Classes[happened.Fund] : null),
                new VoucherRow(Bank, fund, Side.Credit, amount, CashFlow: happened.Item!.Key),
            ], documents), ct);
        await Review(voucher, happened.Day, ct);
    }

    /// <summary>A bank slip for what came in; an e-invoice, a till slip or paper in the binder for what went out.</summary>
    private async Task<Enclosure> Proof(DemoEvent happened, Amount amount, CancellationToken ct)
    {
        string day = $"{happened.Day.Year}年{happened.Day.Month}月{happened.Day.Day}日",
            number = string.Create(CultureInfo.InvariantCulture, $"26330000{++_invoices:D12}");
        return (happened.IsGift, _invoices % 6) switch
        {
            (true, _) => await Keep($"电子回单 {happened.Day.Month}月{happened.Day.Day}日.pdf", DemoPaper.Pdf("银行电子回单", $"日期：{day}",
                $"付款人：{(happened.Donor.Length > 0 ? happened.Donor : "（未具名）")}", "收款人：清河慈善会", $"金额：{Figures.Of(amount)} 元",
                $"附言：{happened.Words}", $"流水号：{number}"), "", ct),
            (_, 2) => await Keep($"{(happened.Item == CashFlow.GrantsPaid ? "签收单" : "小票")} {happened.Words}.png",
                DemoPaper.Picture(_invoices), "", ct),
            (_, 3) => new Enclosure(await _accountant.Run(new RegisterPaper(Key(), Key(), 2, "2026 凭证盒 1"), ct)),
            _ => await Keep($"发票 {happened.Words}.pdf", DemoPaper.Pdf("电子发票（普通发票）", $"发票号码：{number}", $"开票日期：{day}",
                "购买方：清河慈善会", $"项目：{happened.Words}", $"价税合计：{CapitalAmount.Of(amount)}（{Figures.Of(amount)}）"), number, ct),
        };
    }

    private async Task<Enclosure> Keep(string name, byte[] content, string invoice, CancellationToken ct) =>
        new(await _accountant.Run(new UploadDocument(Key(), name, content, invoice), ct));

    private async Task Depreciate(LocalDate day, bool review, CancellationToken ct)
    {
        _clock.Turn(day, 16, 0);
        long voucher = await _accountant.Run(new PrepareVoucher(Key(), day, $"计提折旧 {day.Month}月",
        [
            new VoucherRow(Account.Keys.ManagementExpense, 1, Side.Debit, Amount.Yuan(DemoStory.MonthlyDepreciation),
                Restriction.Unrestricted),
            new VoucherRow("accumulated-depreciation", 1, Side.Credit, Amount.Yuan(DemoStory.MonthlyDepreciation)),
        ], [await Keep($"折旧计算表 {day.Month}月.pdf", DemoPaper.Pdf("固定资产折旧计算表", $"截至 {day.Year}年{day.Month}月{day.Day}日",
            $"办公设备 原值 {DemoStory.Equipment:0.00}，直线法 60 个月", $"本月折旧 {DemoStory.MonthlyDepreciation:0.00}"), "", ct)]), ct);
        if (review)
        {
            await Review(voucher, day, ct);
        }
    }

    private async Task Review(long voucher, LocalDate day, CancellationToken ct)
    {
        _clock.Turn(day, 17, 0);
        await _reviewer.Run(new ReviewVoucher(Key(), voucher), ct);
    }
}
