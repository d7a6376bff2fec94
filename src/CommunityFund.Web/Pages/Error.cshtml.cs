using CommunityFund.Ledger;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CommunityFund.Web.Pages;

/// <summary>What went wrong and what to do next, in words; never the fault's own text, which stands in the log.</summary>
[AllowAnonymous, IgnoreAntiforgeryToken, RequestFormLimits(ValueCountLimit = 8000)]
public sealed class ErrorModel : PageModel
{
    private static readonly int[] Known = [400, 403, 404, 413, 500, 503];

    [FromRoute]
    public int Status { get; set; }

    // A fault may have set a status of its own (a broken upload: 400) before this page was asked for as /error/500.
    public int Shown => Closest(Response.StatusCode == StatusCodes.Status200OK ? Status : Response.StatusCode);

    /// <summary>Where a rule said no to opening a page: its own words say more than the status.</summary>
    public Refusal? Refusal => (HttpContext.Features.Get<IExceptionHandlerFeature>()?.Error as RefusedException)?.Refusal;

    // Runs for every method, because a refused POST is shown here as well; asked for by address, the answer is its own status.
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (Response.StatusCode == StatusCodes.Status200OK)
        {
            Response.StatusCode = Shown;
        }
    }

    private static int Closest(int status) => Known.Contains(status) ? status : status is >= 400 and < 500 ? 400 : 500;
}
