using CommunityFund.Grants.Applications;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>需求依据.</summary>
public sealed class NeedModel : SectionModel
{
    [BindProperty]
    public List<short> Needs { get; set; } = [];

    [BindProperty]
    public string? Why { get; set; }

    [BindProperty]
    public string? HowKnown { get; set; }

    public override SectionKind Kind => SectionKind.Need;

    protected override SectionText Typed() => new NeedText(Needs, Why ?? "", HowKnown ?? "");

    protected override void Show(SectionText? text)
    {
        if (text is NeedText saved)
        {
            (Needs, Why, HowKnown) = ([.. saved.Needs], saved.Why, saved.HowKnown);
        }
    }
}
