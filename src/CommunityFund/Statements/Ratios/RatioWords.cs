using System.Globalization;
using CommunityFund.Books;

namespace CommunityFund.Statements;

/// <summary>What page and workbook say of a share, in the reader's language.</summary>
public static class RatioWords
{
    /// <summary>70 %, 63.25 %.</summary>
    public static string Percent(decimal share) => string.Create(CultureInfo.InvariantCulture, $"{share:0.##} %");

    /// <summary>慈善活动支出不低于上年总收入或前三年平均总收入的 70 %.</summary>
    public static string Asked(RatioTest test, Words words) => words[
        test.Law.IsLeast ? "law.least" : "law.most", test.What,
        string.Join(words["law.or"].Value, test.Law.Of.Select(of => words.Show(of))), Percent(test.Law.Share)].Value;

    /// <summary>Why a share does not bind or cannot be judged; null if it can.</summary>
    public static string? Why(RatioTest test, Words words) => test.State switch
    {
        RatioState.Exempt => words["law.exempt-why", test.Law.ExemptBelow!].Value,
        RatioState.Unknown => words["law.unknown-why", test.Options.SelectMany(option => option.Missing).Distinct().OrderDescending()].Value,
        _ => null,
    };
}
