using System.Globalization;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Web.Pages.Holders;

/// <summary>Time as it is typed: hours and minutes in two fields, each a whole number or empty.</summary>
internal static class TypedTime
{
    /// <summary>Something else than digits stands in the field: a sign, a point or a dash would change what is meant if it were left out.</summary>
    public const string NotWhole = "typed-time.not-whole";

    private const long MinutesOfAnHour = 60, Most = 100_000;

    /// <exception cref="RefusedException">The field holds no whole number.</exception>
    public static long Hours(string? typed) => Whole(typed) * MinutesOfAnHour;

    /// <exception cref="RefusedException">The field holds no whole number.</exception>
    public static long Minutes(string? typed) => Whole(typed);

    private static long Whole(string? typed)
    {
        // Full-width digits are digits.
        string text = PlainText.Of(typed).Normalize(NormalizationForm.FormKC).Trim();
        return text.Length == 0 ? 0
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= Most ? number
            : throw new RefusedException(NotWhole, ("typed", typed ?? ""));
    }
}
