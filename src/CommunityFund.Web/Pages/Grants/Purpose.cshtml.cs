using CommunityFund.Grants.Applications;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>目的.</summary>
public sealed class PurposeModel : SectionModel
{
    [BindProperty]
    public string? Aim { get; set; }

    [BindProperty]
    public string? ForWhom { get; set; }

    [BindProperty]
    public string? People { get; set; }

    public override SectionKind Kind => SectionKind.Purpose;

    protected override SectionText Typed() => new PurposeText(Aim ?? "", ForWhom ?? "", Whole(nameof(People), People) ?? 0);

    protected override void Show(SectionText? text)
    {
        if (text is PurposeText saved)
        {
            (Aim, ForWhom, People) = (saved.Aim, saved.ForWhom, saved.People > 0 ? Written(saved.People) : "");
        }
    }
}
