using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Periods;

/// <summary>自动审核规则: what may be reviewed without a person, who approved it, and what was.</summary>
public sealed class RulesModel : FundPage
{
    /// <summary>Key of the rule that is shown.</summary>
    [BindProperty(SupportsGet = true)]
    public string Of { get; set; } = ReviewRule.MonthClose;

    [BindProperty]
    public string? Day { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public RuleView? Rule { get; private set; }

    public string DayType => TypeOf(Day);

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostProposeAsync(bool begins)
    {
        LocalDate day = Read(nameof(Day), () => DayText.Read(Day));
        if (ModelState.IsValid)
        {
            return await Do(() => Session.Run(new ProposeRule(FormKey, begins, day, Reason ?? "", Of), Ct), "review-rules.said.proposed");
        }

        Unprocessable();
        await Load();
        return Page();
    }

    public Task<IActionResult> OnPostAgreeAsync(long id) =>
        Do(() => Session.Run(new AgreeRule(FormKey, id), Ct), "review-rules.said.agreed");

    public Task<IActionResult> OnPostDropAsync(long id) => Do(() => Session.Run(new DropRule(FormKey, id), Ct), "review-rules.said.dropped");

    private async Task<IActionResult> Do(Func<Task> command, string said)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage(null, new { of = Of });
        }

        Refusal? no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private async Task Load()
    {
        await Try(async () => Rule = await Session.Ask(new RuleList(Of), Ct));
        Day ??= Rule is { } rule ? LocalDatePattern.Iso.Format(rule.Today) : null;
    }
}
