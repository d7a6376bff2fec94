using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Tranches;

/// <summary>Who reads tranches and their requests.</summary>
public static class TrancheReaders
{
    /// <summary>Those whose grant it is, and everybody who decides about it, pays it or looks after it.</summary>
    public static IReadOnlyList<Role> All { get; } = [.. GrantRoles.Office, Role.Cashier, Role.Lead, Role.FinLead, Role.SignOff];

    /// <summary>The tranche with its grant, if the person has part in it or reads all.</summary>
    /// <exception cref="RefusedException">There is none for this person.</exception>
    internal static async Task<(Tranche Tranche, GrantCase Grant)> Of(Work work, long tranche, CancellationToken ct)
    {
        Tranche row = await work.Db.Set<Tranche>().AsNoTracking()
            .SingleOrDefaultAsync(each => each.BookId == work.Book && each.TrancheId == tranche, ct)
            ?? throw new RefusedException(Tranche.Unknown, ("tranche", tranche));
        GrantCase grant = await work.Db.Set<GrantCase>().AsNoTracking()
            .SingleAsync(each => each.BookId == work.Book && each.GrantId == row.GrantId, ct);
        return ReadsAll(work) || (work.Actor is { } actor && (await grant.People(work, ct)).Contains(actor))
            ? (row, grant) : throw new RefusedException(Tranche.Unknown, ("tranche", tranche));
    }

    internal static bool ReadsAll(Work work) => work.Rights.IsOperator || work.Rights.Holds([.. GrantRoles.Office, Role.Cashier]);
}

/// <summary>A paper of a request, for whoever reads the tranche.</summary>
public sealed record ReadTranchePaper(long Tranche, long Document) : Query<FiledPaper>
{
    internal override Need Needs => Need.Any(TrancheReaders.All);

    internal override async Task<FiledPaper> Answer(Work work, CancellationToken ct)
    {
        await TrancheReaders.Of(work, Tranche, ct);
        return await (from paper in work.Db.Set<TrancheRequestPaper>().AsNoTracking()
                      join filed in work.Db.Set<FiledDocument>().AsNoTracking() on new { paper.BookId, paper.FiledDocumentId }
                          equals new { filed.BookId, filed.FiledDocumentId }
                      where paper.BookId == work.Book && paper.TrancheId == Tranche && paper.FiledDocumentId == Document
                      select new FiledPaper(filed.Name, filed.Format, EF.Property<byte[]>(filed, "Content"))).FirstOrDefaultAsync(ct)
            ?? throw new RefusedException(FiledDocument.Unknown, ("document", Document));
    }
}
