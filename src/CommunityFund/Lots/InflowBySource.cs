using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>Income month by month and by whom it came from: it adds up to the income of the statement of activities.</summary>
/// <param name="From">Null for the day the books were opened.</param>
/// <param name="To">Null for today.</param>
/// <param name="Known">Position of the last entry that counts; null for all there are.</param>
public sealed record InflowBySource(LocalDate? From = null, LocalDate? To = null, int? Fund = null, bool Below = true, long? Known = null)
    : Query<InflowView>
{
    internal override Need Needs => MoneyScope.NeedOf(MoneyScope.Readers, Fund);

    internal override async Task<InflowView> Answer(Work work, CancellationToken ct)
    {
        MoneyScope scope = await MoneyScope.Of(work, MoneyScope.Readers, From, To, Fund, Below, Known, ct);
        var cells = await MoneyCube.Sources(scope, ct);
        MoneyEnd[] sources = [.. cells.Where(cell => cell.Units != 0).Select(cell => cell.Source).Distinct().OrderBy(source => source.Kind)];
        return new InflowView(scope.Head, sources,
        [
            .. MoneyMonths.Of(scope, cells.Select(cell => cell.Month)).Select(month => new InflowMonth(
                MoneyMonths.Named(month),
                [
                    .. sources.Select(source => Amount.Fen(
                        cells.Where(cell => cell.Month == month && cell.Source == source).Sum(cell => cell.Units))),
                ])),
        ]);
    }
}

/// <summary>Income of a month, source by source.</summary>
public sealed record InflowMonth(YearMonth Month, IReadOnlyList<Amount> Amounts);

/// <summary>Income by source.</summary>
/// <param name="Sources">Those that gave anything; each month has an amount for each.</param>
public sealed record InflowView(MoneyHead Head, IReadOnlyList<MoneyEnd> Sources, IReadOnlyList<InflowMonth> Months)
{
    public Amount Total => Months.SelectMany(month => month.Amounts).Aggregate(Amount.Fen(0), (sum, amount) => sum + amount);
}

/// <summary>The months that a picture draws.</summary>
internal static class MoneyMonths
{
    /// <summary>From the first day to the last that has come or has figures, none left out; YYYYMM.</summary>
    public static IReadOnlyList<int> Of(MoneyScope scope, IEnumerable<int> told)
    {
        int today = AccountingPeriod.Of(LocalDate.Min(scope.Work.Today, scope.Head.To)), last = told.Append(today).Max();
        List<int> months = [];
        for (int month = scope.FromPeriod; month <= last; month = month % 100 == 12 ? month + 89 : month + 1)
        {
            months.Add(month);
        }

        return months;
    }

    public static YearMonth Named(int month) => new(month / 100, month % 100);
}
