using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>慈善活动支出 and 管理费用 of a year beside what the law asks of this body: base with its exclusions, share so far, what is still
/// to be spent and where the year is heading.</summary>
/// <param name="Year">Null for the year of today.</param>
/// <param name="AsOf">A day of the year; null for today, or the last day of a year that is over.</param>
/// <param name="Known">Position of the last entry that counts; null for all there are.</param>
public sealed record LawRatios(int? Year, LocalDate? AsOf = null, long? Known = null) : Query<LawRatioView>
{
    private const int YearsBack = 3;

    internal static readonly RatioFigure[] Shown =
    [
        RatioFigure.Income, RatioFigure.Donations, RatioFigure.Charitable, RatioFigure.Management, RatioFigure.StaffAndOffice,
        RatioFigure.Fundraising, RatioFigure.Spend,
    ];

    internal override Need Needs => Need.Any(StatementFunds.Readers).ForWholeBook();

    internal override async Task<LawRatioView> Answer(Work work, CancellationToken ct)
    {
        LocalDate opening = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay).SingleAsync(ct);
        int newest = Math.Max(work.Today.Year, opening.Year), year = Year ?? newest;
        if (year < opening.Year || year > newest || AsOf is { } asked && asked.Year != year)
        {
            throw new RefusedException(StatementRange.UnknownPeriod, ("typed", AsOf is null ? year : AsOf));
        }

        LocalDate first = new(year, 1, 1), last = new(year, 12, 31);
        LocalDate day = AsOf ?? LocalDate.Min(last, LocalDate.Max(first, work.Today));
        LawRuleFile law = LawRuleFile.Shipped;
        IReadOnlyList<BodyProfile> profiles = await BodyProfile.Of(work, ct);
        IReadOnlyList<LawBase> entered = await LawBase.Of(work, ct);
        RatioBooks books = await RatioBooks.Of(work, law, year, day, Known, withWaiting: true, ct);
        (IReadOnlyList<RatioYear> bases, IReadOnlyList<TimedGift> gifts) = await Bases(work, law, books, year, opening, entered, ct);
        Dictionary<RatioFigure, RatioSum> sums = Shown.ToDictionary(figure => figure, books.Sum);
        Amount committed = books.Figure(RatioFigure.Committed);
        BodyProfile? profile = profiles.FirstOrDefault(row => row.Since <= last);
        RatioJudge judge = new(year, day, bases, sums, committed);
        RatioRule[] rules =
        [
            .. law.Rules.Select(rule => (Rule: rule, Fit: rule.FitOf(profile, year, bases[0].NetAssets)))
                .Select(each => new RatioRule(each.Rule, each.Fit,
                    each.Fit is RuleFit.Binds or RuleFit.Shown or RuleFit.NotInForce ? [.. each.Rule.Tests.Select(judge.Of)] : []))
                .OrderBy(each => each.Fit),
        ];
        var names = await PersonName.Of(work, profiles.Select(row => (long?)row.SetBy)
            .Concat(entered.SelectMany(row => new[] { row.EnteredBy, row.ConfirmedBy })), ct);
        BodyProfileView[] said =
        [
            .. profiles.Select(row => new BodyProfileView(
                row.Kind, row.RaisesPublicly, row.IsCharity, row.Since, row.Source, names[row.SetBy], row.SetAt)),
        ];
        return new LawRatioView(
            books.Scope.Head, year, [.. Enumerable.Range(opening.Year, newest - opening.Year + 1).Reverse()], day == last, opening,
            profile is null ? null : said[profiles.ToList().IndexOf(profile)], said, bases, gifts, [.. Shown.Select(figure => sums[figure])],
            committed, rules, Standing(work, entered, names), RatioYear.FirstWhole(opening) - 1,
            work.Rights.ReachesAll(SetBodyProfile.Setting), work.Rights.ReachesAll(EnterLawBase.Entering));
    }

    /// <summary>The three years before: out of the books, as entered and confirmed, or unknown; and last year's exclusions.</summary>
    private static async Task<(IReadOnlyList<RatioYear> Bases, IReadOnlyList<TimedGift> Gifts)> Bases(
        Work work, LawRuleFile law, RatioBooks books, int year, LocalDate opening, IReadOnlyList<LawBase> entered, CancellationToken ct)
    {
        List<RatioYear> bases = [];
        IReadOnlyList<TimedGift> gifts = [];
        int firstWhole = RatioYear.FirstWhole(opening);
        Amount openedWith = books.Figure(RatioFigure.OpeningNetAssets);
        for (int back = year - 1; back >= year - YearsBack; back--)
        {
            if (back >= firstWhole)
            {
                RatioBooks earlier = await RatioBooks.Of(work, law, back, new LocalDate(back, 12, 31), books.Scope.Known, withWaiting: false, ct);
                IReadOnlyList<TimedGift> timed = await TimedGifts.Of(work, books.Scope.Head.Funds, back, books.Scope.Known, ct);
                openedWith = earlier.Figure(RatioFigure.OpeningNetAssets);
                gifts = back == year - 1 ? timed : gifts;
                bases.Add(new RatioYear(
                    back, YearSource.Books, earlier.Figure(RatioFigure.Income), Left(timed, isBarred: true), Left(timed, isBarred: false),
                    earlier.Figure(RatioFigure.NetAssets)));
            }
            else if (entered.FirstOrDefault(row => row.Year == back && row.ConfirmedAt is not null) is { } known)
            {
                bases.Add(RatioYear.Of(known));
            }
            else
            {
                bool isOpening = back == opening.Year - 1 && opening.DayOfYear == 1;
                bases.Add(isOpening
                    ? new RatioYear(back, YearSource.Opening, null, null, null, openedWith) : RatioYear.Unknown(back));
            }
        }

        return (bases, gifts);
    }

    private static Amount Left(IReadOnlyList<TimedGift> gifts, bool isBarred) =>
        gifts.Where(gift => gift.IsBarred == isBarred).Aggregate(Amount.Fen(0), (sum, gift) => sum + gift.Left);

    /// <summary>Of each year the figures that count, and those that wait to replace them.</summary>
    private static LawBaseView[] Standing(Work work, IReadOnlyList<LawBase> entered, IReadOnlyDictionary<long, string> names)
    {
        bool confirms = work.Rights.ReachesAll(ConfirmLawBase.Confirming);
        return
        [
            .. entered.GroupBy(row => row.Year)
                .SelectMany(year => year.Where((row, at) => at == 0 || row == year.FirstOrDefault(each => each.ConfirmedAt is not null)))
                .Select(row => new LawBaseView(
                    row.LawBaseId, RatioYear.Of(row), names[row.EnteredBy], row.EnteredAt,
                    row.ConfirmedBy is { } by ? names[by] : null, row.ConfirmedAt,
                    confirms && row.ConfirmedAt is null && row.EnteredBy != work.Actor)),
        ];
    }
}
