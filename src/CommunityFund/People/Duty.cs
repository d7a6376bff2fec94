using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.People;

/// <summary>A role about to be given: to whom, for a fund and all below it or the whole book, until a day or for good.</summary>
internal sealed record Duty(long Person, Role Role, int? Fund, LocalDate From, LocalDate? Until)
{
    /// <summary>Everything that is asked of it, when it is proposed and again when it is confirmed.</summary>
    public async Task Check(Work work, CancellationToken ct, bool anywhere = false)
    {
        if (From.Year is < 2000 or > 2100 || Until < From || Until?.Year > 2100)
        {
            throw new RefusedException(GrantRole.BadDates);
        }

        if (Role == Role.Admin && Fund is not null)
        {
            throw new RefusedException(GrantRole.AdminOfAll);
        }

        await Roster.Lock(work, ct);
        IQueryable<Login> known = anywhere ? work.Db.Set<Login>() : Roster.Of(work);
        if (!await known.AnyAsync(login => login.PersonId == Person, ct))
        {
            throw new RefusedException(GrantRole.UnknownPerson);
        }

        if (Fund is { } fund)
        {
            await work.FundById(fund, ct);
        }

        RefuseBeside(await Held(work, Person, ct), await Duties.InForce(work, work.Today, ct));
    }

    public RoleGrant Given(Work work, Proposal? by) => new()
    {
        PersonId = Person,
        Role = Role,
        BookId = work.Book,
        FundId = Fund,
        ValidFrom = From,
        ValidUntil = Until,
        GrantedBy = by?.ProposedBy,
        ConfirmedBy = by is null ? null : work.ActorId,
        ProposalId = by?.ProposalId,
        GrantedAt = work.Now,
    };

    /// <summary>Roles in force or to come.</summary>
    public static Task<List<RoleGrant>> Held(Work work, long person, CancellationToken ct) =>
        work.Db.Set<RoleGrant>().AsNoTracking().Where(grant => grant.PersonId == person && grant.BookId == work.Book
            && (grant.ValidUntil == null || grant.ValidUntil >= work.Today)).ToListAsync(ct);

    private void RefuseBeside(List<RoleGrant> held, IReadOnlyList<DutyPair> apart)
    {
        if (held.FirstOrDefault(grant => apart.Any(pair => pair.Joins(Role, grant.Role))) is { } other)
        {
            throw new RefusedException(GrantRole.Incompatible, ("one", Term.Of(Role)), ("other", Term.Of(other.Role)));
        }

        if (held.Any(grant => grant.Role == Role && (grant.FundId is null || grant.FundId == Fund) && grant.ValidFrom <= From
                              && (grant.ValidUntil is null || grant.ValidUntil >= Until)))
        {
            throw new RefusedException(GrantRole.HeldAlready, ("role", Term.Of(Role)));
        }
    }
}
