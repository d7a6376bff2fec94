using System.Text;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Funds;
using CommunityFund.Funds.Fees;
using CommunityFund.Funds.Purposes;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Stock;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Lots;

/// <summary>A random history of all that moves lots, by the program's own commands and the two people each takes. What is refused for want
/// of money, lots or goods is left undone.</summary>
/// <param name="inOrder">Days go forward, and every thing is written on its day; else days of March come as they like.</param>
internal sealed class LotHistory(TestBody body, int year, int seed, bool inOrder)
{
    /// <summary>Gifts and spending come oftener than what undoes them.</summary>
    private static readonly string[] Deck =
    [
        "gift", "gift", "gift", "gift", "expense", "expense", "expense", "expense", "goods", "goods", "issue", "issue", "returned", "refund",
        "refund", "purpose", "fee", "transfer", "reverse", "reverse", "correct", "correct",
    ];

    private static readonly string[] MayRefuse =
    [
        ConstraintRefusal.HoldAboveAvailable, ConstraintRefusal.LotsNotEnough, ConstraintRefusal.LotAlreadyUsed, ConstraintRefusal.LotWaitedFor,
        ConstraintRefusal.LotNamedBeyondLeft, ConstraintRefusal.OwnCashFloor, ConstraintRefusal.OneReversal, "expense.", "stock.",
        "database.stock-not-enough", "gift-refund.", "database.gift-refund", "purpose.", "database.purpose-", "fee.", "database.fee-", "transfer.",
        "correction.", "refund.", "database.refund-", "database.reversal-of-refunded", RegisterUndone.RecordAnew,
    ];

    private readonly Random _random = new(seed);
    private readonly List<long> _posted = [], _plain = [], _expenses = [];
    private readonly HashSet<long> _undone = [];
    private LocalDate _today = inOrder ? new LocalDate(year, 2, 2) : new LocalDate(year, 3, 20);

    /// <summary>What was really done.</summary>
    public HashSet<string> Happened { get; } = [];

    /// <summary>What it tries. What a payee sends back goes to what its fund used last, be it spent or handed on, so traces over funds tell only
    /// the sum of it; histories whose traces are followed fund by fund have none.</summary>
    public IEnumerable<string> Kinds => Deck.Where(kind => !inOrder || kind != "returned").Distinct();

    private LocalDate Day => inOrder ? _today : new LocalDate(year, 3, _random.Next(1, 20));

    public async Task Play(int steps)
    {
        SetClock();
        long rule = await body.Accountant.Run(new ProposeFee(TestBody.Key, TestBody.Children, 500, "", new LocalDate(year, 1, 1), "设立协议第六条"));
        await body.Reviewer.Run(new ConfirmFee(TestBody.Key, rule));
        Stack<string> deck = [];
        for (int step = 0; step < steps; step++)
        {
            if (deck.Count == 0)
            {
                string[] kinds = [.. Deck.Where(Kinds.Contains)];
                _random.Shuffle(kinds);
                deck = new Stack<string>(kinds);
            }

            string what = deck.Pop();
            try
            {
                if (await Do(what))
                {
                    Happened.Add(what);
                }
            }
            catch (RefusedException refused)
            {
                MayRefuse.ShouldContain(
                    code => refused.Refusal.Code.StartsWith(code, StringComparison.Ordinal), $"{year}, seed {seed}, {what}: {refused.Refusal.Code}");
            }

            if (inOrder && _random.Next(3) == 0)
            {
                _today = _today.PlusDays(1);
                SetClock();
            }
        }
    }

    private Task<bool> Do(string what) => what switch
    {
        "gift" => Gift(),
        "expense" => Expense(),
        "goods" => Goods(),
        "issue" => Issue(),
        "returned" => Returned(),
        "refund" => Refund(),
        "purpose" => Purpose(),
        "fee" => Fee(),
        "transfer" => Transfer(),
        "reverse" => Reverse(),
        _ => Correct(),
    };

    private async Task<bool> Gift()
    {
        (int fund, Restriction restriction) = Where();
        return Plain(await body.Gift(fund, Yuan(40000), restriction, Day));
    }

    private async Task<bool> Expense()
    {
        (int fund, Restriction restriction) = Where();
        long voucher = await Post(new RecordExpense(
            TestBody.Key, fund, Account.Keys.ProgrammeCost, Amount.Yuan(Yuan(25000)), Day, TestBody.Bank, restriction, CashFlow.PurchasesPaid.Key,
            "", PersonKind.Person, "活动物资", null));
        _expenses.Add(voucher);
        return Plain(voucher);
    }

    private async Task<bool> Goods() =>
        Posted((await body.Given(TestBody.Children, _random.Next(1, 9), Yuan(20000), on: Day)).Voucher!.Value);

    private async Task<bool> Issue() =>
        (await body.Accountant.Run(StockNotation.Issue(TestBody.Children, 1, _random.Next(1, 7), on: Day))).Voucher is { } voucher
        && Posted(await Review(voucher));

    /// <summary>A payee sends back part of what was spent: the bank's line says so.</summary>
    private async Task<bool> Returned()
    {
        if (Some(_expenses) is not { } spent)
        {
            return false;
        }

        await using FundDb db = body.Db();
        long entry = (await db.Vouchers.SingleAsync(row => row.VoucherId == spent)).EntryNo!.Value;
        HashSet<long> before = [.. (await body.Lines()).Select(line => line.BankLineId)];
        await body.Import(Encoding.UTF8.GetBytes(
            $"账号：{BankNotation.Number}\n{StatementNotation.Header}\n{_today:uuuu-MM-dd},{Yuan(5000)},,,某单位,退款 {before.Count}"));
        long line = (await body.Lines()).Single(row => !before.Contains(row.BankLineId)).BankLineId;
        return Posted(await Post(new RecordRefund(TestBody.Key, new BankRest([line]), entry, 1, RefundCause.Outside, "退回多付款")));
    }

    private async Task<bool> Refund()
    {
        (int fund, Restriction restriction) = Where();
        if (await Lot(fund, restriction) is not { } lot)
        {
            return false;
        }

        return Posted(await Post(new RefundGift(
            TestBody.Key, lot.LotId, Part(lot), _random.Next(2) == 0 ? GiftRefundCause.Outside : GiftRefundCause.Own, _today, "协议第八条",
            [await body.Paper()])));
    }

    private async Task<bool> Purpose()
    {
        if (await Lot(TestBody.Children, Restriction.Restricted) is not { } lot)
        {
            return false;
        }

        long change = await body.Accountant.Run(new OpenPurposeChange(TestBody.Key, TestBody.Children, "活动停办", PurposeBasis.Consent, "", null,
            [lot.LotId], [new NewWords(ClauseKind.Purpose, $"改用于第 {_random.Next(100)} 期活动")]));
        ConsentAnswer answer = _random.Next(2) == 0 ? ConsentAnswer.Yes : ConsentAnswer.Part;
        await body.Accountant.Run(new NoteConsent(TestBody.Key, change, lot.LotId, answer, answer == ConsentAnswer.Part ? Part(lot) : null, _today,
            ConsentWay.Letter, "同意书"));
        await body.Reviewer.Run(new AgreePurposeChange(TestBody.Key, change));
        return Posted(await Post(new PreparePurposeChange(TestBody.Key, change)));
    }

    private async Task<bool> Fee()
    {
        SimulatedFee[] due = [.. (await body.Accountant.Ask(new FeePage(TestBody.Children))).Gifts
            .Where(gift => gift.Standing == FeeStanding.Due).Take(2)];
        if (due.Length == 0)
        {
            return false;
        }

        foreach (long voucher in await body.Accountant.Run(new ChargeFee(TestBody.Key, TestBody.Children, [.. due.Select(gift => gift.Lot)],
            due.Aggregate(Amount.Fen(0), (sum, gift) => sum + gift.Fee))))
        {
            Posted(await Review(voucher));
        }

        return true;
    }

    private async Task<bool> Transfer()
    {
        long has = (await body.Numbers(TestBody.Community)).Available.Units;
        if (has < 2)
        {
            return false;
        }

        long transfer = await body.Accountant.Run(new ProposeTransfer(TestBody.Key, TestBody.Community, TestBody.General,
            Amount.Fen(1 + _random.NextInt64(has / 2)), Restriction.Unrestricted, "统筹使用", ""));
        await body.Reviewer.Run(new AgreeTransfer(TestBody.Key, transfer));
        return Posted(await Post(new PrepareTransfer(TestBody.Key, transfer)));
    }

    private async Task<bool> Reverse()
    {
        if (Some(_posted) is not { } wrong)
        {
            return false;
        }

        await Review(await body.Reverse(wrong, _today));
        return _undone.Add(wrong);
    }

    /// <summary>A gift or an expense was of another amount.</summary>
    private async Task<bool> Correct()
    {
        if (Some(_plain) is not { } wrong)
        {
            return false;
        }

        Amount other = Amount.Yuan(Yuan(30000));
        long right = await Review(await body.Correct(
            wrong, [.. (await body.RowsOf(wrong)).Select(row => row with { Amount = other })], _today));
        _undone.Add(wrong);
        return Plain(right);
    }

    private (int Fund, Restriction Restriction) Where()
    {
        int fund = _random.Next(4) switch { 0 => TestBody.General, 1 => TestBody.Community, _ => TestBody.Children };
        return (fund, fund == TestBody.Children && _random.Next(4) > 0 ? Restriction.Restricted : Restriction.Unrestricted);
    }

    private decimal Yuan(int most) => _random.Next(1, most) / 100m;

    /// <summary>Some of what is left of it.</summary>
    private Amount Part(GiftLot lot) => Amount.Fen(1 + _random.NextInt64(lot.Units - lot.Used));

    private async Task<GiftLot?> Lot(int fund, Restriction restriction)
    {
        await using FundDb db = body.Db();
        GiftLot[] lots = [.. await db.Set<GiftLot>().AsNoTracking()
            .Where(lot => lot.FundId == fund && lot.Restriction == restriction && !lot.InGoods && lot.Used < lot.Units)
            .OrderBy(lot => lot.LotId).ToListAsync()];
        return lots.Length == 0 ? null : lots[_random.Next(lots.Length)];
    }

    private long? Some(List<long> vouchers)
    {
        long[] standing = [.. vouchers.Where(voucher => !_undone.Contains(voucher))];
        return standing.Length == 0 ? null : standing[_random.Next(standing.Length)];
    }

    private bool Plain(long voucher)
    {
        _plain.Add(voucher);
        return Posted(voucher);
    }

    private bool Posted(long voucher)
    {
        _posted.Add(voucher);
        return true;
    }

    private async Task<long> Post(Command<long> command) => await Review(await body.Accountant.Run(command));

    /// <summary>What its reviewer may not post is sent back, so that it waits on nothing.</summary>
    private async Task<long> Review(long voucher)
    {
        try
        {
            await body.Review(voucher);
            return voucher;
        }
        catch (RefusedException)
        {
            await body.Reviewer.Run(new RejectVoucher(TestBody.Key, voucher, "钱不够"));
            throw;
        }
    }

    private void SetClock() => body.Clock.Now = Instant.FromUtc(_today.Year, _today.Month, _today.Day, 2, 0);
}
