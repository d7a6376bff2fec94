using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.People;

/// <summary>The person proves again to be the one who signed in, and goes back to what asked for it: a file, mostly.</summary>
public sealed class ProveModel(CurrentSession current) : FundPage
{
    [BindProperty]
    public string? Back { get; set; }

    public IActionResult OnPost()
    {
        if (current.ProofRefused is not null || !Request.Form.ContainsKey(ProofTyped.Field))
        {
            Unprocessable();
            return Page();
        }

        return LocalRedirect(Url.IsLocalUrl(Back) ? Back! : "/");
    }
}
