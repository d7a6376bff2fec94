using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>How a bank's files are read, by the fingerprint of their header; the next file of that kind is read so by itself.</summary>
public sealed class BankProfile
{
    /// <summary>There is no such profile.</summary>
    public const string Unknown = "bank-profile.unknown";

    /// <summary>The name is empty or too long.</summary>
    public const string BadName = "bank-profile.bad-name";

    /// <summary>Another profile is called so.</summary>
    public const string NameTaken = "bank-profile.name-taken";

    internal const int LongestName = 60;

    public required int BookId { get; init; }

    public long BankProfileId { get; init; }

    public required string Name { get; set; }

    public required string Fingerprint { get; init; }

    /// <summary>The header's words, for people.</summary>
    public required string Header { get; set; }

    /// <summary>As <see cref="StatementReading"/> writes itself.</summary>
    public required string Reading { get; set; }

    public required long MadeBy { get; set; }

    public required Instant MadeAt { get; set; }

    internal static async Task<IReadOnlyList<StatementProfile>> All(Work work, CancellationToken ct) =>
    [
        .. (await work.Db.Set<BankProfile>().AsNoTracking().Where(row => row.BookId == work.Book).OrderBy(row => row.BankProfileId)
            .ToListAsync(ct)).Select(row => new StatementProfile(row.Name, row.Fingerprint, StatementReading.Of(row.Reading))),
    ];

    /// <exception cref="Ledger.RefusedException">bank-profile.bad-name or bank-profile.name-taken.</exception>
    internal static async Task<string> NameTyped(Work work, string? typed, string? exceptFingerprint, CancellationToken ct)
    {
        string name = PlainText.Of(typed);
        if (name.Length is 0 or > LongestName)
        {
            throw new Ledger.RefusedException(BadName, ("limit", LongestName));
        }

        return await work.Db.Set<BankProfile>().AnyAsync(row => row.BookId == work.Book && row.Name == name
                && row.Fingerprint != exceptFingerprint, ct)
            ? throw new Ledger.RefusedException(NameTaken, ("name", name)) : name;
    }

    internal static async Task<BankProfile> Of(Work work, long profile, CancellationToken ct) =>
        await work.Db.Set<BankProfile>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.BankProfileId == profile, ct)
        ?? throw new Ledger.RefusedException(Unknown);

    internal sealed class Mapping : IEntityTypeConfiguration<BankProfile>
    {
        public void Configure(EntityTypeBuilder<BankProfile> entity)
        {
            entity.HasKey(profile => new { profile.BookId, profile.BankProfileId });
            entity.Property(profile => profile.BankProfileId).ValueGeneratedOnAdd();
        }
    }
}
