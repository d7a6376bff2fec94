using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.Filters;

namespace CommunityFund.Web.Shell;

/// <summary>
/// A page that a volunteer, elder or family opens with the card (爱心存折), or signed in. Without a card it asks for one and comes back; layout
/// _Plain, made for a phone.
/// </summary>
[AllowAnonymous]
public abstract class MemberPage : FundPage
{
    /// <summary>Whose card it is.</summary>
    public MyCardView? Card { get; private set; }

    protected MemberPass Pass { get; private set; } = MemberPass.SignedIn;

    /// <summary>The session of the card's holder; <see cref="FundPage.Session"/> is of whoever is signed in.</summary>
    protected FundSession Holder => Of.Session;

    private MemberCard Of => HttpContext.RequestServices.GetRequiredService<MemberCard>();

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        Response.Headers["Referrer-Policy"] = "no-referrer";
        if (Of.Pass is { } pass)
        {
            try
            {
                Card = await Holder.Ask(new MyCard(pass), Ct);
                Pass = pass;
                await next();
                return;
            }
            catch (RefusedException refused) when (Card is null && !FundSession.IsAway(refused.Refusal))
            {
                // A card that was replaced since, or somebody signed in who takes no part: the card is asked for.
            }
        }

        context.Result = RedirectToPage("/Passbook/Card", new { to = $"{Request.Path}{Request.QueryString}" });
    }
}
