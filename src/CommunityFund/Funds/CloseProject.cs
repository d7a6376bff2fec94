using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Funds;

/// <summary>Nothing more is spent for a project. What was stays with it.</summary>
public sealed record CloseProject(Guid Key, long Project) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct)
    {
        int? fund = await work.Db.Set<Project>().Where(row => row.BookId == work.Book && row.ProjectId == Project)
            .Select(row => row.FundId).SingleOrDefaultAsync(ct);
        return fund is { } of ? Need.Any(Role.Accountant, Role.Desk).For(of) : Need.Any(Role.Accountant, Role.Desk).ForWholeBook();
    }

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Project project = await work.Db.Set<Project>()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.ProjectId == Project && row.ClosedOn == null, ct)
            ?? throw new RefusedException(Books.Project.Unknown, ("typed", Project));
        project.ClosedOn = work.Today;
        return Done.It;
    }
}
