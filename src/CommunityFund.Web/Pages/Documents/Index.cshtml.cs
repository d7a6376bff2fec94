using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Documents;

/// <summary>Which vouchers need a document, and since when.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty]
    public VoucherKind Kind { get; set; }

    [BindProperty]
    public Evidence Evidence { get; set; } = Evidence.BankLineIn;

    [BindProperty]
    public string? ValidFrom { get; set; }

    public IReadOnlyList<RuleView>? Rules { get; private set; }

    public bool MaySet { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        LocalDate from = Read(nameof(ValidFrom), () => DayText.Read(ValidFrom));
        if (ModelState.IsValid && await Try(() => Session.Run(new SetDocumentRule(FormKey, Kind, Evidence, from), Ct)))
        {
            Said = W["documents.rules.said"];
            return RedirectToPage();
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private async Task Load()
    {
        await Try(async () => Rules = await Session.Ask(new DocumentRules(), Ct));
        MaySet = (await WhoAmI()).Is(Role.Admin);
    }
}
