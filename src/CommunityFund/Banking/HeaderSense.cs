using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>
/// Looks whether the cells bear out what names promise. A column of directions holds directions; a bank's serial does not count
/// the rows of this file; in a merchant's bill the card is the customer's.
/// </summary>
internal static class HeaderSense
{
    private static readonly string[] MerchantNames = ["商户编号", "商户号", "终端号", "终端编号"];
    private static readonly string[] OwnerNames =
        ["户名", "客户名称", "客户姓名", "姓名", "单位名称", "名称", "昵称", "用户昵称", "网友昵称", "商户名称", "公司名称"];

    public static void Check(StatementHeader header)
    {
        StatementRow[] rows = [.. header.Sample.Where(ColumnGuess.LooksLikeALine)];
        if (rows.Length == 0)
        {
            return;
        }

        BothWays(header, rows);
        Directions(header, rows);
        Amounts(header, rows);
        Gross(header, rows);
        Serials(header, rows);
        Merchant(header);
        Names(header, rows);
    }

    private static void BothWays(StatementHeader header, StatementRow[] rows)
    {
        for (int i = 0; i < header.Names.Count; i++)
        {
            string[] told = Told(rows, i);
            if (!header.Names[i].IsBothWays || !header.IsFree(i) || told.Length == 0)
            {
                continue;
            }

            if (!header.Has(Direction) && told.Any(cell => BankVocabulary.Directions.ContainsKey(cell)))
            {
                header.Add(Direction, i);
            }
            else if (!header.Has(EitherWay) && !header.HasBothWays && told.All(cell => StatementCell.Fen(cell) is not null))
            {
                header.Add(EitherWay, i);
            }
        }
    }

    private static void Directions(StatementHeader header, StatementRow[] rows)
    {
        foreach (int place in header.Places(Direction).Where(place => !BankVocabulary.Headers[Direction].Any(header.Names[place].Is)).ToArray())
        {
            if (!Told(rows, place).Any(StatementSigns.IsDirection))
            {
                header.Move(Direction, place, null);
            }
        }
    }

    // 存入金额 beside a column of amounts that is filled where it is not: that is the other side. An 入账金额 alone is any amount.
    private static void Amounts(StatementHeader header, StatementRow[] rows)
    {
        if (header.Has(MoneyIn) == header.Has(MoneyOut) || header.HasBothWays)
        {
            return;
        }

        (StatementColumn named, StatementColumn other) = header.Has(MoneyIn) ? (MoneyIn, MoneyOut) : (MoneyOut, MoneyIn);
        int place = header.Places(named)[0];
        if (header.Places(EitherWay) is [int amount, ..] && rows.Length > 1 && rows.All(row => IsMoved(row, place) != IsMoved(row, amount)))
        {
            header.Move(EitherWay, amount, other);
        }
        else if (header.Names[place].Bare is "入账金额" or "收款金额" or "存款")
        {
            header.Move(named, place, EitherWay);
            header.Prefer(EitherWay, place);
        }
    }

    // An amount less the fee is what was settled; the fee is a line of its own, so the amount before it is read.
    private static void Gross(StatementHeader header, StatementRow[] rows)
    {
        if (!header.Has(Fee) || header.Places(EitherWay) is not [int taken, ..] || rows.All(row => !IsMoved(row, header.Places(Fee)[0])))
        {
            return;
        }

        long Size(StatementRow row, int place) => Math.Abs(StatementCell.Fen(row.Cell(place)) ?? 0);
        for (int i = 0; i < header.Names.Count; i++)
        {
            if (i != taken && header.Names[i].IsMoney && (header.IsFree(i) || header.Places(EitherWay).Contains(i))
                && rows.All(row => Size(row, i) - Size(row, header.Places(Fee)[0]) == Size(row, taken)))
            {
                header.Prefer(EitherWay, i);
                return;
            }
        }
    }

    private static bool IsMoved(StatementRow row, int place) => (StatementCell.Fen(row.Cell(place)) ?? 0) != 0;

    private static void Serials(StatementHeader header, StatementRow[] rows)
    {
        foreach (int place in header.Places(Serial).ToArray())
        {
            string[] told = [.. rows.Select(row => StatementCell.Bare(row.Cell(place)))];
            if (Counts(told) || Counts([.. told.Reverse()]))
            {
                header.Move(Serial, place, Counter);
            }
        }
    }

    private static bool Counts(string[] told) =>
        told.Select((cell, i) => int.TryParse(cell, out int number) && number == i + 1).All(fits => fits);

    private static void Merchant(StatementHeader header)
    {
        if (!header.Names.Any(name => MerchantNames.Any(name.Is)))
        {
            return;
        }

        foreach (int place in header.Places(Account).Where(place => header.Names[place].Bare.EndsWith("卡号", StringComparison.Ordinal)).ToArray())
        {
            header.Move(Account, place, CounterpartyAccount);
        }

        // A merchant is owed by the day of the sale; the day of clearing is the platform's.
        foreach (int place in header.Places(BookedOn).Where(place => header.Names[place].Is("清算日期")).ToArray())
        {
            header.Move(BookedOn, place, null);
        }

        foreach (int place in header.Places(CounterpartyName).Where(place => header.Names[place].Is("商户名称")).ToArray())
        {
            header.Move(CounterpartyName, place, null);
        }
    }

    // A name of our own stands on every line, another's changes.
    private static void Names(StatementHeader header, StatementRow[] rows)
    {
        if (header.Has(CounterpartyName) || header.Has(PayerName) || header.Has(PayeeName))
        {
            return;
        }

        for (int i = 0; i < header.Names.Count; i++)
        {
            if (header.IsFree(i) && OwnerNames.Any(header.Names[i].Is) && rows.Select(row => row.Cell(i)).Distinct().Skip(1).Any())
            {
                header.Add(CounterpartyName, i);
                return;
            }
        }
    }

    private static string[] Told(StatementRow[] rows, int place) =>
        [.. rows.Select(row => row.Cell(place)).Where(cell => !StatementCell.SaysNothing(cell))];
}
