using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Payments;

/// <summary>付款台: what is to be paid, by payee; ticked payments become a batch.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty]
    public List<long> Debts { get; set; } = [];

    [BindProperty]
    public List<long> Transfers { get; set; } = [];

    /// <summary>What is waited for of grants.</summary>
    [BindProperty]
    public List<long> Grants { get; set; } = [];

    [BindProperty]
    public int? From { get; set; }

    [BindProperty]
    public string? PayOn { get; set; }

    [BindProperty]
    public string? Count { get; set; }

    [BindProperty]
    public string? Total { get; set; }

    public Desk? Desk { get; private set; }

    public string DayType => TypeOf(PayOn);

    public async Task OnGetAsync()
    {
        await Load();
        PayOn = Desk is { } desk ? LocalDatePattern.Iso.Format(desk.Today) : null;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        LocalDate day = Read(nameof(PayOn), () => DayText.Read(PayOn));
        Amount? total = Read(nameof(Total), () => AmountText.ReadPositive(Total));
        bool isCount = int.TryParse(Count, System.Globalization.CultureInfo.InvariantCulture, out int count);
        if (!isCount)
        {
            ModelState.AddModelError(nameof(Count), W["form.number"]);
        }

        long batch = 0;
        if (ModelState.IsValid && total is not null && await Try(async () => batch = await Session.Run(
            new MakeBatch(FormKey, From ?? 0, day, Debts, Transfers, count, total, Grants), Ct)))
        {
            Said = W["payments.said-batch"];
            return RedirectToPage("Batch", new { id = batch });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    public async Task<IActionResult> OnPostDropAsync(long id)
    {
        ModelState.Clear();
        if (await Try(() => Session.Run(new DropTransfer(FormKey, id), Ct)))
        {
            Said = W["payments.said-dropped"];
            return RedirectToPage();
        }

        await Load();
        return Page();
    }

    private Task Load() => Try(async () => Desk = await Session.Ask(new PaymentDesk(), Ct));
}
