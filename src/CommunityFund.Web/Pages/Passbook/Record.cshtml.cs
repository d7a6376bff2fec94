using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Hours;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Passbook;

/// <summary>The holder's records: how minutes were reckoned, who confirmed them, and a form to say that one is wrong.</summary>
public sealed class RecordModel : MemberPage
{
    [BindProperty(SupportsGet = true, Name = "p")]
    public int PageNo { get; set; } = 1;

    [BindProperty]
    public long Record { get; set; }

    [BindProperty]
    public string? Text { get; set; }

    public MyRecordsView? View { get; private set; }

    public Task OnGetAsync() => Show();

    public async Task<IActionResult> OnPostAsync()
    {
        if (await Try(() => Holder.Run(new DisputeRecord(FormKey, Pass, Record, Text ?? ""), Ct)))
        {
            Said = W["my-record.said-disputed"].Value;
            return RedirectToPage(new { p = PageNo });
        }

        await Show();
        return Page();
    }

    private async Task Show()
    {
        Refusal? refused = Refusal;
        PageNo = Math.Clamp(PageNo, 1, 1_000_000);
        await Try(async () =>
        {
            View = await Holder.Ask(new MyRecords(Pass, PageNo), Ct);
            if (View is { Rows.Count: 0, Total: > 0 })
            {
                // An address of a page that is not there shows the last one.
                PageNo = (View.Total + View.PageSize - 1) / View.PageSize;
                View = await Holder.Ask(new MyRecords(Pass, PageNo), Ct);
            }
        });
        Refusal = refused ?? Refusal;
    }
}
