using CommunityFund.Ledger;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>
/// Which way an amount goes. Columns and words say so; where banks differ in what a sign or a flag means, the balances decide;
/// where nothing decides, what was assumed is said.
/// </summary>
internal sealed class StatementSigns
{
    private readonly StatementHeader header;
    private readonly bool outIsNegative, isSignedAlready, isOpposite;
    private readonly string? ownAccount;

    private StatementSigns(StatementHeader header, SignRule rule, StatementRow[] rows)
    {
        this.header = header;
        isOpposite = rule == SignRule.Opposite;
        IsByBalance = rule == SignRule.ByBalance;
        if (rule != SignRule.Auto || rows.Length == 0)
        {
            return;
        }

        long?[] balances = [.. rows.Select(row => StatementCell.Fen(header.Cell(row, Balance)))];
        if (header.HasBothWays)
        {
            outIsNegative = header.Has(MoneyOut) && OutIsNegative(rows, balances);
            Doubt = header.IsOneWay ? header.Has(MoneyIn) ? "bank.in-alone" : "bank.out-alone" : null;
        }
        else if (header.Has(Direction))
        {
            isSignedAlready = IsSignedAlready(rows, balances);
        }
        else if (header.Has(EitherWay))
        {
            long?[] amounts = [.. rows.Select(row => Plain(header, row))];
            bool oneSign = amounts.All(amount => amount is null or >= 0) && amounts.Count(amount => amount > 0) > 1;
            isOpposite = !Follow(amounts, balances) && Follow([.. amounts.Select(amount => -amount)], balances);
            IsByBalance = oneSign && !isOpposite && !Follow(amounts, balances) && FollowUnsigned(amounts, balances);
            ownAccount = oneSign && !IsByBalance && !isOpposite ? OwnAccount(rows) : null;
            Doubt = isOpposite ? "bank.signs-opposite" : IsByBalance ? "bank.signs-by-balance"
                : oneSign && ownAccount is null && !Follow(amounts, balances) ? "bank.signs-all-in" : null;
        }
    }

    /// <summary>The signs are set afterwards, from one balance to the next.</summary>
    public bool IsByBalance { get; }

    /// <summary>What a person should know, as a warning's code; null if the file itself was plain.</summary>
    public string? Doubt { get; }

    public static StatementSigns Of(StatementHeader header, SignRule rule) =>
        new(header, rule, [.. header.Sample.Where(ColumnGuess.LooksLikeALine)]);

    /// <summary>The amount as written: in less out, or the one with its sign; null if the row has none.</summary>
    public static long? Plain(StatementHeader header, StatementRow row) => header.HasBothWays
        ? (StatementCell.Fen(header.Cell(row, MoneyIn)) ?? 0) - (StatementCell.Fen(header.Cell(row, MoneyOut)) ?? 0)
        : StatementCell.Fen(header.Cell(row, EitherWay));

    /// <summary>Whether nine in ten balances are the one before plus the amount, downwards or upwards.</summary>
    public static bool Follow(long?[] amounts, long?[] balances) => Following(amounts, balances, (by, amount) => by == amount);

    /// <summary>The same, if amounts are written without a sign.</summary>
    public static bool FollowUnsigned(long?[] amounts, long?[] balances) =>
        Following(amounts, balances, (by, amount) => Int128.Abs(by) == Math.Abs(amount));

    /// <exception cref="RefusedException">bank.both-ways or bank.bad-direction.</exception>
    /// <returns>Null if a word says that the money went neither in nor out.</returns>
    public (Amount? Amount, bool IsRed) Of(StatementRow row, Amount? moneyIn, Amount? moneyOut, Amount? either)
    {
        Amount zero = Amount.Fen(0);
        if (header.HasBothWays)
        {
            if (moneyIn is { IsZero: false } && moneyOut is { IsZero: false })
            {
                throw new RefusedException(StatementRefusal.BothWays, ("line", row.LineNo), ("in", moneyIn), ("out", moneyOut));
            }

            Amount paid = moneyOut ?? zero;
            Amount all = (moneyIn ?? zero) - (outIsNegative && paid.IsNegative ? -paid : paid);
            return (isOpposite ? -all : all, moneyIn is { IsNegative: true } || (!outIsNegative && paid.IsNegative));
        }

        Amount amount = either ?? zero;
        if (header.Has(Direction))
        {
            bool? isIn = DirectionOf(row);
            Amount? directed = isIn is null ? null : isSignedAlready || isIn == true ? amount : -amount;
            return (isOpposite && directed is not null ? -directed : directed,
                !isSignedAlready && amount.IsNegative && isIn is not null);
        }

        bool paidByUs = ownAccount is not null && header.Cell(row, PayerAccount) == ownAccount;
        return (isOpposite != paidByUs ? -amount : amount, false);
    }

    private bool? DirectionOf(StatementRow row)
    {
        string word = header.Cell(row, Direction);
        int bracket = word.IndexOfAny(['(', '（', '[', '-', ' ']);
        if (BankVocabulary.Directions.TryGetValue(word, out bool? isIn)
            || (bracket > 0 && BankVocabulary.Directions.TryGetValue(word[..bracket], out isIn)))
        {
            return isIn;
        }

        throw new RefusedException(StatementRefusal.BadDirection, ("line", row.LineNo),
            ("typed", StatementCell.Shorten(word, 60)));
    }

    // 支出金额（-元） says so itself; else one negative number there is a reversal, and several are a habit.
    private bool OutIsNegative(StatementRow[] rows, long?[] balances)
    {
        long[] outs = [.. rows.Select(row => StatementCell.Fen(header.Cell(row, MoneyOut)) ?? 0).Where(fen => fen != 0)];
        if (outs.Length == 0 || outs.Any(fen => fen > 0))
        {
            return header.Found[MoneyOut].Contains("-元", StringComparison.Ordinal);
        }

        long?[] asWritten = [.. rows.Select(row => Plain(header, row))];
        long?[] turned = [.. rows.Select(row => (long?)((StatementCell.Fen(header.Cell(row, MoneyIn)) ?? 0)
            + (StatementCell.Fen(header.Cell(row, MoneyOut)) ?? 0)))];
        return header.Found[MoneyOut].Contains("-元", StringComparison.Ordinal)
            || Follow(turned, balances) || (outs.Length > 1 && !Follow(asWritten, balances));
    }

    private bool IsSignedAlready(StatementRow[] rows, long?[] balances)
    {
        (bool? IsIn, long? Fen)[] told = [.. rows.Select(row => (
            BankVocabulary.Directions.GetValueOrDefault(header.Cell(row, Direction)), StatementCell.Fen(header.Cell(row, EitherWay))))];
        bool agrees = told.All(each => each.IsIn is null || each.Fen is null or 0 || each.Fen > 0 == each.IsIn)
            && told.Any(each => each is { IsIn: false, Fen: < 0 });
        long?[] flagged = [.. told.Select(each => each.IsIn == false ? -each.Fen : each.Fen)];
        return agrees && !Follow(flagged, balances)
            && (told.Count(each => each is { IsIn: false, Fen: < 0 }) > 1 || Follow([.. told.Select(each => each.Fen)], balances));
    }

    /// <summary>Our own account is the one that stands on every line, on the one side or the other.</summary>
    private string? OwnAccount(StatementRow[] rows) => header.Has(PayerAccount) && header.Has(PayeeAccount)
        ? new[] { header.Cell(rows[0], PayerAccount), header.Cell(rows[0], PayeeAccount) }.FirstOrDefault(account =>
            account.Length > 0 && rows.All(row =>
                header.Cell(row, PayerAccount) == account != (header.Cell(row, PayeeAccount) == account)))
        : null;

    private static bool Following(long?[] amounts, long?[] balances, Func<Int128, long, bool> fits)
    {
        int steps = 0, down = 0, up = 0;
        for (int i = 1; i < amounts.Length; i++)
        {
            if (balances[i - 1] is not { } above || balances[i] is not { } below
                || amounts[i - 1] is not { } upper || amounts[i] is not { } lower)
            {
                continue;
            }

            steps++;
            down += fits((Int128)below - above, lower) ? 1 : 0;
            up += fits((Int128)above - below, upper) ? 1 : 0;
        }

        return steps >= 2 && Math.Max(down, up) * 10 >= steps * 9;
    }
}
