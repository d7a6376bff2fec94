using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.People;

/// <summary>Which roles sign in with a second factor; the last row of a book is in force.</summary>
public sealed class SecondFactorRule
{
    public required int BookId { get; init; }

    public long RuleId { get; init; }

    public required string Roles { get; init; }

    public required Instant SetAt { get; init; }

    public long? ProposalId { get; init; }

    /// <summary>New books begin so: whoever writes, reviews, pays, approves or administers.</summary>
    internal static IReadOnlyList<Role> Default { get; } =
        [Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.ApproverL1, Role.ApproverL2, Role.Admin];

    internal static string Write(IEnumerable<Role> roles) => string.Join(',', roles.Distinct().Order().Select(Codes.Kebab));

    internal static IReadOnlyList<Role> Read(string roles) =>
        [.. roles.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Codes.Parse<Role>)];

    internal static SecondFactorRule Of(Work work, int book, string roles, long? proposal) =>
        new() { BookId = book, Roles = roles, SetAt = work.Now, ProposalId = proposal };

    internal static async Task<IReadOnlyList<Role>> InForce(FundDb db, int book, CancellationToken ct) =>
        Read(await db.Set<SecondFactorRule>().Where(row => row.BookId == book).OrderByDescending(row => row.RuleId)
            .Select(row => row.Roles).FirstOrDefaultAsync(ct) ?? "");

    internal sealed class Mapping : IEntityTypeConfiguration<SecondFactorRule>
    {
        public void Configure(EntityTypeBuilder<SecondFactorRule> entity)
        {
            entity.HasKey(row => new { row.BookId, row.RuleId });
            entity.Property(row => row.RuleId).ValueGeneratedOnAdd();
        }
    }
}
