using System.Text.Json;
using System.Text.Json.Serialization;

namespace CommunityFund.Banking;

/// <summary>Which sign an amount gets.</summary>
public enum SignRule
{
    /// <summary>Found from columns, words and balances.</summary>
    Auto,

    /// <summary>In is in, out is out, a sign is a sign.</summary>
    AsWritten,

    /// <summary>What the file calls in went out, and the other way round.</summary>
    Opposite,

    /// <summary>The sign that the balances ask for.</summary>
    ByBalance,
}

/// <summary>In which order a date names its parts, where it does not begin with the year.</summary>
public enum DateOrder
{
    /// <summary>As the file itself proves; where it does not, a person is asked.</summary>
    Auto,

    /// <summary>03/01/2026 is the first of March.</summary>
    MonthFirst,

    /// <summary>03/01/2026 is the third of January.</summary>
    DayFirst,
}

/// <summary>What a person said about how a file is to be read; nothing of it means: find out.</summary>
public sealed record StatementReading
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static StatementReading Found { get; } = new();

    /// <summary>Encodings that a person may choose from.</summary>
    public static IReadOnlyList<string> Encodings => StatementText.Choices;

    /// <summary>UTF-8, UTF-16LE, UTF-16BE or GB18030; null to find out.</summary>
    public string? Encoding { get; init; }

    /// <summary>The sheet, or the file within an archive; null to find out.</summary>
    public string? Sheet { get; init; }

    /// <summary>The line of the header, 0 if there is none; null to find out.</summary>
    public int? HeaderRow { get; init; }

    /// <summary>What each column means, in order of the columns, null for nothing to us; null to find out.</summary>
    public IReadOnlyList<StatementColumn?>? Columns { get; init; }

    public SignRule Signs { get; init; }

    public DateOrder Dates { get; init; }

    /// <summary>What a spreadsheet calls a column, counted from 0.</summary>
    public static string Letter(int column) => StatementHeader.ColumnLetter(column);

    /// <summary>What a later file of the same header can take over: its own encoding, sheet and line it tells itself.</summary>
    internal StatementReading Lasting => new() { Columns = Columns, Signs = Signs, Dates = Dates };

    internal string Text => JsonSerializer.Serialize(this, Json);

    internal static StatementReading Of(string? text) =>
        text is null ? Found : JsonSerializer.Deserialize<StatementReading>(text, Json) ?? Found;
}
