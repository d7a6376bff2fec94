using CommunityFund.Backups;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Backups;

/// <summary>备份: what there is, whether it was proved to restore, and one more now. Backups are not handed out here: one
/// holds every book and every password, so it is fetched where it lies.</summary>
public sealed class IndexModel(BackupSite site) : FundPage
{
    public BackupSite Site => site;

    public BackupReport? Report { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        if (await Try(() => Session.Run(new AskForBackup(FormKey), Ct)))
        {
            Said = W["backups.asked"];
            return RedirectToPage();
        }

        Ledger.Refusal? no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private Task Load() => Try(async () => Report = await Session.Ask(new BackupState(), Ct));
}
