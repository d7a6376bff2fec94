using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Applications;

/// <summary>A draft gets another title, or is for another community.</summary>
public sealed record RetitleApplication(Guid Key, long Grant, string Title, string Community) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(WrittenCase.Writers));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (string title, string community) = (PlainText.Of(Title), PlainText.Of(Community));
        if (title.Length is 0 or > 100 || community.Length is 0 or > 60)
        {
            throw new RefusedException(StartApplication.WordsMissing);
        }

        // Opened sections are corrected one by one; the title is none of them.
        GrantCase row = await WrittenCase.Lock(work, Grant, SectionKind.Need, ct);
        (row.Title, row.Community) = row.State == GrantState.Draft ? (title, community)
            : throw new RefusedException(WrittenCase.Closed, ("title", row.Title), ("section", ApplicationField.Title), ("state", row.State));
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
