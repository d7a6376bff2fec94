using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Ledgers;

/// <summary>What the filters of a ledger say, as it stands in the address: text, so that whatever comes is shown again.</summary>
public sealed class LedgerForm
{
    /// <summary>A day or a period; so that the adjusting period, which has no day of its own, can be asked for.</summary>
    public string? From { get; set; }

    public string? To { get; set; }

    /// <summary>Empty for all funds that the person may see.</summary>
    public string? Fund { get; set; }

    /// <summary>"no" leaves out the funds below.</summary>
    public string? Below { get; set; }

    public string? Account { get; set; }

    /// <summary>Position of an entry.</summary>
    public string? Known { get; set; }

    public string? Party { get; set; }

    public string? Project { get; set; }

    public string? Text { get; set; }

    public string? Least { get; set; }

    public string? Most { get; set; }

    public string? Series { get; set; }

    public string? Number { get; set; }

    public string? Level { get; set; }

    public string? By { get; set; }

    public string? Size { get; set; }

    public string? After { get; set; }

    public string? Before { get; set; }

    public bool WithBelow => Below != "no";

    public int ShownLevel => Level == "2" ? 2 : 1;

    public int Rows => Size is "500" or "2000" ? int.Parse(Size, CultureInfo.InvariantCulture) : 100;

    public SubLedgerBy Dimension => Codes.Find<SubLedgerBy>(By ?? "") ?? SubLedgerBy.Fund;

    /// <summary>Whether nothing but days, account and fund narrows the ledger down.</summary>
    public bool IsPlain =>
        new[] { Fund, Known, Party, Project, Text, Least, Most, Series, Number }.All(string.IsNullOrEmpty);

    public LinePlace? AfterPlace => LinePlace.Read(After);

    public LinePlace? BeforePlace => Before == "end" ? LinePlace.End : LinePlace.Read(Before);

    public long? KnownAt() => Whole(Known, LedgerHead.UnknownPosition);

    public long? ProjectId() => Whole(Project, LedgerHead.NotANumber);

    public int? FundId() => (int?)Whole(Fund, Work.UnknownFund, int.MaxValue);

    public LedgerDays Days(StatementChoice choice)
    {
        (int fromPeriod, LocalDate? fromDay) = Read(From, choice.First, last: false);
        (int toPeriod, LocalDate? toDay) = Read(To, choice.Last, last: true);
        return new LedgerDays(fromPeriod, fromDay, toPeriod, toDay);
    }

    public JournalFilter Filter() => new(
        Account, Party, ProjectId(), Text, Money(Least), Money(Most), Series is "记" or "转" ? Series : null,
        (int?)Whole(Number, LedgerHead.NotANumber, int.MaxValue));

    /// <summary>What a field for a day shows: days of whole months, and a period only where it has no day of its own.</summary>
    public static string Shown(string? typed, int otherwise, bool last)
    {
        string text = (typed ?? "").Trim();
        int? period = text.Length == 0 ? otherwise : Period(text);
        return period switch
        {
            null => Day(text) ?? text,
            { } adjusting when adjusting % 100 == 13 && text.Length > 0 => text,
            { } known when known % 100 is >= 1 and <= 13 && known / 100 is > 0 and < 9999 => Iso(known, last),
            _ => text,
        };
    }

    private static string Iso(int period, bool last)
    {
        LocalDate first = new(period / 100, Math.Min(period % 100, 12), 1);
        return LocalDatePattern.Iso.Format(last ? first.With(DateAdjusters.EndOfMonth) : first);
    }

    private static string? Day(string text)
    {
        try
        {
            return LocalDatePattern.Iso.Format(DayText.Read(text));
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private static (int Period, LocalDate? Day) Read(string? typed, int otherwise, bool last)
    {
        string text = (typed ?? "").Trim();
        if (text.Length == 0)
        {
            return (otherwise, null);
        }

        if (Period(text) is { } period)
        {
            return (period, null);
        }

        LedgerDays day = LedgerDays.Of(DayText.Read(text), DayText.Read(text));
        return last ? (day.ToPeriod, day.ToDay) : (day.FromPeriod, day.FromDay);
    }

    // Six digits, or 2026-13 as pages write it.
    private static int? Period(string text) =>
        text.Replace("-", "", StringComparison.Ordinal) is { Length: 6 } digits && (text.Length == 6 || text[4] == '-')
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int period) ? period : null;

    private static Amount? Money(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : AmountText.Read(typed);

    private static long? Whole(string? typed, string otherwise, long most = long.MaxValue) =>
        string.IsNullOrWhiteSpace(typed) ? null
            : long.TryParse(typed.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= most
                ? number : throw new RefusedException(otherwise, ("typed", typed));
}
