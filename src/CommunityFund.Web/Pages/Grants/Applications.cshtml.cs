using System.Globalization;
using CommunityFund.Grants;
using CommunityFund.Grants.Applications;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>Applications, found by round, state and words.</summary>
public sealed class ApplicationsModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long? Round { get; set; }

    [BindProperty(SupportsGet = true)]
    public GrantState? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Text { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Mine { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Before { get; set; }

    public ApplicationsFound? View { get; private set; }

    public bool IsFiltered => Round is not null || State is not null || Mine || !string.IsNullOrWhiteSpace(Text);

    /// <summary>Ends in grey, what asks for a person's work in yellow, what goes well in green.</summary>
    public string Colour(GrantState state) => state switch
    {
        GrantState.Eligible or GrantState.Recommended or GrantState.Awarded or GrantState.Active => "reg-done",
        GrantState.Draft or GrantState.Withdrawn or GrantState.Lapsed or GrantState.Declined or GrantState.NotSelected
            or GrantState.Closed => "reg-over",
        GrantState.CorrectionRequested or GrantState.Objected or GrantState.Ineligible or GrantState.Suspended or GrantState.Terminated
            or GrantState.Recovering => "reg-late",
        GrantState.Closing or GrantState.AwaitingSignOff or GrantState.Submitted or GrantState.UnderScreening => "reg-wait",
        _ => "reg-kind",
    };

    /// <summary>The same list, from an application on; from the newest if there is none.</summary>
    public string Link(long? before)
    {
        QueryBuilder query = [];
        if (Round is { } round)
        {
            query.Add("round", round.ToString(CultureInfo.InvariantCulture));
        }

        if (State is { } state)
        {
            query.Add("state", state.ToString());
        }

        if (!string.IsNullOrWhiteSpace(Text))
        {
            query.Add("text", Text);
        }

        if (Mine)
        {
            query.Add("mine", "true");
        }

        if (before is { } from)
        {
            query.Add("before", from.ToString(CultureInfo.InvariantCulture));
        }

        return "/Grants/Applications" + query.ToQueryString();
    }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new ApplicationList(Round, State, Text, Mine, Before), Ct));
}
