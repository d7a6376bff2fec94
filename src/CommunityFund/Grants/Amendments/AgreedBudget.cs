using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Closings;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Amendments;

/// <summary>A line of the budget in force.</summary>
/// <param name="No">It keeps its number through all amendments.</param>
/// <param name="Own">What the group itself brings.</param>
public sealed record AgreedLine(short No, string What, Amount Amount, Amount Own);

/// <summary>The one place that says what a grant may be spent on now: the agreement's lines, or those of the newest amendment in force.</summary>
internal static class AgreedBudget
{
    /// <summary>The lines in force, in their order; none before there is an agreement.</summary>
    public static async Task<IReadOnlyList<AgreedLine>> Now(Work work, long grant, CancellationToken ct)
    {
        GrantAmendment? newest = await InForce(work, grant, ct);
        return newest is not null ? await LinesOf(work, grant, newest.AmendmentNo, ct) : await LinesOf(work, grant, 0, ct);
    }

    /// <summary>The newest amendment in force of the award that runs.</summary>
    internal static Task<GrantAmendment?> InForce(Work work, long grant, CancellationToken ct) => work.Db.Set<GrantAmendment>().AsNoTracking()
        .Where(row => row.BookId == work.Book && row.GrantId == grant && row.State == AmendmentState.InForce
            && row.AwardNo == work.Db.Set<GrantAward>().Where(each => each.BookId == work.Book && each.GrantId == grant).Max(each => each.AwardNo))
        .OrderByDescending(row => row.AmendmentNo).FirstOrDefaultAsync(ct);

    /// <summary>The lines of one amendment; of the agreement where it is zero.</summary>
    internal static async Task<IReadOnlyList<AgreedLine>> LinesOf(Work work, long grant, short amendment, CancellationToken ct)
    {
        if (amendment > 0)
        {
            return [.. (await work.Db.Set<GrantAmendedLine>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == grant
                && row.AmendmentNo == amendment).OrderBy(row => row.No).ToListAsync(ct))
                .Select(row => new AgreedLine(row.No, row.What, Amount.Fen(row.Units), Amount.Fen(row.OwnUnits)))];
        }

        GrantAgreement? paper = await Paper(work, grant, ct);
        return paper is null ? [] : [.. (await work.Db.Set<GrantAgreedLine>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.GrantId == grant && row.AwardNo == paper.AwardNo && row.Version == paper.Version).OrderBy(row => row.No).ToListAsync(ct))
            .Select(row => new AgreedLine(row.No, row.What, Amount.Fen(row.Units), Amount.Fen(row.OwnUnits)))];
    }

    internal static Task<GrantAgreement?> Paper(Work work, long grant, CancellationToken ct) => work.Db.Set<GrantAgreement>().AsNoTracking()
        .Where(row => row.BookId == work.Book && row.GrantId == grant).OrderByDescending(row => row.AwardNo).ThenByDescending(row => row.Version)
        .FirstOrDefaultAsync(ct);
}

/// <summary>From when until when the work is done, as agreed, amended or reopened.</summary>
public sealed record AgreedTerm(LocalDate StartsOn, LocalDate EndsOn)
{
    /// <summary>The term in force; null before there is an agreement.</summary>
    internal static async Task<AgreedTerm?> Now(Work work, long grant, CancellationToken ct)
    {
        if (await AgreedBudget.Paper(work, grant, ct) is not { } paper)
        {
            return null;
        }

        LocalDate ends = (await AgreedBudget.InForce(work, grant, ct))?.EndsOn ?? paper.EndsOn;
        LocalDate? until = await work.Db.Set<GrantReopening>().Where(row => row.BookId == work.Book && row.GrantId == grant)
            .Select(row => (LocalDate?)row.Until).SingleOrDefaultAsync(ct);
        return new AgreedTerm(paper.StartsOn, until is { } later && later > ends ? later : ends);
    }
}
