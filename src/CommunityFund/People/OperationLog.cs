using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.People;

/// <summary>One thing that was filled in, ready to be shown.</summary>
/// <param name="Name">The command's own name of it; its words are the site's.</param>
public sealed record LoggedField(string Name, object? Value);

/// <summary>Something that somebody did.</summary>
/// <param name="Command">The command's name; its words are the site's.</param>
/// <param name="Actor">Null for the operator of the machine.</param>
/// <param name="Taken">True if it is a file that left the site.</param>
public sealed record LoggedCommand(Instant At, string? Actor, string Command, bool Taken, long? Voucher,
    LoggedNumber? Number, IReadOnlyList<LoggedField> Fields);

/// <summary>The number of a posted voucher.</summary>
public sealed record LoggedNumber(int Period, string Series, int Number);

/// <summary>One page of the log.</summary>
public sealed record LoggedCommands(IReadOnlyList<LoggedCommand> Items, int Total, IReadOnlyList<HandoverPerson> People);

/// <summary>
/// The operation log (财会〔2024〕12号 第三十二条): who did what, when, with which form; by person, time and content. A person's own
/// words stand in it only as digests, and are found by typing them exactly.
/// </summary>
/// <param name="Named">Commands whose words have the text in the reader's language.</param>
/// <param name="Page">From 1.</param>
public sealed partial record OperationLog(
    long? Person, LocalDate? From, LocalDate? Until, string Text, IReadOnlyList<string> Named, int Page, int PageSize = 50)
    : Query<LoggedCommands>
{
    internal static readonly Role[] Readers = [Role.Admin, Role.FinanceOffice, Role.Panel];

    private static readonly string[] Preparing =
    [
        "PrepareVoucher", "RecordDonation", "RecordExpense", "ReverseVoucher", "CorrectVoucher", "CorrectEarlierYear", "EnterOpening",
    ];

    internal override Need Needs => Need.Any(Readers).ForWholeBook();

    internal override async Task<LoggedCommands> Answer(Work work, CancellationToken ct)
    {
        string text = PlainText.Of(Text);
        DateTime from = Midnight(From ?? new LocalDate(2000, 1, 1)), until = Midnight((Until ?? new LocalDate(2200, 1, 1)).PlusDays(1));
        string[] vouchers = await Vouchers(work, text, ct), named = [.. Named.SelectMany(name => new[] { name, CommandLog.Taken + name })];
        string[] people = [.. await work.Db.People.Where(row => row.Name == text).Select(row => row.PersonId.ToString()).ToListAsync(ct)];
        string hmac = text.Length == 0 ? "-" : Digest(work, text);
        int skip = (int)Math.Min((Math.Max(1, Page) - 1L) * PageSize, int.MaxValue);
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select done_at as "At", actor_id as "Actor", name as "Name", input::text as "Input", answer::text as "Answer",
                   count(*) over ()::integer as "Total"
              from command_log
             where book_id = {work.Book} and ({Person}::bigint is null or actor_id = {Person}) and done_at >= {from} and done_at < {until}
               and ({text} = '' or position(lower({text}) in lower(input::text)) > 0 or name = any ({named})
                    or position({hmac} in input::text) > 0 or input ->> 'Voucher' = any ({vouchers})
                    or (name = any ({Preparing}) and answer::text = any ({vouchers})) or input ->> 'Person' = any ({people}))
             order by done_at desc, key limit {PageSize} offset {skip}
            """).ToListAsync(ct);
        List<long> logins = await Roster.Of(work).Select(login => login.PersonId).ToListAsync(ct);
        var inputs = rows.Select(row => JsonDocument.Parse(row.Input).RootElement).ToList();
        var names = await PersonName.Of(work, rows.Select(row => row.Actor).Concat(logins.Cast<long?>())
            .Concat(inputs.Select(input => Id(input, "Person"))), ct);
        Facts facts = new(names, (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name),
            await Numbers(work, rows, inputs, ct));
        return new LoggedCommands(
            [.. rows.Zip(inputs, (row, input) => Shown(row, input, facts))], rows.Count == 0 ? 0 : rows[0].Total,
            [.. logins.Order().Select(person => new HandoverPerson(person, names[person]))]);
    }

    private static LoggedCommand Shown(Row row, JsonElement input, Facts facts)
    {
        bool taken = row.Name.StartsWith(CommandLog.Taken, StringComparison.Ordinal);
        long? voucher = VoucherOf(row, input);
        return new LoggedCommand(Instant.FromDateTimeUtc(DateTime.SpecifyKind(row.At, DateTimeKind.Utc)),
            row.Actor is { } actor ? facts.People.GetValueOrDefault(actor, $"#{actor}") : null,
            taken ? row.Name[CommandLog.Taken.Length..] : row.Name, taken, voucher,
            voucher is { } id ? facts.Numbers.GetValueOrDefault(id) : null,
            [
                .. input.EnumerateObject().Where(field => field.Name is not ("Key" or "Voucher"))
                    .Select(field => new LoggedField(field.Name, Value(field, facts))),
            ]);
    }

    private static object? Value(JsonProperty field, Facts facts) => field.Value.ValueKind switch
    {
        JsonValueKind.Number when field.Name is "Fund" or "Parent" && field.Value.TryGetInt32(out int fund) =>
            facts.Funds.GetValueOrDefault(fund, $"#{fund}"),
        JsonValueKind.Number when field.Name is "From" or "To" && field.Value.TryGetInt32(out int side)
            && facts.Funds.TryGetValue(side, out string? name) => name,
        JsonValueKind.Number when field.Name == "Person" => facts.People.GetValueOrDefault(field.Value.GetInt64(), $"#{field.Value}"),
        JsonValueKind.Number when field.Name == "Period" => new PeriodNumber(field.Value.GetInt32()),
        JsonValueKind.String when field.Value.GetString()!.StartsWith("hmac:", StringComparison.Ordinal) => null,
        JsonValueKind.String when field.Name == "Role" && Enum.TryParse(field.Value.GetString(), out Role role) && Enum.IsDefined(role) =>
            Term.Of(role),
        JsonValueKind.String when AmountShape().IsMatch(field.Value.GetString()!) => Money(field.Value.GetString()!),
        JsonValueKind.String => field.Value.GetString(),
        JsonValueKind.Array => field.Value.GetArrayLength(),
        JsonValueKind.True or JsonValueKind.False => field.Value.GetBoolean(),
        JsonValueKind.Object or JsonValueKind.Null => null,
        _ => field.Value.ToString(),
    };

    private static Amount Money(string written)
    {
        string[] parts = written.Split(' ');
        return Amount.OfUnits(long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), Commodity.Of(parts[1]));
    }

    private static long? VoucherOf(Row row, JsonElement input) => Id(input, "Voucher")
        ?? (Preparing.Contains(row.Name)
            && long.TryParse(row.Answer, System.Globalization.CultureInfo.InvariantCulture, out long made) ? made : null);

    private static long? Id(JsonElement input, string name) =>
        input.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    /// <summary>Vouchers with the number typed: 12, 记-12, 记 12.</summary>
    private static async Task<string[]> Vouchers(Work work, string text, CancellationToken ct)
    {
        if (NumberShape().Match(text) is not { Success: true } typed
            || !int.TryParse(typed.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture, out int number))
        {
            return [];
        }

        string series = typed.Groups["series"].Value;
        return [.. await work.Db.Entries.Where(row => row.BookId == work.Book && row.Number == number && (series == "" || row.Series == series))
            .Select(row => row.VoucherId.ToString()).ToListAsync(ct)];
    }

    private static async Task<Dictionary<long, LoggedNumber>> Numbers(Work work, List<Row> rows, List<JsonElement> inputs, CancellationToken ct)
    {
        long[] ids = [.. rows.Zip(inputs, VoucherOf).OfType<long>().Distinct()];
        return await work.Db.Entries.Where(row => row.BookId == work.Book && ids.Contains(row.VoucherId))
            .ToDictionaryAsync(row => row.VoucherId, row => new LoggedNumber(row.Period, row.Series, row.Number), ct);
    }

    private static string Digest(Work work, string text) => "hmac:" + JsonSerializer.Deserialize<Hidden>(
        JsonSerializer.Serialize(new Hidden(text), work.Foundation.LogJson), CommandJson.Plain)!.Text["hmac:".Length..];

    private static DateTime Midnight(LocalDate day) =>
        day.AtStartOfDayInZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).ToInstant().ToDateTimeUtc();

    [GeneratedRegex(@"\A(?<series>记|转|备|时|分)?\s*-?\s*(?<number>[0-9]{1,6})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NumberShape();

    [GeneratedRegex(@"\A-?[0-9]{1,18} (CNY|HOUR|POINT)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AmountShape();

    private sealed record Row(DateTime At, long? Actor, string Name, string Input, string? Answer, int Total);

    private sealed record Facts(IReadOnlyDictionary<long, string> People, Dictionary<int, string> Funds, Dictionary<long, LoggedNumber> Numbers);

    private sealed record Hidden([property: Personal] string Text);
}
