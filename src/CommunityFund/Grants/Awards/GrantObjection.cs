using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>How an objection came.</summary>
public enum ObjectionCame
{
    /// <summary>By the public page.</summary>
    Page,

    /// <summary>To the panel, by word or on paper.</summary>
    Panel,

    /// <summary>As the lead's appeal against a removal.</summary>
    Appeal,
}

/// <summary>How far an objection has come, and what came of it.</summary>
public enum ObjectionState
{
    /// <summary>Waits for the panel to register it.</summary>
    Queued,

    /// <summary>Not taken up: nobody could be identified, or it is about something else.</summary>
    TurnedAway,

    /// <summary>To be answered.</summary>
    Registered,

    /// <summary>异议不成立.</summary>
    Dismissed,

    /// <summary>成立，重新计票.</summary>
    Recount,

    /// <summary>成立，取消资格.</summary>
    Remove,
}

/// <summary>异议 against a case of a notice.</summary>
public sealed class GrantObjection
{
    /// <summary>There is no such objection.</summary>
    public const string Unknown = "objection.unknown";

    /// <summary>It was registered, answered or turned away already.</summary>
    public const string Decided = "objection.decided";

    /// <summary>Name, contact or words are missing or too long.</summary>
    public const string WordsMissing = "objection.words-missing";

    /// <summary>An answer in words is missing or too long.</summary>
    public const string AnswerMissing = "objection.answer-missing";

    /// <summary>Working days to an answer.</summary>
    public const int AnswerDays = 10;

    public required int BookId { get; init; }

    public long GrantObjectionId { get; init; }

    public required long GrantId { get; init; }

    public required long GrantNoticeId { get; init; }

    public required long PersonId { get; init; }

    /// <summary>Sealed; see <see cref="ObjectorContact"/>.</summary>
    public required byte[] Contact { get; init; }

    public required string Words { get; init; }

    public required string Evidence { get; init; }

    public required ObjectionCame CameBy { get; init; }

    public required Instant CameAt { get; init; }

    public required ObjectionState State { get; set; }

    public long? RegisteredBy { get; set; }

    public Instant? RegisteredAt { get; set; }

    /// <summary>Until when it is to be answered.</summary>
    public LocalDate? DueOn { get; set; }

    public string Answer { get; set; } = "";

    public long? AnsweredBy { get; set; }

    public Instant? AnsweredAt { get; set; }

    /// <summary>The objection in the state it must be in, with its case locked.</summary>
    internal static async Task<(GrantCase Grant, GrantObjection Objection)> Lock(Work work, long objection, ObjectionState expected,
        CancellationToken ct)
    {
        long grant = await work.Db.Set<GrantObjection>().Where(row => row.BookId == work.Book && row.GrantObjectionId == objection)
            .Select(row => row.GrantId).FirstOrDefaultAsync(ct);
        if (grant == 0)
        {
            throw new RefusedException(Unknown, ("objection", objection));
        }

        GrantCase row = await GrantCase.Lock(work, grant, ct);
        GrantObjection found = await work.Db.Set<GrantObjection>()
            .SingleAsync(each => each.BookId == work.Book && each.GrantObjectionId == objection, ct);
        return found.State == expected ? (row, found) : throw new RefusedException(Decided, ("title", row.Title), ("state", found.State));
    }

    internal static IQueryable<GrantObjection> Open(Work work, long grant) => work.Db.Set<GrantObjection>().Where(row =>
        row.BookId == work.Book && row.GrantId == grant && (row.State == ObjectionState.Queued || row.State == ObjectionState.Registered));

    /// <summary>What somebody typed, cleaned and measured.</summary>
    internal static (string Contact, string Words, string Evidence) Read(string name, string contact, string words, string evidence)
    {
        (string at, string what, string proof) = (PlainText.Of(contact), PlainText.Of(words), PlainText.Of(evidence));
        return PlainText.Of(name).Length is > 0 and <= 60 && at.Length is > 0 and <= 100 && what.Length is > 0 and <= 1000 && proof.Length <= 500
            ? (at, what, proof) : throw new RefusedException(WordsMissing);
    }

    internal static string ReadAnswer(string? answer)
    {
        string words = PlainText.Of(answer);
        return words.Length is > 0 and <= 500 ? words : throw new RefusedException(AnswerMissing, ("limit", 500));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantObjection>
    {
        public void Configure(EntityTypeBuilder<GrantObjection> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantObjectionId });
            entity.Property(row => row.GrantObjectionId).ValueGeneratedOnAdd();
            entity.Property(row => row.CameBy).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}
