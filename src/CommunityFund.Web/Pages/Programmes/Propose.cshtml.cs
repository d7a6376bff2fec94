using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Programmes;

/// <summary>A new version of the rules, begun from the one in force; what it would change is seen before anybody is asked.</summary>
public sealed class ProposeModel : FundPage
{
    private const int SpareRows = 2, MostRows = 12;

    [BindProperty(SupportsGet = true)]
    public int Id { get; set; }

    [BindProperty]
    public string? From { get; set; }

    [BindProperty]
    public TermsForm Terms { get; set; } = TermsForm.Of(new ProgrammeTerms());

    [BindProperty]
    public List<RateRow> Rates { get; set; } = [];

    [BindProperty]
    public string? Reason { get; set; }

    public ProgrammeView? View { get; private set; }

    public RuleEffect? Effect { get; private set; }

    public string DayType => TypeOf(From);

    public async Task OnGetAsync()
    {
        if (await Load() && View is { } view)
        {
            From = LocalDatePattern.Iso.Format(LocalDate.Max(view.Today, view.EarliestDay ?? view.Today));
            Terms = TermsForm.Of(view.InForce?.Terms ?? new ProgrammeTerms());
            Rates = view.InForce is { } now ? [.. RateRow.Of(now)]
                : [new RateRow { Role = W["programmes.role-service"], Verified = "10", TwoParty = "10", BackEntered = "5", Legacy = "0" }];
        }

        Pad();
    }

    public async Task<IActionResult> OnPostPreviewAsync()
    {
        ProgrammeTerms? terms = ReadTerms();
        IReadOnlyList<RateTerms> rates = ReadRates();
        if (await Load() && ModelState.IsValid)
        {
            await Try(async () => Effect = await Session.Ask(new PreviewRule(Id, terms!, rates), Ct));
        }

        if (Effect is null)
        {
            Unprocessable();
        }

        Pad();
        return Page();
    }

    public async Task<IActionResult> OnPostProposeAsync()
    {
        LocalDate from = Read(nameof(From), () => DayText.Read(From));
        ProgrammeTerms? terms = ReadTerms();
        IReadOnlyList<RateTerms> rates = ReadRates();
        if (ModelState.IsValid && await Try(() => Session.Run(new ProposeProgrammeRule(FormKey, Id, from, terms!, rates, Reason ?? ""), Ct)))
        {
            Said = W["programmes.said-proposed"];
            return RedirectToPage("Show", new { id = Id });
        }

        Unprocessable();
        await Load();
        Pad();
        return Page();
    }

    private ProgrammeTerms? ReadTerms() => Terms.Read((field, wrong) => ModelState.AddModelError($"Terms.{field}", W.Of(wrong)));

    private IReadOnlyList<RateTerms> ReadRates()
    {
        List<RateTerms> read = [];
        foreach (RateRow row in Rates.Where(row => !row.IsBlank))
        {
            try
            {
                read.AddRange(row.Terms());
            }
            catch (RefusedException refused)
            {
                ModelState.AddModelError("Rates", W.Of(refused.Refusal));
            }
        }

        return read;
    }

    private Task<bool> Load() => Try(async () => View = await Session.Ask(new ProgrammePage(Id), Ct));

    private void Pad()
    {
        int wanted = Math.Min(MostRows, Rates.Count(row => !row.IsBlank) + SpareRows);
        Rates = [.. Rates.Where(row => !row.IsBlank)];
        Rates.AddRange(Enumerable.Range(0, Math.Max(0, wanted - Rates.Count)).Select(_ => new RateRow()));
        foreach (string key in ModelState.Keys.Where(key => key.StartsWith("Rates[", StringComparison.Ordinal)).ToArray())
        {
            ModelState.Remove(key);
        }
    }
}
