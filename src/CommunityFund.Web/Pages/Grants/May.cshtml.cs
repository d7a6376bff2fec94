using CommunityFund.Grants.Rounds;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>A question with what the round says to it.</summary>
/// <param name="Name">Of the field.</param>
/// <param name="Words">Part of the keys of its words.</param>
/// <param name="Says">The round's own words.</param>
public sealed record MayQuestion(string Name, string Words, string Says, MayAnswer? Said);

/// <summary>May I apply? Asked by address, so that the answer can be sent on and asked again.</summary>
public sealed class MayModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public MayAnswer? InCommunity { get; set; }

    [BindProperty(SupportsGet = true)]
    public MayAnswer? KindFits { get; set; }

    [BindProperty(SupportsGet = true)]
    public MayAnswer? InTime { get; set; }

    [BindProperty(SupportsGet = true)]
    public MayAnswer? BuysForbidden { get; set; }

    [BindProperty(SupportsGet = true)]
    public MayAnswer? BringsOwn { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Group { get; set; }

    public MayView? View { get; private set; }

    public IEnumerable<MayQuestion> Questions => View is not { } view ? [] : new[]
    {
        new MayQuestion(nameof(InCommunity), "community", view.Round.WhoMay, InCommunity),
        new MayQuestion(nameof(KindFits), "kind", view.Round.WhoMay, KindFits),
        new MayQuestion(nameof(InTime), "time", W["rounds.from-to", view.Round.OpensOn, view.Round.ClosesOn], InTime),
        new MayQuestion(nameof(BuysForbidden), "forbidden", view.Round.Forbidden, BuysForbidden),
        new MayQuestion(nameof(BringsOwn), "own", W["rounds.own-least", RoundPageWords.Share(view.Round.OwnBasis)], BringsOwn),
    }.Where(question => view.AsksOwn || question.Name != nameof(BringsOwn));

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(
        new MayIApply(Id, InCommunity, KindFits, InTime, BuysForbidden, BringsOwn, Group), Ct));
}
