using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Checks;

/// <summary>Turns what a statement found into facts a reader knows: numbers of vouchers, names of funds and accounts.</summary>
internal sealed class FaultNames
{
    private static readonly string[] Money =
        ["is", "should", "difference", "low", "high", "debit", "credit", "should-debit", "should-credit"];

    private readonly Work _work;
    private readonly Chart _chart;
    private readonly Dictionary<long, string> _funds;

    private FaultNames(Work work, Chart chart, Dictionary<long, string> funds) => (_work, _chart, _funds) = (work, chart, funds);

    public static async Task<FaultNames> Of(Work work, CancellationToken ct) =>
        new(work, await work.ChartOn(work.Today, ct),
            (await work.Funds(ct)).ToDictionary(fund => (long)fund.FundId, fund => $"{fund.Code} {fund.Name}"));

    public async Task<Fault> Name(FoundRow row, CancellationToken ct)
    {
        JsonElement found = JsonDocument.Parse(row.Facts).RootElement;
        Commodity commodity = found.TryGetProperty("commodity", out JsonElement code) ? Known(code.GetString()) : Commodity.Cny;
        Dictionary<string, object?> facts = found.EnumerateObject()
            .ToDictionary(fact => fact.Name, fact => Read(fact.Name, fact.Value, commodity));
        if (row.EntryNo is { } entry)
        {
            facts["entry"] = await EntryName(entry, ct);
        }

        if (row.VoucherId is { } voucher)
        {
            facts["voucher"] = voucher;
        }

        return new Fault(row.Code, facts, row.EntryNo, row.VoucherId);
    }

    private static Commodity Known(string? code) =>
        Commodity.All.FirstOrDefault(commodity => commodity.Code == code) ?? Commodity.Cny;

    private object? Read(string name, JsonElement value, Commodity commodity) => (name, value.ValueKind) switch
    {
        (_, JsonValueKind.Null) => null,
        ("period", JsonValueKind.Number) => new PeriodNumber(value.GetInt32()),
        ("fund", JsonValueKind.Number) => _funds.GetValueOrDefault(value.GetInt64(), $"#{value}"),
        // A word of another feature, which this one knows only by its key.
        ("word", JsonValueKind.String) => new Term(value.GetString()!),
        ("account", JsonValueKind.Number) => AccountName(value.GetInt32()),
        (_, JsonValueKind.Number) when Money.Contains(name) && value.TryGetInt64(out long units) =>
            Amount.OfUnits(units, commodity),
        _ => value.ToString(),
    };

    private string AccountName(int account) =>
        _chart.Accounts.FirstOrDefault(row => row.AccountId == account) is { } known ? $"{known.Code} {_chart.PathOf(known)}"
            : $"#{account}";

    /// <summary>2026-03 记-3; an entry that is gone has only its position.</summary>
    private async Task<string> EntryName(long entryNo, CancellationToken ct) =>
        await _work.Db.Entries.Where(entry => entry.BookId == _work.Book && entry.EntryNo == entryNo)
            .Select(entry => new { entry.Period, entry.Series, entry.Number }).FirstOrDefaultAsync(ct) is { } named
            ? $"{new PeriodNumber(named.Period)} {named.Series}-{named.Number}" : $"#{entryNo}";
}
