using CommunityFund.Books;
using CommunityFund.TimeBank.Holders;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Passbook;

/// <summary>爱心存折: what the holder has, what expires when, what moved, and where to go from here.</summary>
public sealed class IndexModel : MemberPage
{
    // Further back nobody has points, and time banks are young.
    private const int First = 200001;

    /// <summary>YYYYMM; nothing shows the last in which something moved.</summary>
    [BindProperty(SupportsGet = true)]
    public int? Month { get; set; }

    public PassbookView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnGetPdfAsync()
    {
        await Load();
        return await TakePdf(async () => HolderPaper.Passbook(
            await Holder.Ask(new MyStatement(Pass, First, Of(View!.Today)), Ct), W));
    }

    public async Task<IActionResult> OnGetStatementAsync()
    {
        await Load();
        int month = View?.Month.Number ?? 0;
        return await TakePdf(async () => HolderPaper.Statement(await Holder.Ask(new MyStatement(Pass, month, month), Ct), W));
    }

    private static int Of(NodaTime.LocalDate day) => (day.Year * 100) + day.Month;

    private Task<bool> Load() => Try(async () => View = await Holder.Ask(new MyPassbook(Pass, Month), Ct));
}
