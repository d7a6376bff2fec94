using CommunityFund.Grants.Applications;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>实施主体和团队.</summary>
public sealed class TeamModel : SectionModel
{
    [BindProperty]
    public GroupKind Group { get; set; }

    [BindProperty]
    public string? Organisation { get; set; }

    [BindProperty]
    public long? FinLead { get; set; }

    [BindProperty]
    public long? Signer { get; set; }

    [BindProperty]
    public List<MemberLine> Members { get; set; } = [];

    public override SectionKind Kind => SectionKind.Team;

    protected override SectionText Typed() => new TeamForm(Group, Organisation ?? "", FinLead, Signer,
        [.. Members.Select(row => new MemberForm(row.Name ?? "", row.Duty ?? ""))]);

    protected override void Show(SectionText? text)
    {
        if (text is TeamText saved)
        {
            (Group, FinLead, Signer) = (saved.Group, saved.FinLead, saved.Signer);
            Organisation = NameOf(saved.Organisation);
            Members = [.. saved.Members.Select(row => new MemberLine { Name = NameOf(row.Person), Duty = row.Duty })];
        }

        Pad(Members, 3);
    }

    private string NameOf(long? person) => person is { } id ? View!.Names.GetValueOrDefault(id, "") : "";
}

/// <summary>Somebody of the team as typed.</summary>
public sealed record MemberLine
{
    public string? Name { get; init; }

    public string? Duty { get; init; }
}
