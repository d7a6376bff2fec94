using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Tests.Periods;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Books;

/// <summary>
/// Whatever two people do in whatever order, every balance holds: the check of the books, which reads everything again, finds
/// nothing, and a tally kept beside agrees to the fen.
/// </summary>
public sealed class RandomLedgerTests
{
    private static readonly string[] Expected =
    [
        ConstraintRefusal.HoldAboveAvailable, ConstraintRefusal.LotsNotEnough, ConstraintRefusal.LotAlreadyUsed,
        ConstraintRefusal.LotWaitedFor, ConstraintRefusal.OwnCashFloor, ConstraintRefusal.TransferAboveUnrestricted,
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(20260301)]
    [InlineData(20260302)]
    [InlineData(987654321)]
    public async Task Every_balance_holds_over_a_random_history(int seed)
    {
        await using TestBody body = await TestBody.New();
        History history = new(body, new Random(seed));
        for (int step = 1; step <= 100; step++)
        {
            try
            {
                await history.Step();
            }
            catch (RefusedException refused)
            {
                refused.Refusal.Code.ShouldBeOneOf([.. Expected, .. Corrections], $"seed {seed}, step {step}");
            }

            if (step % 25 == 0)
            {
                await history.Prove($"seed {seed}, step {step}");
            }
        }

        history.Posted.ShouldBeGreaterThan(15, $"seed {seed} tried too little");
        await history.Close($"seed {seed}");
    }

    /// <summary>What may be refused of a correction, by its own rules.</summary>
    private static IEnumerable<string> Corrections =>
        [CorrectVoucher.NothingChanged, PostedVoucher.AlreadyReversed, PostedVoucher.AlreadyWaiting, PostedVoucher.IsReversal, ConstraintRefusal.OneReversal,
            WrittenEntry.TransferByHand];

    private sealed class History(TestBody body, Random random)
    {
        private static readonly int[] Funds = [TestBody.General, TestBody.Community, TestBody.Children];
        private static readonly LocalDate Day = new(2026, 3, 20);
        private readonly List<long> _waiting = [];
        private readonly List<long> _posted = [];
        private readonly Dictionary<(string Account, int Fund), long> _tally = [];

        public int Posted => _posted.Count;

        private decimal Yuan => random.Next(1, 60000) / 100m;

        private int Fund => Funds[random.Next(Funds.Length)];

        public async Task Step()
        {
            switch (random.Next(17))
            {
                case 0 or 1 or 2:
                    int fund = Fund;
                    _waiting.Add(await Write("bank.01", "donation-income", fund, Yuan, fund == TestBody.Children
                        || random.Next(4) == 0 ? Restriction.Restricted : Restriction.Unrestricted, CashFlow.DonationsReceived));
                    break;
                case 3 or 4:
                    _waiting.Add(await Write("programme-cost", "bank.01", Fund, Yuan, Restricted(), CashFlow.PurchasesPaid));
                    break;
                case 5:
                    _waiting.Add(await Write("management-expense", "other-payables", Fund, Yuan / 4, Restricted(), null));
                    break;
                case 6:
                    _waiting.Add(await Write("other-payables", "bank.01", Fund, Yuan / 4, null, CashFlow.OtherPaid));
                    break;
                case 7:
                    _waiting.Add(await Transfer(Math.Round(Yuan / 3, 2)));
                    break;
                case 8 when _posted.Count > 0:
                    _waiting.Add(await body.Accountant.Run(new ReverseVoucher(TestBody.Key, Any(_posted), Day, "随机冲销")));
                    break;
                case 9 when _posted.Count > 0:
                    _waiting.Add(await Correct(Any(_posted)));
                    break;
                case 10 when _waiting.Count > 0:
                    long dropped = Any(_waiting);
                    _waiting.Remove(dropped);
                    await (random.Next(2) == 0 ? body.Reviewer.Run(new RejectVoucher(TestBody.Key, dropped, "重做"))
                        : body.Accountant.Run(new WithdrawVoucher(TestBody.Key, dropped)));
                    break;
                default:
                    await Review();
                    await Review();
                    break;
            }
        }

        public async Task Prove(string when)
        {
            CheckReport report = await body.FinanceOfficer.Ask(new CheckBooks());
            report.Checks.SelectMany(check => check.Faults).ShouldBeEmpty(when);
            await using FundDb db = body.Db();
            Dictionary<int, string> keys = await db.Accounts.ToDictionaryAsync(account => account.AccountId, account => account.Key);
            Dictionary<(string, int), long> live = (await db.Set<FundPosition>().Where(row => row.Net != 0).ToListAsync())
                .ToDictionary(row => (keys[row.AccountId], row.FundId), row => row.Net);
            live.OrderBy(row => row.Key).ShouldBe(_tally.Where(row => row.Value != 0).OrderBy(row => row.Key), when);
            TrialBalanceView trial = await body.FinanceOfficer.Ask(new TrialBalance(202601, 202603));
            trial.IsBalanced.ShouldBeTrue(when);
        }

        /// <summary>Closing carries exactly the result into net assets, restricted and not, and leaves each fund's sum as it was.</summary>
        public async Task Close(string when)
        {
            foreach (long waiting in _waiting.ToArray())
            {
                try
                {
                    await body.Accountant.Run(new WithdrawVoucher(TestBody.Key, waiting));
                }
                catch (RefusedException gone) when (gone.Refusal.Code == WaitingVoucher.AlreadyDecided)
                {
                    // It went with another of its bundle.
                }
            }

            body.Clock.Now = Instant.FromUtc(2026, 4, 2, 2, 0);
            Dictionary<(int, string), long> before = await Sums();
            await body.Close(202601, 202602, 202603);
            (await Sums()).OrderBy(row => row.Key).ShouldBe(before.OrderBy(row => row.Key), when);
            await using FundDb db = body.Db();
            Dictionary<int, AccountClass> classes = await db.Accounts.ToDictionaryAsync(account => account.AccountId, account => account.Class);
            (await db.Set<FundPosition>().ToListAsync()).Where(row => row.Net != 0
                && classes[row.AccountId] is AccountClass.Income or AccountClass.Expense).ShouldBeEmpty(when);
            (await body.FinanceOfficer.Ask(new CheckBooks())).Checks.SelectMany(check => check.Faults).ShouldBeEmpty(when);
        }

        /// <summary>Per fund and restriction: net assets with the result that is not yet in them.</summary>
        private async Task<Dictionary<(int, string), long>> Sums()
        {
            await using FundDb db = body.Db();
            var rows = await (from row in db.Balances
                              join account in db.Accounts on new { row.BookId, row.AccountId } equals new { account.BookId, account.AccountId }
                              where account.Class == AccountClass.Income || account.Class == AccountClass.Expense
                                  || account.Class == AccountClass.NetAssets
                              select row).ToListAsync();
            return rows.GroupBy(row => (row.FundId, row.Restriction)).ToDictionary(group => group.Key, group => group.Sum(row => row.Credit - row.Debit));
        }

        private Restriction? Restricted() => random.Next(3) == 0 ? Restriction.Restricted : Restriction.Unrestricted;

        private T Any<T>(List<T> list) => list[random.Next(list.Count)];

        private async Task Review()
        {
            if (_waiting.Count == 0)
            {
                return;
            }

            long voucher = Any(_waiting);
            await body.Review(voucher);
            _waiting.Remove(voucher);
            await using FundDb db = body.Db();
            Dictionary<int, string> keys = await db.Accounts.ToDictionaryAsync(account => account.AccountId, account => account.Key);
            Voucher asked = await db.Vouchers.SingleAsync(row => row.VoucherId == voucher);
            long first = asked.BundleId ?? asked.VoucherId;
            foreach (Voucher member in await db.Vouchers.Where(row => row.VoucherId == first || row.BundleId == first).ToListAsync())
            {
                foreach (VoucherLine line in await db.VoucherLines.Where(line => line.VoucherId == member.VoucherId).ToListAsync())
                {
                    var at = (keys[line.AccountId], line.FundId);
                    _tally[at] = _tally.GetValueOrDefault(at) + (line.Side == Side.Debit ? line.Units : -line.Units);
                }

                _posted.Add(member.VoucherId);
            }
        }

        private Task<long> Write(string debit, string credit, int fund, decimal yuan, Restriction? restriction, CashFlow? item)
        {
            Amount amount = Amount.Yuan(Math.Max(0.01m, Math.Round(yuan, 2)));
            return body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, random.Next(1, 20)), "随机",
            [
                Row(debit, Side.Debit), Row(credit, Side.Credit),
            ]));

            VoucherRow Row(string account, Side side) => new(account, fund, side, amount,
                account is "donation-income" or "programme-cost" or "management-expense" ? restriction : null,
                account == "bank.01" ? item?.Key : null);
        }

        private async Task<long> Transfer(decimal yuan)
        {
            long transfer = await body.SecondReviewer.Run(new ProposeTransfer(TestBody.Key, TestBody.General, TestBody.Community,
                Amount.Yuan(Math.Max(0.01m, yuan)), Restriction.Unrestricted, "调拨", ""));
            return (await body.Accountant.Run(new AgreeTransfer(TestBody.Key, transfer)))!.Value;
        }

        private async Task<long> Correct(long voucher)
        {
            VoucherView was = await body.Accountant.Ask(new VoucherPage(voucher));
            decimal factor = random.Next(2, 9) / 4m;
            IReadOnlyList<VoucherRow> rows =
            [
                .. was.Lines.Select(line => new VoucherRow(line.AccountKey, line.FundId, line.Side,
                    Amount.Fen((long)Math.Round(line.Amount.Units * factor)), line.Restriction, line.CashFlow, line.Movement,
                    Origin: line.LineNo)),
            ];
            return await body.Accountant.Run(new CorrectVoucher(TestBody.Key, voucher, Day, "随机更正", rows));
        }
    }
}
