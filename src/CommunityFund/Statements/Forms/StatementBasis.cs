using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Statements;

/// <summary>
/// What a statement was drawn from, in one line: whoever has the lines of the journal and the same layouts can draw it again. Standard,
/// statement, digest of the layouts, first and last period, last day, fund, and whether there is a last year to compare with.
/// </summary>
/// <param name="Layouts">Of all layouts of the standard as they were in force; empty where none is needed.</param>
/// <param name="Fund">Code of the fund it is about; empty for all.</param>
internal sealed record StatementBasis(
    string Standard, string Form, string Layouts, int From, int To, LocalDate Day, string Fund, bool HasLastYear)
{
    private const string None = "-", LastYear = "last-year";

    public static StatementBasis? Read(string text) =>
        text.Split(' ') is [var standard, var form, var layouts, var from, var to, var day, var fund, var last]
        && int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out int first) && IsPeriod(first)
        && int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out int end) && IsPeriod(end) && first <= end
        && LocalDatePattern.Iso.Parse(day).TryGetValue(default, out LocalDate known)
        ? new StatementBasis(standard, form, Some(layouts), first, end, known, Some(fund), last == LastYear) : null;

    /// <summary>Digest of the layouts by which the statements of a standard are drawn: of the shipped ones, or what takes their place.</summary>
    public static string DigestOf(string standard, IEnumerable<StatementLayout> layouts)
    {
        HashSet<string> shipped = [.. StatementLayouts.Shipped(standard).Select(form => form.Key)];
        string all = string.Concat(layouts.Where(form => shipped.Contains(form.Key)).OrderBy(form => form.Key, StringComparer.Ordinal)
            .Select(form => $"{form.Key} {form.Digest}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..12];
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Standard} {Form} {Or(Layouts)} {From} {To} {LocalDatePattern.Iso.Format(Day)} {Or(Fund)} {(HasLastYear ? LastYear : None)}");

    private static bool IsPeriod(int period) => period / 100 is >= 1900 and <= 9998 && period % 100 is >= 1 and <= 13;

    private static string Or(string text) => text.Length == 0 ? None : text;

    private static string Some(string text) => text == None ? "" : text;
}
