using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Screening;

/// <summary>A correction that has not come.</summary>
public sealed record OverdueCorrection(long Grant, string Number, string Title, LocalDate DueOn);

/// <summary>Corrections whose days are over, the oldest first.</summary>
public sealed record OverdueCorrections : Query<IReadOnlyList<OverdueCorrection>>
{
    // What is more waits for the next time.
    internal const int Most = 200;

    internal override Need Needs => Need.Any(Role.Desk, Role.Panel, Role.Admin);

    internal override async Task<IReadOnlyList<OverdueCorrection>> Answer(Work work, CancellationToken ct) =>
        await Rows(work).Select(row => new OverdueCorrection(row.GrantId, row.Number, row.Title, row.DueOn!.Value)).ToListAsync(ct);

    internal static IQueryable<GrantCase> Rows(Work work) => work.Db.Set<GrantCase>().AsNoTracking()
        .Where(row => row.BookId == work.Book && row.State == GrantState.CorrectionRequested && row.DueOn != null && row.DueOn < work.Today)
        .OrderBy(row => row.DueOn).ThenBy(row => row.GrantId).Take(Most);
}

/// <summary>The calendar: applications whose correction has not come in its days lapse. What somebody moves meanwhile is left alone.</summary>
public sealed record TimeOutCorrections(Guid Key) : Command<int>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Operator);

    /// <returns>How many lapsed.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        List<long> due = await OverdueCorrections.Rows(work).Select(row => row.GrantId).ToListAsync(ct);
        int lapsed = 0;
        foreach (long grant in due.Order())
        {
            GrantCase row = await GrantCase.Lock(work, grant, ct);
            await work.Db.Entry(row).ReloadAsync(ct);
            if (row.State == GrantState.CorrectionRequested && row.DueOn < work.Today)
            {
                await GrantMoves.Make(work, grant, row.StateVersion, GrantMove.CorrectionTimeout, null, null, ct);
                lapsed++;
            }
        }

        return lapsed;
    }
}
