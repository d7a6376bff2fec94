using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.People;

/// <summary>
/// The operator of the machine gives somebody a role: at set-up, and where a body has lost the people who could. Everybody else
/// proposes it and another confirms: <see cref="ProposeRole"/>.
/// </summary>
public sealed record GrantRole(Guid Key, long Person, Role Role, int? Fund, LocalDate From, LocalDate? Until) : Command<long>(Key)
{
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

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Operator);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Duty duty = new(Person, Role, Fund, From, Until);
        await duty.Check(work, ct, anywhere: true);
        RoleGrant grant = duty.Given(work, by: null);
        work.Db.Add(grant);
        await work.Db.SaveChangesAsync(ct);
        return grant.RoleGrantId;
    }
}
