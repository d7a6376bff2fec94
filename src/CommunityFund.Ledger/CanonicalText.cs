using System.Globalization;
using System.Text;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Ledger;

/// <summary>Reads form cf1 (reports/log-cf1) back: what an entry was when its leaf was made, for whoever holds the text and not the books.</summary>
public sealed class CanonicalText
{
    private static readonly InstantPattern Microsecond =
        InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.ffffff'Z'");

    private readonly byte[] _bytes;
    private int _at;
    private bool _failed;

    private CanonicalText(byte[] bytes) => _bytes = bytes;

    /// <summary>The entry that a text is; null if it is not exactly one.</summary>
    public static CanonicalEntry? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        CanonicalText reader = new(bytes);
        CanonicalEntry? entry = reader.Field() == CanonicalEntry.Form ? reader.Entry() : null;

        // Written again it must be the same text: there is one way to write each.
        return entry is not null && !reader._failed && reader._at == bytes.Length && entry.ToBytes().AsSpan().SequenceEqual(bytes) ? entry : null;
    }

    private CanonicalEntry Entry()
    {
        CanonicalEntry head = new()
        {
            Book = Words(),
            EntryNo = Whole(),
            Period = Small(),
            Series = Words(),
            Number = Small(),
            OccurredOn = Day(),
            Kind = Words(),
            NarrativeDigest = Hash(),
            MakerId = Whole(),
            ReviewerId = Perhaps(),
            ReviewRule = Field(),
            PostedAt = Moment(),
            CorrectsEntryNo = Perhaps(),
            DocumentHashes = Hashes(),
            LineCount = Small(),
            Total = Whole(),
            Lines = [],
        };
        List<CanonicalLine> lines = [];
        while (!_failed && _at < _bytes.Length)
        {
            lines.Add(new CanonicalLine(Small(), Words(), Field(), Field(), Words(), Whole(), Words(), Words(), Words(), Words(), Perhaps(),
                Perhaps(), Perhaps(), Perhaps(), Hash()));
        }

        return head with { Lines = lines };
    }

    private string? Field()
    {
        if (_at < _bytes.Length && _bytes[_at] == (byte)'-')
        {
            _at++;
            return null;
        }

        int colon = Array.IndexOf(_bytes, (byte)':', _at);
        if (colon < 0 || !int.TryParse(_bytes.AsSpan(_at, colon - _at), NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > _bytes.Length - colon - 1)
        {
            _failed = true;
            _at = _bytes.Length;
            return null;
        }

        _at = colon + 1 + length;
        return Encoding.UTF8.GetString(_bytes, colon + 1, length);
    }

    private string Words() => Field() ?? Failed("");

    private long? Perhaps() => Field() is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : Failed(0L);

    private long Whole() => Perhaps() ?? Failed(0L);

    private int Small() => Whole() is >= int.MinValue and <= int.MaxValue and var number ? (int)number : Failed(0);

    private LocalDate Day() => LocalDatePattern.Iso.Parse(Words()).TryGetValue(default, out LocalDate day) ? day : Failed(default(LocalDate));

    private Instant Moment() => Microsecond.Parse(Words()).TryGetValue(default, out Instant moment) ? moment : Failed(default(Instant));

    private byte[]? Hash() => Field() is { } text ? LogCheckpoint.Hex(text) ?? Failed<byte[]?>(null) : null;

    private byte[][] Hashes() => Field() is { } text ? [.. text.Split(',').Select(each => LogCheckpoint.Hex(each) ?? Failed<byte[]>([]))] : [];

    private T Failed<T>(T value)
    {
        _failed = true;
        return value;
    }
}
