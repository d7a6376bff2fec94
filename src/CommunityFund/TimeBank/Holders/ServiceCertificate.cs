using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>What somebody served in one activity or project, by one grade of evidence.</summary>
/// <param name="What">Activity or project.</param>
public sealed record CertifiedWork(string What, string Role, EvidenceGrade Grade, int Times, long Minutes);

/// <summary>What a certificate says, without the name: kept as it was on the day it was issued.</summary>
public sealed record CertifiedHours(string From, string Until, IReadOnlyList<CertifiedWork> Works)
{
    private static readonly JsonSerializerOptions Written = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>All that was served and confirmed.</summary>
    public long Minutes => Works.Sum(work => work.Minutes);

    /// <summary>By grade, the best proved first.</summary>
    public IReadOnlyList<(EvidenceGrade Grade, long Minutes)> Grades =>
        [.. Works.GroupBy(work => work.Grade).OrderBy(works => works.Key).Select(works => (works.Key, works.Sum(work => work.Minutes)))];

    internal string Text() => JsonSerializer.Serialize(new { From, Until, Works }, Written);

    internal static CertifiedHours Read(string text) => JsonSerializer.Deserialize<CertifiedHours>(text, Written)!;
}

/// <summary>志愿服务记录证明: free for whoever served and asks, true to the records, checked by anybody who holds it with number and code.</summary>
public sealed class ServiceCertificate
{
    // No I, O, 0 or 1, which are taken for each other.
    private const string Letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int CodeLength = 8;

    public required int BookId { get; init; }

    public long ServiceCertificateId { get; init; }

    public required int FundId { get; init; }

    public required long PersonId { get; init; }

    /// <summary>The year and eight digits drawn at random, one only in the whole installation.</summary>
    public required string Number { get; init; }

    public required byte[] Salt { get; init; }

    public required LocalDate FromDay { get; init; }

    public required LocalDate UntilDay { get; init; }

    /// <summary>What it says, as text.</summary>
    public required string Content { get; init; }

    public required byte[] ContentSha256 { get; init; }

    public required long IssuedBy { get; init; }

    public required Instant IssuedAt { get; init; }

    /// <summary>The eight characters on the paper, drawn from a key outside the database and from all it says.</summary>
    public string Code(Foundation foundation)
    {
        byte[] who = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{BookId} {PersonId} {Number} "));
        byte[] about = [.. who, .. Salt, .. ContentSha256];
        byte[] drawn = HMACSHA256.HashData(foundation.KeyFor("service-certificate"), about);
        return new string([.. drawn.Take(CodeLength).Select(one => Letters[one % Letters.Length])]);
    }

    /// <summary>Those of one person, the newest first.</summary>
    internal static async Task<IReadOnlyList<CertificateRow>> Of(Work work, long person, CancellationToken ct) => await work.Db
        .Set<ServiceCertificate>().AsNoTracking().Where(row => row.BookId == work.Book && row.PersonId == person)
        .OrderByDescending(row => row.ServiceCertificateId).Take(50)
        .Select(row => new CertificateRow(row.ServiceCertificateId, row.Number, row.FromDay, row.UntilDay, row.IssuedAt)).ToListAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<ServiceCertificate>
    {
        public void Configure(EntityTypeBuilder<ServiceCertificate> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ServiceCertificateId });
            entity.Property(row => row.ServiceCertificateId).ValueGeneratedOnAdd();
        }
    }
}
