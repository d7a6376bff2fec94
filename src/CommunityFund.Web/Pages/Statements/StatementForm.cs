using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Statements;

/// <summary>What the filters of a statement say, as it stands in the address: text, so that whatever comes is shown
/// again.</summary>
public sealed class StatementForm
{
    public string? From { get; set; }

    public string? To { get; set; }

    /// <summary>Empty for all funds that the person may see.</summary>
    public string? Fund { get; set; }

    /// <summary>"no" leaves out the funds below.</summary>
    public string? Below { get; set; }

    public string? Level { get; set; }

    public bool ByFund { get; set; }

    public bool Zero { get; set; }

    /// <summary>A day within the last period.</summary>
    public string? AsOf { get; set; }

    /// <summary>Position of an entry.</summary>
    public string? Known { get; set; }

    public bool WithBelow => Below != "no";

    public int ShownLevel => Level == "2" ? 2 : 1;

    public int FromPeriod(StatementChoice choice) => Period(From, choice.First);

    public int ToPeriod(StatementChoice choice) => Period(To, choice.Last);

    /// <summary>The period that a select shows: what was typed if the list has it, so that a refusal loses nothing.</summary>
    public static string Shown(string? typed, int otherwise, StatementChoice choice) =>
        choice.Periods.Select(period => Number(period.Period)).FirstOrDefault(period => period == Digits(typed))
            ?? Number(otherwise);

    /// <summary>Kind of the field for the day: what is no day stays as it was typed.</summary>
    public static string TypeOf(string? day) =>
        string.IsNullOrEmpty(day) || LocalDatePattern.Iso.Parse(day).Success ? "date" : "text";

    /// <summary>The statement these filters ask for.</summary>
    public Statement Statement(string form, int from, int to) => new(
        form, from, to, FundId(), WithBelow, string.IsNullOrWhiteSpace(AsOf) ? null : DayText.Read(AsOf), KnownAt());

    public int? FundId() => string.IsNullOrWhiteSpace(Fund)
        ? null
        : int.TryParse(Fund, NumberStyles.None, CultureInfo.InvariantCulture, out int fund)
            ? fund
            : throw new RefusedException(Books.Work.UnknownFund, ("typed", Fund));

    /// <summary>Parts of an address that leads to the lines of an account under the same filters.</summary>
    public static Dictionary<string, string> Route(string account, TrialBalanceView view, StatementFund? fund) => new()
    {
        ["account"] = account,
        ["from"] = Number(view.FromPeriod),
        ["to"] = Number(view.ToPeriod),
        ["fund"] = fund is null ? view.Funds.Root is { } root ? Number(root.FundId) : "" : Number(fund.FundId),
        ["below"] = fund is not null || view.Funds is { Root: not null, Included.Count: 1 } ? "no" : "yes",
    };

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Position of an entry; null if nothing was typed.</summary>
    public static long? Position(string? typed) => string.IsNullOrWhiteSpace(typed) ? null
        : long.TryParse(typed.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long known) ? known
        : throw new RefusedException(LedgerHead.UnknownPosition, ("typed", typed), ("last", ""));

    /// <summary>A whole number such as a year; null if nothing was typed.</summary>
    public static int? Whole(string? typed) => string.IsNullOrWhiteSpace(typed) ? null
        : int.TryParse(typed.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int whole) ? whole
        : throw new RefusedException(LedgerHead.NotANumber, ("typed", typed));

    private long? KnownAt() => Position(Known);

    // Six digits, or 2026-03 as the page itself writes it.
    private static string Digits(string? typed) => (typed ?? "").Trim().Replace("-", "", StringComparison.Ordinal);

    private static int Period(string? typed, int otherwise) => Digits(typed) switch
    {
        "" => otherwise,
        { Length: 6 } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int period) => period,
        _ => throw new RefusedException(StatementRange.UnknownPeriod, ("typed", typed)),
    };
}
