using System.Text.RegularExpressions;
using CommunityFund.Ledger;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>
/// Which way an amount goes. Columns and words say so; where banks differ in what a sign or a flag means, the balances decide;
/// where nothing decides, what was assumed is said.
/// </summary>
internal sealed partial class StatementSigns
{
    private readonly StatementHeader header;
    private readonly bool outIsNegative, isSignedAlready, isOpposite, takesBack;
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
            (outIsNegative, bool isAssumed) = header.Has(MoneyOut) ? OutIsNegative(rows, balances) : default;
            long?[] written = [.. rows.Select(row => Plain(header, row))];
            isOpposite = !outIsNegative && !Follow(written, balances) && Follow([.. written.Select(amount => -amount)], balances);
            Doubt = isOpposite ? "bank.signs-opposite" : header.IsOneWay ? header.Has(MoneyIn) ? "bank.in-alone" : "bank.out-alone"
                : isAssumed ? "bank.out-negative" : null;
        }
        else if (header.Has(Direction))
        {
            (isSignedAlready, bool isAssumed) = IsSignedAlready(rows, balances);
            Doubt = isAssumed ? "bank.out-negative" : null;
        }
        else if (header.Has(EitherWay) && !header.Has(Sale) && !header.Has(Repaid))
        {
            long?[] amounts = [.. rows.Select(row => Plain(header, row))];
            long?[] negated = [.. amounts.Select(amount => -amount)];
            bool oneSign = amounts.All(amount => amount is null or >= 0) && amounts.Any(amount => amount > 0)
                && !rows.Any(row => header.Cell(row, EitherWay).StartsWith('+'));
            bool isCard = IsCard(rows, amounts), isTurned = FollowAll(negated, balances) && !FollowAll(amounts, balances);
            isOpposite = isCard || (!Follow(amounts, balances) && Follow(negated, balances)) || (isTurned && !oneSign);
            IsByBalance = oneSign && !isOpposite && !Follow(amounts, balances) && (FollowUnsigned(amounts, balances) || isTurned);
            ownAccount = oneSign && !IsByBalance && !isOpposite ? OwnAccount(rows) : null;
            takesBack = oneSign && !IsByBalance && !isOpposite && header.Has(Fee);
            Doubt = isCard ? "bank.signs-card" : isOpposite ? "bank.signs-opposite" : IsByBalance ? "bank.signs-by-balance"
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

    /// <summary>The same of every balance there is, if there are two at all.</summary>
    public static bool FollowAll(long?[] amounts, long?[] balances) =>
        Following(amounts, balances, (by, amount) => by == amount, least: 1, ofTen: 10);

    /// <summary>Whether the balances bear out the one reading and not the other.</summary>
    public static bool Proves(long?[] one, long?[] other, long?[] balances) =>
        (FollowAll(one, balances) && !FollowAll(other, balances)) || (Follow(one, balances) && !Follow(other, balances));

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

        bool paidByUs = ownAccount is not null ? header.Cell(row, PayerAccount) == ownAccount : takesBack && TakesBack(row);
        return (isOpposite != paidByUs ? -amount : amount, false);
    }

    private bool? DirectionOf(StatementRow row)
    {
        string word = header.Cell(row, Direction);
        if (TryDirection(word, out bool? isIn))
        {
            return isIn;
        }

        // Where the column is silent a wallet's state may say 已收入, or 资金转移.
        return word.Length == 0 && header.Cells(row, Status).FirstOrDefault(BankVocabulary.Directions.ContainsKey) is { } state
            ? BankVocabulary.Directions[state] : throw new RefusedException(StatementRefusal.BadDirection, ("line", row.LineNo),
            ("typed", StatementCell.Shorten(word, 60)));
    }

    /// <summary>Whether a cell says which way; words in one cell, 贷方/收入 or 借 Dr, must agree.</summary>
    public static bool IsDirection(string cell) => TryDirection(cell, out _);

    private static bool TryDirection(string cell, out bool? isIn)
    {
        if (BankVocabulary.Directions.TryGetValue(cell, out isIn))
        {
            return true;
        }

        int bracket = cell.IndexOfAny(['(', '（', '[', '-', ' ']);
        if (bracket > 0 && BankVocabulary.Directions.TryGetValue(cell[..bracket], out isIn))
        {
            return true;
        }

        string[] parts = [.. cell.Length > 20 ? [] : Words().Matches(cell).Select(match => match.Value)];
        bool?[] told = [.. parts.Where(BankVocabulary.Directions.ContainsKey).Select(part => BankVocabulary.Directions[part]).Distinct()];
        isIn = told is [{ } one] ? one : null;
        return told is [not null];
    }

    /// <summary>A card's bill writes what was spent as positive, and what was paid back as negative.</summary>
    private bool IsCard(StatementRow[] rows, long?[] amounts)
    {
        (bool IsRepaid, long? Fen)[] told = [.. rows.Select((row, i) =>
            (header.Cells(row, Summary).Any(cell => cell.Contains("还款", StringComparison.Ordinal)), amounts[i]))];
        return !header.Has(Balance) && told.Any(each => each is { IsRepaid: true, Fen: < 0 })
            && told.Any(each => each is { IsRepaid: false, Fen: > 0 }) && !told.Any(each => each is { IsRepaid: true, Fen: > 0 });
    }

    private bool TakesBack(StatementRow row) => header.Cells(row, Summary).Any(cell =>
        BankVocabulary.TakenBack.Any(word => cell.Contains(word, StringComparison.Ordinal)));

    // 支出金额（-元） says so itself; else a negative number among others is a reversal, and where all are so, it is a habit.
    private (bool Yes, bool IsAssumed) OutIsNegative(StatementRow[] rows, long?[] balances)
    {
        long[] outs = [.. rows.Select(row => StatementCell.Fen(header.Cell(row, MoneyOut)) ?? 0).Where(fen => fen != 0)];
        bool saysSo = header.Found[MoneyOut].Contains("-元", StringComparison.Ordinal);
        if (saysSo || outs.Length == 0 || outs.Any(fen => fen > 0))
        {
            return (saysSo, false);
        }

        long?[] asWritten = [.. rows.Select(row => Plain(header, row))];
        long?[] turned = [.. rows.Select(row => (long?)((StatementCell.Fen(header.Cell(row, MoneyIn)) ?? 0)
            + (StatementCell.Fen(header.Cell(row, MoneyOut)) ?? 0)))];
        bool isReversal = Proves(asWritten, turned, balances);
        return (!isReversal, !isReversal && outs.Length == 1 && !Proves(turned, asWritten, balances));
    }

    private (bool Yes, bool IsAssumed) IsSignedAlready(StatementRow[] rows, long?[] balances)
    {
        (bool? IsIn, long? Fen)[] told = [.. rows.Select(row => (
            TryDirection(header.Cell(row, Direction), out bool? isIn) ? isIn : null, StatementCell.Fen(header.Cell(row, EitherWay))))];
        bool agrees = told.All(each => each.IsIn is null || each.Fen is null or 0 || each.Fen > 0 == each.IsIn)
            && told.Any(each => each is { IsIn: false, Fen: < 0 });
        long?[] flagged = [.. told.Select(each => each.IsIn == false ? -each.Fen : each.Fen)];
        long?[] plain = [.. told.Select(each => each.Fen)];
        bool isReversal = Proves(flagged, plain, balances);
        return (agrees && !isReversal, agrees && !isReversal && !Proves(plain, flagged, balances)
            && told.Count(each => each is { IsIn: false, Fen: < 0 }) == 1);
    }

    /// <summary>Our own account is the one that stands on every line, on the one side or the other.</summary>
    private string? OwnAccount(StatementRow[] rows) => header.Has(PayerAccount) && header.Has(PayeeAccount)
        ? new[] { header.Cell(rows[0], PayerAccount), header.Cell(rows[0], PayeeAccount) }.FirstOrDefault(account =>
            account.Length > 0 && rows.All(row =>
                header.Cell(row, PayerAccount) == account != (header.Cell(row, PayeeAccount) == account)))
        : null;

    private static bool Following(
        long?[] amounts, long?[] balances, Func<Int128, long, bool> fits, int least = 2, int ofTen = 9)
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

        return steps >= least && Math.Max(down, up) * 10 >= steps * ofTen;
    }

    [GeneratedRegex("[A-Za-z]+|[\\u4E00-\\u9FFF]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex Words();
}
