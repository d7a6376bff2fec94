using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Applications;

/// <summary>What became of a section that was saved.</summary>
/// <param name="Version">To be sent back with the next saving.</param>
public sealed record SavedSection(int Version, SectionProgress Progress);

/// <summary>A section is saved as far as it is written. Who writes from a page that somebody has overtaken is told, and nothing is lost of
/// either.</summary>
/// <param name="Version">The version the page was drawn with; 0 for the first time.</param>
public sealed record SaveSection(Guid Key, long Grant, int Version, [property: Personal] SectionText Text) : Command<SavedSection>(Key)
{
    /// <summary>Somebody else saved the section meanwhile; facts: <c>section</c>, <c>name</c>, <c>at</c>.</summary>
    public const string Stale = "application.section-stale";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(WrittenCase.Writers));

    internal override async Task<SavedSection> Apply(Work work, CancellationToken ct)
    {
        SectionText text = Text.Checked();
        GrantCase grant = await WrittenCase.Lock(work, Grant, text.Kind, ct);
        GrantSection? row = await work.Db.Set<GrantSection>()
            .SingleOrDefaultAsync(each => each.BookId == work.Book && each.GrantId == Grant && each.Kind == text.Kind, ct);
        if (Version != (row?.Version ?? 0))
        {
            throw new RefusedException(Stale, ("section", text.Kind), ("at", row?.SavedAt),
                ("name", row is null ? "" : (await PersonName.Of(work, [row.SavedBy], ct))[row.SavedBy]));
        }

        text = text is TeamForm team ? await team.Kept(work, grant, ct) : text;
        if (text is BudgetText budget)
        {
            (grant.Requested, grant.OwnUnits) = (Math.Max(0, budget.Sum.Units - budget.Own.Units), budget.Own.Units);
        }

        if (row is null)
        {
            row = new GrantSection
            {
                BookId = work.Book,
                GrantId = Grant,
                Kind = text.Kind,
                Version = 1,
                Content = GrantSection.Write(text),
                SavedBy = work.ActorId,
                SavedAt = work.Now,
            };
            work.Db.Add(row);
        }
        else
        {
            (row.Version, row.Content, row.SavedBy, row.SavedAt) = (row.Version + 1, GrantSection.Write(text), work.ActorId, work.Now);
        }

        await work.Db.SaveChangesAsync(ct);
        return new SavedSection(row.Version, text.IsComplete ? SectionProgress.Done : SectionProgress.Begun);
    }
}
