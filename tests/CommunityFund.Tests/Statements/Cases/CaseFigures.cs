using System.Globalization;
using CommunityFund.Ledger;
using CommunityFund.Statements;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>The figures of statements by the keys of their rows, which both standards share: one text for each row that counts lines
/// and has a figure.</summary>
internal static class CaseFigures
{
    private static readonly string[] OfFund = ["opening", "income", "expense", "in", "out", "released", "other", "closing"];

    public static string Of(IReadOnlyList<FormView> forms, FormView fund) => string.Join('\n',
    [
        .. Rows(forms[0], "01", row => row.Adds is null, "opening", "closing"),
        .. Rows(forms[1], "02", row => row.Adds is null, "year-u", "year-r"),
        .. Rows(forms[2], "03", row => row.Adds is null, "year"),
        .. Rows(fund, "fund", row => OfFund.Contains(row.Key), "unrestricted", "restricted"),
    ]);

    private static IEnumerable<string> Rows(FormView view, string name, Func<FormViewRow, bool> wanted, params string[] columns)
    {
        int[] at = [.. columns.Select(key => view.Columns.Select(column => column.Key).ToList().IndexOf(key))];
        return view.Rows
            .Where(row => row.Figures is not null && wanted(row) && at.Any(place => row.Figures[place] is { IsZero: false }))
            .Select(row => $"{name} {row.Key} {string.Join(" | ", at.Select(place => Yuan(row.Figures![place])))}");
    }

    private static string Yuan(Amount? amount) => decimal.Parse(amount!.ToString(), CultureInfo.InvariantCulture)
        .ToString("0.##", CultureInfo.InvariantCulture);
}
