using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>A clause as it is written into an agreement or an appeal.</summary>
/// <param name="Classes">Keys of the project classes that a purpose allows; none leaves it to the words.</param>
/// <param name="Communities">The communities of an area.</param>
public sealed record ClauseDraft(
    ClauseKind Kind, [property: Personal] string Words, LocalDate? From = null, LocalDate? Until = null,
    IReadOnlyList<string>? Classes = null, IReadOnlyList<string>? Communities = null);

/// <summary>What an agreement or appeal limits. The database makes it a clause of the fund when the agreement is confirmed.</summary>
public sealed class AgreedClause
{
    /// <summary>A clause has no words, or its days do not fit its kind.</summary>
    public const string Bad = "agreement.bad-clause";

    /// <summary>No project class is called so.</summary>
    public const string UnknownClass = "agreement.unknown-class";

    private const int Most = 12;

    public required int BookId { get; init; }

    public long AgreedClauseId { get; init; }

    public long? GiftAgreementId { get; init; }

    public long? CampaignId { get; init; }

    public required ClauseKind Kind { get; init; }

    public required string Words { get; init; }

    public LocalDate? FromDay { get; init; }

    public LocalDate? UntilDay { get; init; }

    public required string[] Classes { get; init; }

    public required string[] Communities { get; init; }

    /// <summary>The fund's clause that it became; null until it is confirmed.</summary>
    public long? FundClauseId { get; init; }

    internal static async Task Write(
        Work work, IReadOnlyList<ClauseDraft> drafts, long? agreement, long? campaign, CancellationToken ct)
    {
        if (drafts.Count > Most)
        {
            throw new RefusedException(Bad, ("line", Most + 1), ("limit", 500));
        }

        foreach (var (draft, at) in drafts.Select((draft, at) => (draft, at + 1)))
        {
            string words = PlainText.Of(draft.Words);
            bool isPeriod = draft.Kind == ClauseKind.Period;
            if (words.Length is 0 or > 500 || isPeriod != (draft.From ?? draft.Until) is not null || draft.From > draft.Until)
            {
                throw new RefusedException(Bad, ("line", at), ("limit", 500));
            }

            if (draft.Classes?.FirstOrDefault(key => ProjectClass.Find(key) is null) is { } unknown)
            {
                throw new RefusedException(UnknownClass, ("typed", unknown));
            }

            work.Db.Add(new AgreedClause
            {
                BookId = work.Book,
                GiftAgreementId = agreement,
                CampaignId = campaign,
                Kind = draft.Kind,
                Words = words,
                FromDay = draft.From,
                UntilDay = draft.Until,
                Classes = draft.Kind == ClauseKind.Purpose ? [.. draft.Classes ?? []] : [],
                Communities = draft.Kind == ClauseKind.Area
                    ? [.. (draft.Communities ?? []).Select(PlainText.Of).Where(name => name.Length is > 0 and <= 60).Distinct()] : [],
            });
        }

        await work.Db.SaveChangesAsync(ct);
    }

    /// <summary>The fund's clauses that the gifts of an agreement and of an appeal are under.</summary>
    internal static Task<List<long>> Binding(Work work, long? agreement, long? campaign, CancellationToken ct) =>
        work.Db.Set<AgreedClause>().Where(row => row.BookId == work.Book && row.FundClauseId != null
                && ((agreement != null && row.GiftAgreementId == agreement) || (campaign != null && row.CampaignId == campaign)))
            .OrderBy(row => row.FundClauseId).Select(row => row.FundClauseId!.Value).ToListAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<AgreedClause>
    {
        public void Configure(EntityTypeBuilder<AgreedClause> entity)
        {
            entity.HasKey(row => new { row.BookId, row.AgreedClauseId });
            entity.Property(row => row.AgreedClauseId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
        }
    }
}
