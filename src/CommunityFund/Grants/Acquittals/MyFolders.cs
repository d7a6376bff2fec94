using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Acquittals;

/// <summary>A project of the reader that money was promised to.</summary>
/// <param name="Open">What was paid and is not accounted for.</param>
public sealed record MyFolder(long Grant, string Number, string Title, GrantState State, Amount Paid, Amount Open);

/// <summary>The folders of the reader's own projects.</summary>
public sealed record MyFolders : Query<IReadOnlyList<MyFolder>>
{
    internal override Need Needs => Need.Person;

    internal override async Task<IReadOnlyList<MyFolder>> Answer(Work work, CancellationToken ct)
    {
        long reader = work.ActorId;
        List<GrantCase> cases = [.. (await work.Db.Set<GrantCase>().AsNoTracking().Where(row => row.BookId == work.Book
            && (row.LeadId == reader || row.FinLeadId == reader)).OrderByDescending(row => row.GrantId).ToListAsync(ct))
            .Where(row => row.State is GrantState.Active or GrantState.Suspended or GrantState.Closing or GrantState.Terminated)];
        long[] ids = [.. cases.Select(row => row.GrantId)];
        var money = (await work.Db.Set<Money.GrantFund>().AsNoTracking().Where(row => row.BookId == work.Book && ids.Contains(row.GrantId))
            .ToListAsync(ct)).ToLookup(row => row.GrantId);
        return [.. cases.Select(row => new MyFolder(row.GrantId, row.Number, row.Title, row.State,
            Amount.Fen(money[row.GrantId].Sum(fund => fund.Paid)),
            Amount.Fen(money[row.GrantId].Sum(fund => fund.Paid - fund.Acquitted - fund.Returned - fund.Demanded))))];
    }
}
