using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>Judges the shares of a rule by the figures of a year. It reads nothing by itself.</summary>
/// <param name="day">As of which day; the year is over on its last.</param>
/// <param name="bases">The three years before, newest first.</param>
internal sealed class RatioJudge(
    int year, LocalDate day, IReadOnlyList<RatioYear> bases, IReadOnlyDictionary<RatioFigure, RatioSum> sums, Amount committed)
{
    private static readonly Amount None = Amount.Fen(0);

    private bool IsOver => day >= new LocalDate(year, 12, 31);

    public RatioTest Of(LawTest law)
    {
        RatioSum what = sums[law.What];
        Amount? linear = IsOver ? null : Linear(what.SoFar), pledged = IsOver ? null : Pledged(law.What);
        IReadOnlyList<RatioOption> options = Options(law);
        RatioOption? better = options.FirstOrDefault(option => option.IsBetter);
        Amount? limit = better?.Required;
        Amount? room = limit is null ? null : AtLeastNone(limit - what.SoFar);
        return new RatioTest(
            law, what.Name, StateOf(law, better, what.SoFar, linear, pledged), what.SoFar, linear, pledged, options, limit, room,
            RatioOf(law, what.SoFar, better?.Figure));
    }

    private RatioState StateOf(LawTest law, RatioOption? better, Amount soFar, Amount? linear, Amount? pledged)
    {
        if (law.ExemptBelow is { } exempt && Largest(soFar, linear, pledged) < exempt)
        {
            return RatioState.Exempt;
        }

        if (better?.Required is not { } limit)
        {
            return RatioState.Unknown;
        }

        if (law.IsLeast)
        {
            return soFar >= limit ? RatioState.Met : IsOver ? RatioState.NotMet
                : Largest(soFar, linear, pledged) >= limit ? RatioState.OnTheWay : RatioState.AtRisk;
        }

        // A share of the year's own spending moves with it: at an even pace it stays what it is.
        return IsOver ? soFar <= limit ? RatioState.Met : RatioState.NotMet
            : pledged! <= law.ShareOf(Pledged(FigureOf(better.Base))) ? RatioState.OnTheWay : RatioState.AtRisk;
    }

    private IReadOnlyList<RatioOption> Options(LawTest law)
    {
        RatioOption[] options =
        [
            .. law.Of.Select(of => (Base: of, Figure: FigureOf(of, law.IsLeast))).Select(each => new RatioOption(
                each.Base, each.Figure, each.Figure is null ? null : law.ShareOf(AtLeastNone(each.Figure)), IsBetter: false,
                MissingFor(each.Base))),
        ];

        // One base is enough: the one that asks for least, or allows most.
        RatioOption? better = options.Where(option => option.Required is not null)
            .OrderBy(option => law.IsLeast ? option.Required!.Units : -option.Required!.Units).FirstOrDefault();
        return [.. options.Select(option => option == better ? option with { IsBetter = true } : option)];
    }

    private Amount? FigureOf(RatioBase of, bool isLeast) => of switch
    {
        RatioBase.LastIncome => bases[0].Total,
        RatioBase.LastNetAssets => bases[0].NetAssets,
        RatioBase.AverageIncome => Average([.. bases.Select(each => each.Total)], isLeast),
        RatioBase.AverageNetAssets => Average([.. bases.Select(each => each.NetAssets)], isLeast),
        _ => sums[FigureOf(of)].SoFar,
    };

    private IReadOnlyList<int> MissingFor(RatioBase of) => of switch
    {
        RatioBase.LastIncome => bases[0].Total is null ? [bases[0].Year] : [],
        RatioBase.LastNetAssets => bases[0].NetAssets is null ? [bases[0].Year] : [],
        RatioBase.AverageIncome => [.. bases.Where(each => each.Total is null).Select(each => each.Year)],
        RatioBase.AverageNetAssets => [.. bases.Where(each => each.NetAssets is null).Select(each => each.Year)],
        _ => [],
    };

    private static RatioFigure FigureOf(RatioBase of) => of == RatioBase.Donations ? RatioFigure.Donations : RatioFigure.Spend;

    /// <summary>To the fen, so that the body is never favoured by it.</summary>
    private static Amount? Average(IReadOnlyList<Amount?> years, bool isLeast)
    {
        if (years.Any(each => each is null))
        {
            return null;
        }

        decimal exact = years.Sum(each => (decimal)each!.Units) / years.Count;
        return Amount.Fen(decimal.ToInt64(isLeast ? decimal.Ceiling(exact) : decimal.Floor(exact)));
    }

    /// <summary>An estimate: what the days so far give for all days of the year, without its fractions.</summary>
    private Amount? Linear(Amount soFar)
    {
        int gone = Period.Between(new LocalDate(year, 1, 1), day, PeriodUnits.Days).Days + 1;
        int all = CalendarSystem.Iso.GetDaysInYear(year);
        return gone <= 0 ? null : Amount.Fen(decimal.ToInt64(decimal.Truncate((decimal)soFar.Units * all / gone)));
    }

    /// <summary>Waiting vouchers are taken as posted; what is awarded will be charitable spending, and so part of all spending.</summary>
    private Amount Pledged(RatioFigure figure)
    {
        Amount with = sums[figure].SoFar + sums[figure].Waiting;
        return figure is RatioFigure.Charitable or RatioFigure.Spend ? with + committed : with;
    }

    private static decimal? RatioOf(LawTest law, Amount what, Amount? whole)
    {
        if (whole is not { IsPositive: true })
        {
            return null;
        }

        decimal exact = what.Units * 10_000m / whole.Units;
        return (law.IsLeast ? decimal.Floor(exact) : decimal.Ceiling(exact)) / 100m;
    }

    private static Amount AtLeastNone(Amount amount) => amount.IsNegative ? None : amount;

    private static Amount Largest(Amount first, params IReadOnlyList<Amount?> others) =>
        others.OfType<Amount>().Aggregate(first, (most, each) => each > most ? each : most);
}
