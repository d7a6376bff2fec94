using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>
/// Rules about several roles at once (two that exclude each other, the last administrator) look at rows that another
/// administrator may be adding: changes of roles in a book happen one after the other.
/// </summary>
internal static class Roster
{
    private const int LockClass = 0x726f6c65;

    public static Task Lock(Work work, CancellationToken ct) =>
        work.Db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({LockClass}, {work.Book})", ct);

    /// <summary>Logins of people with a role in this book, past or present, or with none anywhere yet.</summary>
    public static IQueryable<Login> Of(Work work) => work.Db.Set<Login>().Where(login =>
        work.Db.Set<RoleGrant>().Any(grant => grant.PersonId == login.PersonId && grant.BookId == work.Book)
        || !work.Db.Set<RoleGrant>().Any(grant => grant.PersonId == login.PersonId));
}
