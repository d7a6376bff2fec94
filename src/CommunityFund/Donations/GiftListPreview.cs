using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Donations;

/// <summary>What a list brings to one fund.</summary>
public sealed record GiftListFund(string Fund, int Gifts, Amount Amount);

/// <summary>A list as it would be recorded.</summary>
/// <param name="Columns">Headings that were understood.</param>
/// <param name="Faults">How many rows cannot be recorded; the list is recorded whole or not at all.</param>
/// <param name="Total">Of the rows that are shown or would be on other pages.</param>
public sealed record ListPreview(
    string FileName, IReadOnlyList<string> Columns, int Gifts, int Faults, Amount Amount, int Anonymous, IReadOnlyList<GiftListFund> Funds,
    IReadOnlyList<GiftListRow> Rows, int Total, string Suggested);

/// <summary>A list that was uploaded, before it is recorded: sums, and a reason for every row that is wrong.</summary>
/// <param name="Fund">The fund of rows that name none.</param>
public sealed record GiftListPreview(long Upload, int? Fund = null, int Page = 1, bool OnlyFaults = false) : Query<ListPreview>
{
    /// <summary>Rows of one page.</summary>
    public const int Shown = 50;

    internal override Need Needs => Need.Any(Role.Accountant).ForWholeBook();

    internal override async Task<ListPreview> Answer(Work work, CancellationToken ct)
    {
        GiftUpload upload = await GiftUpload.Of(work, Upload, ct);
        var (columns, rows) = await GiftListReading.Of(work, upload.Content, Fund, "", ct);
        List<GiftListRow> wrong = [.. rows.Where(row => row.Fault is not null)];
        IReadOnlyList<GiftListRow> shown = OnlyFaults ? wrong : [.. wrong, .. rows.Where(row => row.Fault is null)];
        return new ListPreview(
            upload.FileName, columns, rows.Count, wrong.Count, Ledger.Amount.Fen(rows.Sum(row => row.Amount?.Units ?? 0)),
            rows.Count(row => row.Donor.Length == 0),
            [
                .. rows.Where(row => row is { Amount: not null, Fund: not null }).GroupBy(row => row.FundText)
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new GiftListFund(group.Key, group.Count(), Ledger.Amount.Fen(group.Sum(row => row.Amount!.Units)))),
            ],
            [.. shown.Skip((Math.Max(1, Page) - 1) * Shown).Take(Shown)], shown.Count,
            rows.Any(row => row.Channel == GiftChannel.Platform) ? "platform" : "bank");
    }
}
