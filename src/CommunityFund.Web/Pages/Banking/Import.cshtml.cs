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
public sealed class ImportModel(ImportShelf shelf) : FundPage
{
    public const long LargestRequest = 320L * 1024 * 1024;

    // Most files are imported in less; who waits longer sees how far it is.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    [BindProperty]
    public IFormFile? Upload { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Account { get; set; }

    /// <summary>Of an archive; used for this one upload and kept nowhere.</summary>
    [BindProperty]
    public string? Password { get; set; }

    [BindProperty]
    public ReadingForm Read { get; set; } = new();

    [BindProperty]
    public string? ProfileName { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Only { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    /// <summary>The import to look at.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Job { get; set; }

    public ImportJob? Import { get; private set; }

    /// <summary>Nobody does that import any more: the site was started anew, or it ended long ago.</summary>
    public bool IsBrokenOff => Job is not null && Id is not null && Import is null;

    public Preview? Preview { get; private set; }

    public PreviewOnly Shows => Enum.TryParse(Only, out PreviewOnly only) && Enum.IsDefined(only) ? only : PreviewOnly.All;

    public Pager Pager => new(Number, StatementPreview.Shown, Preview!.Total);

    public Dictionary<string, string?> With(PreviewOnly only) => new()
    {
        ["Id"] = Id?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Account"] = Account?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Only"] = only == PreviewOnly.All ? null : only.ToString(),
    };

    public async Task OnGetAsync()
    {
        Import = Job is { } job ? shelf.Find(Session, job) : null;
        if (Import is null && Id is not null && !IsBrokenOff)
        {
            Number = Math.Clamp(Number, 1, 1_000_000);
            await Try(Look);
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
            id = await Session.Run(new UploadStatement(
                FormKey, Upload.FileName, new StatementBytes(Upload.Length, Upload.OpenReadStream), Password), Ct))
            ? RedirectToPage(new { Id = id })
            : Page();
    }

    public Task<IActionResult> OnPostCorrectAsync() => Corrected(async () =>
    {
        Preview shown = await Session.Ask(new StatementPreview(Id ?? 0, Account), Ct);
        return Read.Reading(shown.Said);
    });

    public Task<IActionResult> OnPostResetAsync() => Corrected(() => Task.FromResult<StatementReading?>(null));

    public async Task<IActionResult> OnPostProfileAsync()
    {
        if (await Try(() => Session.Run(new SaveProfile(FormKey, Id ?? 0, ProfileName ?? ""), Ct)))
        {
            Said = W["import.profile-saved", ProfileName ?? ""];
            return RedirectToPage(new { Id, Account });
        }

        return await Again();
    }

    public async Task<IActionResult> OnPostConfirmAsync()
    {
        ImportJob job = shelf.Start(Session, new ImportStatement(FormKey, Id ?? 0, Account));
        await Task.WhenAny(job.Ended, Task.Delay(Patience, Ct));
        return job.Ended.IsCompleted ? await Finished(job) : RedirectToPage(new { Job = job.Key, Id, Account });
    }

    /// <summary>How far it is, alone: what the page asks for again and again.</summary>
    public IActionResult OnGetProgress()
    {
        Import = Job is { } job ? shelf.Find(Session, job) : null;
        return Import is not null || IsBrokenOff ? Partial("_Import", this) : NotFound();
    }

    /// <summary>What a long import came to, once a person goes on.</summary>
    public async Task<IActionResult> OnPostGoOnAsync() =>
        Job is { } job && shelf.Find(Session, job) is { Ended.IsCompleted: true } ended
            ? await Finished(ended) : RedirectToPage(new { Job, Id, Account });

    public async Task<IActionResult> OnPostCancelAsync()
    {
        if (Job is { } job && shelf.Find(Session, job) is { } found)
        {
            await found.Cancel();
        }

        return RedirectToPage(new { Job, Id, Account });
    }

    private async Task<IActionResult> Finished(ImportJob job)
    {
        Imported? done = null;
        if (job.State != ImportState.Cancelled && await Try(() => Task.FromResult(done = job.Outcome())))
        {
            Said = done!.Doubtful > 0 ? W["import.done-doubtful", done.Added - done.Doubtful, done.Known, done.Doubtful]
                : done.BeforeOpening == 0 ? W["import.done", done.Added, done.Known]
                : W["import.done-opening", done.Added, done.Known, done.BeforeOpening];
            return done.Doubtful > 0 ? RedirectToPage("Doubles")
                : RedirectToPage("Index", new { State = done.Added > done.BeforeOpening ? nameof(LineStage.ToDo) : null });
        }

        return await Again();
    }

    private async Task<IActionResult> Corrected(Func<Task<StatementReading?>> reading) =>
        await Try(async () => await Session.Run(new CorrectReading(FormKey, Id ?? 0, await reading()), Ct))
            ? RedirectToPage(new { Id, Account })
            : await Again();

    private async Task<IActionResult> Again()
    {
        Job = null;
        try
        {
            await Look();
        }
        catch (RefusedException)
        {
            Preview = null;
        }

        return Page();
    }

    private async Task Look() => Preview = await Session.Ask(new StatementPreview(Id ?? 0, Account, Number, Shows), Ct);
}
