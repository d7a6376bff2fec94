using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>The one place that decides: what a person may do in a book on a day, fund subtree by fund subtree.</summary>
public sealed class Rights
{
    private readonly long? _person;
    private readonly IReadOnlyList<(Role Role, int? Fund)> _grants;
    private readonly IReadOnlyDictionary<int, int?> _parents;
    private readonly IReadOnlyDictionary<int, string> _names;

    private Rights(long? person, IReadOnlyList<(Role Role, int? Fund)> grants, IReadOnlyList<Fund> funds)
    {
        _person = person;
        _grants = grants;
        Funds = funds;
        _parents = funds.ToDictionary(fund => fund.FundId, fund => fund.ParentId);
        _names = funds.ToDictionary(fund => fund.FundId, fund => fund.Name);
    }

    /// <summary>All funds of the book as they were when the rights were read.</summary>
    internal IReadOnlyList<Fund> Funds { get; }

    /// <summary>The command line of the machine itself, which reads the whole book and holds no role in it.</summary>
    internal bool IsOperator { get; private init; }

    /// <summary>Every role held, wherever it reaches.</summary>
    public IReadOnlySet<Role> Roles => _grants.Select(grant => grant.Role).ToHashSet();

    internal static async Task<Rights> Of(
        FundDb db, long? person, int book, LocalDate today, CancellationToken ct, bool isOperator = false, IReadOnlyList<Fund>? known = null)
    {
        IReadOnlyList<Fund> funds = known ?? await db.Funds.AsNoTracking().Where(fund => fund.BookId == book)
            .OrderBy(fund => fund.Code).ToListAsync(ct);
        var grants = person is null
            ? []
            : await db.Set<RoleGrant>()
                .Where(grant => grant.PersonId == person && grant.BookId == book && grant.ValidFrom <= today
                                && (grant.ValidUntil == null || grant.ValidUntil >= today))
                .Select(grant => new { grant.Role, grant.FundId })
                .ToListAsync(ct);
        return new Rights(person, [.. grants.Select(grant => (grant.Role, grant.FundId))], funds) { IsOperator = isOperator };
    }

    /// <summary>Whether one of the roles is held anywhere in the book.</summary>
    public bool Holds(params IReadOnlyList<Role> roles) => _grants.Any(grant => roles.Contains(grant.Role));

    /// <summary>Whether one of the roles reaches the fund.</summary>
    public bool Reaches(IReadOnlyList<Role> roles, int fund) =>
        IsOperator || _grants.Any(grant => roles.Contains(grant.Role) && (grant.Fund is null || IsWithin(fund, grant.Fund.Value)));

    /// <summary>The funds that one of the roles reaches.</summary>
    public IReadOnlyList<int> FundsOf(params IReadOnlyList<Role> roles) =>
        [.. _parents.Keys.Where(fund => Reaches(roles, fund)).Order()];

    /// <summary>Whether one of the roles reaches the whole book.</summary>
    public bool ReachesAll(params IReadOnlyList<Role> roles) =>
        IsOperator || _grants.Any(grant => roles.Contains(grant.Role) && grant.Fund is null);

    internal void Require(Need need, bool isOperator)
    {
        if (isOperator || need.Kind == Need.NeedKind.Anybody)
        {
            return;
        }

        if (_person is null || need.Kind == Need.NeedKind.Operator)
        {
            throw new RefusedException(Need.SignIn);
        }

        if (need.Kind == Need.NeedKind.Person)
        {
            return;
        }

        Term[] asked = [.. need.AnyOf.Select(role => Term.Of(role))];
        if (!Holds(need.AnyOf))
        {
            throw new RefusedException(Need.Missing, ("roles", asked));
        }

        if (need.IsWholeBook && !ReachesAll(need.AnyOf))
        {
            throw new RefusedException(Need.OnlySomeFunds, ("roles", asked));
        }

        foreach (int fund in need.Funds.Where(fund => !Reaches(need.AnyOf, fund)))
        {
            throw new RefusedException(Need.OutsideFund, ("roles", asked), ("fund", _names.GetValueOrDefault(fund, "?")));
        }
    }

    private bool IsWithin(int fund, int root)
    {
        int? at = fund;
        for (int depth = 0; at is { } here && depth < 32; depth++)
        {
            if (here == root)
            {
                return true;
            }

            at = _parents.GetValueOrDefault(here);
        }

        return false;
    }
}
