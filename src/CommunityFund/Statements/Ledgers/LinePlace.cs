using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Statements;

/// <summary>Where a line stands among the others; pages begin after or before one, so that no line is shown twice or left out
/// even while others post.</summary>
public sealed record LinePlace(int Period, LocalDate Day, long EntryNo, short LineNo)
{
    private static readonly LocalDatePattern Digits = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

    /// <summary>Before which every line stands.</summary>
    public static LinePlace End { get; } = new(999913, new LocalDate(9998, 12, 31), long.MaxValue, short.MaxValue);

    /// <summary>As an address carries it; null for any other text.</summary>
    public static LinePlace? Read(string? text)
    {
        string[] parts = (text ?? "").Split('.');
        return parts is [var period, var day, var entry, var line]
            && int.TryParse(period, NumberStyles.None, CultureInfo.InvariantCulture, out int p)
            && Digits.Parse(day) is { Success: true, Value: var d }
            && long.TryParse(entry, NumberStyles.None, CultureInfo.InvariantCulture, out long e)
            && short.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out short l)
                ? new LinePlace(p, d, e, l) : null;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Period}.{Digits.Format(Day)}.{EntryNo}.{LineNo}");
}
