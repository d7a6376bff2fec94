using System.Globalization;

namespace CommunityFund.Books;

/// <summary>A period of the book's calendar as people read it: 2026-03; the opening and the adjusting period have
/// names.</summary>
/// <param name="Number">YYYYMM; 0 is the opening, 13 the adjusting period after December.</param>
public sealed record PeriodNumber(int Number)
{
    public int Year => Number / 100;

    /// <summary>What to call a period that is no month; null for months.</summary>
    public string? NameKey => (Number % 100) switch
    {
        0 => "period.opening",
        13 => "period.adjusting",
        _ => null,
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Number % 100:00}");
}
