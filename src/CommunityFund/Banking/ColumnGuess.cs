using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>
/// What columns mean by what stands in them, where their names say nothing to us: a column of dates is the day; an amount is a
/// column of money that the balances follow; a column of 借 and 贷 is the direction. What is found so is said, for a person to
/// look at.
/// </summary>
internal sealed class ColumnGuess
{
    private const int MostRows = 200;

    private readonly StatementHeader header;
    private readonly StatementRow[] rows;
    private readonly int width;

    private ColumnGuess(StatementHeader header)
    {
        this.header = header;
        rows = [.. header.Sample.Where(LooksLikeALine).Take(MostRows)];
        width = rows.Length == 0 ? 0 : Math.Min(StatementSheet.MostColumns, rows.Max(row => row.Cells.Length));
    }

    /// <summary>A row with a day in one cell and money in another.</summary>
    public static bool LooksLikeALine(StatementRow row)
    {
        if (row.Cells.Length > StatementSheet.MostColumns)
        {
            return false;
        }

        int day = Array.FindIndex(row.Cells, IsDay);
        return day >= 0 && row.Cells.Where((cell, i) => i != day && StatementCell.Fen(cell) is not null).Any();
    }

    /// <summary>Finds a day and an amount, and what <see cref="Fill"/> finds.</summary>
    /// <returns>Whether lines can be made of the rows now.</returns>
    public static bool Complete(StatementHeader header)
    {
        ColumnGuess guess = new(header);
        if (guess.rows.Length == 0)
        {
            return false;
        }

        if (!header.Has(BookedOn) && !header.Has(BookedAt) && !header.Has(HappenedOn) && !header.Has(HappenedAt)
            && guess.FreePlaces().FirstOrDefault(place => guess.Most(place, IsDay), -1) is >= 0 and int day)
        {
            header.Guess(HappenedOn, day);
        }

        if (!header.IsComplete)
        {
            guess.FindAmounts();
        }

        guess.FillIn();
        return header.IsComplete;
    }

    /// <summary>Finds direction and balance where they have no name we know, and words where no column with a name has any.</summary>
    public static void Fill(StatementHeader header) => new ColumnGuess(header).FillIn();

    private static bool IsDay(string cell) =>
        cell.Length is >= 6 and <= 30 && StatementCell.ReadMoment(cell, DateRule.Any)?.Date is not null
        || StatementCell.Unordered(cell) is ( <= 31, <= 31);

    private void FillIn()
    {
        if (rows.Length == 0)
        {
            return;
        }

        if (header.Has(EitherWay) && !header.HasBothWays && !header.Has(Direction)
            && Enumerable.Range(0, width).FirstOrDefault(IsDirection, -1) is >= 0 and int direction)
        {
            header.Guess(Direction, direction);
        }

        if (!header.Has(Balance) && header.IsComplete && !header.Has(Sale) && !header.Has(Repaid))
        {
            long?[] amounts = [.. rows.Select(row => StatementSigns.Plain(header, row))];
            foreach (int place in MoneyPlaces().Where(place => amounts.Any(amount => amount is not null and not 0) && Fits(amounts, place)))
            {
                header.Guess(Balance, place);
                break;
            }
        }

        if (!header.Has(Summary) && !header.Has(Remark) && !header.Has(CounterpartyName))
        {
            int[] words = [.. FreePlaces().Where(IsWords).Take(2)];
            foreach ((StatementColumn column, int place) in new[] { Summary, Remark }.Zip(words))
            {
                header.Guess(column, place);
            }
        }
    }

    private void FindAmounts()
    {
        int[] money = [.. MoneyPlaces()];
        if (header.Has(MoneyIn) != header.Has(MoneyOut))
        {
            StatementColumn named = header.Has(MoneyIn) ? MoneyIn : MoneyOut, other = named == MoneyIn ? MoneyOut : MoneyIn;
            if (money.FirstOrDefault(place => Exclusive(header.Places(named)[0], place), -1) is >= 0 and int beside)
            {
                header.Guess(other, beside);
            }
            else
            {
                header.TellsOneWay();
            }

            return;
        }

        int[] balances = header.Has(Balance) ? [header.Places(Balance)[0]] : [.. money.Reverse().Where(IsDense)];
        foreach (int balance in balances)
        {
            int[] left = [.. money.Where(place => place != balance)];
            foreach (int amount in left)
            {
                long?[] values = Values(amount), balanced = Values(balance);
                if (StatementSigns.Follow(values, balanced) || StatementSigns.Follow(Negated(values), balanced)
                    || (IsDense(amount) && StatementSigns.FollowUnsigned(values, balanced)))
                {
                    Take((EitherWay, amount), (Balance, balance));
                    return;
                }
            }

            foreach (int moneyIn in left)
            {
                foreach (int moneyOut in left.Where(place => place != moneyIn && Exclusive(moneyIn, place)))
                {
                    if (Fits([.. Values(moneyIn).Zip(Values(moneyOut), (a, b) => (a ?? 0) - Math.Abs(b ?? 0)).Select(x => (long?)x)], balance))
                    {
                        Take((MoneyIn, moneyIn), (MoneyOut, moneyOut), (Balance, balance));
                        return;
                    }
                }
            }
        }

        int[] single = [.. money.Where(place => !header.Has(Balance) || place != header.Places(Balance)[0])];
        if (single.Length == 1)
        {
            Take((EitherWay, single[0]));
        }
    }

    private void Take(params (StatementColumn Column, int Place)[] found)
    {
        foreach ((StatementColumn column, int place) in found.Where(each => !header.Has(each.Column)))
        {
            header.Guess(column, place);
        }
    }

    private static long?[] Negated(long?[] values) => [.. values.Select(value => -value)];

    private bool Fits(long?[] amounts, int balance) => StatementSigns.Follow(amounts, Values(balance));

    private long?[] Values(int place) => [.. rows.Select(row => StatementCell.Fen(row.Cell(place)))];

    private IEnumerable<int> FreePlaces() => Enumerable.Range(0, width).Where(header.IsFree);

    /// <summary>Columns of money: numbers, one of them written as money is, and no count of the lines.</summary>
    private IEnumerable<int> MoneyPlaces() => FreePlaces().Where(place =>
    {
        string[] cells = [.. rows.Select(row => row.Cell(place)).Where(cell => !StatementCell.SaysNothing(cell))];
        return cells.Length > 0 && cells.All(cell => StatementCell.Fen(cell) is not null)
            && !cells.All(IsDay) && cells.Any(cell => cell.AsSpan().IndexOfAny(".,¥￥-") >= 0);
    });

    private bool IsDense(int place) => Most(place, cell => StatementCell.Fen(cell) is not null);

    // 贷 on every line, in red or black, is the side of the balance.
    private bool IsDirection(int place) =>
        rows.All(row => row.Cell(place) is { Length: > 0 } cell && BankVocabulary.Directions.ContainsKey(cell))
        && rows.Any(row => BankVocabulary.Directions[row.Cell(place)] is not null)
        && !(rows.All(row => row.Cell(place) == rows[0].Cell(place))
            && rows.Any(row => StatementSigns.Plain(header, row) < 0) && rows.Any(row => StatementSigns.Plain(header, row) > 0));

    private bool IsWords(int place) => rows.Any(row => row.Cell(place).Length > 0)
        && !rows.Any(row => row.Cell(place) is { Length: > 0 } cell && (IsDay(cell) || StatementCell.Fen(cell) is not null));

    /// <summary>In no row both say something, and in each one does.</summary>
    private bool Exclusive(int one, int other) => rows.All(row =>
        (StatementCell.Fen(row.Cell(one)) ?? 0) != 0 != ((StatementCell.Fen(row.Cell(other)) ?? 0) != 0));

    private bool Most(int place, Func<string, bool> fits) => rows.Count(row => fits(row.Cell(place))) * 10 >= rows.Length * 9;
}
