using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank;
using CommunityFund.TimeBank.Programmes;

namespace CommunityFund.Web.Pages.Programmes;

/// <summary>The figures of a version as typed: hours where people think in hours, minutes only where they round.</summary>
public sealed class TermsForm
{
    public string? Rounding { get; set; }

    public string? ActivityCap { get; set; }

    public string? DayCap { get; set; }

    public string? StoredCap { get; set; }

    public string? PointsMonths { get; set; }

    public string? Start { get; set; }

    public string? StartYear { get; set; }

    public string? ElderAge { get; set; }

    public string? PickupDays { get; set; }

    public string? MonthPoints { get; set; }

    public string? DisputeDays { get; set; }

    public static TermsForm Of(ProgrammeTerms terms) => new()
    {
        Rounding = Written(terms.RoundingMinutes),
        ActivityCap = HoursText.Write(terms.ActivityCap),
        DayCap = HoursText.Write(terms.DayCap),
        StoredCap = HoursText.Write(terms.StoredCap),
        PointsMonths = Written(terms.PointsMonths),
        Start = HoursText.Write(terms.StartMinutes),
        StartYear = HoursText.Write(terms.StartYearCap),
        ElderAge = Written(terms.ElderAge),
        PickupDays = Written(terms.PickupDays),
        MonthPoints = terms.MonthPoints is { } points ? Written(points) : "",
        DisputeDays = Written(terms.DisputeDays),
    };

    /// <param name="wrong">Hears of each field that cannot be read.</param>
    /// <returns>Null where one could not be.</returns>
    public ProgrammeTerms? Read(Action<string, Refusal> wrong)
    {
        bool isFine = true;
        ProgrammeTerms terms = new(
            (short)Whole(nameof(Rounding), Rounding), Hours(nameof(ActivityCap), ActivityCap), Hours(nameof(DayCap), DayCap),
            Hours(nameof(StoredCap), StoredCap), (short)Whole(nameof(PointsMonths), PointsMonths), Hours(nameof(Start), Start),
            Hours(nameof(StartYear), StartYear), (short)Whole(nameof(ElderAge), ElderAge), (short)Whole(nameof(PickupDays), PickupDays),
            string.IsNullOrWhiteSpace(MonthPoints) ? null : Whole(nameof(MonthPoints), MonthPoints, 1_000_000_000),
            (short)Whole(nameof(DisputeDays), DisputeDays));
        return isFine ? terms : null;

        int Hours(string field, string? typed) => Try(field, () => HoursText.Read(typed));

        int Whole(string field, string? typed, int most = short.MaxValue) => Try(field, () => WholeText.Read(typed, most));

        int Try(string field, Func<int> read)
        {
            try
            {
                return read();
            }
            catch (RefusedException refused)
            {
                wrong(field, refused.Refusal);
                isFine = false;
                return 0;
            }
        }
    }

    private static string Written(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A kind of service with its points for an hour, by grade; an empty box means that nobody gets such hours.</summary>
public sealed class RateRow
{
    public string? Role { get; set; }

    public string? Verified { get; set; }

    public string? TwoParty { get; set; }

    public string? BackEntered { get; set; }

    public string? Legacy { get; set; }

    public bool IsBlank => string.IsNullOrWhiteSpace($"{Role}{Verified}{TwoParty}{BackEntered}{Legacy}");

    public static IEnumerable<RateRow> Of(ProgrammeVersion version) => version.Roles.Select(role => new RateRow
    {
        Role = role,
        Verified = Written(version.PointsOf(role, EvidenceGrade.Verified)),
        TwoParty = Written(version.PointsOf(role, EvidenceGrade.TwoParty)),
        BackEntered = Written(version.PointsOf(role, EvidenceGrade.BackEntered)),
        Legacy = Written(version.PointsOf(role, EvidenceGrade.Legacy)),
    });

    /// <exception cref="RefusedException">A box holds no whole number.</exception>
    public IReadOnlyList<RateTerms> Terms()
    {
        (EvidenceGrade Grade, string? Typed)[] boxes =
        [
            (EvidenceGrade.Verified, Verified), (EvidenceGrade.TwoParty, TwoParty), (EvidenceGrade.BackEntered, BackEntered),
            (EvidenceGrade.Legacy, Legacy),
        ];
        return
        [
            .. boxes.Where(box => !string.IsNullOrWhiteSpace(box.Typed))
                .Select(box => new RateTerms(Role ?? "", box.Grade, (short)WholeText.Read(box.Typed, short.MaxValue))),
        ];
    }

    private static string Written(short? points) => points is { } known ? known.ToString(CultureInfo.InvariantCulture) : "";
}
