using System.Globalization;
using System.Runtime.CompilerServices;
using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CommunityFund.Exports;

/// <summary>What registers of every theme are written with: columns by their words, rows as the database sends them, words for codes.</summary>
internal abstract class RegisterRows(ExportSource source, Words words)
{
    /// <summary>The books are kept in China's one zone: a moment's day there.</summary>
    protected const string Zone = "Asia/Shanghai";

    private readonly Dictionary<(string Type, string Code), string> _called = [];

    protected ExportSource Source { get; } = source;

    protected Words Words { get; } = words;

    protected int Book => Source.Work.Book;

    /// <summary>The last day that is in.</summary>
    protected DateOnly Until => Source.Until;

    /// <summary>Whether all funds are in: what is confined to <see cref="Within"/> need not be.</summary>
    protected bool IsWhole => Source.Part is null;

    /// <summary>The funds that are in.</summary>
    protected int[] Within => Source.Within;

    /// <summary>Instead of the words of an entry that other funds have a part in.</summary>
    protected string Shared => Words["export.value.shared"];

    // Columns of people's numbers, whose names a part of the books has too.
    private static readonly HashSet<string> People =
    [
        "maker", "reviewer", "counterparty", "donor", "payer", "person", "lead", "fin-lead", "proposed-by", "confirmed-by", "ended-by",
        "registered-by", "given-by", "declared-by", "verified-by", "unlocked-by", "holder",
    ];

    protected RegisterColumn Whole(string key, int width = 9) => Column(Label(key), RegisterKind.Whole, width) with { IsPerson = IsPerson(key) };

    protected RegisterColumn Text(string key, int width) => Column(Label(key), RegisterKind.Text, width);

    protected RegisterColumn Money(string key) => MoneyColumn(Label(key));

    protected RegisterColumn Day(string key) => Column(Label(key), RegisterKind.Day, 12);

    protected static bool IsPerson(string key) => People.Contains(key);

    protected static RegisterColumn MoneyColumn(string label) => Column(label, RegisterKind.Money, 16);

    /// <summary>How it is called or stands now, whatever the last day: no fingerprint covers it.</summary>
    protected static RegisterColumn Now(RegisterColumn column) => column with { Changes = true };

    /// <summary>Code and name of a fund.</summary>
    protected RegisterColumn[] FundColumns() => [Text("fund-code", 9), Now(Text("fund", 22))];

    /// <summary>A register whose rows are counted first.</summary>
    /// <param name="sql">Its rows, in their order.</param>
    protected async Task<Register> Counted(
        string key, IReadOnlyList<RegisterColumn> columns, FormattableString sql, Func<NpgsqlDataReader, RegisterCell[]> cells,
        CancellationToken ct, bool isHashed = true)
    {
        long rows = await Source.Work.Db.Database.SqlQuery<long>(
            FormattableStringFactory.Create($"select count(*) as \"Value\" from ({sql.Format}) counted", sql.GetArguments())).SingleAsync(ct);
        return new Register(key, columns, rows, token => Rows(sql, cells, token), isHashed);
    }

    protected async IAsyncEnumerable<RegisterCell[]> Rows(
        FormattableString sql, Func<NpgsqlDataReader, RegisterCell[]> cells, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (NpgsqlDataReader row in Cursor.Rows(Source.Work, sql, ct))
        {
            yield return cells(row);
        }
    }

    protected ExportAccount Account(int account) => Source.Accounts[account];

    protected Fund Fund(int fund) => Source.Funds[fund];

    protected string? FundCode(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : Fund(row.GetInt32(column)).Code;

    protected string? FundName(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : Fund(row.GetInt32(column)).Name;

    protected string Period(int number) => Words.Show(new PeriodNumber(number));

    /// <summary>The word of an enum's value by its code.</summary>
    protected string Said<T>(string code)
        where T : struct, Enum => Words.Show(Codes.Parse<T>(code));

    /// <summary>The word of a value of an enum that only its own feature knows.</summary>
    /// <param name="type">Its name.</param>
    /// <param name="code">As the database has it, in-kind for InKind.</param>
    protected string Called(string type, string code)
    {
        if (!_called.TryGetValue((type, code), out string? known))
        {
            string value = string.Concat(code.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
            _called[(type, code)] = known = Words[$"term.{type}.{value}"];
        }

        return known;
    }

    protected string? Restricted(string code) => Codes.RestrictionOf(code) is { } known ? Words.Show(known) : null;

    protected string YesOrNo(bool yes) => Words.Show(yes);

    /// <summary>2026-03 记-7 out of three columns; null where there is no entry.</summary>
    protected static string? Number(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : string.Create(
        CultureInfo.InvariantCulture, $"{new PeriodNumber(row.GetInt32(at))} {row.GetString(at + 1)}-{row.GetInt32(at + 2)}");

    protected static RegisterCell DayOf(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? default(RegisterCell) : row.GetFieldValue<DateOnly>(column);

    protected static string? Moment(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : Moment(row.GetDateTime(column));

    // That zone has no summer time.
    protected static string Moment(DateTime utc) => utc.AddHours(8).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    // Heads are not cut off; a character of Chinese is as wide as two letters.
    private static RegisterColumn Column(string label, RegisterKind kind, int width) =>
        new(label, kind, Math.Max(width, label.Sum(sign => sign >= 0x2E80 ? 2 : 1) + 2));

    private string Label(string key) => Words[$"export.field.{key}"];
}
