using System.Collections.Frozen;
using System.Globalization;
using CommunityFund.Ledger;
using NodaTime;
using NodaTime.Text;
using YamlDotNet.RepresentationModel;

namespace CommunityFund.Books;

/// <summary>Days off by law.</summary>
/// <param name="To">The last of them.</param>
public sealed record DaysOff(string Zh, string En, LocalDate From, LocalDate To)
{
    public string Name => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? En : Zh;
}

/// <summary>The days off and the weekends worked of a year, as the State Council published them.</summary>
/// <param name="Source">The notice.</param>
public sealed record WorkingYear(int Year, string Source, IReadOnlyList<DaysOff> Off, IReadOnlyList<LocalDate> Worked);

/// <summary>
/// The working days by which deadlines are counted: Monday to Friday without the days off by law, and the weekend days that are
/// worked instead; read from <c>reports/law/working-days.yaml</c>. A year that the file does not have counts Monday to Friday.
/// </summary>
public sealed class WorkingDays
{
    private const string FileName = "reports/law/working-days.yaml";

    // Deadlines are of days and weeks; whoever asks for more has mixed something up.
    private const int Most = 1000;

    private static readonly FrozenSet<string> HeadFields = FrozenSet.Create("years");
    private static readonly FrozenSet<string> YearFields = FrozenSet.Create("year", "source", "off", "worked");
    private static readonly FrozenSet<string> OffFields = FrozenSet.Create("zh", "en", "from", "to");

    private static readonly Lazy<WorkingDays> File = new(() =>
    {
        using StreamReader text = new(typeof(WorkingDays).Assembly.GetManifestResourceStream(FileName)!);
        return Read(FileName, text);
    });

    private readonly FrozenSet<LocalDate> _off;
    private readonly FrozenSet<LocalDate> _worked;

    private WorkingDays(IReadOnlyList<WorkingYear> years)
    {
        Years = years;
        _off = years.SelectMany(year => year.Off).SelectMany(off => new DateInterval(off.From, off.To)).ToFrozenSet();
        _worked = years.SelectMany(year => year.Worked).ToFrozenSet();
    }

    /// <summary>The calendar that the program ships, read once.</summary>
    /// <exception cref="RefusedException">The file is broken.</exception>
    public static WorkingDays Shipped => File.Value;

    /// <summary>The years it knows, in order.</summary>
    public IReadOnlyList<WorkingYear> Years { get; }

    /// <summary>The working day that many working days after a day, which itself does not count: 1 is the next one; 0 is the day itself if
    /// it is one, else the next. What is due in five working days is due at the end of that day.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than none or more than a thousand.</exception>
    public static LocalDate After(LocalDate day, int workingDays)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workingDays);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workingDays, Most);
        LocalDate at = day;
        for (int left = workingDays; left > 0;)
        {
            at = at.PlusDays(1);
            left -= Is(at) ? 1 : 0;
        }

        while (!Is(at))
        {
            at = at.PlusDays(1);
        }

        return at;
    }

    /// <summary>How many working days lie after the one day up to and with the other; negative if the other comes first.</summary>
    public static int Between(LocalDate from, LocalDate to) => to < from
        ? -Between(to, from)
        : Enumerable.Range(1, Period.DaysBetween(from, to)).Count(days => Is(from.PlusDays(days)));

    /// <summary>Whether the day is worked.</summary>
    public static bool Is(LocalDate day) => Shipped.IsWorked(day);

    /// <summary>Whether the State Council's notice for the year is in the calendar; if not, Monday to Friday are counted.</summary>
    public static bool IsKnown(int year) => Shipped.Years.Any(known => known.Year == year);

    /// <summary>Whether this calendar has the day as worked.</summary>
    public bool IsWorked(LocalDate day) => _worked.Contains(day)
        || (day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) && !_off.Contains(day));

    /// <summary>Reads a calendar; <paramref name="file"/> is the name that a refusal shows.</summary>
    /// <exception cref="RefusedException">The file is broken.</exception>
    public static WorkingDays Read(string file, TextReader text)
    {
        List<WorkingYear> years = [];
        HashSet<LocalDate> days = [];
        StandardFields head = StandardFields.Of(file, StandardFile.Root(file, text), HeadFields);
        foreach (StandardFields fields in head.List("years").Select(node => StandardFields.Of(file, node, YearFields)))
        {
            int year = int.Parse(
                fields.Text("year", typed => typed.Length == 4 && typed.All(char.IsAsciiDigit), StandardFlaw.BadNumber),
                CultureInfo.InvariantCulture);
            WorkingYear read = new(year, fields.Text("source"),
                [.. fields.List("off").Select(node => OffOf(StandardFields.Of(file, node, OffFields)))],
                [.. fields.ListOrNone("worked").Select(node => WorkedOf(fields, node))]);
            if (years.Exists(each => each.Year == year))
            {
                throw fields.Broken("year", StandardFlaw.DuplicateKey, fields.Text("year"));
            }

            // A day has one meaning: it is off or worked, and written once. A holiday may begin on the last day of the year before.
            foreach (LocalDate day in read.Off.SelectMany(off => new DateInterval(off.From, off.To)).Concat(read.Worked))
            {
                if (Math.Abs(Period.DaysBetween(new LocalDate(year, 7, 1), day)) > 200 || !days.Add(day))
                {
                    throw fields.Broken("year", StandardFlaw.BadDate, LocalDatePattern.Iso.Format(day));
                }
            }

            years.Add(read);
        }

        return new WorkingDays([.. years.OrderBy(year => year.Year)]);
    }

    private static DaysOff OffOf(StandardFields fields)
    {
        LocalDate from = StandardFile.Day(fields, "from");
        LocalDate to = fields.Has("to") ? StandardFile.Day(fields, "to") : from;
        return to >= from && Period.DaysBetween(from, to) < 31
            ? new DaysOff(fields.Text("zh"), fields.Text("en"), from, to)
            : throw fields.Broken("to", StandardFlaw.BadDate, fields.Text("to"));
    }

    private static LocalDate WorkedOf(StandardFields year, YamlNode node)
    {
        ParseResult<LocalDate> day = LocalDatePattern.Iso.Parse((node as YamlScalarNode)?.Value ?? "");
        return day.Success && day.Value.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday
            ? day.Value
            : throw year.Broken("worked", StandardFlaw.BadDate, node.ToString());
    }
}
