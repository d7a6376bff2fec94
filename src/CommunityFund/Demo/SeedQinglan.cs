using System.Text;
using CommunityFund.Banking;
using CommunityFund.Banking.Reconciling;
using CommunityFund.Books;
using CommunityFund.ChangeOver;
using CommunityFund.Documents;
using CommunityFund.Donations;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Periods;
using CommunityFund.Stock;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>Fills the second demo book: 2025 by the standard of 2004, closed month by month, the change-over with its voucher, and the
/// first months of 2026; by commands and two pairs of eyes, like the first.</summary>
public sealed class SeedQinglan
{
    private const string Store = "青岚仓库", Bank = "bank.01", Released = Account.Keys.UnrestrictedNetAssets;
    private const int General = 1;

    private readonly DemoClock _clock = new(Instant.FromUtc(2024, 12, 30, 1, 0));
    private readonly Foundation _foundation;
    private readonly Func<string> _password;
    private readonly Dictionary<string, int> _funds = new() { ["F00"] = General };
    private FundSession _accountant = null!;
    private FundSession _reviewer = null!;
    private int _bank;

    private SeedQinglan(string connection, byte[] logKey, Func<string> password) =>
        (_foundation, _password) = (new Foundation(connection, _clock, logKey), password);

    /// <param name="connection">The app's login to a migrated database.</param>
    /// <param name="logKey">The installation's key.</param>
    /// <param name="password">Makes a random password.</param>
    /// <param name="officer">Who of another book may read this one for the street office; null for nobody.</param>
    /// <returns>Who can sign in, with this installation's passwords.</returns>
    public static async Task<IReadOnlyList<DemoPerson>> Run(string connection, byte[] logKey, Func<string> password,
        long? officer = null, CancellationToken ct = default)
    {
        SeedQinglan demo = new(connection, logKey, password);
        IReadOnlyList<DemoPerson> people = await demo.AddPeople(officer, ct);
        await demo.Open(ct);
        for (int month = 1; month <= 12; month++)
        {
            await demo.Tell(2025, month, ct);
            await demo.Close(2025, month, ct);
        }

        await demo.ChangeOver(ct);
        await demo.Tell(2026, 1, ct);
        await demo.Close(2026, 1, ct);
        await demo.Tell(2026, 2, ct);
        await demo.Close(2026, 2, ct);
        await demo.Tell(2026, 3, ct);
        await demo.Adjust(ct);
        return people;
    }

    private static Guid Key() => Guid.NewGuid();

    private async Task<IReadOnlyList<DemoPerson>> AddPeople(long? officer, CancellationToken ct)
    {
        DemoPerson accountant = new("sunli", "孙莉", _password(), Term.Of(Role.Accountant), QinglanStory.Body);
        DemoPerson reviewer = new("zhaomin", "赵敏", _password(), Term.Of(Role.VoucherReviewer), QinglanStory.Body);
        int book = await _foundation.Operator().Run(new SetUpBook(
            Key(), "qinglan", QinglanStory.Body, "cn-npo-2004", QinglanStory.OpeningDay,
            new NewLogin(accountant.Name, accountant.UserName, accountant.Password),
            new NewLogin(reviewer.Name, reviewer.UserName, reviewer.Password), SecondFactor: false), ct);
        FundSession machine = _foundation.Operator(book);
        Dictionary<string, long> ids = (await machine.Ask(new PeopleList(1), ct)).Items
            .ToDictionary(person => person.UserName, person => person.PersonId);
        _accountant = _foundation.SessionOf(ids[accountant.UserName], book);
        _reviewer = _foundation.SessionOf(ids[reviewer.UserName], book);
        if (officer is { } reads)
        {
            await machine.Run(new GrantRole(Key(), reads, Role.FinanceOffice, null, QinglanStory.OpeningDay, null), ct);
        }

        return [accountant, reviewer];
    }

    private async Task Open(CancellationToken ct)
    {
        _bank = await _accountant.Run(
            new AddBankAccount(Key(), QinglanStory.Account, "中国建设银行", "01", "建行基本户", "CCB current account"), ct);
        List<OpeningRow> rows =
        [
            Row(Bank, General, Side.Debit, QinglanStory.GeneralBank),
            Row("fixed-assets", General, Side.Debit, QinglanStory.Equipment),
            Row("accumulated-depreciation", General, Side.Credit, QinglanStory.Depreciated),
            Row("deferred-expenses", General, Side.Debit, QinglanStory.FittingOut),
            Row("intangible-assets", General, Side.Debit, QinglanStory.Software),
            Row(Account.Keys.UnrestrictedNetAssets, General, Side.Credit, QinglanStory.GeneralBank + QinglanStory.Equipment
                - QinglanStory.Depreciated + QinglanStory.FittingOut + QinglanStory.Software),
        ];
        foreach (DemoFund fund in QinglanStory.Funds)
        {
            bool isBound = fund.Clause.Length > 0;
            int id = _funds[fund.Code] = await _accountant.Run(new CreateFund(Key(), fund.Code, fund.Name, fund.Kind,
                fund.Parent is { } parent ? _funds[parent] : null, isBound ? Restriction.Restricted : Restriction.Unrestricted, fund.Clause), ct);
            rows.Add(Row(Bank, id, Side.Debit, fund.OpeningYuan));
            rows.Add(Row(isBound ? Account.Keys.RestrictedNetAssets : Account.Keys.UnrestrictedNetAssets, id, Side.Credit, fund.OpeningYuan));
        }

        _clock.Turn(new LocalDate(2025, 1, 2), 9, 0);
        await Review(await _accountant.Run(new EnterOpening(Key(), rows), ct), ct);
    }

    private static OpeningRow Row(string account, int fund, Side side, decimal yuan) => new(account, fund, side, Amount.Yuan(yuan));

    /// <summary>A month: what came and went by day, what a project accounted for, pay, and at its end what is written off.</summary>
    private async Task Tell(int year, int month, CancellationToken ct)
    {
        foreach (QinglanEvent happened in QinglanStory.Events.Where(row => row.Day.Year == year && row.Day.Month == month))
        {
            await Tell(happened, ct);
        }

        await Besides(year, month, ct);
        LocalDate last = new LocalDate(year, month, 1).PlusMonths(1).PlusDays(-1);
        await Pay(year, month, ct);
        await WriteOff(last, ct);
    }

    private async Task Tell(QinglanEvent happened, CancellationToken ct)
    {
        _clock.Turn(happened.Day, 9, 30);
        int fund = _funds[happened.Fund];
        Amount size = Amount.Yuan(Math.Abs(happened.Yuan));
        if (happened.Account.Length == 0)
        {
            await Review(await _accountant.Run(new RecordDonation(
                Key(), fund, happened.Donor, happened.Donor.Length > 3 ? PersonKind.Organisation : PersonKind.Person, size, happened.Day,
                Bank, happened.Restriction ?? DefaultOf(happened.Fund), happened.Clause, happened.Words, null,
                Documents: [await Paper(ct)]), ct), ct);
            return;
        }

        bool comes = happened.Yuan > 0;
        List<VoucherRow> rows =
        [
            new(happened.Account, fund, comes ? Side.Credit : Side.Debit, size, happened.Restriction,
                ProjectClass: happened.Class.Length > 0 ? happened.Class : null),
            new(Bank, fund, comes ? Side.Debit : Side.Credit, size, CashFlow: happened.Item.Key),
        ];
        if (happened is { Account: Account.Keys.ProgrammeCost, Day.Year: 2025 } && DefaultOf(happened.Fund) == Restriction.Restricted)
        {
            rows.AddRange(Release(fund, size));
        }

        await Book(happened.Day, happened.Words, rows, ct);
    }

    /// <summary>What does not pass through the bank, and money that is only handed on.</summary>
    private Task Besides(int year, int month, CancellationToken ct) => (year, month) switch
    {
        (2025, 6) => Together(() => Gift(ct), () => Earn(new LocalDate(2025, 6, 27), ct)),
        (2025, 7) => Together(() => Camp(ct), () => HandOut(ct), () => Transfer(ct)),
        (2025, 9) => Together(() => AccountFor(ct), () => PassOn(ct)),
        (2025, 12) => Earn(new LocalDate(2025, 12, 26), ct),
        (2026, 2) => AccountRest(ct),
        _ => Task.CompletedTask,
    };

    private static async Task Together(params Func<Task>[] parts)
    {
        foreach (Func<Task> part in parts)
        {
            await part();
        }
    }

    /// <summary>Goods with a value, and old books without one, which stand in no account (备查).</summary>
    private async Task Gift(CancellationToken ct)
    {
        LocalDate day = new(2025, 6, 12);
        _clock.Turn(day, 16, 0);
        ReceiveInKind gift = new(Key(), _funds["Q01"], "", PersonKind.Organisation, day, Restriction.Restricted, "", "实物捐赠 书包文具 200 套",
            Store, [new InKindRow(InKindThing.Goods, "书包文具", "套", 200, Amount.Yuan(16000))], [await Paper(ct)]);
        await Review((await _accountant.Run(gift, ct)).Voucher!.Value, ct);
        await _accountant.Run(gift with
        {
            Key = Key(),
            Words = "居民捐赠旧图书",
            Things = [new InKindRow(InKindThing.Goods, "旧图书", "册", 320)],
            Documents = [],
        }, ct);
    }

    private async Task HandOut(CancellationToken ct)
    {
        LocalDate day = new(2025, 7, 10);
        _clock.Turn(day, 16, 0);
        StockOffer offer = await _accountant.Ask(new StockChoices(), ct);
        IssueGoods issue = new(Key(), _funds["Q01"], offer.Lots[0].Place, [new GoodsOut(offer.Lots.Single(lot => lot.Unit == "套").Item, 150)], day,
            "发放书包文具 150 套", "", PersonKind.Organisation, "children", Documents: [await Paper(ct)]);
        await Review((await _accountant.Run(issue, ct)).Voucher!.Value, ct);
        await _accountant.Run(issue with
        {
            Key = Key(),
            Goods = [new GoodsOut(offer.Lots.Single(lot => lot.Unit == "册").Item, 200)],
            Words = "旧图书送社区图书角",
            Documents = null,
        }, ct);
    }

    /// <summary>Given and spent within a month: freed on the gift's own account, never through net assets.</summary>
    private Task Camp(CancellationToken ct) => Book(new LocalDate(2025, 7, 25), "暑期夏令营",
    [
        new VoucherRow(Account.Keys.ProgrammeCost, _funds["Q03"], Side.Debit, Amount.Yuan(5000), ProjectClass: "children"),
        new VoucherRow(Bank, _funds["Q03"], Side.Credit, Amount.Yuan(5000), CashFlow: CashFlow.PurchasesPaid.Key),
        new VoucherRow(Account.Keys.DonationIncome, _funds["Q03"], Side.Debit, Amount.Yuan(5000), Restriction.Restricted),
        new VoucherRow(Account.Keys.DonationIncome, _funds["Q03"], Side.Credit, Amount.Yuan(5000), Restriction.Unrestricted),
    ], ct);

    private Task Earn(LocalDate day, CancellationToken ct) => Book(day, "社区议事培训 已完成部分",
    [
        new VoucherRow("advances-received", General, Side.Debit, Amount.Yuan(30000)),
        new VoucherRow("service-income", General, Side.Credit, Amount.Yuan(30000), Restriction.Unrestricted),
    ], ct);

    private Task AccountFor(CancellationToken ct) => Book(new LocalDate(2025, 9, 26), "石桥小学课后托管项目中期报账",
    [
        new VoucherRow(Account.Keys.ProgrammeCost, _funds["Q01"], Side.Debit, Amount.Yuan(26500), ProjectClass: "children"),
        new VoucherRow("project-advances", _funds["Q01"], Side.Credit, Amount.Yuan(26500)),
        .. Release(_funds["Q01"], Amount.Yuan(26500)),
    ], ct);

    private Task AccountRest(CancellationToken ct) => Book(new LocalDate(2026, 2, 27), "石桥小学课后托管项目结项报账",
    [
        new VoucherRow(Account.Keys.ProgrammeCost, _funds["Q01"], Side.Debit, Amount.Yuan(2000), ProjectClass: "children"),
        new VoucherRow("project-advances", _funds["Q01"], Side.Credit, Amount.Yuan(2000)),
    ], ct);

    private async Task Transfer(CancellationToken ct)
    {
        _clock.Turn(new LocalDate(2025, 7, 28), 10, 0);
        long transfer = await _accountant.Run(new ProposeTransfer(Key(), General, _funds["Q03"], Amount.Yuan(5000),
            Restriction.Unrestricted, "补助社区议事角", "理事会 2025 年第 2 次会议决议三"), ct);
        await _reviewer.Run(new AgreeTransfer(Key(), transfer), ct);
        await Review(await _accountant.Run(new PrepareTransfer(Key(), transfer), ct), ct);
    }

    private async Task PassOn(CancellationToken ct)
    {
        _clock.Turn(new LocalDate(2025, 9, 28), 10, 0);
        byte[] statement = Encoding.UTF8.GetBytes(QinglanStory.Passing);
        await _accountant.Run(new ImportStatement(
            Key(), await _accountant.Run(new UploadStatement(Key(), "建行基本户 受托代理 2025-09.csv", statement), ct), null), ct);
        foreach (BankLineItem line in (await _accountant.Ask(new BankLineList(null, _bank, "", 1), ct)).Items.OrderBy(row => row.OccurredOn))
        {
            await Review(await _accountant.Run(new RecordAgencyMoney(Key(), new BankRest([line.BankLineId]), "石桥小学",
                PersonKind.Organisation, line.Amount.IsPositive ? "代收 操场修缮款" : "转交 操场修缮款", Documents: [await Paper(ct)]), ct), ct);
        }
    }

    /// <summary>December's pay is owed at the year's end and paid in January.</summary>
    private async Task Pay(int year, int month, CancellationToken ct)
    {
        bool isOwed = (year, month) == (2025, 12);
        Amount office = Amount.Yuan(QinglanStory.OfficePay), field = Amount.Yuan(QinglanStory.ActivityPay);
        if ((year, month) == (2026, 1))
        {
            await Book(new LocalDate(2026, 1, 8), "发放十二月工资",
            [
                new VoucherRow("payroll-payable", General, Side.Debit, office + field),
                new VoucherRow(Bank, General, Side.Credit, office + field, CashFlow: CashFlow.StaffPaid.Key),
            ], ct);
        }

        await Book(new LocalDate(year, month, 26), $"工资 {month}月",
        [
            new VoucherRow(Account.Keys.ManagementExpense, General, Side.Debit, office),
            new VoucherRow(Account.Keys.ProgrammeCost, General, Side.Debit, field, ProjectClass: "volunteering"),
            isOwed ? new VoucherRow("payroll-payable", General, Side.Credit, office + field)
                : new VoucherRow(Bank, General, Side.Credit, office + field, CashFlow: CashFlow.StaffPaid.Key),
        ], ct);
    }

    private async Task WriteOff(LocalDate day, CancellationToken ct)
    {
        bool isNew = day >= QinglanStory.NewStandard, isQuarter = day.Month % 3 == 0;
        Amount worn = Amount.Yuan(QinglanStory.MonthlyDepreciation + (day < new LocalDate(2025, 6, 1) ? 0 : QinglanStory.CopierDepreciation)),
            served = Amount.Yuan(QinglanStory.MonthlyFittingOut), software = Amount.Yuan(isQuarter ? QinglanStory.QuarterlySoftware : 0);
        List<VoucherRow> rows =
        [
            new(Account.Keys.ManagementExpense, General, Side.Debit, worn + served + software),
            new("accumulated-depreciation", General, Side.Credit, worn),
            new("deferred-expenses", General, Side.Credit, served),
        ];
        if (isQuarter)
        {
            rows.Add(new(isNew ? "accumulated-amortisation" : "intangible-assets", General, Side.Credit, software));
        }

        await Book(day, $"折旧与摊销 {day.Month}月", rows, ct);
    }

    /// <summary>The statement of the month lay here on paper and showed all that was booked; then the month is closed.</summary>
    private async Task Close(int year, int month, CancellationToken ct)
    {
        LocalDate last = new LocalDate(year, month, 1).PlusMonths(1).PlusDays(-1);
        _clock.Turn(last.PlusDays(3), 9, 0);
        BankSheet sheet = (await _accountant.Ask(new WorkingSheet(_bank, last), ct)).Sheet;
        await _accountant.Run(new TickVouchers(Key(), _bank, [.. sheet.Items.Select(item => item.Voucher).OfType<long>()], last), ct);
        long made = await _accountant.Run(new PrepareReconciliation(Key(), _bank, last, sheet.Booked, FromPaper: true), ct);
        await _reviewer.Run(new ConfirmReconciliation(Key(), made), ct);
        await _reviewer.Run(new CloseMonth(Key(), (year * 100) + month), ct);
    }

    /// <summary>What the auditor found: pay of December that nobody had accrued. The year's forms have it, and so has the new opening.</summary>
    private async Task Adjust(CancellationToken ct)
    {
        _clock.Turn(new LocalDate(2026, 3, 16), 10, 0);
        await Review(await _accountant.Run(new PrepareVoucher(Key(), new LocalDate(2025, 12, 31), "审计调整 补计年终奖金",
        [
            new VoucherRow(Account.Keys.ManagementExpense, General, Side.Debit, Amount.Yuan(QinglanStory.Bonus)),
            new VoucherRow("payroll-payable", General, Side.Credit, Amount.Yuan(QinglanStory.Bonus)),
        ], [await Paper(ct)], IsAdjusting: true), ct), ct);
    }

    private async Task ChangeOver(CancellationToken ct)
    {
        _clock.Turn(new LocalDate(2026, 1, 6), 9, 0);
        long change = await _accountant.Run(new ProposeChangeOver(Key(), "理事会 2025 年第 4 次会议决议二：执行财会〔2024〕25号"), ct);
        await _reviewer.Run(new ConfirmChangeOver(Key(), change), ct);
        await Review(await _accountant.Run(new PrepareConversion(Key(),
        [
            new ConversionAnswer("long-term-deferred", "deferred-expenses", General, Amount.Yuan(12000), Words: "办公室装修 2027 年受益部分"),
            new ConversionAnswer("amortised", "intangible-assets", General, Amount.Yuan(9000), Words: "管理软件 已摊销"),
            new ConversionAnswer("nominal-fixed-assets", "", General, Amount.Yuan(5), Words: "辅助账 旧课桌 5 张"),
            new ConversionAnswer("fixed-assets-found", "", _funds["Q01"], Amount.Yuan(6800), Restriction.Restricted, "受赠投影仪 有发票"),
        ]), ct), ct);
    }

    private static IEnumerable<VoucherRow> Release(int fund, Amount amount) =>
    [
        new(Account.Keys.RestrictedNetAssets, fund, Side.Debit, amount, Restriction.Restricted, Movement: MovementKind.Release),
        new(Released, fund, Side.Credit, amount, Restriction.Unrestricted, Movement: MovementKind.Release),
    ];

    private static Restriction DefaultOf(string fund) =>
        QinglanStory.Funds.Any(row => row.Code == fund && row.Clause.Length > 0) ? Restriction.Restricted : Restriction.Unrestricted;

    private async Task Book(LocalDate day, string words, IReadOnlyList<VoucherRow> rows, CancellationToken ct)
    {
        _clock.Turn(day, 16, 0);
        await Review(await _accountant.Run(new PrepareVoucher(Key(), day, words, rows, [await Paper(ct)]), ct), ct);
    }

    private async Task<Enclosure> Paper(CancellationToken ct) =>
        new(await _accountant.Run(new RegisterPaper(Key(), Key(), 1, "青岚 凭证盒"), ct));

    private async Task Review(long voucher, CancellationToken ct) => await _reviewer.Run(new ReviewVoucher(Key(), voucher), ct);
}
