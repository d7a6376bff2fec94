using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.People;

/// <summary>
/// Somebody asked to be forgotten (个人信息保护法 第四十七条): name and words about the person go, ids and digests stay, so the log
/// still proves the rest. Whom vouchers name has to wait until their 30 years are over; the database holds that too.
/// </summary>
public sealed record ErasePerson(Guid Key, long Person) : Command<Done>(Key)
{
    /// <summary>No such person, or erased already.</summary>
    public const string Unknown = "erasure.unknown";

    /// <summary>Who holds a role is still needed.</summary>
    public const string HasRole = "erasure.has-role";

    /// <summary>Vouchers that name the person must be kept until a day.</summary>
    public const string Retention = "erasure.retention";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Admin).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        PersonToErase found = (await ErasureSearch.Of(work, work.Db.People.Where(row => row.PersonId == Person), ct))
            .SingleOrDefault() ?? throw new RefusedException(Unknown);
        if (found.HasRole)
        {
            throw new RefusedException(HasRole);
        }

        if (found.KeptUntil is { } until && until > work.Today)
        {
            throw new RefusedException(Retention, ("until", until));
        }

        if (await Login.Locked(work, Person, ct) is { } login)
        {
            login.UserName = $"erased-{login.Id}";
            login.NormalizedUserName = login.UserName.ToUpperInvariant();
            login.Renew(Guid.NewGuid().ToString(), mustChange: true);
            login.SetTotp(null, null);
            await Login.EndSessions(work, Person, "", ct);
            await work.Db.SaveChangesAsync(ct);
        }

        await work.Db.Database.ExecuteSqlAsync(
            $"select erase_person({work.Book}, {Person}, {work.ActorId}, {work.Now.ToDateTimeUtc()}, {$"已删除#{Person}"})", ct);
        return Done.It;
    }
}

/// <summary>That a person was erased, by whom and when.</summary>
public sealed class Erasure
{
    public required long PersonId { get; init; }

    public required int BookId { get; init; }

    public required long ErasedBy { get; init; }

    public required Instant ErasedAt { get; init; }

    /// <summary>How many texts went with the name.</summary>
    public required int Texts { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Erasure>
    {
        public void Configure(EntityTypeBuilder<Erasure> entity) => entity.HasKey(row => row.PersonId);
    }
}
