using System.Globalization;
using System.Text;
using CommunityFund.Checkpoints;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Checkpoints;

/// <summary>日志封签: every seal of the book's log, one more on request, on paper and as files; and how anybody checks them.</summary>
public sealed class IndexModel : FundPage
{
    /// <summary>Only seals of fewer entries.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Before { get; set; }

    public SealsView? View { get; private set; }

    public string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnGetPdfAsync() => TakePdf(async () =>
        CheckpointPaper.Of(View = await Session.Ask(new CheckpointList(Before), Ct), W));

    public async Task<IActionResult> OnGetNoteAsync(long size)
    {
        SignedCheckpoint? file = null;
        if (!await Try(async () => file = await Session.Ask(new CheckpointNote(size), Ct)))
        {
            await Load();
            return Page();
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"checkpoint-{file!.Says.Book}-{file.Says.Size}.txt");
        return File(Encoding.UTF8.GetBytes(file.Note), "text/plain; charset=utf-8", name);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (await Try(async () =>
        {
            SealedLog sealedNow = await Session.Run(new SealLog(FormKey), Ct);
            Said = W[sealedNow.IsNew ? "checkpoints.sealed" : "checkpoints.sealed-before", Count(sealedNow.Size)];
        }))
        {
            return RedirectToPage();
        }

        await Load();
        return Page();
    }

    private async Task Load() => await Try(async () => View = await Session.Ask(new CheckpointList(Before), Ct));
}
