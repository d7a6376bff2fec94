using CommunityFund.Banking;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>
/// A statement comes in: uploaded, looked at, confirmed. The request may be far larger than a statement, so that a wrong
/// file is answered in words; what is larger than a statement is never read into memory.
/// </summary>
[RequestSizeLimit(LargestRequest), RequestFormLimits(MultipartBodyLengthLimit = LargestRequest)]
public sealed class ImportModel : FundPage
{
    public const long LargestRequest = 320L * 1024 * 1024;

    [BindProperty]
    public IFormFile? Upload { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Account { get; set; }

    public Preview? Preview { get; private set; }

    public async Task OnGetAsync()
    {
        if (Id is { } id)
        {
            await Try(async () => Preview = await Session.Ask(new StatementPreview(id, Account), Ct));
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (Upload is null)
        {
            ModelState.AddModelError(nameof(Upload), W["import.choose-file"]);
            return Page();
        }

        long id = 0;
        return await Try(async () =>
            id = await Session.Run(new UploadStatement(FormKey, Upload.FileName, await Content(Upload)), Ct))
            ? RedirectToPage(new { Id = id })
            : Page();
    }

    public async Task<IActionResult> OnPostConfirmAsync()
    {
        Imported? done = null;
        if (await Try(async () => done = await Session.Run(new ImportStatement(FormKey, Id ?? 0, Account), Ct)))
        {
            Said = done!.BeforeOpening == 0
                ? W["import.done", done.Added, done.Known]
                : W["import.done-opening", done.Added, done.Known, done.BeforeOpening];
            return RedirectToPage("Index", new { State = done.Added > done.BeforeOpening ? nameof(LineStage.ToDo) : null });
        }

        try
        {
            Preview = await Session.Ask(new StatementPreview(Id ?? 0, Account), Ct);
        }
        catch (RefusedException)
        {
            Preview = null;
        }

        return Page();
    }

    /// <summary>At most one byte more than a statement may have: enough to refuse it.</summary>
    private async Task<byte[]> Content(IFormFile file)
    {
        byte[] content = new byte[Math.Min(file.Length, StatementFile.LargestBytes + 1)];
        await using Stream stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(content, Ct);
        return content;
    }
}
