using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>公开募捐: an appeal to everybody, filed with the civil affairs department before it begins.</summary>
public sealed class Campaign
{
    /// <summary>There is no such appeal in this book, or the reader's roles do not reach its fund.</summary>
    public const string Unknown = "campaign.unknown";

    public required int BookId { get; init; }

    public long CampaignId { get; init; }

    public required string Name { get; init; }

    /// <summary>募捐方案备案号.</summary>
    public required string FilingNumber { get; init; }

    public required LocalDate FiledOn { get; init; }

    /// <summary>Begun at once in an emergency, and filed afterwards.</summary>
    public required bool IsEmergency { get; init; }

    public required string Aim { get; init; }

    /// <summary>What is hoped for, in fen; null if no sum is named.</summary>
    public long? Target { get; init; }

    public required int FundId { get; init; }

    /// <summary>The account that the plan names.</summary>
    public required int AccountId { get; init; }

    public required LocalDate FromDay { get; init; }

    public required LocalDate UntilDay { get; init; }

    public required PromiseState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    public string Reply { get; set; } = "";

    internal static async Task<Campaign> Waiting(Work work, long id, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync($"select 1 from campaign where book_id = {work.Book} and campaign_id = {id} for update", ct);
        Campaign row = await work.Db.Set<Campaign>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.CampaignId == id, ct)
            ?? throw new RefusedException(Unknown, ("campaign", id));
        return row.State == PromiseState.Proposed ? row
            : throw new RefusedException(ConstraintRefusal.PromiseOutOfTurn, ("state", Term.Of(row.State)));
    }

    internal static async ValueTask<Need> NeedOf(Work work, long id, CancellationToken ct) =>
        Need.Any(GiftAgreement.Signers).For(await work.Db.Set<Campaign>().Where(row => row.BookId == work.Book && row.CampaignId == id)
            .Select(row => row.FundId).ToListAsync(ct));

    internal sealed class Mapping : IEntityTypeConfiguration<Campaign>
    {
        public void Configure(EntityTypeBuilder<Campaign> entity)
        {
            entity.HasKey(row => new { row.BookId, row.CampaignId });
            entity.Property(row => row.CampaignId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}
