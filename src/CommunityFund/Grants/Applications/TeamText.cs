using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Applications;

/// <summary>Somebody of the team, by id.</summary>
public sealed record TeamMember(long Person, string Duty);

/// <summary>实施主体和团队, people by id: as it is kept.</summary>
/// <param name="Organisation">Who carries it out.</param>
/// <param name="FinLead">财务负责人, never the lead.</param>
/// <param name="Signer">Who confirms it for the committee or organisation, never the lead.</param>
public sealed record TeamText(GroupKind Group, long? Organisation, long? FinLead, long? Signer, IReadOnlyList<TeamMember> Members) : SectionText
{
    [JsonIgnore]
    public override SectionKind Kind => SectionKind.Team;

    [JsonIgnore]
    public override bool IsComplete => Organisation is not null && FinLead is not null && Signer is not null && Members.Count > 0
        && Members.All(member => member.Duty.Length > 0);

    internal override SectionText Checked() => this;
}

/// <summary>Somebody of the team, as typed.</summary>
public sealed record MemberForm([property: Personal] string Name, string Duty);

/// <summary>The same section as it is typed: names become people when it is saved.</summary>
public sealed record TeamForm(GroupKind Group, [property: Personal] string Organisation, long? FinLead, long? Signer,
    IReadOnlyList<MemberForm> Members) : SectionText
{
    /// <summary>Lead, financial lead and signer are three places; the lead takes neither of the others.</summary>
    public const string LeadTwice = "application.lead-twice";

    /// <summary>Who is to sign, or to keep the money, does not hold the role for it today.</summary>
    public const string WithoutRole = "application.without-role";

    [JsonIgnore]
    public override SectionKind Kind => SectionKind.Team;

    [JsonIgnore]
    public override bool IsComplete => false;

    internal override SectionText Checked() => this with
    {
        Organisation = Text(ApplicationField.Organisation, Organisation, 100),
        Members = Rows(ApplicationField.Member, Members, 30,
            row => new MemberForm(Text(ApplicationField.Member, row.Name, 100), Text(ApplicationField.Duty, row.Duty, 60)),
            row => row.Name.Length == 0),
    };

    /// <summary>The section with ids, and the case's financial lead and signer set.</summary>
    internal async Task<TeamText> Kept(Work work, GrantCase grant, CancellationToken ct)
    {
        if (FinLead == grant.LeadId || Signer == grant.LeadId)
        {
            throw new RefusedException(LeadTwice, ("field", FinLead == grant.LeadId ? ApplicationField.FinLead : ApplicationField.Signer));
        }

        await Require(work, FinLead, grant.FinLeadId, Role.FinLead, ct);
        await Require(work, Signer, grant.SignerId, Role.SignOff, ct);
        long? organisation = await Counterparty.FindOrAdd(work, PersonKind.Organisation, Organisation, ct);
        long?[] people = await Counterparty.FindOrAddAll(work, [.. Members.Select(row => (PersonKind.Person, row.Name))], ct);
        TeamMember[] members = [.. people.Zip(Members, (person, row) => new TeamMember(person!.Value, row.Duty)).DistinctBy(row => row.Person)];
        (grant.FinLeadId, grant.SignerId) = (FinLead, Signer);
        List<GrantMember> before = await work.Db.Set<GrantMember>().Where(row => row.BookId == work.Book
            && row.GrantId == grant.GrantId).ToListAsync(ct);
        work.Db.RemoveRange(before);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(members.Where(row => row.Duty.Length > 0).Select(row => new GrantMember
        {
            BookId = work.Book,
            GrantId = grant.GrantId,
            PersonId = row.Person,
            Duty = row.Duty,
        }));
        return new TeamText(Group, organisation, FinLead, Signer, members);
    }

    /// <summary>Who was named before stays, though the role may have ended since; whoever is named now holds it.</summary>
    private static async Task Require(Work work, long? person, long? before, Role role, CancellationToken ct)
    {
        if (person is { } named && named != before && !await Holders(work, role).AnyAsync(row => row.PersonId == named, ct))
        {
            throw new RefusedException(WithoutRole, ("role", role));
        }
    }

    /// <summary>The roles of that kind that are in force today.</summary>
    internal static IQueryable<RoleGrant> Holders(Work work, Role role) => work.Db.Set<RoleGrant>().AsNoTracking().Where(row =>
        row.BookId == work.Book && row.Role == role && row.ValidFrom <= work.Today && (row.ValidUntil == null || row.ValidUntil >= work.Today));
}
