using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Meetings;

/// <summary>By what a voter votes; one only, for the whole meeting.</summary>
public enum VoteChannel
{
    /// <summary>Not decided yet.</summary>
    None,

    /// <summary>On the phone.</summary>
    Phone,

    /// <summary>On a numbered ballot.</summary>
    Paper,
}

/// <summary>A person on the roll of a meeting, in one group. Number and code of the slip open the vote without signing in; the code is drawn
/// from a salt and a key outside the database, as donors' codes are.</summary>
public sealed class GrantMeetingVoter
{
    /// <summary>Number and code do not belong together.</summary>
    public const string CodeUnknown = "vote.code-unknown";

    /// <summary>The person is not on this meeting's roll.</summary>
    public const string NotOnRoll = "vote.not-on-roll";

    // No I, O, 0 or 1, which are taken for each other.
    private const string Letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int Length = 8;

    public required int BookId { get; init; }

    public required long GrantMeetingId { get; init; }

    public required long PersonId { get; init; }

    public required short GroupNo { get; init; }

    /// <summary>Where the voter lives, or empty.</summary>
    public required string Community { get; init; }

    /// <summary>Number of the slip: eight digits drawn at random, one only in the whole installation.</summary>
    public required string Ticket { get; init; }

    public required byte[] Salt { get; init; }

    public Instant? PresentAt { get; set; }

    public required VoteChannel Channel { get; set; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    /// <summary>The eight characters of the slip.</summary>
    public string Code(Foundation foundation)
    {
        byte[] about = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{BookId} {GrantMeetingId} {PersonId} ")), .. Salt];
        byte[] drawn = HMACSHA256.HashData(foundation.KeyFor("voter-code"), about);
        return new string([.. drawn.Take(Length).Select(one => Letters[one % Letters.Length])]);
    }

    /// <summary>Who shows this number and code, in whatever book; or who is signed in and on the roll of that meeting.</summary>
    internal static async Task<GrantMeetingVoter> Who(Work work, VoterPass pass, CancellationToken ct)
    {
        if (pass.Ticket.Length == 0 && work.Actor is { } actor)
        {
            return await work.Db.Set<GrantMeetingVoter>().SingleOrDefaultAsync(
                row => row.BookId == work.Book && row.GrantMeetingId == pass.Meeting && row.PersonId == actor, ct)
                ?? throw new RefusedException(NotOnRoll);
        }

        string asked = PlainText.Of(pass.Ticket).Replace(" ", "", StringComparison.Ordinal);
        GrantMeetingVoter? row = await work.Db.Set<GrantMeetingVoter>().SingleOrDefaultAsync(each => each.Ticket == asked, ct);
        byte[] typed = Encoding.UTF8.GetBytes(PlainText.Of(pass.Code).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant());
        return row is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(row.Code(work.Foundation)), typed)
            && (pass.Meeting == 0 || pass.Meeting == row.GrantMeetingId)
            ? row : throw new RefusedException(CodeUnknown);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantMeetingVoter>
    {
        public void Configure(EntityTypeBuilder<GrantMeetingVoter> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId, row.PersonId });
            entity.Property(row => row.Channel).AsCode();
        }
    }
}

/// <summary>How a voter shows who it is: number and code of the slip, or an empty number for whoever is signed in.</summary>
/// <param name="Meeting">The meeting that the page is about; 0 if only the slip says it.</param>
public sealed record VoterPass(long Meeting, string Ticket, [property: Secret] string Code)
{
    /// <summary>Whoever is signed in.</summary>
    public static VoterPass SignedIn(long meeting) => new(meeting, "", "");
}
