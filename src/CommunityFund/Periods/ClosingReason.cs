using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Periods;

/// <summary>What whoever closed a period said to what stayed open, or how the annual report was approved.</summary>
public sealed class ClosingReason
{
    /// <summary>Bank lines that were set aside stay so.</summary>
    public const string HeldLines = "held-lines";

    /// <summary>Money received earlier is still nobody's.</summary>
    public const string Suspense = "suspense";

    /// <summary>How the annual report was approved.</summary>
    public const string AnnualReport = "annual-report";

    /// <summary>A reason is too short to say anything, or too long.</summary>
    public const string BadLength = "period.reason-length";

    private const int Shortest = 2, Longest = 200;

    public required int BookId { get; init; }

    public required int Period { get; init; }

    public required string Key { get; init; }

    public required string Words { get; init; }

    public required long GivenBy { get; init; }

    public required Instant GivenAt { get; init; }

    /// <summary>Keeps what was said of a period; what is said is what is in force while it closes.</summary>
    internal static async Task<IReadOnlyDictionary<string, string>> Given(
        Work work, int period, IReadOnlyList<(string Key, string Words)> said, CancellationToken ct)
    {
        Dictionary<string, string> kept = [];
        foreach (var (key, words) in said.Select(one => (one.Key, PlainText.Of(one.Words))).Where(one => one.Item2.Length > 0))
        {
            kept[key] = words.Length is >= Shortest and <= Longest ? words
                : throw new RefusedException(BadLength, ("length", words.Length), ("shortest", Shortest), ("limit", Longest));
            work.Db.Add(new ClosingReason
            {
                BookId = work.Book,
                Period = period,
                Key = key,
                Words = words,
                GivenBy = work.ActorId,
                GivenAt = work.Now,
            });
        }

        return kept;
    }

    internal sealed class Mapping : IEntityTypeConfiguration<ClosingReason>
    {
        public void Configure(EntityTypeBuilder<ClosingReason> entity) =>
            entity.HasKey(row => new { row.BookId, row.Period, row.Key });
    }
}
