using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Backups;

/// <summary>The administrator wants a backup now; the site, which alone reaches the cluster, makes it within moments.</summary>
public sealed record AskForBackup(Guid Key) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Admin).ForWholeBook());

    internal override Task<Done> Apply(Work work, CancellationToken ct)
    {
        work.Db.Add(new BackupRequest { AskedBy = work.ActorId, AskedAt = work.Now });
        return Task.FromResult(Done.It);
    }
}

/// <summary>Somebody's wish for a backup.</summary>
public sealed class BackupRequest
{
    public long RequestId { get; init; }

    public required long AskedBy { get; init; }

    public required Instant AskedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<BackupRequest>
    {
        public void Configure(EntityTypeBuilder<BackupRequest> entity)
        {
            entity.HasKey(request => request.RequestId);
            entity.Property(request => request.RequestId).ValueGeneratedOnAdd();
        }
    }
}
