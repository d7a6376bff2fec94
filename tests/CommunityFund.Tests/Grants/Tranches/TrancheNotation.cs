using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Rounds;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Documents;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Tests.Grants.Tranches;

/// <summary>A running grant and what people do with its tranches, in a few words for the tests.</summary>
internal sealed class TrancheNotation
{
    private int _papers, _lines;

    private TrancheNotation(AwardNotation grants, long grant) => (Grants, Grant) = (grants, grant);

    public AwardNotation Grants { get; }

    public TestBody Body => Grants.Body;

    public long Grant { get; }

    public static Guid Key => TestBody.Key;

    public FundSession Lead => Grants.Lead;

    public FundSession Desk => Grants.Desk;

    /// <summary>Example A, or another split; its first tranche may be asked for.</summary>
    public static async Task<TrancheNotation> Running(TestBody body, AdvancePolicy policy = AdvancePolicy.AdvanceThenAcquit,
        decimal children = 10000, decimal community = 2000)
    {
        AwardNotation grants = await AwardNotation.Of(body);
        if (policy == AdvancePolicy.ExpenseOnDisbursement)
        {
            await grants.Sql("""
                alter table grant_round disable trigger user;
                update grant_round set policy = 'expense-on-disbursement';
                alter table grant_round enable trigger user
                """);
        }

        return new TrancheNotation(grants, await PlanTests.Started(grants, children, community));
    }

    /// <summary>One more role for somebody, who cannot sign in.</summary>
    public Task Give(string who, Role role) => Grants.Sql($"""
        alter table role_grant disable trigger user;
        insert into role_grant (person_id, role, book_id, valid_from, granted_at) values ({Grants.Id(who)}, '{Codes.Kebab(role)}', 1, '2026-01-01', now());
        alter table role_grant enable trigger user
        """);

    public async Task<Tranche> Tranche(int no = 1)
    {
        await using FundDb db = Body.Db();
        return await db.Set<Tranche>().AsNoTracking().SingleAsync(row => row.GrantId == Grant && row.No == no);
    }

    public async Task<TrancheState> State(int no = 1) => (await Tranche(no)).State;

    public async Task<Enclosure> Paper(FundSession who) => new(await who.Run(
        new UploadDocument(Key, $"报价单{++_papers}.png", Samples.Png(100 + _papers), "")));

    /// <summary>As the lead asks for it: meals, and the rest for dishes.</summary>
    public async Task<RequestTranche> Request(decimal yuan = 7200, FundSession? by = null, int no = 1)
    {
        Tranche row = await Tranche(no);
        return new RequestTranche(Key, row.TrancheId, row.StateVersion, Amount.Yuan(yuan), [new RequestLine(1, Amount.Yuan(yuan))], "四月到六月的餐费",
            [await Paper(by ?? Lead)]);
    }

    public async Task Requested(decimal yuan = 7200) => await Lead.Run(await Request(yuan));

    public async Task Check(FundSession? by = null, bool isDone = true)
    {
        Tranche row = await Tranche();
        await (by ?? Desk).Run(new CheckTranche(Key, row.TrancheId, row.StateVersion, true, isDone, true, "与协议预算一致"));
    }

    public async Task Approve(FundSession who, TrancheMove move, string note = "")
    {
        Tranche row = await Tranche();
        await who.Run(new ApproveTranche(Key, row.TrancheId, row.StateVersion, move, note));
    }

    public async Task Checked(decimal yuan = 7200)
    {
        await Requested(yuan);
        await Check();
    }

    /// <summary>Asked for, checked and approved by as many as it takes.</summary>
    public async Task Approved(decimal yuan = 7200)
    {
        await Checked(yuan);
        if (yuan <= 5000)
        {
            await Approve(Grants.L1, TrancheMove.Approve);
            return;
        }

        await Approve(Grants.L1, TrancheMove.ApproveL1);
        await Approve(Grants.L2, TrancheMove.ApproveL2);
    }

    /// <summary>The desk of payments: a batch of what is approved, by the accountant.</summary>
    public async Task<long> Batch()
    {
        Tranche row = await Tranche();
        return await Body.Accountant.Run(new MakeBatch(Key, 1, Today, [], [], 1, Amount.Fen(row.Asked), [row.ExpectationId ?? 0]));
    }

    public LocalDate Today => Body.Clock.Now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;

    /// <summary>The bank's line of the payment.</summary>
    public Task<long> Line(decimal yuan, bool isIn = false, string remark = "")
    {
        string day = LocalDatePattern.CreateWithInvariantCulture("MM-dd").Format(Today);
        return Body.LineOf(Today.Year, $"{day},{(isIn ? yuan : "")},{(isIn ? "" : yuan)},,幸福里居委会,{remark} 第{++_lines}笔");
    }

    /// <summary>The accountant matches the bank's line: a voucher that waits.</summary>
    public async Task<long> Matched(decimal yuan = 7200)
    {
        Tranche row = await Tranche();
        return await Body.Accountant.Run(new MatchExpectations(Key, [await Line(yuan, remark: $"ZX{row.TrancheId}")], [row.ExpectationId!.Value]));
    }

    public async Task<long> Paid(decimal yuan = 7200)
    {
        await Approved(yuan);
        long voucher = await Matched(yuan);
        await Body.Review(voucher);
        return voucher;
    }

    public Task<FundNumberPair> Available() => Grants.Available();

    /// <summary>What the register of the grant's money says over all its funds, in yuan.</summary>
    public async Task<(decimal Promised, decimal Paid, decimal Acquitted)> Money()
    {
        await using FundDb db = Body.Db();
        List<GrantFund> rows = await db.Set<GrantFund>().AsNoTracking().Where(row => row.GrantId == Grant).ToListAsync();
        return (rows.Sum(row => row.Committed - row.Cancelled - row.Paid) / 100m, rows.Sum(row => row.Paid) / 100m, rows.Sum(row => row.Acquitted) / 100m);
    }

    public async Task<TrancheLog> Last()
    {
        Tranche row = await Tranche();
        await using FundDb db = Body.Db();
        return await db.Set<TrancheLog>().AsNoTracking().Where(each => each.TrancheId == row.TrancheId)
            .OrderByDescending(each => each.StateVersion).FirstAsync();
    }

    /// <summary>The lines of a voucher and of those that are decided with it: "备 D commitments 3 7200.00 R".</summary>
    public async Task<string[]> Booked(long voucher)
    {
        await using FundDb db = Body.Db();
        Dictionary<int, string> keys = await db.Accounts.ToDictionaryAsync(account => account.AccountId, account => account.Key);
        var rows = await (from line in db.VoucherLines
                          join head in db.Vouchers on new { line.BookId, line.VoucherId } equals new { head.BookId, head.VoucherId }
                          where head.VoucherId == voucher || head.BundleId == voucher
                          orderby head.VoucherId, line.LineNo
                          select new { head.Series, line }).ToListAsync();
        return [.. rows.Select(row => $"{row.Series} {Codes.Of(row.line.Side)} {keys[row.line.AccountId]} {row.line.FundId} {row.line.Units / 100m:0.00} {row.line.Restriction}".Trim())];
    }
}
