using System.Runtime.ExceptionServices;
using System.Text;
using CommunityFund.Agency;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Enterprises;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Stock;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Enterprises;
using CommunityFund.Tests.Periods;
using CommunityFund.Tests.PublicMoney;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>A book under one standard in which every case of the regulation is played, and the words they are played with.</summary>
internal sealed class CaseBook : IAsyncDisposable
{
    public const string Clause = "仅用于社区儿童活动";

    private readonly Dictionary<string, int> _funds = [];
    private readonly Dictionary<string, ExceptionDispatchInfo> _faults = [];
    private readonly Dictionary<int, PostedNumber> _last = [];
    private readonly Dictionary<string, List<string>> _booked = [];
    private int _made;
    private (long Matter, long Recipient)? _matter;
    private (int Free, int Bound)? _interest;

    private CaseBook(TestBody body, string standard, int year) => (Body, Standard, Year) = (body, standard, year);

    public TestBody Body { get; }

    public string Standard { get; }

    public int Year { get; }

    public bool Is2004 => Standard == "cn-npo-2004";

    /// <summary>A day of the year after.</summary>
    public LocalDate NextYear => new(Year + 1, 2, 10);

    public static async Task<CaseBook> Played(string standard)
    {
        // The standard of 2004 ends with 2025, so the year in which something comes back is its last.
        CaseBook book = standard == "cn-npo-2004"
            ? new(await TestBody.New2004(), standard, 2024) : new(await TestBody.New(), standard, 2026);
        book.Body.Clock.Now = Instant.FromUtc(book.Year, 3, 20, 2, 0);
        foreach (RegulationCase played in RegulationCases.All)
        {
            await book.Try(played, async () => book._funds[played.Name] = await played.Play(book));
        }

        book.Body.Clock.Now = Instant.FromUtc(book.Year + 1, 2, 10, 2, 0);
        foreach (RegulationCase played in RegulationCases.All.Where(played => played.Later is not null))
        {
            await book.Try(played, () => played.Later!(book, book._funds[played.Name]));
        }

        return book;
    }

    public ValueTask DisposeAsync() => Body.DisposeAsync();

    public int FundOf(string name) => _funds[name];

    /// <summary>What a case booked, one entry a line.</summary>
    public string Booked(RegulationCase of) => string.Concat(_booked.GetValueOrDefault(of.Name, []).Select(entry => $"{entry}\n"));

    /// <summary>What the statements say after a case, its fund alone.</summary>
    public async Task<string> Figures(RegulationCase of)
    {
        if (_faults.TryGetValue(of.Name, out ExceptionDispatchInfo? fault))
        {
            fault.Throw();
        }

        (int from, int to) = of.Later is null ? (Month(1), Month(3)) : (Month(1) + 100, Month(2) + 100);
        LocalDate? day = of.Day is { } march ? On(3, march) : null;
        int fund = _funds[of.Name];
        IReadOnlyList<FormView> forms = await Body.FinanceOfficer.Ask(new ThreeForms(from, to, fund, Below: false, day));
        FormView own = await Body.FinanceOfficer.Ask(new Statement("fund", from, to, fund, Below: false, day));
        foreach (FormView form in forms.Append(own))
        {
            form.IsHeld.ShouldBeTrue(FormText.Draw(form, StatementBooks.Words));
        }

        return CaseFigures.Of(forms, own);
    }

    /// <summary>Every statement of this year's first quarter for the whole book, those of one fund for a busy one, and the three
    /// forms of the whole year after.</summary>
    public async Task<IReadOnlyList<FormView>> Statements()
    {
        FundSession reader = Body.FinanceOfficer;
        List<FormView> views = [];
        foreach (StatementItem item in await reader.Ask(new StatementList(Month(3))))
        {
            views.Add(await reader.Ask(new Statement(
                item.Key, Month(1), Month(3), item.OfFund ? FundOf("19 其余解除") : null)));
        }

        views.AddRange(await reader.Ask(new ThreeForms(Month(1) + 100, Month(12) + 100)));
        return views;
    }

    /// <summary>The months of the cases, closed one after the other as the foundation closes them (cases 30 and 31).</summary>
    public Task Closed() => Body.Close(Month(1), Month(2), Month(3));

    /// <summary>A period of the year of the cases.</summary>
    public int Month(int month) => (Year * 100) + month;

    public LocalDate On(int month, int day) => new(Year, month, day);

    /// <summary>A fund of the case's own; with outside words, what it gets is restricted unless somebody says otherwise.</summary>
    public Task<int> Fund(string clause = "")
    {
        string code = $"K{++_made:00}";
        return Body.Accountant.Run(new CreateFund(TestBody.Key, code, $"案例 {code}", FundKind.Special, null,
            clause.Length > 0 ? Restriction.Restricted : Restriction.Unrestricted, clause));
    }

    public Task Gift(int fund, decimal yuan, Restriction restriction, int month = 3) => Post(fund, new RecordDonation(
        TestBody.Key, fund, "", PersonKind.Person, Amount.Yuan(yuan), On(month, 2), TestBody.Bank, restriction,
        restriction == Restriction.Restricted ? Clause : "", "收到捐赠", null));

    public Task Spend(int fund, decimal yuan, Restriction restriction, CashFlow flow, string account = "programme-cost") =>
        Post(fund, new RecordExpense(
            TestBody.Key, fund, account, Amount.Yuan(yuan), On(3, 5), TestBody.Bank, restriction, flow.Key, "",
            PersonKind.Organisation, "付款", null));

    /// <summary>A voucher by hand.</summary>
    public Task Write(int fund, int month, int day, string words, params VoucherRow[] rows) =>
        Post(fund, new PrepareVoucher(TestBody.Key, On(month, day), words, [.. rows.Select(row => row with { Fund = fund })]));

    /// <summary>A line of expense, which says 限定 or 非限定 only under the standard from 2026.</summary>
    public VoucherRow Expense(string account, decimal yuan, Restriction restriction) =>
        Debit(account, yuan, Is2004 ? null : restriction);

    /// <summary>What the standard of 2004 frees as it is used: a gift of the month on its own income account, an earlier one in net
    /// assets. From 2026 an expense carries its restriction, and nothing is freed.</summary>
    public VoucherRow[] Freed(decimal yuan, string? income = null) => !Is2004 ? []
        : income is null ? Released(yuan)
        : [Debit(income, yuan, Restriction.Restricted), Credit(income, yuan, Restriction.Unrestricted)];

    /// <summary>What must be given back through no fault of ours: an expense under the standard of 2004, from 2026 the income itself
    /// in red.</summary>
    public VoucherRow GivenBack(string income, decimal yuan) =>
        Is2004 ? Debit("management-expense", yuan) : Credit(income, -yuan, Restriction.Restricted);

    public static VoucherRow[] Released(decimal yuan) =>
    [
        Debit(Account.Keys.RestrictedNetAssets, yuan, moved: MovementKind.Release),
        Credit(Account.Keys.UnrestrictedNetAssets, yuan, moved: MovementKind.Release),
    ];

    /// <summary>A line on the debit side; below zero it is red.</summary>
    public static VoucherRow Debit(string account, decimal yuan, Restriction? restriction = null, CashFlow? flow = null,
        MovementKind moved = MovementKind.Ordinary) =>
        new(account, 0, Side.Debit, Amount.Yuan(yuan), restriction, flow?.Key, moved);

    public static VoucherRow Credit(string account, decimal yuan, Restriction? restriction = null, CashFlow? flow = null,
        MovementKind moved = MovementKind.Ordinary) =>
        new(account, 0, Side.Credit, Amount.Yuan(yuan), restriction, flow?.Key, moved);

    /// <summary>What was spent last from the fund comes back in part, as the bank's line says.</summary>
    public async Task Returned(int fund, LocalDate day, decimal yuan) => await Post(fund, new RecordRefund(
        TestBody.Key, new BankRest([await Line(day, $"{yuan},,,翠苑居民委员会,结余退回")]), _last[fund].EntryNo, 1, RefundCause.Outside,
        "项目结余退回"));

    /// <summary>Money or goods for somebody else come in, or are passed on.</summary>
    public async Task Agency(AgencyWay way, decimal yuan, int day)
    {
        (long matter, long recipient) = await Matter();
        await Post(TestBody.Agency, new RecordAgencyMove(
            TestBody.Key, matter, recipient, way, Amount.Yuan(yuan), On(3, day),
            way is AgencyWay.MoneyIn or AgencyWay.MoneyOut ? TestBody.Bank : ""));
    }

    /// <summary>Money under an agreement to hand it on, whatever the three tests say.</summary>
    public async Task Transferred(decimal yuan, int day)
    {
        ProposeMatter asked = await Body.AskedMatter("翠苑小学");
        long matter = await Body.Accountant.Run(
            asked with { Title = "奖学金转赠", ByAgreement = true, OnlyBetween = false, PrincipalNamed = false });
        await Body.Reviewer.Run(new AgreeMatter(TestBody.Key, matter));
        long recipient = (await Body.Accountant.Ask(new AgencyMatterPage(matter))).Row.Recipients.Single().PersonId;
        await Post(TestBody.Agency, new RecordAgencyMove(
            TestBody.Key, matter, recipient, AgencyWay.MoneyIn, Amount.Yuan(yuan), On(3, day), TestBody.Bank));
    }

    /// <summary>Somebody wants to hold money for others although one of the three tests fails, and may not.</summary>
    public async Task NoAgency()
    {
        ProposeMatter asked = await Body.AskedMatter("翠苑小学");
        (await BankNotation.RefusalOf(() => Body.Accountant.Run(asked with { Title = "助学金", PrincipalNamed = false }))).Code
            .ShouldBe(ProposeMatter.NotAgency);
    }

    /// <summary>The one matter in which money is held for others.</summary>
    public async Task<(long Matter, long Recipient)> Matter() => _matter ??= await Body.Matter("市特困职工帮扶中心");

    /// <summary>Government money by a contract that two people answered for, and its one instalment.</summary>
    public async Task<long> Public(int fund, decimal yuan, Restriction restriction, bool inExchange = false)
    {
        long contract = await Body.Contract(yuan, fund, inExchange, restriction, On(3, 1));
        _last[fund] = await Body.Received(contract, on: On(3, 4));
        return contract;
    }

    /// <summary>An enterprise that gives a tenth of its profit to a fund, and of which the body holds three tenths.</summary>
    public Task<long> Enterprise(int fund, Influence influence = Influence.None) => Body.Enterprise(
        EnterpriseNotation.Share(fund, On(1, 1), influence, stakePpm: 300_000), $"社会企业 {fund}");

    /// <summary>The bank pays interest for the first half of March: two funds share it by what they hold, and an agreement binds the yield
    /// of the second too.</summary>
    public async Task<(int Free, int Bound)> Interest()
    {
        if (_interest is null)
        {
            (int free, int bound) = (await Fund(), await Fund(Clause));
            await Gift(free, 2000, Restriction.Unrestricted, month: 2);
            await Gift(bound, 1000, Restriction.Restricted, month: 2);
            await Post(free, new RecordInterest(TestBody.Key, new BankRest([await Line(On(3, 14), "17.34,,,建设银行,存款利息")]), InterestKey.Average,
                On(3, 1), On(3, 14), "存款利息", [bound]));
            _interest = (free, bound);
        }

        return _interest.Value;
    }

    public async Task<long> EnterpriseOf(int fund)
    {
        await using FundDb db = Body.Db();
        return await db.Set<EnterpriseTerm>().Where(term => term.FundId == fund).Select(term => term.EnterpriseId).SingleAsync();
    }

    /// <summary>What an enterprise declared for January came in.</summary>
    public async Task FromEnterprise(int fund, decimal yuan, GivenFor givenFor, bool byStake, long? known = null)
    {
        bool isGift = givenFor == GivenFor.Nothing && !byStake;
        long enterprise = known ?? (isGift
            ? await Body.Enterprise(EnterpriseNotation.Share(fund, On(1, 1), restriction: Restriction.Restricted), $"社会企业 {fund}")
            : await Enterprise(fund));
        long declaration = await Body.Declared(enterprise, On(1, 1), 0, yuan * 10, givenFor, byStake, isGift ? null : yuan);
        await Body.Verify(declaration);
        if (!isGift)
        {
            await Post(fund, new PrepareDeclared(TestBody.Key, declaration, On(2, 10)));
        }

        await using FundDb db = Body.Db();
        string code = (await Body.Declaration(declaration)).Code;
        long expectation = await db.Set<Expectation>().Where(row => row.Code == code).Select(row => row.ExpectationId).SingleAsync();
        await Post(fund, new MatchExpectations(TestBody.Key, [await Line(On(3, 16), $"{yuan},,,社会企业,转账")], [expectation]));
    }

    /// <summary>The last voucher of the fund was wrong; what puts it right is of this year.</summary>
    public Task PutRight(int fund, string words, params VoucherRow[] rows) => Post(fund, new CorrectEarlierYear(
        TestBody.Key, _last[fund].VoucherId, NextYear, words, [.. rows.Select(row => row with { Fund = fund })]));

    /// <summary>One signs for each fund, and the voucher follows.</summary>
    public async Task Transfer(int from, int to, decimal yuan)
    {
        long transfer = await Body.Accountant.Run(new ProposeTransfer(
            TestBody.Key, from, to, Amount.Yuan(yuan), Restriction.Unrestricted, "统筹使用", ""));
        await Body.Reviewer.Run(new AgreeTransfer(TestBody.Key, transfer));
        await Post(from, new PrepareTransfer(TestBody.Key, transfer));
    }

    /// <summary>A gift in kind, with a paper that proves it.</summary>
    public async Task InKind(int fund, int month, int day, Restriction restriction, string words, params InKindRow[] things) =>
        await Goods(fund, new ReceiveInKind(TestBody.Key, fund, "", PersonKind.Person, On(month, day), restriction,
            restriction == Restriction.Restricted ? Clause : "", words, "社区仓库", things, [await Body.Paper()]));

    /// <summary>Goods of the fund are handed out, whatever they are.</summary>
    public async Task HandOut(int fund, int day, long quantity, string words, string? item = null)
    {
        LotChoice lot = (await Body.Accountant.Ask(new StockChoices())).Lots.Single(
            row => row.Fund == fund && (item is null || row.Name == item));
        await Goods(fund, new IssueGoods(TestBody.Key, fund, lot.Place, [new GoodsOut(lot.Item, quantity)], On(3, day), words, "",
            PersonKind.Person));
    }

    /// <summary>What is left of the fund's one gift goes back.</summary>
    public async Task GiveBack(int fund, int day, decimal yuan, GiftRefundCause cause, string basis)
    {
        await using FundDb db = Body.Db();
        long lot = await db.Set<GiftLot>().Where(row => row.FundId == fund).MinAsync(row => row.LotId);
        await Post(fund, new RefundGift(TestBody.Key, lot, Amount.Yuan(yuan), cause, On(3, day), basis, [await Body.Paper()]));
    }

    /// <summary>By the two people it takes, if anything is to be booked.</summary>
    public async Task Goods(int fund, Command<GoodsAnswer> command)
    {
        if ((await Body.Accountant.Run(command)).Voucher is { } voucher)
        {
            _last[fund] = await Body.Review(voucher);
        }
    }

    /// <summary>By the two people it takes.</summary>
    public async Task Post(int fund, Command<long> command) => _last[fund] = await Body.Review(await Body.Accountant.Run(command));

    private async Task<long> Line(LocalDate day, string cells)
    {
        HashSet<long> before = [.. (await BankNotation.Lines(Body)).Select(line => line.BankLineId)];
        await Body.Import(Encoding.UTF8.GetBytes(
            $"账号：{BankNotation.Number}\n{StatementNotation.Header}\n{day:uuuu-MM-dd},{cells}"));
        return (await BankNotation.Lines(Body)).Single(line => !before.Contains(line.BankLineId)).BankLineId;
    }

    private async Task<long> Last()
    {
        await using FundDb db = Body.Db();
        return await db.Entries.MaxAsync(entry => (long?)entry.EntryNo) ?? 0;
    }

    // A case that fails says so in its own test, and the others are played all the same.
    private async Task Try(RegulationCase played, Func<Task> act)
    {
        try
        {
            long before = await Last();
            await act();
            await using FundDb db = Body.Db();
            if (!_booked.TryGetValue(played.Name, out List<string>? booked))
            {
                _booked[played.Name] = booked = [];
            }

            booked.AddRange(await CaseEntries.Of(db, Standard, before, await Last()));
        }
        catch (Exception fault) when (fault is RefusedException or Npgsql.PostgresException or InvalidOperationException
            or KeyNotFoundException)
        {
            _faults.TryAdd(played.Name, ExceptionDispatchInfo.Capture(fault));
        }
    }
}
