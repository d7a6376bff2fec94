using System.Buffers;
using System.Collections;
using System.Globalization;
using CommunityFund.Ledger;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Books;

/// <summary>Values as a reader sees them. Figures and dates are the same in both languages; only units and names
/// differ.</summary>
internal sealed class Readable
{
    // The books are kept in China's one zone.
    private static readonly DateTimeZone BooksZone = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];
    private static readonly SearchValues<char> Turns =
        SearchValues.Create("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069");
    private static readonly LocalDateTimePattern Minute = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm");

    private readonly Words _words;
    private readonly CultureInfo _reader;

    public Readable(Words words, CultureInfo reader) => (_words, _reader) = (words, reader);

    public string Of(object? value) => value switch
    {
        null => Word("text.blank"),
        Term term => Word(term.Key),
        Sentence sentence => _words.Named(sentence.Key, sentence.Facts, _reader),
        string text => string.IsNullOrWhiteSpace(text) ? Word("text.blank") : WithoutTurns(text),
        Amount amount => Word($"amount.{amount.Commodity}", Figures.Of(amount)),
        PeriodNumber { NameKey: { } name } period => Word(name, period.Year),
        PeriodNumber period => period.ToString(),
        LocalDate date => LocalDatePattern.Iso.Format(date),
        YearMonth month => YearMonthPattern.Iso.Format(month),
        LocalDateTime time => Minute.Format(time),
        Instant instant => Minute.Format(instant.InZone(BooksZone).LocalDateTime),
        bool yes => Word(yes ? "text.yes" : "text.no"),
        Enum choice => Word(Term.Of(choice).Key),
        CashFlow item => Word($"term.cash-flow.{item.Key}"),
        Series series => Word($"term.Series.{series.Code}"),
        Commodity commodity => Word($"term.Commodity.{commodity.Code}"),
        IEnumerable list => string.Join(Word("text.comma"), list.Cast<object?>().Select(Of)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Marks that turn the direction of writing are invisible themselves but would turn the whole sentence a name
    /// stands in.</summary>
    private static string WithoutTurns(string text) =>
        text.AsSpan().ContainsAny(Turns) ? new([.. text.Where(c => !Turns.Contains(c))]) : text;

    private string Word(string key, params object?[] arguments) => _words.Text(key, arguments, _reader);
}
