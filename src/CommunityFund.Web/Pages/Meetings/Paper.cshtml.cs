using System.Globalization;
using CommunityFund.Grants.Meetings;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Meetings;

/// <summary>The clerks' desk: a ballot's number, then its ticks; what the other clerk read is never shown.</summary>
public sealed class PaperModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Serial { get; set; }

    [BindProperty]
    public PaperKind Kind { get; set; }

    /// <summary>Each "case criterion".</summary>
    [BindProperty]
    public List<string> Ticks { get; set; } = [];

    public PaperDeskView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        KeyingOutcome outcome = default;
        bool isKept = await Try(async () =>
        {
            View = await Session.Ask(new PaperDesk(Id, Serial), Ct);
            ILookup<long, int> ticked = Ticks.Select(ShowModel.Pair).ToLookup(pair => pair.First, pair => (int)pair.Second);
            outcome = await Session.Run(new KeyPaper(FormKey, Id, Serial ?? 0, new KeyedPaper(FormKey, Kind,
                [.. View.Projects.Where(row => row.State == AgendaState.Closed)
                    .Select(row => new ProjectTicks(row.Grant, [.. ticked[row.Grant]]))])), Ct);
        });
        if (isKept)
        {
            Said = W["meeting.said-keyed", (Serial ?? 0).ToString(CultureInfo.InvariantCulture), W.Show(outcome)];
            return RedirectToPage(null, new { id = Id });
        }

        await Load();
        return Page();
    }

    private async Task Load()
    {
        if (!await Try(async () => View = await Session.Ask(new PaperDesk(Id, Serial), Ct)) && Serial is not null)
        {
            await Try(async () => View = await Session.Ask(new PaperDesk(Id), Ct));
        }
    }
}
