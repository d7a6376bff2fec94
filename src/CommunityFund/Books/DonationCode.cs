using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>
/// What a donor shows to see what became of the gift: the number of its letter, and a code. The code is drawn from a salt and a key
/// that stands outside the database, so that the database alone opens nothing and a letter printed again says the same.
/// </summary>
public sealed class DonationCode
{
    // No I, O, 0 or 1, which are taken for each other.
    private const string Letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int Length = 8;

    public required int BookId { get; init; }

    public required long DonationId { get; init; }

    /// <summary>Of the letter: the year and eight digits drawn at random, one only in the whole installation.</summary>
    public required string Number { get; init; }

    public required byte[] Salt { get; init; }

    public required long MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    /// <summary>The gift that number and code belong to, in whatever book; null if they belong to none.</summary>
    public static async Task<DonationCode?> Find(FundDb db, Foundation foundation, string number, string code, CancellationToken ct)
    {
        string asked = PlainText.Of(number).Replace(" ", "", StringComparison.Ordinal);
        DonationCode? row = await db.Set<DonationCode>().AsNoTracking().SingleOrDefaultAsync(row => row.Number == asked, ct);
        byte[] typed = Encoding.UTF8.GetBytes(PlainText.Of(code).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant());
        return row is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(row.Code(foundation)), typed) ? row : null;
    }

    /// <summary>The eight characters for the donor.</summary>
    public string Code(Foundation foundation)
    {
        byte[] gift = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{BookId} {DonationId} "));
        byte[] about = [.. gift, .. Salt], drawn = HMACSHA256.HashData(foundation.KeyFor("donation-code"), about);
        return new string([.. drawn.Take(Length).Select(one => Letters[one % Letters.Length])]);
    }

    /// <summary>A number and a salt for a gift that has none.</summary>
    internal static DonationCode New(Work work, long donation) => new()
    {
        BookId = work.Book,
        DonationId = donation,
        Number = string.Create(CultureInfo.InvariantCulture, $"{work.Today.Year:D4}-{RandomNumberGenerator.GetInt32(100_000_000):D8}"),
        Salt = RandomNumberGenerator.GetBytes(16),
        MadeBy = work.ActorId,
        MadeAt = work.Now,
    };

    internal sealed class Mapping : IEntityTypeConfiguration<DonationCode>
    {
        public void Configure(EntityTypeBuilder<DonationCode> entity) => entity.HasKey(row => new { row.BookId, row.DonationId });
    }
}
