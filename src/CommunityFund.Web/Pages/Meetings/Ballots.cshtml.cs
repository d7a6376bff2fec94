using System.Globalization;
using CommunityFund.Grants.Meetings;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Meetings;

/// <summary>Numbered blank ballots, to print before the meeting.</summary>
public sealed class BallotsModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Count { get; set; }

    public BallotPlanView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnGetPdfAsync()
    {
        IActionResult file = await TakePdf(async () =>
            BallotPaper.Of(await Session.Download(new BlankBallots(Id, Number(From), Number(Count)), Ct), W));
        if (Refusal is not null)
        {
            await Load();
        }

        return file;
    }

    private static int Number(string? typed) =>
        int.TryParse(typed?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private Task Load() => Try(async () =>
    {
        View = await Session.Ask(new BallotPlan(Id), Ct);
        From ??= View.Next.ToString(CultureInfo.InvariantCulture);
        Count ??= Math.Min(View.Limit, Math.Max(1, View.Head.OnRoll)).ToString(CultureInfo.InvariantCulture);
    });
}
