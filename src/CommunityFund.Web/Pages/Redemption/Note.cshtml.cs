using CommunityFund.TimeBank.Redemptions;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Redemption;

/// <summary>The code of a reservation for somebody without a phone, to be printed and given away.</summary>
public sealed class NoteModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    public PickupNoteView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new PickupNote(Id), Ct));

    public Task<IActionResult> OnGetPdfAsync() => TakePdf(async () =>
    {
        View = await Session.Ask(new PickupNote(Id), Ct);
        return PickupNotePaper.Of(View, W);
    });
}
