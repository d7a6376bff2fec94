using CommunityFund.Banking;
using CommunityFund.Banking.Reconciling;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Donations;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests;

/// <summary>
/// A small charity in a database of its own: an accountant, a reviewer and a finance officer, one bank account, a general
/// fund, an unrestricted community fund and one restricted to children. Books open on 2026-01-01.
/// </summary>
public sealed class TestBody : IAsyncDisposable
{
    public const string Password = "correct horse battery";
    public const string Bank = "bank.01";
    public const int General = 1, Agency = 2, Community = 3, Children = 4;
    public static readonly byte[] LogKey = new byte[32];

    private readonly Func<Task> _drop;

    private TestBody(LocalConnections connections, Func<Task> drop)
    {
        Connections = connections;
        _drop = drop;
        Foundation = new Foundation(connections.Books, Clock, LogKey);
    }

    public LocalConnections Connections { get; }

    public TestClock Clock { get; } = new(Instant.FromUtc(2026, 3, 20, 2, 0));

    public Foundation Foundation { get; }

    public int Book => 1;

    public FundSession Accountant => Foundation.SessionOf(1, Book);

    /// <summary>Gives roles at once, as the operator of the machine does; by two persons it is ProposeRole and ConfirmProposal.</summary>
    public FundSession Operator => Foundation.Operator(Book);

    public FundSession Reviewer => Foundation.SessionOf(2, Book);

    public FundSession FinanceOfficer => Foundation.SessionOf(3, Book);

    public FundSession SecondReviewer => Foundation.SessionOf(4, Book);

    public static Guid Key => Guid.NewGuid();

    public static async Task<TestBody> New()
    {
        (LocalConnections connections, Func<Task> drop) = await TestCluster.CloneSmall();
        return new TestBody(connections, drop);
    }

    /// <summary>The same charity in the last two years of the standard of 2004: books open on 2024-01-01, and it is March 2025.</summary>
    public static async Task<TestBody> New2004()
    {
        (LocalConnections connections, Func<Task> drop) = await TestCluster.CloneSmall2004();
        TestBody body = new(connections, drop);
        body.Clock.Now = Instant.FromUtc(2025, 3, 20, 2, 0);
        return body;
    }

    /// <summary>The same charity in a database that somebody else made.</summary>
    public static TestBody On(LocalConnections connections, Func<Task> drop) => new(connections, drop);

    public async ValueTask DisposeAsync()
    {
        foreach (string used in new[] { Connections.Books, Connections.Owner })
        {
            await using Npgsql.NpgsqlConnection pooled = new(used);
            Npgsql.NpgsqlConnection.ClearPool(pooled);
        }

        await _drop();
    }

    /// <summary>Posts a gift by the two people it takes.</summary>
    public async Task<long> Gift(int fund, decimal yuan, Restriction restriction, LocalDate? on = null)
    {
        long voucher = await Accountant.Run(new RecordDonation(
            Key, fund, "", PersonKind.Person, Amount.Yuan(yuan), on ?? new LocalDate(2026, 3, 2), Bank, restriction, "", "捐赠",
                null));
        await Reviewer.Run(new ReviewVoucher(Key, voucher));
        return voucher;
    }

    /// <summary>A waiting voucher: money paid out of a fund for programme cost.</summary>
    public Task<long> PrepareExpense(int fund, decimal yuan, FundSession? by = null, LocalDate? on = null) =>
        (by ?? Accountant).Run(new PrepareVoucher(Key, on ?? new LocalDate(2026, 3, 5), "活动物资",
        [
            new VoucherRow("programme-cost", fund, Side.Debit, Amount.Yuan(yuan)),
            new VoucherRow(Bank, fund, Side.Credit, Amount.Yuan(yuan), CashFlow: CashFlow.PurchasesPaid.Key),
        ]));

    public Task<PostedNumber> Review(long voucher) => Reviewer.Run(new ReviewVoucher(Key, voucher));

    /// <summary>From now on ordinary vouchers need what they need where nobody has set anything.</summary>
    public Task DemandDocuments() => Reviewer.Run(new SetDocumentRule(
        Key, VoucherKind.Ordinary, DocumentRule.DefaultOf(VoucherKind.Ordinary), new LocalDate(2000, 1, 2)));

    /// <summary>The cheapest document: an original on paper, registered and not yet with a voucher.</summary>
    public async Task<Enclosure> Paper(int sheets = 1) => new(await Accountant.Run(new RegisterPaper(Key, Key, sheets, "2026 凭证盒 1")));

    /// <summary>Reconciles the bank account by two people, as if a statement on paper showed all that is booked and
    /// every line.</summary>
    public async Task Reconcile(LocalDate day)
    {
        BankSheet sheet = (await Accountant.Ask(new WorkingSheet(1, day))).Sheet;
        await Accountant.Run(new TickVouchers(Key, 1, [.. sheet.Items.Select(item => item.Voucher).OfType<long>()], day));
        long id = await Accountant.Run(new PrepareReconciliation(Key, 1, day, sheet.AdjustedBooked, FromPaper: true));
        await Reviewer.Run(new ConfirmReconciliation(Key, id));
    }

    public FundDb Db() => Foundation.Open();

    public async Task<FundNumber> Numbers(int fund) =>
        (await Accountant.Ask(new FundNumbers())).Single(number => number.FundId == fund);

    internal static Task SetUp(string connection) => SetUp(connection, "cn-npo-2026", 2026);

    internal static Task SetUp2004(string connection) => SetUp(connection, "cn-npo-2004", 2024);

    private static async Task SetUp(string connection, string standard, int year)
    {
        Foundation foundation = new(connection, new TestClock(Instant.FromUtc(year - 1, 12, 20, 2, 0)), LogKey);
        int book = await foundation.Operator().Run(new SetUpBook(
            Key, "test", "测试慈善会", standard, new LocalDate(year, 1, 1),
            new NewLogin("周会计", "zhou", Password), new NewLogin("吴审核", "wu", Password)));
        FundSession accountant = foundation.SessionOf(1, book), reviewer = foundation.SessionOf(2, book);

        // Most tests are about something else; those about documents ask for them again with DemandDocuments.
        await reviewer.Run(new SetDocumentRule(Key, VoucherKind.Ordinary, Evidence.None, new LocalDate(2000, 1, 1)));
        await reviewer.Run(new AddLogin(Key, new NewLogin("郑财政", "zheng", Password), MustChange: false));
        await foundation.Operator(book).Run(new GrantRole(Key, 3, Role.FinanceOffice, null, new LocalDate(year, 1, 1), null));
        await reviewer.Run(new AddLogin(Key, new NewLogin("王复核", "wang", Password), MustChange: false));
        await foundation.Operator(book).Run(new GrantRole(Key, 4, Role.VoucherReviewer, null, new LocalDate(year - 1, 1, 1), null));
        await accountant.Run(new AddBankAccount(Key, "33050161xxxx00001234", "中国建设银行", "01", "建行基本户", "CCB current account"));
        await accountant.Run(new CreateFund(Key, "C01", "幸福里社区基金", FundKind.Community, null, Restriction.Unrestricted, ""));
        await accountant.Run(new CreateFund(Key, "C02", "儿童基金", FundKind.Special, null, Restriction.Restricted, "仅用于社区儿童活动"));
    }
}
