using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CommunityFund.Grants.Applications;

/// <summary>Somebody of the team that carries a project out.</summary>
public sealed class GrantMember
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required long PersonId { get; init; }

    /// <summary>What they do in it.</summary>
    public required string Duty { get; init; }

    internal static async Task<IReadOnlyList<long>> Of(Work work, long grant, CancellationToken ct) =>
        await work.Db.Set<GrantMember>().Where(row => row.BookId == work.Book && row.GrantId == grant).Select(row => row.PersonId).ToListAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<GrantMember>
    {
        public void Configure(EntityTypeBuilder<GrantMember> entity) => entity.HasKey(row => new { row.BookId, row.GrantId, row.PersonId });
    }
}
