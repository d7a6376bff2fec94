using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>导入捐赠名单: uploaded, looked at with a reason for every wrong row, recorded whole while its reader sees how far it is.</summary>
[RequestSizeLimit(EnclosedForm.LargestRequest), RequestFormLimits(MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public sealed class ImportModel(GiftShelf shelf) : FundPage
{
    // Most lists are recorded in less; who waits longer sees how far it is.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    [BindProperty]
    public IFormFile? Upload { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Fund { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Wrong { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    [BindProperty]
    public string? Account { get; set; }

    [BindProperty]
    public string? Narrative { get; set; }

    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    /// <summary>The list itself, kept as a document if it is a workbook: its vouchers rest on it.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Kept { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? Job { get; set; }

    public GiftOffer? Offer { get; private set; }

    public ListPreview? Preview { get; private set; }

    public GiftJob? Recording { get; private set; }

    public bool IsBrokenOff => Job is not null && Recording is null;

    public Pager Pager => new(Number, GiftListPreview.Shown, Preview!.Total);

    public async Task OnGetAsync()
    {
        Recording = Job is { } job ? shelf.Find(Session, job) : null;
        if (Recording is null && !IsBrokenOff)
        {
            Enclosed.Kept = Kept is { Length: > 0 } ? [Kept] : [];
            await Look();
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (Upload is null || Upload.Length == 0)
        {
            ModelState.AddModelError(nameof(Upload), W["list.choose-file"]);
            Unprocessable();
            await Look();
            return Page();
        }

        byte[] content = new byte[Math.Min(Upload.Length, UploadGiftList.LargestBytes + 1)];
        await using (Stream stream = Upload.OpenReadStream())
        {
            await stream.ReadExactlyAsync(content, Ct);
        }

        long id = 0;
        if (!await Try(async () => id = await Session.Run(new UploadGiftList(FormKey, Upload.FileName, content), Ct)))
        {
            await Look();
            return Page();
        }

        return RedirectToPage(new { Id = id, Kept = await Keep(Upload.FileName, content) });
    }

    public async Task<IActionResult> OnPostConfirmAsync()
    {
        if (!await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct)) || !ModelState.IsValid)
        {
            Unprocessable();
            await Look();
            return Page();
        }

        GiftJob job = shelf.Start(Session, new RecordGiftList(FormKey, Id ?? 0, Account ?? "", Fund, Narrative ?? "", Enclosed.Enclosures));
        await Task.WhenAny(job.Ended, Task.Delay(Patience, Ct));
        return job.Ended.IsCompleted ? await Finished(job) : RedirectToPage(new { Job = job.Key, Id, Fund });
    }

    /// <summary>How far it is, alone: what the page asks for again and again.</summary>
    public IActionResult OnGetProgress()
    {
        Recording = Job is { } job ? shelf.Find(Session, job) : null;
        return Recording is not null || IsBrokenOff ? Partial("_Recording", this) : NotFound();
    }

    /// <summary>What it came to, once a person goes on.</summary>
    public async Task<IActionResult> OnPostGoOnAsync() =>
        Job is { } job && shelf.Find(Session, job) is { Ended.IsCompleted: true } ended
            ? await Finished(ended) : RedirectToPage(new { Job, Id, Fund });

    public async Task<IActionResult> OnPostCancelAsync()
    {
        if (Job is { } job && shelf.Find(Session, job) is { } found)
        {
            await found.Cancel();
        }

        return RedirectToPage(new { Job, Id, Fund });
    }

    private async Task<IActionResult> Finished(GiftJob job)
    {
        ListRecorded? done = null;
        if (job.State != GiftJobState.Cancelled && await Try(() => Task.FromResult(done = job.Outcome())))
        {
            Said = W["list.said-recorded", done!.Gifts, done.Amount, done.Vouchers];
            return RedirectToPage("/Vouchers/Show", new { id = done.Voucher });
        }

        Job = null;
        await Look();
        return Page();
    }

    /// <summary>A workbook proves its own gifts; what is no document is only read.</summary>
    private async Task<string?> Keep(string name, byte[] content)
    {
        if (!name.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase) || content.Length > SeenDocument.LargestBytes)
        {
            return null;
        }

        try
        {
            return await Session.Run(new UploadDocument(Guid.NewGuid(), name, content, ""), Ct);
        }
        catch (RefusedException refused) when (!FundSession.IsAway(refused.Refusal))
        {
            return null;
        }
    }

    private async Task Look()
    {
        Refusal? said = Refusal;
        Number = Math.Clamp(Number, 1, 1_000_000);
        await Try(async () =>
        {
            Offer = await Session.Ask(new GiftChoices(), Ct);
            await Enclosed.Recall(Session, Ct);
            Preview = Id is { } id ? await Session.Ask(new GiftListPreview(id, Fund, Number, Wrong), Ct) : null;
            Account ??= Offer.Accounts.FirstOrDefault()?.Key;
            Narrative ??= W["list.narrative-default"];
        });
        Refusal = said ?? Refusal;
    }

    public Dictionary<string, string?> With(bool wrong) => new()
    {
        ["Id"] = Id?.ToString(CultureInfo.InvariantCulture),
        ["Fund"] = Fund?.ToString(CultureInfo.InvariantCulture),
        ["Kept"] = Kept,
        ["Wrong"] = wrong ? "true" : null,
    };
}
