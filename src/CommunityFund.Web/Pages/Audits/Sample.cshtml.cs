using CommunityFund.Audits;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Audits;

/// <summary>The worksheet of a sample, as a page, a workbook and on paper; and drawn again.</summary>
public sealed class SampleModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    public SampleSheetView? View { get; private set; }

    public SampleRedone? Redone { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new SampleSheet(Id), Ct));

    public Task OnGetRedoAsync() => Try(async () =>
    {
        View = await Session.Ask(new SampleSheet(Id), Ct);
        Redone = await Session.Ask(new RedoSample(Id), Ct);
    });

    public async Task<IActionResult> OnGetWorkbookAsync() => await Try(async () => View = await Session.Download(new SampleSheet(Id), Ct))
        ? File(SampleWorkbook.Draw(View!, W), Xlsx, SampleWorkbook.FileName(View!, W))
        : Page();

    public Task<IActionResult> OnGetPdfAsync() => TakePdf(async () =>
    {
        View = await Session.Download(new SampleSheet(Id), Ct);
        return SamplePaper.Of(View, W);
    });
}
