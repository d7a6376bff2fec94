using System.Globalization;
using System.Text;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Documents;
using CommunityFund.Tests.Grants.Awards;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Acquittals;

/// <summary>A running grant whose tranches are asked for, checked, approved and paid as people do it.</summary>
internal sealed class PaidNotation
{
    private int _picture;
    private long _asked, _budget;

    private PaidNotation(TestBody body, AwardNotation grants, bool isExpense) => (Body, Grants, IsExpense) = (body, grants, isExpense);

    public TestBody Body { get; }

    public AwardNotation Grants { get; }

    public bool IsExpense { get; }

    public long Grant { get; private init; }

    public static Guid Key => TestBody.Key;

    public LocalDate Today => Body.Clock.Now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;

    /// <summary>A grant that runs, nothing paid.</summary>
    public static async Task<PaidNotation> Running(TestBody body, bool isExpense = false, decimal children = 10000, decimal community = 2000,
        AwardNotation? with = null)
    {
        AwardNotation grants = with ?? await AwardNotation.Of(body);
        if (isExpense)
        {
            await grants.Sql("""
                alter table grant_round disable trigger user;
                update grant_round set policy = 'expense-on-disbursement';
                alter table grant_round enable trigger user
                """);
        }

        PaidNotation made = new(body, grants, isExpense) { Grant = await grants.Awarded(1, children, community) };
        int year = made.Today.Year;
        AgreementTerms terms = AwardNotation.Terms(children + community);
        made._budget = (long)((children + community) * 100);
        await made.Start(terms with
        {
            StartsOn = new LocalDate(year, 4, 1),
            EndsOn = new LocalDate(year, 9, 30),
            Tranches = [.. terms.Tranches.Select(term => term with
            {
                EarliestOn = new LocalDate(year, term.EarliestOn.Month, term.EarliestOn.Day),
                ReportDueOn = new LocalDate(year, term.ReportDueOn.Month, term.ReportDueOn.Day),
            })],
        }, await grants.Account());
        return made;
    }

    private async Task Start(AgreementTerms terms, long account)
    {
        int version = await Grants.Version(Grant), paper = await Grants.Desk.Run(new DraftAgreement(Key, Grant, version, terms));
        await Grants.Lead.Run(new SignGrantPaper(Key, Grant, version, paper, GrantPaper.Agreement, GrantSide.Lead));
        await Grants.L1.Run(new SignGrantPaper(Key, Grant, version, paper, GrantPaper.Agreement, GrantSide.Body));
        await Grants.Lead.Run(new SignGrantPaper(Key, Grant, version, paper, GrantPaper.Duty, GrantSide.Lead));
        await Grants.FinLead.Run(new SignGrantPaper(Key, Grant, version, paper, GrantPaper.Duty, GrantSide.FinLead));
        await Grants.Desk.Run(new NamePayee(Key, Grant, version, account, PayeeKind.Committee));
        Grants.Wait(14);
        await Grants.Desk.Run(new ActivateGrant(Key, Grant, version));
        await Grants.L1.Run(new ActivateGrant(Key, Grant, version));
    }

    /// <summary>The same with its first tranche paid.</summary>
    public static async Task<PaidNotation> Paid(TestBody body, bool isExpense = false, decimal children = 10000, decimal community = 2000)
    {
        PaidNotation made = await Running(body, isExpense, children, community);
        await made.Pay(1);
        return made;
    }

    public async Task<Tranche> Tranche(int no)
    {
        await using FundDb db = Body.Db();
        return await db.Set<Tranche>().AsNoTracking().SingleAsync(row => row.GrantId == Grant && row.No == no);
    }

    public async Task<TrancheState> State(int no) => (await Tranche(no)).State;

    /// <summary>Pays a tranche that is open: asked for, checked, approved by as many as it takes, and matched with the bank's line.</summary>
    public async Task<long> Pay(int no)
    {
        Tranche row = await Tranche(no);
        long whole = _asked + row.Units, meals = Math.Min(row.Units, Math.Max(0, ((_budget - 200_000) * 11 / 10) - _asked));
        _asked = whole;
        await Grants.Lead.Run(new RequestTranche(Key, row.TrancheId, row.StateVersion, Amount.Fen(row.Units),
            [.. new[] { new RequestLine(1, Amount.Fen(meals)), new RequestLine(2, Amount.Fen(row.Units - meals)) }.Where(line => line.Amount.Units > 0)],
            "助餐食材", await Photo(Grants.Lead)));
        await Grants.Desk.Run(new CheckTranche(Key, row.TrancheId, (await Tranche(no)).StateVersion, true, true, true, ""));
        foreach (var (who, move) in row.Units <= 500_000 ? (IEnumerable<(FundSession, TrancheMove)>)[(Grants.L1, TrancheMove.Approve)]
            : [(Grants.L1, TrancheMove.ApproveL1), (Grants.L2, TrancheMove.ApproveL2)])
        {
            await who.Run(new ApproveTranche(Key, row.TrancheId, (await Tranche(no)).StateVersion, move));
        }

        long line = await Body.LineOf(Today.Year, $"{Today.ToString("MM-dd", CultureInfo.InvariantCulture)},,{Amount.Fen(row.Units).Units / 100m},,幸福里居委会,拨付 {++_picture}");
        long voucher = await Body.Accountant.Run(new MatchExpectations(Key, [line], [(await Tranche(no)).ExpectationId!.Value]));
        await Body.Review(voucher);
        return voucher;
    }

    /// <summary>What the calendar does each morning.</summary>
    public Task Morning() => Body.Operator.Run(new OpenDueTranches(Key));

    public async Task<IReadOnlyList<Enclosure>> Photo(FundSession by) =>
        [new Enclosure(await by.Run(new UploadDocument(Key, "票据.png", Samples.Png(100 + (++_picture)))))];

    /// <summary>A receipt of the folder by the financial lead.</summary>
    public async Task<long> Receipt(decimal yuan, short line = 1, string number = "", LocalDate? on = null, Spending spending = Spending.Meals,
        bool hasPhoto = true, bool hasSheet = false, long? grant = null) => await Grants.FinLead.Run(new AddReceipt(
            Key, grant ?? Grant, null, number.Length > 0 ? GrantReceiptKind.Invoice : GrantReceiptKind.Receipt, number, on ?? Today, "幸福菜场",
            PersonKind.Organisation, Amount.Yuan(yuan), line, spending, "老人助餐食材", hasPhoto ? await Photo(Grants.FinLead) : null,
            hasSheet ? await Photo(Grants.FinLead) : null));

    public async Task Submit(int no, params (long Receipt, decimal Yuan)[] lines)
    {
        Tranche tranche = await Tranche(no);
        await Grants.FinLead.Run(new SubmitAcquittal(Key, tranche.TrancheId, tranche.StateVersion, "丁采购", "方邻居",
            [.. lines.Select(line => new AcquittalClaim(line.Receipt, Amount.Yuan(line.Yuan)))]));
    }

    /// <summary>The desk decides: true accepts, false returns.</summary>
    public async Task Decide(int no, params bool[] accepted)
    {
        Tranche tranche = await Tranche(no);
        await Grants.Desk.Run(new ReviewAcquittalLines(Key, tranche.TrancheId, tranche.StateVersion,
            [.. accepted.Select((yes, at) => new LineDecision((short)(at + 1), yes, yes ? "" : "发票抬头不是居委会"))]));
    }

    public async Task<long> Book(int no)
    {
        Tranche tranche = await Tranche(no);
        return await Body.Accountant.Run(new BookAcquittal(Key, tranche.TrancheId, tranche.StateVersion));
    }

    /// <summary>Handed in, accepted, booked and posted in one go.</summary>
    public async Task<PostedNumber> Acquit(int no, decimal yuan, short line = 1)
    {
        await Submit(no, (await Receipt(yuan, line), yuan));
        await Decide(no, true);
        return await Body.Review(await Book(no));
    }

    public async Task<long> Announce(int no, decimal yuan)
    {
        Tranche tranche = await Tranche(no);
        return await Grants.Lead.Run(new ReturnUnspent(Key, tranche.TrancheId, tranche.StateVersion, Amount.Yuan(yuan)));
    }

    /// <summary>The bank's line brings what was announced; its voucher waits.</summary>
    public async Task<long> Came(decimal yuan)
    {
        await using FundDb db = Body.Db();
        long expectation = await db.Set<Expectation>().Where(row => row.Code.StartsWith("W-1") && row.VoucherId == null && row.ClosedAt == null)
            .Select(row => row.ExpectationId).SingleAsync();
        HashSet<long> before = [.. (await Body.Lines()).Select(line => line.BankLineId)];
        string day = Today.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
        await Body.Import(Encoding.UTF8.GetBytes(
            $"账号：{BankNotation.Number}\n{StatementNotation.Header}\n{day},{yuan.ToString("0.00", CultureInfo.InvariantCulture)},,,幸福里居委会,余款"));

        // A line that was booked wrongly is there already.
        BankLine[] lines = await Body.Lines();
        long line = (Array.Find(lines, row => !before.Contains(row.BankLineId)) ?? lines.Single(row => row.Units == (long)(yuan * 100))).BankLineId;
        return await Body.Accountant.Run(new MatchExpectations(Key, [line], [expectation]));
    }

    public async Task Carry(int no)
    {
        Tranche tranche = await Tranche(no);
        await Grants.Desk.Run(new CarryForward(Key, tranche.TrancheId, tranche.StateVersion));
    }

    /// <summary>Used of the gifts of a fund, in yuan, in their order: of the restricted ones of the children's fund.</summary>
    public async Task<decimal[]> Used(int fund)
    {
        await using FundDb db = Body.Db();
        return [.. (await db.Set<GiftLot>().AsNoTracking().Where(lot => lot.FundId == fund
            && (fund != TestBody.Children || lot.Restriction == Restriction.Restricted)).OrderBy(lot => lot.LotId).Select(lot => lot.Used)
            .ToListAsync()).Select(units => units / 100m)];
    }

    /// <summary>One of the project's people gets a role of the body's too.</summary>
    public Task Gives(string who, Role role) => Grants.Sql($"""
        alter table role_grant disable trigger user;
        insert into role_grant (person_id, role, book_id, valid_from, granted_at) values ({Grants.Id(who)}, '{Codes.Kebab(role)}', 1, '2024-01-01', now());
        alter table role_grant enable trigger user
        """);

    public async Task<Refusal> Refused(Func<Task> act) => await AwardNotation.Refused(act);
}
