using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.People;

/// <summary>An administrator gives somebody a role, for a fund and all below it or the whole book, until a day or for
/// good.</summary>
public sealed record GrantRole(Guid Key, long Person, Role Role, int? Fund, LocalDate From, LocalDate? Until) : Command<long>(Key)
{
    /// <summary>Who wants a role for oneself asks another administrator.</summary>
    public const string ForOneself = "role.for-oneself";

    /// <summary>Two roles that one person may never hold together.</summary>
    public const string Incompatible = "role.incompatible";

    /// <summary>The end lies before the beginning, or the dates are out of range.</summary>
    public const string BadDates = "role.bad-dates";

    /// <summary>No such person signs in here.</summary>
    public const string UnknownPerson = "role.unknown-person";

    /// <summary>The person holds the role already, for at least these funds and days.</summary>
    public const string HeldAlready = "role.held-already";

    /// <summary>Who grants roles could grant them for any fund, so the administrator's role is never for a part.</summary>
    public const string AdminOfAll = "role.admin-of-all";

    // The cashier holds the money and neither reviews vouchers nor writes them (会计法 第三十五条; 会计基础工作规范 第十二条).
    private static readonly (Role, Role)[] Never = [(Role.Cashier, Role.VoucherReviewer), (Role.Cashier, Role.Accountant)];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Admin));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        if (Person == work.Actor)
        {
            throw new RefusedException(ForOneself);
        }

        if (From.Year is < 2000 or > 2100 || Until < From || Until?.Year > 2100)
        {
            throw new RefusedException(BadDates);
        }

        if (Role == Role.Admin && Fund is not null)
        {
            throw new RefusedException(AdminOfAll);
        }

        await Roster.Lock(work, ct);
        if (!await work.Db.Set<Login>().AnyAsync(login => login.PersonId == Person, ct))
        {
            throw new RefusedException(UnknownPerson);
        }

        if (Fund is { } fund)
        {
            await work.FundById(fund, ct);
        }

        RefuseBeside(await work.Db.Set<RoleGrant>().AsNoTracking()
            .Where(grant => grant.PersonId == Person && grant.BookId == work.Book
            && (grant.ValidUntil == null || grant.ValidUntil >= work.Today))
            .ToListAsync(ct));
        RoleGrant grant = new()
        {
            PersonId = Person,
            Role = Role,
            BookId = work.Book,
            FundId = Fund,
            ValidFrom = From,
            ValidUntil = Until,
            GrantedBy = work.Actor,
            GrantedAt = work.Now,
        };
        work.Db.Add(grant);
        await work.Db.SaveChangesAsync(ct);
        return grant.RoleGrantId;
    }

    private void RefuseBeside(List<RoleGrant> held)
    {
        foreach ((Role one, Role other) in Never)
        {
            if ((Role == one && held.Any(grant => grant.Role == other))
                || (Role == other && held.Any(grant => grant.Role == one)))
            {
                throw new RefusedException(Incompatible, ("one", Term.Of(one)), ("other", Term.Of(other)));
            }
        }

        if (held.Any(grant => grant.Role == Role && (grant.FundId is null || grant.FundId == Fund) && grant.ValidFrom <= From
                              && (grant.ValidUntil is null || grant.ValidUntil >= Until)))
        {
            throw new RefusedException(HeldAlready, ("role", Term.Of(Role)));
        }
    }
}
