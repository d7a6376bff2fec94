using CommunityFund.Payments;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace CommunityFund.Web.Pages.Payments;

/// <summary>One batch of payments: let go, taken to the bank, answered.</summary>
[RequestSizeLimit(8 * 1024 * 1024)]
public sealed class BatchModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? Layout { get; set; }

    [BindProperty]
    public string? Format { get; set; }

    [BindProperty]
    public IFormFile? Answer { get; set; }

    [BindProperty]
    public int? RowNo { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public BatchView? Batch { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostReleaseAsync() => Do(async () =>
    {
        await Session.Run(new ReleaseBatch(FormKey, Id), Ct);
        return W["payments.said-released"];
    });

    public Task<IActionResult> OnPostWithdrawAsync() => Do(async () =>
    {
        await Session.Run(new WithdrawBatch(FormKey, Id), Ct);
        return W["payments.said-batch-withdrawn"];
    });

    public Task<IActionResult> OnPostFailAsync() => Do(async () =>
    {
        await Session.Run(new FailPayment(FormKey, Id, RowNo ?? 0, Reason ?? ""), Ct);
        return W["payments.said-failed"];
    });

    public async Task<IActionResult> OnPostFileAsync()
    {
        TakenFile? file = null;
        if (!await Try(async () => file = await Session.Download(
            new TakenPaymentFile(await Session.Run(new TakePaymentFile(FormKey, Id, Layout ?? "", Format ?? ""), Ct)), Ct)))
        {
            await Load();
            return Page();
        }

        ContentDispositionHeaderValue disposition = new("attachment");
        disposition.SetHttpFileName(file!.Name);
        Response.Headers.ContentDisposition = disposition.ToString();
        return File(file.Content, file.Format == "csv" ? "text/csv" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    }

    public async Task<IActionResult> OnPostAnswerAsync()
    {
        if (Answer is null || Answer.Length == 0)
        {
            ModelState.AddModelError(nameof(Answer), W["form.required"]);
            Unprocessable();
            await Load();
            return Page();
        }

        using MemoryStream bytes = new();
        await Answer.CopyToAsync(bytes, Ct);
        return await Do(async () =>
        {
            ResultRead read = await Session.Run(new ReadPaymentResult(FormKey, Id, Answer.FileName, bytes.ToArray()), Ct);
            return W[read.Before ? "payments.said-answer-before" : "payments.said-answer", read.Rows, read.Succeeded, read.Failed, read.LeftOpen];
        });
    }

    private async Task<IActionResult> Do(Func<Task<string>> command)
    {
        if (await Try(async () => Said = await command()))
        {
            return RedirectToPage("Batch", new { id = Id });
        }

        await Load();
        return Page();
    }

    private Task Load() => Try(async () => Batch = await Session.Ask(new BatchPage(Id), Ct));
}
