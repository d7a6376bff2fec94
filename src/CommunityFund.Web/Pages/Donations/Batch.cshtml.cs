using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>What a batch begins with.</summary>
public sealed record BatchForm
{
    public string? Title { get; init; }

    public string? Gifts { get; init; }

    public string? Total { get; init; }

    public string? Account { get; init; }

    public string? ReceivedOn { get; init; }
}

/// <summary>One gift as typed into the grid.</summary>
public sealed record BatchRowForm
{
    public string? Donor { get; init; }

    public PersonKind Kind { get; init; }

    public string? Fund { get; init; }

    public string? Amount { get; init; }

    public string? Clause { get; init; }

    public string? Promise { get; init; }

    public string? Note { get; init; }

    public bool IsBlank => string.IsNullOrWhiteSpace(Donor) && string.IsNullOrWhiteSpace(Amount) && string.IsNullOrWhiteSpace(Note);
}

/// <summary>成批录入: count and total first, then the gifts; it becomes vouchers only when both agree.</summary>
[RequestSizeLimit(EnclosedForm.LargestRequest), RequestFormLimits(ValueCountLimit = 8000, MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public sealed class BatchModel : FundPage
{
    private const int FirstRows = 5, MoreRows = 10;

    [BindProperty(SupportsGet = true)]
    public long? Id { get; set; }

    [BindProperty]
    public BatchForm Form { get; set; } = new();

    [BindProperty]
    public List<BatchRowForm> Rows { get; set; } = [];

    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    public GiftOffer? Offer { get; private set; }

    public GiftBatchView? Batch { get; private set; }

    public string DayType => TypeOf(Form.ReceivedOn);

    public async Task OnGetAsync()
    {
        if (!await Load())
        {
            return;
        }

        if (Batch is { } batch)
        {
            Rows = [.. batch.Rows.Select(row => new BatchRowForm
            {
                Donor = row.Donor,
                Kind = row.Kind,
                Fund = row.Fund,
                Amount = row.Amount.ToString(),
                Clause = row.Clause,
                Promise = row.Agreement is { } agreement ? $"a{agreement}" : row.Campaign is { } campaign ? $"c{campaign}" : "",
                Note = row.Note,
            })];
            Pad(Rows.Count == 0 ? Math.Min(batch.Gifts, MoreRows) : 0);
        }
        else
        {
            Form = new BatchForm { ReceivedOn = LocalDatePattern.Iso.Format(Offer!.Today) };
        }
    }

    public async Task<IActionResult> OnPostOpenAsync()
    {
        Amount? total = Read("Form.Total", () => AmountText.ReadPositive(Form.Total));
        LocalDate day = Read("Form.ReceivedOn", () => DayText.Read(Form.ReceivedOn));
        if (!int.TryParse(Form.Gifts?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int gifts))
        {
            ModelState.AddModelError("Form.Gifts", W["form.number"]);
        }

        long id = 0;
        if (ModelState.IsValid && total is not null && await Try(async () => id = await Session.Run(
            new OpenGiftBatch(FormKey, Form.Title ?? "", gifts, total, Form.Account ?? "", day), Ct)))
        {
            return RedirectToPage("Batch", new { id });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    public Task<IActionResult> OnPostMoreAsync() => Grid(async gifts =>
    {
        await Session.Run(new SaveGiftBatch(FormKey, Id!.Value, gifts), Ct);
        FormKey = Guid.NewGuid();
        ModelState.Remove(nameof(FormKey));
        Pad(MoreRows);
        return null;
    });

    public Task<IActionResult> OnPostSaveAsync() => Grid(async gifts =>
    {
        await Session.Run(new SaveGiftBatch(FormKey, Id!.Value, gifts), Ct);
        Said = W["batch.said-saved"];
        return RedirectToPage("Batch", new { id = Id });
    });

    public Task<IActionResult> OnPostPrepareAsync() => Grid(async gifts =>
    {
        await Session.Run(new SaveGiftBatch(Guid.NewGuid(), Id!.Value, gifts), Ct);
        long voucher = await Session.Run(new PrepareGiftBatch(FormKey, Id.Value, Enclosed.Enclosures), Ct);
        Said = W["batch.said-prepared"];
        return RedirectToPage("/Vouchers/Show", new { id = voucher });
    });

    public async Task<IActionResult> OnPostDropAsync()
    {
        ModelState.Clear();
        if (await Try(() => Session.Run(new DropGiftBatch(FormKey, Id ?? 0), Ct)))
        {
            Said = W["batch.said-dropped"];
            return RedirectToPage("Index");
        }

        await Load();
        Pad(0);
        return Page();
    }

    private async Task<IActionResult> Grid(Func<IReadOnlyList<BatchGift>, Task<IActionResult?>> then)
    {
        if (Id is null || !await Load() || !await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct)))
        {
            return Page();
        }

        Rows = [.. Rows.Where(row => !row.IsBlank)];
        List<BatchGift> gifts = [.. Rows.Select(Typed)];
        IActionResult? answer = null;
        if (ModelState.IsValid && await Try(async () => answer = await then(gifts)))
        {
            await Load();
            return answer ?? Page();
        }

        Unprocessable();
        await Load();
        Pad(0);
        return Page();
    }

    private BatchGift Typed(BatchRowForm row, int at)
    {
        Amount amount = Read($"Rows[{at}].Amount", () => AmountText.ReadPositive(row.Amount)) ?? Amount.Fen(0);
        GiftFund? fund = Read($"Rows[{at}].Fund", () => Offer!.Fund(row.Fund));
        bool isId = long.TryParse(row.Promise is { Length: > 1 } ? row.Promise[1..] : "", NumberStyles.None,
            CultureInfo.InvariantCulture, out long promise);
        return new BatchGift(row.Donor ?? "", row.Kind, fund?.FundId ?? 0, amount, Clause: row.Clause ?? "",
            Agreement: isId && row.Promise![0] == 'a' ? promise : null, Campaign: isId && row.Promise![0] == 'c'
                ? promise : null, Note: row.Note ?? "");
    }

    private Task<bool> Load() => Try(async () =>
    {
        Offer = await Session.Ask(new GiftChoices(), Ct);
        IReadOnlyList<GiftBatchView> found = await Session.Ask(new GiftBatches(Id ?? 0), Ct);
        Batch = Id is null ? null : found.SingleOrDefault() ?? throw new RefusedException(GiftBatch.Unknown, ("batch", Id));
    });

    private void Pad(int more)
    {
        string? fund = Rows.LastOrDefault()?.Fund ?? Offer?.Funds.FirstOrDefault()?.Text;
        int wanted = Math.Min(OpenGiftBatch.Most, Math.Max(FirstRows, Rows.Count + more));
        Rows.AddRange(Enumerable.Range(0, Math.Max(0, wanted - Rows.Count)).Select(_ => new BatchRowForm { Fund = fund }));
    }
}
