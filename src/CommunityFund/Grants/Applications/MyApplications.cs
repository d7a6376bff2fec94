using CommunityFund.Books;

namespace CommunityFund.Grants.Applications;

/// <summary>Applications that a person has part in: as lead, financial lead or signer, by filling them in, or in the team.</summary>
internal static class MyApplications
{
    /// <summary>Their ids, to be asked of in another query; each way of having part has its own index.</summary>
    public static IQueryable<long> Of(Work work)
    {
        long me = work.Actor ?? 0;
        IQueryable<GrantCase> cases = work.Db.Set<GrantCase>().Where(row => row.BookId == work.Book);
        return cases.Where(row => row.LeadId == me).Select(row => row.GrantId)
            .Union(cases.Where(row => row.FinLeadId == me).Select(row => row.GrantId))
            .Union(cases.Where(row => row.SignerId == me).Select(row => row.GrantId))
            .Union(cases.Where(row => row.FilledBy == me).Select(row => row.GrantId))
            .Union(work.Db.Set<GrantMember>().Where(row => row.BookId == work.Book && row.PersonId == me).Select(row => row.GrantId));
    }
}
