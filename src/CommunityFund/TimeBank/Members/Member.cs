using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Members;

/// <summary>How somebody takes part.</summary>
public enum MemberKind
{
    /// <summary>志愿者.</summary>
    Volunteer,

    /// <summary>志愿团队: its hours can only be given away.</summary>
    Group,

    /// <summary>An elder, who is helped and may help.</summary>
    Elder,

    /// <summary>家属: books for an elder of the household.</summary>
    Family,
}

/// <summary>
/// Somebody who takes part in a time bank. Number and code of the card (爱心存折) open the own pages without signing in; the code is drawn from a
/// salt and a key outside the database, and a new salt makes the old card worthless.
/// </summary>
public sealed class Member
{
    /// <summary>Number and code do not belong together, or who signed in takes no part.</summary>
    public const string CodeUnknown = "member.code-unknown";

    /// <summary>There is no such member, or the person has left.</summary>
    public const string Unknown = "member.unknown";

    // No I, O, 0 or 1, which are taken for each other.
    private const string Letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int CodeLength = 8, SaltBytes = 16;

    public required int BookId { get; init; }

    public required long PersonId { get; init; }

    /// <summary>The programme.</summary>
    public required int FundId { get; init; }

    /// <summary>Number of the card: eight digits drawn at random, one only in the whole installation.</summary>
    public required string Number { get; init; }

    public required MemberKind Kind { get; init; }

    /// <summary>Where the person lives, or empty.</summary>
    public required string Community { get; set; }

    /// <summary>Who lives together confirms nothing for each other.</summary>
    public long? HouseholdId { get; set; }

    /// <summary>Who answers for a minor.</summary>
    public long? GuardianId { get; set; }

    public LocalDate? BornOn { get; set; }

    public required byte[] Salt { get; set; }

    public LocalDate? LeftOn { get; set; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    internal static byte[] NewSalt() => RandomNumberGenerator.GetBytes(SaltBytes);

    internal static string NewNumber() => RandomNumberGenerator.GetInt32(100_000_000).ToString("00000000", CultureInfo.InvariantCulture);

    /// <summary>The eight characters of the card.</summary>
    public string Code(Foundation foundation)
    {
        byte[] about = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{BookId} {PersonId} ")), .. Salt];
        byte[] drawn = HMACSHA256.HashData(foundation.KeyFor("member-code"), about);
        return new string([.. drawn.Take(CodeLength).Select(one => Letters[one % Letters.Length])]);
    }

    /// <summary>Who shows this card, in whatever book; or who is signed in and takes part.</summary>
    /// <exception cref="RefusedException">Nobody does.</exception>
    internal static async Task<Member> Who(Work work, MemberPass pass, CancellationToken ct)
    {
        if (pass.Number.Length == 0)
        {
            return work.Actor is { } actor && await Find(work, actor, ct) is { LeftOn: null } mine ? mine : throw new RefusedException(CodeUnknown);
        }

        string asked = PlainText.Of(pass.Number).Replace(" ", "", StringComparison.Ordinal);
        Member? row = await work.Db.Set<Member>().SingleOrDefaultAsync(each => each.Number == asked && each.LeftOn == null, ct);
        byte[] typed = Encoding.UTF8.GetBytes(PlainText.Of(pass.Code).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant());
        return row is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(row.Code(work.Foundation)), typed)
            ? row : throw new RefusedException(CodeUnknown);
    }

    internal static Task<Member?> Find(Work work, long person, CancellationToken ct) => work.Db.Set<Member>()
        .SingleOrDefaultAsync(row => row.BookId == work.Book && row.PersonId == person, ct);

    /// <exception cref="RefusedException">No such member of this programme.</exception>
    internal static async Task<Member> Of(Work work, int programme, long person, CancellationToken ct) =>
        await Find(work, person, ct) is { LeftOn: null } member && member.FundId == programme ? member : throw new RefusedException(Unknown);

    /// <summary>Whether two people are one, live together, or one answers for the other: then neither confirms the other's hours.</summary>
    internal static async Task<bool> AreClose(Work work, long one, long other, CancellationToken ct)
    {
        if (one == other)
        {
            return true;
        }

        List<Member> both = await work.Db.Set<Member>().AsNoTracking()
            .Where(row => row.BookId == work.Book && (row.PersonId == one || row.PersonId == other)).ToListAsync(ct);
        return both.Any(row => row.GuardianId == one || row.GuardianId == other)
            || both.Count == 2 && both[0].HouseholdId is { } home && both[1].HouseholdId == home;
    }

    internal sealed class Mapping : IEntityTypeConfiguration<Member>
    {
        public void Configure(EntityTypeBuilder<Member> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PersonId });
            entity.Property(row => row.Kind).AsCode();
        }
    }
}

/// <summary>How a member shows who it is: number and code of the card, or an empty number for whoever is signed in.</summary>
public sealed record MemberPass(string Number, [property: Secret] string Code)
{
    /// <summary>Whoever is signed in.</summary>
    public static MemberPass SignedIn { get; } = new("", "");
}

/// <summary>Who lives together.</summary>
public sealed class Household
{
    public required int BookId { get; init; }

    public long HouseholdId { get; init; }

    /// <summary>Door plate or another word that tells it apart, without names.</summary>
    public required string Label { get; init; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Household>
    {
        public void Configure(EntityTypeBuilder<Household> entity)
        {
            entity.HasKey(row => new { row.BookId, row.HouseholdId });
            entity.Property(row => row.HouseholdId).ValueGeneratedOnAdd();
        }
    }
}
