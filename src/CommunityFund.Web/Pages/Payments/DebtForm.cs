using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Payments;

/// <summary>One line of a claim or bill as typed.</summary>
public sealed record DebtLineForm
{
    public string? Day { get; init; }

    public string? What { get; init; }

    public string? Amount { get; init; }

    public int? Fund { get; init; }

    public string? Use { get; init; }

    public string? Invoice { get; init; }

    public string? Project { get; init; }

    public string? Restriction { get; init; }

    public bool IsBlank => string.IsNullOrWhiteSpace(What) && string.IsNullOrWhiteSpace(Amount) && string.IsNullOrWhiteSpace(Invoice);
}

/// <summary>What the forms of a claim and a bill share: lines, papers, and that nothing typed is lost.</summary>
[RequestSizeLimit(EnclosedForm.LargestRequest)]
[RequestFormLimits(ValueCountLimit = 8000, MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public abstract class DebtFormPage : FundPage
{
    private const int FirstLines = 2, MoreLines = 3;

    /// <summary>What went back and is put right; null for a new one.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Id { get; set; }

    [BindProperty]
    public string? Heading { get; set; }

    [BindProperty]
    public List<DebtLineForm> Lines { get; set; } = [];

    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    public ClaimOffer? Offer { get; private set; }

    /// <summary>Papers that were sent before and are still wanted, by name.</summary>
    public DebtView? Before { get; private set; }

    public abstract bool IsBill { get; }

    public async Task OnGetAsync()
    {
        if (!await Load())
        {
            return;
        }

        if (Before is { MayChange: true } back)
        {
            Heading = back.Title;
            Lines = [.. back.Lines.Select(line => new DebtLineForm
            {
                Day = LocalDatePattern.Iso.Format(line.OccurredOn),
                What = line.What,
                Amount = line.Amount.ToString(),
                Fund = line.FundId,
                Use = line.AccountKey,
                Invoice = line.InvoiceNumber,
                Project = $"{line.Project}",
                Restriction = Codes.Of(line.Restriction),
            })];
            Enclosed.Kept = [.. back.Papers.Select(paper => paper.Sha256)];
            Begin(back);
        }

        Pad();
    }

    public async Task<IActionResult> OnPostMoreAsync()
    {
        if (await Load())
        {
            await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct));
            Pad(MoreLines);
        }

        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await Load() || !await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct)))
        {
            Pad();
            return Page();
        }

        Lines = [.. Lines.Where(line => !line.IsBlank)];
        List<DebtRow> rows = [.. Lines.Select(ReadLine)];
        long debt = 0;
        if (ModelState.IsValid && await Try(async () => debt = await Send(rows)))
        {
            Said = W[Id is null ? "payments.said-sent" : "payments.said-sent-again"];
            return RedirectToPage("Debt", new { id = debt });
        }

        Unprocessable();
        ModelState.Remove(nameof(FormKey));
        Pad();
        return Page();
    }

    protected abstract Task<long> Send(IReadOnlyList<DebtRow> rows);

    /// <summary>What else the form holds of what went back.</summary>
    protected virtual void Begin(DebtView back)
    {
    }

    protected virtual Task Offered() => Task.CompletedTask;

    private Task<bool> Load() => Try(async () =>
    {
        Offer = await Session.Ask(new ClaimChoices(), Ct);
        Before = Id is { } id ? await Session.Ask(new DebtPage(id), Ct) : null;
        await Offered();
    });

    private DebtRow ReadLine(DebtLineForm line, int at)
    {
        Amount amount = Read($"Lines[{at}].Amount", () => AmountText.ReadPositive(line.Amount)) ?? Amount.Fen(0);
        var day = Read($"Lines[{at}].Day", () => DayText.Read(line.Day));
        if (string.IsNullOrWhiteSpace(line.What))
        {
            ModelState.AddModelError($"Lines[{at}].What", W["form.required"]);
        }

        bool isNumber = long.TryParse(line.Project, System.Globalization.CultureInfo.InvariantCulture, out long project) && project > 0;
        if (!isNumber && !string.IsNullOrWhiteSpace(line.Project))
        {
            ModelState.AddModelError($"Lines[{at}].Project", W["form.number"]);
        }

        return new DebtRow(day, line.What ?? "", amount, line.Fund ?? 0, line.Use ?? "", Codes.RestrictionOf(line.Restriction ?? ""),
            isNumber ? project : null, line.Invoice ?? "");
    }

    private void Pad(int more = 0)
    {
        string today = Offer is null ? "" : LocalDatePattern.Iso.Format(Offer.Today);
        int? fund = Lines.LastOrDefault()?.Fund ?? Offer?.Funds.FirstOrDefault()?.FundId;
        int wanted = Math.Min(100, Math.Max(Id is null ? FirstLines : 1, Lines.Count + more));
        Lines.AddRange(Enumerable.Range(0, Math.Max(0, wanted - Lines.Count)).Select(_ => new DebtLineForm { Day = today, Fund = fund }));
    }
}
