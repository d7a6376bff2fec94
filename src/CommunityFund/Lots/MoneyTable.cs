using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Lots;

/// <summary>How a column of amounts adds up.</summary>
public enum MoneyColumnKind
{
    /// <summary>A part: the rows add up to a total.</summary>
    Part,

    /// <summary>The sum of the parts before it in the same row.</summary>
    Sum,

    /// <summary>What stands on a day: it has no total.</summary>
    Standing,
}

/// <summary>A column of amounts.</summary>
public sealed record MoneyColumn(string Head, MoneyColumnKind Kind = MoneyColumnKind.Part);

/// <summary>A row of amounts.</summary>
/// <param name="Key">Month or number of the fund, for what leads on from the row.</param>
/// <param name="Amounts">One for each column; null where the row has none.</param>
public sealed record MoneyRow(string Key, string Head, IReadOnlyList<Amount?> Amounts);

/// <summary>What stands beside a picture and says the same: page and workbook draw it, the picture has its figures from the same view.</summary>
public sealed record MoneyTable(string Title, string RowHead, IReadOnlyList<MoneyColumn> Columns, IReadOnlyList<MoneyRow> Rows)
{
    /// <summary>Sums of the columns; null under what only stands.</summary>
    public IReadOnlyList<Amount?> Totals =>
    [
        .. Columns.Select((column, at) => column.Kind == MoneyColumnKind.Standing ? null
            : Rows.Select(row => row.Amounts[at]).OfType<Amount>().Aggregate(Amount.Fen(0), (sum, amount) => sum + amount)),
    ];

    /// <summary>Income, a row for each month.</summary>
    public static MoneyTable Of(InflowView view, Words words) => new(
        words["money.inflow"], words["money.month"],
        [.. view.Sources.Select(source => new MoneyColumn(source.Named(words))), new MoneyColumn(words["money.total"], MoneyColumnKind.Sum)],
        [.. view.Months.Select(month => new MoneyRow(words.Show(month.Month), words.Show(month.Month), WithSum(month.Amounts)))]);

    /// <summary>What came to each fund.</summary>
    public static MoneyTable Came(MoneyFlowView view, Words words) => Side(view, view.Ins, fund => fund.In, words["money.came"], words);

    /// <summary>What became of it.</summary>
    public static MoneyTable Went(MoneyFlowView view, Words words) => Side(view, view.Outs, fund => fund.Out, words["money.went"], words);

    /// <summary>The months of a fund, beginning with what was there before.</summary>
    public static MoneyTable Of(FundTimelineView view, Words words)
    {
        bool hasTransfers = view.Months.Any(month => !month.Transferred.IsZero), hasChanges = view.Months.Any(month => !month.Changed.IsZero);
        return new MoneyTable(
            words["money.timeline"], words["money.month"],
            Kept([
                new MoneyColumn(words["money.came-in"]), new MoneyColumn(words["money.spent"]), new MoneyColumn(words.Show(MoneyEndKind.Transferred)),
                new MoneyColumn(words.Show(MoneyEndKind.Changed)), new MoneyColumn(words["money.left"], MoneyColumnKind.Standing),
                new MoneyColumn(words["money.own-cash"], MoneyColumnKind.Standing)]),
            [
                new MoneyRow("", words["money.before", view.Head.From], Kept<Amount?>([null, null, null, null, view.LeftBefore, view.CashBefore])),
                .. view.Months.Select(month => new MoneyRow(words.Show(month.Month), words.Show(month.Month), Kept<Amount?>([
                    month.Came, month.Spent, month.Transferred, month.Changed, month.Left, month.OwnCash]))),
            ]);

        IReadOnlyList<T> Kept<T>(T[] all) => [.. all.Where((_, at) => at switch { 2 => hasTransfers, 3 => hasChanges, _ => true })];
    }

    private static MoneyTable Side(
        MoneyFlowView view, IReadOnlyList<MoneyEnd> ends, Func<FundFlow, IReadOnlyList<Amount>> amounts, string title, Words words) => new(
        title, words["money.fund"],
        [.. ends.Select(end => new MoneyColumn(end.Named(words))), new MoneyColumn(words["money.total"], MoneyColumnKind.Sum)],
        [.. view.Funds.Select(fund => new MoneyRow(words.Show(fund.FundId), $"{fund.Code} {fund.Name}", WithSum(amounts(fund))))]);

    private static IReadOnlyList<Amount?> WithSum(IReadOnlyList<Amount> parts) =>
        [.. parts, parts.Aggregate(Amount.Fen(0), (sum, amount) => sum + amount)];
}
