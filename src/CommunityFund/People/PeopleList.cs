using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.People;

/// <summary>A role somebody holds or will hold.</summary>
/// <param name="Fund">The fund whose subtree it reaches; null for the whole book.</param>
public sealed record HeldRole(long Grant, Role Role, string? Fund, LocalDate From, LocalDate? Until, bool InForce);

/// <summary>Somebody who can sign in.</summary>
public sealed record SignInPerson(
    long PersonId, string Name, string UserName, bool IsMe, bool MustChange, bool LockedOut, bool HasSecondFactor, Instant? LastSignIn,
        IReadOnlyList<HeldRole> Roles);

/// <summary>One page of people.</summary>
public sealed record SignInPeople(IReadOnlyList<SignInPerson> Items, int Total);

/// <summary>Everybody who signs in to this book, with roles that have not ended; or one of them.</summary>
/// <param name="Page">From 1.</param>
public sealed record PeopleList(int Page, int PageSize = 50, long? Only = null) : Query<SignInPeople>
{
    internal override Need Needs => Need.Any(Role.Admin);

    internal override async Task<SignInPeople> Answer(Work work, CancellationToken ct)
    {
        IQueryable<Login> logins = Roster.Of(work).AsNoTracking().Where(login => Only == null || login.PersonId == Only);
        int total = await logins.CountAsync(ct);
        List<Login> rows = await logins.OrderBy(login => login.UserName).Skip((Math.Max(1, Page) - 1) * PageSize).Take(PageSize)
            .ToListAsync(ct);
        long[] people = [.. rows.Select(login => login.PersonId)];
        long?[] ids = [.. rows.Select(login => (long?)login.Id)];
        Dictionary<long, Instant> seen = await work.Db.Set<SignInLog>()
            .Where(row => row.Outcome == "signed-in" && ids.Contains(row.LoginId))
            .GroupBy(row => row.LoginId!.Value).Select(group => new { group.Key, Last = group.Max(row => row.HappenedAt) })
            .ToDictionaryAsync(row => row.Key, row => row.Last, ct);
        ILookup<long, HeldRole> roles = await Roles(work, people, ct);
        var names = await PersonName.Of(work, people.Cast<long?>(), ct);
        return new SignInPeople(
            [
                .. rows.Select(login => new SignInPerson(
                    login.PersonId, names[login.PersonId], login.UserName!, login.PersonId == work.Actor,
                        login.MustChangePassword,
                    login.LockoutEnd > work.Now.ToDateTimeOffset(), login.TotpKey is not null,
                    seen.TryGetValue(login.Id, out Instant last) ? last : null,
                    [.. roles[login.PersonId]])),
            ],
            total);
    }

    private static async Task<ILookup<long, HeldRole>> Roles(Work work, long[] people, CancellationToken ct)
    {
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        List<RoleGrant> grants = await work.Db.Set<RoleGrant>().AsNoTracking()
            .Where(grant => grant.BookId == work.Book && people.Contains(grant.PersonId)
            && (grant.ValidUntil == null || grant.ValidUntil >= work.Today))
            .OrderBy(grant => grant.RoleGrantId).ToListAsync(ct);
        return grants.ToLookup(grant => grant.PersonId, grant => new HeldRole(
            grant.RoleGrantId, grant.Role, grant.FundId is { } fund ? funds[fund] : null, grant.ValidFrom, grant.ValidUntil,
            grant.ValidFrom <= work.Today));
    }
}
