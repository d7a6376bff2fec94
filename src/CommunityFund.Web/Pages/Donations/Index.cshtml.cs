using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>捐赠登记簿: gifts with filters and sums, and the batches that are not finished.</summary>
public sealed class IndexModel : FundPage
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [BindProperty(SupportsGet = true)]
    public int? Fund { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Donor { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Until { get; set; }

    [BindProperty(SupportsGet = true)]
    public DonationState? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Campaign { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public DonationRegister? Register { get; private set; }

    public IReadOnlyList<GiftBatchView> Batches { get; private set; } = [];

    public Pager Pager => new(Number, DonationList.Shown, Register!.Total);

    public bool Keeps { get; private set; }

    /// <summary>Whether the reader keeps the books of all funds, as batches and lists need.</summary>
    public bool KeepsAll { get; private set; }

    public string FromType => TypeOf(From);

    public string UntilType => TypeOf(Until);

    public bool IsFiltered => Fund is not null || Donor is { Length: > 0 } || From is { Length: > 0 } || Until is { Length: > 0 }
        || State is not null || Campaign is not null;

    public async Task OnGetAsync()
    {
        Number = Math.Clamp(Number, 1, 1_000_000);
        if (await Try(() => Ask(Session.Ask, DonationList.Shown)) && (await WhoAmI()).Is(Role.Accountant))
        {
            Keeps = true;
            try
            {
                Batches = await Session.Ask(new GiftBatches(), Ct);
                KeepsAll = true;
            }
            catch (Ledger.RefusedException refused) when (refused.Refusal.Code == Need.OnlySomeFunds)
            {
                // Who keeps some funds only types no batches.
            }
        }
    }

    public async Task<IActionResult> OnGetWorkbookAsync()
    {
        Number = 1;
        return await Try(() => Ask(Session.Download, DonationList.MostInWorkbook))
            ? File(DonationWorkbook.Draw(Register!, W), Xlsx, DonationWorkbook.FileName(Register!, W)) : Page();
    }

    private async Task Ask(Func<DonationList, CancellationToken, Task<DonationRegister>> answer, int size)
    {
        LocalDate? from = Day(nameof(From), From), until = Day(nameof(Until), Until);
        Register = await answer(new DonationList(Fund, Donor, from, until, State, Campaign, Page: Number, PageSize: size), Ct);
    }

    private LocalDate? Day(string field, string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? null : Read<LocalDate?>(field, () => DayText.Read(typed));
}
