using CommunityFund.Books;
using CommunityFund.Donations.Pledges;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Donations.Pledges;

/// <summary>An instalment as typed.</summary>
public sealed class DueForm
{
    public string? Day { get; set; }

    public string? Amount { get; set; }

    public bool IsBlank => string.IsNullOrWhiteSpace(Day) && string.IsNullOrWhiteSpace(Amount);
}

/// <summary>Notes a pledge with its instalments.</summary>
public sealed class NoteModel : FundPage
{
    private const int FirstDues = 2, MoreDues = 4;

    [BindProperty]
    public string? Donor { get; set; }

    [BindProperty]
    public PersonKind Kind { get; set; } = PersonKind.Organisation;

    [BindProperty]
    public int? Fund { get; set; }

    [BindProperty]
    public PledgeForm Form { get; set; }

    [BindProperty]
    public bool ForRelief { get; set; }

    [BindProperty]
    public string? PledgedOn { get; set; }

    [BindProperty]
    public string? About { get; set; }

    [BindProperty]
    public List<DueForm> Dues { get; set; } = [];

    public PledgeItems? Offer { get; private set; }

    public string DayType => TypeOf(PledgedOn);

    public string TypeOfDue(int at) => TypeOf(Dues[at].Day);

    public async Task OnGetAsync()
    {
        ModelState.Clear();
        await Load(FirstDues);
    }

    public async Task<IActionResult> OnPostMoreAsync()
    {
        ModelState.Clear();
        await Load(MoreDues);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        LocalDate day = Read(nameof(PledgedOn), () => DayText.Read(PledgedOn));
        Dues = [.. Dues.Where(due => !due.IsBlank)];
        List<Instalment> instalments = [.. Dues.Select((due, at) => new Instalment(
            Read($"Dues[{at}].Day", () => DayText.Read(due.Day)),
            Read($"Dues[{at}].Amount", () => AmountText.ReadPositive(due.Amount)) ?? Amount.Fen(0)))];
        if (Fund is null)
        {
            ModelState.AddModelError(nameof(Fund), W["form.required"]);
        }

        long id = 0;
        if (ModelState.IsValid && await Try(async () => id = await Session.Run(
            new NotePledge(FormKey, Donor ?? "", Kind, Fund!.Value, Form, ForRelief, day, About ?? "", instalments), Ct)))
        {
            Said = W["pledges.said-noted"];
            return RedirectToPage("Show", new { id });
        }

        Unprocessable();
        Refusal? no = Refusal;
        await Load(Dues.Count == 0 ? FirstDues : 1);
        Refusal = no ?? Refusal;
        return Page();
    }

    private async Task Load(int more)
    {
        await Try(async () => Offer = await Session.Ask(new PledgeList(null, false), Ct));
        Offer = Offer is { MayKeep: true } ? Offer : null;
        Dues.AddRange(Enumerable.Range(0, Math.Min(more, Math.Max(0, NotePledge.Most - Dues.Count))).Select(_ => new DueForm()));
    }
}
